//! The site: `/`, `/join/{code}`, `/host`, `/remote`, `/watch/{code}`, `/games`, `/games/arena` and what they load, from
//! the folder embedded at build time.
//!
//! Builds no page and knows no room: the pages' own code does everything over Socket.IO. The page to play on is built in
//! several languages, with its form in it; which of them is sent is chosen here.

use std::borrow::Cow;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::routing::get;
use http::header::{
    ACCEPT_LANGUAGE, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, COOKIE, REFERRER_POLICY, VARY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use rust_embed::RustEmbed;

use super::embedded::Folder;

#[derive(RustEmbed)]
#[folder = "$PARLOR_SITE_DIR"]
struct Embedded;

/// The page to join and play on: its script looks at the path.
const PLAY: &str = "index.html";
/// The language of pages whose file's name doesn't say it.
const UNTAGGED: &str = "en";
/// How the cookie of a picked language begins.
const PICKED: &str = "parlor.language=";
/// The page to host on.
const HOST: &str = "host.html";
/// The page to host on with a phone.
const REMOTE: &str = "remote.html";
/// The page to watch on: its script looks at the path.
const WATCH: &str = "watch.html";
/// The page that lists the games and the public rooms.
const GAMES: &str = "games.html";
/// The page to play the arena on: its script looks at the query.
const ARENA: &str = "arena.html";

/// What a page may do. Packs name pictures and sounds of other hosts, so those may be loaded from any address
/// that a pack may give; scripts, styles and the socket come from here alone, and no other page may frame this one.
const POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
    connect-src 'self' ws: wss:; img-src 'self' http: https: data:; media-src 'self' http: https: data:; \
    font-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// The site's routes. Built without the site, they show a page that says how to build it.
pub(super) fn routes() -> Router {
    let folder = Arc::new(Folder::load::<Embedded>());
    Router::new()
        .route("/", get(play))
        .route("/join", get(play))
        .route("/join/{code}", get(play))
        .route("/host", get(host))
        .route("/remote", get(remote))
        .route("/watch", get(watch))
        .route("/watch/{code}", get(watch))
        .route("/games", get(games))
        .route("/games/arena", get(arena))
        .route("/assets/{*path}", get(asset))
        .route("/{file}", get(file))
        .with_state(folder)
}

async fn play(State(folder): State<Arc<Folder>>, request: HeaderMap) -> Response<Body> {
    let mut response = page(folder.serve(&spoken(&folder, PLAY, &request), &request));
    response.headers_mut().insert(VARY, HeaderValue::from_static("accept-encoding, accept-language, cookie"));
    response
}

async fn host(State(folder): State<Arc<Folder>>, request: HeaderMap) -> Response<Body> {
    page(folder.serve(HOST, &request))
}

async fn remote(State(folder): State<Arc<Folder>>, request: HeaderMap) -> Response<Body> {
    page(folder.serve(REMOTE, &request))
}

async fn watch(State(folder): State<Arc<Folder>>, request: HeaderMap) -> Response<Body> {
    page(folder.serve(WATCH, &request))
}

async fn games(State(folder): State<Arc<Folder>>, request: HeaderMap) -> Response<Body> {
    page(folder.serve(GAMES, &request))
}

async fn arena(State(folder): State<Arc<Folder>>, request: HeaderMap) -> Response<Body> {
    page(folder.serve(ARENA, &request))
}

/// The file of a page in the language that its reader wishes for most, of those it was built in: `index.de.html`. The file
/// without a tag is English, and for everybody else. The page's own script chooses by the same list.
fn spoken<'a>(folder: &Folder, page: &'a str, request: &HeaderMap) -> Cow<'a, str> {
    let Some(stem) = page.strip_suffix(".html") else { return Cow::Borrowed(page) };
    for tag in picked(request).into_iter().chain(wishes(request)) {
        if tag.eq_ignore_ascii_case(UNTAGGED) {
            break;
        }
        let file = format!("{stem}.{}.html", tag.to_ascii_lowercase());
        if folder.has(&file) {
            return Cow::Owned(file);
        }
    }
    Cow::Borrowed(page)
}

/// The language that was picked on the page, which keeps it in a cookie.
fn picked(request: &HeaderMap) -> Option<&str> {
    let pairs = request.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    pairs.flat_map(|value| value.split(';')).find_map(|pair| pair.trim().strip_prefix(PICKED))
}

/// RFC 9110 §12.5.4: languages with their weights; of each only what it is, not where: "de" of "de-AT".
fn wishes(request: &HeaderMap) -> Vec<&str> {
    let listed = request.get_all(ACCEPT_LANGUAGE).iter().filter_map(|value| value.to_str().ok());
    let mut wishes: Vec<(f32, &str)> = listed
        .flat_map(|value| value.split(','))
        .filter_map(|item| {
            let mut parts = item.split(';').map(str::trim);
            let tag = parts.next()?.split('-').next()?;
            let weight = parts.find_map(|part| part.strip_prefix("q=")).map_or(Some(1.0), |q| q.parse().ok())?;
            (weight > 0.0).then_some((weight, tag))
        })
        .collect();
    // Stable: of equal weight, the first.
    wishes.sort_by(|a, b| b.0.total_cmp(&a.0));
    wishes.into_iter().map(|(_, tag)| tag).collect()
}

/// Pages name their assets by hash, so a kept page is asked for again each time.
fn page(response: Option<Response<Body>>) -> Response<Body> {
    let mut response = response.unwrap_or_else(unbuilt);
    cached(&mut response, "no-cache");
    secured(response)
}

/// Vite names what is under `assets/` by a hash of its content, so it never changes.
async fn asset(State(folder): State<Arc<Folder>>, Path(path): Path<String>, request: HeaderMap) -> Response<Body> {
    found(folder.serve(&format!("assets/{path}"), &request), "public, max-age=31536000, immutable")
}

/// Files beside the index: `favicon.svg`, `robots.txt`.
async fn file(State(folder): State<Arc<Folder>>, Path(name): Path<String>, request: HeaderMap) -> Response<Body> {
    found(folder.serve(&name, &request), "public, max-age=3600")
}

fn found(response: Option<Response<Body>>, cache: &'static str) -> Response<Body> {
    let Some(mut response) = response else { return secured(missing()) };
    cached(&mut response, cache);
    secured(response)
}

fn cached(response: &mut Response<Body>, cache: &'static str) {
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static(cache));
}

fn missing() -> Response<Body> {
    let mut response = Response::new(Body::from("There is nothing here.\n"));
    *response.status_mut() = StatusCode::NOT_FOUND;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}

fn unbuilt() -> Response<Body> {
    let mut response = Response::new(Body::from(UNBUILT));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    response
}

/// The headers that every page and file of ours has.
pub(super) fn secured(mut response: Response<Body>) -> Response<Body> {
    let fixed: [(HeaderName, &'static str); 5] = [
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (X_FRAME_OPTIONS, "DENY"),
        // The host page's address bar holds the key in its fragment, which no referrer shows; its path is nobody's business either.
        (REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ];
    for (name, value) in fixed {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

const UNBUILT: &str = "<!doctype html>
<html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>Parlor</title>
<h1>Parlor is running</h1>
<p>This server was built without its site. Its Socket.IO side works all the same, on the path <code>/socket.io/</code>.
<p>To build the site into it, run <code>make build</code> where its sources are; that takes Node 20 or later.
</html>
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_may_not_be_framed_or_sniffed() {
        let response = secured(unbuilt());
        let policy = response.headers().get(CONTENT_SECURITY_POLICY).expect("a policy");
        assert!(policy.to_str().expect("ASCII").contains("frame-ancestors 'none'"));
        assert_eq!(response.headers().get(X_CONTENT_TYPE_OPTIONS).expect("set"), "nosniff");
    }

    #[track_caller]
    fn check_language(wish: &'static str, file: &str) {
        check_picked(wish, "", file);
    }

    #[track_caller]
    fn check_picked(wish: &'static str, cookie: &'static str, file: &str) {
        let folder = Folder::of(&["index.html", "index.de.html", "host.html"]);
        let mut request = HeaderMap::new();
        request.insert(ACCEPT_LANGUAGE, HeaderValue::from_static(wish));
        request.insert(COOKIE, HeaderValue::from_static(cookie));
        assert_eq!(spoken(&folder, PLAY, &request), file, "{wish}");
        assert_eq!(spoken(&folder, HOST, &request), HOST, "{wish}");
    }

    #[test]
    fn the_page_to_play_on_is_in_its_readers_language() {
        check_language("de-AT, en;q=0.8", "index.de.html");
        check_language("DE", "index.de.html");
        check_language("fr-FR, fr;q=0.9, de;q=0.8, en;q=0.7", "index.de.html");
        check_language("de;q=0.5, en;q=0.7", "index.html");
        check_language("en-GB, de", "index.html");
        check_language("de;q=0", "index.html");
        check_language("fr, *", "index.html");
        check_language("../host, de;q=x", "index.html");
        check_language("", "index.html");
        check_picked("de", "io=1; parlor.language=en", "index.html");
        check_picked("en", "parlor.language=de", "index.de.html");
        check_picked("de", "parlor.language=../x", "index.de.html");
    }

    #[test]
    fn what_is_not_there_is_said_in_words() {
        let response = found(None, "no-cache");
        assert_eq!(response.status(), StatusCode::NOT_FOUND);
    }
}
