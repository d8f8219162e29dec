//! Authoritative rooms: seats, inbox, tick scheduler, views, snapshots and deltas.
//!
//! Knows nothing of Socket.IO, sessions or event names: what goes out goes through a [`Link`].

mod link;

pub use link::{Answer, Broadcast, Item, Link, Outgoing, ScoreRow, Seated};

/// Why a room, or a viewer's seat in it, ended; a normal end is one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CloseReason {
    /// The game is over, or its host ended it.
    Ended,
    /// The host removed this seat.
    Kicked,
    /// Another connection took the seat over with its token.
    Replaced,
    /// Nobody was there for too long.
    Idle,
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
            Self::Shutdown => "shutdown",
        }
    }
}
