//! A Socket.IO client that knows no protocol: it sends what it is told, packets no real client would send too.
//!
//! Answers pings, and nothing else by itself.

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;

/// Longer than anything takes, on the slowest machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// What the server sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    Text(String),
    Binary(Vec<u8>),
    Closed,
}

impl From<&str> for Heard {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

pub(crate) struct Client {
    ws: WebSocketStream<TcpStream>,
}

impl Client {
    /// Opens a session; its handshake is taken off.
    pub(crate) async fn open(server: SocketAddr) -> Self {
        let mut client = Self::websocket(server, "").await;
        let Heard::Text(open) = client.hear().await else { panic!("no handshake") };
        assert!(open.starts_with("0{"), "{open}");
        client
    }

    /// Opens a session, and joins `/`.
    pub(crate) async fn joined(server: SocketAddr) -> Self {
        let mut client = Self::open(server).await;
        client.join("").await;
        client
    }

    /// A WebSocket of the session that the query names.
    pub(crate) async fn websocket(server: SocketAddr, query: &str) -> Self {
        let stream = TcpStream::connect(server).await.expect("a server");
        let url = format!("ws://{server}/socket.io/?EIO=4&transport=websocket{query}");
        let (ws, _) = tokio_tungstenite::client_async(url, stream).await.expect("a WebSocket");
        Self { ws }
    }

    /// Joins a namespace; gives the socket's id.
    pub(crate) async fn join(&mut self, namespace: &str) -> String {
        self.say(&format!("40{namespace}")).await;
        let Heard::Text(answer) = self.hear().await else { panic!("no answer") };
        let id = answer.strip_prefix(&format!("40{namespace}")).and_then(|data| data.split('"').nth(3));
        id.unwrap_or_else(|| panic!("not joined: {answer}")).to_owned()
    }

    pub(crate) async fn say(&mut self, text: &str) {
        self.ws.send(Message::text(text)).await.expect("an open connection");
    }

    pub(crate) async fn say_bytes(&mut self, bytes: &[u8]) {
        self.ws.send(Message::binary(bytes.to_vec())).await.expect("an open connection");
    }

    /// The next thing that is no ping.
    pub(crate) async fn hear(&mut self) -> Heard {
        loop {
            let next = timeout(PATIENCE, self.ws.next()).await.expect("something is heard in time");
            match next {
                Some(Ok(Message::Text(text))) if text.as_str() == "2" => self.say("3").await,
                Some(Ok(Message::Text(text))) => return Heard::Text(text.to_string()),
                Some(Ok(Message::Binary(bytes))) => return Heard::Binary(bytes.to_vec()),
                Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => {}
                // Read on, which answers it.
                Some(Ok(Message::Close(_))) => {}
                Some(Err(_)) | None => return Heard::Closed,
            }
        }
    }

    /// Waits for this, which comes next.
    pub(crate) async fn expect(&mut self, heard: impl Into<Heard>) {
        assert_eq!(self.hear().await, heard.into());
    }
}

/// Waits for a server's listener to say something.
pub(crate) async fn said<T>(listener: &mut tokio::sync::mpsc::UnboundedReceiver<T>) -> T {
    timeout(PATIENCE, listener.recv()).await.expect("something is said in time").expect("a listener")
}
