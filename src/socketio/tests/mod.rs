//! The rules of protocol and API, tried over sessions that have no socket.
//!
//! What needs a real client on a real socket is in `tests/socketio`.

mod dynamic;
mod events;
mod guest;
mod joining;
mod leaving;
mod recovery;
mod returning;
mod rooms;
mod servers;
mod waiting;
mod watching;

use std::sync::Arc;
use std::time::Instant;

use parking_lot::Mutex;
use parlor_proto::engine::{CloseReason, Message};
use parlor_proto::frame::Kind;

use super::client::Client;
use super::*;
use crate::transport::{self, Incoming, Service, Session, Tap};

/// A client without a socket: what it sends is handed to the server, what it gets is taken from the session.
struct Peer {
    link: Arc<Client>,
    tap: Tap,
    session: Arc<Session>,
}

impl Peer {
    fn open(io: &Io) -> Self {
        let (session, tap) = Session::detached(transport::Config::default());
        let request = http::Request::builder()
            .uri("/socket.io/?EIO=4&transport=websocket&room=7")
            .header("user-agent", "peer")
            .body(())
            .expect("a request");
        let handshake =
            transport::Handshake { request: Arc::new(request.into_parts().0), address: ([192, 0, 2, 1], 4000).into() };
        Self { link: io.app().open(Arc::clone(&session), handshake), tap, session }
    }

    /// A client that is in `/`.
    fn joined(io: &Io) -> (Self, Socket) {
        let peer = Self::open(io);
        let socket = peer.join(io, "/");
        (peer, socket)
    }

    fn join(&self, io: &Io, namespace: &str) -> Socket {
        let packet = if namespace == "/" { "0".to_owned() } else { format!("0{namespace},") };
        self.text(&packet).expect("a CONNECT");
        let answer = self.take().pop().expect("an answer");
        let id = answer.rsplit('"').nth(1).and_then(SocketId::parse).expect("an id");
        io.of(namespace).socket(&id).expect("a socket")
    }

    fn text(&self, packet: &str) -> Result<(), CloseReason> {
        Arc::clone(&self.link).message(Message::Text(packet.to_owned().into()), Instant::now())
    }

    fn binary(&self, bytes: &[u8]) -> Result<(), CloseReason> {
        Arc::clone(&self.link).message(Message::Binary(bytes.to_vec().into()), Instant::now())
    }

    /// What came: text without Engine.IO's `4`, binary as `b` and its bytes.
    fn take(&self) -> Vec<String> {
        let show = |frame: &Frame| {
            let payload = String::from_utf8_lossy(frame.payload()).into_owned();
            match frame.kind() {
                Kind::Text => payload.strip_prefix('4').expect("a message").to_owned(),
                Kind::Binary => format!("b{payload}"),
            }
        };
        self.tap.take().iter().map(show).collect()
    }
}

/// What listeners saw, in order.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    fn say(&self, line: impl Into<String>) {
        self.0.lock().push(line.into());
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock())
    }
}

fn server() -> Io {
    Io::new(Config::default())
}

/// Where a socket's end is written down.
fn with_reasons(io: &Io) -> Log {
    let log = Log::default();
    let reasons = log.clone();
    io.of("/").on_disconnect(move |_, reason| reasons.say(reason.as_str()));
    log
}
