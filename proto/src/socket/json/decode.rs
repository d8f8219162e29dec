//! Reads packets that are JSON text, and puts their attachments in their places.
//!
//! Reads no argument before a handler asks for it, unless it has to be put together from attachments.

use std::borrow::Cow;

use bytes::Bytes;
use smallvec::SmallVec;

use super::scan;
use crate::socket::packet::{event_name, text_name};
use crate::socket::{Args, Data, DecodeError, Limits, Packet, Raw, Value};

/// A JSON session's decoder: its state is a packet that waits for attachments.
#[derive(Debug, Default)]
pub(in crate::socket) struct Decoder {
    /// Boxed: nearly every session has none, nearly all the time.
    pending: Option<Box<Pending>>,
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
                let (name, args) = event(text, rest, limits)?;
                Data::Event { name, args, id: head.id }
            }
            Type::Ack => Data::Ack { id: head.id.ok_or(DecodeError::Id)?, args: ack(text, rest, limits)? },
            Type::ConnectError => Data::ConnectError,
        };
        let packet = Packet { namespace: head.namespace, data };
        if head.attachments == 0 {
            return Ok(Some(packet));
        }
        let pending = Pending { packet, due: head.attachments, attachments: SmallVec::new(), bytes: 0 };
        self.pending = Some(Box::new(pending));
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
    Ok(raw(text, scan::value(rest, limits.depth())?))
}

/// EVENT's payload: its name, and the items behind it, not yet read.
fn event(text: &Bytes, rest: &[u8], limits: &Limits) -> Result<(Box<str>, Args), DecodeError> {
    let mut first = None;
    let args = list(text, rest, limits, |item| {
        let is_first = first.is_none();
        first.get_or_insert(item);
        is_first
    })?;
    let name = name(first.ok_or(DecodeError::Payload)?, limits)?;
    Ok((name, args))
}

/// ACK's payload: its items, not yet read.
fn ack(text: &Bytes, rest: &[u8], limits: &Limits) -> Result<Args, DecodeError> {
    list(text, rest, limits, |_| false)
}

/// The items of a list but those that `is_taken` takes.
fn list<'a>(
    text: &Bytes,
    rest: &'a [u8],
    limits: &Limits,
    mut is_taken: impl FnMut(&'a [u8]) -> bool,
) -> Result<Args, DecodeError> {
    if !rest.starts_with(b"[") {
        return Err(DecodeError::Payload);
    }
    let mut items = SmallVec::new();
    scan::items(rest, limits.depth(), |item| {
        // One more than the limit tells that it is passed.
        if items.len() <= limits.arguments && !is_taken(item) {
            items.push(raw(text, item));
        }
    })?;
    if items.len() > limits.arguments { Err(DecodeError::Arguments) } else { Ok(Args::from_items(items)) }
}

/// A part of the text, which it is kept alive by.
fn raw(text: &Bytes, part: &[u8]) -> Raw {
    Raw::Json(text.slice_ref(part))
}

/// An event's name from its item: mostly what stands between two quotation marks.
fn name(item: &[u8], limits: &Limits) -> Result<Box<str>, DecodeError> {
    let quoted = item.strip_prefix(b"\"").and_then(|item| item.strip_suffix(b"\""));
    if let Some(plain) = quoted.filter(|name| !name.contains(&b'\\')) {
        return text_name(std::str::from_utf8(plain).map_err(|_| DecodeError::Syntax)?, limits);
    }
    event_name(serde_json::from_slice(item).map_err(|_| DecodeError::Syntax)?, limits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Result<Option<Packet>, DecodeError> {
        Decoder::default().text(&Bytes::copy_from_slice(text.as_bytes()), &Limits::default())
    }

    fn whole(packet: &str) -> Packet {
        text(packet).expect("a packet").expect("a whole packet")
    }

    fn refused(packet: &str) -> DecodeError {
        text(packet).expect_err("no packet")
    }

    fn values(packet: &Packet) -> Vec<Value> {
        match &packet.data {
            Data::Event { args, .. } | Data::Ack { args, .. } => args.values().expect("readable arguments"),
            data @ (Data::Connect { .. } | Data::Disconnect | Data::ConnectError) => panic!("no arguments: {data:?}"),
        }
    }

    fn event(packet: &str) -> (Cow<'static, str>, Box<str>, Vec<Value>, Option<u64>) {
        let packet = whole(packet);
        let values = values(&packet);
        match packet.data {
            Data::Event { name, id, .. } => (packet.namespace, name, values, id),
            data @ (Data::Ack { .. } | Data::Connect { .. } | Data::Disconnect | Data::ConnectError) => {
                panic!("no event: {data:?}")
            }
        }
    }

    #[test]
    fn an_event_has_a_namespace_a_name_arguments_and_perhaps_an_id() {
        assert_eq!(event(r#"2["a"]"#), ("/".into(), "a".into(), vec![], None));
        assert_eq!(event(r#"2/x,["a",1]"#), ("/x".into(), "a".into(), vec![Value::UInt(1)], None));
        assert_eq!(event(r#"2/x,7["a",null]"#), ("/x".into(), "a".into(), vec![Value::Null], Some(7)));
        assert_eq!(event(r#"20["a\n\"",-1]"#), ("/".into(), "a\n\"".into(), vec![Value::Int(-1)], Some(0)));
        assert_eq!(event(r#"2/,["a"]"#).0, "/");
    }

    #[test]
    fn p19_a_connect_needs_no_comma_after_its_namespace() {
        for (packet, namespace) in [("0", "/"), ("0/x", "/x"), ("0/x,", "/x"), ("0/", "/"), ("0/,", "/")] {
            let connect = Packet { namespace: namespace.into(), data: Data::Connect { auth: Raw::Absent } };
            assert_eq!(whole(packet), connect, "{packet}");
        }
        assert_eq!(whole("1/x"), Packet { namespace: "/x".into(), data: Data::Disconnect });
        assert_eq!(whole("1/x,"), Packet { namespace: "/x".into(), data: Data::Disconnect });
    }

    #[test]
    fn p21_a_connects_payload_is_an_object_or_absent() {
        assert_eq!(whole(r#"0{"a":1}"#).data, Data::Connect { auth: Raw::Json(r#"{"a":1}"#.into()) });
        for packet in ["0[]", "0null", "0\"a\"", "0{", "0{}x", "0{}{}", "0/x,[]", "1{}", "1[]", "1/x,{}"] {
            let error = refused(packet);
            assert!(matches!(error, DecodeError::Payload | DecodeError::Syntax), "{packet}: {error}");
        }
    }

    #[test]
    fn p21_an_events_payload_is_an_array_that_begins_with_a_string_or_a_number() {
        assert_eq!(event("2[1,2]"), ("/".into(), "1".into(), vec![Value::UInt(2)], None));
        assert_eq!(&*event("2[1.5]").1, "1.5");
        for packet in ["2", "2[]", "2{}", "2[null]", "2[true]", "2[[]]", "2[{}]", "2\"a\"", "2/x", "2/x,", "27"] {
            assert_eq!(refused(packet), DecodeError::Payload, "{packet}");
        }
        for packet in ["2[", "2[\"a\"", "2[\"a\",]", "2[\"a\"]x", "2[\"a\",01]", "2[a]", "2[\"a\",\"\u{1}\"]"] {
            assert_eq!(refused(packet), DecodeError::Syntax, "{packet}");
        }
    }

    #[test]
    fn p21_nesting_is_bounded_and_the_argument_list_is_not_counted() {
        let nested = |depth: usize| format!("2[\"a\",{}{}]", "[".repeat(depth), "]".repeat(depth));
        assert!(text(&nested(64)).is_ok());
        assert_eq!(refused(&nested(65)), DecodeError::Nesting);
        assert_eq!(refused(&format!("2[\"a\",{}", "[".repeat(1_000_000))), DecodeError::Nesting);
        let auth = |depth: usize| format!("0{}1{}", "{\"a\":".repeat(depth), "}".repeat(depth));
        assert!(text(&auth(64)).is_ok());
        assert_eq!(refused(&auth(65)), DecodeError::Nesting);
        let quoted = format!(r#"2["a","\"{}"]"#, "[".repeat(1000));
        assert!(text(&quoted).is_ok(), "brackets in a string are no nesting");
    }

    #[test]
    fn p21_what_nesting_lets_in_can_be_read_whatever_the_limit_says() {
        let limits = Limits { nesting: u8::MAX, ..Limits::default() };
        let deepest = format!("2[{},{}{}]", "\"a\"", "[".repeat(100), "]".repeat(100));
        let packet = Decoder::default().text(&deepest.into_bytes().into(), &limits).expect("a packet");
        assert_eq!(values(&packet.expect("a whole packet")).len(), 1);
    }

    #[test]
    fn p22_reserved_names_are_no_events_and_error_is_one() {
        for name in crate::socket::RESERVED_EVENTS {
            assert_eq!(refused(&format!(r#"2["{name}"]"#)), DecodeError::Reserved);
            assert_eq!(refused(&format!(r#"51-["{name}"]"#)), DecodeError::Reserved);
        }
        assert_eq!(&*event(r#"2["error"]"#).1, "error");
        assert_eq!(refused("2[\"c\\u006fnnect\"]"), DecodeError::Reserved);
    }

    #[test]
    fn p23_ids_are_64_bits_and_overflow_is_refused() {
        assert_eq!(event("218446744073709551615[\"a\"]").3, Some(u64::MAX));
        assert_eq!(refused("218446744073709551616[\"a\"]"), DecodeError::Id);
        assert_eq!(refused(&format!("2{}[\"a\"]", "9".repeat(1000))), DecodeError::Id);
        assert_eq!(refused("2-1[\"a\"]"), DecodeError::Payload);
        assert_eq!(refused("2abc[\"a\"]"), DecodeError::Payload);
        assert_eq!(refused("3[1]"), DecodeError::Id);
        assert_eq!(refused("30"), DecodeError::Payload);
        assert_eq!(whole("30[]").data, Data::Ack { id: 0, args: Args::default() });
    }

    #[test]
    fn p24_attachments_are_an_integer_from_1_to_10() {
        for packet in ["5-[\"a\"]", "5[\"a\"]", "50-[\"a\"]", "511-[\"a\"]", "5-1-[\"a\"]", "51.5-[\"a\"]", "5", "51"] {
            assert_eq!(refused(packet), DecodeError::Attachments, "{packet}");
        }
        assert_eq!(refused(&format!("5{}-[\"a\"]", "1".repeat(400))), DecodeError::Attachments);
        assert_eq!(text("510-[\"a\"]"), Ok(None));
    }

    fn attached(packet: &str, attachments: &[&'static [u8]]) -> Result<Option<Packet>, DecodeError> {
        let mut decoder = Decoder::default();
        let limits = Limits { attachment_bytes: 6, ..Limits::default() };
        let mut last = decoder.text(&Bytes::copy_from_slice(packet.as_bytes()), &limits)?;
        for attachment in attachments {
            assert_eq!(last, None, "attachments are due");
            last = decoder.binary(Bytes::from_static(attachment), &limits)?;
        }
        Ok(last)
    }

    #[test]
    fn p24_attachments_go_where_their_placeholders_stand() {
        let packet = r#"52-/x,9["a",{"_placeholder":true,"num":1},{"b":[{"num":0,"_placeholder":true}]}]"#;
        let packet = attached(packet, &[b"one", b"two"]).expect("a packet").expect("a whole packet");
        let inner = Value::Array(vec![Value::Binary("one".into())]);
        let expected = vec![Value::Binary("two".into()), Value::Object(vec![("b".into(), inner)])];
        assert_eq!(values(&packet), expected);
        assert_eq!(attached(r#"52-["a"]"#, &[b"one"]), Ok(None));
    }

    #[test]
    fn p24_a_placeholders_number_is_in_range() {
        for num in ["1", "-1", "0.5", "\"0\"", "null", "18446744073709551616", "[0]"] {
            let packet = format!(r#"51-["a",{{"_placeholder":true,"num":{num}}}]"#);
            assert_eq!(attached(&packet, &[b"one"]), Err(DecodeError::Placeholder), "{num}");
        }
        assert_eq!(attached(r#"51-["a",{"_placeholder":true}]"#, &[b"one"]), Err(DecodeError::Placeholder));
        let plain = attached(r#"51-["a",{"_placeholder":false,"num":7}]"#, &[b"one"]).expect("a packet");
        assert!(plain.is_some(), "what is no placeholder is an object like any other");
    }

    #[test]
    fn p24_text_before_the_last_attachment_and_binary_when_none_is_due_are_refused() {
        let limits = Limits::default();
        let mut decoder = Decoder::default();
        assert_eq!(decoder.text(&r#"51-["a"]"#.into(), &limits), Ok(None));
        assert_eq!(decoder.text(&r#"2["a"]"#.into(), &limits), Err(DecodeError::UnexpectedText));
        assert_eq!(Decoder::default().binary("b".into(), &limits), Err(DecodeError::UnexpectedBinary));
        assert_eq!(attached(r#"52-["a"]"#, &[b"1234", b"567"]), Err(DecodeError::AttachmentBytes));
    }

    #[test]
    fn p28_key_order_is_kept_and_no_key_is_special() {
        let (_, _, values, _) = event(r#"2["a",{"z":1,"a":2,"__proto__":{"x":1},"constructor":3}]"#);
        let Some(Value::Object(pairs)) = values.first() else { panic!("an object: {values:?}") };
        let keys: Vec<&str> = pairs.iter().map(|(key, _)| key.as_str()).collect();
        assert_eq!(keys, ["z", "a", "__proto__", "constructor"]);
    }

    #[test]
    fn names_namespaces_and_arguments_are_bounded() {
        let long = "n".repeat(257);
        assert_eq!(refused(&format!("2[\"{long}\"]")), DecodeError::Name);
        assert_eq!(refused(&format!("0/{long}")), DecodeError::Namespace);
        let many = |count: usize| format!("2[\"a\"{}]", ",1".repeat(count));
        assert!(text(&many(255)).is_ok());
        assert_eq!(refused(&many(256)), DecodeError::Arguments);
        assert_eq!(refused(&many(400_000)), DecodeError::Arguments);
        assert_eq!(refused(&format!("30[1{}]", ",1".repeat(255))), DecodeError::Arguments);
    }

    #[test]
    fn half_a_surrogate_pair_is_let_in_and_refused_where_it_is_read() {
        let packet = whole(r#"2["a","\ud800",1]"#);
        let Data::Event { args, .. } = packet.data else { panic!("an event") };
        assert!(args.values().is_err() && args.get::<String>(0).is_err());
        assert_eq!(args.get::<u8>(1), Ok(1));
        assert_eq!(refused(r#"2["\ud800"]"#), DecodeError::Syntax);
    }

    #[test]
    fn unknown_types_are_refused() {
        for packet in ["", "7", "a", "9[\"a\"]", "-1", "\u{e9}"] {
            assert!(matches!(refused(packet), DecodeError::Type | DecodeError::Empty), "{packet}");
        }
        assert_eq!(whole("4{\"message\":\"x\"}").data, Data::ConnectError);
    }
}
