//! A Socket.IO packet as a client sent it: its kind, namespace, id and data.
//!
//! Neither parses nor encodes: `decoder` makes them, and `encode` writes the server's own.

use std::borrow::Cow;

use super::{Args, DecodeError, Limits, Raw, Value};

/// Event names that a client may not send and a server may not emit: they have a meaning of their own.
pub const RESERVED_EVENTS: [&str; 6] =
    ["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"];

/// Whether this is one of [`RESERVED_EVENTS`].
#[must_use]
pub fn is_reserved(name: &str) -> bool {
    RESERVED_EVENTS.contains(&name)
}

/// One packet, complete with its attachments.
#[derive(Clone, Debug, PartialEq)]
pub struct Packet {
    /// Where it goes: `/` or a longer name that begins with one.
    pub namespace: Cow<'static, str>,
    /// What it is.
    pub data: Data,
}

/// What a packet is, with what its kind carries.
#[derive(Clone, Debug, PartialEq)]
pub enum Data {
    /// CONNECT: asks to join the namespace.
    Connect {
        /// An object, or [`Raw::Absent`].
        auth: Raw,
    },
    /// DISCONNECT: leaves the namespace.
    Disconnect,
    /// EVENT or BINARY_EVENT.
    Event {
        /// Its name. A number's digits if the client sent a number.
        name: Box<str>,
        /// What follows the name.
        args: Args,
        /// Present if the client waits for an acknowledgement.
        id: Option<u64>,
    },
    /// ACK or BINARY_ACK: the answer to an event that was sent with this id.
    Ack {
        /// The event's id.
        id: u64,
        /// What it was answered with.
        args: Args,
    },
    /// CONNECT_ERROR, which only a server may send.
    ConnectError,
}

/// An event's name: text or a number, not reserved.
pub(super) fn event_name(name: Value, limits: &Limits) -> Result<Box<str>, DecodeError> {
    let name = match name {
        Value::Text(name) => name,
        Value::Int(number) => number.to_string(),
        Value::UInt(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Null | Value::Bool(_) | Value::Binary(_) | Value::Array(_) | Value::Object(_) => {
            return Err(DecodeError::Payload);
        }
    };
    text_name(&name, limits)
}

/// An event's name that came as text.
pub(super) fn text_name(name: &str, limits: &Limits) -> Result<Box<str>, DecodeError> {
    if is_reserved(name) {
        return Err(DecodeError::Reserved);
    }
    if name.len() > limits.name_bytes { Err(DecodeError::Name) } else { Ok(name.into()) }
}
