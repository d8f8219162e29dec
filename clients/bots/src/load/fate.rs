//! What goes wrong for a client on purpose, and when.
//!
//! Does nothing of it: the player does, who asks.

use tokio::time::Instant;

use super::crowd::{Crowd, Window};
use super::line::next;
use super::plan::Scenario;

/// What goes wrong for a client on purpose, and when.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Fate {
    Steady,
    /// Reads until then.
    Stalls(Instant),
    /// Does not read until then.
    Deaf(Instant),
    /// Reads what waited, until it is up to date.
    Behind,
    Drops(Instant),
    /// Went through it.
    Back,
}

impl Fate {
    /// The middle half of the window is when things go wrong: for each who stalls, in three of its four quarters. If all came
    /// back at one moment, it would be the load generator that is measured.
    pub(super) fn of(crowd: &Crowd, nth: usize, window: Window, rng: &mut u64) -> Self {
        let length = window.to - window.from;
        match crowd.plan.scenario {
            _ if !crowd.plan.chosen(nth) => Self::Steady,
            _ if crowd.plan.calm => Self::Back,
            Scenario::Slow => Self::Stalls(window.from + length / 4 + (length / 8).mul_f64(moment(nth))),
            Scenario::Reconnect => {
                let part = (next(rng) % 1_000) as f64 / 1_000.0;
                Self::Drops(window.from + length / 4 + (length / 2).mul_f64(part))
            }
            Scenario::Arena | Scenario::Idle | Scenario::Storm | Scenario::Quiz => Self::Steady,
        }
    }

    pub(super) fn deaf(self) -> bool {
        matches!(self, Self::Deaf(_))
    }

    pub(super) fn turns(self) -> bool {
        matches!(self, Self::Stalls(_) | Self::Deaf(_) | Self::Drops(_))
    }

    pub(super) fn turn(self) -> Instant {
        match self {
            Self::Stalls(at) | Self::Deaf(at) | Self::Drops(at) => at,
            Self::Steady | Self::Behind | Self::Back => Instant::now(),
        }
    }

    pub(super) fn turned(self, crowd: &Crowd) -> Self {
        match self {
            Self::Stalls(at) => {
                crowd.tally.tried.add(1);
                Self::Deaf(at + crowd.stall)
            }
            Self::Deaf(_) => Self::Behind,
            other => other,
        }
    }
}

/// A part of 1 for the client of this number. Multiples of the golden ratio are spread evenly however many there are.
fn moment(nth: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "there are far fewer than 2^52 clients")]
    (nth as f64 * 0.618_033_988_749_894_8).fract()
}
