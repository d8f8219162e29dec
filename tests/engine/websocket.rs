//! Points 6 to 8 on WebSocket: frames of every kind, fragments, limits, control frames.

use futures_util::SinkExt;
use parlor::proto::engine::{CloseReason, Message, Packet};
use parlor::proto::frame::Frames;
use parlor::transport::Config;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message as Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

use crate::harness::{Server, config, within};

/// A client that writes its frames by hand.
struct Raw(TcpStream);

impl Raw {
    async fn open(server: &Server) -> Self {
        let mut socket = TcpStream::connect(server.address).await.expect("the server listens");
        let head = "GET /engine.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n\
            Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
        socket.write_all(head.as_bytes()).await.expect("the server reads");
        let mut raw = Self(socket);
        raw.until(b"\r\n\r\n").await;
        raw.until(b"}").await;
        raw
    }

    async fn until(&mut self, end: &[u8]) -> Vec<u8> {
        let mut read = Vec::new();
        while !read.ends_with(end) {
            read.push(within("a byte", self.0.read_u8()).await.expect("the server goes on"));
        }
        read
    }

    /// A frame with this first byte, masked with zeros.
    async fn frame(&mut self, first: u8, payload: &[u8]) {
        let length = u8::try_from(payload.len()).expect("a short payload");
        let bytes = [&[first, 0x80 | length, 0, 0, 0, 0], payload].concat();
        self.0.write_all(&bytes).await.expect("the server reads");
    }

    async fn rest(mut self) -> Vec<u8> {
        let mut rest = Vec::new();
        within("the server's close", self.0.read_to_end(&mut rest)).await.expect("no reset before the close frame");
        rest
    }
}

#[tokio::test]
async fn p06_an_empty_text_frame_is_malformed_and_an_empty_binary_one_is_not() {
    let mut server = Server::start(config()).await;
    let (mut ws, mut opened) = server.open_websocket().await;
    ws.0.send(Frame::binary(Vec::new())).await.expect("an open WebSocket");
    assert_eq!(ws.next().await.expect("an echo").expect("a frame"), Frame::binary(Vec::new()));
    assert!(matches!(opened.told().await, crate::harness::Told::Message(_)));
    ws.send("").await;
    ws.closed().await;
    assert_eq!(opened.closed().await, CloseReason::ParseError);
}

#[tokio::test]
async fn p07_a_message_over_the_limit_closes_with_1009() {
    let mut server = Server::start(Config { max_http_buffer_size: 1_000, ..config() }).await;
    let (mut ws, mut opened) = server.open_websocket().await;
    let largest = format!("4{}", "a".repeat(999));
    ws.send(&largest).await;
    assert_eq!(ws.text().await, largest);
    assert!(matches!(opened.told().await, crate::harness::Told::Message(_)));
    ws.send(&format!("{largest}a")).await;
    assert_eq!(ws.closed().await, Some(CloseCode::Size));
    assert_eq!(opened.closed().await, CloseReason::TransportError);
}

#[tokio::test]
async fn p07_the_limit_holds_for_fragments_and_for_a_length_that_is_only_announced() {
    let server = Server::start(Config { max_http_buffer_size: 100, ..config() }).await;
    let mut raw = Raw::open(&server).await;
    raw.frame(0x01, &[b'4'; 60]).await;
    raw.frame(0x80, &[b'a'; 60]).await;
    assert_eq!(raw.rest().await, [0x88, 2, 3, 241]);
    let mut raw = Raw::open(&server).await;
    raw.0.write_all(&[0x82, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]).await.expect("it reads");
    assert_eq!(raw.rest().await, [0x88, 2, 3, 241]);
}

#[tokio::test]
async fn p08_a_binary_frame_is_a_message_without_a_prefix() {
    let mut server = Server::start(config()).await;
    let (mut ws, mut opened) = server.open_websocket().await;
    ws.0.send(Frame::binary(vec![4, 1, 2])).await.expect("an open WebSocket");
    assert_eq!(ws.next().await.expect("an echo").expect("a frame"), Frame::binary(vec![4, 1, 2]));
    let told = opened.told().await;
    assert_eq!(told, crate::harness::Told::Message(Message::Binary(vec![4, 1, 2].into())));
}

#[tokio::test]
async fn a_message_may_come_in_fragments_with_a_ping_between_them() {
    let server = Server::start(config()).await;
    let mut raw = Raw::open(&server).await;
    raw.frame(0x01, b"4he").await;
    raw.frame(0x89, b"hi").await;
    raw.frame(0x80, b"llo").await;
    let mut both = [0; 4 + 8];
    within("both answers", raw.0.read_exact(&mut both)).await.expect("it answers");
    assert_eq!(&both, b"\x8a\x02hi\x81\x064hello");
}

#[tokio::test]
async fn frames_that_rfc_6455_forbids_close_with_their_code() {
    let server = Server::start(config()).await;
    // Reserved bits, a reserved opcode, a continuation of nothing, a fragmented ping; then text that is no UTF-8.
    for (first, code) in [(0xc1, 1002), (0x83, 1002), (0x80, 1002), (0x09, 1002), (0x81, 1007_u16)] {
        let mut raw = Raw::open(&server).await;
        raw.frame(first, b"4\xff").await;
        let [high, low] = code.to_be_bytes();
        assert_eq!(raw.rest().await, [0x88, 2, high, low], "{first:#x}");
    }
    let mut raw = Raw::open(&server).await;
    raw.0.write_all(b"\x81\x024a").await.expect("it reads");
    assert_eq!(raw.rest().await, [0x88, 2, 3, 234], "a frame without a mask");
}

#[tokio::test]
async fn a_client_s_close_frame_is_answered_with_its_own_code() {
    let server = Server::start(config()).await;
    let mut raw = Raw::open(&server).await;
    raw.frame(0x88, &[3, 232]).await;
    assert_eq!(raw.rest().await, [0x88, 2, 3, 232]);
}

#[tokio::test]
async fn frames_sent_along_with_the_handshake_are_read() {
    let server = Server::start(config()).await;
    let mut socket = TcpStream::connect(server.address).await.expect("the server listens");
    let head = "GET /engine.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n\
        Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    let bytes = [head.as_bytes(), b"\x81\x86\0\0\0\x004hasty"].concat();
    socket.write_all(&bytes).await.expect("the server reads");
    Raw(socket).until(b"\x81\x064hasty").await;
}

#[tokio::test]
async fn frames_may_be_sent_from_any_thread() {
    let mut server = Server::start(config()).await;
    let (mut ws, opened) = server.open_websocket().await;
    let session = opened.session.clone();
    let thread = std::thread::spawn(move || {
        for n in 0..1_000 {
            let packet = Packet::Message(Message::Text(n.to_string().into()));
            session.send(&Frames::from_elem(packet.encode(), 1)).expect("an open session");
        }
    });
    for n in 0..1_000 {
        assert_eq!(ws.text().await, format!("4{n}"));
    }
    thread.join().expect("the thread has sent all");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn frames_of_several_threads_and_pongs_are_never_torn_however_slowly_they_are_read() {
    const COUNT: usize = 400;
    let mut server = Server::start(Config { outbox_frames: 4 * COUNT, outbox_bytes: usize::MAX, ..config() }).await;
    let (mut ws, opened) = server.open_websocket().await;
    let threads = ['a', 'b'].map(|name| {
        let session = opened.session.clone();
        std::thread::spawn(move || {
            for n in 0..COUNT {
                let text = format!("{name}{n}.{}", "x".repeat(n * 97 % 20_000));
                let packet = Packet::Message(Message::Text(text.into()));
                session.send(&Frames::from_elem(packet.encode(), 1)).expect("it fits");
            }
        })
    });
    let (mut next, mut pongs) = ([0, 0], 0);
    for pinged in 0..20 {
        ws.0.send(Frame::Ping(vec![pinged].into())).await.expect("an open WebSocket");
    }
    while next != [COUNT, COUNT] || pongs < 20 {
        match ws.next().await.expect("an open WebSocket").expect("a whole frame") {
            Frame::Pong(_) => pongs += 1,
            Frame::Text(text) => {
                let (name, n) = text[1..].split_once('.').expect("a dot").0.split_at(1);
                let next = &mut next[usize::from(name == "b")];
                assert_eq!(n, next.to_string());
                *next += 1;
            }
            other => panic!("{other:?}"),
        }
        tokio::task::yield_now().await;
    }
    threads.into_iter().for_each(|thread| thread.join().expect("a thread that has sent all"));
}

#[tokio::test]
async fn a_handler_s_panic_costs_its_own_session_and_no_other() {
    let mut server = Server::start(config()).await;
    let (mut ws, mut opened) = server.open_websocket().await;
    let (client, mut polling) = server.open().await;
    ws.send("4panic").await;
    ws.closed().await;
    assert_eq!(opened.closed().await, CloseReason::TransportError);
    client.post("4alive").await.is("ok");
    assert!(matches!(polling.told().await, crate::harness::Told::Message(_)));
    client.post("4panic").await.is("ok");
    assert_eq!(polling.closed().await, CloseReason::TransportError);
    server.open_websocket().await;
}
