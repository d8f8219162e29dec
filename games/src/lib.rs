//! The games of Parlor, and the contract between a game and the runtime that runs its rooms.
//!
//! No I/O, no clock, no global randomness: time, ticks and seeds are arguments. Rooms, seats' tokens and
//! everything about sockets are the runtime's (`parlor::room`).

#![deny(
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    clippy::expect_used,
    clippy::iter_over_hash_type,
    clippy::wildcard_enum_match_arm,
    clippy::disallowed_methods
)]

pub mod about;
pub mod arena;
pub mod catalog;
pub mod contract;
pub mod quiz;
