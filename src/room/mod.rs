//! Authoritative rooms: seats, inbox, tick scheduler, views, snapshots and deltas.
//!
//! Knows nothing of Socket.IO, sessions or event names: what goes out goes through a [`Link`].

mod bucket;
mod by_seat;
mod catalog;
mod clock;
mod code;
mod config;
mod core;
mod directory;
mod fanout;
mod following;
mod grid;
mod handle;
mod histogram;
mod inbox;
mod instance;
mod journal;
mod link;
mod name;
mod news;
mod origins;
mod pace;
pub mod packed;
mod past;
#[cfg(test)]
mod patch;
mod publish;
mod refusals;
mod remotes;
mod roster;
mod scheduler;
mod seating;
mod shared;
mod stats;
#[cfg(test)]
mod tests;
mod token;
mod tree;
mod views;

pub use catalog::{Catalog, NoLibrary};
pub use clock::{Clock, ManualClock, SystemClock};
pub use config::Config;
pub use directory::Directory;
pub use handle::{CreateRequest, JoinRequest, Listing, MOST_LINKS, Origin, RoomHandle, SyncBy};
pub use histogram::Durations;
pub use journal::{Entry, Happened, Journal};
pub use link::{
    Answer, Answered, Broadcast, Condition, Item, Link, LinkRow, Names, Newcomer, Outgoing, ScoreRow, Seated,
};
pub use past::Place;
pub use refusals::CODES as REFUSALS;
pub(crate) use scheduler::{Berth, Next, Scheduler, Step};
pub use shared::Census;
pub use stats::{Counts, Stats};
pub(crate) use tree::Shorter;
pub use tree::{Branch, Elements, Members, Name as MemberName, Tree};

/// Why a room, or a viewer's seat in it, ended; a normal end is one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum CloseReason {
    /// The game is over, or its host ended it.
    Ended,
    /// The host removed this seat.
    Kicked,
    /// Another connection took the seat over with its token.
    Replaced,
    /// Nobody was there for too long.
    Idle,
    /// The room's game broke.
    Failed,
    /// The server is going away.
    Shutdown,
}

impl CloseReason {
    /// Its name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ended => "ended",
            Self::Kicked => "kicked",
            Self::Replaced => "replaced",
            Self::Idle => "idle",
            Self::Failed => "failed",
            Self::Shutdown => "shutdown",
        }
    }

    /// Words for those it is shown to.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Self::Ended => "The game is over.",
            Self::Kicked => "The host removed you from this room.",
            Self::Replaced => "Your seat was taken over from another window or device.",
            Self::Idle => "Nobody was here for a long time, so this room was closed.",
            Self::Failed => "Something in this room broke, and it had to end.",
            Self::Shutdown => "This server is shutting down.",
        }
    }
}
