//! Counts: what views say of how many there are and who they are, changing at most four times a second; in very large
//! rooms less often.
//!
//! Without it, each of a class's answers would be a frame to everybody in it. It copies; `players` counts.

use std::sync::Arc;

use super::pace::{COUNTS, CROWD, ROSTER};
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
        // 20,000 are told once a second what has changed, as that takes a good part of one.
        let crowds = u32::try_from(players.len() / CROWD).unwrap_or(u32::MAX);
        self.open_at = now.plus(COUNTS.saturating_mul(crowds.max(1)));
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::contract::SeatId;

    #[test]
    fn a_crowd_is_told_less_often() {
        for (seats, pause_ms) in [(10_u32, 250), (9_999, 250), (20_000, 1_000)] {
            let (mut players, mut counts) = (Players::default(), Counts::default());
            (0..seats).for_each(|seat| players.join(SeatId(seat), "p".into()));
            counts.renew(&players, Micros(7));
            counts.touch();
            assert_eq!(counts.due(), Some(Micros(7).plus(Duration::from_millis(pause_ms))), "{seats}");
        }
    }
}
