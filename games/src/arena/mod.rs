//! The arena: a board of moving players who pick up coins. The smallest real-time game.
//!
//! Everyone may know everything. Who is next to what is the `board`'s to say.
//!
//! # Refusals
//! | code | when |
//! |---|---|
//! | `bad_options` | opening with an option out of its range |
//! | `bad_number` | a move whose `dx` or `dy` is not a number |
//! | `not_player` | a move of a spectator |

mod board;
mod body;
mod options;
#[cfg(test)]
mod tests;
mod view;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use rand::SeedableRng as _;
use rand::rngs::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use self::board::Board;
use self::body::{Body, Heading};
use crate::about::About;
use crate::contract::{
    Effects, Flow, Game, Group, Micros, NoEvent, NoSummary, Opening, Person, Refusal, Role, Rules, SeatId, Standing,
    Tick,
};

pub use self::options::Options;
pub use self::view::{Private, View};

/// What a seat may ask for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase", from = "Sent")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "ArenaInput"))]
pub enum Input {
    /// Head this way from the next tick on, until told otherwise.
    Move {
        /// The sender's own number for it; comes back in its private view.
        seq: u64,
        /// To the right; clamped to -1..1.
        dx: f64,
        /// Down; clamped to -1..1.
        dy: f64,
    },
}

/// An input as it is sent. Read as one struct: serde collects the fields of a tagged enum before it reads any, which takes
/// three times as long, thousands of times a second.
#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(inline))]
struct Sent {
    #[serde(rename = "type")]
    kind: Kind,
    #[serde(default)]
    seq: u64,
    dx: f64,
    dy: f64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(inline))]
enum Kind {
    Move,
}

impl From<Sent> for Input {
    fn from(Sent { kind: Kind::Move, seq, dx, dy }: Sent) -> Self {
        Self::Move { seq, dx, dy }
    }
}

/// A board and who is on it.
#[derive(Debug)]
pub struct Arena {
    hz: u16,
    /// How many ticks a step stands for.
    stride: u32,
    seats: u32,
    visible: Option<usize>,
    rng: ChaCha8Rng,
    board: Board,
    bodies: BTreeMap<SeatId, Body>,
    /// Everybody, best first: a view of some of thousands must not sort them all.
    best: BTreeSet<(Reverse<i64>, SeatId)>,
    /// Who moves. The others cost a step nothing.
    moving: BTreeSet<SeatId>,
    /// Seats of all roles.
    people: BTreeSet<SeatId>,
    /// Since when there is nobody.
    empty: Option<Micros>,
}

impl Game for Arena {
    type Options = Options;
    type Input = Input;
    type View = View;
    type Private = Private;
    type Event = NoEvent;
    type Summary = NoSummary;

    const NAME: &'static str = "arena";

    fn open(options: Options, opening: Opening<'_>) -> Result<(Self, Rules), Refusal> {
        options.check()?;
        let mut rng = ChaCha8Rng::seed_from_u64(opening.seed);
        let board = Board::new(options.size.into(), options.coins, &mut rng);
        let arena = Self {
            hz: options.hz,
            stride: 1,
            seats: options.seats,
            visible: options.visible.and_then(|visible| usize::try_from(visible).ok()),
            rng,
            board,
            bodies: BTreeMap::new(),
            best: BTreeSet::new(),
            moving: BTreeSet::new(),
            people: BTreeSet::new(),
            empty: Some(Micros(0)),
        };
        let rules =
            Rules { hz: options.hz, seats: options.seats, hosted: false, grace: Some(GRACE), quick_match: true };
        Ok((arena, rules))
    }

    fn about() -> About {
        About {
            title: "Arena",
            hosted: false,
            quick_match: true,
            seats: Some(Options::seating()),
            options: Options::about(),
        }
    }

    fn join(
        &mut self,
        seat: SeatId,
        person: &Person,
        _: Micros,
        effects: &mut Effects<NoEvent>,
    ) -> Result<(), Refusal> {
        if person.role == Role::Player && !self.bodies.contains_key(&seat) {
            let (x, y) = self.board.anywhere(&mut self.rng);
            self.bodies.insert(seat, Body::new(x, y));
            self.best.insert((Reverse(0), seat));
            effects.private.push(seat);
            effects.standings = true;
        }
        self.people.insert(seat);
        self.empty = None;
        Ok(())
    }

    fn presence(&mut self, seat: SeatId, connected: bool, _: Micros, _: &mut Effects<NoEvent>) {
        if !connected && let Some(body) = self.bodies.get_mut(&seat) {
            body.heading = Heading::STILL;
            self.moving.remove(&seat);
        }
    }

    fn leave(&mut self, seat: SeatId, at: Micros, effects: &mut Effects<NoEvent>) {
        if let Some(body) = self.bodies.remove(&seat) {
            self.best.remove(&(Reverse(body.score), seat));
            self.moving.remove(&seat);
            effects.standings = true;
        }
        if self.people.remove(&seat) && self.people.is_empty() {
            self.empty = Some(at);
        }
    }

    fn input(
        &mut self,
        seat: SeatId,
        _: Role,
        input: Input,
        _: Micros,
        effects: &mut Effects<NoEvent>,
    ) -> Result<(), Refusal> {
        let Input::Move { seq, dx, dy } = input;
        let body = self.bodies.get_mut(&seat).ok_or(Refusal::new("not_player", "Only players move."))?;
        body.heading = Heading::new(dx, dy).ok_or(Refusal::new("bad_number", "A direction is two numbers."))?;
        body.seq = seq;
        if body.heading == Heading::STILL {
            self.moving.remove(&seat);
        } else {
            self.moving.insert(seat);
        }
        effects.private.push(seat);
        Ok(())
    }

    fn pace(&mut self, stride: u32) {
        self.stride = stride;
    }

    fn tick(&mut self, _: Tick, now: Micros, effects: &mut Effects<NoEvent>) -> Flow {
        if let Some(end) = self.empty.map(|since| since.plus(EMPTY)) {
            return if end <= now { Flow::End } else { Flow::SleepUntil(end) };
        }
        // Not the time since the step before: after a sleep, in which nobody moved, there is nothing to catch up on.
        let reach = self.board.size() * SPEED * f64::from(self.stride) / f64::from(self.hz);
        for &seat in &self.moving {
            let Some(body) = self.bodies.get_mut(&seat) else { continue };
            body.step(reach, self.board.size());
            let picked = self.board.pick_up(body.x, body.y, &mut self.rng);
            if picked > 0 {
                self.best.remove(&(Reverse(body.score), seat));
                body.score = body.score.saturating_add(picked);
                self.best.insert((Reverse(body.score), seat));
                effects.standings = true;
            }
        }
        if self.moving.is_empty() { Flow::Sleep } else { Flow::EveryTick }
    }

    fn group(&self, _: Role) -> Group {
        Group::Everyone
    }

    fn view(&self, _: Group, _: Micros) -> View {
        let coins = self.board.coins().collect();
        let players = match self.visible.filter(|&visible| visible < self.bodies.len()) {
            None => self.bodies.iter().map(|(&seat, body)| (seat, body.seen())).collect(),
            Some(visible) => self
                .best
                .iter()
                .take(visible)
                .filter_map(|(_, seat)| self.bodies.get(seat).map(|body| (*seat, body.seen())))
                .collect(),
        };
        View { players, coins }
    }

    fn view_bound(&self) -> usize {
        let seats = usize::try_from(self.seats).unwrap_or(usize::MAX);
        let players = self.visible.map_or(seats, |visible| visible.min(seats));
        view::bound(players, self.board.coins().len())
    }

    fn private(&self, seat: SeatId) -> Option<Private> {
        self.bodies.get(&seat).map(|body| Private { seq: body.seq })
    }

    fn standings(&self, top: usize) -> (Vec<Standing>, usize) {
        let mut rows =
            self.best.iter().take(top).map(|&(Reverse(score), seat)| Standing { seat, score, gain: 0, rank: 0 });
        let mut rows: Vec<_> = rows.by_ref().collect();
        crate::contract::rank(&mut rows);
        (rows, self.bodies.len())
    }

    fn phase(&self) -> &'static str {
        "play"
    }
}

/// How much of the board's side a player crosses in a second.
const SPEED: f64 = 0.25;
/// How long a dropped player's seat is kept.
const GRACE: Duration = Duration::from_secs(30);
/// How long an arena waits for somebody. Attack: rooms left behind by the thousand.
const EMPTY: Duration = Duration::from_secs(30);
