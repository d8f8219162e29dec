//! Packets as a server sends them: written once into frames, straight from what is serializable.
//!
//! Keeps nothing and sends nothing. Prefixes are the protocol's: `<type>[<attachments>-][<namespace>,][<id>]<data>`.

use std::fmt;

use serde::ser::{Serialize, SerializeSeq, Serializer};

use super::{Arguments, Parser, json, msgpack};
use crate::frame::Frames;

/// Why something could not be encoded. Nothing of it was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EncodeError {
    /// It does not serialize: a map's key that is no text, or what its own `Serialize` says.
    Unserializable(String),
    /// It holds more than ten attachments, which clients refuse.
    Attachments,
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unserializable(why) => f.write_str(why),
            Self::Attachments => f.write_str("more than 10 attachments"),
        }
    }
}

impl std::error::Error for EncodeError {}

/// The most attachments that stock clients accept in one packet.
pub(super) const MAX_ATTACHMENTS: usize = 10;

/// A packet's type, as its digit or its number in msgpack. Attachments are added to it by the JSON parser alone.
#[derive(Clone, Copy, Debug)]
pub(super) enum Type {
    Connect = 0,
    Disconnect = 1,
    Event = 2,
    Ack = 3,
    ConnectError = 4,
}

/// A packet's parts before its data.
#[derive(Clone, Copy, Debug)]
pub(super) struct Head<'a> {
    pub(super) kind: Type,
    pub(super) namespace: &'a str,
    pub(super) id: Option<u64>,
}

/// EVENT, with an id if an acknowledgement is wanted.
///
/// # Errors
/// The arguments cannot be serialized.
pub fn encode_event<A: Arguments + ?Sized>(
    parser: Parser,
    namespace: &str,
    id: Option<u64>,
    name: &str,
    args: &A,
) -> Result<Frames, EncodeError> {
    write(parser, Head { kind: Type::Event, namespace, id }, Some(&List { name: Some(name), args }))
}

/// ACK: the answer to the event a client sent with this id.
///
/// # Errors
/// The arguments cannot be serialized.
pub fn encode_ack<A: Arguments + ?Sized>(
    parser: Parser,
    namespace: &str,
    id: u64,
    args: &A,
) -> Result<Frames, EncodeError> {
    write(parser, Head { kind: Type::Ack, namespace, id: Some(id) }, Some(&List { name: None, args }))
}

/// CONNECT: the namespace is joined, by a socket of this id.
///
/// # Errors
/// None occurs: text always serializes.
pub fn encode_connect(parser: Parser, namespace: &str, sid: &str) -> Result<Frames, EncodeError> {
    let data = Joined { sid };
    write(parser, Head { kind: Type::Connect, namespace, id: None }, Some(&data))
}

/// CONNECT_ERROR: the namespace is not joined, for this reason and with this data.
///
/// # Errors
/// The data cannot be serialized.
pub fn encode_connect_error<T: Serialize + ?Sized>(
    parser: Parser,
    namespace: &str,
    message: &str,
    data: Option<&T>,
) -> Result<Frames, EncodeError> {
    let data = Refused { message, data };
    write(parser, Head { kind: Type::ConnectError, namespace, id: None }, Some(&data))
}

/// DISCONNECT: the namespace is left.
///
/// # Errors
/// None occurs: there is nothing to serialize.
pub fn encode_disconnect(parser: Parser, namespace: &str) -> Result<Frames, EncodeError> {
    write(parser, Head { kind: Type::Disconnect, namespace, id: None }, None::<&()>)
}

fn write<T: Serialize + ?Sized>(parser: Parser, head: Head<'_>, data: Option<&T>) -> Result<Frames, EncodeError> {
    match parser {
        Parser::Json => json::encode(head, data),
        Parser::Msgpack => msgpack::encode(head, data),
    }
}

/// The data of EVENT and ACK: one list, with the event's name at its head.
struct List<'a, A: ?Sized> {
    name: Option<&'a str>,
    args: &'a A,
}

impl<A: Arguments + ?Sized> Serialize for List<'_, A> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let count = self.args.count() + usize::from(self.name.is_some());
        let mut list = serializer.serialize_seq(Some(count))?;
        if let Some(name) = self.name {
            list.serialize_element(name)?;
        }
        self.args.write(&mut list)?;
        list.end()
    }
}

#[derive(serde::Serialize)]
struct Joined<'a> {
    sid: &'a str,
}

#[derive(serde::Serialize)]
struct Refused<'a, T: ?Sized> {
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'a T>,
}
