//! The ceremony: the places of the podium, shown one after another from the last to the first.
//!
//! It knows nobody who stands there, and never fires; whoever holds it compares [`Ceremony::next_at`] with the time.

use super::pace;
use crate::contract::Micros;

/// How far the showing of the places has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ceremony {
    shown: usize,
    /// Since when.
    since: Micros,
}

impl Ceremony {
    /// No place is shown yet.
    pub(super) const fn begin(now: Micros) -> Self {
        Self { shown: 0, since: now }
    }

    /// How many places are shown, from the last one up, while there is one left to show among this many players.
    pub(super) fn shown(&self, players: usize) -> Option<usize> {
        (self.shown < players.min(pace::PLACES)).then_some(self.shown)
    }

    /// When the next place shows by itself.
    pub(super) fn next_at(&self, players: usize) -> Option<Micros> {
        self.shown(players).map(|_| self.since.plus(pace::PLACE))
    }

    /// Shows the next place, which then has its whole time.
    pub(super) const fn next(&mut self, now: Micros) {
        *self = Self { shown: self.shown.saturating_add(1), since: now };
    }
}
