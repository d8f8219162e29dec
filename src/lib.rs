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

/// The pages' code is compiled, and run, with the documentation's.
#[cfg(doctest)]
mod pages {
    #[doc = include_str!("../docs/game-authors.md")]
    struct GameAuthors;
    #[doc = include_str!("../docs/migration.md")]
    struct Migration;
    #[cfg(feature = "redis")]
    #[doc = include_str!("../docs/socketio.md")]
    struct Socketio;
}
