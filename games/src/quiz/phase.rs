//! Phases: where a quiz stands, with what only that phase has.
//!
//! Each is consumed to make the next (`Quiz::next`); what is refused in which phase is the quiz's to say.

use serde::Serialize;

use super::ceremony::Ceremony;
use super::clock::Clock;
use super::deck::Round;
use crate::contract::Micros;

/// Where a quiz stands.
#[derive(Debug)]
pub(super) enum Phase {
    /// Before the start.
    Lobby,
    /// A question is announced.
    Countdown {
        /// Which.
        round: Round,
        /// Till it opens.
        clock: Clock,
    },
    /// A question may be answered.
    Question {
        /// Which.
        round: Round,
        /// Till it ends.
        clock: Clock,
    },
    /// The answer is shown.
    Reveal {
        /// Of which question.
        round: Round,
        /// Till the leaderboard, if the quiz goes on by itself.
        clock: Clock,
        /// How many chose each choice.
        counts: Vec<u32>,
    },
    /// The best are shown, and the answer still.
    Leaderboard {
        /// After which question.
        round: Round,
        /// Till the next question, if the quiz goes on by itself.
        clock: Clock,
        /// How many chose each choice.
        counts: Vec<u32>,
    },
    /// It is decided.
    Podium {
        /// How many questions were left behind.
        asked: usize,
        /// Which places are shown.
        ceremony: Ceremony,
        /// Since when.
        since: Micros,
    },
    /// The room is to end.
    Over,
}

/// Where a quiz stands, as it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Phase"))]
pub(super) enum Stage {
    /// Before the start.
    Lobby,
    /// A question is announced.
    Countdown,
    /// A question may be answered.
    Question,
    /// The answer is shown.
    Reveal,
    /// The best are shown, and the answer still.
    Leaderboard,
    /// It is decided.
    Podium,
}

impl Stage {
    /// Its name on the wire.
    const fn name(self) -> &'static str {
        match self {
            Self::Lobby => "lobby",
            Self::Countdown => "countdown",
            Self::Question => "question",
            Self::Reveal => "reveal",
            Self::Leaderboard => "leaderboard",
            Self::Podium => "podium",
        }
    }
}

impl Phase {
    /// What of it is told.
    pub(super) const fn stage(&self) -> Stage {
        match self {
            Self::Lobby => Stage::Lobby,
            Self::Countdown { .. } => Stage::Countdown,
            Self::Question { .. } => Stage::Question,
            Self::Reveal { .. } => Stage::Reveal,
            Self::Leaderboard { .. } => Stage::Leaderboard,
            Self::Podium { .. } | Self::Over => Stage::Podium,
        }
    }

    /// Its name on the wire.
    pub(super) const fn name(&self) -> &'static str {
        self.stage().name()
    }

    /// The question it is about.
    pub(super) const fn round(&self) -> Option<&Round> {
        match self {
            Self::Countdown { round, .. }
            | Self::Question { round, .. }
            | Self::Reveal { round, .. }
            | Self::Leaderboard { round, .. } => Some(round),
            Self::Lobby | Self::Podium { .. } | Self::Over => None,
        }
    }

    /// Its time.
    pub(super) const fn clock(&self) -> Option<&Clock> {
        match self {
            Self::Countdown { clock, .. }
            | Self::Question { clock, .. }
            | Self::Reveal { clock, .. }
            | Self::Leaderboard { clock, .. } => Some(clock),
            Self::Lobby | Self::Podium { .. } | Self::Over => None,
        }
    }

    /// Its time, to be changed.
    pub(super) const fn clock_mut(&mut self) -> Option<&mut Clock> {
        match self {
            Self::Countdown { clock, .. }
            | Self::Question { clock, .. }
            | Self::Reveal { clock, .. }
            | Self::Leaderboard { clock, .. } => Some(clock),
            Self::Lobby | Self::Podium { .. } | Self::Over => None,
        }
    }

    /// The showing of the podium's places.
    pub(super) const fn ceremony(&self) -> Option<&Ceremony> {
        match self {
            Self::Podium { ceremony, .. } => Some(ceremony),
            Self::Lobby
            | Self::Countdown { .. }
            | Self::Question { .. }
            | Self::Reveal { .. }
            | Self::Leaderboard { .. }
            | Self::Over => None,
        }
    }

    /// Whether its time is stopped.
    pub(super) fn is_paused(&self) -> bool {
        self.clock().is_some_and(Clock::is_stopped)
    }
}
