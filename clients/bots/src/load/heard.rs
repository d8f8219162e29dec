//! What a message says, as far as the load generator wants to know: the event's name, its tick and its times.
//!
//! Builds no trees: what it has no use for is skipped in place.

use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::Value;

use crate::{Kind, Message, Packet, Parser};

/// The fields of an event's payload that are measured by. `S` is what is wanted of the state.
#[derive(Debug, Deserialize)]
#[serde(bound = "S: DeserializeOwned")]
pub(super) struct Head<S> {
    pub(super) tick: Option<u64>,
    pub(super) base: Option<u64>,
    /// Milliseconds since the Unix epoch, on the server's clock.
    pub(super) t: Option<f64>,
    #[serde(alias = "patch")]
    pub(super) state: Option<S>,
}

#[derive(Deserialize)]
#[serde(bound = "S: DeserializeOwned")]
struct Packed<'a, S> {
    #[serde(borrow)]
    data: (&'a str, Head<S>),
}

#[derive(Deserialize)]
struct Named<'a> {
    #[serde(borrow)]
    data: (&'a str, IgnoredAny),
}

/// The event that a message carries: its name, and its head if it has one. `None` for what is no event.
pub(super) fn event<S: DeserializeOwned>(bytes: &[u8], binary: bool) -> Option<(&str, Option<Head<S>>)> {
    if binary {
        return match rmp_serde::from_slice::<Packed<'_, S>>(bytes) {
            Ok(Packed { data: (name, head) }) => Some((name, Some(head))),
            Err(_) => rmp_serde::from_slice::<Named<'_>>(bytes).ok().map(|named| (named.data.0, None)),
        };
    }
    let data = bytes.strip_prefix(b"42")?;
    match serde_json::from_slice::<(&str, Head<S>)>(data) {
        Ok((name, head)) => Some((name, Some(head))),
        Err(_) => serde_json::from_slice::<(&str, IgnoredAny)>(data).ok().map(|(name, _)| (name, None)),
    }
}

/// The whole packet: for what is said a few times in a client's life.
pub(super) fn packet(bytes: &[u8], binary: bool) -> Option<Packet> {
    let message = if binary {
        Message::Binary(bytes.to_vec())
    } else {
        Message::Text(std::str::from_utf8(bytes).ok()?.to_owned())
    };
    Packet::decode(&message).ok()
}

/// A packet's bytes, and whether they are binary.
pub(super) fn encode(kind: Kind, id: Option<u64>, data: Option<Value>, parser: Parser) -> (Vec<u8>, bool) {
    match (Packet { kind, namespace: "/".into(), id, data }).encode(parser) {
        Message::Text(text) => (text.into_bytes(), false),
        Message::Binary(bytes) => (bytes, true),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_head_is_read_in_both_parsers() {
        for parser in [Parser::Json, Parser::Msgpack] {
            let data = json!(["snapshot", {"tick": 7, "t": 1.5, "state": {"players": {"1": {"x": 2}}}}]);
            let (bytes, binary) = encode(Kind::Event, None, Some(data), parser);
            let (name, head) = event::<IgnoredAny>(&bytes, binary).expect("an event");
            let head = head.expect("a head");
            assert_eq!((name, head.tick, head.base, head.t), ("snapshot", Some(7), None, Some(1.5)));
        }
    }

    #[test]
    fn what_has_no_head_still_has_a_name() {
        for parser in [Parser::Json, Parser::Msgpack] {
            let (bytes, binary) = encode(Kind::Event, None, Some(json!(["state", [1, 2]])), parser);
            let (name, head) = event::<IgnoredAny>(&bytes, binary).expect("an event");
            assert_eq!((name, head.is_none()), ("state", true));
            let (bytes, binary) = encode(Kind::Ack, Some(1), Some(json!([{"ok": true}])), parser);
            assert!(event::<IgnoredAny>(&bytes, binary).is_none());
        }
    }
}
