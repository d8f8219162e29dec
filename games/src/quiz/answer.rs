//! Answers: when one is taken, and why it is refused.
//!
//! Nothing here knows the key: what an answer is worth is found out when its round is settled (`players`).

use super::Quiz;
use super::phase::Phase;
use super::players::Answer;
use crate::contract::{Micros, Refusal, SeatId};

impl Quiz {
    /// Takes a player's answer that arrived at `at`.
    pub(super) fn answer(
        &mut self,
        seat: SeatId,
        index: u32,
        choice: Option<u32>,
        choices: Option<&[u32]>,
        at: Micros,
    ) -> Result<(), Refusal> {
        if self.players.player(seat).is_none() {
            return Err(Refusal::new("not_player", "Only players may answer."));
        }
        if self.phase.round().is_some_and(|round| usize::try_from(index) != Ok(round.index)) {
            return Err(Refusal::new("wrong_question", "That question is not being asked."));
        }
        let (round, clock) = match &self.phase {
            Phase::Lobby | Phase::Countdown { .. } => return Err(too_early()),
            Phase::Question { round, clock } => (round, clock),
            Phase::Reveal { .. } | Phase::Leaderboard { .. } | Phase::Podium { .. } | Phase::Over => {
                return Err(too_late());
            }
        };
        let Some(since) = clock.since() else {
            return Err(Refusal::new("paused", "The host has stopped the time."));
        };
        if at < since {
            return Err(too_early());
        }
        if clock.left(at).is_zero() {
            return Err(too_late());
        }
        let picks = round.question.picks(choice, choices);
        let answer = picks.map(|picks| Answer { picks, spent: clock.spent(at) });
        let answer = answer.ok_or(Refusal::new("bad_answer", "This question has no such answer."))?;
        if !self.players.answer(seat, answer) {
            return Err(Refusal::new("already_answered", "Your answer is in already."));
        }
        Ok(())
    }
}

const fn too_early() -> Refusal {
    Refusal { code: "too_early", message: std::borrow::Cow::Borrowed("The question is not open yet.") }
}

const fn too_late() -> Refusal {
    Refusal { code: "too_late", message: std::borrow::Cow::Borrowed("The question is closed.") }
}
