//! A Rust Socket.IO client, and the bots built on it: what tests and load drive a server with.
//!
//! [`load`] is the load generator behind `parlor load`. Shares no code with the server it is pointed at, not even the protocol package: it is a second reading of the protocol.

mod client;
pub mod load;
mod packet;
mod polling;
mod seat;
mod websocket;

pub use client::{Client, Event, Options, Transport};
pub use packet::{Kind, Packet, Parser};
pub use seat::Seat;

/// What an Engine.IO message or packet travels as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// Text, with its Engine.IO type digit.
    Text(String),
    /// Bytes: a message without a prefix.
    Binary(Vec<u8>),
}

/// Why a client could not go on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The server could not be reached, or refused the handshake.
    #[error("no connection: {0}")]
    Connect(String),
    /// The server refused the namespace.
    #[error("refused: {0}")]
    Refused(String),
    /// The connection has ended.
    #[error("closed: {0}")]
    Closed(String),
    /// The server sent what is not of the protocol.
    #[error("not understood: {0}")]
    Protocol(String),
    /// The server did not say what was waited for.
    #[error("waited too long for {0}")]
    Timeout(String),
}
