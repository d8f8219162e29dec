//! Compression of polls' replies, by the coding that the client takes.
//!
//! Compresses nothing on WebSocket, and no file: those that a server embeds are compressed when it is built.

use axum::Router;
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::SizeAbove;

use super::Config;

/// The same routes, whose replies are compressed if that is configured and worth it.
///
/// Quickly rather than well: a reply is read once, and the thread that compresses it has others waiting.
pub(super) fn compressed(routes: Router, config: &Config) -> Router {
    if !config.http_compression {
        return routes;
    }
    let layer = CompressionLayer::new().quality(CompressionLevel::Fastest);
    routes.layer(layer.compress_when(SizeAbove::new(config.http_compression_threshold)))
}
