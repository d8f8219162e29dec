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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::socket::Value;

    fn packet(bytes: &[u8]) -> Result<Packet, DecodeError> {
        decode(&Bytes::copy_from_slice(bytes), &Limits::default())
    }

    /// A packet's map of so many entries.
    fn map(entries: u8, parts: &[&[u8]]) -> Vec<u8> {
        [&[0x80 | entries][..], &parts.concat()].concat()
    }

    const EVENT: &[u8] = b"\xa4type\x02";
    const ROOT: &[u8] = b"\xa3nsp\xa1/";
    const DATA: &[u8] = b"\xa4data";

    fn event(args: &[u8]) -> Result<Packet, DecodeError> {
        packet(&map(3, &[EVENT, ROOT, DATA, args]))
    }

    fn values(packet: Packet) -> Vec<Value> {
        let Data::Event { args, .. } = packet.data else { panic!("an event: {packet:?}") };
        args.values().expect("readable arguments")
    }

    #[test]
    fn p30_a_packet_is_a_map_in_any_order_and_what_else_is_in_it_is_passed_over() {
        let options = b"\xa7options\x81\xa8compress\xc3";
        let id = b"\xa2id\x07";
        let read = packet(&map(5, &[DATA, b"\x92\xa1a\x01", options, id, b"\xa3nsp\xa2/x", EVENT]));
        let Ok(Packet { namespace, data: Data::Event { name, args, id } }) = read else { panic!("an event: {read:?}") };
        assert_eq!((&*namespace, &*name, id), ("/x", "a", Some(7)));
        assert_eq!(args.values(), Ok(vec![Value::UInt(1)]));
    }

    #[test]
    fn p30_undefined_and_nil_are_no_data_and_no_id() {
        let connect = Ok(Packet { namespace: "/".into(), data: Data::Connect { auth: Raw::Absent } });
        for nothing in [b"\xc0".as_slice(), b"\xd4\x00\x00"] {
            assert_eq!(packet(&map(3, &[b"\xa4type\x00", DATA, nothing, ROOT])), connect);
            assert_eq!(packet(&map(3, &[b"\xa4type\x00", b"\xa2id", nothing, ROOT])), connect);
        }
        let bye = packet(&map(3, &[b"\xa4type\x01", DATA, b"\xc0", ROOT]));
        assert_eq!(bye, Ok(Packet { namespace: "/".into(), data: Data::Disconnect }));
    }

    #[test]
    fn p30_unknown_types_close() {
        for kind in [b"\x05".as_slice(), b"\x06", b"\x07", b"\xff", b"\xc0", b"\xa12", b"\xcb\x40\0\0\0\0\0\0\0"] {
            assert_eq!(packet(&map(3, &[b"\xa4type", kind, ROOT, DATA, b"\x91\xa1a"])), Err(DecodeError::Type));
        }
        assert_eq!(packet(&map(2, &[ROOT, DATA, b"\x91\xa1a"])), Err(DecodeError::Type));
    }

    #[test]
    fn p30_wrong_shapes_close() {
        for data in [b"\x90".as_slice(), b"\x80", b"\xa1a", b"\x91\xc0", b"\x91\x90", b"\x91\xc3", b"\x91\xc4\x01a"] {
            assert_eq!(event(data), Err(DecodeError::Payload), "{data:x?}");
        }
        assert_eq!(packet(&map(2, &[EVENT, ROOT])), Err(DecodeError::Payload));
        for auth in [b"\x90".as_slice(), b"\xa1a", b"\x01"] {
            assert_eq!(packet(&map(3, &[b"\xa4type\x00", ROOT, DATA, auth])), Err(DecodeError::Payload));
        }
        assert_eq!(packet(&map(3, &[b"\xa4type\x01", ROOT, DATA, b"\x80"])), Err(DecodeError::Payload));
        for namespace in [b"\xa0".as_slice(), b"\xa1x", b"\xc0", b"\x01"] {
            assert_eq!(packet(&map(2, &[b"\xa4type\x00\xa3nsp", namespace])), Err(DecodeError::Namespace));
        }
        assert_eq!(packet(&map(1, &[b"\xa4type\x00"])), Err(DecodeError::Namespace));
        for id in [b"\xff".as_slice(), b"\xa11", b"\xcb\x40\0\0\0\0\0\0\0"] {
            assert_eq!(packet(&map(4, &[EVENT, ROOT, DATA, b"\x91\xa1a\xa2id", id])), Err(DecodeError::Id));
        }
        assert_eq!(packet(&map(3, &[b"\xa4type\x03", ROOT, DATA, b"\x90"])), Err(DecodeError::Id));
        assert_eq!(packet(b"\x90"), Err(DecodeError::Payload));
        assert_eq!(packet(b""), Err(DecodeError::Empty));
    }

    #[test]
    fn p30_trailing_bytes_close() {
        let mut bytes = map(3, &[EVENT, ROOT, DATA, b"\x91\xa1a"]);
        bytes.push(0xc0);
        assert_eq!(packet(&bytes), Err(DecodeError::Payload));
    }

    #[test]
    fn p30_what_is_cut_or_claims_more_than_there_is_closes() {
        let whole = map(3, &[EVENT, ROOT, DATA, b"\x93\xa1a\xc4\x02ab\x82\xa1x\xcb\x3f\xf8\0\0\0\0\0\0\xa1y\xd9\x01z"]);
        assert!(packet(&whole).is_ok());
        for end in 0..whole.len() {
            assert!(packet(&whole[..end]).is_err(), "cut at {end}");
        }
        for claim in [
            b"\xdd\xff\xff\xff\xff".as_slice(),
            b"\xdf\xff\xff\xff\xff",
            b"\xdb\xff\xff\xff\xff",
            b"\xc6\xff\xff\xff\xff",
        ] {
            assert_eq!(event(&[b"\x92\xa1a", claim].concat()), Err(DecodeError::Syntax));
        }
    }

    #[test]
    fn p30_dates_and_other_extensions_are_refused() {
        let date = b"\xd7\x00\0\0\0\0\0\0\0\0".as_slice();
        let timestamp = b"\xd6\xff\0\0\0\0".as_slice();
        let unknown = b"\xc7\x01\x05a".as_slice();
        let half_undefined = b"\xd4\x00\x01".as_slice();
        for extension in [
            date,
            timestamp,
            unknown,
            half_undefined,
            b"\xc1",
            b"\xd5\0\0\0",
            b"\xd8\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
        ] {
            assert_eq!(event(&[b"\x92\xa1a", extension].concat()), Err(DecodeError::Syntax), "{extension:x?}");
        }
    }

    #[test]
    fn p30_what_notepack_writes_beyond_json_is_read() {
        let buffer = b"\xc7\x02\x00ab".as_slice();
        let read = event(&[b"\x95\xa1a\xd4\x00\x00", buffer, b"\x81\xa1k\xd4\0\0", b"\x81\x07\x01"].concat());
        let read = values(read.expect("an event"));
        let undefined = Value::Object(vec![("k".into(), Value::Null)]);
        let numbered = Value::Object(vec![("7".into(), Value::UInt(1))]);
        assert_eq!(read, [Value::Null, Value::Binary("ab".into()), undefined, numbered]);
    }

    #[test]
    fn p21_nesting_is_bounded_and_the_argument_list_is_not_counted() {
        let nested = |depth: usize| [b"\x92\xa1a".as_slice(), &vec![0x91; depth - 1], b"\x90"].concat();
        assert_eq!(values(event(&nested(64)).expect("an event")).len(), 1);
        assert_eq!(event(&nested(65)), Err(DecodeError::Nesting));
        assert_eq!(event(&nested(1_000_000)), Err(DecodeError::Nesting));
        let options = [b"\x84".as_slice(), EVENT, ROOT, DATA, b"\x91\xa1a\xa7options", &vec![0x91; 1_000_000]].concat();
        assert_eq!(packet(&options), Err(DecodeError::Nesting));
    }

    #[test]
    fn p22_reserved_names_are_no_events_and_error_is_one() {
        assert_eq!(event(b"\x91\xa7connect"), Err(DecodeError::Reserved));
        assert_eq!(event(b"\x91\xaadisconnect"), Err(DecodeError::Reserved));
        assert!(event(b"\x91\xa5error").is_ok());
    }

    #[test]
    fn integers_and_floats_are_kept_apart() {
        let read = values(
            event(b"\x96\xa1a\x05\xd3\0\0\0\0\0\0\0\x05\xe0\xca\x3f\xc0\0\0\xcf\xff\xff\xff\xff\xff\xff\xff\xff")
                .expect("an event"),
        );
        assert_eq!(read, [Value::UInt(5), Value::UInt(5), Value::Int(-32), Value::Float(1.5), Value::UInt(u64::MAX)]);
    }

    #[test]
    fn names_namespaces_and_arguments_are_bounded() {
        let long = [b"\xda\x01\x01".as_slice(), &[b'/'; 257]].concat();
        assert_eq!(event(&[b"\x91".as_slice(), &long].concat()), Err(DecodeError::Name));
        assert_eq!(packet(&map(2, &[b"\xa4type\x00\xa3nsp", &long])), Err(DecodeError::Namespace));
        let many = |count: u16| {
            [b"\xdc".as_slice(), &(count + 1).to_be_bytes(), b"\xa1a", &vec![1; usize::from(count)]].concat()
        };
        assert!(event(&many(255)).is_ok());
        assert_eq!(event(&many(256)), Err(DecodeError::Arguments));
    }

    #[test]
    fn text_that_is_not_unicode_is_refused() {
        assert_eq!(event(b"\x92\xa1a\xa1\xff"), Err(DecodeError::Syntax));
        assert_eq!(event(b"\x91\xa1\xff"), Err(DecodeError::Syntax));
    }
}
