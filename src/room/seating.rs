//! Who gets a seat, comes back to it, is moved from it, or loses it.
//!
//! Sends nothing itself: answers and farewells wait for the end of the tick.

use std::sync::Arc;
use std::time::Instant;

use parlor_games::contract::{Game, Person, Refusal, Role, SeatId};

use super::core::{Core, Pending};
use super::instance::Room;
use super::journal::Happened;
use super::name::Name;
use super::shared::Arrival;
use super::{Answer, Broadcast, CloseReason, Link, Newcomer, Outgoing, SyncBy, refusals};

type Missed<L> = Vec<Broadcast<<L as Link>::Encoded>>;

impl<G: Game, L: Link> Core<G, L> {
    /// Somebody wants in.
    pub(super) fn admit(&mut self, room: &Room<G, L>, arrival: Arrival<L>, at: Instant) {
        let Arrival { role, name, avatar, sync, founder, claimed, remote, link, ack } = arrival;
        self.claims_met += usize::from(claimed);
        let seat = match remote {
            Some(key) => self.remote_seat(room, &key, at),
            None => self.seat(room, role, name, avatar, at),
        };
        match seat {
            Ok(seat) => self.put(room, seat, sync, link, ack, at),
            Err(refusal) => {
                self.pending.push(Pending::Answer { link, seat: None, ack, answer: Answer::Refused(refusal) });
                if founder && self.roster.len() == 0 {
                    self.ending = Some(CloseReason::Ended);
                }
            }
        }
    }

    /// Somebody with the seat's token is back, or there from another device.
    pub(super) fn resume(
        &mut self,
        room: &Room<G, L>,
        seat: SeatId,
        sync: SyncBy,
        link: Arc<L>,
        ack: L::Ack,
        at: Instant,
    ) {
        if self.roster.seat(seat).is_some() {
            self.put(room, seat, sync, link, ack, at);
        } else {
            let refusal = self.gone(seat);
            self.pending.push(Pending::Answer { link, seat: None, ack, answer: Answer::Refused(refusal) });
        }
    }

    /// Somebody's connection was recovered. Unlike whoever shows the token, they take the seat from nobody.
    pub(super) fn come_back(
        &mut self,
        room: &Room<G, L>,
        seat: SeatId,
        from: u64,
        link: Arc<L>,
        ack: L::Ack,
        at: Instant,
    ) {
        match self.missed(room, seat, from) {
            Ok((sync, missed)) => {
                let hears_from = self.roster.seat(seat).map_or(0, |seat| seat.hears_from);
                self.put(room, seat, sync, link, ack, at);
                if let Some(seat) = self.roster.seat_mut(seat) {
                    seat.recovered = true;
                    seat.hears_from = hears_from;
                    // Behind the greeting, before all that is said from here on.
                    seat.own.extend(missed.into_iter().map(|broadcast| (0, broadcast)));
                }
            }
            Err(refusal) => {
                self.pending.push(Pending::Answer { link, seat: None, ack, answer: Answer::Refused(refusal) });
            }
        }
    }

    /// How the seat is told of state, and what its holder has missed.
    fn missed(&self, room: &Room<G, L>, id: SeatId, from: u64) -> Result<(SyncBy, Missed<L>), Refusal> {
        let seat = self.roster.seat(id).ok_or_else(|| self.gone(id))?;
        if seat.link.is_some() {
            return Err(refusals::not_seated());
        }
        let missed = self.past.missed(id, from.max(seat.hears_from)).ok_or_else(refusals::not_seated)?;
        let again = |(number, outgoing): (_, &Outgoing)| {
            let place = Some(room.place(number));
            Broadcast { place, ..Broadcast::new(outgoing.clone()) }
        };
        Ok((seat.sync, missed.map(again).collect()))
    }

    /// Why there is no such seat.
    fn gone(&self, seat: SeatId) -> Refusal {
        if self.roster.was_kicked(seat) { refusals::kicked() } else { refusals::unknown_token() }
    }

    /// The link is gone; the seat waits.
    pub(super) fn lose(&mut self, room: &Room<G, L>, id: SeatId, link: &Arc<L>, at: Instant) {
        let Some(seat) = self.roster.seat_on(id, link) else { return };
        self.following.changed();
        seat.link = None;
        if seat.is_remote {
            // Nobody to the game; who comes back to it needs its token, which only its host takes from it.
            return;
        }
        seat.away = true;
        let grace = match seat.person.role {
            // The show goes on without its host, who must find the seat again.
            Role::Host => None,
            Role::Player => self.rules.grace,
            Role::Spectator => {
                let grace = room.shared.config.spectator_grace();
                Some(self.rules.grace.map_or(grace, |rules| rules.min(grace)))
            }
        };
        self.roster.set_grace(id, grace.and_then(|grace| at.checked_add(grace)));
        self.record(room, at, Happened::Presence { seat: id, connected: false });
        self.game.presence(id, false, room.micros(at), &mut self.effects);
    }

    /// The seat is given up for good; its token leads nowhere any more.
    pub(super) fn give_up(&mut self, room: &Room<G, L>, id: SeatId, at: Instant) {
        if let Some(seat) = self.vacate(room, id, at) {
            room.shared.tokens.revoke(seat.token);
        }
    }

    /// The game removes the seat; neither its token nor its name comes back.
    pub(super) fn kick(&mut self, room: &Room<G, L>, id: SeatId, refusal: Refusal, at: Instant) {
        let Some(seat) = self.vacate(room, id, at) else { return };
        if let Some(forgotten) = self.roster.bar(id, &seat) {
            room.shared.tokens.revoke(forgotten);
        }
        if let Some(link) = seat.link {
            let reason = CloseReason::Kicked;
            self.pending.push(Pending::Closed { link, seat: id, reason, message: refusal.message });
        }
    }

    /// Takes the seat away, whoever holds it.
    pub(super) fn vacate(&mut self, room: &Room<G, L>, id: SeatId, at: Instant) -> Option<super::roster::Seat<L>> {
        let seat = self.roster.remove(id)?;
        self.following.changed();
        room.inbox.close_gate(id);
        if seat.is_remote {
            return Some(seat);
        }
        if seat.person.role == Role::Host {
            self.end_remotes(room, at);
        }
        if seat.person.role == Role::Player {
            self.news.left(id, &seat.person.name);
        }
        self.record(room, at, Happened::Left { seat: id });
        self.game.leave(id, room.micros(at), &mut self.effects);
        Some(seat)
    }

    /// The seat for somebody of this role and name: the host's own, or one that was not there before.
    fn seat(
        &mut self,
        room: &Room<G, L>,
        role: Role,
        name: Option<Name>,
        avatar: Option<u16>,
        at: Instant,
    ) -> Result<SeatId, Refusal> {
        if role == Role::Host {
            if !self.rules.hosted {
                return Err(refusals::no_host());
            }
            if let Some(host) = self.roster.host() {
                return Ok(self.move_host(room, host, at));
            }
        } else if self.locked {
            return Err(refusals::locked());
        }
        let full = match role {
            Role::Host => false,
            Role::Player => self.roster.players() >= room.capacity(),
            Role::Spectator => self.roster.spectators() >= room.shared.config.spectators as usize,
        };
        if full {
            return Err(refusals::room_full());
        }
        let name = self.free_name(role, name)?;
        let seat = self.roster.next_seat();
        let person = Person { name: Arc::clone(&name.shown), role };
        self.game.join(seat, &person, room.micros(at), &mut self.effects)?;
        self.record(room, at, Happened::Joined { seat, name: &name.shown, role });
        if role == Role::Player {
            self.news.joined(Newcomer { seat, name: Arc::clone(&name.shown), avatar });
        }
        self.roster.insert(seat, person, &name, room.issue_token(seat)).avatar = avatar;
        room.inbox.open_gate(seat, at);
        Ok(seat)
    }

    /// The key moves the host's seat. Its token is changed, and its remotes end: who held the seat without the key can neither
    /// take it back nor go on by way of them.
    fn move_host(&mut self, room: &Room<G, L>, host: SeatId, at: Instant) -> SeatId {
        self.end_remotes(room, at);
        if let Some(seat) = self.roster.seat_mut(host) {
            room.shared.tokens.revoke(seat.token);
            seat.token = room.issue_token(host);
        }
        host
    }

    fn free_name(&self, role: Role, name: Option<Name>) -> Result<Name, Refusal> {
        let Some(name) = name else {
            return match role {
                Role::Host => Ok(self.roster.free_name("Host")),
                Role::Spectator => Ok(self.roster.free_name("Spectator")),
                Role::Player => Err(refusals::name_empty()),
            };
        };
        if self.roster.is_barred(&name) {
            return Err(refusals::kicked());
        }
        if self.roster.has_name(&name) {
            return Err(refusals::name_taken());
        }
        Ok(name)
    }

    /// The seat's holder is on this link from here on.
    fn put(&mut self, room: &Room<G, L>, id: SeatId, sync: SyncBy, link: Arc<L>, ack: L::Ack, at: Instant) {
        self.roster.set_grace(id, None);
        let (since, hears_from) = (self.order, self.past.next());
        let Some(seat) = self.roster.seat_mut(id) else { return };
        self.following.changed();
        let comes_back = std::mem::take(&mut seat.away);
        match seat.link.take() {
            // What this tick has for it is for it still.
            Some(same) if Arc::ptr_eq(&same, &link) => {}
            old => {
                seat.own.clear();
                seat.since = since;
                seat.hears_from = hears_from;
                seat.recovered = false;
                if let Some(link) = old {
                    let reason = CloseReason::Replaced;
                    self.pending.push(Pending::Closed { link, seat: id, reason, message: reason.message().into() });
                }
            }
        }
        seat.link = Some(Arc::clone(&link));
        seat.sync = sync;
        seat.fresh = true;
        self.roster.disarrange();
        self.pending.push(Pending::Seated { link, ack, seat: id });
        if comes_back {
            self.record(room, at, Happened::Presence { seat: id, connected: true });
            self.game.presence(id, true, room.micros(at), &mut self.effects);
        }
    }
}
