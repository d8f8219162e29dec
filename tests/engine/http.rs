//! Points 1 to 3, 10 to 12, 17 and 25: what every request is told.

use parlor::proto::engine::Sid;
use parlor::transport::{AllowRequest, Config, Cookie, Cors, Origin};
use tokio_tungstenite::tungstenite::Error;

use crate::harness::{Reply, Server, Ws, config};

const UNKNOWN: &str = "AAAAAAAAAAAAAAAAAAAA";
const UPGRADE: &str =
    "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

/// Asks for an upgrade, which the server is to refuse as plain HTTP.
async fn upgrade(server: &Server, query: &str) -> Reply {
    let head = format!("GET /engine.io/?{query} HTTP/1.1\r\nHost: x\r\nConnection: close, Upgrade\r\n{UPGRADE}\r\n");
    server.raw(head.as_bytes()).await
}

#[tokio::test]
async fn p01_errors_are_json_with_their_code() {
    let mut server = Server::start(config()).await;
    server.get("EIO=4&transport=abc").await.refused(400, 0);
    server.get(&format!("EIO=4&transport=polling&sid={UNKNOWN}")).await.refused(400, 1);
    server.request("POST", "EIO=4&transport=polling", "", b"4x").await.refused(400, 2);
    server.get("EIO=4&transport=websocket").await.refused(400, 3);
    server.get("transport=polling").await.refused(400, 5);
    server.get("EIO=abc&transport=polling").await.refused(400, 5);
    let (client, _) = server.open().await;
    server.get(&client.query().replace("polling", "websocket")).await.refused(400, 3);
}

#[tokio::test]
async fn p01_a_forbidden_request_is_403_with_the_owner_s_words() {
    let allow_request = AllowRequest::new(|request, address| {
        assert!(address.ip().is_loopback());
        match request.headers.get("x-key") {
            Some(key) if key == "right" => Ok(()),
            Some(_) => Err("wrong key".to_owned()),
            None => Err(String::new()),
        }
    });
    let server = Server::start(Config { allow_request, ..config() }).await;
    let query = "EIO=4&transport=polling";
    let reply = server.get(query).await;
    reply.refused(403, 4);
    assert!(reply.body.contains("Forbidden"));
    let reply = server.request("GET", query, "X-Key: wrong\r\n", b"").await;
    reply.refused(403, 4);
    assert!(reply.body.contains("wrong key"));
    assert_eq!(server.request("GET", query, "X-Key: right\r\n", b"").await.status, 200);
    assert_eq!(upgrade(&server, "EIO=4&transport=websocket").await.status, 400);
}

#[tokio::test]
async fn p02_an_ill_formed_sid_is_unknown_and_never_opens_a_session() {
    let server = Server::start(config()).await;
    for sid in ["", "x", "__proto__", "%00", "..%2f", "AAAAAAAAAAAAAAAAAAA+"] {
        server.get(&format!("EIO=4&transport=polling&sid={sid}")).await.refused(400, 1);
    }
    assert_eq!(server.engine.counts().opened, 0);
}

#[tokio::test]
async fn p03_only_a_get_opens_a_session_and_only_get_and_post_use_it() {
    let mut server = Server::start(config()).await;
    for method in ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"] {
        server.request(method, "EIO=4&transport=polling", "", b"").await.refused(400, 2);
    }
    let (client, _) = server.open().await;
    for method in ["PUT", "DELETE", "OPTIONS", "PATCH"] {
        server.request(method, &client.query(), "", b"").await.refused(400, 3);
    }
    client.post("4still there").await.is("ok");
}

#[tokio::test]
async fn p03_options_is_204_before_any_check_and_a_refused_origin_is_not_named() {
    let origin = Origin::List(vec!["http://good".to_owned()]);
    let cors = Cors { origin, credentials: true, ..Cors::default() };
    let server = Server::start(Config { cors: Some(cors), ..config() }).await;
    let ask = async |origin: &str, query| {
        let head = format!("Origin: {origin}\r\nAccess-Control-Request-Headers: x-a\r\n");
        server.request("OPTIONS", query, &head, b"").await
    };
    let reply = ask("http://good", "transport=abc").await;
    assert_eq!(reply.status, 204);
    assert_eq!(reply.header("access-control-allow-origin").as_deref(), Some("http://good"));
    assert_eq!(reply.header("access-control-allow-credentials").as_deref(), Some("true"));
    assert_eq!(reply.header("access-control-allow-headers").as_deref(), Some("x-a"));
    let reply = ask("http://bad", "EIO=4&transport=polling").await;
    assert_eq!((reply.status, reply.header("access-control-allow-origin")), (204, None));
}

#[tokio::test]
async fn p03_every_reply_carries_the_cors_headers() {
    let mut server = Server::start(Config { cors: Some(Cors::default()), ..config() }).await;
    let (client, _) = server.open().await;
    for reply in [
        server.get("EIO=4&transport=abc").await,
        server.get("EIO=4&transport=polling").await,
        client.post("4x").await,
        client.get().await,
        client.post("").await,
        upgrade(&server, "EIO=3&transport=websocket").await,
    ] {
        assert_eq!(reply.header("access-control-allow-origin").as_deref(), Some("*"), "{reply:?}");
    }
}

#[tokio::test]
async fn p10_replies_are_plain_text_that_is_not_stored() {
    let mut server = Server::start(config()).await;
    let reply = server.get("EIO=4&transport=polling").await;
    assert_eq!(reply.header("set-cookie"), None);
    let (client, _) = server.open().await;
    client.post("4x").await.is("ok");
    for reply in [reply, client.get().await] {
        assert_eq!(reply.header("content-type").as_deref(), Some("text/plain; charset=UTF-8"));
        assert_eq!(reply.header("cache-control").as_deref(), Some("no-store"));
    }
}

#[tokio::test]
async fn p10_the_cookie_is_set_by_the_handshake_alone() {
    let mut server = Server::start(Config { cookie: Some(Cookie::default()), ..config() }).await;
    let reply = server.get("EIO=4&transport=polling").await;
    let sid = reply.json()["sid"].as_str().expect("a sid").to_owned();
    assert_eq!(reply.header("set-cookie"), Some(format!("io={sid}; Path=/; HttpOnly; SameSite=Lax")));
    drop(server.opened().await);
    let (client, _) = server.open().await;
    for reply in [client.post("4x").await, client.get().await, client.post("").await] {
        assert_eq!(reply.header("set-cookie"), None, "{reply:?}");
    }
}

#[tokio::test]
async fn p11_odd_queries_are_harmless_and_unknown_parameters_ignored() {
    let server = Server::start(config()).await;
    server.get("EIO=4&transport=__proto__").await.refused(400, 0);
    server.get("EIO=4&transport=constructor").await.refused(400, 0);
    server.get("").await.refused(400, 0);
    assert_eq!(server.get("EIO=4&transport=polling&t=abc&b64=1&&=&%").await.status, 200);
}

#[tokio::test]
async fn p11_a_rejected_websocket_handshake_is_an_http_400() {
    let mut server = Server::start(config()).await;
    upgrade(&server, "EIO=3&transport=websocket").await.refused(400, 5);
    upgrade(&server, "transport=websocket").await.refused(400, 5);
    upgrade(&server, "EIO=4&transport=abc").await.refused(400, 0);
    upgrade(&server, "EIO=4&transport=polling").await.refused(400, 3);
    upgrade(&server, &format!("EIO=4&transport=websocket&sid={UNKNOWN}")).await.refused(400, 1);
    let (client, _) = server.open().await;
    upgrade(&server, &client.query()).await.refused(400, 3);
    let head = "GET /engine.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nConnection: close, Upgrade\r\n";
    for lines in
        ["Upgrade: websocket\r\n", "Upgrade: websocket\r\nSec-WebSocket-Version: 12\r\nSec-WebSocket-Key: x\r\n"]
    {
        server.raw(format!("{head}{lines}\r\n").as_bytes()).await.refused(400, 3);
    }
    let refused = Ws::connect(server.address, "EIO=3&transport=websocket").await.err().expect("refused");
    assert!(matches!(*refused, Error::Http(reply) if reply.status() == 400));
}

#[tokio::test]
async fn p12_what_lies_below_the_path_is_left_to_other_routes() {
    let server = Server::start(config()).await;
    let reply = server.raw(b"GET /engine.io/socket.io.js HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
    assert_eq!(reply.status, 404);
    let query = "?EIO=4&transport=polling";
    let reply =
        server.raw(format!("GET /engine.io{query} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").as_bytes()).await;
    assert_eq!(reply.status, 200, "a missing trailing slash makes no difference");
}

#[tokio::test]
async fn a_path_needs_no_slashes_around_it() {
    let server = Server::start(Config { path: "engine.io".to_owned(), ..config() }).await;
    assert_eq!(server.get("EIO=4&transport=polling").await.status, 200);
    let server = Server::start(Config { path: "/".to_owned(), ..config() }).await;
    let request = b"GET /?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    assert_eq!(server.raw(request).await.status, 200);
}

#[tokio::test]
async fn p17_a_handshake_has_five_keys_and_names_the_upgrades_there_are() {
    let mut server = Server::start(config()).await;
    let json = server.get("EIO=4&transport=polling").await.json();
    let keys: Vec<_> = json.as_object().expect("an object").keys().cloned().collect();
    assert_eq!(keys, ["sid", "upgrades", "pingInterval", "pingTimeout", "maxPayload"]);
    assert_eq!(json["upgrades"], serde_json::json!(["websocket"]));
    drop(server.opened().await);
    let mut ws = Ws::connect(server.address, "EIO=4&transport=websocket").await.expect("101");
    let text = ws.text().await;
    let json: serde_json::Value = serde_json::from_str(&text[1..]).expect("JSON");
    assert_eq!(json["upgrades"], serde_json::json!([]));
    assert_eq!(
        (&json["pingInterval"], &json["pingTimeout"], &json["maxPayload"]),
        (&25_000.into(), &20_000.into(), &1_000_000.into())
    );
}

#[tokio::test]
async fn p17_no_upgrades_are_named_or_taken_where_they_are_switched_off() {
    let mut server = Server::start(Config { allow_upgrades: false, ..config() }).await;
    let (client, _) = server.open().await;
    let json = server.get("EIO=4&transport=polling").await.json();
    assert_eq!(json["upgrades"], serde_json::json!([]));
    upgrade(&server, &format!("EIO=4&transport=websocket&sid={}", client.sid)).await.refused(400, 3);
    client.post("4still there").await.is("ok");
}

#[tokio::test]
async fn p25_sids_are_20_characters_and_differ() {
    let mut server = Server::start(config()).await;
    let mut seen = std::collections::HashSet::new();
    for _ in 0..32 {
        let (client, opened) = server.open().await;
        assert_eq!(client.sid.len(), Sid::LENGTH);
        assert_eq!(client.sid, opened.session.sid().to_string());
        assert!(seen.insert(client.sid));
    }
}

#[tokio::test]
async fn a_handshake_shows_the_layer_above_its_request() {
    let mut server = Server::start(config()).await;
    let reply = server.request("GET", "EIO=4&transport=polling&room=7", "X-A: b\r\n", b"").await;
    assert_eq!(reply.status, 200);
    let handshake = server.opened().await.handshake;
    assert_eq!(handshake.request.uri.query(), Some("EIO=4&transport=polling&room=7"));
    assert_eq!(handshake.request.headers["x-a"], "b");
    assert!(handshake.address.ip().is_loopback());
}
