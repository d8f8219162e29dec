//! The contract: what a game is to the room runtime. A game is a pure state machine.
//!
//! Nothing here runs a game; `parlor::room` does. A game never sees JSON, sockets, tokens or the wall clock.
//!
//! # Writing a game
//!
//! A game is one type that implements [`Game`], in one folder under `games/src/`, and one line in
//! the `catalog`. The compiler asks for the rest, and the tests that walk the catalog judge it:
//!
//! - **Time is an argument.** What is to happen later is a moment in the state; [`Game::tick`] compares it with `now` and
//!   answers [`Flow::SleepUntil`] it. A room that sleeps costs nothing.
//! - **Chance comes from [`Opening::seed`]**, and maps are ordered: the same calls give the same outputs everywhere.
//! - **A no is a [`Refusal`] and changes nothing.** Inputs come from the network: every field of them is hostile.
//! - **What a group must not know is not in its view.** What one seat alone may know is in its private view, and
//!   [`Effects`] says when that, or the standings, may have changed: the runtime asks nobody else's.
//! - **A view has a bound** ([`Game::view_bound`]) that no number of seats and no length of play exceeds. Absent fields are
//!   left out, never null: a delta is a merge patch, where null means "removed".
//!
//! A whole game, in which the first to press the bell of each round scores:
//!
//! ```
//! use std::collections::BTreeMap;
//! use std::time::Duration;
//!
//! use parlor_games::contract::{
//!     Effects, Flow, Game, Group, Micros, NoEvent, NoSummary, Opening, Person, Refusal, Role, Rules, SeatId, Standing, Tick,
//!     rank,
//! };
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Default)]
//! struct Bell {
//!     scores: BTreeMap<SeatId, i64>,
//!     silent_until: Micros,
//!     rounds_left: u8,
//! }
//!
//! #[derive(Deserialize)]
//! #[serde(deny_unknown_fields)]
//! struct Options {
//!     rounds: u8,
//! }
//!
//! #[derive(Debug, Serialize, Deserialize)]
//! #[serde(tag = "type", rename_all = "camelCase")]
//! enum Input {
//!     Press,
//! }
//!
//! #[derive(Serialize)]
//! #[serde(rename_all = "camelCase")]
//! struct View {
//!     rounds_left: u8,
//!     scores: BTreeMap<SeatId, i64>,
//! }
//!
//! impl Game for Bell {
//!     type Options = Options;
//!     type Input = Input;
//!     type View = View;
//!     type Private = ();
//!     type Event = NoEvent;
//!     type Summary = NoSummary;
//!     const NAME: &'static str = "bell";
//!
//!     fn open(options: Options, _: Opening<'_>) -> Result<(Self, Rules), Refusal> {
//!         let rules = Rules { hz: 20, seats: 8, hosted: false, grace: Some(Duration::from_secs(30)), quick_match: true };
//!         Ok((Self { rounds_left: options.rounds, ..Self::default() }, rules))
//!     }
//!
//!     fn join(&mut self, seat: SeatId, person: &Person, _: Micros, effects: &mut Effects<NoEvent>) -> Result<(), Refusal> {
//!         if person.role == Role::Player {
//!             self.scores.insert(seat, 0);
//!             effects.standings = true;
//!         }
//!         Ok(())
//!     }
//!
//!     fn presence(&mut self, _: SeatId, _: bool, _: Micros, _: &mut Effects<NoEvent>) {}
//!
//!     fn leave(&mut self, seat: SeatId, _: Micros, effects: &mut Effects<NoEvent>) {
//!         effects.standings |= self.scores.remove(&seat).is_some();
//!     }
//!
//!     fn input(
//!         &mut self, seat: SeatId, _: Role, _: Input, at: Micros, effects: &mut Effects<NoEvent>,
//!     ) -> Result<(), Refusal> {
//!         let score = self.scores.get_mut(&seat).ok_or(Refusal::new("not_player", "Only players may press."))?;
//!         if at < self.silent_until || self.rounds_left == 0 {
//!             return Err(Refusal::new("too_late", "Somebody was faster."));
//!         }
//!         *score += 1;
//!         self.rounds_left -= 1;
//!         self.silent_until = at.plus(Duration::from_secs(3));
//!         effects.standings = true;
//!         Ok(())
//!     }
//!
//!     fn tick(&mut self, _: Tick, _: Micros, _: &mut Effects<NoEvent>) -> Flow {
//!         if self.rounds_left == 0 { Flow::End } else { Flow::Sleep }
//!     }
//!
//!     fn group(&self, _: Role) -> Group {
//!         Group::Everyone
//!     }
//!
//!     fn view(&self, _: Group, _: Micros) -> View {
//!         View { rounds_left: self.rounds_left, scores: self.scores.clone() }
//!     }
//!
//!     fn private(&self, _: SeatId) -> Option<()> {
//!         None
//!     }
//!
//!     fn standings(&self, top: usize) -> (Vec<Standing>, usize) {
//!         let mut rows: Vec<_> =
//!             self.scores.iter().map(|(&seat, &score)| Standing { seat, score, gain: 0, rank: 0 }).collect();
//!         rank(&mut rows);
//!         rows.truncate(top);
//!         (rows, self.scores.len())
//!     }
//!
//!     fn phase(&self) -> &'static str {
//!         "play"
//!     }
//! }
//!
//! struct NoDocuments;
//! impl parlor_games::contract::Library for NoDocuments {
//!     fn document(&self, _: &str, _: &str) -> Option<std::sync::Arc<[u8]>> {
//!         None
//!     }
//! }
//!
//! let opening = Opening { seed: 7, library: &NoDocuments };
//! let (mut bell, _) = Bell::open(Options { rounds: 1 }, opening).expect("one round is enough");
//! let mut effects = Effects::default();
//! let ada = Person { name: "Ada".into(), role: Role::Player };
//! bell.join(SeatId(1), &ada, Micros(0), &mut effects).expect("anybody may join");
//! bell.input(SeatId(1), Role::Player, Input::Press, Micros(10), &mut effects).expect("the first press counts");
//! assert!(bell.input(SeatId(1), Role::Player, Input::Press, Micros(20), &mut effects).is_err());
//! assert_eq!(bell.tick(1, Micros(50_000), &mut effects), Flow::End);
//! assert_eq!(bell.standings(10).0.first().map(|row| (row.score, row.rank)), Some((1, 1)));
//! ```

use std::borrow::Cow;
use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::about::About;

/// A player's place in a room. It outlives a dropped socket, is never used again in its room, and may be shown to anyone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, serde::Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SeatId(pub u32);

/// The number of a step on the room's grid: step `n` is due at `opened + n / hz`. A sleeping room skips numbers.
pub type Tick = u64;

/// A moment on the room's own clock: microseconds since it opened. Never goes back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Micros(pub u64);

impl Micros {
    /// The moment `by` later.
    #[must_use]
    pub fn plus(self, by: Duration) -> Self {
        Self(self.0.saturating_add(u64::try_from(by.as_micros()).unwrap_or(u64::MAX)))
    }

    /// How long from `earlier` to this moment; zero if `earlier` is later.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(self.0.saturating_sub(earlier.0))
    }
}

/// What a viewer is in a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Role {
    /// Runs the room. At most one seat.
    Host,
    /// Plays.
    Player,
    /// Watches.
    Spectator,
}

/// Viewers who may know the same things, and so get the same bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Group {
    /// All of a room: a game without secrets.
    Everyone,
    /// The host alone.
    Host,
    /// The players.
    Players,
    /// The spectators.
    Spectators,
}

/// A typed no: a stable code for programs, and words for the person it is shown to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Stable, lower_snake_case, listed in the docs.
    pub code: &'static str,
    /// Words a person can read; safe to show.
    pub message: Cow<'static, str>,
}

impl Refusal {
    /// A refusal with this code and these words.
    #[must_use]
    pub fn new(code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self { code, message: message.into() }
    }
}

/// Documents that a game may open with, such as packs: loaded beforehand, so that opening a room does no I/O.
pub trait Library: Send + Sync {
    /// The document of this kind (`"pack"`) and name, if there is one.
    fn document(&self, kind: &str, name: &str) -> Option<Arc<[u8]>>;
}

/// What a room is opened with, besides the game's own options.
#[derive(Clone, Copy)]
pub struct Opening<'a> {
    /// Where all of the game's randomness comes from.
    pub seed: u64,
    /// The documents that options may name.
    pub library: &'a dyn Library,
}

impl Debug for Opening<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Opening").finish_non_exhaustive()
    }
}

/// What the runtime must know of a room before anyone joins. Fixed for the room's life.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// Steps a second, 1 to 128.
    pub hz: u16,
    /// How many players it seats. The runtime's own limit may be lower.
    pub seats: u32,
    /// Whether a room of it needs a host, who must show the host key.
    pub hosted: bool,
    /// How long a dropped player's seat waits; `None`: to the room's end.
    pub grace: Option<Duration>,
    /// Whether quick match may choose its rooms.
    pub quick_match: bool,
}

/// A person who takes a seat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The name, already checked and unique in its room.
    pub name: Arc<str>,
    /// What they are.
    pub role: Role,
}

/// When a room wants to be stepped next, or that it has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// At the next tick.
    EveryTick,
    /// At the first tick at or after this moment, or at the tick after an input.
    SleepUntil(Micros),
    /// At the tick after an input.
    Sleep,
    /// Never: the game is over, and with it the room.
    End,
}

/// What is shown of a running phase's time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timer {
    /// The phase's name, as in the views.
    pub phase: &'static str,
    /// When it ends, if its time is bounded and running.
    pub ends_at: Option<Micros>,
    /// What is left of it while it does not run.
    pub left: Option<Duration>,
}

/// One row of the standings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Whose.
    pub seat: SeatId,
    /// Points in all.
    pub score: i64,
    /// Points of the last round.
    pub gain: i64,
    /// 1 is first; equal scores share a rank.
    pub rank: u32,
}

/// Sorts `rows` best first (equal scores by seat) and fills in their ranks.
pub fn rank(rows: &mut [Standing]) {
    rows.sort_unstable_by(|a, b| b.score.cmp(&a.score).then(a.seat.cmp(&b.seat)));
    let mut above: Option<(i64, u32)> = None;
    for (place, row) in (1_u32..).zip(rows) {
        row.rank = above.filter(|&(score, _)| score == row.score).map_or(place, |(_, rank)| rank);
        above = Some((row.score, row.rank));
    }
}

/// The [`Game::Event`] of a game that has no one-shot events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(inline))]
pub enum NoEvent {}

/// The [`Game::Summary`] of a game that has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(inline))]
pub enum NoSummary {}

/// Whom a one-shot event is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// All viewers.
    Everyone,
    /// One seat.
    Seat(SeatId),
}

/// What a step wants done besides changing the game's own state. The runtime carries it out after the step.
#[derive(Debug)]
pub struct Effects<E> {
    /// Seats whose private view may have changed.
    pub private: Vec<SeatId>,
    /// All seats' private views may have changed.
    pub private_all: bool,
    /// The standings may have changed.
    pub standings: bool,
    /// One-shot events.
    pub events: Vec<(Audience, E)>,
    /// Seats to remove for good, their tokens revoked, with the words to show them. [`Game::leave`] follows for each.
    pub remove: Vec<(SeatId, Refusal)>,
    /// Let nobody (`true`) or anybody (`false`) else in.
    pub lock: Option<bool>,
}

impl<E> Default for Effects<E> {
    fn default() -> Self {
        Self {
            private: Vec::new(),
            private_all: false,
            standings: false,
            events: Vec::new(),
            remove: Vec::new(),
            lock: None,
        }
    }
}

/// A game: a pure state machine, run by `parlor::room`.
///
/// Calls come one at a time: the tick's inputs in order of arrival, then `tick`, then views; `pace` between two ticks. Same seed and same calls
/// must give the same outputs on every machine.
pub trait Game: Sized + Send + 'static {
    /// What `create` and `join` may say of a room to be made.
    type Options: DeserializeOwned + Send;
    /// What a seat may ask for.
    type Input: DeserializeOwned + Serialize + Send + Debug;
    /// What a group may know.
    type View: Serialize;
    /// What one seat alone may know.
    type Private: Serialize;
    /// One-shot things, serialized as an object with a `type`.
    type Event: Serialize + Send;
    /// What the whole of it came to.
    type Summary: Serialize;

    /// The name on the wire: `"quiz"`.
    const NAME: &'static str;

    /// A room of this game.
    ///
    /// # Errors
    /// When the options do not make a room.
    fn open(options: Self::Options, opening: Opening<'_>) -> Result<(Self, Rules), Refusal>;

    /// What whoever chooses a game is told of it.
    #[must_use]
    fn about() -> About {
        About::titled(Self::NAME)
    }

    /// Somebody takes a seat. Called once for a seat; coming back after a drop is [`Self::presence`].
    ///
    /// # Errors
    /// When the game takes nobody in at this time.
    fn join(
        &mut self,
        seat: SeatId,
        person: &Person,
        at: Micros,
        effects: &mut Effects<Self::Event>,
    ) -> Result<(), Refusal>;

    /// A seat dropped or came back.
    fn presence(&mut self, seat: SeatId, connected: bool, at: Micros, effects: &mut Effects<Self::Event>);

    /// A seat is given up for good: left, removed, or its grace is over.
    fn leave(&mut self, seat: SeatId, at: Micros, effects: &mut Effects<Self::Event>);

    /// A seat asks for something. `at` is when it arrived, at or before the tick that applies it.
    ///
    /// # Errors
    /// When it is not to be; nothing has changed then.
    fn input(
        &mut self,
        seat: SeatId,
        role: Role,
        input: Self::Input,
        at: Micros,
        effects: &mut Effects<Self::Event>,
    ) -> Result<(), Refusal>;

    /// From the next step on, a step stands for so many ticks: 1 at the room's full rate, and 2, 4, 8 or 16 when its steps
    /// keep taking longer than the time they have. [`Self::tick`]'s numbers and moments go on by as much. What moves by itself
    /// is to move so much farther, or it slows down with the room; what waits for a moment need not know.
    ///
    /// Ticks that a room was too late for and dropped are nobody's: no step stands for them, and a game loses their time.
    fn pace(&mut self, stride: u32) {
        let _ = stride;
    }

    /// One step: its number, and its moment on the room's clock.
    fn tick(&mut self, tick: Tick, now: Micros, effects: &mut Effects<Self::Event>) -> Flow;

    /// Which group a viewer of this role belongs to.
    fn group(&self, role: Role) -> Group {
        match role {
            Role::Host => Group::Host,
            Role::Player => Group::Players,
            Role::Spectator => Group::Spectators,
        }
    }

    /// What this group may know.
    fn view(&self, group: Group, now: Micros) -> Self::View;

    /// No view of this room, of any group at any time, is longer than this as JSON, in bytes.
    fn view_bound(&self) -> usize {
        DEFAULT_VIEW_BOUND
    }

    /// What this seat alone may know, if anything.
    fn private(&self, seat: SeatId) -> Option<Self::Private>;

    /// The first `top` of the standings, best first, and how many there are in all.
    fn standings(&self, top: usize) -> (Vec<Standing>, usize);

    /// What the whole of it came to, for those who ran it: told to the host who asks for it, and to nobody else.
    ///
    /// # Errors
    /// While it is not over, or if the game sums nothing up.
    fn summary(&self) -> Result<Self::Summary, Refusal> {
        Err(Refusal::new("no_summary", "This game sums nothing up."))
    }

    /// The running phase's time, if the game has any.
    fn timer(&self, now: Micros) -> Option<Timer> {
        let _ = now;
        None
    }

    /// The phase's name, for listings.
    fn phase(&self) -> &'static str;
}

/// What [`Game::view_bound`] is unless the game says otherwise: 64 KiB.
const DEFAULT_VIEW_BOUND: usize = 64 * 1024;
