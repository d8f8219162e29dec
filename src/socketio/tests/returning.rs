//! Clients that come in or come back while others send, leave or are told at the same moment, on other threads.
//!
//! What one thread does after the other is tried in `joining` and `recovery`.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{TryRecvError, channel};
use std::sync::{Barrier, OnceLock};
use std::thread::{self, yield_now};
use std::time::Duration;

use tokio::sync::Notify;

use super::guest::{Guest, comes, slow_middleware};
use super::*;

fn recovering(skip_middleware: bool) -> Io {
    let recovery = Recovery { enabled: true, skip_middleware, ..Recovery::default() };
    Io::new(Config { recovery, ..Config::default() })
}

async fn guest(io: &Io) -> Guest {
    let tap = Guest::open(io, "");
    Guest::new(&comes(&tap).await[0], tap)
}

/// What comes until this is the last of it.
fn until(tap: &Tap, last: impl Fn(&str) -> bool) -> Vec<String> {
    let begun = Instant::now();
    let mut heard = Vec::new();
    while !heard.last().is_some_and(|heard: &String| last(heard)) {
        assert!(begun.elapsed() < Duration::from_secs(20), "it has heard {heard:?}");
        heard.extend(Guest::texts(tap));
        yield_now();
    }
    heard
}

/// The numbers of events `["n",NUMBER,"OFFSET"]` and `["n",NUMBER]`.
fn numbers(heard: &[String]) -> Vec<usize> {
    let number = |text: &String| text.strip_prefix(r#"2["n","#)?.split([',', ']']).next()?.parse().ok();
    heard.iter().map(|text| number(text).expect("a numbered event")).collect()
}

#[tokio::test]
async fn who_is_told_of_coming_in_is_in_and_hears_nothing_before() {
    for recovers in [false, true] {
        let io = if recovers { recovering(true) } else { server() };
        let (root, arriving) = (io.of("/"), Arc::new(OnceLock::<Socket>::new()));
        let arrived = Arc::clone(&arriving);
        root.wrap(move |socket| {
            socket.join("lobby");
            arrived.set(socket.clone()).expect("one socket");
            Ok(())
        });
        let peer = Peer::open(&io);
        let heard = thread::scope(|scope| {
            let door = root.members().hold();
            let enters = scope.spawn(|| peer.text("0"));
            while !arriving.get().is_some_and(Socket::is_entering) {
                yield_now();
            }
            let early = peer.take();
            let socket = arriving.get().expect("it is there");
            // It waits until the client has been told.
            let emits = scope.spawn(|| socket.volatile().emit("direct", ()));
            let tells = scope.spawn(|| root.to("lobby").volatile().emit("lobby", ()));
            drop(door);
            assert_eq!(enters.join().expect("no panic"), Ok(()));
            assert_eq!(emits.join().expect("no panic"), Ok(true));
            assert_eq!(tells.join().expect("no panic"), Ok(1));
            [early, peer.take()]
        });
        assert!(heard[0].is_empty(), "{:?} was said before it was in", heard[0]);
        assert!(heard[1][0].starts_with("0{") && heard[1].len() == 3, "{:?}", heard[1]);
    }
}

#[tokio::test]
async fn whoever_comes_in_while_others_send_hears_all_from_then_on() {
    let io = server();
    io.of("/").wrap(|socket| {
        socket.join("lobby");
        Ok(())
    });
    let begun = AtomicUsize::new(0);
    thread::scope(|scope| {
        // Until this is dropped, however it ends.
        let (_going_on, over) = channel::<()>();
        let (io, begun) = (&io, &begun);
        scope.spawn(move || {
            let all = io.of("/").everyone();
            let lobby = io.of("/").to("lobby").volatile();
            while over.try_recv() == Err(TryRecvError::Empty) {
                let number = begun.fetch_add(1, Ordering::AcqRel) + 1;
                let some = if number % 2 == 0 { &all } else { &lobby };
                some.emit("n", (number,)).expect("an event");
            }
        });
        for _ in 0..500 {
            let peer = Peer::open(io);
            peer.text("0").expect("a CONNECT");
            let first = begun.load(Ordering::Acquire) + 1;
            while begun.load(Ordering::Acquire) < first + 2 {
                yield_now();
            }
            let heard = peer.take();
            assert!(heard[0].starts_with("0{"), "{heard:?}");
            let numbers = numbers(&heard[1..]);
            assert!(numbers[0] <= first && numbers.len() > 1, "{numbers:?} from {first} on");
            assert!(numbers.windows(2).all(|pair| pair[1] == pair[0] + 1), "{numbers:?}");
            peer.link.closed(CloseReason::TransportClose);
        }
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_back_while_its_drop_is_being_noticed_waits_for_that() {
    let io = recovering(true);
    let (log, root) = (Log::default(), io.of("/"));
    let (tell, told) = channel();
    let (go, wait) = channel();
    let (wait, saw) = (Mutex::new(wait), log.clone());
    root.on_disconnecting(move |socket, _| {
        tell.send(()).expect("a test that listens");
        let _told_or_over = wait.lock().recv();
        saw.say(format!("leaves {} rooms", socket.rooms().len()));
    });
    let saw = log.clone();
    root.on_disconnect(move |_, reason| saw.say(reason.as_str()));
    let saw = log.clone();
    root.on_connect(move |socket| saw.say(if socket.recovered() { "is back" } else { "is new" }));
    let before = guest(&io).await;
    let socket = before.socket(&io);
    socket.join("red");
    let again = thread::scope(|scope| {
        // Dropped however it ends: the listener does not wait for ever.
        let go = go;
        scope.spawn(|| socket.finish(DisconnectReason::PingTimeout));
        told.recv().expect("a drop that is noticed");
        root.to("red").emit("n", (1,)).expect("an event");
        socket.emit("n", (2,)).expect("it may come back");
        let back = Guest::open(&io, &format!(r#"{{"pid":"{}"}}"#, before.pid));
        root.emit("n", (3,)).expect("an event");
        assert!(Guest::texts(&back).is_empty(), "those who listen have not been told yet");
        go.send(()).expect("a listener that waits");
        back
    });
    let heard = until(&again, |text| text.starts_with(r#"2["n",3,"#));
    assert_eq!(numbers(&heard[1..]), [1, 2, 3]);
    let again = Guest::new(&heard[0], again);
    assert_eq!(again.id, before.id);
    assert!(again.socket(&io).recovered() && root.len() == 1);
    assert_eq!(log.take(), ["is new", "leaves 2 rooms", "ping timeout", "is back"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_or_doubled_whoever_notices_the_drop_first() {
    let io = recovering(false);
    io.of("/").wrap(|socket| {
        // At the same time as it comes in.
        let socket = socket.clone();
        thread::spawn(move || socket.join("late"));
        Ok(())
    });
    for turn in 0..500 {
        let before = guest(&io).await;
        let socket = before.socket(&io);
        socket.join("red");
        let start = Barrier::new(3);
        let back = thread::scope(|scope| {
            scope.spawn(|| {
                start.wait();
                (0..turn % 7).for_each(|_| yield_now());
                socket.finish(DisconnectReason::TransportClose);
            });
            scope.spawn(|| {
                start.wait();
                for number in 0..40 {
                    match number % 3 {
                        0 => io.of("/").emit("n", (number,)).map(drop),
                        1 => io.of("/").to("red").emit("n", (number,)).map(drop),
                        _ => socket.emit("n", (number,)),
                    }
                    .expect("an event");
                }
            });
            let claim = format!(r#"{{"pid":"{}"}}"#, before.pid);
            start.wait();
            (0..turn % 5).for_each(|_| yield_now());
            Guest::open(&io, &claim)
        });
        io.of("/").emit("n", (40,)).expect("an event");
        let heard = until(&back, |text| text.starts_with(r#"2["n",40,"#));
        assert_eq!(numbers(&heard[1..]), (0..=40).collect::<Vec<_>>(), "time {turn}");
        let again = Guest::new(&heard[0], back);
        assert_eq!(again.id, before.id);
        let recovered = again.socket(&io);
        assert!(recovered.recovered() && recovered.rooms().iter().any(|room| **room == *"red"));
        recovered.disconnect(true);
        assert!(io.of("/").is_empty() && io.of("/").to("red").sockets().is_empty());
    }
}

fn with_slow_middleware() -> (Io, Arc<Notify>) {
    let io = recovering(false);
    let go = slow_middleware(&io);
    (io, go)
}

#[tokio::test]
async fn what_is_sent_while_middleware_is_asked_about_who_comes_back_is_not_lost() {
    let (io, go) = with_slow_middleware();
    let before = guest(&io).await;
    let socket = before.socket(&io);
    socket.join("red");
    before.cut(&io);
    io.of("/").to("red").emit("n", (1,)).expect("an event");
    let back = Guest::open(&io, &format!(r#"{{"pid":"{}"}}"#, before.pid));
    io.of("/").to("red").emit("n", (2,)).expect("an event");
    socket.emit("n", (3,)).expect("it is coming back");
    tokio::task::yield_now().await;
    assert!(Guest::texts(&back).is_empty() && io.of("/").is_empty(), "it is being asked about");
    go.notify_one();
    let mut heard = comes(&back).await;
    io.of("/").to("red").emit("n", (4,)).expect("an event");
    heard.extend(Guest::texts(&back));
    assert_eq!(numbers(&heard[1..]), [1, 2, 3, 4]);
    assert_eq!(Guest::new(&heard[0], back).id, before.id);
}

#[tokio::test]
async fn who_is_back_again_while_middleware_is_asked_takes_its_session_along() {
    let (io, go) = with_slow_middleware();
    let before = guest(&io).await;
    before.cut(&io);
    io.of("/").emit("n", (1,)).expect("an event");
    let claim = format!(r#"{{"pid":"{}"}}"#, before.pid);
    // Its connection is lost while it waits, and nobody has noticed.
    let waiting = Guest::open(&io, &claim);
    tokio::task::yield_now().await;
    let back = Guest::open(&io, &claim);
    tokio::task::yield_now().await;
    assert_eq!(waiting.closed(), Some(CloseReason::ForcedClose), "a session is one client's");
    io.of("/").emit("n", (2,)).expect("an event");
    go.notify_waiters();
    let heard = comes(&back).await;
    assert_eq!(numbers(&heard[1..]), [1, 2]);
    assert_eq!(Guest::new(&heard[0], back).id, before.id);
    assert!(Guest::texts(&waiting).is_empty() && io.of("/").len() == 1);
}
