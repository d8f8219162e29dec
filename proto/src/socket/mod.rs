//! Socket.IO v5: packets, the JSON and the msgpack parser, attachments.
//!
//! Knows nothing of sessions or transports: an encoded packet is [`Frames`](crate::frame::Frames), a
//! decoder is fed [`Message`](crate::engine::Message)s. Source: socket.io-protocol v5.

mod args;
mod arguments;
mod binary;
mod decoder;
mod encode;
mod json;
mod limits;
mod msgpack;
mod packet;
mod value;

pub use args::{Args, ArgsError, Raw};
pub use arguments::Arguments;
pub use binary::Binary;
pub use decoder::{DecodeError, Decoder};
pub use encode::{
    EncodeError, encode_ack, encode_connect, encode_connect_error, encode_disconnect, encode_event, encode_json_event,
};
pub use limits::Limits;
pub use msgpack::{read_msgpack, write_msgpack};
pub use packet::{Data, Packet, RESERVED_EVENTS, is_reserved};
pub use value::Value;

/// How a connection's packets are written down. The client picks it, by the frame of its first packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Parser {
    /// Text, with binary in attachments that follow: the default of every client.
    Json,
    /// One binary frame holding a map: `socket.io-msgpack-parser`.
    Msgpack,
}
