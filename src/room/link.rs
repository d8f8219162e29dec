//! The way from a room to one viewer's connection, as the room sees it.
//!
//! Encodes nothing: the floor above implements [`Link`] and keeps its encodings in [`Broadcast::encoded`].

use std::sync::Arc;
use std::time::Duration;

use parlor_games::contract::{Refusal, Role, SeatId, Tick};
use serde_json::Value;

use super::packed::Keyframe;
use super::{CloseReason, Place, Tree};

/// One viewer's connection. A room calls it from its tick thread, so nothing in it may wait, nor call the
/// [`Directory`](super::Directory) back while holding a lock that it takes here.
pub trait Link: Send + Sync + 'static {
    /// What is cached with a broadcast, so that it is encoded once for all who get it (one cell per parser).
    type Encoded: Default + Send + Sync + 'static;
    /// What an answer is sent with.
    type Ack: Send + Sync + 'static;

    /// All that one tick has for this viewer, in one write: the answers to its requests, in order, then what is to be said.
    fn deliver(&self, answers: &[Answered<Self::Ack>], batch: &[Item<'_, Self::Encoded>]);

    /// Has the processor fetch what `deliver` will need, and does nothing that could be noticed. It is called for some viewers
    /// before they are delivered to, so that their cache misses overlap.
    fn touch(&self) {}

    /// Where its connection lies among others: those of numbers close together lie close together in memory. In a large room
    /// viewers are delivered to in this order.
    fn locality(&self) -> u32 {
        0
    }

    /// How it is at the moment, for the host to see. Asked for a few hundred viewers in one step, so it has it at hand.
    fn condition(&self) -> Condition {
        Condition::default()
    }

    /// The answer to a request that no seat on this link made, or that no tick has seen. Sent at once.
    fn answer(&self, ack: Self::Ack, answer: Answer);

    /// This viewer's seat is on this link no longer.
    fn closed(&self, seat: SeatId, reason: CloseReason, message: &str);
}

/// How a viewer's connection is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Condition {
    /// What it is carried by, as those call it who know.
    pub carrier: &'static str,
    /// How long what is sent and answered is on its way, if that was measured yet.
    pub round_trip: Option<Duration>,
}

/// A seat's request that was dealt with.
#[derive(Debug)]
pub struct Answered<A> {
    /// Whose request it was.
    pub seat: SeatId,
    /// What the answer is sent with.
    pub ack: A,
    /// What came of it.
    pub answer: Answer,
}

/// Something that goes to one viewer or to many, and what it was encoded to.
#[derive(Debug, Default)]
pub struct Broadcast<E> {
    /// What is said.
    pub outgoing: Outgoing,
    /// Where it stands among what is said once, if viewers may come back for it.
    pub place: Option<Box<Place>>,
    /// The link's cache of its encodings.
    pub encoded: E,
}

/// One thing for one viewer.
#[derive(Debug)]
pub enum Item<'a, E> {
    /// Must arrive, in order.
    Reliable(&'a Broadcast<E>),
    /// State, of which only the latest counts: `next` if the viewer has all before it, else `whole`.
    State {
        /// The delta, or the snapshot for those who asked for snapshots.
        next: &'a Broadcast<E>,
        /// The snapshot.
        whole: &'a Broadcast<E>,
    },
}

/// What a room says. Times are milliseconds since the Unix epoch on the server's clock.
#[derive(Clone, Debug, PartialEq, Default)]
pub enum Outgoing {
    /// Nothing: a placeholder that is never sent.
    #[default]
    Nothing,
    /// A group's whole view.
    Snapshot {
        /// The tick of the view.
        tick: Tick,
        /// That tick's time.
        t: f64,
        /// The view.
        state: Arc<Tree>,
    },
    /// An RFC 7396 merge patch from the group's view at `base` to `tick`.
    Delta {
        /// The tick of the view that it leads to.
        tick: Tick,
        /// The tick of the view that it is for.
        base: Tick,
        /// The time of `tick`.
        t: f64,
        /// What differs.
        patch: Arc<Tree>,
    },
    /// What turns the group's view into that of a later tick, as the bytes that [`packed`](super::packed) reads.
    Packed {
        /// The bytes.
        delta: Vec<u8>,
    },
    /// A group's whole view, to be told as bytes.
    Keyframe(Keyframe),
    /// One seat's private view.
    You {
        /// The tick of the view.
        tick: Tick,
        /// The view.
        private: Arc<Tree>,
    },
    /// The top of the standings.
    Score {
        /// The tick of the standings.
        tick: Tick,
        /// The first rows.
        scores: Vec<ScoreRow>,
        /// How many rows there are in all.
        total: usize,
    },
    /// A phase's time.
    Timer {
        /// The tick in which it changed.
        tick: Tick,
        /// The phase's name.
        phase: &'static str,
        /// When its time is up, while that passes.
        ends_at: Option<f64>,
        /// How many milliseconds of it are left.
        left_ms: Option<f64>,
        /// Whether it passes.
        running: bool,
    },
    /// How many players there are, and who came and went. Without `names` where those are not to be known.
    Players {
        /// The tick in which it was counted.
        tick: Tick,
        /// How many there are.
        count: usize,
        /// Who came and went.
        names: Option<Names>,
    },
    /// A one-shot thing of the game.
    Event {
        /// The tick in which it happened.
        tick: Tick,
        /// What happened, in the game's own form.
        event: Tree,
    },
    /// Somebody's words.
    Chat {
        /// Whose seat.
        seat: SeatId,
        /// What they are called.
        name: Arc<str>,
        /// The words.
        text: Arc<str>,
        /// When they were said.
        t: f64,
    },
}

/// Whom [`Outgoing::Players`] names.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Names {
    /// Who came; for somebody who has just taken a seat, all who are there.
    pub joined: Vec<Newcomer>,
    /// Who went for good.
    pub left: Vec<(SeatId, Arc<str>)>,
}

/// Somebody who came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Newcomer {
    /// Their seat.
    pub seat: SeatId,
    /// What they are called.
    pub name: Arc<str>,
    /// The face they have chosen, if any.
    pub avatar: Option<u16>,
}

/// A row of [`Outgoing::Score`].
#[derive(Clone, Debug, PartialEq)]
pub struct ScoreRow {
    /// Whose seat.
    pub seat: SeatId,
    /// What they are called.
    pub name: Arc<str>,
    /// Their points.
    pub score: i64,
    /// How many of them are of the last round.
    pub gain: i64,
    /// Their place, from 1 on; those with equal points share one.
    pub rank: u32,
    /// The face they have chosen, if any.
    pub avatar: Option<u16>,
}

/// What came of a request.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// A seat was taken or retaken.
    Seated(Box<Seated>),
    /// An input was applied in this tick.
    Applied(Tick),
    /// The key by which remotes are let in from here on.
    Key(Arc<str>),
    /// How those players are connected that were asked about.
    Links(Vec<LinkRow>),
    /// What the game came to.
    Summary(Tree),
    /// Done, with nothing more to say.
    Done,
    /// No.
    Refused(Refusal),
}

/// How a player is connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkRow {
    /// Whose seat.
    pub seat: SeatId,
    /// `None` while they are away.
    pub condition: Option<Condition>,
}

/// What somebody who took a seat learns.
#[derive(Clone, Debug, PartialEq)]
pub struct Seated {
    /// The room's code.
    pub room: Arc<str>,
    /// The kind of game, by its name.
    pub game: &'static str,
    /// The seat.
    pub seat: SeatId,
    /// The secret that retakes it.
    pub token: Arc<str>,
    /// As what they are there.
    pub role: Role,
    /// The face they have chosen, if any.
    pub avatar: Option<u16>,
    /// How many ticks a second the room has.
    pub hz: u16,
    /// Those of the options which the room was opened with that everybody in it may know; `None` if there are none.
    pub options: Option<Arc<Value>>,
    /// The tick of `state`: the base of the delta that comes next. Older than the answer if nothing has changed since.
    pub tick: Tick,
    /// When the answer was made.
    pub time: f64,
    /// The whole view of the seat's group.
    pub state: Arc<Tree>,
    /// The private view, `null` if there is none.
    pub you: Arc<Tree>,
}
