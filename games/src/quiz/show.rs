//! What a quiz shows: to whom, in which phase.
//!
//! The only place where the key leaves the quiz (`revealed`); the shapes are in `view`.

use std::sync::Arc;

use super::pack::Kind;
use super::phase::Phase;
use super::view::{Ahead, Backstage, Private, Revealed, Row, Shown, View};
use super::{Quiz, pace};
use crate::contract::{Group, Micros, SeatId, Standing, Timer};

impl Quiz {
    /// What this group may know.
    pub(super) fn show(&self, group: Group) -> View {
        let backstage = match group {
            Group::Everyone | Group::Players => None,
            Group::Host | Group::Spectators => {
                Some(Backstage { roster: self.counts.roster(), auto_advance: self.auto_advance })
            }
        };
        View {
            phase: self.phase.stage(),
            index: self.index(),
            total: self.deck.len(),
            title: Arc::clone(&self.deck.title),
            language: self.deck.language.clone(),
            question: self.shown(),
            answered: self.counts.answered(),
            players: self.counts.players(),
            locked: self.locked,
            paused: self.phase.is_paused(),
            reveal: self.revealed(),
            leaderboard: self.leaderboard(),
            unveiled: self.unveiled(),
            backstage,
        }
    }

    /// What this seat alone may know.
    pub(super) fn show_alone(&self, seat: SeatId) -> Option<Private> {
        let player = self.players.player(seat)?;
        let picks = player.answer.map(|answer| answer.picks);
        let ahead = player.correct.and_then(|_| self.players.ahead(player));
        let many = self.phase.round().is_some_and(|round| round.question.kind == Kind::Multiple);
        Some(Private {
            answered: picks.is_some(),
            choice: picks.filter(|_| !many).and_then(|picks| picks.ids().next()),
            choices: picks.filter(|_| many).map(|picks| picks.ids().collect()),
            correct: player.correct,
            gain: player.correct.map(|_| player.gain),
            score: player.score,
            rank: player.rank,
            streak: player.streak,
            ahead: ahead.map(|(ahead, by)| Ahead { name: Arc::clone(&ahead.name), by }),
        })
    }

    /// What is shown of the phase's time.
    pub(super) fn show_time(&self, now: Micros) -> Timer {
        let clock = self.phase.clock();
        let ends_at = match &self.phase {
            Phase::Countdown { clock, .. } | Phase::Question { clock, .. } => clock.ends_at(),
            Phase::Reveal { .. } | Phase::Leaderboard { .. } => self.deadline(),
            Phase::Lobby | Phase::Podium { .. } | Phase::Over => None,
        };
        let left = clock.filter(|clock| clock.is_stopped()).map(|clock| clock.left(now));
        Timer { phase: self.phase.name(), ends_at, left }
    }

    /// Which question it is about, from 0.
    pub(super) fn index(&self) -> usize {
        match &self.phase {
            Phase::Lobby | Phase::Over => 0,
            Phase::Countdown { round, .. }
            | Phase::Question { round, .. }
            | Phase::Reveal { round, .. }
            | Phase::Leaderboard { round, .. } => round.index,
            Phase::Podium { asked, .. } => asked.saturating_sub(1),
        }
    }

    fn shown(&self) -> Option<Shown> {
        match &self.phase {
            Phase::Lobby | Phase::Countdown { .. } | Phase::Podium { .. } | Phase::Over => None,
            Phase::Question { round, .. } | Phase::Reveal { round, .. } | Phase::Leaderboard { round, .. } => {
                Some(Shown(Arc::clone(&round.question)))
            }
        }
    }

    fn revealed(&self) -> Option<Revealed> {
        match &self.phase {
            Phase::Lobby | Phase::Countdown { .. } | Phase::Question { .. } | Phase::Podium { .. } | Phase::Over => {
                None
            }
            Phase::Reveal { round, counts, .. } | Phase::Leaderboard { round, counts, .. } => {
                Some(Revealed { question: Arc::clone(&round.question), counts: counts.clone() })
            }
        }
    }

    fn unveiled(&self) -> Option<usize> {
        self.phase.ceremony()?.shown(self.players.len())
    }

    fn leaderboard(&self) -> Option<Vec<Row>> {
        match &self.phase {
            Phase::Lobby | Phase::Countdown { .. } | Phase::Question { .. } | Phase::Reveal { .. } => None,
            Phase::Leaderboard { .. } | Phase::Podium { .. } | Phase::Over => Some(
                self.players
                    .standings(pace::TOP)
                    .map(|(Standing { seat, score, gain, rank }, name)| {
                        let name = Arc::clone(name);
                        Row { seat, name, score, gain, rank }
                    })
                    .collect(),
            ),
        }
    }
}
