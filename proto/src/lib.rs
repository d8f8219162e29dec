//! Engine.IO v4 and Socket.IO v5 without I/O: bytes in, packets out, and the other way round.
//!
//! No sockets, no clock, no tasks: whoever calls passes `now` and carries the bytes. The transports
//! live in `parlor::transport`, the server API in `parlor::socketio`.

#![deny(
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    clippy::expect_used,
    clippy::iter_over_hash_type,
    clippy::wildcard_enum_match_arm,
    clippy::disallowed_methods
)]

pub mod engine;
pub mod frame;
pub mod socket;
