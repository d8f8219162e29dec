//! Engine.IO v4: packets, polling payloads, the handshake, and a session's state machine.
//!
//! Knows nothing of Socket.IO: a message is text or bytes. Source: engine.io-protocol v4.

use bytes::Bytes;

/// An Engine.IO message: what the layer above sends and gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// Text without its `4`. The bytes are UTF-8.
    Text(Bytes),
    /// Bytes.
    Binary(Bytes),
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
