//! Counts: what views say of how many there are and who they are, changing at most four times a second.
//!
//! Without it, each of a class's answers would be a frame to everybody in it. It copies; `players` counts.

use std::sync::Arc;

use super::pace::{COUNTS, ROSTER};
use super::players::Players;
use super::view::{Entry, Roster};
use crate::contract::Micros;

/// The counts and the roster as last published.
#[derive(Debug, Default)]
pub(super) struct Counts {
    answered: usize,
    players: usize,
    roster: Arc<Roster>,
    /// When the next change may be published.
    open_at: Micros,
    /// Whether there is one.
    touched: bool,
}

impl Counts {
    /// What is published may no longer be so.
    pub(super) const fn touch(&mut self) {
        self.touched = true;
    }

    /// When the next publication is due, if one is.
    pub(super) fn due(&self) -> Option<Micros> {
        self.touched.then_some(self.open_at)
    }

    /// Publishes what is due at `now`.
    pub(super) fn publish(&mut self, players: &Players, now: Micros) {
        if self.due().is_some_and(|due| due <= now) {
            self.renew(players, now);
        }
    }

    /// Publishes at once, as a phase's beginning does.
    pub(super) fn renew(&mut self, players: &Players, now: Micros) {
        self.answered = players.answered();
        self.players = players.len();
        self.roster = Arc::new(
            players
                .newest(ROSTER)
                .map(|(seat, player)| {
                    let name = Arc::clone(&player.name);
                    (seat, Entry { name, connected: player.connected, score: player.score })
                })
                .collect(),
        );
        self.open_at = now.plus(COUNTS);
        self.touched = false;
    }

    /// How many have answered.
    pub(super) const fn answered(&self) -> usize {
        self.answered
    }

    /// How many players there are.
    pub(super) const fn players(&self) -> usize {
        self.players
    }

    /// The players who joined last.
    pub(super) fn roster(&self) -> Arc<Roster> {
        Arc::clone(&self.roster)
    }
}
