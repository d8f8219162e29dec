//! A hall: many equal rooms of one game, every seat of them taken by a mute link.
//!
//! Measures nothing: it opens the rooms, speaks for the seats, and lets time pass.

use std::io;
use std::sync::Arc;
use std::time::Instant;

use parlor_games::contract::{Library, Refusal, Role, SeatId};
use parlor_proto::socket::Parser;
use serde_json::{Value, json};

use super::mute::{Heard, Mute};
use crate::room::{
    Catalog, Clock, CloseReason, Config, CreateRequest, Directory, JoinRequest, ManualClock, NoLibrary, Origin,
    RoomHandle, SyncBy, SystemClock,
};

/// Which parsers the clients of a room use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Parsers {
    /// All of them JSON.
    Json,
    /// All of them msgpack.
    Msgpack,
    /// Every other one msgpack, so that everything is encoded twice.
    Both,
}

impl Parsers {
    const fn of(self, nth: usize) -> Parser {
        match self {
            Self::Json => Parser::Json,
            Self::Msgpack => Parser::Msgpack,
            Self::Both if nth.is_multiple_of(2) => Parser::Json,
            Self::Both => Parser::Msgpack,
        }
    }
}

/// What a hall is opened with.
#[derive(Clone)]
pub struct Setup {
    /// The game's name.
    pub game: &'static str,
    /// Its options.
    pub options: Value,
    /// What the options may name.
    pub library: Arc<dyn Library>,
    /// Whether the first seat of each room is the host's.
    pub hosted: bool,
    /// How many rooms. Each costs its seats' links besides: about a KiB.
    pub rooms: usize,
    /// How many seats are taken in each.
    pub seats: usize,
    /// How the seats' clients want it.
    pub parsers: Parsers,
    /// Threads that tick; 0: one for each core.
    pub threads: usize,
}

impl std::fmt::Debug for Setup {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { game, options, rooms, seats, parsers, .. } = self;
        f.debug_struct("Setup")
            .field("game", game)
            .field("options", options)
            .field("rooms", rooms)
            .field("seats", seats)
            .field("parsers", parsers)
            .finish_non_exhaustive()
    }
}

impl Setup {
    /// So many arenas of so many seats at this rate.
    #[must_use]
    pub fn arena(rooms: usize, seats: usize, hz: u16) -> Self {
        Self {
            game: "arena",
            options: json!({"hz": hz, "seats": seats}),
            library: Arc::new(NoLibrary),
            hosted: false,
            rooms,
            seats,
            parsers: Parsers::Json,
            threads: 0,
        }
    }
}

/// Why there is no hall.
#[derive(Debug, thiserror::Error)]
pub enum HallError {
    /// A seat was refused: too many of something, or a game that does not take these options.
    #[error("{}", .0.message)]
    Refused(Refusal),
    /// The system has no threads left.
    #[error("cannot start the threads: {0}")]
    Threads(#[from] io::Error),
}

/// The rooms and their seats.
#[derive(Debug)]
pub struct Hall {
    directory: Directory<Mute>,
    time: Time,
    seats: Vec<Seat>,
}

#[derive(Debug)]
struct Seat {
    link: Arc<Mute>,
    room: Arc<dyn RoomHandle<Mute>>,
    id: SeatId,
}

#[derive(Debug)]
enum Time {
    Real,
    Manual(ManualClock),
}

impl Hall {
    /// A hall on the machine's clock. Nothing ticks until [`Self::start`].
    ///
    /// # Errors
    /// A seat was refused.
    pub fn real(setup: &Setup) -> Result<Self, HallError> {
        Self::open(setup, Time::Real, Arc::new(SystemClock::start()))
    }

    /// A hall whose time passes only in [`Self::run_until`].
    ///
    /// # Errors
    /// A seat was refused.
    pub fn manual(setup: &Setup) -> Result<Self, HallError> {
        let clock = ManualClock::start();
        Self::open(setup, Time::Manual(clock.clone()), Arc::new(clock))
    }

    /// Starts the threads that tick.
    ///
    /// # Errors
    /// There are none left.
    pub fn start(&self) -> Result<(), HallError> {
        Ok(self.directory.start_threads()?)
    }

    /// The rooms.
    #[must_use]
    pub const fn directory(&self) -> &Directory<Mute> {
        &self.directory
    }

    /// This moment in the hall.
    #[must_use]
    pub fn now(&self) -> Instant {
        self.directory.clock().now()
    }

    /// How many seats there are: first each room's first one, then each room's second one, and so on.
    #[must_use]
    pub const fn seats(&self) -> usize {
        self.seats.len()
    }

    /// The `nth` seat asks for this input, which is JSON. Nothing, if there is no such seat.
    pub fn ask(&self, nth: usize, input: &str) {
        let Some(Seat { link, room, id }) = self.seats.get(nth) else { return };
        room.input_json(*id, link, input.as_bytes(), self.now(), Some(()));
    }

    /// Steps rooms as they fall due, until `end`, on this thread; asks `between` at every moment at which any is due. With a
    /// manual clock the time jumps from one such moment to the next.
    pub fn run_until(&self, end: Instant, mut between: impl FnMut(&Self)) {
        while let Some(due) = self.directory.step().filter(|due| *due <= end) {
            self.pass(due);
            between(self);
        }
        self.pass(end);
        self.directory.step();
    }

    /// What all the seats were told, the answers to their first requests included.
    #[must_use]
    pub fn heard(&self) -> Heard {
        self.seats.iter().map(|seat| seat.link.heard()).fold(Heard::default(), |all, one| Heard {
            applied: all.applied + one.applied,
            refused: all.refused + one.refused,
            deliveries: all.deliveries + one.deliveries,
            bytes: all.bytes + one.bytes,
        })
    }

    /// Ends all rooms and stops the threads. Every request is answered when this returns.
    pub fn close(&self) {
        self.directory.shutdown(CloseReason::Shutdown);
    }

    fn open(setup: &Setup, time: Time, clock: Arc<dyn Clock>) -> Result<Self, HallError> {
        let config = Config {
            max_rooms: setup.rooms,
            rooms_per_origin: setup.rooms,
            tick_threads: match &time {
                Time::Real => setup.threads,
                Time::Manual(_) => 1,
            },
            ..Config::default()
        };
        let directory = Directory::new(config, clock, Arc::clone(&setup.library), Catalog::shipped(), None);
        let mut hall = Self { directory, time, seats: Vec::with_capacity(setup.rooms * setup.seats) };
        let makers = (0..setup.rooms).map(|_| {
            let link = Mute::new(setup.parsers.of(0));
            hall.directory.create(wish(setup), Arc::clone(&link), ());
            link
        });
        let makers: Vec<_> = makers.collect();
        hall.seat(makers)?;
        let codes: Vec<_> = hall.seats.iter().map(|seat| Arc::clone(seat.room.code())).collect();
        for nth in 1..setup.seats {
            let guests = codes.iter().map(|code| {
                let link = Mute::new(setup.parsers.of(nth));
                let request = JoinRequest {
                    role: Role::Player,
                    name: Some(name(nth)),
                    avatar: None,
                    sync: SyncBy::Delta,
                    authorized: true,
                    remote: None,
                };
                hall.directory.join(code, request, Arc::clone(&link), ());
                link
            });
            let guests: Vec<_> = guests.collect();
            hall.seat(guests)?;
        }
        Ok(hall)
    }

    /// Lets time pass until each of these links has the seat it asked for.
    fn seat(&mut self, links: Vec<Arc<Mute>>) -> Result<(), HallError> {
        for link in links {
            let seated = loop {
                if let Some(seated) = link.seated() {
                    break seated;
                }
                if let Some(due) = self.directory.step() {
                    self.pass(due);
                }
            };
            let (code, id) = seated.map_err(HallError::Refused)?;
            let room = self.directory.find(&code).ok_or_else(ended)?;
            self.seats.push(Seat { link, room, id });
        }
        Ok(())
    }

    /// It is `until`, or later.
    fn pass(&self, until: Instant) {
        match &self.time {
            Time::Real => std::thread::sleep(until.saturating_duration_since(self.now())),
            Time::Manual(clock) => clock.advance_to(until),
        }
    }
}

fn ended() -> HallError {
    HallError::Refused(Refusal::new("room_ended", "A room ended before it was full."))
}

fn wish(setup: &Setup) -> CreateRequest {
    CreateRequest {
        game: setup.game.to_owned(),
        options: Some(setup.options.clone()),
        private: true,
        origin: Origin("bench".into()),
        role: Some(if setup.hosted { Role::Host } else { Role::Player }),
        name: Some(name(0)),
        avatar: None,
        sync: SyncBy::Delta,
        authorized: true,
    }
}

fn name(nth: usize) -> String {
    format!("Player {nth}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_game_refuses_is_no_hall() {
        let refused = Hall::manual(&Setup::arena(1, 1, 999));
        assert!(matches!(refused, Err(HallError::Refused(refusal)) if refusal.code == "bad_options"));
    }
}
