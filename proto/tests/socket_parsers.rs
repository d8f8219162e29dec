//! What goes into a Socket.IO parser comes out of it, and whatever else comes in breaks nothing.
//!
//! Tries the public API alone; what each rule of the protocol says is tested beside the code that obeys it.

use bytes::Bytes;
use parlor_proto::engine::Message;
use parlor_proto::frame::{Frame, Frames, Kind};
use parlor_proto::socket::{
    Arguments, Data, DecodeError, Decoder, EncodeError, Limits, Packet, Parser, Value, encode_ack, encode_event,
};
use proptest::collection::vec;
use proptest::prelude::{BoxedStrategy, Just, Strategy, any, prop_assert, prop_assert_eq, prop_oneof, proptest};

/// What a client gets of a frame, and sends back.
fn message(frame: &Frame) -> Message {
    let payload = Bytes::copy_from_slice(frame.payload());
    match frame.kind() {
        Kind::Text => Message::Text(payload.get(1..).map_or_else(Bytes::new, |text| payload.slice_ref(text))),
        Kind::Binary => Message::Binary(payload),
    }
}

fn decode(frames: &Frames) -> Result<Packet, DecodeError> {
    let mut decoder = Decoder::new(Limits::default());
    let mut packet = None;
    for frame in frames {
        assert_eq!(packet, None, "frames follow a whole packet");
        packet = decoder.decode(message(frame))?;
    }
    Ok(packet.expect("a whole packet"))
}

fn values() -> BoxedStrategy<Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        (i64::MIN..0).prop_map(Value::Int),
        any::<u64>().prop_map(Value::UInt),
        (-1e300..1e300).prop_map(Value::Float),
        any::<String>().prop_map(Value::Text),
        vec(any::<u8>(), 0..40).prop_map(|bytes| Value::Binary(bytes.into())),
    ];
    let tree = leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::Array),
            vec(("[a-z0-9_ é\"\\\\]{0,5}", inner), 0..4).prop_map(Value::Object),
        ]
    });
    tree.boxed()
}

fn parsers() -> impl Strategy<Value = Parser> {
    prop_oneof![Just(Parser::Json), Just(Parser::Msgpack)]
}

fn namespaces() -> impl Strategy<Value = String> {
    prop_oneof![Just("/".to_owned()), "/[a-z0-9/é-]{1,10}"]
}

fn attachments(values: &[Value]) -> usize {
    let count = |value: &Value| match value {
        Value::Binary(_) => 1,
        Value::Array(values) => attachments(values),
        Value::Object(pairs) => pairs.iter().map(|(_, value)| attachments(std::slice::from_ref(value))).sum(),
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::UInt(_) | Value::Float(_) | Value::Text(_) => 0,
    };
    values.iter().map(count).sum()
}

proptest! {
    #[test]
    fn an_event_comes_out_as_it_went_in(
        parser in parsers(),
        namespace in namespaces(),
        id in any::<Option<u64>>(),
        name in "[a-z][a-z\"\\\\é ]{0,8}1",
        args in vec(values(), 0..4),
    ) {
        let frames = match encode_event(parser, &namespace, id, &name, &args) {
            Err(EncodeError::Attachments) if attachments(&args) > 10 && parser == Parser::Json => return Ok(()),
            frames => frames.expect("frames"),
        };
        let packet = decode(&frames).expect("a packet");
        prop_assert_eq!(&*packet.namespace, &*namespace);
        let Data::Event { name: got, args: came, id: sent } = packet.data else { panic!("no event") };
        prop_assert_eq!(&*got, &*name);
        prop_assert_eq!(sent, id);
        prop_assert_eq!(came.values().expect("readable arguments"), &*args);
        // What came can be sent on by either parser as it is.
        for other in [Parser::Json, Parser::Msgpack] {
            if let Ok(frames) = encode_ack(other, &namespace, 7, &came) {
                let Data::Ack { id: 7, args: again } = decode(&frames).expect("a packet").data else { panic!("no ack") };
                prop_assert_eq!(again.values().expect("readable arguments"), &*args);
            }
        }
    }

    #[test]
    fn a_packet_cut_anywhere_is_refused(
        parser in parsers(),
        namespace in namespaces(),
        args in vec(values(), 0..3),
    ) {
        let Ok(frames) = encode_event(parser, &namespace, Some(1), "name", &args) else { return Ok(()) };
        let Some(first) = frames.first().map(message) else { panic!("no frames") };
        let bytes = match &first { Message::Text(bytes) | Message::Binary(bytes) => bytes.clone() };
        for end in 0..bytes.len() {
            let part = Bytes::copy_from_slice(&bytes[..end]);
            let cut = match &first {
                Message::Text(_) if std::str::from_utf8(&part).is_err() => continue,
                Message::Text(_) => Message::Text(part),
                Message::Binary(_) => Message::Binary(part),
            };
            let cut = Decoder::new(Limits::default()).decode(cut);
            prop_assert!(cut.is_err(), "{cut:?}");
        }
    }

    #[test]
    fn a_changed_byte_never_panics(
        parser in parsers(),
        args in vec(values(), 0..3),
        at in any::<proptest::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let Ok(frames) = encode_event(parser, "/a", Some(12), "name", &args) else { return Ok(()) };
        let mut decoder = Decoder::new(Limits::default());
        for message in frames.iter().map(message) {
            let changed = |bytes: &Bytes| {
                let mut bytes = bytes.to_vec();
                if !bytes.is_empty() {
                    let at = at.index(bytes.len());
                    bytes[at] = byte;
                }
                bytes
            };
            let message = match &message {
                Message::Text(text) => Message::Text(String::from_utf8_lossy(&changed(text)).into_owned().into()),
                Message::Binary(bytes) => Message::Binary(changed(bytes).into()),
            };
            match decoder.decode(message) {
                Ok(packet) => read(packet.as_ref()),
                Err(_) => break,
            }
        }
    }

    #[test]
    fn random_text_never_panics(text in prop_oneof![any::<String>(), "[0-6][0-9/,a-]{0,4}[\\[{][\"\\\\a0-9,:\\[\\]{}]{0,20}"]) {
        if let Ok(packet) = Decoder::new(Limits::default()).decode(Message::Text(text.into())) {
            read(packet.as_ref());
        }
    }

    #[test]
    fn random_bytes_never_panic(bytes in vec(any::<u8>(), 0..200)) {
        if let Ok(packet) = Decoder::new(Limits::default()).decode(Message::Binary(bytes.into())) {
            read(packet.as_ref());
        }
    }
}

/// Reads all that a handler could, of whatever type it turns out to be.
fn read(packet: Option<&Packet>) {
    if let Some(Packet { data: Data::Event { args, .. } | Data::Ack { args, .. }, .. }) = packet {
        let values = args.values();
        assert!(values.is_err() || values.is_ok_and(|values| values.len() == args.len()));
        let typed = args.parse::<(Option<String>, Option<f64>)>();
        assert!(typed.is_err() || args.get::<Option<String>>(0).is_ok());
    }
}

#[test]
fn p28_a_session_speaks_the_parser_of_its_first_packet() {
    let connect = parlor_proto::socket::encode_connect(Parser::Msgpack, "/", "sid", None).expect("frames");
    let text = || Message::Text("0".into());
    let binary = || connect.first().map(message).expect("a frame");
    for (first, second, parser, error) in [
        (text(), binary(), Parser::Json, DecodeError::UnexpectedBinary),
        (binary(), text(), Parser::Msgpack, DecodeError::UnexpectedText),
    ] {
        let mut decoder = Decoder::new(Limits::default());
        assert_eq!(decoder.parser(), None);
        assert!(decoder.decode(first).is_ok());
        assert_eq!(decoder.parser(), Some(parser));
        assert_eq!(decoder.decode(second), Err(error));
    }
}

#[test]
fn a_dynamic_list_and_a_tuple_are_the_same_arguments() {
    let tuple = (1_u8, "a", None::<u8>);
    let list = vec![Value::UInt(1), Value::Text("a".into()), Value::Null];
    assert_eq!(tuple.count(), list.count());
    for parser in [Parser::Json, Parser::Msgpack] {
        let frames = |args: Frames| args.into_iter().map(|frame| frame.wire().clone()).collect::<Vec<_>>();
        let tuple = encode_event(parser, "/", None, "e", &tuple).map(frames);
        assert_eq!(tuple, encode_event(parser, "/", None, "e", &list).map(frames));
    }
}
