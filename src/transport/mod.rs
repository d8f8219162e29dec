//! Engine.IO sessions over HTTP long-polling and WebSocket: the only floor with sockets.
//!
//! Knows nothing of Socket.IO: whoever stands above implements [`Service`]. The protocol's rules are
//! `parlor_proto::engine`'s; this floor carries them out. Source: engine.io-protocol v4.

use std::sync::Arc;
use std::time::Instant;

use parlor_proto::engine::{CloseReason, Message};
use parlor_proto::frame::Frames;

mod accept;
mod carrier;
mod census;
mod compression;
mod config;
mod cors;
mod counters;
mod engine;
mod fault;
pub(crate) mod forwarded;
mod framing;
pub mod listener;
mod outbox;
mod polling;
mod reply;
mod seldom;
mod session;
mod table;
mod tap;
mod tunnel;
mod websocket;
#[cfg(feature = "webtransport")]
pub mod webtransport;
mod wire;

pub use census::{Census, LABELS};
pub use config::{AllowRequest, Config, Cookie, SameSite, Volatile};
pub use cors::{Cors, Origin};
pub use counters::{Counts, Flow, Traffic};
pub use engine::Engine;
pub(crate) use engine::WeakEngine;
pub(crate) use outbox::Bounds;
pub use session::{SendError, Session, random_sid};
pub(crate) use table::network;
pub use tap::Tap;

/// What stands above the transport: it is told of each session that opens.
pub trait Service: Send + Sync + 'static {
    /// What it keeps for a session.
    type Session: Incoming;

    /// A session has opened; what it returns gets the session's messages. Nothing was sent to the client but the handshake.
    fn open(&self, session: Arc<Session>, handshake: Handshake) -> Arc<Self::Session>;
}

/// One session, as the layer above sees it from below. Calls come one at a time, in order.
pub trait Incoming: Send + Sync + 'static {
    /// A message came. `at` is when it was read from the socket.
    ///
    /// # Errors
    /// The reason for which the session is to be closed.
    fn message(self: Arc<Self>, message: Message, at: Instant) -> Result<(), CloseReason>;

    /// The session goes on over WebSocket, where it was opened over long-polling. Called once, if at all.
    fn upgraded(&self) {}

    /// The session has ended. Called once, last.
    fn closed(&self, reason: CloseReason);
}

/// The request that opened a session. Whoever keeps it for the session's life pays some KiB for a browser's headers.
#[derive(Clone, Debug)]
pub struct Handshake {
    /// Its head: method, URI with query, headers.
    pub request: Arc<http::request::Parts>,
    /// The peer's address, as accepted.
    pub address: std::net::SocketAddr,
}

/// One thing for a session's outbox.
#[derive(Clone, Copy)]
pub enum Item<'a> {
    /// Must arrive, in order.
    Reliable(&'a Frames),
    /// State, of which only the latest counts: `next` continues from what was last delivered; `whole`
    /// stands alone and is asked for only if an earlier state still waits, which it then replaces.
    ///
    /// A packet with attachments is one state: nothing comes between its frames, and they are replaced together.
    ///
    /// `whole` is called while the session is locked, so it must not call the session.
    State {
        /// The delta (or snapshot) to write if the client has all before it.
        next: &'a Frames,
        /// Makes or finds the keyframe.
        whole: &'a dyn Fn() -> Frames,
    },
}

impl std::fmt::Debug for Item<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Reliable(frames) => f.debug_tuple("Reliable").field(frames).finish(),
            Self::State { next, .. } => f.debug_struct("State").field("next", next).finish_non_exhaustive(),
        }
    }
}
