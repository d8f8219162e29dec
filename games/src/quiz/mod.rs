//! The quiz: a host asks the questions of a pack, players answer against the clock.
//!
//! Reads no files and knows no sockets: a pack's bytes come from the runtime's library.
//!
//! `lobby -> countdown -> question -> reveal -> leaderboard -> countdown ... -> reveal -> podium`: the last question's
//! leaderboard is the podium, whose places are shown one after another. The room's clock runs it: countdown and question end by themselves, reveal and leaderboard wait for the host's `next` unless the quiz was opened with
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
//! | `wrong_phase`, `not_paused` | a host's input that means nothing at this time; the summary before all places are shown |
//! | `bad_time` | `extend` by nothing, or by more than five minutes |
//! | `unknown_seat` | `kick` of nobody |
//! | `locked`, `quiz_over` | joining a locked quiz, or one at its podium |

mod answer;
mod attendance;
mod ceremony;
mod clock;
mod counts;
mod course;
mod deck;
mod host;
mod input;
mod pace;
pub mod pack;
mod phase;
mod players;
mod score;
mod show;
mod summary;
mod tally;
#[cfg(test)]
mod tests;
mod view;

use std::sync::Arc;

use serde::Deserialize;

use self::attendance::Attendance;
use self::counts::Counts;
use self::deck::Deck;
use self::pack::Pack;
use self::phase::Phase;
use self::players::Players;
use self::tally::Tally;
use crate::about::{About, Parameter, Seats, Takes};
use crate::contract::{
    Effects, Flow, Game, Group, Micros, NoEvent, Opening, Person, Refusal, Role, Rules, SeatId, Standing, Tick, Timer,
};

pub use self::deck::Shuffle;
pub use self::input::Input;
pub use self::summary::Summary;
pub use self::view::{Private, View};

/// What a quiz is opened with.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "QuizOptions"))]
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
    /// What each settled round came to, from the first one on.
    tallies: Vec<Tally>,
}

impl Game for Quiz {
    type Options = Options;
    type Input = Input;
    type View = View;
    type Private = Private;
    type Event = NoEvent;
    type Summary = Summary;

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
            tallies: Vec::new(),
        };
        Ok((quiz, Rules { hz: pace::HZ, seats: pace::SEATS, hosted: true, grace: None, quick_match: false }))
    }

    fn about() -> About {
        let option = |name, takes| Parameter { name, takes };
        About {
            title: "Quiz",
            hosted: true,
            quick_match: false,
            seats: Some(Seats { default: pace::SEATS, most: pace::SEATS }),
            options: vec![
                option("pack", Takes::Document { document: "pack" }),
                option("autoAdvance", Takes::Flag { default: false }),
                option("shuffle", Takes::Word { words: &["none", "questions", "choices", "both"] }),
            ],
        }
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
        } else if self.next_place_at().is_some_and(|due| due <= now) {
            self.show_place(now);
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
        let wakes = [self.deadline(), self.next_place_at(), self.resumes_at(), self.abandoned_at(), self.counts.due()];
        wakes.into_iter().flatten().min().map_or(Flow::Sleep, Flow::SleepUntil)
    }

    fn view(&self, group: Group, _: Micros) -> View {
        self.show(group)
    }

    fn view_bound(&self) -> usize {
        pace::VIEW_BOUND
    }

    fn private(&self, seat: SeatId) -> Option<Private> {
        self.show_alone(seat)
    }

    fn standings(&self, top: usize) -> (Vec<Standing>, usize) {
        (self.players.standings(top).map(|(standing, _)| standing).collect(), self.players.len())
    }

    fn summary(&self) -> Result<Summary, Refusal> {
        self.sum_up()
    }

    fn timer(&self, now: Micros) -> Option<Timer> {
        Some(self.show_time(now))
    }

    fn phase(&self) -> &'static str {
        self.phase.name()
    }
}
