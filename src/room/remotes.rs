//! Remotes: other devices of a room's host, let in by a key that the host makes and takes back.
//!
//! They are nobody to the game: what one asks for, the host's own seat asks for. Everybody else's seat is `seating`'s.

use std::sync::Arc;
use std::time::Instant;

use parlor_games::contract::{Game, Person, Refusal, Role, SeatId};

use super::core::{Core, Pending};
use super::instance::Room;
use super::token::Token;
use super::{Answer, CloseReason, Link, refusals};

/// What those are told whom the host lets go.
const ENDED: &str = "The host ended this remote.";

impl<G: Game, L: Link> Core<G, L> {
    /// The host wants another key for remotes, or (`revoke`) none. Whoever came by the one before is gone either way.
    pub(super) fn hand_remote(
        &mut self,
        room: &Room<G, L>,
        id: SeatId,
        link: &Arc<L>,
        revoke: bool,
        at: Instant,
    ) -> Answer {
        if self.roster.seat_on(id, link).is_none() {
            return Answer::Refused(refusals::not_seated());
        }
        if self.roster.host() != Some(id) {
            return Answer::Refused(refusals::not_host());
        }
        self.end_remotes(room, at);
        if revoke {
            return Answer::Done;
        }
        let key = Token::random();
        room.set_remote_key(Some(key));
        Answer::Key(key.encode())
    }

    /// A seat for another device of the host. The key is looked at again: it may have been taken back on the way here.
    pub(super) fn remote_seat(&mut self, room: &Room<G, L>, key: &Token, at: Instant) -> Result<SeatId, Refusal> {
        let host = self.roster.host().and_then(|host| self.roster.seat(host));
        let Some(host) = host.filter(|_| room.lets_remote_in(key)) else {
            return Err(refusals::bad_key());
        };
        let person = Person { name: Arc::clone(&host.person.name), role: Role::Host };
        if self.roster.remotes() >= room.shared.config.remotes as usize {
            let away = self.remotes().find(|&(_, connected)| !connected);
            let (away, _) = away.ok_or_else(refusals::room_full)?;
            self.give_up(room, away, at);
        }
        let seat = self.roster.next_seat();
        self.roster.insert_remote(seat, person, room.issue_token(seat));
        room.inbox.open_gate(seat, at);
        Ok(seat)
    }

    /// The key lets nobody in any more, and those it let in are gone.
    pub(super) fn end_remotes(&mut self, room: &Room<G, L>, at: Instant) {
        room.set_remote_key(None);
        let remotes: Vec<_> = if self.roster.remotes() > 0 { self.remotes().collect() } else { Vec::new() };
        for (id, _) in remotes {
            let Some(seat) = self.vacate(room, id, at) else { continue };
            room.shared.tokens.revoke(seat.token);
            if let Some(link) = seat.link {
                self.pending.push(Pending::Closed {
                    link,
                    seat: id,
                    reason: CloseReason::Kicked,
                    message: ENDED.into(),
                });
            }
        }
    }

    /// As whom the holder of a seat asks, and in which role, if this is where they are: a remote is the host.
    pub(super) fn acting(&mut self, id: SeatId, link: &Arc<L>) -> Option<(SeatId, Role)> {
        let seat = self.roster.seat_on(id, link)?;
        let (is_remote, role) = (seat.is_remote, seat.person.role);
        let id = if is_remote { self.roster.host()? } else { id };
        Some((id, role))
    }

    /// The remotes, and whether each is connected.
    fn remotes(&self) -> impl Iterator<Item = (SeatId, bool)> {
        self.roster.iter().filter(|(_, seat)| seat.is_remote).map(|(id, seat)| (id, seat.link.is_some()))
    }
}
