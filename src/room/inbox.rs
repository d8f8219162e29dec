//! A room's inbox: requests stamped with their arrival, bounded, waiting for the next tick.
//!
//! Applies nothing. Its lock is held only to put something in or to take everything out.

use std::mem;
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use parlor_games::contract::{Refusal, SeatId, Tick};

use super::bucket::{Bucket, Rate};
use super::by_seat::{BySeat, find_mut};
use super::shared::Arrival;
use super::{Answer, Config, Link, SyncBy, refusals};

/// One request of one link.
pub(crate) enum Letter<I, L: Link> {
    Join(Box<Arrival<L>>),
    Resume { seat: SeatId, sync: SyncBy, link: Arc<L>, ack: L::Ack },
    Return { seat: SeatId, from: u64, link: Arc<L>, ack: L::Ack },
    Input { seat: SeatId, link: Arc<L>, input: I, ack: Option<L::Ack> },
    Chat { seat: SeatId, link: Arc<L>, text: Arc<str>, ack: L::Ack },
    Leave { seat: SeatId, link: Arc<L>, ack: L::Ack },
    Remote { seat: SeatId, link: Arc<L>, revoke: bool, ack: L::Ack },
    Links { seat: SeatId, link: Arc<L>, of: Vec<SeatId>, ack: L::Ack },
    Summary { seat: SeatId, link: Arc<L>, ack: L::Ack },
    Dropped { seat: SeatId, link: Arc<L> },
}

/// A request and when it arrived.
pub(crate) struct Stamped<I, L: Link> {
    pub(crate) at: Instant,
    pub(crate) letter: Letter<I, L>,
}

/// What a seat pays with for a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Toll {
    Input,
    Chat,
}

/// Longer lists than this give their memory back when they are empty: of a rush, not of every tick.
const KEEP: usize = 128;

/// To be called with a list that was emptied and will be filled again.
pub(crate) fn give_back<T>(emptied: &mut Vec<T>) {
    if emptied.is_empty() && emptied.capacity() > KEEP {
        *emptied = Vec::new();
    }
}

/// A request that was not taken, and why.
pub(crate) type Returned<I, L> = Box<(Letter<I, L>, Refusal)>;

/// What inboxes take, and how often they let a seat send. One for all rooms, so that it is always at hand.
pub(crate) struct Limits {
    letters: usize,
    letters_per_seat: usize,
    inputs: Rate,
    chats: Rate,
}

/// The inbox of one room.
pub(crate) struct Inbox<I, L: Link> {
    state: Mutex<State<I, L>>,
}

struct State<I, L: Link> {
    queue: Vec<Stamped<I, L>>,
    gates: BySeat<Gate>,
    /// Letters that were taken out, but wait for a later tick.
    carried: usize,
    /// The first tick that may come.
    every: Tick,
    /// The tick that will come; none if the room sleeps.
    expected: Option<Tick>,
    /// Why nothing is taken any more.
    closed: Option<Box<Refusal>>,
}

/// What a seat may still send.
struct Gate {
    inputs: Bucket,
    chats: Bucket,
}

impl<I, L: Link> Letter<I, L> {
    /// Answers it with a no.
    pub(crate) fn refuse(self, refusal: Refusal) {
        let (link, ack) = match self {
            Self::Join(arrival) => (arrival.link, Some(arrival.ack)),
            Self::Input { link, ack, .. } => (link, ack),
            Self::Resume { link, ack, .. }
            | Self::Return { link, ack, .. }
            | Self::Chat { link, ack, .. }
            | Self::Leave { link, ack, .. }
            | Self::Remote { link, ack, .. }
            | Self::Links { link, ack, .. }
            | Self::Summary { link, ack, .. } => (link, Some(ack)),
            Self::Dropped { .. } => return,
        };
        if let Some(ack) = ack {
            link.answer(ack, Answer::Refused(refusal));
        }
    }

    /// Whether it must be taken even if the inbox is full: there is at most one for each link that was let in.
    const fn must_be_taken(&self) -> bool {
        match self {
            Self::Dropped { .. } => true,
            Self::Join(_)
            | Self::Resume { .. }
            | Self::Return { .. }
            | Self::Input { .. }
            | Self::Chat { .. }
            | Self::Leave { .. }
            | Self::Remote { .. }
            | Self::Links { .. }
            | Self::Summary { .. } => false,
        }
    }
}

impl Limits {
    /// Those of this configuration.
    pub(crate) fn new(config: &Config) -> Self {
        Self {
            letters: config.inbox,
            letters_per_seat: config.inbox_per_seat,
            inputs: Rate::per_second(config.inputs_per_s),
            chats: Rate::new(Duration::from_millis(config.chat_interval_ms), config.chat_burst),
        }
    }
}

impl<I, L: Link> Inbox<I, L> {
    /// An empty inbox.
    pub(crate) fn new() -> Self {
        let state =
            State { queue: Vec::new(), gates: BySeat::default(), carried: 0, every: 1, expected: None, closed: None };
        Self { state: Mutex::new(state) }
    }

    /// Whether the seat may send something that costs `toll`, which is then paid.
    ///
    /// # Errors
    /// `not_seated`, `rate_limited`, `busy`, or why the inbox is closed.
    pub(crate) fn admit(&self, limits: &Limits, seat: SeatId, at: Instant, toll: Toll) -> Result<(), Refusal> {
        let mut state = self.state.lock();
        if let Some(refusal) = &state.closed {
            return Err(Refusal::clone(refusal));
        }
        let gate = find_mut(&mut state.gates, seat).ok_or_else(refusals::not_seated)?;
        let allowed = match toll {
            Toll::Input => gate.inputs.take(at, limits.inputs),
            Toll::Chat => gate.chats.take(at, limits.chats),
        };
        if !allowed {
            return Err(refusals::rate_limited());
        }
        if state.is_full(limits) { Err(refusals::busy()) } else { Ok(()) }
    }

    /// Puts a letter in, which `soonest` is the first tick for. Says which tick the room must be woken for, if it must.
    ///
    /// # Errors
    /// The letter, with `busy` or why the inbox is closed.
    pub(crate) fn post(
        &self,
        limits: &Limits,
        stamped: Stamped<I, L>,
        soonest: Tick,
    ) -> Result<Option<Tick>, Returned<I, L>> {
        let mut state = self.state.lock();
        if let Some(refusal) = state.closed.clone() {
            return Err(Box::new((stamped.letter, *refusal)));
        }
        if state.is_full(limits) && !stamped.letter.must_be_taken() {
            return Err(Box::new((stamped.letter, refusals::busy())));
        }
        state.queue.push(stamped);
        let tick = soonest.max(state.every);
        if state.expected.is_some_and(|expected| expected <= tick) {
            return Ok(None);
        }
        state.expected = Some(tick);
        Ok(Some(tick))
    }

    /// If a tick is expected at or before `last`, says which, and moves all letters to the end of `into`.
    pub(crate) fn drain(&self, into: &mut Vec<Stamped<I, L>>, last: Tick) -> Option<Tick> {
        let mut state = self.state.lock();
        let expected = state.expected.filter(|&expected| expected <= last)?;
        if into.is_empty() {
            // Two lists that take turns: neither is filled from nothing at each tick.
            mem::swap(into, &mut state.queue);
        } else {
            into.append(&mut state.queue);
        }
        give_back(&mut state.queue);
        Some(expected)
    }

    /// The tick that is expected, if any is.
    pub(crate) fn expected(&self) -> Option<Tick> {
        self.state.lock().expected
    }

    /// The room rests until `wanted`, or until a letter comes, but at least until `every`. Says which tick is next.
    pub(crate) fn park(&self, every: Tick, wanted: Option<Tick>, carried: usize) -> Option<Tick> {
        let mut state = self.state.lock();
        state.carried = carried;
        state.every = every;
        state.expected =
            if carried > 0 || !state.queue.is_empty() { Some(every) } else { wanted.map(|tick| tick.max(every)) };
        state.expected
    }

    /// The seat may send.
    pub(crate) fn open_gate(&self, seat: SeatId, now: Instant) {
        let gate = Gate { inputs: Bucket::new(now), chats: Bucket::new(now) };
        self.state.lock().gates.entry(seat).or_insert(gate);
    }

    /// The seat may send nothing any more.
    pub(crate) fn close_gate(&self, seat: SeatId) {
        self.state.lock().gates.swap_remove(&seat);
    }

    /// Takes nothing any more, and gives back what waits.
    pub(crate) fn close(&self, refusal: Refusal) -> Vec<Stamped<I, L>> {
        let mut state = self.state.lock();
        state.closed = Some(Box::new(refusal));
        state.gates = BySeat::default();
        mem::take(&mut state.queue)
    }
}

impl<I, L: Link> State<I, L> {
    fn is_full(&self, limits: &Limits) -> bool {
        let bound = limits.letters.saturating_add(limits.letters_per_seat.saturating_mul(self.gates.len()));
        self.queue.len() + self.carried >= bound
    }
}
