//! The Socket.IO server API: namespaces, sockets, rooms, acks, middleware, emit.
//!
//! Knows nothing of games, nor how bytes reach a client (`transport`). Source: socket.io-protocol v5.

mod ack;
mod adapter;
mod broadcast;
mod client;
mod config;
mod encoded;
mod error;
mod handlers;
mod handshake;
mod id;
mod io;
mod namespace;
mod reason;
mod rooms;
mod socket;
#[cfg(test)]
mod tests;

pub use ack::Ack;
pub use broadcast::Broadcast;
pub use config::Config;
pub use encoded::Encoded;
pub use error::{AckError, ConnectError, EmitError};
pub use handlers::Event;
pub use handshake::Handshake;
pub use id::SocketId;
pub use io::Io;
pub use namespace::Namespace;
pub use reason::DisconnectReason;
pub use rooms::Rooms;
pub use socket::Socket;

pub use crate::transport::Item;
pub use parlor_proto::frame::{Frame, Frames};
pub use parlor_proto::socket::{
    Args, ArgsError, Arguments, Binary, EncodeError, Limits, Parser, Raw, Value, encode_event,
};
