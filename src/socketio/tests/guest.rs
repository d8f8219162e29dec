//! A client behind an engine's session, whose secret is known: it may come back.
//!
//! Has no socket: what it says is handed to the session, as what waits for its turn needs one.

use std::collections::HashMap;

use tokio::sync::Notify;
use tokio::task::yield_now;

use super::*;

/// A client's session, before it has said anything.
pub(super) fn tapped(io: &Io) -> Tap {
    let request = http::Request::builder().uri("/socket.io/?EIO=4").body(()).expect("a request");
    io.tap(transport::Handshake { request: request.into_parts().0.into(), address: ([192, 0, 2, 1], 4000).into() })
}

/// What comes next, some turns later.
pub(super) async fn comes(tap: &Tap) -> Vec<String> {
    for _ in 0..100 {
        let texts = Guest::texts(tap);
        if !texts.is_empty() {
            return texts;
        }
        yield_now().await;
    }
    Vec::new()
}

/// Middleware of `/` that waits for this with those who come back. It refuses who asks for that.
pub(super) fn slow_middleware(io: &Io) -> Arc<Notify> {
    let go = Arc::new(Notify::new());
    let goes = Arc::clone(&go);
    io.of("/").wrap_async(move |socket| {
        let go = Arc::clone(&goes);
        async move {
            if socket.recovered() {
                go.notified().await;
            }
            let refused = socket.handshake().auth::<Value>().is_ok_and(|auth| auth.get("refused").is_some());
            if refused { Err(ConnectError::new("no")) } else { Ok(()) }
        }
    });
    go
}

pub(super) struct Guest {
    pub(super) tap: Tap,
    pub(super) id: String,
    pub(super) pid: String,
}

impl Guest {
    /// Asks to come into `/` with this auth.
    pub(super) fn open(io: &Io, auth: &str) -> Tap {
        let tap = tapped(io);
        assert!(tap.say(format!("40{auth}")));
        tap
    }

    /// What has come, without the digit of a message and the open packet.
    pub(super) fn texts(tap: &Tap) -> Vec<String> {
        let texts = tap.take().into_iter().map(|frame| String::from_utf8_lossy(frame.payload()).into_owned());
        texts.filter_map(|text| text.strip_prefix('4').map(str::to_owned)).collect()
    }

    /// Who has got this answer to its CONNECT.
    pub(super) fn new(joined: &str, tap: Tap) -> Self {
        let joined: HashMap<String, String> = serde_json::from_str(&joined[1..]).expect("what was joined");
        Self { tap, id: joined["sid"].clone(), pid: joined["pid"].clone() }
    }

    /// The auth by which it comes back.
    pub(super) fn claim(&self, offset: &str) -> String {
        format!(r#"{{"pid":"{}","offset":"{offset}"}}"#, self.pid)
    }

    pub(super) fn socket(&self, io: &Io) -> Socket {
        let id = SocketId::parse(&self.id).expect("an id");
        io.of("/").socket(&id).expect("a socket")
    }

    pub(super) fn cut(&self, io: &Io) {
        // As its engine would, had it a socket to lose.
        self.socket(io).finish(DisconnectReason::TransportClose);
    }
}
