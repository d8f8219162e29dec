//! A WebSocket's handshake: the request's headers, the reply, and the stream that hyper hands over after it.
//!
//! Speaks no Engine.IO. Source: RFC 6455 §4.2.

use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::{
    CONNECTION, HeaderName, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL, SEC_WEBSOCKET_VERSION,
    UPGRADE,
};
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use super::tunnel::Wire;
use super::wire::Socket;

/// Whether a request asks for a WebSocket.
pub(super) fn is_upgrade(headers: &HeaderMap) -> bool {
    has_token(headers, &UPGRADE, "websocket") && has_token(headers, &CONNECTION, "upgrade")
}

/// The reply that accepts it; `None` if the request's key or version is not what RFC 6455 asks for.
pub(super) fn accept(headers: &HeaderMap) -> Option<Response<Body>> {
    let key = headers.get(SEC_WEBSOCKET_KEY)?.as_bytes();
    let is_key = STANDARD.decode(key).is_ok_and(|key| key.len() == 16);
    let is_version = headers.get(SEC_WEBSOCKET_VERSION).is_some_and(|version| version == "13");
    if !is_key || !is_version {
        return None;
    }
    let accept = HeaderValue::from_str(&derive_accept_key(key)).ok()?;
    let mut reply = Response::new(Body::empty());
    *reply.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    reply.headers_mut().insert(CONNECTION, HeaderValue::from_static("Upgrade"));
    reply.headers_mut().insert(UPGRADE, HeaderValue::from_static("websocket"));
    reply.headers_mut().insert(SEC_WEBSOCKET_ACCEPT, accept);
    // As the reference does: a browser that offers subprotocols gives up unless one of them is chosen.
    let offered = headers.get(SEC_WEBSOCKET_PROTOCOL).and_then(|offered| offered.to_str().ok()?.split(',').next());
    if let Some(first) = offered.and_then(|first| HeaderValue::from_str(first.trim()).ok()) {
        reply.headers_mut().insert(SEC_WEBSOCKET_PROTOCOL, first);
    }
    Some(reply)
}

/// The stream, and what has been read of it already. One of our own listener's sockets can be written directly.
pub(super) fn take_over(upgraded: Upgraded) -> (Wire, Bytes) {
    match upgraded.downcast::<TokioIo<Socket>>() {
        Ok(parts) => {
            let (reader, writer) = parts.io.into_inner().split();
            (Wire::Direct(reader, Some(writer)), parts.read_buf)
        }
        Err(upgraded) => (Wire::Other(Box::new(TokioIo::new(upgraded))), Bytes::new()),
    }
}

fn has_token(headers: &HeaderMap, name: &HeaderName, token: &str) -> bool {
    let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|value| value.trim().eq_ignore_ascii_case(token))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn an_upgrade_is_named_in_both_headers() {
        assert!(is_upgrade(&headers(&[("upgrade", "WebSocket"), ("connection", "keep-alive, Upgrade")])));
        assert!(!is_upgrade(&headers(&[("upgrade", "websocket")])));
        assert!(!is_upgrade(&headers(&[("upgrade", "h2c"), ("connection", "upgrade")])));
    }

    #[test]
    fn a_handshake_has_a_key_of_16_bytes_and_version_13() {
        let key = ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==");
        let reply = accept(&headers(&[key, ("sec-websocket-version", "13")])).expect("RFC 6455's own example");
        assert_eq!(reply.headers()[SEC_WEBSOCKET_ACCEPT], "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        assert!(accept(&headers(&[key, ("sec-websocket-version", "8")])).is_none());
        assert!(accept(&headers(&[("sec-websocket-key", "AAAA"), ("sec-websocket-version", "13")])).is_none());
        assert!(accept(&headers(&[("sec-websocket-version", "13")])).is_none());
    }

    #[test]
    fn the_first_subprotocol_that_is_offered_is_chosen() {
        let key = ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==");
        let offer = ("sec-websocket-protocol", "a, b");
        let reply = accept(&headers(&[key, ("sec-websocket-version", "13"), offer])).expect("a handshake");
        assert_eq!(reply.headers()[SEC_WEBSOCKET_PROTOCOL], "a");
    }
}
