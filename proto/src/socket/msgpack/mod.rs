//! The msgpack parser: a packet is one binary frame, a map of `type`, `nsp` and perhaps `data` and `id`.
//!
//! Knows nothing of which packet may come when.

mod date;
mod decode;
mod encode;
mod plain;
mod reader;

pub(super) use decode::decode;
pub(super) use encode::encode;
pub use plain::{read_msgpack, write_msgpack};
