//! What is asked over plain HTTP: whether the server serves, which games it has, and which packs a host may choose from.
//!
//! Changes nothing: everything that does goes over a socket, with a key or a seat's token, so a page of another
//! origin has nothing to ride on. No cookie is read or set.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{ConnectInfo, Path, State};
use axum::routing::get;
use axum::{Json, Router};
use http::header::{AUTHORIZATION, CACHE_CONTROL, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use parlor_games::about::About;
use serde::Serialize;

use super::keys::HostKey;
use super::limits::Guess;
use super::site::secured;
use super::state::Shared;
use crate::packs::library::Listing;

/// The routes.
pub(super) fn routes(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/healthz", get(health))
        .route("/api/games", get(games))
        .route("/api/packs", get(packs))
        .route("/api/packs/{id}", get(pack))
        .with_state(shared)
}

async fn health() -> &'static str {
    "ok\n"
}

/// `GET /api/packs`.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "PackList"))]
pub(super) struct Packs<'a> {
    packs: Vec<Pack<'a>>,
}

/// A quiz that a room can be opened with.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Pack<'a> {
    /// Its name in `options`.
    id: &'a str,
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    author: Option<&'a str>,
    /// How many.
    questions: usize,
    /// Of which kinds.
    #[cfg_attr(test, schemars(with = "Vec<parlor_games::quiz::pack::Kind>"))]
    kinds: Vec<&'static str>,
}

/// A no over plain HTTP.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Denied"))]
pub(super) struct Refused {
    /// Stable.
    #[cfg_attr(test, schemars(with = "super::contract::parts::RefusalCode"))]
    code: &'static str,
    /// Words a person can read.
    message: &'static str,
}

/// `GET /api/games`.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "GameList"))]
pub(super) struct Games {
    games: Vec<Game>,
}

/// A game of the catalog.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Game {
    /// Its name on the wire.
    name: &'static str,
    #[serde(flatten)]
    about: About,
}

/// For anybody: whoever may join a room may know which kinds there are.
async fn games(State(shared): State<Arc<Shared>>) -> Response<Body> {
    let games = shared.directory.catalog().about().map(|(name, about)| Game { name, about }).collect();
    answer(StatusCode::OK, &Games { games })
}

/// Titles alone tell what will be asked, so they are for those who have the key.
async fn packs(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: HeaderMap,
) -> Response<Body> {
    if let Some(refusal) = refused(&shared, peer, &request, &shared.key, "The host key is missing or wrong.") {
        return refusal;
    }
    let listings = shared.packs.listings();
    answer(StatusCode::OK, &Packs { packs: listings.iter().map(Pack::from).collect() })
}

/// All of one pack, with its right answers: for a host who looks before choosing.
async fn pack(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path(id): Path<String>,
    request: HeaderMap,
) -> Response<Body> {
    if let Some(refusal) = refused(&shared, peer, &request, &shared.key, "The host key is missing or wrong.") {
        return refusal;
    }
    // The largest are megabytes: reading one takes longer than others should wait for.
    let read = tokio::task::spawn_blocking(move || shared.packs.pack(&id)).await;
    match read.ok().flatten() {
        Some(pack) => answer(StatusCode::OK, &pack),
        None => {
            let message = "There is no such pack on this server.";
            answer(StatusCode::NOT_FOUND, &Refused { code: "unknown_pack", message })
        }
    }
}

/// The no to a request that does not show this key, in these words if it is missing or wrong. Wrong ones are counted by address, so that
/// nobody finds it by trying.
pub(super) fn refused(
    shared: &Shared,
    peer: SocketAddr,
    request: &HeaderMap,
    key: &HostKey,
    message: &'static str,
) -> Option<Response<Body>> {
    let address = shared.behind(peer.ip(), request);
    let now = shared.now();
    if !shared.addresses.may_try(address, &[Guess::Key], now) {
        let message = "Too many attempts from your address. Wait a minute.";
        return Some(answer(StatusCode::TOO_MANY_REQUESTS, &Refused { code: "too_many_attempts", message }));
    }
    let offered = bearer(request);
    if offered.is_some_and(|offered| key.is(offered)) {
        return None;
    }
    if offered.is_some() {
        shared.addresses.mistake(address, Guess::Key, now);
    }
    let mut response = answer(StatusCode::UNAUTHORIZED, &Refused { code: "bad_key", message });
    response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    Some(response)
}

/// RFC 6750 §2.1.
fn bearer(request: &HeaderMap) -> Option<&str> {
    let (scheme, key) = request.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| key.trim())
}

fn answer(status: StatusCode, body: &impl Serialize) -> Response<Body> {
    use axum::response::IntoResponse;

    let mut response = (status, Json(body)).into_response();
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    secured(response)
}

impl<'a> From<&'a Listing> for Pack<'a> {
    fn from(listing: &'a Listing) -> Self {
        Self {
            id: &listing.id,
            title: &listing.title,
            language: listing.language.as_deref(),
            description: listing.description.as_deref(),
            author: listing.author.as_deref(),
            questions: listing.questions,
            kinds: listing.kinds.keys().copied().collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(header: &str, key: Option<&str>) {
        let mut request = HeaderMap::new();
        request.insert(AUTHORIZATION, header.parse().expect("a header"));
        assert_eq!(bearer(&request), key);
    }

    #[test]
    fn a_key_is_read_from_its_header() {
        check("Bearer abc", Some("abc"));
        check("bearer  abc ", Some("abc"));
        check("Basic abc", None);
        check("Bearer", None);
    }
}
