//! Parlor: a Socket.IO server, a runtime of authoritative rooms that tick, and the games that run in them.
//!
//! This crate holds floors 2 to 4; the protocol (`parlor-proto`) and the games (`parlor-games`) are packages of
//! their own. See `ARCHITECTURE.md` for the floors: arrows between these modules only point down.

pub mod bench;
pub mod cli;
pub mod packs;
pub mod room;
pub mod server;
pub mod socketio;
pub mod transport;

pub use {parlor_games as games, parlor_proto as proto};

/// The page's code is compiled and run with the documentation's.
#[cfg(doctest)]
#[doc = include_str!("../docs/migration.md")]
struct Migration;
