//! The stock client at `/socket.io/socket.io.js` and its sibling names, from the folder embedded at build time.
//!
//! Is not the site: pages of other origins load it too, so it carries the CORS headers of the path it stands under.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::IntoResponse;
use axum::routing::get;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use rust_embed::RustEmbed;

use super::embedded::Folder;
use crate::transport::{self, Cors};

#[derive(RustEmbed)]
#[folder = "$PARLOR_CLIENT_DIR"]
struct Embedded;

/// The names the reference server serves, and no others.
const NAMES: [&str; 8] = [
    "socket.io.js",
    "socket.io.js.map",
    "socket.io.min.js",
    "socket.io.min.js.map",
    "socket.io.esm.min.js",
    "socket.io.esm.min.js.map",
    "socket.io.msgpack.min.js",
    "socket.io.msgpack.min.js.map",
];

/// Serves the stock client beside the path where it connects: `/socket.io/socket.io.js` and its sibling names.
///
/// The files are embedded when Parlor is built with its site. Without them the route answers 404 and says so.
///
/// ```no_run
/// let config = parlor::socketio::Config::default();
/// let client = parlor::server::client_bundle(&config.transport);
/// let router = parlor::socketio::Io::new(config).router().merge(client);
/// # drop(router);
/// ```
pub fn client_bundle(config: &transport::Config) -> Router {
    Router::new()
        .route(&format!("{}/{{file}}", config.path.trim_end_matches('/')), get(client))
        .with_state((Arc::new(Bundle::load()), config.cors.clone()))
}

/// "Error replies and the client bundle carry the CORS headers too."
async fn client(
    State((bundle, cors)): State<(Arc<Bundle>, Option<Cors>)>,
    Path(name): Path<String>,
    request: HeaderMap,
) -> impl IntoResponse {
    if !Bundle::names(&name) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let mut reply = bundle.serve(&name, &request);
    if let Some(cors) = cors {
        cors.apply(&request, reply.headers_mut());
    }
    reply
}

/// The stock client's files.
#[derive(Debug)]
struct Bundle {
    folder: Folder,
}

impl Bundle {
    /// All that was embedded.
    fn load() -> Self {
        Self { folder: Folder::load::<Embedded>() }
    }

    /// Whether `name` is one of the client's files, embedded or not.
    fn names(name: &str) -> bool {
        NAMES.contains(&name)
    }

    /// The file of this name, or words that say why it isn't there.
    fn serve(&self, name: &str, request: &HeaderMap) -> Response<Body> {
        let mut response = self.folder.serve(name, request).unwrap_or_else(unbuilt);
        response.headers_mut().entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("public, max-age=0"));
        response
    }
}

fn unbuilt() -> Response<Body> {
    let words = r#"{"code":"not_built","message":"This server was built without the stock client; run `make build`."}"#;
    let mut response = Response::new(Body::from(words));
    *response.status_mut() = StatusCode::NOT_FOUND;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_reference_servers_names_are_the_clients() {
        assert!(Bundle::names("socket.io.esm.min.js.map"));
        assert!(!Bundle::names("socket.io.js.br"));
        assert!(!Bundle::names("../index.html"));
    }

    #[test]
    fn an_unbuilt_client_is_a_404_with_words() {
        assert_eq!(unbuilt().status(), StatusCode::NOT_FOUND);
    }
}
