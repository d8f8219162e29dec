//! Inputs: what players and the host may ask a quiz for.
//!
//! Shapes only; what is refused when is in the quiz.

use serde::{Deserialize, Serialize};

use crate::contract::SeatId;

/// What a seat may ask for. Every variant but `answer` is the host's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "QuizInput"))]
pub enum Input {
    /// Answer the current question: the first valid one counts.
    Answer {
        /// Which question is answered, from 0.
        index: u32,
        /// The id of the chosen choice, for every kind but `multiple`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        choice: Option<u32>,
        /// The ids of the chosen choices, for `multiple`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        choices: Option<Vec<u32>>,
    },
    /// Leave the lobby for the first question.
    Start,
    /// Go one phase on; at the podium, show its next place.
    Next,
    /// Cut short what runs: a countdown opens its question, a question shows its answer, from the reveal on the
    /// next question is announced, without a leaderboard, and the podium shows its next place.
    Skip,
    /// Stop the time.
    Pause,
    /// Let the time run on.
    Resume,
    /// Give more time to the running question.
    Extend {
        /// How much, in milliseconds, 1 to 300,000.
        ms: u32,
    },
    /// Let no more players in, or let them in again.
    Lock {
        /// Whether the quiz is to be locked.
        locked: bool,
    },
    /// Remove a player for good.
    Kick {
        /// Whom.
        seat: SeatId,
    },
    /// Go to the podium with the scores so far; in the lobby and at the podium: end the room.
    End,
}
