//! Point 29, and every other bound: what a client that takes too much is told, and that others go on.

use parlor::proto::engine::{CloseReason, Message, Packet};
use parlor::proto::frame::{Frame, Frames, Kind};
use parlor::transport::{Config, Item, SendError, listener};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::harness::{Server, Ws, config, read_reply, within};

pub(crate) fn message(length: usize) -> Frames {
    Frames::from_elem(Packet::Message(Message::Text("x".repeat(length).into())).encode(), 1)
}

#[tokio::test]
async fn p29_a_client_that_stops_reading_is_closed_when_its_outbox_is_full() {
    let mut server = Server::start(Config { outbox_frames: 100, ..config() }).await;
    let (ws, mut opened) = server.open_websocket().await;
    let frames = message(100_000);
    let error = loop {
        if let Err(error) = opened.session.send(&frames) {
            break error;
        }
    };
    assert_eq!(error, SendError::Full);
    assert_eq!(opened.session.send(&frames), Err(SendError::Closed));
    assert_eq!(opened.closed().await, CloseReason::TransportClose);
    assert_eq!(server.engine.counts().outboxes_full, 1);
    drop(ws);
    within("its memory to be given back", server.engine.closed()).await;
}

#[tokio::test]
async fn p29_a_polling_client_that_does_not_poll_is_closed_too() {
    let mut server = Server::start(Config { outbox_bytes: 1_000, ..config() }).await;
    let (client, mut opened) = server.open().await;
    assert_eq!(opened.session.send(&message(2_000)), Ok(()), "one packet may be larger");
    assert_eq!(opened.session.send(&message(1)), Err(SendError::Full));
    assert_eq!(opened.closed().await, CloseReason::TransportClose);
    client.get().await.refused(400, 1);
}

#[tokio::test]
async fn p29_a_flood_of_pings_that_are_never_read_is_cut_off() {
    let mut server = Server::start(Config { outbox_frames: 64, ..config() }).await;
    let (mut ws, mut opened) = server.open_websocket().await;
    // The socket's own buffers have to be full before the outbox is.
    let frames = message(1_000_000);
    while opened.session.writable() {
        opened.session.send(&frames).expect("it is writable");
    }
    let ping = [0x89, 0xfd].into_iter().chain([0; 4 + 125]).collect::<Vec<u8>>();
    let socket = ws.0.get_mut();
    within("the server to cut it off", async { while socket.write_all(&ping).await.is_ok() {} }).await;
    assert_eq!(opened.closed().await, CloseReason::TransportClose);
}

#[tokio::test]
async fn a_slow_client_gets_every_reliable_frame_and_the_latest_state() {
    let mut server = Server::start(config()).await;
    let (mut ws, opened) = server.open_websocket().await;
    let mut sent = 0;
    let mut states = 0;
    // Until the socket is full, and some more that have to wait.
    for more in (0..8).rev() {
        let full = opened.session.writable();
        while full && opened.session.writable() {
            opened.session.send(&message(200_000)).expect("it is writable");
            sent += 1;
        }
        states = 8 - more;
        let (next, whole) = (format!("4d{states}"), format!("4s{states}"));
        let frames = |text: &str| Frames::from_elem(Frame::new(Kind::Text, text.as_bytes()), 1);
        let (next, whole) = (frames(&next), || frames(&whole));
        opened.session.deliver(&[Item::State { next: &next, whole: &whole }]).expect("open");
        opened.session.send(&message(1)).expect("open");
    }
    assert!(!opened.session.send_volatile(&message(1)), "nothing volatile waits");
    let (mut reliable, mut last) = (0, String::new());
    while reliable < sent + 8 {
        let text = ws.text().await;
        match text.starts_with("4x") {
            true => reliable += 1,
            false => last = text,
        }
    }
    assert_eq!(last, format!("4s{states}"));
    assert_eq!(server.engine.counts().states_replaced, 7);
    within("it to be writable again", async {
        while !opened.session.writable() {
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert!(opened.session.send_volatile(&message(1)));
    assert_eq!(ws.text().await, "4x");
}

#[tokio::test]
async fn sessions_are_bounded_in_all() {
    let mut server = Server::start(Config { max_sessions: 2, ..config() }).await;
    let (client, _) = server.open().await;
    let (ws, _) = server.open_websocket().await;
    assert_eq!(server.get("EIO=4&transport=polling").await.status, 503);
    assert!(Ws::connect(server.address, "EIO=4&transport=websocket").await.is_err());
    client.post("4the others go on").await.is("ok");
    drop(ws);
    within("the place to be free", async { while server.get("EIO=4&transport=polling").await.status != 200 {} }).await;
}

#[tokio::test]
async fn sessions_are_bounded_by_address() {
    let mut server = Server::start(Config { max_sessions_per_address: 1, ..config() }).await;
    let (client, _) = server.open().await;
    let reply = server.get("EIO=4&transport=polling").await;
    reply.refused(429, 4);
    client.post("1").await.is("ok");
    assert_eq!(server.get("EIO=4&transport=polling").await.status, 200);
}

#[tokio::test]
async fn sessions_behind_a_trusted_proxy_are_bounded_by_their_clients() {
    let proxies = vec!["127.0.0.1".parse().expect("an address")];
    for (proxies, expected) in [(proxies, [200, 200, 429, 429]), (Vec::new(), [200, 429, 429, 429])] {
        let bounded = Config { max_sessions_per_address: 1, proxies, ..config() };
        let server = Server::start(bounded).await;
        for (forwarded, status) in
            ["198.51.100.1", "198.51.100.2", "198.51.100.1", "203.0.113.9, 198.51.100.2"].into_iter().zip(expected)
        {
            let head = format!("X-Forwarded-For: {forwarded}\r\n");
            let reply = server.request("GET", "EIO=4&transport=polling", &head, b"").await;
            assert_eq!(reply.status, status, "{forwarded}");
        }
    }
}

#[tokio::test]
async fn open_sockets_are_bounded_also_after_an_upgrade() {
    let sockets = listener::Config { max_sockets: 1, ..listener::Config::default() };
    let mut server = Server::start_with(config(), sockets).await;
    let (ws, mut opened) = server.open_websocket().await;
    let mut socket = TcpStream::connect(server.address).await.expect("the kernel accepts");
    let closed = within("the server's close", socket.read(&mut [0])).await;
    assert!(matches!(closed, Ok(0) | Err(_)), "it was closed unread");
    drop(ws);
    assert_eq!(opened.closed().await, CloseReason::TransportClose);
    within("the WebSocket's goodbye", server.engine.closed()).await;
    server.open().await;
}

#[tokio::test]
async fn a_slow_head_is_cut_off() {
    let sockets = listener::Config { header_read_timeout_ms: 50, ..listener::Config::default() };
    let server = Server::start_with(config(), sockets).await;
    let mut socket = TcpStream::connect(server.address).await.expect("the server listens");
    socket.write_all(b"GET /engine.io/ HTTP/1.1\r\nHost:").await.expect("the server reads");
    let mut rest = Vec::new();
    let read = within("the server's close", socket.read_to_end(&mut rest)).await;
    assert!(read.is_err() || rest.is_empty() || rest.starts_with(b"HTTP/1.1 408"), "{rest:?}");
}

#[tokio::test]
async fn a_slow_body_is_cut_off_and_takes_the_session_along() {
    let mut server = Server::start(Config { body_timeout_ms: 50, ..config() }).await;
    let (client, mut opened) = server.open().await;
    let mut socket = client.begin("POST", "Content-Length: 10\r\n\r\n4a").await;
    assert_eq!(read_reply(&mut socket).await.status, 408);
    assert_eq!(opened.closed().await, CloseReason::TransportError);
}

#[tokio::test]
async fn a_client_that_does_not_answer_the_close_frame_is_cut_off() {
    let mut server = Server::start(Config { close_timeout_ms: 50, ..config() }).await;
    let (ws, mut opened) = server.open_websocket().await;
    opened.session.close(CloseReason::ForcedClose);
    assert_eq!(opened.closed().await, CloseReason::ForcedClose);
    within("its socket to be given back", server.engine.closed()).await;
    drop(ws);
}

#[tokio::test]
async fn a_websocket_handshake_s_end_that_never_comes_opens_nothing() {
    let mut server = Server::start(config()).await;
    let mut socket = TcpStream::connect(server.address).await.expect("the server listens");
    socket
        .write_all(b"GET /engine.io/?EIO=4&transport=websocket HTTP/1.1\r\nUpgrade: websocket\r\n")
        .await
        .expect("it reads");
    drop(socket);
    let (_client, _) = server.open().await;
    assert_eq!(server.engine.counts().opened, 1);
}
