//! The journal: what happened in a room, in order, so that an outsider can recompute its scores.
//!
//! Writes nowhere: the floor above brings the [`Journal`]. Without one, nothing is put together.

use std::fmt::Debug;

use parlor_games::contract::{Micros, Role, SeatId, Tick};
use serde::Serialize;
use serde_json::Value;

use super::Tree;

/// Where entries go. Called from tick threads, so nothing in it may wait for long.
pub trait Journal: Send + Sync + Debug + 'static {
    /// One more entry. Those of one room come in order.
    fn record(&self, entry: &Entry<'_>);
}

/// One thing that happened. Serializes to one flat object.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry<'a> {
    /// The room's code.
    pub room: &'a str,
    /// The tick in which it was applied.
    pub tick: Tick,
    /// When it arrived: microseconds since the room opened.
    pub at: Micros,
    /// The same, in milliseconds since the Unix epoch on the server's clock.
    pub t: f64,
    /// What happened.
    #[serde(flatten)]
    pub what: Happened<'a>,
}

/// What an [`Entry`] tells of.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "what", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Happened<'a> {
    /// The room opened. Game, options and seed, with what follows, make the same room again.
    Opened {
        /// The kind of game, by its name.
        game: &'static str,
        /// What it was opened with.
        options: &'a Value,
        /// What its chance came of.
        seed: u64,
    },
    /// Somebody took a seat.
    Joined {
        /// Which.
        seat: SeatId,
        /// What they are called.
        name: &'a str,
        /// As what they came.
        role: Role,
    },
    /// A seat came back on another connection, or dropped.
    Presence {
        /// Which.
        seat: SeatId,
        /// Whether it has a connection.
        connected: bool,
    },
    /// A seat was given up for good.
    Left {
        /// Which.
        seat: SeatId,
    },
    /// An input was applied, or refused by the game.
    Input {
        /// Whose.
        seat: SeatId,
        /// What they are called.
        name: &'a str,
        /// As the game read it.
        input: Tree,
        /// Why it was refused, by its code; left out if it was applied.
        #[serde(skip_serializing_if = "Option::is_none")]
        refused: Option<&'static str>,
    },
    /// A phase started, paused, resumed or was given more time.
    Timer {
        /// Its name.
        phase: &'static str,
        /// When its time is up, since the room opened; left out if it has no end.
        #[serde(skip_serializing_if = "Option::is_none")]
        ends_at: Option<Micros>,
        /// Whether its time passes.
        running: bool,
    },
    /// From here on a step stands for so many ticks.
    Paced {
        /// How many.
        stride: u64,
    },
    /// The room ended.
    Ended {
        /// Why, by its code.
        reason: &'static str,
    },
}
