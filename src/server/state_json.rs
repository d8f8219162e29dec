//! State as JSON text: the frames that go out at every tick, written straight from their trees.
//!
//! Byte for byte what `wire` says of them through serde, in less time. Everything else goes that way.

use super::link::NAMESPACE;
use super::wire;
use crate::proto::frame::Frame;
use crate::proto::socket::encode_json_event;
use crate::room::{Branch, Outgoing, Tree};

/// What the fields beside a tree may be long, and a little more.
const FIELDS: usize = 96;

/// The frame that says this to clients of the JSON parser; `None` if it is not state.
pub(super) fn frame(outgoing: &Outgoing) -> Option<Frame> {
    let (tick, tree) = match outgoing {
        Outgoing::Snapshot { tick, state: tree, .. } | Outgoing::Delta { tick, patch: tree, .. } => (*tick, tree),
        Outgoing::You { tick, private } if matches!(private.root(), Branch::Map(_)) => (*tick, private),
        _ => return None,
    };
    let name = wire::name(outgoing)?;
    Some(encode_json_event(NAMESPACE, name, FIELDS + tree.size_hint(), |out| {
        field(out, b'{', "tick", |out| number(out, tick));
        match outgoing {
            Outgoing::Delta { base, t, .. } => {
                field(out, b',', "base", |out| number(out, *base));
                moment(out, *t);
                field(out, b',', "patch", |out| tree.write_json(out));
            }
            Outgoing::Snapshot { t, .. } => {
                moment(out, *t);
                field(out, b',', "state", |out| tree.write_json(out));
            }
            _ => members(out, tree),
        }
        out.push(b'}');
    }))
}

fn field(out: &mut Vec<u8>, before: u8, name: &str, value: impl FnOnce(&mut Vec<u8>)) {
    out.extend_from_slice(&[before, b'"']);
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"\":");
    value(out);
}

fn number(out: &mut Vec<u8>, number: u64) {
    out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
}

fn moment(out: &mut Vec<u8>, t: f64) {
    field(out, b',', "t", |out| {
        let written = serde_json::to_writer(out, &t);
        debug_assert!(written.is_ok(), "a vector takes everything");
    });
}

/// The members of a map beside those before them.
fn members(out: &mut Vec<u8>, map: &Tree) {
    let start = out.len();
    map.write_json(out);
    // Of `{...}` only what is within.
    out.pop();
    if out.len() > start + 1 { out[start] = b',' } else { out.truncate(start) }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::{Value, json};

    use super::*;
    use crate::proto::socket::{Parser, encode_event};
    use crate::server::wire::Payload;

    #[test]
    fn state_is_written_as_everything_else_is() {
        let tree = |value: &Value| Arc::new(Tree::of(value).expect("JSON has a form in JSON"));
        for value in [json!({}), json!({"a": 1, "b": {"c": [1.5, "x\n"]}}), json!([1]), json!(null)] {
            for outgoing in [
                Outgoing::Snapshot { tick: 7, t: 1_700_000_000_123.25, state: tree(&value) },
                Outgoing::Delta { tick: 8, base: 7, t: 0.0, patch: tree(&value) },
                Outgoing::You { tick: 9, private: tree(&value) },
            ] {
                let name = wire::name(&outgoing).expect("it is said");
                let expected = encode_event(Parser::Json, NAMESPACE, None, name, &(Payload(&outgoing),));
                let Some(frame) = frame(&outgoing) else {
                    assert!(matches!(outgoing, Outgoing::You { .. }) && !value.is_object(), "{outgoing:?}");
                    continue;
                };
                assert_eq!([frame], expected.expect("it serializes")[..]);
            }
        }
        assert!(frame(&Outgoing::Nothing).is_none());
    }
}
