//! Connection state recovery: who comes back gets what it missed, once and in order, and nothing else.
//!
//! Real clients that lose real connections are in `tests/socketio`.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use super::*;

/// A client that keeps what the stock client keeps: its secret and the last offset.
struct Guest {
    peer: Peer,
    id: String,
    pid: String,
    offset: Option<String>,
}

impl Guest {
    fn new(io: &Io) -> Self {
        let (guest, missed) = Self::open(io, "");
        assert!(missed.is_empty());
        guest
    }

    /// Comes in with this auth; what came behind the answer.
    fn open(io: &Io, auth: &str) -> (Self, Vec<String>) {
        let peer = Peer::open(io);
        peer.text(&format!("0{auth}")).expect("a CONNECT");
        let mut packets = peer.take();
        let joined = packets.remove(0);
        let joined: HashMap<String, String> = serde_json::from_str(&joined[1..]).expect("what was joined");
        let mut guest = Self { peer, id: joined["sid"].clone(), pid: joined["pid"].clone(), offset: None };
        let missed = packets.iter().map(|packet| guest.read(packet)).collect();
        (guest, missed)
    }

    fn back(&self, io: &Io) -> (Self, Vec<String>) {
        let offset = self.offset.as_ref().map(|offset| format!(r#","offset":"{offset}""#)).unwrap_or_default();
        let (mut guest, missed) = Self::open(io, &format!(r#"{{"pid":"{}"{offset}}}"#, self.pid));
        guest.offset = guest.offset.or_else(|| self.offset.clone());
        (guest, missed)
    }

    /// The events that have come, by their names.
    fn take(&mut self) -> Vec<String> {
        let packets = self.peer.take();
        packets.iter().map(|packet| self.read(packet)).collect()
    }

    fn read(&mut self, packet: &str) -> String {
        let mut args: Vec<String> = serde_json::from_str(&packet[1..]).expect("an event of texts");
        self.offset = args.pop();
        args.concat()
    }

    fn cut(&self) {
        self.peer.link.closed(CloseReason::TransportClose);
    }

    fn socket(&self, io: &Io) -> Socket {
        let id = SocketId::parse(&self.id).expect("an id");
        io.of("/").socket(&id).expect("a socket that is there")
    }
}

fn with(recovery: Recovery) -> Io {
    Io::new(Config { recovery: Recovery { enabled: true, ..recovery }, ..Config::default() })
}

fn recovering() -> Io {
    with(Recovery::default())
}

#[tokio::test]
async fn without_it_nothing_is_added_to_what_is_sent() {
    let io = server();
    let (peer, socket) = Peer::joined(&io);
    socket.emit("a", ("b",)).expect("a socket that is there");
    assert_eq!(peer.take(), [r#"2["a","b"]"#]);
    assert!(!socket.recovered());
}

#[tokio::test]
async fn who_comes_back_is_the_same_socket_and_gets_what_it_missed() {
    let io = recovering();
    let root = io.of("/");
    let mut guest = Guest::new(&io);
    let socket = guest.socket(&io);
    socket.join("red");
    socket.set_data("its own");
    root.emit("seen", ()).expect("an event");
    assert_eq!(guest.take(), ["seen"]);
    // Sent before the cut, and never read.
    root.to("red").emit("lost", ()).expect("an event");
    drop(guest.peer.take());
    guest.cut();
    assert!(!socket.is_connected() && root.is_empty());
    assert_eq!(root.emit("all", ("!",)), Ok(0));
    root.to("red").emit("red", ()).expect("an event");
    root.to("blue").emit("blue", ()).expect("an event");
    root.except("red").emit("not red", ()).expect("an event");
    root.everyone().volatile().emit("volatile", ()).expect("an event");
    socket.emit("own", ()).expect("kept for its return");
    root.to(["red", guest.id.as_str()]).emit("both", ()).expect("an event");
    let (mut back, missed) = guest.back(&io);
    assert_eq!(missed, ["lost", "all!", "red", "own", "both"]);
    assert_eq!((&back.id, &back.pid), (&guest.id, &guest.pid));
    let recovered = back.socket(&io);
    assert!(recovered.recovered() && !socket.recovered());
    assert_eq!(recovered.data::<&str>().as_deref(), Some(&"its own"));
    assert_eq!(recovered.rooms().len(), 2);
    assert_eq!(root.to("red").emit("on it goes", ()), Ok(1));
    assert_eq!(back.take(), ["on it goes"]);
    socket.emit("by the one that was", ()).expect("its client is there");
    assert_eq!(back.take(), ["by the one that was"]);
    // Once more, from where it has got to.
    back.cut();
    root.emit("again", ()).expect("an event");
    let (last, missed) = back.back(&io);
    assert_eq!(missed, ["again"]);
    last.socket(&io).disconnect(false);
    assert_eq!(socket.emit("to nobody", ()), Err(EmitError::NotConnected));
}

#[tokio::test]
async fn who_had_received_nothing_comes_back_as_well() {
    let io = recovering();
    io.of("/").emit("before", ()).expect("an event");
    let guest = Guest::new(&io);
    assert_eq!(guest.offset, None);
    io.of("/").emit("on its way", ()).expect("an event");
    guest.cut();
    io.of("/").emit("meanwhile", ()).expect("an event");
    assert_eq!(guest.back(&io).1, ["on its way", "meanwhile"]);
}

#[tokio::test]
async fn who_comes_back_before_the_drop_was_noticed_takes_its_session_over() {
    let io = recovering();
    let log = with_reasons(&io);
    let guest = Guest::new(&io);
    let before = guest.socket(&io);
    before.join("red");
    io.of("/").emit("into nothing", ()).expect("an event");
    let (back, missed) = guest.back(&io);
    assert_eq!(missed, ["into nothing"]);
    assert_eq!(log.take(), ["transport close"]);
    assert_eq!(guest.peer.tap.closed(), Some(CloseReason::ForcedClose));
    assert_eq!(io.of("/").to("red").sockets().len(), 1);
    assert!(!before.is_connected() && back.socket(&io).is_connected());
    guest.peer.link.closed(CloseReason::ForcedClose);
    assert!(back.socket(&io).is_connected(), "the end of the old one is not its own");
}

#[tokio::test]
async fn what_was_said_in_a_room_before_it_was_joined_or_after_it_was_left_is_for_others() {
    let io = recovering();
    let root = io.of("/");
    let guest = Guest::new(&io);
    let socket = guest.socket(&io);
    root.to("red").emit("too early", ()).expect("an event");
    socket.join("red");
    root.to("red").emit("in it", ()).expect("an event");
    socket.leave("red");
    root.to("red").emit("too late", ()).expect("an event");
    socket.join("red");
    root.except("red").emit("others", ()).expect("an event");
    root.to("red").emit("in it again", ()).expect("an event");
    socket.to("red").emit("its own words", ()).expect("an event");
    guest.cut();
    assert_eq!(guest.back(&io).1, ["in it", "in it again"]);
}

#[tokio::test]
async fn who_left_was_put_out_or_broke_the_rules_does_not_come_back() {
    type End = fn(&Guest, &Io);
    let ends: [End; 3] = [
        |guest, _| guest.peer.text("1").expect("a DISCONNECT"),
        |guest, io| guest.socket(io).disconnect(false),
        |guest, _| guest.peer.link.closed(CloseReason::ParseError),
    ];
    for end in ends {
        let io = recovering();
        let guest = Guest::new(&io);
        end(&guest, &io);
        io.of("/").emit("a", ()).expect("an event");
        let (back, missed) = guest.back(&io);
        assert!(missed.is_empty() && back.id != guest.id && back.pid != guest.pid);
        assert!(!back.socket(&io).recovered());
    }
}

#[tokio::test(start_paused = true)]
async fn time_events_bytes_and_sessions_are_bounded() {
    let second = |recovery: Recovery| Recovery { max_disconnection_ms: 1000, ..recovery };
    let comes_back = |recovery: Recovery, wait: u64, events: usize| async move {
        let io = with(recovery);
        let (guest, other) = (Guest::new(&io), Guest::new(&io));
        io.of("/").emit("first", ()).expect("an event");
        guest.cut();
        other.cut();
        for _ in 0..events {
            io.of("/").emit("more", ()).expect("an event");
        }
        tokio::time::sleep(Duration::from_millis(wait)).await;
        let (back, missed) = guest.back(&io);
        let recovered = back.socket(&io).recovered();
        assert_eq!(missed.len(), if recovered { events + 1 } else { 0 }, "all or nothing");
        recovered
    };
    assert!(comes_back(second(Recovery::default()), 1000, 3).await);
    assert!(!comes_back(second(Recovery::default()), 1001, 3).await, "too long");
    assert!(comes_back(Recovery { max_packets: 4, ..Recovery::default() }, 0, 3).await);
    assert!(!comes_back(Recovery { max_packets: 4, ..Recovery::default() }, 0, 4).await, "too many");
    assert!(!comes_back(Recovery { max_bytes: 60, ..Recovery::default() }, 0, 4).await, "too much");
    assert!(!comes_back(Recovery { max_sessions: 1, ..Recovery::default() }, 0, 0).await, "the first to go goes first");
    // More than half an outbox: sent at once, it would close the client again.
    assert!(comes_back(Recovery::default(), 0, 500).await);
    assert!(!comes_back(Recovery::default(), 0, 600).await);
}

#[tokio::test]
async fn what_is_no_claim_is_a_new_client() {
    let io = recovering();
    let guest = Guest::new(&io);
    guest.cut();
    for auth in [
        r#"{"pid":7}"#.to_owned(),
        r#"{"pid":"x"}"#.to_owned(),
        format!(r#"{{"pid":"{}"}}"#, SocketId::generate()),
        format!(r#"{{"offset":"o0","token":"{}"}}"#, guest.pid),
    ] {
        assert_ne!(Guest::open(&io, &auth).0.id, guest.id, "{auth}");
    }
    for offset in ["", "0", "o", "o-1", "offffffffffffffff", "o5", "é"] {
        let guest = Guest::new(&io);
        guest.cut();
        let (back, missed) = Guest::open(&io, &format!(r#"{{"pid":"{}","offset":"{offset}"}}"#, guest.pid));
        assert!(back.id != guest.id && missed.is_empty(), "{offset}");
        assert_ne!(guest.back(&io).0.id, guest.id, "a secret is good for one try");
    }
}

#[tokio::test]
async fn middleware_is_asked_again_only_if_it_is_wanted() {
    for skip_middleware in [true, false] {
        let io = with(Recovery { skip_middleware, ..Recovery::default() });
        let log = Log::default();
        let asked = log.clone();
        io.of("/").wrap(move |socket| {
            asked.say(format!("{}", socket.recovered()));
            Ok(())
        });
        let guest = Guest::new(&io);
        guest.cut();
        assert_eq!(guest.back(&io).0.id, guest.id);
        let expected: &[&str] = if skip_middleware { &["false"] } else { &["false", "true"] };
        assert_eq!(log.take(), expected);
    }
}

#[tokio::test]
async fn events_that_ask_for_an_answer_have_no_offset_and_are_not_repeated() {
    let io = recovering();
    let guest = Guest::new(&io);
    let socket = guest.socket(&io);
    drop(socket.emit_with_ack("one", ()));
    drop(io.of("/").emit_with_ack("all", ()));
    assert_eq!(guest.peer.take(), [r#"20["one"]"#, r#"21["all"]"#]);
    guest.cut();
    assert!(guest.back(&io).1.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_is_lost_or_doubled_while_others_send() {
    let io = recovering();
    let mut guest = Guest::new(&io);
    let (sending, got) = (io.clone(), Arc::new(AtomicUsize::new(0)));
    let seen = Arc::clone(&got);
    let sender = std::thread::spawn(move || {
        for number in 0..20_000 {
            // No more on the way than a client may come back for.
            while number > seen.load(Ordering::Acquire) + 256 {
                std::thread::yield_now();
            }
            sending.of("/").emit("n", (number.to_string(),)).expect("an event");
        }
    });
    let mut heard: Vec<String> = Vec::new();
    let mut cuts = 0;
    loop {
        let done = sender.is_finished();
        heard.extend(guest.take());
        got.store(heard.len(), Ordering::Release);
        if done {
            break;
        }
        if heard.len() > cuts * 500 {
            cuts += 1;
            // What it has not taken by now is lost with the connection, as on a real one.
            guest.cut();
            let (back, missed) = guest.back(&io);
            assert_eq!(back.id, guest.id);
            heard.extend(missed);
            guest = back;
        }
    }
    sender.join().expect("no panic");
    let expected: Vec<String> = (0..20_000).map(|number| format!("n{number}")).collect();
    assert!(cuts > 3, "{cuts} cuts");
    assert!(heard == expected, "{} heard", heard.len());
}

#[tokio::test(start_paused = true)]
async fn who_hears_seldom_of_a_busy_namespace_comes_back_as_well() {
    let io = with(Recovery { max_disconnection_ms: 1000, ..Recovery::default() });
    let mut guest = Guest::new(&io);
    io.of("/").emit("heard", ()).expect("an event");
    assert_eq!(guest.take(), ["heard"]);
    // Far longer than events are kept: it has answered pings meanwhile, so it has got all that was for it.
    for _ in 0..10 {
        tokio::time::sleep(Duration::from_secs(60)).await;
        io.of("/").to("others").emit("not for it", ()).expect("an event");
    }
    io.of("/").emit("lost", ()).expect("an event");
    guest.cut();
    let (back, missed) = guest.back(&io);
    assert!(back.id == guest.id && missed == ["lost"], "{missed:?}");
}

#[tokio::test]
async fn an_applications_own_offset_leads_to_what_both_have_sent() {
    let io = recovering();
    let mut guest = Guest::new(&io);
    let socket = guest.socket(&io);
    assert_eq!(socket.offset(), None);
    io.of("/").emit("first", ()).expect("an event");
    let offset = socket.offset_for("room.7").expect("there is recovery");
    io.of("/").emit("second", ()).expect("an event");
    assert_eq!(guest.take(), ["first", "second"]);
    // It has got what the application delivered between the two, and no more.
    guest.offset = Some(offset);
    guest.cut();
    let (back, missed) = guest.back(&io);
    assert_eq!((missed, back.socket(&io).offset().as_deref()), (vec!["second".to_owned()], Some("room.7")));
    for offset in ["a", "a.", "a-1.x", "ag.x", "a0", "a9.x"] {
        let guest = Guest::new(&io);
        guest.cut();
        let (back, _) = Guest::open(&io, &format!(r#"{{"pid":"{}","offset":"{offset}"}}"#, guest.pid));
        assert_ne!(back.id, guest.id, "{offset}");
    }
}

#[tokio::test]
async fn who_is_to_start_over_comes_back_as_a_new_one() {
    let io = recovering();
    let log = with_reasons(&io);
    let guest = Guest::new(&io);
    guest.socket(&io).start_over();
    assert_eq!(log.take(), ["forced server close"]);
    let (back, _) = guest.back(&io);
    assert!(back.id != guest.id && !back.socket(&io).recovered());
}
