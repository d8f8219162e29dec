//! What servers say to each other, in the words of Node's cluster adapters: numbered types, each with an object.
//!
//! Does nothing of it: `node` does. What comes from Redis is read with bounds, and is never trusted to be of any shape.

mod session;

use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use bytes::Bytes;
use parlor_proto::socket::{EncodeError, Raw, Value, read_msgpack, write_msgpack};
use serde::{Deserialize, Serialize};

pub(super) use self::session::Session;
use super::entry::Entry;
use crate::socketio::{ClientDetails, Outgoing, SocketDetails, SocketId, Target};

/// Arrays and objects inside one another.
const NESTING: u8 = 100;

/// The one type that servers of Node don't know. It is said where none of them listens.
const GIVE_UP: u8 = 100;

/// With or without the padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// One thing that is said. A request is answered by its id.
#[derive(Clone, Debug)]
pub(super) enum Message {
    Broadcast {
        event: Box<str>,
        args: Vec<Value>,
        target: Target,
        request: Option<Box<str>>,
    },
    Join {
        target: Target,
        rooms: Vec<Arc<str>>,
    },
    Leave {
        target: Target,
        rooms: Vec<Arc<str>>,
    },
    Disconnect {
        target: Target,
        close: bool,
    },
    Fetch {
        target: Target,
        request: Box<str>,
    },
    Fetched {
        request: Box<str>,
        sockets: Vec<SocketDetails>,
    },
    ServerEvent {
        event: Box<str>,
        args: Vec<Value>,
        request: Option<Box<str>>,
    },
    ServerAnswer {
        request: Box<str>,
        answer: Value,
    },
    /// So many sockets were sent a broadcast that asks for acknowledgements.
    Asked {
        request: Box<str>,
        sockets: usize,
    },
    /// One of them has answered.
    Answered {
        request: Box<str>,
        answer: Value,
    },
    /// The server that holds this session is to give it up, and all are to say whether they did: its client has come back.
    GiveUp {
        request: Box<str>,
        pid: SocketId,
    },
    /// Heartbeats and goodbyes: older servers of Node say those. Who is there is known from the channel's subscribers.
    Presence,
}

/// Whose it is.
#[derive(Debug)]
pub(super) struct Envelope {
    pub(super) uid: Box<str>,
    pub(super) namespace: Box<str>,
    pub(super) message: Message,
}

/// Why something is no message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unreadable {
    #[error("it is larger than an entry may be")]
    Size,
    #[error("it is neither JSON nor msgpack")]
    Syntax,
    #[error("its type is unknown")]
    Type,
    #[error("it is not of its type's shape")]
    Shape,
    #[error("it names more rooms than an entry may")]
    Rooms,
}

/// How large things may be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    pub(super) bytes: usize,
    pub(super) rooms: usize,
}

impl Message {
    pub(super) const fn kind(&self) -> u8 {
        match self {
            Self::Presence => 2,
            Self::Broadcast { .. } => 3,
            Self::Join { .. } => 4,
            Self::Leave { .. } => 5,
            Self::Disconnect { .. } => 6,
            Self::Fetch { .. } => 7,
            Self::Fetched { .. } => 8,
            Self::ServerEvent { .. } => 9,
            Self::ServerAnswer { .. } => 10,
            Self::Asked { .. } => 11,
            Self::Answered { .. } => 12,
            Self::GiveUp { .. } => GIVE_UP,
        }
    }

    /// The object that is said of it. `namespace` stands in a broadcast's packet, too.
    fn data(&self, namespace: &str) -> Value {
        let fields = match self {
            Self::Broadcast { event, args, target, request } => {
                let packet = [("type", Value::UInt(2)), ("data", named(event, args)), ("nsp", plain(namespace))];
                let said = [("opts", options(target)), ("packet", object(packet))];
                said.into_iter().chain(request_id(request)).collect()
            }
            Self::Join { target, rooms } | Self::Leave { target, rooms } => {
                vec![("opts", options(target)), ("rooms", list(rooms))]
            }
            Self::Disconnect { target, close } => vec![("opts", options(target)), ("close", Value::Bool(*close))],
            Self::Fetch { target, request } => vec![("opts", options(target)), ("requestId", plain(request))],
            Self::Fetched { request, sockets } => {
                let sockets = sockets.iter().map(described).collect();
                vec![("requestId", plain(request)), ("sockets", Value::Array(sockets))]
            }
            Self::ServerEvent { event, args, request } => {
                [("packet", named(event, args))].into_iter().chain(request_id(request)).collect()
            }
            Self::ServerAnswer { request, answer } | Self::Answered { request, answer } => {
                vec![("requestId", plain(request)), ("packet", answer.clone())]
            }
            Self::Asked { request, sockets } => {
                let sockets = Value::UInt(u64::try_from(*sockets).unwrap_or(u64::MAX));
                vec![("requestId", plain(request)), ("clientCount", sockets)]
            }
            Self::GiveUp { request, pid } => vec![("requestId", plain(request)), ("pid", plain(pid.as_str()))],
            Self::Presence => Vec::new(),
        };
        object(fields)
    }

    /// As an entry of the stream has it: JSON, or, with binary in it, msgpack in base64.
    pub(super) fn entry_data(&self, namespace: &str) -> Result<Vec<u8>, EncodeError> {
        let data = self.data(namespace);
        if has_binary(&data) {
            return Ok(BASE64.encode(write_msgpack(&data)?).into_bytes());
        }
        serde_json::to_vec(&data).map_err(|error| EncodeError::Unserializable(error.to_string()))
    }

    /// As a channel has it: msgpack, with whose it is.
    pub(super) fn letter(&self, uid: &str, namespace: &str) -> Result<Vec<u8>, EncodeError> {
        let kind = Value::UInt(self.kind().into());
        let envelope = [("uid", plain(uid)), ("nsp", plain(namespace)), ("type", kind), ("data", self.data(namespace))];
        write_msgpack(&object(envelope))
    }

    fn read(kind: u64, data: Value, bounds: Bounds) -> Result<Self, Unreadable> {
        let mut fields = Fields::of(data)?;
        Ok(match kind {
            1 | 2 | 13 => Self::Presence,
            3 => {
                let mut packet = Fields::of(fields.take("packet"))?;
                let (event, args) = event(packet.take("data"))?;
                Self::Broadcast { event, args, target: fields.target(bounds)?, request: fields.request()? }
            }
            4 => Self::Join { target: fields.target(bounds)?, rooms: fields.rooms("rooms", bounds)? },
            5 => Self::Leave { target: fields.target(bounds)?, rooms: fields.rooms("rooms", bounds)? },
            6 => Self::Disconnect { target: fields.target(bounds)?, close: fields.take("close") == Value::Bool(true) },
            7 => Self::Fetch { target: fields.target(bounds)?, request: fields.required_request()? },
            8 => {
                let Value::Array(sockets) = fields.take("sockets") else { return Err(Unreadable::Shape) };
                let sockets = sockets.into_iter().map(|socket| details(socket, bounds)).collect::<Result<_, _>>()?;
                Self::Fetched { request: fields.required_request()?, sockets }
            }
            9 => {
                let (event, args) = event(fields.take("packet"))?;
                Self::ServerEvent { event, args, request: fields.request()? }
            }
            10 => Self::ServerAnswer { request: fields.required_request()?, answer: fields.take("packet") },
            11 => {
                let sockets = number(&fields.take("clientCount")).ok_or(Unreadable::Shape)?;
                let sockets = usize::try_from(sockets).map_err(|_| Unreadable::Shape)?;
                Self::Asked { request: fields.required_request()?, sockets }
            }
            12 => Self::Answered { request: fields.required_request()?, answer: fields.take("packet") },
            kind if kind == u64::from(GIVE_UP) => {
                Self::GiveUp { request: fields.required_request()?, pid: fields.id("pid")? }
            }
            _ => return Err(Unreadable::Type),
        })
    }
}

impl Envelope {
    /// From an entry of the stream.
    pub(super) fn of_entry(entry: &Entry, bounds: Bounds) -> Result<Self, Unreadable> {
        if entry.data.len() > bounds.bytes {
            return Err(Unreadable::Size);
        }
        let text = |bytes: &[u8]| std::str::from_utf8(bytes).map(Box::<str>::from).map_err(|_| Unreadable::Syntax);
        let kind = text(&entry.kind)?.parse().map_err(|_| Unreadable::Type)?;
        let data = match entry.data.first() {
            None => Value::Object(Vec::new()),
            Some(b'{') => serde_json::from_slice(&entry.data).map_err(|_| Unreadable::Syntax)?,
            Some(_) => {
                let bytes = BASE64.decode(&entry.data).map_err(|_| Unreadable::Syntax)?;
                read_msgpack(&bytes.into(), NESTING).map_err(|_| Unreadable::Syntax)?
            }
        };
        let message = Message::read(kind, data, bounds)?;
        Ok(Self { uid: text(&entry.uid)?, namespace: text(&entry.namespace)?, message })
    }

    /// From a channel.
    pub(super) fn of_letter(letter: &Bytes, bounds: Bounds) -> Result<Self, Unreadable> {
        if letter.len() > bounds.bytes {
            return Err(Unreadable::Size);
        }
        let mut fields = Fields::of(read_msgpack(letter, NESTING).map_err(|_| Unreadable::Syntax)?)?;
        let kind = number(&fields.take("type")).ok_or(Unreadable::Type)?;
        let data = match fields.take("data") {
            Value::Null => Value::Object(Vec::new()),
            data => data,
        };
        let (uid, namespace) = (fields.text("uid")?.into(), fields.text("nsp")?.into());
        Ok(Self { uid, namespace, message: Message::read(kind, data, bounds)? })
    }
}

/// An object's fields, taken one by one. What is not there is `null`.
struct Fields(Vec<(String, Value)>);

impl Fields {
    fn of(value: Value) -> Result<Self, Unreadable> {
        if let Value::Object(fields) = value { Ok(Self(fields)) } else { Err(Unreadable::Shape) }
    }

    /// Of several of one name the last, as in JavaScript.
    fn take(&mut self, name: &str) -> Value {
        let found = self.0.iter_mut().rev().find(|(key, _)| key == name);
        found.map(|(_, value)| std::mem::take(value)).unwrap_or_default()
    }

    fn text(&mut self, name: &str) -> Result<String, Unreadable> {
        if let Value::Text(text) = self.take(name) { Ok(text) } else { Err(Unreadable::Shape) }
    }

    fn id(&mut self, name: &str) -> Result<SocketId, Unreadable> {
        SocketId::parse(&self.text(name)?).ok_or(Unreadable::Shape)
    }

    fn request(&mut self) -> Result<Option<Box<str>>, Unreadable> {
        match self.take("requestId") {
            Value::Null => Ok(None),
            Value::Text(id) => Ok(Some(id.into())),
            _ => Err(Unreadable::Shape),
        }
    }

    fn required_request(&mut self) -> Result<Box<str>, Unreadable> {
        self.request()?.ok_or(Unreadable::Shape)
    }

    fn rooms(&mut self, name: &str, bounds: Bounds) -> Result<Vec<Arc<str>>, Unreadable> {
        let rooms = match self.take(name) {
            Value::Array(rooms) => rooms,
            Value::Null => Vec::new(),
            _ => return Err(Unreadable::Shape),
        };
        if rooms.len() > bounds.rooms {
            return Err(Unreadable::Rooms);
        }
        rooms.into_iter().map(|room| name_of(room).map(Into::into)).collect()
    }

    /// To whom, and how; what is `local` stays at home and is not told.
    fn target(&mut self, bounds: Bounds) -> Result<Target, Unreadable> {
        let mut options = Self::of(self.take("opts"))?;
        let (rooms, except) = (options.rooms("rooms", bounds)?, options.rooms("except", bounds)?);
        let mut target = Target::everyone().to(rooms).except(except);
        if let Value::Object(flags) = options.take("flags") {
            let mut flags = Self(flags);
            target.flags.volatile = flags.take("volatile") == Value::Bool(true);
            target.flags.compress = match flags.take("compress") {
                Value::Bool(compress) => Some(compress),
                _ => None,
            };
            target.flags.timeout = number(&flags.take("timeout")).map(Duration::from_millis);
        }
        Ok(target)
    }
}

/// A whole number, as JavaScript may have written it.
fn number(value: &Value) -> Option<u64> {
    match value {
        Value::UInt(number) => Some(*number),
        // Beyond 2^53 it is no longer whole.
        Value::Float(number) if number.fract() == 0.0 && (0.0..9.007e15).contains(number) => Some(*number as u64),
        _ => None,
    }
}

/// A room's or an event's name. In JavaScript it may be a number.
fn name_of(value: Value) -> Result<String, Unreadable> {
    match value {
        Value::Text(name) => Ok(name),
        Value::UInt(number) => Ok(number.to_string()),
        Value::Int(number) => Ok(number.to_string()),
        _ => Err(Unreadable::Shape),
    }
}

/// A name, and the arguments behind it.
fn event(value: Value) -> Result<(Box<str>, Vec<Value>), Unreadable> {
    let Value::Array(mut args) = value else { return Err(Unreadable::Shape) };
    if args.is_empty() {
        return Err(Unreadable::Shape);
    }
    let name = name_of(args.remove(0))?;
    Ok((name.into(), args))
}

fn details(value: Value, bounds: Bounds) -> Result<SocketDetails, Unreadable> {
    let mut fields = Fields::of(value)?;
    let (id, handshake) = (fields.id("id")?, fields.take("handshake"));
    let handshake = Deserialize::deserialize(&handshake).map_err(|_| Unreadable::Shape)?;
    let (data, client) = unshown(fields.take("data"));
    Ok(SocketDetails { id, rooms: fields.rooms("rooms", bounds)?, handshake, data, client })
}

fn described(socket: &SocketDetails) -> Value {
    let (handshake, mut data) = (value(&socket.handshake), shown(&socket.data));
    if let (Value::Object(data), Some(ClientDetails { id, transport })) = (&mut data, &socket.client) {
        data.push((ADMIN.to_owned(), object([("clientId", plain(id)), ("transport", plain(transport))])));
    }
    let fields =
        [("id", plain(socket.id.as_str())), ("handshake", handshake), ("rooms", list(&socket.rooms)), ("data", data)];
    object(fields)
}

/// Where servers of Node keep what they tell admins of a client: among its socket's data.
const ADMIN: &str = "_admin";

/// Servers of Node expect an object, which is empty if there is no data.
fn shown(data: &Raw) -> Value {
    let nothing = || Value::Object(Vec::new());
    let data = match data {
        Raw::Absent => return nothing(),
        Raw::Json(_) | Raw::Msgpack(_) | Raw::Read(_) => data.value(),
    };
    match data {
        Ok(Value::Null) => nothing(),
        Ok(data) => data,
        Err(error) => {
            tracing::warn!(%error, "a socket's data cannot be shown");
            nothing()
        }
    }
}

/// A socket's data, and its client if admins are told of that.
fn unshown(data: Value) -> (Raw, Option<ClientDetails>) {
    let mut data = data;
    let mut client = None;
    if let Value::Object(fields) = &mut data {
        client = fields.iter().position(|(name, _)| name == ADMIN).and_then(|at| told_client(fields.remove(at).1));
    }
    match data {
        Value::Null => (Raw::Absent, client),
        Value::Object(fields) if fields.is_empty() => (Raw::Absent, client),
        data => (Raw::Read(data), client),
    }
}

fn told_client(told: Value) -> Option<ClientDetails> {
    let mut fields = Fields::of(told).ok()?;
    let (id, transport) = (fields.text("clientId").ok()?, fields.text("transport").ok()?);
    Some(ClientDetails { id: id.into(), transport: transport.into() })
}

/// Anything as a value.
fn value<T: Serialize>(what: &T) -> Value {
    let args = Outgoing::new("value", &(what,)).and_then(|event| Ok(event.args()?));
    let value = args.ok().and_then(|args| args.iter().next().and_then(|raw| raw.value().ok()));
    value.unwrap_or_default()
}

fn options(target: &Target) -> Value {
    let flags = target.flags;
    let timeout = flags.timeout.map(|timeout| u64::try_from(timeout.as_millis()).unwrap_or(u64::MAX));
    // What is not set must not be there: servers of Node ask whether it is undefined.
    let flags = [
        flags.volatile.then_some(("volatile", Value::Bool(true))),
        flags.compress.map(|compress| ("compress", Value::Bool(compress))),
        timeout.map(|timeout| ("timeout", Value::UInt(timeout))),
    ];
    let flags = object(flags.into_iter().flatten());
    object([("rooms", list(target.rooms())), ("except", list(target.excepted())), ("flags", flags)])
}

fn request_id(request: &Option<Box<str>>) -> Option<(&'static str, Value)> {
    request.as_deref().map(|request| ("requestId", plain(request)))
}

fn named(event: &str, args: &[Value]) -> Value {
    Value::Array(std::iter::once(plain(event)).chain(args.iter().cloned()).collect())
}

fn plain(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn list(rooms: &[Arc<str>]) -> Value {
    Value::Array(rooms.iter().map(|room| plain(room)).collect())
}

fn object(fields: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
    Value::Object(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

fn has_binary(value: &Value) -> bool {
    match value {
        Value::Binary(_) => true,
        Value::Array(values) => values.iter().any(has_binary),
        Value::Object(fields) => fields.iter().any(|(_, value)| has_binary(value)),
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::UInt(_) | Value::Float(_) | Value::Text(_) => false,
    }
}

#[cfg(test)]
mod tests;
