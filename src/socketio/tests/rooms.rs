//! Rooms: who gets a broadcast, and that nobody gets it twice.
//!
//! What is in it is tried in `events`.

use std::sync::Arc;

use super::*;

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
async fn what_cannot_be_encoded_for_one_parser_reaches_nobody() {
    let io = server();
    let (json, _) = Peer::joined(&io);
    let msgpack = Peer::open(&io);
    msgpack.binary(b"\x82\xa4type\x00\xa3nsp\xa1/").expect("a CONNECT");
    assert_eq!(msgpack.take().len(), 1);
    let files = Value::Array(vec![Value::Binary("x".into()); 11]);
    let refused = io.of("/").emit("files", (files,));
    assert_eq!(refused, Err(EmitError::Encode(EncodeError::Attachments)));
    assert!(json.take().is_empty() && msgpack.take().is_empty());
}

#[tokio::test]
async fn p24_what_is_passed_on_cannot_pass_for_an_attachment() {
    let io = server();
    io.of("/").on("say", |socket, event| {
        let said = event.args.values().expect("readable arguments");
        let sent = socket.broadcast().emit("said", (said, Binary::from(vec![1])));
        assert_eq!(sent, Err(EmitError::Encode(EncodeError::Placeholder)));
    });
    let (sender, _) = Peer::joined(&io);
    let (other, _) = Peer::joined(&io);
    sender.text(r#"2["say",{"num":7,"_placeholder":true}]"#).expect("an event");
    assert!(other.take().is_empty());
}
