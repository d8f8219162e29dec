//! Events and acks, both ways.
//!
//! To whom a broadcast goes is tried in `rooms`.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use parlor_proto::engine::CloseReason;
use parlor_proto::socket::encode_event;

use super::*;

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
    let (first, other) =
        (socket.timeout(second).emit_with_ack("a", ()), socket.timeout(second).emit_with_ack("b", (1,)));
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
    let answer = socket.emit_with_ack("a", ());
    peer.link.closed(CloseReason::TransportClose);
    assert_eq!(answer.await, Err(AckError::Disconnected));
    let late = socket.emit_with_ack("a", ());
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
    assert_eq!(socket.volatile().emit("c", files()), Ok(false));
    socket.emit("d", ()).expect("a connected socket");
    peer.tap.stall(false);
    assert_eq!(socket.volatile().emit("c", files()), Ok(true));
    assert_eq!(peer.take(), [r#"2["d"]"#.to_owned(), format!(r#"52-["c",{placeholders}]"#), "bx".into(), "by".into()]);
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
            .deliver(&[Item::Reliable(frames), Item::State { next: frames, whole: &|| frames.clone() }])
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

#[tokio::test(start_paused = true)]
async fn p23_a_broadcast_collects_answers_and_says_who_is_missing() {
    let io = server();
    let [(a, sa), (b, sb), (c, sc), (d, sd)] = std::array::from_fn(|_| Peer::joined(&io));
    sd.join("quiet");
    // An id that one of them has used already.
    drop(sa.emit_with_ack("a", ()));
    assert_eq!(a.take(), [r#"20["a"]"#]);
    let answers = io.of("/").except("quiet").timeout(Duration::from_secs(2)).emit_with_ack("ready?", (1,));
    let asked = r#"21["ready?",1]"#;
    assert_eq!([&a, &b, &c].map(|peer| peer.take()), [[asked], [asked], [asked]]);
    assert!(d.take().is_empty(), "the excepted are not asked");
    for packet in [r#"31["a"]"#, r#"31["twice"]"#] {
        a.text(packet).expect("an ack");
    }
    b.link.closed(CloseReason::TransportClose);
    d.text(r#"31["unasked"]"#).expect("an ack");
    let begun = tokio::time::Instant::now();
    let answers = answers.await.expect("it was sent");
    assert_eq!(begun.elapsed(), Duration::from_secs(2), "one of them says nothing");
    let said: Vec<_> = answers.answered.iter().map(|(id, args)| (*id, args.get::<String>(0))).collect();
    assert_eq!(said, [(sa.id(), Ok("a".to_owned()))]);
    assert_eq!(answers.missing.len(), 2);
    assert!([sb.id(), sc.id()].iter().all(|id| answers.missing.contains(id)));
    c.text(r#"31["late"]"#).expect("an answer after its time is ignored");
}

#[tokio::test(start_paused = true)]
async fn p23_who_asks_many_waits_no_longer_than_for_the_last_answer() {
    let io = server();
    let [(a, _), (b, _)] = std::array::from_fn(|_| Peer::joined(&io));
    let answers = io.of("/").emit_with_ack("a", ());
    a.text("30[]").expect("an ack");
    b.link.closed(CloseReason::TransportClose);
    let begun = tokio::time::Instant::now();
    let answers = answers.await.expect("it was sent");
    assert_eq!((begun.elapsed(), answers.answered.len(), answers.missing.len()), (Duration::ZERO, 1, 1));
    let nobody = io.of("/").to("nowhere").emit_with_ack("a", ()).await.expect("it was sent");
    assert!(begun.elapsed().is_zero() && nobody.answered.is_empty() && nobody.missing.is_empty());
    let reserved = io.of("/").emit_with_ack("connect", ()).await;
    assert_eq!(reserved.map(|_| ()), Err(EmitError::Reserved("connect".into())));
}

#[tokio::test]
async fn middleware_sees_events_before_listeners_and_may_change_or_refuse_them() {
    let io = server();
    let log = Log::default();
    let said = |word: &'static str| {
        let log = log.clone();
        move |event: &Event| log.say(format!("{word} {}", event.name))
    };
    let (shared, own, heard, refused) = (said("shared"), said("own"), said("heard"), said("refused"));
    io.of("/").wrap_events(move |_, event| {
        shared(event);
        if &*event.name == "old" {
            event.name = "new".into();
        }
        Ok(())
    });
    let (peer, socket) = Peer::joined(&io);
    socket.wrap(move |_, event| {
        own(event);
        if &*event.name == "bad" { Err(EventError::new("no")) } else { Ok(()) }
    });
    io.of("/").on_any(move |_, event| heard(event));
    let twice = log.clone();
    socket.on_refused(move |_, event, error| twice.say(format!("{} {error}", event.name)));
    io.of("/").on_refused(move |_, event, _| refused(event));
    peer.text(r#"2["old"]"#).expect("an event");
    assert_eq!(log.take(), ["shared old", "own new", "heard new"]);
    peer.text(r#"27["bad"]"#).expect("an event");
    assert_eq!(log.take(), ["shared bad", "own bad", "bad no", "refused bad"]);
    assert!(peer.take().is_empty() && socket.is_connected(), "an ack is left to those who are told");
}

#[tokio::test]
async fn a_listener_may_be_called_once_or_be_forgotten() {
    let io = server();
    let (peer, socket) = Peer::joined(&io);
    let log = Log::default();
    let says = |word: &'static str| {
        let log = log.clone();
        move |_: &Socket, _: &Event| log.say(word)
    };
    let again = log.clone();
    socket.once("a", move |socket, _| {
        again.say("once");
        // For the next one: it is not called with this.
        let again = again.clone();
        socket.once("a", move |_, _| again.say("once more"));
    });
    socket.on("a", says("each time"));
    socket.on("b", says("other"));
    socket.on_any(says("any"));
    io.of("/").on("a", says("namespace"));
    let heard = |packet| {
        peer.text(packet).expect("an event");
        log.take()
    };
    assert_eq!(heard(r#"2["a"]"#), ["any", "once", "each time", "namespace"]);
    assert_eq!(heard(r#"2["a"]"#), ["any", "each time", "once more", "namespace"]);
    assert_eq!(heard(r#"2["a"]"#), ["any", "each time", "namespace"]);
    socket.off("a");
    assert_eq!(heard(r#"2["a"]"#), ["any", "namespace"]);
    assert_eq!(heard(r#"2["b"]"#), ["any", "other"]);
    socket.off_all();
    assert!(heard(r#"2["b"]"#).is_empty());
    assert_eq!(heard(r#"2["a"]"#), ["namespace"], "it is not the socket's own");
}

#[tokio::test]
async fn one_listener_is_removed_by_its_handle_and_the_others_stay() {
    let io = server();
    let log = Log::default();
    let says = |word: &'static str| {
        let log = log.clone();
        move |_: &Socket, _: &Event| log.say(word)
    };
    let greets = log.clone();
    let greeter = io.of("/").on_connect(move |_| greets.say("hello"));
    let (peer, socket) = Peer::joined(&io);
    let heard = |packet| {
        peer.text(packet).expect("an event");
        log.take()
    };
    let (first, second) = (socket.on("a", says("first")), socket.on("a", says("second")));
    let (once, any) = (socket.once("a", says("once")), socket.on_any(says("any")));
    let everyone = io.of("/").on("a", says("everyone"));
    let own = Arc::new(Mutex::new(None::<Listener>));
    let (handle, quits) = (Arc::clone(&own), says("quits"));
    *own.lock() = Some(socket.on("a", move |socket, event| {
        quits(socket, event);
        handle.lock().iter().for_each(|own| assert!(own.off()));
    }));
    assert_eq!(log.take(), ["hello"]);
    assert!(second.off() && !second.off() && once.off() && first != second && first == first.clone());
    assert_eq!(heard(r#"2["a"]"#), ["any", "first", "quits", "everyone"]);
    assert!(any.off() && everyone.off() && greeter.off());
    assert_eq!(heard(r#"2["a"]"#), ["first"], "one may remove itself while it is called");
    let spent = socket.once("b", says("once"));
    assert_eq!(heard(r#"2["b"]"#), ["once"]);
    assert!(!spent.off());
    drop(Peer::joined(&io));
    assert!(log.take().is_empty(), "nobody greets any more");
    peer.link.closed(CloseReason::TransportClose);
    assert!(!first.off(), "nothing is kept of a socket that has left");
}

#[tokio::test]
async fn what_goes_in_or_out_may_be_heard_before_all_others() {
    let io = server();
    let (peer, socket) = Peer::joined(&io);
    let log = Log::default();
    let said = |word: &'static str| {
        let log = log.clone();
        move |name: &str| log.say(format!("{word} {name}"))
    };
    let (late, early, out, before) = (said("late"), said("early"), said("out"), said("before"));
    socket.on_any(move |_, event| late(&event.name));
    socket.prepend_any(move |_, event| early(&event.name));
    socket.on_any_outgoing(move |_, name, _| out(name));
    let first = socket.prepend_any_outgoing(move |_, name, _| before(name));
    let last = said("end");
    let end = socket.on_disconnect(move |_, reason| last(reason.as_str()));
    let both = || {
        peer.text(r#"2["in"]"#).expect("an event");
        socket.emit("out", ()).expect("a connected socket");
        log.take()
    };
    assert_eq!(both(), ["early in", "late in", "before out", "out out"]);
    assert!(first.off());
    assert_eq!(both(), ["early in", "late in", "out out"]);
    socket.off_any();
    assert_eq!(both(), ["out out"]);
    socket.off_any_outgoing();
    assert!(both().is_empty() && end.off());
    socket.disconnect(false);
    assert!(log.take().is_empty());
}
