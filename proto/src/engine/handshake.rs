//! What a session's first packet says: `0` and a JSON object of five keys, no more.
//!
//! Opens nothing. Source: engine.io-protocol v4, "Handshake".

use serde::Serialize;

use super::{Sid, Transport};
use crate::frame::{Frame, Kind, Writer};

/// The handshake's object.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Handshake<'a> {
    #[serde(serialize_with = "as_text")]
    sid: Sid,
    upgrades: &'a [Transport],
    ping_interval: u32,
    ping_timeout: u32,
    max_payload: usize,
}

impl<'a> Handshake<'a> {
    /// A session's handshake: its id, what it may be upgraded to, milliseconds from ping to ping and from ping to
    /// pong, and the bytes of the largest body or message that the server takes.
    #[must_use]
    pub const fn new(
        sid: Sid,
        upgrades: &'a [Transport],
        ping_interval_ms: u32,
        ping_timeout_ms: u32,
        max_payload: usize,
    ) -> Self {
        Self { sid, upgrades, ping_interval: ping_interval_ms, ping_timeout: ping_timeout_ms, max_payload }
    }

    /// The open packet.
    #[must_use]
    pub fn encode(&self) -> Frame {
        let mut writer = Writer::with_capacity(128);
        writer.push(b"0");
        // Writing to memory does not fail, and no value here can't be serialized.
        let written = serde_json::to_writer(&mut writer, self);
        debug_assert!(written.is_ok(), "a handshake is plain JSON");
        writer.finish(Kind::Text)
    }
}

fn as_text<S: serde::Serializer>(sid: &Sid, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(sid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p17_a_handshake_has_five_keys() {
        let sid = Sid::new([0; 15]);
        let frame = Handshake::new(sid, &[Transport::Websocket], 300, 200, 1_000_000).encode();
        let text = String::from_utf8_lossy(frame.payload()).into_owned();
        let expect = r#"0{"sid":"AAAAAAAAAAAAAAAAAAAA","upgrades":["websocket"],"pingInterval":300,"pingTimeout":200,"maxPayload":1000000}"#;
        assert_eq!(text, expect);
        let frame = Handshake::new(sid, &[], 300, 200, 1_000_000).encode();
        assert!(String::from_utf8_lossy(frame.payload()).contains(r#""upgrades":[]"#));
    }
}
