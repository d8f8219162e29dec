//! The roster: who has a seat in a room, under which name, and on which link.
//!
//! Asks no game and sends nothing; `seating` decides who gets a seat.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::Arc;
use std::time::Instant;

use parlor_games::contract::{Group, Person, Role, SeatId};

use super::by_seat::{BySeat, find, find_mut};
use super::name::Name;
use super::token::Token;
use super::{Broadcast, Link, LinkRow, SyncBy, Tree};

/// One seat.
///
/// In this order, what the fan-out looks at lies together: large rooms are more than a processor's cache.
#[repr(C)]
pub(crate) struct Seat<L: Link> {
    /// Where its holder is; `None` while they are away.
    pub(crate) link: Option<Arc<L>>,
    /// What this tick has for it alone, by its place in the tick's order of things.
    pub(crate) own: Vec<(u32, Broadcast<L::Encoded>)>,
    pub(crate) person: Person,
    /// The place in the tick's order of things at which it was taken.
    pub(crate) since: u32,
    /// Whose view it was last sent.
    pub(crate) group: Option<Group>,
    pub(crate) sync: SyncBy,
    /// What it has to be sent whole: it has just been taken or retaken on its link.
    pub(crate) fresh: bool,
    /// Whether it is another device of the host: nobody to the game, and without a name of its own.
    pub(crate) is_remote: bool,
    /// Whether that is on a connection that was recovered: nothing was asked for, so there is no answer.
    pub(crate) recovered: bool,
    /// Whether the game was told that its holder is away.
    pub(crate) away: bool,
    /// The first number of what is said once that its holder is to hear, since they last asked for the seat.
    pub(crate) hears_from: u64,
    pub(crate) token: Token,
    /// The number of the picture it is shown by, if its holder has chosen one.
    pub(crate) avatar: Option<u16>,
    /// The private view as its link knows it.
    pub(crate) you: Arc<Tree>,
    folded: Box<str>,
    grace: Option<Instant>,
}

/// The seats of a room.
pub(crate) struct Roster<L: Link> {
    seats: BySeat<Seat<L>>,
    names: HashMap<Box<str>, SeatId>,
    graces: BTreeSet<(Instant, SeatId)>,
    kicked: VecDeque<Kicked>,
    most_kicked: usize,
    players: usize,
    spectators: usize,
    remotes: usize,
    host: Option<SeatId>,
    last: u32,
    /// How many seats were put on a link since they were last [arranged](Self::arrange).
    disarranged: usize,
}

/// From so many seats on, what is kept of them and their connections is more than a processor's cache.
const LARGE: usize = 256;
/// Seats are arranged when one in so many was put on a link, which makes the cost of it a small part of a join's.
const DISARRANGED: usize = 16;

/// Somebody who is not to come back.
struct Kicked {
    seat: SeatId,
    folded: Box<str>,
    token: Token,
}

impl<L: Link> Seat<L> {
    /// Has something for it alone, at this place in the tick's order of things.
    pub(crate) fn tell(&mut self, order: u32, broadcast: Broadcast<L::Encoded>) {
        if self.own.capacity() == 0 {
            // Mostly it is one thing at a time, and there are many seats.
            self.own.reserve_exact(1);
        }
        self.own.push((order, broadcast));
    }

    /// Whether this is where its holder is.
    pub(crate) fn is_on(&self, link: &Arc<L>) -> bool {
        self.link.as_ref().is_some_and(|on| Arc::ptr_eq(on, link))
    }
}

impl<L: Link> Roster<L> {
    /// Nobody. Remembers at most so many kicked ones.
    pub(crate) fn new(most_kicked: usize) -> Self {
        Self {
            seats: BySeat::default(),
            names: HashMap::new(),
            graces: BTreeSet::new(),
            kicked: VecDeque::new(),
            most_kicked,
            players: 0,
            spectators: 0,
            remotes: 0,
            host: None,
            last: 0,
            disarranged: 0,
        }
    }

    /// A seat number that was never used.
    pub(crate) const fn next_seat(&mut self) -> SeatId {
        self.last += 1;
        SeatId(self.last)
    }

    /// Gives a seat to somebody. The name must be free.
    pub(crate) fn insert(&mut self, id: SeatId, person: Person, name: &Name, token: Token) -> &mut Seat<L> {
        match person.role {
            Role::Host => self.host = Some(id),
            Role::Player => self.players += 1,
            Role::Spectator => self.spectators += 1,
        }
        self.names.insert(name.folded.clone(), id);
        self.place(id, person, name.folded.clone(), token)
    }

    /// Gives a seat to another device of the host.
    pub(crate) fn insert_remote(&mut self, id: SeatId, person: Person, token: Token) {
        self.remotes += 1;
        self.place(id, person, Box::default(), token).is_remote = true;
    }

    fn place(&mut self, id: SeatId, person: Person, folded: Box<str>, token: Token) -> &mut Seat<L> {
        let seat = Seat {
            person,
            token,
            avatar: None,
            link: None,
            is_remote: false,
            away: false,
            sync: SyncBy::Delta,
            fresh: true,
            recovered: false,
            hears_from: 0,
            since: 0,
            group: None,
            you: Arc::default(),
            own: Vec::new(),
            folded,
            grace: None,
        };
        self.seats.entry(id).or_insert(seat)
    }

    /// Takes a seat away for good.
    pub(crate) fn remove(&mut self, id: SeatId) -> Option<Seat<L>> {
        let seat = self.seats.swap_remove(&id)?;
        match seat.person.role {
            Role::Host if seat.is_remote => self.remotes -= 1,
            Role::Host => self.host = None,
            Role::Player => self.players -= 1,
            Role::Spectator => self.spectators -= 1,
        }
        if !seat.is_remote {
            self.names.remove(&seat.folded);
        }
        if let Some(until) = seat.grace {
            self.graces.remove(&(until, id));
        }
        Some(seat)
    }

    /// Bars the name and the token of a seat that was taken away. Gives back a token that is remembered no longer.
    pub(crate) fn bar(&mut self, id: SeatId, seat: &Seat<L>) -> Option<Token> {
        self.kicked.push_back(Kicked { seat: id, folded: seat.folded.clone(), token: seat.token });
        (self.kicked.len() > self.most_kicked).then(|| self.kicked.pop_front().map(|kicked| kicked.token)).flatten()
    }

    /// Whether this seat was kicked, as far as is remembered.
    pub(crate) fn was_kicked(&self, id: SeatId) -> bool {
        self.kicked.iter().any(|kicked| kicked.seat == id)
    }

    /// Whether somebody of this name was kicked.
    pub(crate) fn is_barred(&self, name: &Name) -> bool {
        self.kicked.iter().any(|kicked| kicked.folded == name.folded)
    }

    /// Whether somebody has this name, or one that looks like it.
    pub(crate) fn has_name(&self, name: &Name) -> bool {
        self.names.contains_key(&name.folded)
    }

    /// `base`, or `base` with the next seat's number, or with the first one after that makes it free.
    pub(crate) fn free_name(&self, base: &str) -> Name {
        let numbered = (self.last.saturating_add(1)..).map(|n| Name::given(&format!("{base} {n}")));
        let mut names = std::iter::once(Name::given(base)).chain(numbered);
        names.find(|name| !self.has_name(name)).unwrap_or_else(|| Name::given(base))
    }

    /// The seat, if it is taken.
    pub(crate) fn seat(&self, id: SeatId) -> Option<&Seat<L>> {
        find(&self.seats, id)
    }

    /// The seat, if it is taken.
    pub(crate) fn seat_mut(&mut self, id: SeatId) -> Option<&mut Seat<L>> {
        find_mut(&mut self.seats, id)
    }

    /// The seat, if its holder is on this link.
    pub(crate) fn seat_on(&mut self, id: SeatId, link: &Arc<L>) -> Option<&mut Seat<L>> {
        find_mut(&mut self.seats, id).filter(|seat| seat.is_on(link))
    }

    /// The host's seat.
    pub(crate) const fn host(&self) -> Option<SeatId> {
        self.host
    }

    /// Takes note that a seat was put on a link.
    pub(crate) const fn disarrange(&mut self) {
        self.disarranged += 1;
    }

    /// Brings the seats of a large room into the order in which their links lie in memory, if enough of them are out of it.
    /// They are told of a tick in this order: see [`Link::locality`].
    pub(crate) fn arrange(&mut self) {
        if self.seats.len() < LARGE || self.disarranged <= self.seats.len() / DISARRANGED {
            return;
        }
        self.disarranged = 0;
        self.seats.sort_by_cached_key(|_, seat| seat.link.as_ref().map(|link| link.locality()));
    }

    /// All seats.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (SeatId, &Seat<L>)> + Clone {
        self.seats.iter().map(|(&id, seat)| (id, seat))
    }

    /// So many seats from this one on, in the order of [`Self::iter`].
    pub(crate) fn range(&self, first: usize, count: usize) -> impl Iterator<Item = (SeatId, &Seat<L>)> + Clone {
        let end = first.saturating_add(count).min(self.seats.len());
        let seats = self.seats.get_range(first.min(end)..end);
        seats.into_iter().flatten().map(|(&id, seat)| (id, seat))
    }

    /// All seats.
    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = (SeatId, &mut Seat<L>)> {
        self.seats.iter_mut().map(|(&id, seat)| (id, seat))
    }

    /// How the players among these seats are connected.
    pub(crate) fn links(&self, of: &[SeatId]) -> Vec<LinkRow> {
        let player = |&id: &SeatId| find(&self.seats, id).filter(|seat| seat.person.role == Role::Player);
        let row = |seat: &SeatId| {
            let condition = player(seat)?.link.as_ref().map(|link| link.condition());
            Some(LinkRow { seat: *seat, condition })
        };
        of.iter().filter_map(row).collect()
    }

    /// How many players have a seat.
    pub(crate) const fn players(&self) -> usize {
        self.players
    }

    /// How many spectators have a seat.
    pub(crate) const fn spectators(&self) -> usize {
        self.spectators
    }

    /// How many remotes have a seat.
    pub(crate) const fn remotes(&self) -> usize {
        self.remotes
    }

    /// How many seats are taken, whatever the role.
    pub(crate) fn len(&self) -> usize {
        self.seats.len()
    }

    /// The tokens that lead here, kicked ones included.
    pub(crate) fn tokens(&self) -> impl Iterator<Item = Token> {
        self.seats.values().map(|seat| seat.token).chain(self.kicked.iter().map(|kicked| kicked.token))
    }

    /// The seat waits until this moment, or (`None`) not in vain.
    pub(crate) fn set_grace(&mut self, id: SeatId, until: Option<Instant>) {
        let Some(seat) = find_mut(&mut self.seats, id) else { return };
        if let Some(before) = std::mem::replace(&mut seat.grace, until) {
            self.graces.remove(&(before, id));
        }
        if let Some(until) = until {
            self.graces.insert((until, id));
        }
    }

    /// When the next grace is over.
    pub(crate) fn next_grace(&self) -> Option<Instant> {
        self.graces.first().map(|&(until, _)| until)
    }

    /// A seat whose grace is over at `now`.
    pub(crate) fn overdue(&self, now: Instant) -> Option<SeatId> {
        self.graces.first().filter(|&&(until, _)| until <= now).map(|&(_, id)| id)
    }
}
