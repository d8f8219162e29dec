//! The quiz: a host asks the questions of a pack, players answer against the clock.
//!
//! Reads no files and knows no sockets: a pack's bytes come from the runtime's library.
//!
//! `lobby -> countdown -> question -> reveal -> leaderboard -> countdown ... -> reveal -> podium`: the last question's
//! leaderboard is the podium. The room's clock runs it: countdown and question end by themselves, reveal and leaderboard wait for the host's `next` unless the quiz was opened with
//! `autoAdvance` or the host has been gone for 20 seconds. A question also ends when everybody connected has answered.
//! Anybody may join until the podium, and answer the current question.
//!
//! # Refusals
//! | code | when |
//! |---|---|
//! | `unknown_pack`, `bad_pack` | opening: no such pack, or not a valid one |
//! | `not_host`, `not_player` | an input of another role's |
//! | `too_early`, `too_late` | an answer that arrived before its question opened, or after it ended |
//! | `paused` | an answer while the time is stopped; `pause` when it is |
//! | `wrong_question` | an answer to a question that is not the current one |
//! | `already_answered` | a second answer |
//! | `bad_answer` | choices that the question does not have, or not in its kind's field |
//! | `wrong_phase`, `not_paused` | a host's input that means nothing at this time |
//! | `bad_time` | `extend` by nothing, or by more than five minutes |
//! | `unknown_seat` | `kick` of nobody |
//! | `locked`, `quiz_over` | joining a locked quiz, or one at its podium |

mod attendance;
mod clock;
mod counts;
mod deck;
mod host;
mod input;
mod pace;
pub mod pack;
mod phase;
mod players;
mod score;
#[cfg(test)]
mod tests;
mod view;

use std::mem;
use std::sync::Arc;

use serde::Deserialize;

use self::attendance::Attendance;
use self::clock::Clock;
use self::counts::Counts;
use self::deck::Deck;
use self::pack::{Kind, Pack};
use self::phase::Phase;
use self::players::{Answer, Players};
use self::view::{Backstage, Revealed, Row, Shown};
use crate::contract::{
    Effects, Flow, Game, Group, Micros, NoEvent, Opening, Person, Refusal, Role, Rules, SeatId, Standing, Tick, Timer,
};

pub use self::deck::Shuffle;
pub use self::input::Input;
pub use self::view::{Private, View};

/// What a quiz is opened with.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Options {
    /// The name of the pack to play.
    pub pack: String,
    /// Whether reveals and leaderboards end by themselves.
    #[serde(default)]
    pub auto_advance: bool,
    /// What is put in another order for this room.
    #[serde(default)]
    pub shuffle: Shuffle,
}

/// A quiz.
#[derive(Debug)]
pub struct Quiz {
    deck: Deck,
    auto_advance: bool,
    locked: bool,
    phase: Phase,
    players: Players,
    attendance: Attendance,
    counts: Counts,
}

impl Game for Quiz {
    type Options = Options;
    type Input = Input;
    type View = View;
    type Private = Private;
    type Event = NoEvent;

    const NAME: &'static str = "quiz";

    fn open(options: Options, opening: Opening<'_>) -> Result<(Self, Rules), Refusal> {
        let bytes = opening.library.document("pack", &options.pack);
        let bytes = bytes.ok_or(Refusal::new("unknown_pack", "There is no pack of this name."))?;
        let pack = Pack::parse(&bytes).map_err(|_faults| Refusal::new("bad_pack", "This pack has faults."))?;
        let quiz = Self {
            deck: Deck::new(pack, options.shuffle, opening.seed),
            auto_advance: options.auto_advance,
            locked: false,
            phase: Phase::Lobby,
            players: Players::default(),
            attendance: Attendance::new(),
            counts: Counts::default(),
        };
        Ok((quiz, Rules { hz: pace::HZ, seats: pace::SEATS, hosted: true, grace: None, quick_match: false }))
    }

    fn join(
        &mut self,
        seat: SeatId,
        person: &Person,
        at: Micros,
        effects: &mut Effects<NoEvent>,
    ) -> Result<(), Refusal> {
        if person.role == Role::Player {
            if self.locked {
                return Err(Refusal::new("locked", "The host lets nobody else in."));
            }
            if matches!(self.phase, Phase::Podium { .. } | Phase::Over) {
                return Err(Refusal::new("quiz_over", "This quiz is over."));
            }
            self.players.join(seat, Arc::clone(&person.name));
            self.counts.touch();
            effects.private.push(seat);
            effects.standings = true;
        }
        self.attendance.join(seat, person.role, at);
        Ok(())
    }

    fn presence(&mut self, seat: SeatId, connected: bool, at: Micros, _: &mut Effects<NoEvent>) {
        if self.attendance.presence(seat, connected, at) {
            self.players.presence(seat, connected, at);
            self.counts.touch();
        }
    }

    fn leave(&mut self, seat: SeatId, at: Micros, effects: &mut Effects<NoEvent>) {
        self.attendance.leave(seat, at);
        if self.players.leave(seat, at) {
            self.counts.touch();
            effects.standings = true;
        }
    }

    fn input(
        &mut self,
        seat: SeatId,
        role: Role,
        input: Input,
        at: Micros,
        effects: &mut Effects<NoEvent>,
    ) -> Result<(), Refusal> {
        match input {
            Input::Answer { index, choice, choices } => {
                self.answer(seat, index, choice, choices.as_deref(), at)?;
                self.counts.touch();
                effects.private.push(seat);
                Ok(())
            }
            Input::Start
            | Input::Next
            | Input::Skip
            | Input::Pause
            | Input::Resume
            | Input::Extend { .. }
            | Input::Lock { .. }
            | Input::Kick { .. }
            | Input::End => {
                if role != Role::Host {
                    return Err(Refusal::new("not_host", "Only the host may do this."));
                }
                self.command(input, at, effects)
            }
        }
    }

    fn tick(&mut self, _: Tick, now: Micros, effects: &mut Effects<NoEvent>) -> Flow {
        if self.deadline().is_some_and(|deadline| deadline <= now) {
            self.next(now, effects);
        } else if self.resumes_at().is_some_and(|resume| resume <= now) {
            self.resume(now);
        }
        if self.abandoned_at().is_some_and(|end| end <= now) {
            self.phase = Phase::Over;
        }
        self.counts.publish(&self.players, now);
        if matches!(self.phase, Phase::Over) {
            return Flow::End;
        }
        let wakes = [self.deadline(), self.resumes_at(), self.abandoned_at(), self.counts.due()];
        wakes.into_iter().flatten().min().map_or(Flow::Sleep, Flow::SleepUntil)
    }

    fn view(&self, group: Group, _: Micros) -> View {
        let backstage = match group {
            Group::Everyone | Group::Players => None,
            Group::Host | Group::Spectators => Some(Backstage {
                roster: self.counts.roster(),
                auto_advance: self.auto_advance,
                language: self.deck.language.clone(),
            }),
        };
        View {
            phase: self.phase.name(),
            index: self.index(),
            total: self.deck.len(),
            title: Arc::clone(&self.deck.title),
            question: self.shown(),
            answered: self.counts.answered(),
            players: self.counts.players(),
            locked: self.locked,
            paused: self.phase.is_paused(),
            reveal: self.revealed(),
            leaderboard: self.leaderboard(),
            backstage,
        }
    }

    fn view_bound(&self) -> usize {
        pace::VIEW_BOUND
    }

    fn private(&self, seat: SeatId) -> Option<Private> {
        let player = self.players.player(seat)?;
        let picks = player.answer.map(|answer| answer.picks);
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
        })
    }

    fn standings(&self, top: usize) -> (Vec<Standing>, usize) {
        (self.players.standings(top).map(|(standing, _)| standing).collect(), self.players.len())
    }

    fn timer(&self, now: Micros) -> Option<Timer> {
        let clock = self.phase.clock();
        let ends_at = match &self.phase {
            Phase::Countdown { clock, .. } | Phase::Question { clock, .. } => clock.ends_at(),
            Phase::Reveal { .. } | Phase::Leaderboard { .. } => self.deadline(),
            Phase::Lobby | Phase::Podium { .. } | Phase::Over => None,
        };
        let left = clock.filter(|clock| clock.is_stopped()).map(|clock| clock.left(now));
        Some(Timer { phase: self.phase.name(), ends_at, left })
    }

    fn phase(&self) -> &'static str {
        self.phase.name()
    }
}

impl Quiz {
    /// Takes a player's answer that arrived at `at`.
    fn answer(
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

    /// When the phase ends, unless something happens before.
    fn deadline(&self) -> Option<Micros> {
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

    /// When a stopped clock runs on although nobody said so: its host is gone.
    fn resumes_at(&self) -> Option<Micros> {
        self.attendance.host_gone().filter(|_| self.phase.is_paused()).map(|gone| gone.plus(pace::PAUSE_WAIT))
    }

    /// When the room ends because those it is for are gone.
    fn abandoned_at(&self) -> Option<Micros> {
        let empty = self.attendance.empty().map(|since| since.plus(pace::EMPTY));
        let hostless = self.attendance.host_gone().filter(|_| matches!(self.phase, Phase::Lobby));
        [empty, hostless.map(|since| since.plus(pace::LOBBY_WAIT))].into_iter().flatten().min()
    }

    /// Goes one phase on.
    fn next(&mut self, at: Micros, effects: &mut Effects<NoEvent>) {
        self.phase = match mem::replace(&mut self.phase, Phase::Over) {
            Phase::Lobby => self.announce(0, at),
            Phase::Countdown { round, .. } => {
                let clock = Clock::start(round.question.time, at);
                Phase::Question { round, clock }
            }
            Phase::Question { round, .. } => {
                let counts = self.players.settle(&round.question);
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
    fn announce(&mut self, index: usize, at: Micros) -> Phase {
        self.players.ask();
        match self.deck.round(index) {
            Some(round) => Phase::Countdown { round, clock: Clock::start(pace::COUNTDOWN, at) },
            None => Phase::Podium { asked: index, since: at },
        }
    }

    /// The phase has just begun: its counts are shown at once, and what each player knows has changed.
    fn entered(&mut self, at: Micros, effects: &mut Effects<NoEvent>) {
        self.counts.renew(&self.players, at);
        effects.private_all = true;
        effects.standings = true;
    }

    fn resume(&mut self, at: Micros) {
        if let Some(clock) = self.phase.clock_mut() {
            clock.resume(at);
        }
    }

    fn index(&self) -> usize {
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

const fn too_early() -> Refusal {
    Refusal { code: "too_early", message: std::borrow::Cow::Borrowed("The question is not open yet.") }
}

const fn too_late() -> Refusal {
    Refusal { code: "too_late", message: std::borrow::Cow::Borrowed("The question is closed.") }
}
