//! Attendance: whether the host is there, and whether anybody is.
//!
//! Players' own state is in `players`; here they only count.

use std::collections::BTreeMap;

use crate::contract::{Micros, Role, SeatId};

/// Who is connected, and since when nobody is.
#[derive(Debug)]
pub(super) struct Attendance {
    seats: BTreeMap<SeatId, Present>,
    connected: usize,
    /// Since when the host is gone; `None` while a host is connected.
    host_gone: Option<Micros>,
    /// Since when nobody is connected; `None` while somebody is.
    empty: Option<Micros>,
}

#[derive(Clone, Copy, Debug)]
struct Present {
    role: Role,
    connected: bool,
}

impl Attendance {
    /// Nobody's, from the room's opening on.
    pub(super) const fn new() -> Self {
        Self { seats: BTreeMap::new(), connected: 0, host_gone: Some(Micros(0)), empty: Some(Micros(0)) }
    }

    /// Since when the host is gone; `None` while a host is connected.
    pub(super) const fn host_gone(&self) -> Option<Micros> {
        self.host_gone
    }

    /// Since when nobody is connected; `None` while somebody is.
    pub(super) const fn empty(&self) -> Option<Micros> {
        self.empty
    }

    /// Somebody takes a seat and is connected.
    pub(super) fn join(&mut self, seat: SeatId, role: Role, at: Micros) {
        if self.seats.insert(seat, Present { role, connected: false }).is_some_and(|old| old.connected) {
            self.connected = self.connected.saturating_sub(1);
        }
        self.presence(seat, true, at);
    }

    /// A seat dropped or came back. Says whether that is a change.
    pub(super) fn presence(&mut self, seat: SeatId, connected: bool, at: Micros) -> bool {
        let Some(present) = self.seats.get_mut(&seat).filter(|present| present.connected != connected) else {
            return false;
        };
        present.connected = connected;
        let role = present.role;
        if connected {
            self.connected = self.connected.saturating_add(1);
        } else {
            self.connected = self.connected.saturating_sub(1);
        }
        self.empty = if self.connected == 0 { Some(at) } else { None };
        if role == Role::Host {
            self.host_gone = if self.hosts() { None } else { Some(at) };
        }
        true
    }

    /// A seat is given up.
    pub(super) fn leave(&mut self, seat: SeatId, at: Micros) {
        self.presence(seat, false, at);
        self.seats.remove(&seat);
    }

    fn hosts(&self) -> bool {
        self.seats.values().any(|present| present.role == Role::Host && present.connected)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_who_moves_to_another_seat_is_not_gone() {
        let mut attendance = Attendance::new();
        assert_eq!(attendance.host_gone(), Some(Micros(0)));
        attendance.join(SeatId(1), Role::Host, Micros(5));
        attendance.join(SeatId(2), Role::Host, Micros(6));
        attendance.leave(SeatId(1), Micros(7));
        assert_eq!((attendance.host_gone(), attendance.empty()), (None, None));
        attendance.presence(SeatId(2), false, Micros(8));
        assert_eq!((attendance.host_gone(), attendance.empty()), (Some(Micros(8)), Some(Micros(8))));
    }

    #[test]
    fn the_same_news_twice_counts_once() {
        let mut attendance = Attendance::new();
        attendance.join(SeatId(1), Role::Player, Micros(1));
        attendance.join(SeatId(2), Role::Player, Micros(1));
        assert!(attendance.presence(SeatId(1), false, Micros(2)));
        assert!(!attendance.presence(SeatId(1), false, Micros(3)));
        attendance.leave(SeatId(1), Micros(4));
        attendance.leave(SeatId(1), Micros(5));
        assert_eq!(attendance.empty(), None, "seat 2 is there");
    }
}
