//! What a message says, as far as the load generator wants to know: the event's name, its tick and its times.
//!
//! Builds no trees: what it has no use for is skipped in place.

use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::Value;

use crate::{Kind, Message, Packet, Parser};

/// The fields of an event's payload that are measured by. `S` is what is wanted of the state.
#[derive(Debug, Default, Deserialize)]
#[serde(bound = "S: DeserializeOwned")]
pub(super) struct Head<S> {
    pub(super) tick: Option<u64>,
    pub(super) base: Option<u64>,
    /// Milliseconds since the Unix epoch, on the server's clock.
    pub(super) t: Option<f64>,
    #[serde(alias = "patch")]
    pub(super) state: Option<S>,
}

impl<S> Head<S> {
    /// The head alone, and the state.
    pub(super) fn split(self) -> (Head<()>, Option<S>) {
        let Self { tick, base, t, state } = self;
        (Head { tick, base, t, state: None }, state)
    }
}

#[derive(Deserialize)]
#[serde(bound(deserialize = "P: Deserialize<'de>"))]
struct Packed<'a, P> {
    #[serde(borrow)]
    data: (&'a str, P),
}

/// The name of the event that a message carries. `None` for what is no event.
pub(super) fn name(bytes: &[u8], binary: bool) -> Option<&str> {
    if binary {
        return rmp_serde::from_slice::<Packed<'_, IgnoredAny>>(bytes).ok().map(|packed| packed.data.0);
    }
    let data = bytes.strip_prefix(b"42[\"")?;
    let name = data.get(..data.iter().position(|byte| *byte == b'"')?)?;
    std::str::from_utf8(name).ok().filter(|name| !name.contains('\\'))
}

/// The event's payload, if it is of this shape.
pub(super) fn payload<P: DeserializeOwned>(bytes: &[u8], binary: bool) -> Option<P> {
    if binary {
        return rmp_serde::from_slice::<Packed<'_, P>>(bytes).ok().map(|packed| packed.data.1);
    }
    serde_json::from_slice::<(IgnoredAny, P)>(bytes.strip_prefix(b"42")?).ok().map(|(_, payload)| payload)
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
            let head = payload::<Head<IgnoredAny>>(&bytes, binary).expect("a head");
            assert_eq!((head.tick, head.base, head.t), (Some(7), None, Some(1.5)));
            assert_eq!(name(&bytes, binary), Some("snapshot"));
        }
    }

    #[test]
    fn what_has_no_head_still_has_a_name() {
        for parser in [Parser::Json, Parser::Msgpack] {
            let (bytes, binary) = encode(Kind::Event, None, Some(json!(["state", "x"])), parser);
            assert_eq!(name(&bytes, binary), Some("state"));
            assert!(payload::<Head<IgnoredAny>>(&bytes, binary).is_none());
            let (bytes, binary) = encode(Kind::Ack, Some(1), Some(json!([{"ok": true}])), parser);
            assert_eq!(name(&bytes, binary), None);
        }
    }
}
