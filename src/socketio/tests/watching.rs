//! Those who are told of rooms that sockets join and leave, and of namespaces that are made.
//!
//! Upgrades need a transport: they are tried in `tests/socketio`.

use super::*;

/// A server that writes down who joins and leaves which room.
fn watched() -> (Io, Log) {
    let (io, log) = (server(), Log::default());
    let (joined, left) = (log.clone(), log.clone());
    io.of("/").on_join(move |socket, room| {
        let there = socket.namespace().to(room).sockets().len();
        joined.say(format!("+{room} {there}"));
    });
    io.of("/").on_leave(move |socket, room| {
        let there = socket.namespace().to(room).sockets().len();
        left.say(format!("-{room} {there}"));
    });
    (io, log)
}

#[tokio::test]
async fn rooms_that_are_joined_and_left_are_told_of_once() {
    let (io, log) = watched();
    let (_peer, socket) = Peer::joined(&io);
    socket.join(["a", "b", "a"]);
    socket.join("a");
    socket.join(socket.id());
    io.of("/").sockets_join("c");
    assert_eq!(log.take(), ["+a 1", "+b 1", "+c 1"]);
    socket.leave(["b", "nowhere"]);
    socket.leave("b");
    assert_eq!(log.take(), ["-b 0"]);
}

#[tokio::test]
async fn who_leaves_the_namespace_leaves_its_rooms_after_that_is_told() {
    let (io, log) = watched();
    let reasons = log.clone();
    io.of("/").on_disconnect(move |_, reason| reasons.say(reason.as_str()));
    let (peer, socket) = Peer::joined(&io);
    socket.join(["a", "b"]);
    log.take();
    peer.text("1").expect("a DISCONNECT");
    assert_eq!(log.take(), ["client namespace disconnect", "-a 0", "-b 0"]);
    socket.join("c");
    assert_eq!(log.take(), Vec::<String>::new(), "it has left");
}

#[tokio::test]
async fn who_is_refused_leaves_what_middleware_had_it_join() {
    let (io, log) = watched();
    io.of("/").wrap(|socket| {
        socket.join("a");
        Err(ConnectError::new("no"))
    });
    Peer::open(&io).text("0").expect("a CONNECT");
    assert_eq!(log.take(), ["+a 1", "-a 0"]);
}

#[tokio::test]
async fn a_listener_that_panics_keeps_nobody_from_a_room() {
    let (io, log) = watched();
    io.of("/").on_join(|_, _| panic!("for the test"));
    let (peer, socket) = Peer::joined(&io);
    socket.join("a");
    assert_eq!((log.take(), peer.tap.closed()), (vec!["+a 1".to_owned()], None));
}

#[tokio::test]
async fn namespaces_are_told_of_before_anybody_is_in_them() {
    let (io, log) = (server(), Log::default());
    io.of("/before");
    let (made, own) = (log.clone(), io.downgrade());
    io.on_namespace(move |namespace| {
        let is_there = own.upgrade().is_some_and(|io| io.of(namespace.name()) == *namespace);
        made.say(format!("{} {is_there}", namespace.name()));
        let came = made.clone();
        namespace.on_connect(move |socket| came.say(format!("in {}", socket.namespace().name())));
    });
    let set_up = log.clone();
    io.of_dynamic(|name, _| name == "/room", move |_| set_up.say("set up"));
    for name in ["/a", "/a", "/before"] {
        io.of(name);
    }
    let peer = Peer::open(&io);
    peer.join(&io, "/room");
    peer.join(&io, "/a");
    assert_eq!(log.take(), ["/a true", "/room true", "set up", "in /room", "in /a"]);
}
