//! How sockets leave: the reasons, what is left behind, and what a fault in a listener ends.
//!
//! Refusals of those who never came in are tried in `joining`.

use std::sync::Arc;

use parlor_proto::engine::CloseReason;

use super::*;

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
    assert!(still.is_connected() && io.of("/").len() == 1);
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

#[tokio::test]
async fn middleware_that_panics_leaves_nothing_behind() {
    let io = server();
    io.of("/").wrap(|socket| {
        socket.join("red");
        panic!("a fault in middleware")
    });
    let peer = Peer::open(&io);
    assert_eq!(peer.text("0"), Err(CloseReason::ForcedClose));
    peer.link.closed(CloseReason::ForcedClose);
    assert!(io.of("/").to("red").sockets().is_empty());
}
