//! Messages there and back, and what is none.

use proptest::prelude::{Just, Strategy, any, prop_oneof, proptest};

use super::*;

const BOUNDS: Bounds = Bounds { bytes: 10_000, rooms: 3 };

fn entry(kind: u8, data: &[u8]) -> Entry {
    let (uid, namespace) = (b"a".to_vec(), b"/".to_vec());
    Entry { uid, namespace, kind: kind.to_string().into_bytes(), data: data.to_vec(), ..Entry::default() }
}

fn read(kind: u8, data: &str) -> Result<Message, Unreadable> {
    Envelope::of_entry(&entry(kind, data.as_bytes()), BOUNDS).map(|envelope| envelope.message)
}

fn broadcast(args: Vec<Value>, target: Target) -> Message {
    Message::Broadcast { event: "news".into(), args, target, request: None }
}

/// As it is after it has been in the stream, and on a channel.
fn there_and_back(message: &Message) -> [Message; 2] {
    let data = message.entry_data("/x").expect("data");
    let by_stream = Envelope::of_entry(&entry(message.kind(), &data), BOUNDS).expect("a message");
    let letter = message.letter("b", "/x").expect("a letter");
    let by_channel = Envelope::of_letter(&letter.into(), BOUNDS).expect("a message");
    assert_eq!((&*by_channel.uid, &*by_channel.namespace), ("b", "/x"));
    [by_stream.message, by_channel.message]
}

#[test]
fn a_broadcast_is_written_as_servers_of_node_write_it() {
    let mut target = Target::everyone().to(["red", "blue"]).except("asleep");
    let plain = broadcast(vec![Value::UInt(1), Value::Null], target.clone()).entry_data("/").expect("data");
    let expected = r#"{"opts":{"rooms":["red","blue"],"except":["asleep"],"flags":{}},"packet":{"type":2,"data":["news",1,null],"nsp":"/"}}"#;
    assert_eq!(String::from_utf8(plain).expect("text"), expected);
    target.flags.volatile = true;
    target.flags.compress = Some(false);
    target.flags.timeout = Some(Duration::from_millis(250));
    let flags = broadcast(Vec::new(), target).entry_data("/").expect("data");
    let flags = String::from_utf8(flags).expect("text");
    assert!(flags.contains(r#""flags":{"volatile":true,"compress":false,"timeout":250}"#), "{flags}");
}

#[test]
fn what_is_said_is_what_is_heard() {
    let binary = Value::Object(vec![("a".into(), Value::Array(vec![Value::Binary(vec![0, 255].into())]))]);
    let mut target = Target::everyone().to(["red"]).except(["x", "y"]);
    target.flags.volatile = true;
    let handshake =
        r#"{"headers":{"user-agent":"x"},"address":"192.0.2.1","issued":5,"url":"/socket.io/?EIO=4","auth":{}}"#;
    let handshake = serde_json::from_str(handshake).expect("a handshake");
    let id = SocketId::parse("AAAAAAAAAAAAAAAAAAAA").expect("an id");
    let client = Some(ClientDetails { id: "c".into(), transport: "polling".into() });
    let socket = SocketDetails { id, rooms: vec!["r".into()], handshake, data: Raw::Read(binary.clone()), client };
    let (rooms, request): (Vec<Arc<str>>, Box<str>) = (vec!["a".into(), "b".into()], "abc".into());
    let said = [
        broadcast(vec![binary.clone(), Value::Text("é".into())], target.clone()),
        Message::Broadcast { event: "e".into(), args: vec![], target: target.clone(), request: Some(request.clone()) },
        Message::Join { target: target.clone(), rooms: rooms.clone() },
        Message::Leave { target: target.clone(), rooms },
        Message::Disconnect { target: target.clone(), close: true },
        Message::Fetch { target, request: request.clone() },
        Message::Fetched { request: request.clone(), sockets: vec![socket] },
        Message::ServerEvent { event: "e".into(), args: vec![binary.clone()], request: None },
        Message::ServerAnswer { request: request.clone(), answer: binary.clone() },
        Message::Asked { request: request.clone(), sockets: 7 },
        Message::Answered { request: request.clone(), answer: binary },
        Message::GiveUp { request, pid: id },
        Message::Presence,
    ];
    for message in said {
        for heard in there_and_back(&message) {
            assert_eq!(format!("{heard:?}"), format!("{message:?}"));
        }
    }
}

#[test]
fn what_is_of_no_shape_is_no_message() {
    let odd = [
        (3, ""),
        (3, "{}"),
        (3, r#"{"packet":{"data":["a"]}}"#),
        (3, r#"{"opts":{"rooms":"red"},"packet":{"data":["a"]}}"#),
        (3, r#"{"opts":{"rooms":[{}]},"packet":{"data":["a"]}}"#),
        (3, r#"{"opts":{},"packet":{"data":[]}}"#),
        (3, r#"{"opts":{},"packet":{"data":[null]}}"#),
        (3, r#"{"opts":{},"packet":{"data":"a"}}"#),
        (3, r#"{"opts":{},"packet":{"data":["a"]},"requestId":7}"#),
        (4, r#"{"opts":null}"#),
        (7, r#"{"opts":{}}"#),
        (8, r#"{"requestId":"a","sockets":[{"id":"short"}]}"#),
        (8, r#"{"requestId":"a"}"#),
        (11, r#"{"requestId":"a","clientCount":-1}"#),
        (11, r#"{"requestId":"a","clientCount":1e300}"#),
    ];
    for (kind, data) in odd {
        assert_eq!(read(kind, data).map(|_| ()), Err(Unreadable::Shape), "{kind} {data}");
    }
    assert_eq!(read(14, "{}").map(|_| ()), Err(Unreadable::Type));
    assert_eq!(read(4, r#"{"opts":{},"rooms":["a","b","c","d"]}"#).map(|_| ()), Err(Unreadable::Rooms));
    let nested = format!("{{\"a\":{}{}}}", "[".repeat(5_000), "]".repeat(4_000));
    for data in ["{", "{]", "????", "kQ", "%%%%", "{}}", &nested, r#"{"a":"\ud800"}"#] {
        assert_eq!(read(3, data).map(|_| ()), Err(Unreadable::Syntax), "{data}");
    }
    assert_eq!(read(3, &"x".repeat(10_001)).map(|_| ()), Err(Unreadable::Size));
    for letter in [&b""[..], b"\xc0", b"\x80", b"\x81\xa4type\x03", b"\x82\xa4type\x02\xa3uid\xa1a", &[0x91; 300]] {
        assert!(Envelope::of_letter(&Bytes::copy_from_slice(letter), BOUNDS).is_err(), "{letter:x?}");
    }
}

#[test]
fn a_message_that_is_cut_anywhere_is_none() {
    let binary = vec![Value::Binary(vec![7; 9].into()), Value::Float(0.5)];
    let whole = broadcast(binary, Target::everyone().to("red"));
    let letter = whole.letter("a", "/").expect("a letter");
    let data = whole.entry_data("/").expect("data");
    let json = broadcast(vec![Value::Null], Target::everyone()).entry_data("/").expect("data");
    for bytes in [data, json] {
        for end in 1..bytes.len() {
            let cut = Envelope::of_entry(&entry(3, &bytes[..end]), BOUNDS);
            // Padding alone is no loss.
            assert!(cut.is_err() || bytes[end..].iter().all(|byte| *byte == b'='), "cut at {end}");
        }
    }
    for end in 0..letter.len() {
        assert!(Envelope::of_letter(&Bytes::copy_from_slice(&letter[..end]), BOUNDS).is_err(), "cut at {end}");
    }
}

#[test]
fn names_may_be_numbers_as_in_javascript() {
    let Ok(Message::Broadcast { event, target, .. }) =
        read(3, r#"{"opts":{"rooms":[7,-1,"7"]},"packet":{"data":[5]}}"#)
    else {
        panic!("a broadcast");
    };
    assert_eq!((&*event, target.rooms()), ("5", &["7".into(), "-1".into()][..]));
}

/// Values of any shape, with names that messages have.
fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Int),
        any::<u64>().prop_map(Value::UInt),
        any::<f64>().prop_map(Value::Float),
        ".{0,8}".prop_map(Value::Text),
        proptest::collection::vec(any::<u8>(), 0..8).prop_map(|bytes| Value::Binary(bytes.into())),
    ];
    let names = proptest::sample::select(vec![
        "opts",
        "packet",
        "data",
        "requestId",
        "rooms",
        "except",
        "flags",
        "timeout",
        "sockets",
        "clientCount",
        "id",
        "sid",
        "pid",
        "since",
        "stays",
    ]);
    leaf.prop_recursive(4, 32, 4, move |inner| {
        let fields = proptest::collection::vec((names.clone().prop_map(str::to_owned), inner.clone()), 0..5);
        prop_oneof![proptest::collection::vec(inner, 0..4).prop_map(Value::Array), fields.prop_map(Value::Object)]
    })
}

proptest! {
    #[test]
    fn nothing_that_comes_from_redis_panics(kind in any::<u8>(), value in values(), bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
        let raw = Entry { data: bytes.clone(), ..entry(kind, &[]) };
        drop(Envelope::of_entry(&raw, BOUNDS));
        drop(Envelope::of_letter(&Bytes::from(bytes.clone()), BOUNDS));
        drop(Session::read(&bytes, BOUNDS));
        let data = BASE64.encode(write_msgpack(&value).expect("msgpack"));
        drop(Session::read(data.as_bytes(), BOUNDS));
        for kind in 0..14 {
            drop(Envelope::of_entry(&entry(kind, data.as_bytes()), BOUNDS));
        }
    }
}
