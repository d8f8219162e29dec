//! Socket.IO v5: packets, the JSON and the msgpack parser, attachments.
//!
//! Knows nothing of sessions or transports: an encoded packet is [`Frames`](crate::frame::Frames), a
//! decoder is fed [`Message`](crate::engine::Message)s. Source: socket.io-protocol v5.
