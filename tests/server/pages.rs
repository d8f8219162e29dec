//! What is served over plain HTTP: health, packs, the site, the stock client.

use reqwest::{Client, Response, StatusCode};
use serde_json::{Value, json};

use super::table::{KEY, Table};

async fn get(table: &Table, path: &str) -> Response {
    with(table, path, &[]).await
}

async fn with(table: &Table, path: &str, headers: &[(&str, &str)]) -> Response {
    let http = Client::builder().no_proxy().build().expect("a client");
    let request = http.get(format!("http://{}{path}", table.addr));
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    request.send().await.expect("a reply")
}

fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn health_is_200() {
    let table = Table::start().await;
    assert_eq!(get(&table, "/healthz").await.status(), StatusCode::OK);
    table.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn packs_are_listed_for_who_has_the_key() {
    let table = Table::start().await;
    for headers in [vec![], vec![("authorization", "Bearer wrong")], vec![("authorization", "Basic x")]] {
        let response = with(&table, "/api/packs", &headers).await;
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
        let body: Value = response.json().await.expect("JSON");
        assert_eq!(body["code"], "bad_key");
        assert!(body["message"].as_str().is_some_and(|words| words.len() > 5));
    }
    let right = format!("Bearer {KEY}");
    let response = with(&table, "/api/packs", &[("authorization", &right)]).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(header(&response, "cache-control"), "no-store");
    assert_eq!(header(&response, "access-control-allow-origin"), "", "no other origin may read it");
    let body: Value = response.json().await.expect("JSON");
    let packs = body["packs"].as_array().expect("a list");
    let pack = packs.iter().find(|pack| pack["id"] == "kinds").expect("the pack of the folder");
    assert_eq!(pack["title"], "One of each");
    assert_eq!(pack["questions"], 3);
    assert_eq!(pack["kinds"].as_array().map(Vec::len), Some(3));
    table.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pack_is_shown_whole_for_who_has_the_key() {
    let table = Table::start().await;
    let response = with(&table, "/api/packs/kinds", &[("authorization", "Bearer wrong")]).await;
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    let right = format!("Bearer {KEY}");
    let response = with(&table, "/api/packs/kinds", &[("authorization", &right)]).await;
    assert_eq!((response.status(), header(&response, "cache-control")), (StatusCode::OK, "no-store"));
    let pack: Value = response.json().await.expect("JSON");
    assert_eq!(pack["title"], "One of each");
    let questions = pack["questions"].as_array().expect("its questions");
    assert_eq!(questions.len(), 3);
    assert!(questions.iter().all(|question| {
        let right = question["correct"].as_array().map_or(0, Vec::len);
        right >= 1 && question["choices"].as_array().is_some_and(|choices| choices.len() > right)
    }));
    for id in ["nothing", "..%2Fkinds", "%00"] {
        let response = with(&table, &format!("/api/packs/{id}"), &[("authorization", &right)]).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{id}");
        let body: Value = response.json().await.expect("JSON");
        assert_eq!(body["code"], "unknown_pack");
    }
    table.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn games_are_listed_for_everybody() {
    let table = Table::start().await;
    let response = get(&table, "/api/games").await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(header(&response, "access-control-allow-origin"), "", "no other origin may read it");
    let body: Value = response.json().await.expect("JSON");
    let games = body["games"].as_array().expect("a list");
    let names: Vec<_> = games.iter().map(|game| game["name"].as_str().expect("a name")).collect();
    assert_eq!(names, ["arena", "quiz"]);
    let [arena, quiz] = [&games[0], &games[1]];
    assert_eq!([&arena["title"], &quiz["title"]], ["Arena", "Quiz"]);
    assert_eq!([&arena["hosted"], &quiz["hosted"]], [false, true]);
    assert_eq!([&arena["quickMatch"], &quiz["quickMatch"]], [true, false]);
    assert_eq!(arena["seats"], json!({"default": 8, "most": 100_000}));
    let hz = json!({"name": "hz", "kind": "number", "least": 1, "most": 128, "default": 30});
    assert_eq!(arena["options"][0], hz);
    assert_eq!(quiz["options"][0], json!({"name": "pack", "kind": "document", "document": "pack"}));
    table.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_the_key_over_http_stops() {
    let table = Table::with(|config| config.limits.mistakes_per_minute = 3.0).await;
    for _ in 0..3 {
        let response = with(&table, "/api/packs", &[("authorization", "Bearer guess")]).await;
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    }
    let right = format!("Bearer {KEY}");
    let response = with(&table, "/api/packs", &[("authorization", &right)]).await;
    assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS, "even the right key waits");
    table.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_and_sounds_of_packs_are_let_in_from_every_address_a_pack_may_give() {
    let table = Table::start().await;
    let response = get(&table, "/").await;
    let policy = header(&response, "content-security-policy");
    for source in ["img-src", "media-src"] {
        let rule = policy.split("; ").find(|rule| rule.starts_with(source)).expect("a rule");
        assert!(["'self'", "http:", "https:"].iter().all(|from| rule.split(' ').any(|part| part == *from)), "{rule}");
    }
    table.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_of_the_site_is_a_page_with_its_policy() {
    let table = Table::start().await;
    for path in ["/", "/join/123456", "/host", "/remote", "/watch", "/watch/123456", "/games", "/games/arena"] {
        let response = get(&table, path).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        assert!(header(&response, "content-type").starts_with("text/html"), "{path}");
        assert!(header(&response, "content-security-policy").contains("frame-ancestors 'none'"), "{path}");
        assert_eq!(header(&response, "x-content-type-options"), "nosniff");
        assert!(header(&response, "set-cookie").is_empty(), "no cookie that another origin's page could ride on");
        assert!(response.text().await.expect("text").contains("Parlor"));
    }
    for path in ["/nothing", "/assets/nothing.js", "/assets/..%2f..%2fCargo.toml", "/.env", "/join"] {
        let status = get(&table, path).await.status();
        assert!(status == StatusCode::NOT_FOUND || path == "/join", "{path}: {status}");
    }
    table.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_page_loads_is_kept_for_ever_and_the_page_is_not() {
    let table = Table::start().await;
    let page = get(&table, "/").await;
    assert_eq!(header(&page, "cache-control"), "no-cache");
    let html = page.text().await.expect("text");
    // Built without the site, the page that says so loads nothing.
    for path in html.split('"').filter(|part| part.starts_with("/assets/")) {
        let asset = with(&table, path, &[("accept-encoding", "br, gzip")]).await;
        assert_eq!(asset.status(), StatusCode::OK, "{path}");
        assert_eq!(header(&asset, "cache-control"), "public, max-age=31536000, immutable");
        assert!(["br", ""].contains(&header(&asset, "content-encoding")));
        let etag = header(&asset, "etag").to_owned();
        let again = with(&table, path, &[("accept-encoding", "br, gzip"), ("if-none-match", &etag)]).await;
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    }
    table.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn p12_the_stock_client_is_served_with_etag_or_says_why_not() {
    let table = Table::start().await;
    for name in ["socket.io.js", "socket.io.min.js", "socket.io.esm.min.js", "socket.io.msgpack.min.js"] {
        let path = format!("/socket.io/{name}");
        let response = get(&table, &path).await;
        if response.status() == StatusCode::NOT_FOUND {
            let body: Value = response.json().await.expect("JSON");
            assert_eq!(body["code"], "not_built", "built without Node");
            continue;
        }
        assert_eq!(response.status(), StatusCode::OK);
        assert!(header(&response, "content-type").contains("javascript"));
        let etag = header(&response, "etag").to_owned();
        assert!(etag.len() > 10);
        let again = with(&table, &path, &[("if-none-match", &etag)]).await;
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
        let compressed = with(&table, &path, &[("accept-encoding", "gzip")]).await;
        assert_eq!(header(&compressed, "content-encoding"), "gzip");
    }
    table.stop().await;
}
