//! Points 13, 14 and 26: pings, pongs, and how sessions end.

use std::time::{Duration, Instant};

use parlor::proto::engine::CloseReason;
use parlor::transport::Config;

use crate::harness::{Server, Ws, config, within};

const INTERVAL: u32 = 150;
const TIMEOUT: u32 = 100;

fn fast() -> Config {
    Config { ping_interval_ms: INTERVAL, ping_timeout_ms: TIMEOUT, ..config() }
}

fn ms(ms: u32) -> Duration {
    Duration::from_millis(ms.into())
}

#[tokio::test]
async fn p13_pings_come_an_interval_after_the_open_and_after_each_pong() {
    let mut server = Server::start(fast()).await;
    let before = Instant::now();
    let (mut ws, _) = server.open_websocket().await;
    assert_eq!(ws.text().await, "2");
    assert!(before.elapsed() >= ms(INTERVAL), "not before");
    for _ in 0..2 {
        let pong = Instant::now();
        ws.send("3").await;
        assert_eq!(ws.text().await, "2");
        assert!(pong.elapsed() >= ms(INTERVAL), "not before");
    }
}

#[tokio::test]
async fn p13_a_session_without_pongs_is_gone_exactly_then() {
    let mut server = Server::start(fast()).await;
    let (client, mut opened) = server.open().await;
    let open = Instant::now();
    // The client waits exactly that long, and the session is gone whether or not the server's timer has fired.
    tokio::time::sleep_until((open + ms(INTERVAL + TIMEOUT)).into()).await;
    client.get().await.refused(400, 1);
    assert_eq!(opened.closed().await, CloseReason::PingTimeout);
}

#[tokio::test]
async fn p13_only_a_pong_counts() {
    let mut server = Server::start(fast()).await;
    let (mut ws, mut opened) = server.open_websocket().await;
    assert_eq!(ws.text().await, "2");
    ws.send("4not a pong").await;
    assert_eq!(ws.text().await, "4not a pong");
    assert!(matches!(opened.told().await, crate::harness::Told::Message(_)));
    // Not another ping.
    ws.closed().await;
    assert_eq!(opened.closed().await, CloseReason::PingTimeout);
}

#[tokio::test]
async fn p13_a_polling_client_is_pinged_by_its_get() {
    let mut server = Server::start(fast()).await;
    let (client, _) = server.open().await;
    for _ in 0..2 {
        client.get().await.is("2");
        client.post("3").await.is("ok");
    }
}

#[tokio::test]
async fn p13_a_waiting_get_learns_of_the_timeout() {
    let mut server = Server::start(fast()).await;
    let (client, mut opened) = server.open().await;
    client.get().await.is("2");
    client.get().await.is("1");
    assert_eq!(opened.closed().await, CloseReason::PingTimeout);
}

#[tokio::test]
async fn p14_an_unsolicited_pong_and_packets_out_of_place_are_ignored() {
    let mut server = Server::start(config()).await;
    let (mut ws, _) = server.open_websocket().await;
    let (client, _) = server.open().await;
    for packet in ["3", "0{}", "5", "6"] {
        ws.send(packet).await;
        client.post(packet).await.is("ok");
    }
    ws.send("4alive").await;
    assert_eq!(ws.text().await, "4alive");
    client.post("4alive").await.is("ok");
    client.get().await.is("4alive");
}

#[tokio::test]
async fn p14_a_client_s_ping_closes_the_session() {
    let mut server = Server::start(config()).await;
    let (mut ws, mut opened) = server.open_websocket().await;
    ws.send("2").await;
    ws.closed().await;
    assert_eq!(opened.closed().await, CloseReason::TransportError);
    let (client, mut opened) = server.open().await;
    client.post("2").await.is("ok");
    assert_eq!(opened.closed().await, CloseReason::TransportError);
    client.get().await.refused(400, 1);
}

#[tokio::test]
async fn p14_a_1_on_websocket_closes_at_once() {
    let mut server = Server::start(config()).await;
    let (mut ws, mut opened) = server.open_websocket().await;
    ws.send("1").await;
    ws.closed().await;
    assert_eq!(opened.closed().await, CloseReason::TransportClose);
}

#[tokio::test]
async fn p26_reasons_of_a_websocket_s_end() {
    let mut server = Server::start(config()).await;
    let (ws, mut opened) = server.open_websocket().await;
    drop(ws);
    assert_eq!(opened.closed().await, CloseReason::TransportClose, "the socket broke");
    let (mut ws, mut opened) = server.open_websocket().await;
    ws.0.close(None).await.expect("an open WebSocket");
    assert_eq!(opened.closed().await, CloseReason::TransportClose, "the client closed");
    let (mut ws, mut opened) = server.open_websocket().await;
    ws.send("abc").await;
    assert_eq!(opened.closed().await, CloseReason::ParseError);
    ws.closed().await;
    let (mut ws, mut opened) = server.open_websocket().await;
    opened.session.close(CloseReason::ForcedClose);
    assert_eq!(opened.closed().await, CloseReason::ForcedClose);
    ws.closed().await;
}

#[tokio::test]
async fn p26_a_server_that_shuts_down_says_so_and_sends_what_is_queued() {
    let mut server = Server::start(config()).await;
    let (mut ws, mut on_ws) = server.open_websocket().await;
    let (client, mut on_polling) = server.open().await;
    client.post("4queued").await.is("ok");
    assert!(matches!(on_polling.told().await, crate::harness::Told::Message(_)));
    server.engine.close(CloseReason::ServerShuttingDown);
    ws.closed().await;
    assert_eq!(on_ws.closed().await, CloseReason::ServerShuttingDown);
    assert_eq!(on_polling.closed().await, CloseReason::ServerShuttingDown);
    assert_eq!(server.get("EIO=4&transport=polling").await.status, 503);
    assert!(Ws::connect(server.address, "EIO=4&transport=websocket").await.is_err());
    client.get().await.is("4queued\x1e1");
    within("all to be over", server.engine.closed()).await;
    server.stop.send(()).expect("the server runs");
    within("the listener's end", server.serving).await.expect("its task");
}
