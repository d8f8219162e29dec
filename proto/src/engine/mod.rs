//! Engine.IO v4: packets, polling payloads, the handshake, and a session's state machine.
//!
//! Knows nothing of Socket.IO: a message is text or bytes. Source: engine.io-protocol v4.

use std::fmt;

use bytes::Bytes;

mod echo;
mod effects;
pub mod handshake;
mod heartbeat;
mod machine;
mod packet;
pub mod payload;
mod sid;
mod upgrade;
pub mod verify;

pub use effects::{Effects, Release, Verdict};
pub use machine::{Machine, Timing};
pub use packet::{Packet, ParseError};
pub use sid::Sid;
pub use upgrade::ProbeId;

/// An Engine.IO message: what the layer above sends and gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// Text without its `4`. The bytes are UTF-8.
    Text(Bytes),
    /// Bytes.
    Binary(Bytes),
}

/// How a session's packets travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Transport {
    /// HTTP long-polling: a GET waits for packets, a POST brings some.
    Polling,
    /// WebSocket.
    Websocket,
    /// WebTransport: one stream of HTTP/3.
    Webtransport,
}

impl Transport {
    /// Its name in the query and the handshake.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Polling => "polling",
            Self::Websocket => "websocket",
            Self::Webtransport => "webtransport",
        }
    }

    /// Whether packets go both ways as they come, and not in requests and their replies.
    #[must_use]
    pub const fn is_stream(self) -> bool {
        match self {
            Self::Polling => false,
            Self::Websocket | Self::Webtransport => true,
        }
    }
}

/// Why a session ended, in the reference server's words; a normal end is one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CloseReason {
    /// The transport failed.
    TransportError,
    /// The client closed its transport, or a limit closed it.
    TransportClose,
    /// The server closed the session.
    ForcedClose,
    /// No pong came within pingInterval + pingTimeout.
    PingTimeout,
    /// The client sent what is no packet.
    ParseError,
    /// The server is going away.
    ServerShuttingDown,
}

impl CloseReason {
    /// The reference server's text for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TransportError => "transport error",
            Self::TransportClose => "transport close",
            Self::ForcedClose => "forced close",
            Self::PingTimeout => "ping timeout",
            Self::ParseError => "parse error",
            Self::ServerShuttingDown => "server shutting down",
        }
    }
}

impl fmt::Display for CloseReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
