//! Reads packets that are JSON text, and puts their attachments in their places.
//!
//! Reads no argument before a handler asks for it, unless it has to be put together from attachments.

use std::borrow::Cow;

use bytes::Bytes;
use serde::de::{Deserializer, IgnoredAny, SeqAccess, Visitor};
use serde_json::value::RawValue;
use smallvec::SmallVec;

use crate::socket::{Args, Data, DecodeError, Limits, Packet, Raw, Value};

/// A JSON session's decoder: its state is a packet that waits for attachments.
#[derive(Debug, Default)]
pub(in crate::socket) struct Decoder {
    pending: Option<Pending>,
}

#[derive(Debug)]
struct Pending {
    packet: Packet,
    due: usize,
    attachments: SmallVec<[Bytes; 1]>,
    bytes: usize,
}

/// A packet's type as its digit says.
#[derive(Clone, Copy)]
enum Type {
    Connect,
    Disconnect,
    Event,
    Ack,
    ConnectError,
}

/// What stands before the data.
struct Head {
    kind: Type,
    /// None due: 0.
    attachments: usize,
    namespace: Cow<'static, str>,
    id: Option<u64>,
}

impl Decoder {
    pub(in crate::socket) fn text(&mut self, text: &Bytes, limits: &Limits) -> Result<Option<Packet>, DecodeError> {
        if self.pending.is_some() {
            return Err(DecodeError::UnexpectedText);
        }
        let (head, rest) = head(text, limits)?;
        let data = match head.kind {
            Type::Connect => Data::Connect { auth: auth(text, rest, limits)? },
            Type::Disconnect if rest.is_empty() => Data::Disconnect,
            Type::Disconnect => return Err(DecodeError::Payload),
            Type::Event => {
                let mut items = list(text, rest, limits)?;
                let name = event_name(&mut items, limits)?;
                Data::Event { name, args: args(items, limits)?, id: head.id }
            }
            Type::Ack => {
                Data::Ack { id: head.id.ok_or(DecodeError::Id)?, args: args(list(text, rest, limits)?, limits)? }
            }
            Type::ConnectError => Data::ConnectError,
        };
        let packet = Packet { namespace: head.namespace, data };
        if head.attachments == 0 {
            return Ok(Some(packet));
        }
        self.pending = Some(Pending { packet, due: head.attachments, attachments: SmallVec::new(), bytes: 0 });
        Ok(None)
    }

    pub(in crate::socket) fn binary(&mut self, bytes: Bytes, limits: &Limits) -> Result<Option<Packet>, DecodeError> {
        let Some(mut pending) = self.pending.take() else { return Err(DecodeError::UnexpectedBinary) };
        pending.bytes = pending.bytes.saturating_add(bytes.len());
        if pending.bytes > limits.attachment_bytes {
            return Err(DecodeError::AttachmentBytes);
        }
        pending.attachments.push(bytes);
        if pending.attachments.len() < pending.due {
            self.pending = Some(pending);
            return Ok(None);
        }
        pending.complete().map(Some)
    }
}

impl Pending {
    fn complete(self) -> Result<Packet, DecodeError> {
        let Self { mut packet, attachments, .. } = self;
        match &mut packet.data {
            Data::Event { args, .. } | Data::Ack { args, .. } => {
                *args = Args::from_items(
                    args.iter().map(|raw| fill_raw(raw, &attachments)).collect::<Result<_, DecodeError>>()?,
                );
            }
            Data::Connect { .. } | Data::Disconnect | Data::ConnectError => {}
        }
        Ok(packet)
    }
}

fn fill_raw(raw: &Raw, attachments: &[Bytes]) -> Result<Raw, DecodeError> {
    let value = raw.value().map_err(|_| DecodeError::Syntax)?;
    fill(value, attachments).map(Raw::Read)
}

/// Puts the attachments in the places that say their number. As deep as the nesting that was let in.
fn fill(value: Value, attachments: &[Bytes]) -> Result<Value, DecodeError> {
    match value {
        Value::Object(_) if value.get("_placeholder") == Some(&Value::Bool(true)) => match value.get("num") {
            Some(Value::UInt(at)) => usize::try_from(*at)
                .ok()
                .and_then(|at| attachments.get(at))
                .cloned()
                .map(Value::Binary)
                .ok_or(DecodeError::Placeholder),
            _ => Err(DecodeError::Placeholder),
        },
        Value::Object(pairs) => {
            let filled = pairs.into_iter().map(|(key, value)| Ok((key, fill(value, attachments)?)));
            filled.collect::<Result<_, _>>().map(Value::Object)
        }
        Value::Array(values) => {
            let filled = values.into_iter().map(|value| fill(value, attachments));
            filled.collect::<Result<_, _>>().map(Value::Array)
        }
        Value::Null
        | Value::Bool(_)
        | Value::Int(_)
        | Value::UInt(_)
        | Value::Float(_)
        | Value::Text(_)
        | Value::Binary(_) => Ok(value),
    }
}

/// `<type>[<attachments>-][<namespace>,][<id>]`, and what follows it.
fn head<'a>(text: &'a [u8], limits: &Limits) -> Result<(Head, &'a [u8]), DecodeError> {
    let (&digit, rest) = text.split_first().ok_or(DecodeError::Empty)?;
    let (kind, binary) = match digit {
        b'0' => (Type::Connect, false),
        b'1' => (Type::Disconnect, false),
        b'2' => (Type::Event, false),
        b'3' => (Type::Ack, false),
        b'4' => (Type::ConnectError, false),
        b'5' => (Type::Event, true),
        b'6' => (Type::Ack, true),
        _ => return Err(DecodeError::Type),
    };
    let (attachments, rest) = if binary { attachments(rest, limits)? } else { (0, rest) };
    let (namespace, rest) = namespace(rest, limits)?;
    let (id, rest) = id(rest)?;
    Ok((Head { kind, attachments, namespace, id }, rest))
}

/// An integer from 1 to the limit, then `-`.
fn attachments<'a>(rest: &'a [u8], limits: &Limits) -> Result<(usize, &'a [u8]), DecodeError> {
    let (number, rest) = digits(rest);
    let number = number.ok_or(DecodeError::Attachments)?.ok_or(DecodeError::Attachments)?;
    let rest = rest.strip_prefix(b"-").ok_or(DecodeError::Attachments)?;
    match usize::try_from(number) {
        Ok(number) if (1..=usize::from(limits.attachments)).contains(&number) => Ok((number, rest)),
        Ok(_) | Err(_) => Err(DecodeError::Attachments),
    }
}

/// From `/` to `,` or to the end; `/` itself is not written.
fn namespace<'a>(rest: &'a [u8], limits: &Limits) -> Result<(Cow<'static, str>, &'a [u8]), DecodeError> {
    if !rest.starts_with(b"/") {
        return Ok((Cow::Borrowed("/"), rest));
    }
    let end = rest.iter().position(|byte| *byte == b',').unwrap_or(rest.len());
    let (name, rest) = rest.split_at_checked(end).ok_or(DecodeError::Namespace)?;
    if name.len() > limits.namespace_bytes {
        return Err(DecodeError::Namespace);
    }
    let name = std::str::from_utf8(name).map_err(|_| DecodeError::Namespace)?;
    let name = if name == "/" { Cow::Borrowed("/") } else { Cow::Owned(name.to_owned()) };
    Ok((name, rest.strip_prefix(b",").unwrap_or(rest)))
}

fn id(rest: &[u8]) -> Result<(Option<u64>, &[u8]), DecodeError> {
    let (number, rest) = digits(rest);
    Ok((number.map(|number| number.ok_or(DecodeError::Id)).transpose()?, rest))
}

/// The digits at the front, as a number: no digits are `None`, more than 64 bits hold are `Some(None)`.
#[expect(clippy::option_option, reason = "absent and too large are different answers of one private function")]
fn digits(text: &[u8]) -> (Option<Option<u64>>, &[u8]) {
    let end = text.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    let Some((digits @ [_, ..], rest)) = text.split_at_checked(end) else { return (None, text) };
    let number =
        digits.iter().try_fold(0_u64, |number, digit| number.checked_mul(10)?.checked_add(u64::from(digit - b'0')));
    (Some(number), rest)
}

/// CONNECT's payload: an object, or nothing.
fn auth(text: &Bytes, rest: &[u8], limits: &Limits) -> Result<Raw, DecodeError> {
    if rest.is_empty() {
        return Ok(Raw::Absent);
    }
    if !rest.starts_with(b"{") {
        return Err(DecodeError::Payload);
    }
    if nesting(rest) > limits.depth() {
        return Err(DecodeError::Nesting);
    }
    let raw: &RawValue = serde_json::from_slice(rest).map_err(|_| DecodeError::Syntax)?;
    Ok(Raw::Json(text.slice_ref(raw.get().as_bytes())))
}

/// EVENT's and ACK's payload: the items of an array, not yet read.
fn list(text: &Bytes, rest: &[u8], limits: &Limits) -> Result<SmallVec<[Raw; 1]>, DecodeError> {
    if !rest.starts_with(b"[") {
        return Err(DecodeError::Payload);
    }
    if nesting(rest) > limits.depth() + 1 {
        return Err(DecodeError::Nesting);
    }
    let mut json = serde_json::Deserializer::from_slice(rest);
    let most = limits.arguments.saturating_add(1);
    let items = json.deserialize_seq(Items { text, most }).and_then(|items| json.end().map(|()| items));
    items.map_err(|_| DecodeError::Syntax)?.ok_or(DecodeError::Arguments)
}

/// Takes the name off the front of an event's items.
fn event_name(items: &mut SmallVec<[Raw; 1]>, limits: &Limits) -> Result<Box<str>, DecodeError> {
    if items.is_empty() {
        return Err(DecodeError::Payload);
    }
    let name = items.remove(0).value().map_err(|_| DecodeError::Syntax)?;
    crate::socket::packet::event_name(name, limits)
}

fn args(items: SmallVec<[Raw; 1]>, limits: &Limits) -> Result<Args, DecodeError> {
    if items.len() > limits.arguments { Err(DecodeError::Arguments) } else { Ok(Args::from_items(items)) }
}

/// How deep arrays and objects stand in one another. Right for well-formed text; what is not is refused after it.
fn nesting(text: &[u8]) -> usize {
    let (mut depth, mut deepest, mut quoted, mut escaped) = (0_usize, 0, false, false);
    for byte in text {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'[' | b'{' if !quoted => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

/// Collects at most so many items of an array; `None` if there are more.
struct Items<'a> {
    text: &'a Bytes,
    most: usize,
}

impl<'de> Visitor<'de> for Items<'_> {
    type Value = Option<SmallVec<[Raw; 1]>>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut items = SmallVec::new();
        while let Some(raw) = seq.next_element::<&'de RawValue>()? {
            if items.len() == self.most {
                while seq.next_element::<IgnoredAny>()?.is_some() {}
                return Ok(None);
            }
            // The text is what was borrowed from, so each item lies within it.
            items.push(Raw::Json(self.text.slice_ref(raw.get().as_bytes())));
        }
        Ok(Some(items))
    }
}
