//! Why a socket is connected no longer.
//!
//! A session's end is the transport's [`CloseReason`]; a socket has ends of its own besides.

use std::fmt;

use parlor_proto::engine::CloseReason;

/// Why a socket left its namespace, in the reference server's words; a normal end is one of them.
///
/// ```
/// # let io = parlor::socketio::Io::new(Default::default());
/// io.of("/").on_disconnect(|socket, reason| match reason {
///     parlor::socketio::DisconnectReason::PingTimeout => println!("{} was lost", socket.id()),
///     other => println!("{} has left: {other}", socket.id()),
/// });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DisconnectReason {
    /// The transport failed.
    TransportError,
    /// The client closed its transport, or a limit closed it.
    TransportClose,
    /// The server closed the session below.
    ForcedClose,
    /// The client answered no ping in time.
    PingTimeout,
    /// The client sent what is no packet.
    ParseError,
    /// The server is going away.
    ServerShuttingDown,
    /// The server closed the connection: a packet came that is not allowed where it came, or nothing was joined in time.
    ForcedServerClose,
    /// The client left the namespace.
    ClientNamespaceDisconnect,
    /// The server put the socket out of the namespace.
    ServerNamespaceDisconnect,
}

impl DisconnectReason {
    /// The reference server's text for it; for a session's end, the words of [`CloseReason::as_str`].
    ///
    /// ```
    /// assert_eq!(parlor::socketio::DisconnectReason::PingTimeout.as_str(), "ping timeout");
    /// ```
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TransportError => CloseReason::TransportError.as_str(),
            Self::TransportClose => CloseReason::TransportClose.as_str(),
            Self::ForcedClose => CloseReason::ForcedClose.as_str(),
            Self::PingTimeout => CloseReason::PingTimeout.as_str(),
            Self::ParseError => CloseReason::ParseError.as_str(),
            Self::ServerShuttingDown => CloseReason::ServerShuttingDown.as_str(),
            Self::ForcedServerClose => "forced server close",
            Self::ClientNamespaceDisconnect => "client namespace disconnect",
            Self::ServerNamespaceDisconnect => "server namespace disconnect",
        }
    }
}

impl fmt::Display for DisconnectReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl DisconnectReason {
    /// Whether the client may come back to the same session, where connections can be recovered: it did not leave by its own
    /// will, nor was put out, nor did it break the protocol.
    pub(super) const fn may_return(self) -> bool {
        match self {
            Self::TransportError
            | Self::TransportClose
            | Self::ForcedClose
            | Self::PingTimeout
            | Self::ServerShuttingDown
            | Self::ForcedServerClose => true,
            Self::ParseError | Self::ClientNamespaceDisconnect | Self::ServerNamespaceDisconnect => false,
        }
    }
}

impl From<CloseReason> for DisconnectReason {
    fn from(reason: CloseReason) -> Self {
        match reason {
            CloseReason::TransportError => Self::TransportError,
            CloseReason::TransportClose => Self::TransportClose,
            CloseReason::ForcedClose => Self::ForcedClose,
            CloseReason::PingTimeout => Self::PingTimeout,
            CloseReason::ParseError => Self::ParseError,
            CloseReason::ServerShuttingDown => Self::ServerShuttingDown,
        }
    }
}
