//! The replies that Engine.IO's requests share.
//!
//! Adds no cross-origin headers: `engine` puts them on all replies alike.

use axum::body::Body;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Response, StatusCode};
use parlor_proto::engine::verify::{Code, Refusal};

use super::table::Crowded;

/// "Errors are JSON `{"code": <number>, "message"}` with 400 (403 for code 4)."
pub(super) fn refuse(refusal: &Refusal) -> Response<Body> {
    let status = StatusCode::from_u16(refusal.code.status()).unwrap_or(StatusCode::BAD_REQUEST);
    json(status, refusal)
}

/// "A rejected WebSocket handshake is an HTTP 400, never 101 and close."
pub(super) fn refuse_upgrade(refusal: &Refusal) -> Response<Body> {
    json(StatusCode::BAD_REQUEST, refusal)
}

/// The reference has no such bounds; a client tries again later, as after any failed connection.
pub(super) fn crowded(crowded: Crowded) -> Response<Body> {
    let (status, message) = match crowded {
        Crowded::Closing => (StatusCode::SERVICE_UNAVAILABLE, "Server shutting down"),
        Crowded::Server => (StatusCode::SERVICE_UNAVAILABLE, "Too many sessions"),
        Crowded::Address => (StatusCode::TOO_MANY_REQUESTS, "Too many sessions from this address"),
    };
    json(status, &Refusal { code: Code::Forbidden, message: message.into() })
}

pub(super) fn with_status(status: StatusCode) -> Response<Body> {
    let mut reply = Response::new(Body::empty());
    *reply.status_mut() = status;
    reply
}

fn json(status: StatusCode, refusal: &Refusal) -> Response<Body> {
    let mut reply = Response::new(Body::from(refusal.body()));
    *reply.status_mut() = status;
    reply.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    reply
}
