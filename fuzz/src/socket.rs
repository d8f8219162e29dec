//! Socket.IO: both parsers, fed as a session feeds them.
//!
//! Opens no sessions: what comes is text or bytes, already out of its Engine.IO packet.

use bytes::Bytes;
use parlor_proto::engine::{Message, Packet as EnginePacket};
use parlor_proto::frame::{Frames, Kind};
use parlor_proto::socket::{Data, Decoder, EncodeError, Limits, Packet, Parser, Value, encode_ack, encode_event};

/// Text packets and attachments: pieces are divided by `0xff`, which no text holds, and binary ones begin with `0x00`.
pub fn socket_json(bytes: &[u8]) {
    let mut decoder = Decoder::new(Limits::default());
    for (at, piece) in bytes.split(|byte| *byte == 0xff).enumerate() {
        let message = match piece.strip_prefix(b"\0") {
            Some(attachment) if at > 0 => Message::Binary(Bytes::copy_from_slice(attachment)),
            _ if std::str::from_utf8(piece).is_ok() => Message::Text(Bytes::copy_from_slice(piece)),
            _ => return,
        };
        match decoder.decode(message) {
            Ok(Some(packet)) => encoded_again(Parser::Json, &packet),
            Ok(None) => {}
            Err(_) => return,
        }
    }
}

/// One binary frame with a whole packet.
pub fn socket_msgpack(bytes: &[u8]) {
    let mut decoder = Decoder::new(Limits::default());
    if let Ok(packet) = decoder.decode(Message::Binary(Bytes::copy_from_slice(bytes))) {
        encoded_again(Parser::Msgpack, &packet.expect("a msgpack packet is one frame"));
    }
}

/// What was decoded can be encoded, and what that decodes to is encoded to the same bytes.
fn encoded_again(parser: Parser, packet: &Packet) {
    let Some(Ok(once)) = encoded(parser, packet) else { return };
    let mut decoder = Decoder::new(Limits::default());
    if parser == Parser::Json && matches!(packet.data, Data::Event { .. } | Data::Ack { .. }) {
        let greeting = decoder.decode(Message::Text(Bytes::from_static(b"0")));
        assert!(matches!(greeting, Ok(Some(_))), "CONNECT is a packet");
    }
    let mut again = None;
    for message in messages(&once) {
        assert!(again.is_none(), "a packet is whole only with its last frame");
        again = decoder.decode(message).expect("what was encoded decodes");
    }
    let again = again.expect("what was encoded is whole");
    assert_eq!(again.namespace, packet.namespace);
    assert_eq!(encoded(parser, &again), Some(Ok(once)), "encoding is stable");
}

/// The packet as the server would send it, if it is one that a server sends and its values are finite in number.
fn encoded(parser: Parser, packet: &Packet) -> Option<Result<Frames, EncodeError>> {
    match &packet.data {
        Data::Event { name, args, id } => {
            let values: Vec<Value> = args.values().ok()?;
            Some(encode_event(parser, &packet.namespace, *id, name, &values))
        }
        Data::Ack { id, args } => {
            let values: Vec<Value> = args.values().ok()?;
            Some(encode_ack(parser, &packet.namespace, *id, &values))
        }
        Data::Connect { .. } | Data::Disconnect | Data::ConnectError => None,
    }
}

fn messages(frames: &Frames) -> Vec<Message> {
    let message = |frame: &parlor_proto::frame::Frame| match frame.kind() {
        Kind::Text => match EnginePacket::parse(Bytes::copy_from_slice(frame.payload())) {
            Ok(EnginePacket::Message(message)) => message,
            other => panic!("a text frame is a message: {other:?}"),
        },
        Kind::Binary => Message::Binary(Bytes::copy_from_slice(frame.payload())),
    };
    frames.iter().map(message).collect()
}
