//! The rules of protocol and API, tried over sessions that have no socket.
//!
//! What needs a real client on a real socket is in `tests/socketio`.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use parlor_proto::engine::{CloseReason, Message};
use parlor_proto::frame::Kind;
use parlor_proto::socket::encode_event;

use super::client::Link;
use super::*;
use crate::transport::{self, Incoming, Service, Session, Tap};

/// A client without a socket: what it sends is handed to the server, what it gets is taken from the session.
struct Peer {
    link: Link,
    tap: Tap,
    session: Arc<Session>,
}

impl Peer {
    fn open(io: &Io) -> Self {
        let (session, tap) = Session::detached(transport::Config::default());
        let request = http::Request::builder()
            .uri("/socket.io/?EIO=4&transport=websocket&room=7")
            .header("user-agent", "peer")
            .body(())
            .expect("a request");
        let handshake =
            transport::Handshake { request: Arc::new(request.into_parts().0), address: ([192, 0, 2, 1], 4000).into() };
        Self { link: io.app().open(Arc::clone(&session), handshake), tap, session }
    }

    /// A client that is in `/`.
    fn joined(io: &Io) -> (Self, Socket) {
        let peer = Self::open(io);
        let socket = peer.join(io, "/");
        (peer, socket)
    }

    fn join(&self, io: &Io, namespace: &str) -> Socket {
        let packet = if namespace == "/" { "0".to_owned() } else { format!("0{namespace},") };
        self.text(&packet).expect("a CONNECT");
        let answer = self.take().pop().expect("an answer");
        let id = answer.rsplit('"').nth(1).and_then(SocketId::parse).expect("an id");
        io.of(namespace).socket(&id).expect("a socket")
    }

    fn text(&self, packet: &str) -> Result<(), CloseReason> {
        self.link.message(Message::Text(packet.to_owned().into()), Instant::now())
    }

    fn binary(&self, bytes: &[u8]) -> Result<(), CloseReason> {
        self.link.message(Message::Binary(bytes.to_vec().into()), Instant::now())
    }

    /// What came: text without Engine.IO's `4`, binary as `b` and its bytes.
    fn take(&self) -> Vec<String> {
        let show = |frame: &Frame| {
            let payload = String::from_utf8_lossy(frame.payload()).into_owned();
            match frame.kind() {
                Kind::Text => payload.strip_prefix('4').expect("a message").to_owned(),
                Kind::Binary => format!("b{payload}"),
            }
        };
        self.tap.take().iter().map(show).collect()
    }
}

/// What listeners saw, in order.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    fn say(&self, line: impl Into<String>) {
        self.0.lock().push(line.into());
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock())
    }
}

fn server() -> Io {
    Io::new(Config::default())
}

/// Where a socket's end is written down.
fn with_reasons(io: &Io) -> Log {
    let log = Log::default();
    let reasons = log.clone();
    io.of("/").on_disconnect(move |_, reason| reasons.say(reason.as_str()));
    log
}

#[tokio::test]
async fn p18_a_packet_where_it_is_not_allowed_closes_the_connection() {
    for (joined, packet) in [
        (false, r#"2["a"]"#),
        (false, "30[]"),
        (false, "1"),
        (false, r#"4{"message":"x"}"#),
        (true, "0"),
        (true, r#"4{"message":"x"}"#),
        (true, r#"2/x,["a"]"#),
        (true, "1/x"),
    ] {
        let io = server();
        let log = with_reasons(&io);
        io.of("/x");
        let peer = if joined { Peer::joined(&io).0 } else { Peer::open(&io) };
        assert_eq!(peer.text(packet), Err(CloseReason::ForcedClose), "{packet}");
        peer.link.closed(CloseReason::ForcedClose);
        let expected: &[&str] = if joined { &["forced server close"] } else { &[] };
        assert_eq!(log.take(), expected);
    }
}

#[tokio::test]
async fn p19_an_unknown_namespace_is_refused_and_the_connection_stays() {
    let io = server();
    let peer = Peer::open(&io);
    assert_eq!(peer.text("0/x"), Ok(()));
    assert_eq!(peer.take(), [r#"4/x,{"message":"Invalid namespace"}"#]);
    assert!(peer.join(&io, "/").is_connected());
}

#[tokio::test]
async fn p19_the_answer_to_connect_holds_the_sid_only_and_comes_before_all_else() {
    let io = server();
    io.of("/x").on_connect(|socket| socket.emit("hello", (socket.id().as_str(),)).expect("a connected socket"));
    let peer = Peer::open(&io);
    peer.text("0/x").expect("a CONNECT without a comma");
    let id = io.of("/x").sockets()[0].id();
    assert_eq!(peer.take(), [format!(r#"0/x,{{"sid":"{id}"}}"#), format!(r#"2/x,["hello","{id}"]"#)]);
}

#[tokio::test(start_paused = true)]
async fn p19_who_joins_nothing_in_time_is_closed() {
    let io = Io::new(Config { connect_timeout_ms: 1000, ..Config::default() });
    let (late, refused, prompt) = (Peer::open(&io), Peer::open(&io), Peer::open(&io));
    refused.text("0/x").expect("a refusal");
    prompt.text("0").expect("a CONNECT");
    tokio::time::sleep(Duration::from_millis(999)).await;
    assert_eq!((late.tap.closed(), refused.tap.closed()), (None, None));
    // Leaving does not start the time again.
    prompt.text("1").expect("a DISCONNECT");
    tokio::time::sleep(Duration::from_millis(2)).await;
    assert_eq!(late.tap.closed(), Some(CloseReason::ForcedClose));
    assert_eq!(refused.tap.closed(), Some(CloseReason::ForcedClose));
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(prompt.tap.closed(), None);
}

#[tokio::test]
async fn p20_middleware_refuses_with_message_and_data() {
    let io = server();
    let log = Log::default();
    let seen = log.clone();
    io.of("/").wrap(move |socket| {
        seen.say("first");
        socket.join("waiting");
        Ok(())
    });
    io.of("/").wrap(|_| Err(ConnectError::new("no").with_data(Value::UInt(7))));
    let seen = log.clone();
    io.of("/").wrap(move |_| {
        seen.say("never");
        Ok(())
    });
    let seen = log.clone();
    io.of("/").on_disconnect(move |_, _| seen.say("never"));
    let peer = Peer::open(&io);
    assert_eq!(peer.text("0"), Ok(()));
    assert_eq!(peer.take(), [r#"4{"message":"no","data":7}"#]);
    assert_eq!(log.take(), ["first"]);
    assert!(io.of("/").sockets().is_empty() && io.of("/").to("waiting").sockets().is_empty());
    assert_eq!(peer.text(r#"2["a"]"#), Err(CloseReason::ForcedClose), "who was refused has not joined");
}

#[tokio::test]
async fn p20_middleware_sees_the_auth_and_what_it_keeps_is_there_later() {
    #[derive(serde::Deserialize)]
    struct Auth {
        name: Option<String>,
    }
    let io = server();
    io.of("/").wrap(|socket| {
        let auth: Auth = socket.handshake().auth().map_err(|error| ConnectError::new(error.to_string()))?;
        socket.set_data(auth.name.ok_or_else(|| ConnectError::new("who?"))?);
        Ok(())
    });
    let peer = Peer::open(&io);
    peer.text("0").expect("a CONNECT");
    peer.text(r#"0{"name":7}"#).expect("a CONNECT");
    let answers = peer.take();
    assert_eq!(answers[0], r#"4{"message":"who?"}"#);
    assert!(answers[1].starts_with(r#"4{"message":"invalid type: integer `7`, expected a string"#), "{}", answers[1]);
    peer.text(r#"0{"name":"Ada"}"#).expect("a CONNECT");
    let socket = io.of("/").sockets().pop().expect("a socket");
    assert_eq!(socket.data::<String>().as_deref().map(String::as_str), Some("Ada"));
    assert_eq!(socket.data::<u8>(), None);
    let handshake = socket.handshake();
    assert_eq!(handshake.header("user-agent"), Some("peer"));
    assert_eq!(handshake.query(), "EIO=4&transport=websocket&room=7");
    assert_eq!(handshake.ip().to_string(), "192.0.2.1");
}

#[tokio::test]
async fn p21_p22_p24_what_is_no_packet_closes_with_parse_error() {
    for packet in ["2", "2[]", "2{}", "2[null]", r#"2["connect"]"#, r#"2["newListener"]"#, "51", r#"50-["a"]"#, "abc"] {
        let io = server();
        let log = with_reasons(&io);
        let (peer, _) = Peer::joined(&io);
        assert_eq!(peer.text(packet), Err(CloseReason::ParseError), "{packet}");
        peer.link.closed(CloseReason::ParseError);
        assert_eq!(log.take(), ["parse error"]);
    }
}

#[tokio::test]
async fn p22_an_event_named_error_crashes_nothing_and_reserved_names_are_not_emitted() {
    let io = server();
    let (peer, socket) = Peer::joined(&io);
    assert_eq!(peer.text(r#"2["error","x"]"#), Ok(()));
    for name in parlor_proto::socket::RESERVED_EVENTS {
        let reserved = EmitError::Reserved(name.into());
        assert_eq!(socket.emit(name, ()), Err(reserved.clone()));
        assert_eq!(io.of("/").emit(name, ()), Err(reserved));
    }
    assert!(socket.is_connected() && peer.take().is_empty());
}

#[tokio::test]
async fn p23_an_ack_is_sent_once_from_any_thread() {
    let io = server();
    let acks = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&acks);
    io.of("/").on("a", move |_, event| kept.lock().extend(event.ack.clone()));
    let (peer, _) = Peer::joined(&io);
    peer.text(r#"2["a"]"#).expect("an event without an id");
    assert!(acks.lock().is_empty());
    peer.text(r#"27["a"]"#).expect("an event");
    let ack = acks.lock().pop().expect("an ack");
    let twin = ack.clone();
    std::thread::spawn(move || ack.send((1, "b"))).join().expect("no panic").expect("the first answer");
    assert_eq!(twin.send(()), Err(EmitError::Acknowledged));
    assert_eq!(peer.take(), [r#"37[1,"b"]"#]);
}

#[tokio::test(start_paused = true)]
async fn p23_ids_count_from_0_and_unknown_acks_are_ignored() {
    let io = server();
    let (peer, socket) = Peer::joined(&io);
    let second = Duration::from_secs(1);
    let (first, other) = (socket.emit_with_ack("a", (), second), socket.emit_with_ack("b", (1,), second));
    assert_eq!(peer.take(), [r#"20["a"]"#, r#"21["b",1]"#]);
    assert_eq!(peer.text("318446744073709551615[]"), Ok(()));
    assert_eq!(peer.text(r#"31["yes"]"#), Ok(()));
    assert_eq!(peer.text(r#"31["again"]"#), Ok(()));
    assert_eq!(other.await.expect("an answer").get::<String>(0), Ok("yes".to_owned()));
    assert_eq!(first.await, Err(AckError::Timeout));
    assert_eq!(peer.text("30[]"), Ok(()), "an answer after its time is ignored");
}

#[tokio::test]
async fn p23_who_waits_for_a_socket_that_leaves_is_told() {
    let io = server();
    let (peer, socket) = Peer::joined(&io);
    let answer = socket.emit_with_ack("a", (), Duration::from_secs(60));
    peer.link.closed(CloseReason::TransportClose);
    assert_eq!(answer.await, Err(AckError::Disconnected));
    let late = socket.emit_with_ack("a", (), Duration::from_secs(60));
    assert_eq!(late.await, Err(AckError::Emit(EmitError::NotConnected)));
}

#[tokio::test]
async fn p24_attachments_come_whole_and_go_out_together_or_not_at_all() {
    let io = server();
    io.of("/").on("a", |socket, event| socket.emit("b", &event.args).expect("a connected socket"));
    let (peer, socket) = Peer::joined(&io);
    let placeholders = r#"{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}"#;
    peer.text(&format!(r#"52-["a",{placeholders}]"#)).expect("the first part");
    peer.binary(b"1").expect("an attachment");
    assert!(peer.take().is_empty(), "nothing is handled before it is whole");
    peer.binary(b"2").expect("an attachment");
    assert_eq!(peer.take(), [format!(r#"52-["b",{placeholders}]"#), "b1".into(), "b2".into()]);
    let files = || (Binary::from(vec![b'x']), Binary::from(vec![b'y']));
    peer.tap.stall(true);
    assert_eq!(socket.emit_volatile("c", files()), Ok(false));
    socket.emit("d", ()).expect("a connected socket");
    peer.tap.stall(false);
    assert_eq!(socket.emit_volatile("c", files()), Ok(true));
    assert_eq!(peer.take(), [r#"2["d"]"#.to_owned(), format!(r#"52-["c",{placeholders}]"#), "bx".into(), "by".into()]);
}

#[tokio::test]
async fn p25_the_public_id_is_not_the_sid() {
    let io = server();
    io.of("/x");
    let (peer, socket) = Peer::joined(&io);
    let other = peer.join(&io, "/x");
    assert_eq!(socket.id().as_str().len(), 20);
    assert_ne!(socket.id().as_str(), peer.session.sid().to_string());
    assert_ne!(socket.id(), other.id());
}

#[tokio::test]
async fn p26_every_reason_is_told_once() {
    use CloseReason as Close;
    for (close, expected) in [
        (Close::TransportError, "transport error"),
        (Close::TransportClose, "transport close"),
        (Close::ForcedClose, "forced close"),
        (Close::PingTimeout, "ping timeout"),
        (Close::ParseError, "parse error"),
        (Close::ServerShuttingDown, "server shutting down"),
    ] {
        let io = server();
        let log = with_reasons(&io);
        let (peer, socket) = Peer::joined(&io);
        peer.link.closed(close);
        socket.disconnect(true);
        assert_eq!(log.take(), [expected]);
    }
}

#[tokio::test]
async fn p26_a_socket_leaves_its_namespace_alone() {
    let io = server();
    let log = with_reasons(&io);
    io.of("/x");
    let (peer, socket) = Peer::joined(&io);
    let other = peer.join(&io, "/x");
    peer.text("1").expect("a DISCONNECT");
    assert_eq!(log.take(), ["client namespace disconnect"]);
    assert!(!socket.is_connected() && other.is_connected() && peer.take().is_empty());
    let again = peer.join(&io, "/");
    again.disconnect(false);
    again.disconnect(false);
    assert_eq!(log.take(), ["server namespace disconnect"]);
    assert_eq!(peer.take(), ["1"]);
    assert!(other.is_connected() && peer.tap.closed().is_none());
    other.disconnect(true);
    assert_eq!(peer.take(), ["1/x,"]);
    assert_eq!(peer.tap.closed(), Some(CloseReason::ForcedClose));
}

#[tokio::test]
async fn p26_a_leaving_socket_has_its_rooms_and_one_that_left_has_none() {
    let io = server();
    let log = Log::default();
    let (before, after) = (log.clone(), log.clone());
    let (peer, socket) = Peer::joined(&io);
    socket.join("red");
    socket.on_disconnecting(move |socket, reason| before.say(format!("{} {reason}", socket.rooms()[1])));
    socket.on_disconnect(move |socket, _| after.say(format!("{}", socket.rooms().len())));
    peer.link.closed(CloseReason::TransportClose);
    assert_eq!(log.take(), ["red transport close", "0"]);
    socket.join("red");
    assert!(io.of("/").to("red").sockets().is_empty() && io.of("/").socket(&socket.id()).is_none());
    assert_eq!(socket.emit("a", ()), Err(EmitError::NotConnected));
}

#[tokio::test]
async fn p27_events_are_handled_in_the_order_they_came() {
    let io = server();
    let log = Log::default();
    let seen = log.clone();
    io.of("/").on("n", move |_, event| seen.say(event.args.get::<u32>(0).expect("a number").to_string()));
    let (peer, _) = Peer::joined(&io);
    for n in 0..100 {
        peer.text(&format!(r#"2["n",{n}]"#)).expect("an event");
    }
    assert_eq!(log.take(), (0..100).map(|n| n.to_string()).collect::<Vec<_>>());
}

#[tokio::test]
async fn p27_a_member_of_several_rooms_gets_it_once_and_the_excepted_not_at_all() {
    let io = server();
    let root = io.of("/");
    let [(a, sa), (b, sb), (c, sc)] = std::array::from_fn(|_| Peer::joined(&io));
    sa.join(["red", "blue"]);
    sb.join("blue");
    let got = |expected: [bool; 3]| {
        let got = [&a, &b, &c].map(|peer| peer.take());
        for (got, expected) in got.iter().zip(expected) {
            assert_eq!(got.len(), usize::from(expected), "{got:?}");
        }
    };
    assert_eq!(root.to(["red", "blue"]).emit("e", ()), Ok(2));
    got([true, true, false]);
    assert_eq!(root.to("red").to("blue").except("red").emit("e", ()), Ok(1));
    got([false, true, false]);
    assert_eq!(root.emit("e", ()), Ok(3));
    got([true, true, true]);
    assert_eq!(root.except(["red", "nowhere"]).emit("e", ()), Ok(2));
    got([false, true, true]);
    assert_eq!(root.except(sc.id()).emit("e", ()), Ok(2));
    got([true, true, false]);
    assert_eq!(sa.broadcast().emit("e", ()), Ok(2));
    got([false, true, true]);
    assert_eq!(sa.to("blue").emit("e", ()), Ok(1));
    got([false, true, false]);
    assert_eq!(sa.except("blue").emit("e", ()), Ok(1));
    got([false, false, true]);
    assert_eq!(root.to("nowhere").emit("e", ()), Ok(0));
    got([false, false, false]);
}

#[tokio::test]
async fn p27_every_socket_is_in_the_room_of_its_own_id() {
    let io = server();
    let (a, sa) = Peer::joined(&io);
    let (b, sb) = Peer::joined(&io);
    assert_eq!(sa.rooms(), [Arc::from(sa.id().as_str())]);
    sa.leave(sa.id());
    sb.join(sa.id());
    assert_eq!(io.of("/").to([sa.id(), sb.id()]).emit("e", ()), Ok(2));
    assert_eq!((a.take().len(), b.take().len()), (1, 1));
    assert_eq!(sb.to(sa.id().as_str()).emit("e", ()), Ok(1));
    assert_eq!((a.take().len(), b.take().len()), (1, 0));
}

#[tokio::test]
async fn p27_sockets_are_moved_between_rooms_and_put_out_together() {
    let io = server();
    let log = with_reasons(&io);
    let root = io.of("/");
    let peers: Vec<_> = (0..3).map(|_| Peer::joined(&io)).collect();
    root.sockets_join(["red", "blue"]);
    peers[0].1.leave("red");
    root.to("red").sockets_leave("blue");
    assert_eq!((root.to("red").sockets().len(), root.to("blue").sockets().len()), (2, 1));
    root.to("red").disconnect_sockets(false);
    assert_eq!(log.take(), ["server namespace disconnect"; 2]);
    assert_eq!(root.sockets().len(), 1);
}

#[tokio::test]
async fn p28_several_listeners_and_catch_alls_hear_an_event() {
    let io = server();
    let log = Log::default();
    let say = |word: &'static str| {
        let log = log.clone();
        move |_: &Socket, event: &Event| log.say(format!("{word} {}", event.name))
    };
    let (peer, socket) = Peer::joined(&io);
    io.of("/").on("a", say("namespace"));
    io.of("/").on_any(say("namespace any"));
    socket.on("a", say("one"));
    socket.on("a", say("two"));
    socket.on_any(say("any"));
    let outgoing = log.clone();
    socket.on_any_outgoing(move |_, name, args| outgoing.say(format!("{name} {:?}", args.parse::<(u8, String)>())));
    peer.text(r#"2["a"]"#).expect("an event");
    assert_eq!(log.take(), ["any a", "one a", "two a", "namespace any a", "namespace a"]);
    socket.emit("out", (1, "x")).expect("a connected socket");
    io.of("/").emit("all", (2, "y")).expect("a broadcast");
    assert_eq!(log.take(), [r#"out Ok((1, "x"))"#, r#"all Ok((2, "y"))"#]);
}

#[tokio::test]
async fn p28_key_order_is_kept_in_an_echo() {
    let io = server();
    io.of("/").on("a", |socket, event| socket.emit("a", &event.args).expect("a connected socket"));
    let (peer, _) = Peer::joined(&io);
    let packet = r#"2["a",{"z":1,"__proto__":{"y":null},"a":[1.5,-2]}]"#;
    peer.text(packet).expect("an event");
    assert_eq!(peer.take(), [packet]);
}

#[tokio::test]
async fn p29_a_client_that_does_not_read_is_closed() {
    let io = server();
    let log = with_reasons(&io);
    let (peer, socket) = Peer::joined(&io);
    peer.tap.stall(true);
    let sent = (0..1_000_000).position(|n| socket.emit("n", (n,)).is_err()).expect("an end");
    assert!(sent > 10, "{sent}");
    assert_eq!(peer.tap.closed(), Some(CloseReason::TransportClose));
    peer.link.closed(CloseReason::TransportClose);
    assert_eq!(log.take(), ["transport close"]);
}

#[tokio::test]
async fn p30_a_client_is_answered_in_the_parser_of_its_connect() {
    let io = server();
    io.of("/").on("a", |socket, event| {
        socket.emit("b", &event.args).expect("a connected socket");
        event.ack.iter().for_each(|ack| ack.send((true,)).expect("the first answer"));
    });
    let (json, _) = Peer::joined(&io);
    let msgpack = Peer::open(&io);
    msgpack.binary(b"\x83\xa4type\x00\xa3nsp\xa1/\xa4data\xd4\0\0").expect("a CONNECT");
    let answer = msgpack.take();
    assert!(answer[0].starts_with("b\u{fffd}\u{fffd}type\0"), "{answer:?}");
    msgpack.binary(b"\x84\xa4type\x02\xa3nsp\xa1/\xa4data\x92\xa1a\xc4\x01z\xa2id\x05").expect("an event");
    let frames: Vec<Vec<u8>> = msgpack.tap.take().iter().map(|frame| frame.payload().to_vec()).collect();
    assert_eq!(frames[0], b"\x83\xa4type\x02\xa3nsp\xa1/\xa4data\x92\xa1b\xc4\x01z");
    assert_eq!(frames[1], b"\x84\xa4type\x03\xa3nsp\xa1/\xa2id\x05\xa4data\x91\xc3");
    assert_eq!(io.of("/").emit("all", (1,)), Ok(2));
    assert_eq!(json.take(), [r#"2["all",1]"#]);
    assert_eq!(msgpack.tap.take()[0].payload(), b"\x83\xa4type\x02\xa3nsp\xa1/\xa4data\x92\xa3all\x01");
    assert_eq!(msgpack.text(r#"2["a"]"#), Err(CloseReason::ParseError));
}

#[tokio::test]
async fn encoded_events_are_delivered_as_they_are_and_encoded_once() {
    let io = server();
    let encoded = Encoded::default();
    let encodings = AtomicUsize::new(0);
    let peers: Vec<_> = (0..3).map(|_| Peer::joined(&io)).collect();
    for (_, socket) in &peers {
        let frames = encoded.once(socket.parser(), |parser| {
            encodings.fetch_add(1, Ordering::Relaxed);
            encode_event(parser, "/", None, "tick", &(7,))
        });
        let frames = frames.expect("frames");
        socket
            .deliver(&[Item::Reliable(frames), Item::State { next: &frames[0], whole: &|| frames[0].clone() }])
            .expect("a session");
    }
    assert_eq!(encodings.into_inner(), 1);
    for (peer, socket) in &peers {
        assert_eq!(peer.take(), [r#"2["tick",7]"#; 2]);
        assert!(socket.writable());
        socket.disconnect(false);
        assert_eq!(socket.deliver(&[]), Err(EmitError::NotConnected));
        assert!(!socket.writable());
    }
}

#[tokio::test]
async fn a_listener_that_panics_ends_its_own_session_only() {
    let io = server();
    let log = with_reasons(&io);
    io.of("/").on("a", |_, _| panic!("a fault in a listener"));
    io.of("/").on_disconnecting(|_, _| panic!("another"));
    let (peer, _) = Peer::joined(&io);
    let (_other, still) = Peer::joined(&io);
    assert_eq!(peer.text(r#"2["a"]"#), Err(CloseReason::ForcedClose));
    peer.link.closed(CloseReason::ForcedClose);
    assert_eq!(log.take(), ["forced server close"]);
    assert!(still.is_connected() && io.of("/").sockets().len() == 1);
}

#[tokio::test]
async fn nothing_is_kept_of_a_client_that_has_gone() {
    let io = server();
    let (peer, socket) = Peer::joined(&io);
    let held = Arc::new(());
    let (by_listener, own) = (Arc::clone(&held), socket.clone());
    socket.on("a", move |_, _| drop((own.clone(), Arc::clone(&by_listener))));
    socket.set_data((socket.clone(), Arc::clone(&held)));
    socket.join("red");
    peer.link.closed(CloseReason::TransportClose);
    drop((peer, socket));
    assert_eq!(Arc::strong_count(&held), 1);
}
