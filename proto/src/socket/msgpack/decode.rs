//! Reads packets that are msgpack.
//!
//! Reads no argument before a handler asks for it, unless it holds what `rmp-serde` would read otherwise.

use std::borrow::Cow;

use bytes::Bytes;

use super::reader::{Reader, Token};
use crate::socket::packet::event_name;
use crate::socket::{Args, Data, DecodeError, Limits, Packet, Raw};

/// What the packet's map said. Its entries may stand in any order.
#[derive(Default)]
struct Entries<'a> {
    kind: Option<u64>,
    namespace: Option<&'a str>,
    id: Option<u64>,
    /// Where the data begins, unless there is none.
    data: Option<usize>,
}

pub(in crate::socket) fn decode(bytes: &Bytes, limits: &Limits) -> Result<Packet, DecodeError> {
    if bytes.is_empty() {
        return Err(DecodeError::Empty);
    }
    let mut reader = Reader::new(bytes);
    let entries = entries(&mut reader, limits)?;
    if !reader.is_at_end() {
        return Err(DecodeError::Payload);
    }
    let namespace = namespace(entries.namespace.ok_or(DecodeError::Namespace)?, limits)?;
    let data = match (entries.kind.ok_or(DecodeError::Type)?, entries.data) {
        (0, None) => Data::Connect { auth: Raw::Absent },
        (0, Some(at)) => Data::Connect { auth: auth(&mut reader, at, limits)? },
        (1, None) => Data::Disconnect,
        (2, Some(at)) => event(&mut reader, at, entries.id, limits)?,
        (3, Some(at)) => ack(&mut reader, at, entries.id, limits)?,
        (4, _) => Data::ConnectError,
        (1..=3, _) => return Err(DecodeError::Payload),
        _ => return Err(DecodeError::Type),
    };
    Ok(Packet { namespace, data })
}

/// Clients put more into the map than the protocol names (`options`): that is passed over.
fn entries<'a>(reader: &mut Reader<'a>, limits: &Limits) -> Result<Entries<'a>, DecodeError> {
    let Token::Map(len) = reader.token()? else { return Err(DecodeError::Payload) };
    let mut entries = Entries::default();
    for _ in 0..len {
        let Token::Text(key) = reader.token()? else { return Err(DecodeError::Payload) };
        match key {
            "type" => entries.kind = Some(uint(reader.token()?).ok_or(DecodeError::Type)?),
            "nsp" => entries.namespace = Some(text(reader.token()?)?),
            "id" => entries.id = id(reader.token()?)?,
            "data" => entries.data = data(reader, limits)?,
            _ => reader.skip(limits.depth())?,
        }
    }
    Ok(entries)
}

const fn uint(token: Token<'_>) -> Option<u64> {
    if let Token::UInt(value) = token { Some(value) } else { None }
}

const fn text(token: Token<'_>) -> Result<&str, DecodeError> {
    if let Token::Text(text) = token { Ok(text) } else { Err(DecodeError::Namespace) }
}

fn id(token: Token<'_>) -> Result<Option<u64>, DecodeError> {
    if token == Token::Nil { Ok(None) } else { uint(token).map(Some).ok_or(DecodeError::Id) }
}

/// `undefined` of JavaScript and `None` of Python stand for no data.
fn data(reader: &mut Reader<'_>, limits: &Limits) -> Result<Option<usize>, DecodeError> {
    let start = reader.at();
    if reader.token()? == Token::Nil {
        return Ok(None);
    }
    reader.rewind(start);
    // The list of arguments is not counted.
    reader.skip(limits.depth() + 1)?;
    Ok(Some(start))
}

fn namespace(name: &str, limits: &Limits) -> Result<Cow<'static, str>, DecodeError> {
    match name {
        "/" => Ok(Cow::Borrowed("/")),
        _ if name.starts_with('/') && name.len() <= limits.namespace_bytes => Ok(Cow::Owned(name.to_owned())),
        _ => Err(DecodeError::Namespace),
    }
}

fn auth(reader: &mut Reader<'_>, at: usize, limits: &Limits) -> Result<Raw, DecodeError> {
    reader.rewind(at);
    if !matches!(reader.token()?, Token::Map(_)) {
        return Err(DecodeError::Payload);
    }
    reader.rewind(at);
    raw(reader, limits)
}

fn event(reader: &mut Reader<'_>, at: usize, id: Option<u64>, limits: &Limits) -> Result<Data, DecodeError> {
    let len = list(reader, at)?.checked_sub(1).ok_or(DecodeError::Payload)?;
    let name = event_name(reader.value(0).map_err(|_| DecodeError::Payload)?, limits)?;
    Ok(Data::Event { name, args: args(reader, len, limits)?, id })
}

fn ack(reader: &mut Reader<'_>, at: usize, id: Option<u64>, limits: &Limits) -> Result<Data, DecodeError> {
    let id = id.ok_or(DecodeError::Id)?;
    let len = list(reader, at)?;
    Ok(Data::Ack { id, args: args(reader, len, limits)? })
}

fn list(reader: &mut Reader<'_>, at: usize) -> Result<usize, DecodeError> {
    reader.rewind(at);
    if let Token::Array(len) = reader.token()? { Ok(len) } else { Err(DecodeError::Payload) }
}

fn args(reader: &mut Reader<'_>, len: usize, limits: &Limits) -> Result<Args, DecodeError> {
    if len > limits.arguments {
        return Err(DecodeError::Arguments);
    }
    (0..len).map(|_| raw(reader, limits)).collect::<Result<_, _>>().map(Args::from_items)
}

/// One value: its bytes, or itself if `rmp-serde` would read them otherwise.
fn raw(reader: &mut Reader<'_>, limits: &Limits) -> Result<Raw, DecodeError> {
    let start = reader.at();
    reader.rewind(start);
    reader.skip(limits.depth())?;
    if !reader.is_irregular() {
        return Ok(Raw::Msgpack(reader.since(start)));
    }
    reader.rewind(start);
    reader.value(limits.depth()).map(Raw::Read)
}
