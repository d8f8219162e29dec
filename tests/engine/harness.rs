//! A server with an echo on it, a bare HTTP client that may misbehave, and a WebSocket client.
//!
//! Judges nothing.

use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use futures_util::{SinkExt, StreamExt};
use parlor::proto::engine::{CloseReason, Message, Packet};
use parlor::proto::frame::Frames;
use parlor::transport::{Config, Engine, Handshake, Incoming, Service, Session, listener};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Error, Message as Frame};

/// No test waits longer than this for anything.
const LIMIT: Duration = Duration::from_secs(20);

/// Waits, but not for ever.
pub(crate) async fn within<T>(what: &str, future: impl Future<Output = T>) -> T {
    tokio::time::timeout(LIMIT, future).await.unwrap_or_else(|_| panic!("waited in vain for {what}"))
}

/// What the layer above the engine was told.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Told {
    Message(Message),
    Closed(CloseReason),
}

pub(crate) struct Echo {
    sessions: mpsc::UnboundedSender<Opened>,
}

/// A session as the server sees it.
pub(crate) struct Opened {
    pub(crate) session: Arc<Session>,
    pub(crate) handshake: Handshake,
    pub(crate) told: mpsc::UnboundedReceiver<Told>,
}

impl Opened {
    pub(crate) async fn told(&mut self) -> Told {
        within("the layer above to be told", self.told.recv()).await.expect("it is told before it is dropped")
    }

    /// The next thing told is the end, and nothing after it.
    pub(crate) async fn closed(&mut self) -> CloseReason {
        let told = self.told().await;
        let Told::Closed(reason) = told else { panic!("told {told:?} before the end") };
        assert_eq!(within("its channel's end", self.told.recv()).await, None, "told after the end");
        reason
    }
}

pub(crate) struct Echoing {
    session: Arc<Session>,
    told: mpsc::UnboundedSender<Told>,
}

impl Service for Echo {
    type Session = Echoing;

    fn open(&self, session: Arc<Session>, handshake: Handshake) -> Arc<Echoing> {
        let (told, receiver) = mpsc::unbounded_channel();
        let opened = Opened { session: session.clone(), handshake, told: receiver };
        self.sessions.send(opened).unwrap_or_else(|_| panic!("the test has ended"));
        Arc::new(Echoing { session, told })
    }
}

impl Incoming for Echoing {
    fn message(self: Arc<Self>, message: Message, at: Instant) -> Result<(), CloseReason> {
        assert!(at <= Instant::now(), "a message from the future");
        if message == Message::Text("refuse me".into()) {
            return Err(CloseReason::ParseError);
        }
        assert_ne!(message, Message::Text("panic".into()), "a handler's bug");
        let frames = Frames::from_elem(Packet::Message(message.clone()).encode(), 1);
        // A client may be gone before its echo.
        let _sent = self.session.send(&frames);
        self.tell(Told::Message(message));
        Ok(())
    }

    fn closed(&self, reason: CloseReason) {
        self.tell(Told::Closed(reason));
    }
}

impl Echoing {
    fn tell(&self, told: Told) {
        // A test may not care.
        let _told = self.told.send(told);
    }
}

pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) engine: Engine<Echo>,
    opened: mpsc::UnboundedReceiver<Opened>,
    pub(crate) serving: tokio::task::JoinHandle<()>,
    pub(crate) stop: tokio::sync::oneshot::Sender<()>,
}

/// The reference's intervals, on the suite's path. A goodbye that is never answered outlasts any test.
pub(crate) fn config() -> Config {
    Config { path: "/engine.io/".to_owned(), close_timeout_ms: 60_000, ..Config::default() }
}

impl Server {
    pub(crate) async fn start(config: Config) -> Self {
        Self::start_with(config, listener::Config::default()).await
    }

    pub(crate) async fn start_with(config: Config, sockets: listener::Config) -> Self {
        Self::serve(config, |listener, router, stopped| listener::serve(vec![listener], router, sockets, stopped)).await
    }

    /// Served by somebody else's accept loop, whose sockets are not ours to write from any thread.
    pub(crate) async fn start_elsewhere(config: Config) -> Self {
        Self::serve(config, |listener, router, stopped| async move {
            let service = router.into_make_service_with_connect_info::<SocketAddr>();
            axum::serve(listener, service).with_graceful_shutdown(stopped).await.expect("axum's server does not fail");
        })
        .await
    }

    async fn serve<F: Future<Output = ()> + Send + 'static>(
        config: Config,
        serve: impl FnOnce(TcpListener, Router, Pin<Box<dyn Future<Output = ()> + Send>>) -> F,
    ) -> Self {
        let (sessions, opened) = mpsc::unbounded_channel();
        let engine = Engine::new(config, Echo { sessions });
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("a bound socket");
        let (stop, stopped) = tokio::sync::oneshot::channel();
        let serving = tokio::spawn(serve(listener, engine.router(), Box::pin(async move { drop(stopped.await) })));
        Self { address, engine, opened, serving, stop }
    }

    /// The next session that opens.
    pub(crate) async fn opened(&mut self) -> Opened {
        within("a session to open", self.opened.recv()).await.expect("the server lives")
    }

    /// Opens a polling session.
    pub(crate) async fn open(&mut self) -> (Client, Opened) {
        let reply = self.get("EIO=4&transport=polling").await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        let sid = reply.json()["sid"].as_str().expect("a sid").to_owned();
        (Client { address: self.address, sid }, self.opened().await)
    }

    /// Opens a WebSocket session.
    pub(crate) async fn open_websocket(&mut self) -> (Ws, Opened) {
        let mut ws = Ws::connect(self.address, "EIO=4&transport=websocket").await.expect("101");
        assert!(ws.text().await.starts_with("0{"));
        (ws, self.opened().await)
    }

    pub(crate) async fn get(&self, query: &str) -> Reply {
        self.request("GET", query, "", b"").await
    }

    /// One request on a connection of its own. `head` is more header lines, each ending in CRLF.
    pub(crate) async fn request(&self, method: &str, query: &str, head: &str, body: &[u8]) -> Reply {
        request(self.address, method, query, head, body).await
    }

    /// Sends these bytes and reads until the server closes.
    pub(crate) async fn raw(&self, bytes: &[u8]) -> Reply {
        raw(self.address, bytes).await
    }
}

/// A polling client.
#[derive(Clone)]
pub(crate) struct Client {
    pub(crate) address: SocketAddr,
    pub(crate) sid: String,
}

impl Client {
    pub(crate) fn query(&self) -> String {
        format!("EIO=4&transport=polling&sid={}", self.sid)
    }

    pub(crate) async fn get(&self) -> Reply {
        request(self.address, "GET", &self.query(), "", b"").await
    }

    pub(crate) async fn post(&self, body: impl AsRef<[u8]>) -> Reply {
        request(self.address, "POST", &self.query(), "", body.as_ref()).await
    }

    /// A GET whose reply will be read later.
    pub(crate) fn polling(&self) -> tokio::task::JoinHandle<Reply> {
        let client = self.clone();
        tokio::spawn(async move { client.get().await })
    }

    /// A GET that waits, as far as the server can be seen to wait.
    pub(crate) async fn waiting(&self, session: &Session) -> tokio::task::JoinHandle<Reply> {
        let polling = self.polling();
        within("the GET to wait", async {
            while !session.writable() {
                tokio::task::yield_now().await;
            }
        })
        .await;
        polling
    }

    /// A socket on which a request's first bytes have been sent.
    pub(crate) async fn begin(&self, method: &str, rest: &str) -> TcpStream {
        let mut socket = TcpStream::connect(self.address).await.expect("the server listens");
        let head = format!("{method} /engine.io/?{} HTTP/1.1\r\nHost: x\r\n{rest}", self.query());
        socket.write_all(head.as_bytes()).await.expect("the server reads");
        socket
    }

    pub(crate) async fn upgrade(&self) -> Ws {
        let query = format!("EIO=4&transport=websocket&sid={}", self.sid);
        Ws::connect(self.address, &query).await.expect("101")
    }
}

/// An HTTP reply.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Reply {
    /// A header's value; of several, all.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        let values: Vec<_> = lines.filter(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value).collect();
        (!values.is_empty()).then(|| values.join("; "))
    }

    /// A handshake's object.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(self.body.strip_prefix('0').expect("an open packet")).expect("JSON")
    }

    /// It is the reference's error of this code.
    pub(crate) fn refused(&self, status: u16, code: u8) {
        let body: serde_json::Value = serde_json::from_str(&self.body).expect("an error's body is JSON");
        assert_eq!((self.status, &body["code"]), (status, &code.into()), "{self:?}");
        assert!(body["message"].is_string() && body.as_object().is_some_and(|body| body.len() == 2), "{self:?}");
        assert_eq!(self.header("content-type").as_deref(), Some("application/json"));
    }

    pub(crate) fn is(&self, body: &str) {
        assert_eq!((self.status, self.body.as_str()), (200, body));
    }
}

async fn request(address: SocketAddr, method: &str, query: &str, head: &str, body: &[u8]) -> Reply {
    let length =
        if body.is_empty() && method != "POST" { String::new() } else { format!("Content-Length: {}\r\n", body.len()) };
    let head = format!("{method} /engine.io/?{query} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{head}{length}\r\n");
    raw(address, &[head.as_bytes(), body].concat()).await
}

async fn raw(address: SocketAddr, bytes: &[u8]) -> Reply {
    let mut socket = TcpStream::connect(address).await.expect("the server listens");
    // The server may answer, and close, before it has read all.
    let _written = socket.write_all(bytes).await;
    read_reply(&mut socket).await
}

/// Reads a reply up to the connection's end.
pub(crate) async fn read_reply(socket: &mut TcpStream) -> Reply {
    let mut bytes = Vec::new();
    // A reset after the reply, for what the server did not read, does not make it unread.
    let _read = within("a reply", socket.read_to_end(&mut bytes)).await;
    let text = String::from_utf8(bytes).expect("replies are text");
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no reply: {text:?}"));
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
    Reply { status, head: head.to_owned(), body: body.to_owned() }
}

/// A WebSocket client.
pub(crate) struct Ws(pub(crate) WebSocketStream<TcpStream>);

impl Ws {
    /// # Errors
    /// The server's reply if it is not 101.
    pub(crate) async fn connect(address: SocketAddr, query: &str) -> Result<Self, Box<Error>> {
        Self::over(TcpStream::connect(address).await.expect("the server listens"), query).await
    }

    /// [`Ws::connect`], on a socket of the test's own.
    ///
    /// # Errors
    /// The server's reply if it is not 101.
    pub(crate) async fn over(socket: TcpStream, query: &str) -> Result<Self, Box<Error>> {
        let address = socket.peer_addr().expect("a connected socket");
        let url = format!("ws://{address}/engine.io/?{query}");
        let connected = within("the handshake", tokio_tungstenite::client_async(url, socket)).await;
        connected.map(|(ws, _)| Self(ws)).map_err(Box::new)
    }

    pub(crate) async fn send(&mut self, text: &str) {
        self.0.send(Frame::text(text)).await.expect("an open WebSocket");
    }

    /// The next frame.
    pub(crate) async fn next(&mut self) -> Option<Result<Frame, Error>> {
        within("a frame", self.0.next()).await
    }

    /// The next frame, which is text.
    pub(crate) async fn text(&mut self) -> String {
        match self.next().await {
            Some(Ok(Frame::Text(text))) => text.to_string(),
            other => panic!("no text but {other:?}"),
        }
    }

    /// The server closes it; its code, if it gives one.
    pub(crate) async fn closed(&mut self) -> Option<CloseCode> {
        let code = match self.next().await {
            Some(Ok(Frame::Close(close))) => close.map(|close| close.code),
            other => panic!("no close frame but {other:?}"),
        };
        let end = self.next().await;
        assert!(matches!(end, None | Some(Err(Error::ConnectionClosed))), "{end:?} after the close");
        code
    }
}
