//! Sessions over WebTransport, and upgrades to it, as a client of HTTP/3 sees them.
//!
//! Browsers are tried elsewhere.

use std::net::{Ipv4Addr, SocketAddr};

use parlor::proto::engine::{CloseReason, Message, Sid, Transport};
use parlor::transport::{Config, webtransport};
use serde_json::{Value, json};
use tokio::io::AsyncReadExt;
use wtransport::tls::Sha256Digest;
use wtransport::{ClientConfig, Connection, Endpoint, Identity, RecvStream, SendStream};

use crate::harness::{Opened, Server, Told, config, within};

/// A server that takes all transports, and where WebTransports come.
struct Both {
    server: Server,
    address: SocketAddr,
    /// Of its certificate.
    hash: [u8; 32],
    stop: tokio::sync::oneshot::Sender<()>,
    serving: tokio::task::JoinHandle<()>,
}

impl Both {
    async fn start() -> Self {
        Self::start_with(Config {
            transports: vec![Transport::Polling, Transport::Websocket, Transport::Webtransport],
            ..config()
        })
        .await
    }

    async fn start_with(config: Config) -> Self {
        let server = Server::start(config).await;
        let certificate = certificate().await;
        let hash = certificate.hash();
        let (anywhere, config) = ((Ipv4Addr::LOCALHOST, 0).into(), webtransport::Config::default());
        let listener = webtransport::Listener::bind(anywhere, certificate, config).expect("a free port");
        let address = listener.local_addr().expect("a bound socket");
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let serving = webtransport::serve(listener, server.engine.clone(), async move { drop(stopped.await) });
        Self { server, address, hash, stop, serving: tokio::spawn(serving) }
    }

    async fn connect(&self, path: &str) -> Result<Connection, wtransport::error::ConnectingError> {
        let config = ClientConfig::builder()
            .with_bind_default()
            .with_server_certificate_hashes([Sha256Digest::new(self.hash)])
            .build();
        let client = Endpoint::client(config).expect("a free port");
        let url = format!("https://127.0.0.1:{}{path}", self.address.port());
        within("a WebTransport to connect", client.connect(url)).await
    }

    /// A stream on which this was said first.
    async fn say(&self, first: &str) -> Wt {
        let connection = self.connect("/engine.io/").await.expect("a WebTransport");
        let opening = connection.open_bi().await.expect("a stream may be opened");
        let (send, recv) = opening.await.expect("a stream");
        let mut wt = Wt { connection, send, recv };
        wt.text(first).await;
        wt
    }

    async fn open(&mut self) -> (Wt, Opened) {
        let mut wt = self.say("0").await;
        let handshake = wt.heard().await;
        assert!(handshake.starts_with("0{"), "{handshake}");
        (wt, self.server.opened().await)
    }
}

/// As from files: what the library reads.
async fn certificate() -> webtransport::Certificate {
    let identity = Identity::self_signed(["127.0.0.1"]).expect("a name");
    let folder = tempfile::tempdir().expect("a folder");
    let (chain, key) = (folder.path().join("chain.pem"), folder.path().join("key.pem"));
    let own = identity.certificate_chain().as_slice().first().expect("a certificate");
    std::fs::write(&chain, own.to_pem()).expect("a file");
    std::fs::write(&key, identity.private_key().to_secret_pem()).expect("a file");
    let certificate = webtransport::Certificate::load(&chain, &key).await.expect("a certificate");
    assert_eq!(certificate.hash(), *own.hash().as_ref());
    certificate
}

/// A client's WebTransport with its stream.
struct Wt {
    connection: Connection,
    send: SendStream,
    recv: RecvStream,
}

impl Wt {
    async fn frame(&mut self, binary: bool, payload: &[u8]) {
        let flag = if binary { 0x80 } else { 0 };
        let head = match payload.len() {
            short @ 0..126 => vec![flag | u8::try_from(short).expect("short")],
            middle @ 126..65_536 => {
                [&[flag | 126][..], &u16::try_from(middle).expect("two bytes").to_be_bytes()].concat()
            }
            long => [&[flag | 127][..], &(long as u64).to_be_bytes()].concat(),
        };
        within("room", self.send.write_all(&[&head[..], payload].concat())).await.expect("the stream is open");
    }

    async fn text(&mut self, packet: &str) {
        self.frame(false, packet.as_bytes()).await;
    }

    /// The next frame: whether it is binary, and its payload.
    async fn next(&mut self) -> (bool, Vec<u8>) {
        let first = within("a frame", self.recv.read_u8()).await.expect("a frame");
        let length = match first & 0x7f {
            126 => self.recv.read_u16().await.expect("a length").into(),
            127 => self.recv.read_u64().await.expect("a length"),
            short => short.into(),
        };
        let mut payload = vec![0; usize::try_from(length).expect("it fits")];
        within("its payload", AsyncReadExt::read_exact(&mut self.recv, &mut payload)).await.expect("its payload");
        (first & 0x80 != 0, payload)
    }

    async fn heard(&mut self) -> String {
        let (binary, payload) = self.next().await;
        assert!(!binary, "bytes where text was due");
        String::from_utf8(payload).expect("text")
    }

    /// The server has nothing more to say, and ends the connection.
    async fn over(mut self) {
        let mut rest = Vec::new();
        // The end of the stream, or already of the connection.
        let _ended = within("the end", AsyncReadExt::read_to_end(&mut self.recv, &mut rest)).await;
        assert!(rest.is_empty(), "{}", String::from_utf8_lossy(&rest));
        within("the connection's end", self.connection.closed()).await;
    }
}

#[tokio::test]
async fn a_session_of_its_own_says_and_hears_text_and_bytes_of_any_length() {
    let mut both = Both::start().await;
    let mut wt = both.say("0").await;
    let handshake: Value = serde_json::from_str(&wt.heard().await[1..]).expect("a handshake");
    assert_eq!(handshake["upgrades"], json!([]));
    let mut opened = both.server.opened().await;
    assert_eq!(opened.session.transport(), Transport::Webtransport);
    for length in [0, 1, 125, 126, 65_535, 65_536, 70_000] {
        let text = "x".repeat(length);
        wt.text(&format!("4{text}")).await;
        assert_eq!(opened.told().await, Told::Message(Message::Text(text.clone().into())));
        assert_eq!(wt.heard().await, format!("4{text}"));
        let bytes = vec![7; length];
        wt.frame(true, &bytes).await;
        assert_eq!(opened.told().await, Told::Message(Message::Binary(bytes.clone().into())));
        assert_eq!(wt.next().await, (true, bytes));
    }
    let traffic = both.server.engine.counts().webtransport;
    assert_eq!((traffic.received.packets, traffic.sent.packets), (14, 15), "the handshake was sent, too");
    wt.connection.close(0_u32.into(), b"");
    assert_eq!(opened.closed().await, CloseReason::TransportClose);
}

#[tokio::test]
async fn a_polling_session_is_upgraded() {
    let mut both = Both::start().await;
    let reply = both.server.get("EIO=4&transport=polling").await;
    let handshake = reply.json();
    assert_eq!(handshake["upgrades"], json!(["websocket", "webtransport"]));
    let mut opened = both.server.opened().await;
    let mut wt = both.say(&format!("0{}", json!({"sid": handshake["sid"]}))).await;
    wt.text("2probe").await;
    assert_eq!(wt.heard().await, "3probe");
    wt.text("5").await;
    wt.text("4hello").await;
    assert_eq!(opened.told().await, Told::Message(Message::Text("hello".into())));
    assert_eq!(wt.heard().await, "4hello");
    assert_eq!(opened.session.transport(), Transport::Webtransport);
    assert_eq!(both.server.engine.counts().upgraded, 1);
}

#[tokio::test]
async fn what_is_out_of_place_gets_no_session() {
    let both = Both::start().await;
    assert!(both.connect("/elsewhere/").await.is_err(), "it is not found");
    let unknown = json!({"sid": Sid::new([1; 15]).encode()});
    for first in ["1", "4hello", "2probe", "0{", &format!("0{unknown}"), &"0".repeat(1_025)] {
        both.say(first).await.over().await;
    }
    // No request of HTTP/1.1 is one.
    both.server.get("EIO=4&transport=webtransport").await.refused(400, 0);
    assert_eq!(both.server.engine.counts().opened, 0);
}

#[tokio::test]
async fn a_server_that_does_not_list_it_takes_none() {
    let both = Both::start_with(config()).await;
    assert!(both.connect("/engine.io/").await.is_err());
    assert_eq!(both.server.get("EIO=4&transport=polling").await.json()["upgrades"], json!(["websocket"]));
    assert_eq!(both.server.engine.counts().refused, 1);
}

#[tokio::test]
async fn what_was_said_before_the_end_arrives() {
    let mut both = Both::start().await;
    let (mut wt, mut opened) = both.open().await;
    wt.text("4last").await;
    opened.told().await;
    opened.session.close(CloseReason::ForcedClose);
    assert_eq!(wt.heard().await, "4last");
    wt.over().await;
    assert_eq!(opened.closed().await, CloseReason::ForcedClose);
}

#[tokio::test]
async fn a_frame_that_is_too_long_ends_the_session() {
    let mut both = Both::start().await;
    let (mut wt, mut opened) = both.open().await;
    let head = [&[0x80 | 127][..], &u64::MAX.to_be_bytes()].concat();
    wt.send.write_all(&head).await.expect("the stream is open");
    assert_ne!(opened.closed().await, CloseReason::ForcedClose);
}

#[tokio::test]
async fn it_ends_with_its_server() {
    let mut both = Both::start().await;
    let (wt, mut opened) = both.open().await;
    both.stop.send(()).expect("it is being served");
    both.server.engine.close(CloseReason::ServerShuttingDown);
    wt.over().await;
    assert_eq!(opened.closed().await, CloseReason::ServerShuttingDown);
    within("the end of all", both.serving).await.expect("it does not panic");
}
