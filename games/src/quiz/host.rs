//! The host's commands: what each does, and when it means nothing.
//!
//! That they come from the host has been checked before (`Quiz::input`).

use std::mem;
use std::time::Duration;

use super::ceremony::Ceremony;
use super::phase::Phase;
use super::{Input, Quiz, pace};
use crate::contract::{Effects, Micros, NoEvent, Refusal, SeatId};

impl Quiz {
    /// Carries out an input that only the host may send.
    pub(super) fn command(&mut self, input: Input, at: Micros, effects: &mut Effects<NoEvent>) -> Result<(), Refusal> {
        match input {
            // Not a command; `Quiz::input` keeps answers to itself.
            Input::Answer { .. } => Err(Refusal::new("not_player", "Only players may answer.")),
            Input::Start => self.start(at, effects),
            Input::Next => self.go_on(at, effects),
            Input::Skip => self.skip(at, effects),
            Input::Pause => self.pause(at),
            Input::Resume => self.unpause(at),
            Input::Extend { ms } => self.extend(ms),
            Input::Lock { locked } => {
                self.locked = locked;
                effects.lock = Some(locked);
                Ok(())
            }
            Input::Kick { seat } => self.kick(seat, effects),
            Input::End => {
                self.end(at, effects);
                Ok(())
            }
        }
    }

    fn start(&mut self, at: Micros, effects: &mut Effects<NoEvent>) -> Result<(), Refusal> {
        match self.phase {
            Phase::Lobby => self.next(at, effects),
            Phase::Countdown { .. }
            | Phase::Question { .. }
            | Phase::Reveal { .. }
            | Phase::Leaderboard { .. }
            | Phase::Podium { .. }
            | Phase::Over => return Err(wrong_phase()),
        }
        Ok(())
    }

    fn go_on(&mut self, at: Micros, effects: &mut Effects<NoEvent>) -> Result<(), Refusal> {
        match &mut self.phase {
            Phase::Lobby | Phase::Over => return Err(wrong_phase()),
            Phase::Podium { .. } => {
                if !self.show_place(at) {
                    return Err(wrong_phase());
                }
            }
            // A question opens in a step, as it is sent out: nobody's time runs before they can see it.
            Phase::Countdown { clock, .. } => clock.finish(at),
            Phase::Question { .. } | Phase::Reveal { .. } | Phase::Leaderboard { .. } => self.next(at, effects),
        }
        Ok(())
    }

    fn skip(&mut self, at: Micros, effects: &mut Effects<NoEvent>) -> Result<(), Refusal> {
        match &self.phase {
            Phase::Lobby | Phase::Over => return Err(wrong_phase()),
            Phase::Countdown { .. } | Phase::Question { .. } | Phase::Podium { .. } => return self.go_on(at, effects),
            Phase::Reveal { round, .. } | Phase::Leaderboard { round, .. } => {
                self.phase = self.announce(round.index.saturating_add(1), at);
                self.entered(at, effects);
            }
        }
        Ok(())
    }

    fn pause(&mut self, at: Micros) -> Result<(), Refusal> {
        let clock = self.phase.clock_mut().ok_or_else(wrong_phase)?;
        if clock.is_stopped() {
            return Err(Refusal::new("paused", "The time is stopped already."));
        }
        clock.stop(at);
        Ok(())
    }

    fn unpause(&mut self, at: Micros) -> Result<(), Refusal> {
        if !self.phase.is_paused() {
            return Err(Refusal::new("not_paused", "The time is not stopped."));
        }
        self.resume(at);
        Ok(())
    }

    fn extend(&mut self, ms: u32) -> Result<(), Refusal> {
        if !(1..=pace::EXTEND_MS).contains(&ms) {
            return Err(Refusal::new("bad_time", "A question can be extended by up to five minutes."));
        }
        match &mut self.phase {
            Phase::Question { clock, .. } => clock.extend(Duration::from_millis(ms.into()), pace::LONGEST),
            Phase::Lobby
            | Phase::Countdown { .. }
            | Phase::Reveal { .. }
            | Phase::Leaderboard { .. }
            | Phase::Podium { .. }
            | Phase::Over => return Err(wrong_phase()),
        }
        Ok(())
    }

    /// The runtime takes the seat away, which comes back here as `leave`.
    fn kick(&self, seat: SeatId, effects: &mut Effects<NoEvent>) -> Result<(), Refusal> {
        if self.players.player(seat).is_none() {
            return Err(Refusal::new("unknown_seat", "There is no such player."));
        }
        // A name that was removed is to be seen nowhere.
        effects.private.extend(self.players.behind(seat));
        effects.remove.push((seat, Refusal::new("kicked", "The host has removed you.")));
        Ok(())
    }

    fn end(&mut self, at: Micros, effects: &mut Effects<NoEvent>) {
        self.phase = match mem::replace(&mut self.phase, Phase::Over) {
            Phase::Lobby | Phase::Podium { .. } | Phase::Over => Phase::Over,
            Phase::Countdown { round, .. }
            | Phase::Question { round, .. }
            | Phase::Reveal { round, .. }
            | Phase::Leaderboard { round, .. } => {
                self.players.ask();
                Phase::Podium { asked: round.index.saturating_add(1), ceremony: Ceremony::begin(at), since: at }
            }
        };
        self.entered(at, effects);
    }
}

pub(super) fn wrong_phase() -> Refusal {
    Refusal::new("wrong_phase", "That can't be done at this point of the quiz.")
}
