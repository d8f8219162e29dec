//! Why a WebSocket can't be read any further, and what its client is told.
//!
//! Closes nothing. Source: RFC 6455 §7.4.1.

use bytes::Bytes;
use parlor_proto::engine::CloseReason;
use tokio_tungstenite::tungstenite;
use tokio_tungstenite::tungstenite::error::ProtocolError;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

/// Why nothing more can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// The client closed the WebSocket, or its socket broke.
    Closed,
    /// It sent what it must not; a close frame says so.
    Wrong(CloseCode),
}

impl Fault {
    /// "A WebSocket message over the limit closes with 1009."
    pub(super) fn of(error: &tungstenite::Error) -> Self {
        match error {
            tungstenite::Error::ConnectionClosed
            | tungstenite::Error::AlreadyClosed
            | tungstenite::Error::Io(_)
            | tungstenite::Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => Self::Closed,
            tungstenite::Error::Capacity(_) => Self::Wrong(CloseCode::Size),
            tungstenite::Error::Utf8(_) => Self::Wrong(CloseCode::Invalid),
            _ => Self::Wrong(CloseCode::Protocol),
        }
    }

    pub(super) const fn reason(self) -> CloseReason {
        match self {
            Self::Closed => CloseReason::TransportClose,
            Self::Wrong(_) => CloseReason::TransportError,
        }
    }

    pub(super) const fn code(self) -> Option<CloseCode> {
        match self {
            Self::Closed => None,
            Self::Wrong(code) => Some(code),
        }
    }
}

/// RFC 6455 §5.5.1: a code of two bytes, or nothing.
pub(super) fn close_frame(code: Option<CloseCode>) -> Bytes {
    match code.map(|code| u16::from(code).to_be_bytes()) {
        Some([high, low]) => Bytes::copy_from_slice(&[0x88, 2, high, low]),
        None => Bytes::from_static(&[0x88, 0]),
    }
}
