//! The fan-out: what a tick has to say, handed to each link in one delivery.
//!
//! Puts nothing together (`publish` does), changes no seat and encodes nothing: the first link that needs it does.

use std::hint::black_box;
use std::sync::atomic::{AtomicUsize, Ordering};

use parlor_games::contract::{Game, Group, Role, SeatId};
use smallvec::SmallVec;

use super::roster::{Roster, Seat};
use super::scheduler::Job;
use super::views::PerGroup;
use super::{Answered, Broadcast, Item, Link, SyncBy};

/// In rooms of up to so many, players get each other's names.
const INTIMATE: usize = 64;

/// A group's state at one tick.
pub(super) struct State<E> {
    /// Whether those at the state before have to be told.
    pub(super) moved: bool,
    /// For those at the state before, if it is no longer than the whole.
    pub(super) delta: Option<Broadcast<E>>,
    /// The state since its last change.
    pub(super) whole: Broadcast<E>,
    /// The same for those who are told packed, if there are any.
    pub(super) packed: Option<Packed<E>>,
    /// The state as of this tick, where that is another.
    pub(super) current: Option<Broadcast<E>>,
}

/// A group's state as bytes.
pub(super) struct Packed<E> {
    pub(super) delta: Option<Broadcast<E>>,
    pub(super) whole: Broadcast<E>,
}

/// What a tick has for many.
pub(super) struct Bulletin<E> {
    pub(super) states: PerGroup<Option<State<E>>>,
    /// News of players with names, and without.
    pub(super) players: Option<[Broadcast<E>; 2]>,
    pub(super) timer: Option<Broadcast<E>>,
    pub(super) score: Option<Broadcast<E>>,
}

/// Which group each role belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Groups {
    host: Group,
    player: Group,
    spectator: Group,
}

impl Groups {
    /// As the game has it at this time.
    pub(super) fn of_game(game: &impl Game) -> Self {
        Self { host: game.group(Role::Host), player: game.group(Role::Player), spectator: game.group(Role::Spectator) }
    }

    /// The role's.
    pub(super) const fn of(self, role: Role) -> Group {
        match role {
            Role::Host => self.host,
            Role::Player => self.player,
            Role::Spectator => self.spectator,
        }
    }
}

/// One tick's news, and what decides who gets which.
pub(super) struct FanOut<'a, L: Link> {
    /// What was asked for and is granted or not, by seat.
    pub(super) answers: &'a [Answered<L::Ack>],
    /// For all, by its place in the tick's order of things.
    pub(super) shared: &'a [(u32, Broadcast<L::Encoded>)],
    pub(super) bulletin: &'a Bulletin<L::Encoded>,
    pub(super) groups: Groups,
    /// How many seats there are.
    pub(super) seats: usize,
}

/// The same of a large room, with its seats, for many threads to hand out.
pub(super) struct Crowd<L: Link> {
    pub(super) roster: Roster<L>,
    pub(super) answers: Vec<Answered<L::Ack>>,
    pub(super) shared: Vec<(u32, Broadcast<L::Encoded>)>,
    bulletin: Bulletin<L::Encoded>,
    groups: Groups,
    /// The first seat that is nobody's share yet.
    next: AtomicUsize,
}

/// How many seats are a share: some 200 us of writes, for which a thread may keep its own rooms waiting.
pub(super) const SHARE: usize = 32;
/// For so many viewers memory is fetched at a time: about as many cache misses as a processor has under way at once.
const AHEAD: usize = 16;
/// What one seat is told in a tick, without taking memory for it.
type Batch<'a, E> = SmallVec<[Item<'a, E>; 8]>;

impl<L: Link> Crowd<L> {
    /// Nobody has been told yet.
    pub(super) const fn new(
        roster: Roster<L>,
        answers: Vec<Answered<L::Ack>>,
        shared: Vec<(u32, Broadcast<L::Encoded>)>,
        bulletin: Bulletin<L::Encoded>,
        groups: Groups,
    ) -> Self {
        Self { roster, answers, shared, bulletin, groups, next: AtomicUsize::new(0) }
    }
}

impl<L: Link> Job for Crowd<L> {
    fn share(&self) -> bool {
        let first = self.next.fetch_add(SHARE, Ordering::Relaxed);
        let (answers, shared, bulletin) = (&*self.answers, &*self.shared, &self.bulletin);
        let seats = self.roster.len();
        let fan_out = FanOut { answers, shared, bulletin, groups: self.groups, seats };
        fan_out.deliver(self.roster.range(first, SHARE));
        first + SHARE < seats
    }
}

impl<'a, L: Link> FanOut<'a, L> {
    /// One delivery for each link that there is something for.
    pub(super) fn deliver(&self, mut seats: impl Iterator<Item = (SeatId, &'a Seat<L>)> + Clone) {
        let mut batch = Batch::new();
        while seats.clone().next().is_some() {
            seats.clone().take(AHEAD).for_each(|(_, seat)| touch(seat));
            self.deliver_each(seats.by_ref().take(AHEAD), &mut batch);
        }
    }

    fn deliver_each(&self, seats: impl Iterator<Item = (SeatId, &'a Seat<L>)>, batch: &mut Batch<'a, L::Encoded>) {
        for (id, seat) in seats {
            let Some(link) = &seat.link else { continue };
            batch.clear();
            self.collect(seat, batch);
            let answers = self.answers_to(id);
            if !answers.is_empty() || !batch.is_empty() {
                link.deliver(answers, batch);
            }
        }
    }

    /// The answers to this seat, in the order of its requests.
    fn answers_to(&self, seat: SeatId) -> &'a [Answered<L::Ack>] {
        let rest = self.answers.get(self.answers.partition_point(|answered| answered.seat < seat)..);
        let rest = rest.unwrap_or_default();
        rest.get(..rest.partition_point(|answered| answered.seat == seat)).unwrap_or_default()
    }

    /// What must arrive, as it happened, then state.
    fn collect(&self, seat: &'a Seat<L>, batch: &mut Batch<'a, L::Encoded>) {
        if !seat.own.is_empty() || !self.shared.is_empty() || self.bulletin.has_news() {
            self.collect_reliable(seat, batch);
        }
        let group = self.groups.of(seat.person.role);
        if let Some(state) = self.bulletin.states.of(group)
            && let Some(item) = state_for(seat, group, state)
        {
            batch.push(item);
        }
    }

    fn collect_reliable(&self, seat: &'a Seat<L>, batch: &mut Batch<'a, L::Encoded>) {
        let mut own = seat.own.iter().peekable();
        while let Some((_, greeting)) = own.next_if(|(order, _)| *order == 0) {
            batch.push(Item::Reliable(greeting));
        }
        // Somebody who has just come is greeted with all of these.
        let for_known = |broadcast: &'a Option<Broadcast<_>>| broadcast.as_ref().filter(|_| !seat.fresh);
        if let Some([named, bare]) = self.bulletin.players.as_ref().filter(|_| !seat.fresh) {
            let named = if names_are_for(seat.person.role, self.seats) { named } else { bare };
            batch.push(Item::Reliable(named));
        }
        for (order, broadcast) in self.shared.iter().filter(|(order, _)| *order > seat.since) {
            while let Some((_, earlier)) = own.next_if(|(own, _)| own < order) {
                batch.push(Item::Reliable(earlier));
            }
            batch.push(Item::Reliable(broadcast));
        }
        batch.extend(for_known(&self.bulletin.timer).map(Item::Reliable));
        batch.extend(for_known(&self.bulletin.score).map(Item::Reliable));
        batch.extend(own.map(|(_, broadcast)| Item::Reliable(broadcast)));
    }
}

/// Has the processor fetch what a delivery to this seat needs: see [`Link::touch`].
fn touch<L: Link>(seat: &Seat<L>) {
    black_box((seat.person.role, seat.fresh));
    if let Some(link) = &seat.link {
        link.touch();
    }
}

impl<E> Bulletin<E> {
    /// Whether there is anything but state.
    const fn has_news(&self) -> bool {
        self.players.is_some() || self.timer.is_some() || self.score.is_some()
    }
}

/// "Names go to hosts and spectators, and to players in rooms of up to 64."
pub(super) const fn names_are_for(role: Role, seats: usize) -> bool {
    match role {
        Role::Host | Role::Spectator => true,
        Role::Player => seats <= INTIMATE,
    }
}

/// What this seat is to be told of its group's state. Somebody who has just taken it gets the whole, as the answer had it:
/// deltas go on from there.
fn state_for<'a, L: Link>(seat: &Seat<L>, group: Group, state: &'a State<L::Encoded>) -> Option<Item<'a, L::Encoded>> {
    let behind = seat.fresh || seat.group.is_some_and(|before| before != group);
    let (delta, whole) = match seat.sync {
        SyncBy::Snapshot => {
            let current = state.current.as_ref().unwrap_or(&state.whole);
            return Some(Item::State { next: current, whole: current });
        }
        SyncBy::Delta => (&state.delta, &state.whole),
        SyncBy::Packed => state.packed.as_ref().map(|packed| (&packed.delta, &packed.whole))?,
    };
    let next = delta.as_ref().filter(|_| !behind).unwrap_or(whole);
    (behind || state.moved).then_some(Item::State { next, whole })
}
