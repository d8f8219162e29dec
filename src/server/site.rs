//! The site: `/`, `/join/{code}`, `/host`, `/remote`, `/watch/{code}`, `/games`, `/games/arena` and what they load, from
//! the folder embedded at build time.
//!
//! Builds no page and knows no room: the pages' own code does everything over Socket.IO.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::routing::get;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use rust_embed::RustEmbed;

use super::embedded::Folder;

#[derive(RustEmbed)]
#[folder = "$PARLOR_SITE_DIR"]
struct Embedded;

/// The page to join and play on: its script looks at the path.
const PLAY: &str = "index.html";
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
    page(folder.serve(PLAY, &request))
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

    #[test]
    fn what_is_not_there_is_said_in_words() {
        let response = found(None, "no-cache");
        assert_eq!(response.status(), StatusCode::NOT_FOUND);
    }
}
