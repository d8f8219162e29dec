//! Packets as a server sends them: written once into frames, straight from what is serializable.
//!
//! Keeps nothing and sends nothing. Prefixes are the protocol's: `<type>[<attachments>-][<namespace>,][<id>]<data>`.

use std::fmt;

use serde::ser::{Serialize, SerializeSeq, Serializer};

use super::{Arguments, Parser, json, msgpack};
use crate::frame::{Frame, Frames};

/// Why something could not be encoded. Nothing of it was sent.
///
/// ```
/// use parlor_proto::socket::{Binary, EncodeError, Parser, encode_event};
///
/// let many = vec![Binary::default(); 11];
/// assert_eq!(encode_event(Parser::Json, "/", None, "files", &(many,)), Err(EncodeError::Attachments));
/// let keys = std::collections::HashMap::from([((1, 2), 3)]);
/// let error = encode_event(Parser::Json, "/", None, "keys", &(keys,)).expect_err("a pair is no key");
/// assert!(matches!(error, EncodeError::Unserializable(_)));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EncodeError {
    /// It does not serialize: a map's key that is no text, or what its own `Serialize` says.
    Unserializable(String),
    /// It holds more than ten attachments, which clients refuse.
    Attachments,
    /// Beside attachments it holds an object with `_placeholder: true`, which clients take for another attachment and
    /// close their connection. Such an object comes from a client that means harm to those it is passed on to.
    Placeholder,
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unserializable(why) => f.write_str(why),
            Self::Attachments => f.write_str("more than 10 attachments"),
            Self::Placeholder => f.write_str("an object that looks like an attachment"),
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

/// EVENT for the JSON parser, of one argument that `write` appends as JSON: for who writes it faster than serde does.
///
/// `capacity` is how many bytes it will hardly be longer than. What is written must be JSON without attachments.
///
/// ```
/// use parlor_proto::socket::encode_json_event;
///
/// let frame = encode_json_event("/", "tick", 16, |out| out.extend_from_slice(b"{\"n\":7}"));
/// assert_eq!(frame.payload(), br#"42["tick",{"n":7}]"#);
/// ```
pub fn encode_json_event(namespace: &str, name: &str, capacity: usize, write: impl FnOnce(&mut Vec<u8>)) -> Frame {
    json::encode_event(Head { kind: Type::Event, namespace, id: None }, name, capacity, write)
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

/// CONNECT: the namespace is joined, by a socket of this id. Where connections can be recovered, `pid` is the secret by which
/// the client comes back to it.
///
/// # Errors
/// None occurs: text always serializes.
pub fn encode_connect(parser: Parser, namespace: &str, sid: &str, pid: Option<&str>) -> Result<Frames, EncodeError> {
    let data = Joined { sid, pid };
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
    #[serde(skip_serializing_if = "Option::is_none")]
    pid: Option<&'a str>,
}

#[derive(serde::Serialize)]
struct Refused<'a, T: ?Sized> {
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'a T>,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::frame::Kind;
    use crate::socket::{Binary, Value};

    fn text(frames: Result<Frames, EncodeError>) -> String {
        let frames = frames.expect("frames");
        assert_eq!(frames.len(), 1);
        assert_eq!(frames[0].kind(), Kind::Text);
        String::from_utf8(frames[0].payload().to_vec()).expect("text")
    }

    fn bytes(frames: Result<Frames, EncodeError>) -> Vec<u8> {
        let frames = frames.expect("frames");
        assert_eq!(frames.len(), 1);
        assert_eq!(frames[0].kind(), Kind::Binary);
        frames[0].payload().to_vec()
    }

    #[test]
    fn packets_are_text_with_their_type_namespace_and_id_before_the_data() {
        let json = Parser::Json;
        assert_eq!(text(encode_event(json, "/", None, "a", &())), r#"42["a"]"#);
        assert_eq!(text(encode_event(json, "/x", None, "a", &(1,))), r#"42/x,["a",1]"#);
        assert_eq!(text(encode_event(json, "/x", Some(10), "a\"", &(1, "b"))), r#"42/x,10["a\"",1,"b"]"#);
        assert_eq!(text(encode_event(json, "/", Some(0), "a", &())), r#"420["a"]"#);
        assert_eq!(text(encode_ack(json, "/", u64::MAX, &(true,))), "4318446744073709551615[true]");
        assert_eq!(text(encode_ack(json, "/x", 5, &())), "43/x,5[]");
        assert_eq!(text(encode_connect(json, "/", "s", None)), r#"40{"sid":"s"}"#);
        assert_eq!(text(encode_connect(json, "/", "s", Some("p"))), r#"40{"sid":"s","pid":"p"}"#);
        assert_eq!(text(encode_connect(json, "/x", "s", None)), r#"40/x,{"sid":"s"}"#);
        assert_eq!(text(encode_disconnect(json, "/")), "41");
        assert_eq!(text(encode_disconnect(json, "/x")), "41/x,");
    }

    #[test]
    fn p19_an_unknown_namespace_is_refused_in_these_words() {
        let refused = encode_connect_error::<Value>(Parser::Json, "/x", "Invalid namespace", None);
        assert_eq!(text(refused), r#"44/x,{"message":"Invalid namespace"}"#);
    }

    #[test]
    fn p20_a_refusal_has_a_message_and_data() {
        let refused = encode_connect_error(Parser::Json, "/", "no", Some(&BTreeMap::from([("code", 7)])));
        assert_eq!(text(refused), r#"44{"message":"no","data":{"code":7}}"#);
        let refused = encode_connect_error(Parser::Json, "/", "no", Some(&Binary::from(vec![1])));
        assert_eq!(refused, Err(EncodeError::Attachments), "this packet has no form with attachments");
    }

    #[test]
    fn p24_attachments_follow_their_packet() {
        let frames = encode_ack(Parser::Json, "/x", 7, &(Binary::from(vec![1]), [Binary::from(vec![2, 3])]));
        let frames = frames.expect("frames");
        let placeholder = |num| format!(r#"{{"_placeholder":true,"num":{num}}}"#);
        let expected = format!("462-/x,7[{},[{}]]", placeholder(0), placeholder(1));
        assert_eq!(frames[0].payload(), expected.as_bytes());
        assert_eq!((frames[1].kind(), frames[1].payload()), (Kind::Binary, &[1][..]));
        assert_eq!((frames[2].kind(), frames[2].payload()), (Kind::Binary, &[2, 3][..]));
    }

    #[test]
    fn p24_more_than_ten_attachments_are_not_sent() {
        let files = |count: usize| Value::Array(vec![Value::Binary("a".into()); count]);
        let encode = |parser, count| encode_event(parser, "/", None, "a", &(files(count),)).map(|frames| frames.len());
        assert_eq!(encode(Parser::Json, 10), Ok(11));
        assert_eq!(encode(Parser::Json, 11), Err(EncodeError::Attachments));
        assert_eq!(encode(Parser::Msgpack, 11), Ok(1));
    }

    #[test]
    fn p24_an_object_that_looks_like_an_attachment_is_not_sent_beside_one() {
        let forged = Value::Object(vec![("_placeholder".into(), Value::Bool(true)), ("num".into(), Value::UInt(7))]);
        let file = Binary::from(vec![1]);
        assert!(text(encode_event(Parser::Json, "/", None, "a", &(&forged,))).contains("_placeholder"));
        let beside = encode_event(Parser::Json, "/", None, "a", &([&forged], &file));
        assert_eq!(beside, Err(EncodeError::Placeholder));
        let name = encode_event(Parser::Json, "/", None, "_placeholder", &("\"_placeholder\":true", &file));
        assert_eq!(name.map(|frames| frames.len()), Ok(2), "text may say what it likes");
    }

    #[test]
    fn p30_a_msgpack_packet_is_one_binary_frame() {
        let msgpack = Parser::Msgpack;
        assert_eq!(bytes(encode_disconnect(msgpack, "/")), b"\x82\xa4type\x01\xa3nsp\xa1/");
        assert_eq!(
            bytes(encode_event(msgpack, "/x", Some(1), "a", &(300, 1.5, Binary::from(vec![7])))),
            b"\x84\xa4type\x02\xa3nsp\xa2/x\xa2id\x01\xa4data\x94\xa1a\xcd\x01\x2c\xcb\x3f\xf8\0\0\0\0\0\0\xc4\x01\x07"
        );
        assert_eq!(
            bytes(encode_connect(msgpack, "/", "s", None)),
            b"\x83\xa4type\x00\xa3nsp\xa1/\xa4data\x81\xa3sid\xa1s"
        );
    }

    #[test]
    fn what_does_not_serialize_is_an_error() {
        let pairs = BTreeMap::from([((1, 2), 3)]);
        let refused = encode_event(Parser::Json, "/", None, "a", &(pairs,));
        assert!(matches!(refused, Err(EncodeError::Unserializable(_))));
    }
}
