//! The engine's routes under another server than its own listener: streams that only their own task may write.

use parlor::proto::engine::{CloseReason, Message, Packet};
use parlor::proto::frame::Frames;
use parlor::transport::SendError;

use crate::harness::{Server, Told, config, within};

fn message(length: usize) -> Frames {
    Frames::from_elem(Packet::Message(Message::Text("x".repeat(length).into())).encode(), 1)
}

#[tokio::test]
async fn polling_the_upgrade_and_the_goodbye_work_all_the_same() {
    let mut server = Server::start_elsewhere(config()).await;
    let (client, mut opened) = server.open().await;
    assert!(opened.handshake.address.ip().is_loopback());
    client.post("4one").await.is("ok");
    assert!(matches!(opened.told().await, Told::Message(_)));
    client.get().await.is("4one");
    let mut ws = client.upgrade().await;
    ws.send("2probe").await;
    assert_eq!(ws.text().await, "3probe");
    opened.session.send(&message(1)).expect("open");
    ws.send("5").await;
    assert_eq!(ws.text().await, "4x");
    ws.send("4two").await;
    assert_eq!(ws.text().await, "4two");
    assert!(matches!(opened.told().await, Told::Message(_)));
    opened.session.send(&message(1)).expect("open");
    opened.session.close(CloseReason::ForcedClose);
    assert_eq!(ws.text().await, "4x", "what is queued goes out first");
    ws.closed().await;
    assert_eq!(opened.closed().await, CloseReason::ForcedClose);
    within("all to be over", server.engine.closed()).await;
}

#[tokio::test]
async fn a_slow_client_s_frames_wait_and_arrive_in_order() {
    let mut server = Server::start_elsewhere(config()).await;
    let (mut ws, opened) = server.open_websocket().await;
    for length in 1..=32 {
        opened.session.send(&message(length * 1_000)).expect("they fit");
    }
    for length in 1..=32 {
        assert_eq!(ws.text().await.len(), length * 1_000 + 1);
    }
}

#[tokio::test]
async fn p29_a_client_that_stops_reading_is_closed_here_too() {
    let mut server = Server::start_elsewhere(config()).await;
    let (_ws, mut opened) = server.open_websocket().await;
    let frames = message(100_000);
    let error = loop {
        match opened.session.send(&frames) {
            Ok(()) => tokio::task::yield_now().await,
            Err(error) => break error,
        }
    };
    assert_eq!(error, SendError::Full);
    assert_eq!(opened.closed().await, CloseReason::TransportClose);
    within("its memory to be given back", server.engine.closed()).await;
}
