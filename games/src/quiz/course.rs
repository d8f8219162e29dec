//! The course of a quiz: which phase follows which, and when by itself.
//!
//! What the host may do to it is in `host`.

use std::mem;

use super::ceremony::Ceremony;
use super::clock::Clock;
use super::phase::Phase;
use super::{Quiz, pace};
use crate::contract::{Effects, Micros, NoEvent};

impl Quiz {
    /// When the phase ends, unless something happens before.
    pub(super) fn deadline(&self) -> Option<Micros> {
        match &self.phase {
            Phase::Lobby | Phase::Over => None,
            Phase::Countdown { clock, .. } => clock.ends_at(),
            Phase::Question { clock, .. } => {
                let end = clock.ends_at()?.plus(pace::SLACK);
                Some(self.players.complete().map_or(end, |complete| end.min(complete)))
            }
            Phase::Reveal { clock, .. } | Phase::Leaderboard { clock, .. } => {
                let end = clock.ends_at()?;
                if self.auto_advance {
                    return Some(end);
                }
                self.attendance.host_gone().map(|gone| end.max(gone.plus(pace::HOST_WAIT)))
            }
            Phase::Podium { since, .. } => Some(since.plus(pace::PODIUM)),
        }
    }

    /// When the next place of the podium shows by itself.
    pub(super) fn next_place_at(&self) -> Option<Micros> {
        self.phase.ceremony()?.next_at(self.players.len())
    }

    /// Shows the next place of the podium; whether there was one left.
    pub(super) fn show_place(&mut self, at: Micros) -> bool {
        let left = self.next_place_at().is_some();
        if let Phase::Podium { ceremony, .. } = &mut self.phase
            && left
        {
            ceremony.next(at);
        }
        left
    }

    /// When a stopped clock runs on although nobody said so: its host is gone.
    pub(super) fn resumes_at(&self) -> Option<Micros> {
        self.attendance.host_gone().filter(|_| self.phase.is_paused()).map(|gone| gone.plus(pace::PAUSE_WAIT))
    }

    /// When the room ends because those it is for are gone.
    pub(super) fn abandoned_at(&self) -> Option<Micros> {
        let empty = self.attendance.empty().map(|since| since.plus(pace::EMPTY));
        let hostless = self.attendance.host_gone().filter(|_| matches!(self.phase, Phase::Lobby));
        [empty, hostless.map(|since| since.plus(pace::LOBBY_WAIT))].into_iter().flatten().min()
    }

    /// Goes one phase on.
    pub(super) fn next(&mut self, at: Micros, effects: &mut Effects<NoEvent>) {
        self.phase = match mem::replace(&mut self.phase, Phase::Over) {
            Phase::Lobby => self.announce(0, at),
            Phase::Countdown { round, .. } => {
                let clock = Clock::start(round.question.time, at);
                Phase::Question { round, clock }
            }
            Phase::Question { round, .. } => {
                let tally = self.players.settle(&round.question);
                let counts = tally.counts.clone();
                self.tallies.push(tally);
                Phase::Reveal { round, clock: Clock::start(pace::REVEAL, at), counts }
            }
            Phase::Reveal { round, .. } if round.index.saturating_add(1) >= self.deck.len() => {
                self.announce(self.deck.len(), at)
            }
            Phase::Reveal { round, counts, .. } => {
                Phase::Leaderboard { round, clock: Clock::start(pace::LEADERBOARD, at), counts }
            }
            Phase::Leaderboard { round, .. } => self.announce(round.index.saturating_add(1), at),
            Phase::Podium { .. } | Phase::Over => Phase::Over,
        };
        self.entered(at, effects);
    }

    /// The countdown to question `index`, or the podium if there is none.
    pub(super) fn announce(&mut self, index: usize, at: Micros) -> Phase {
        self.players.ask();
        match self.deck.round(index) {
            Some(round) => Phase::Countdown { round, clock: Clock::start(pace::COUNTDOWN, at) },
            None => Phase::Podium { asked: index, ceremony: Ceremony::begin(at), since: at },
        }
    }

    /// The phase has just begun: its counts are shown at once, and what each player knows has changed.
    pub(super) fn entered(&mut self, at: Micros, effects: &mut Effects<NoEvent>) {
        self.counts.renew(&self.players, at);
        effects.private_all = true;
        effects.standings = true;
    }

    pub(super) fn resume(&mut self, at: Micros) {
        if let Some(clock) = self.phase.clock_mut() {
            clock.resume(at);
        }
    }
}
