//! Namespaces that are made when a client asks for them, and forgotten when the last one has left.
//!
//! What any namespace does with those who come is tried in `joining`.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;

/// A server that makes `/room-...` for those who say so, and writes down which.
fn with_rooms(config: Config) -> (Io, Log) {
    let io = Io::new(config);
    let log = Log::default();
    let made = log.clone();
    let heard = log.clone();
    io.of_dynamic(
        |name, _| name.starts_with("/room-"),
        move |namespace| {
            made.say(namespace.name());
            let heard = heard.clone();
            namespace.on("a", move |socket, _| heard.say(format!("a in {}", socket.namespace().name())));
        },
    );
    (io, log)
}

#[tokio::test]
async fn one_is_made_for_the_first_who_asks_and_is_set_up_before_anybody_is_in_it() {
    let (io, log) = with_rooms(Config::default());
    assert_eq!(io.find("/room-1"), None);
    let [a, b] = [(); 2].map(|()| Peer::open(&io));
    a.join(&io, "/room-1");
    a.text(r#"2/room-1,["a"]"#).expect("an event");
    b.join(&io, "/room-1");
    b.join(&io, "/room-2");
    assert_eq!(log.take(), ["/room-1", "a in /room-1", "/room-2"]);
    assert_eq!(io.find("/room-1").map(|namespace| namespace.len()), Some(2));
    b.text("0/hall").expect("a CONNECT");
    assert_eq!(b.take(), [r#"4/hall,{"message":"Invalid namespace"}"#]);
    assert_eq!(io.namespaces().len(), 3, "the two and the root");
}

#[tokio::test]
async fn the_first_family_that_says_yes_makes_it_and_may_ask_who_it_is() {
    let (io, log) = with_rooms(Config::default());
    let other = log.clone();
    let knows = |handshake: &Handshake| handshake.auth::<HashMap<String, u8>>().is_ok_and(|auth| auth["pin"] == 7);
    io.of_dynamic(
        move |_, handshake| knows(handshake),
        move |namespace| other.say(format!("other {}", namespace.name())),
    );
    let peer = Peer::open(&io);
    for packet in [r#"0/room-1,{"pin":8}"#, r#"0/x,{"pin":7}"#, r#"0/y,{"pin":8}"#] {
        peer.text(packet).expect("a CONNECT");
    }
    assert_eq!(log.take(), ["/room-1", "other /x"]);
    assert_eq!(peer.take().pop().as_deref(), Some(r#"4/y,{"message":"Invalid namespace"}"#));
}

#[tokio::test]
async fn it_is_forgotten_when_the_last_has_left_and_made_anew() {
    let (io, log) = with_rooms(Config::default());
    let [a, b] = [(); 2].map(|()| Peer::open(&io));
    let first = a.join(&io, "/room-1").namespace().clone();
    b.join(&io, "/room-1");
    a.text("1/room-1").expect("a DISCONNECT");
    assert_eq!(io.find("/room-1"), Some(first.clone()), "there is still one in it");
    b.link.closed(CloseReason::TransportClose);
    assert_eq!(io.find("/room-1"), None);
    let second = a.join(&io, "/room-1").namespace().clone();
    assert_ne!(first, second);
    assert_eq!(log.take(), ["/room-1", "/room-1"]);
    // Who was refused leaves nothing behind either.
    second.wrap(|_| Err(ConnectError::new("full")));
    a.text("1/room-1").expect("a DISCONNECT");
    io.of_dynamic(|name, _| name == "/never", |namespace| namespace.wrap(|_| Err(ConnectError::new("no"))));
    a.text("0/never").expect("a CONNECT");
    assert_eq!(io.namespaces().len(), 1);
}

#[tokio::test]
async fn what_the_application_made_itself_stays() {
    let (io, log) = with_rooms(Config::default());
    io.of("/room-1");
    let peer = Peer::open(&io);
    peer.join(&io, "/room-1");
    peer.text("1/room-1").expect("a DISCONNECT");
    assert!(io.find("/room-1").is_some() && log.take().is_empty());
    let (io, _) = with_rooms(Config { keep_empty_namespaces: true, ..Config::default() });
    let peer = Peer::open(&io);
    peer.join(&io, "/room-1");
    peer.text("1/room-1").expect("a DISCONNECT");
    assert!(io.find("/room-1").is_some());
}

#[tokio::test]
async fn there_are_only_so_many_in_all_and_for_one_client() {
    let config = Config { max_dynamic_namespaces: 2, max_namespaces_per_client: 2, ..Config::default() };
    let (io, _) = with_rooms(config);
    let [a, b] = [(); 2].map(|()| Peer::open(&io));
    a.join(&io, "/room-1");
    a.join(&io, "/");
    a.text("0/room-2").expect("a CONNECT");
    assert_eq!(a.take(), [r#"4/room-2,{"message":"Too many namespaces"}"#]);
    b.join(&io, "/room-2");
    b.text("0/room-3").expect("a CONNECT");
    assert_eq!(b.take(), [r#"4/room-3,{"message":"Too many namespaces"}"#]);
    b.join(&io, "/room-1");
    // Room for another, once one is forgotten.
    b.text("1/room-2").expect("a DISCONNECT");
    b.join(&io, "/room-3");
}

#[tokio::test]
async fn one_whose_making_panics_is_not_kept_and_is_tried_again() {
    let io = server();
    let tries = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&tries);
    io.of_dynamic(|_, _| true, move |_| assert!(counted.fetch_add(1, Ordering::Relaxed) > 0, "the first time"));
    let (a, b) = (Peer::open(&io), Peer::open(&io));
    assert_eq!(a.text("0/x"), Err(CloseReason::ForcedClose));
    assert_eq!(io.find("/x"), None);
    b.join(&io, "/x");
    assert_eq!(tries.load(Ordering::Relaxed), 2);
}
