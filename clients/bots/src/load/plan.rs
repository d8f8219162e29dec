//! What a load is to be: where to, how many, how often, how long, and what goes wrong on purpose.
//!
//! Connects nowhere; what it allows is decided here alone.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::ops::Range;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{Parser, Transport};

/// What the clients do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scenario {
    /// Move about in rooms of the arena; every tick the whole state comes back.
    #[default]
    Arena,
    /// Connect at an even pace, and do nothing.
    Idle,
    /// Connect all at once, and do nothing.
    Storm,
    /// The arena; a share of the clients stop reading, each for three quarters of the middle half of the time.
    Slow,
    /// The arena; a share of the clients lose their connection in the middle half of the time, and resume.
    Reconnect,
    /// A quiz with a host, from the lobby to the podium; everybody answers everything.
    Quiz,
}

impl Scenario {
    /// Whether the clients sit in rooms of the arena.
    pub(super) fn plays_arena(self) -> bool {
        matches!(self, Self::Arena | Self::Slow | Self::Reconnect)
    }
}

/// Event names of another Socket.IO server that does the arena's work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Foreign {
    /// Asks for a place in a room, with `{room, name}` and an acknowledgement. Empty: connecting is enough.
    pub join: String,
    /// Carries an input, `{type, seq, dx, dy}`.
    pub input: String,
    /// Carries the state; a `t` in it, in milliseconds since the epoch, makes its latency known.
    pub state: String,
}

/// A load. Every field can be left at its default but `addr`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// What the clients do.
    pub scenario: Scenario,
    /// Where the server listens.
    pub addr: SocketAddr,
    /// Where it has its Socket.IO.
    pub path: String,
    /// How many clients.
    pub clients: usize,
    /// Over how many rooms they spread; 0: as many as make eight to a room. A quiz has one by default.
    pub rooms: usize,
    /// Ticks a second of each room.
    pub hz: u8,
    /// Inputs a second of each client; 0: none.
    pub input_hz: f64,
    /// How long is measured, once everybody is there, in seconds; of a quiz, how long it may take. At most an hour.
    pub seconds: f64,
    /// Connections a second of the `idle` scenario.
    pub rate: u32,
    /// How packets are written down.
    pub parser: Parser,
    /// What the sessions run over.
    pub transport: Transport,
    /// The server's process, for its CPU time and memory.
    pub pid: Option<u32>,
    /// The key that makes a quiz's host.
    pub host_key: Option<String>,
    /// The pack of a quiz.
    pub pack: String,
    /// The share of clients that `slow` and `reconnect` are about, 0 to 1.
    pub share: f64,
    /// How many processes the clients are spread over: systems bound the files one may open, and a connection is one.
    pub processes: usize,
    /// Questions after which a quiz is ended; 0: all of its pack.
    pub questions: usize,
    /// The chosen of `slow` and `reconnect` do nothing of the kind, but are not measured either: what the others are
    /// compared with.
    pub calm: bool,
    /// Follow by deltas rather than by the whole state every tick.
    pub deltas: bool,
    /// Another server's event names.
    pub foreign: Option<Foreign>,
    /// Load a server that is not on this machine.
    pub allow_remote: bool,
}

impl Plan {
    /// The defaults, against this address.
    #[must_use]
    pub fn new(addr: SocketAddr) -> Self {
        Self {
            scenario: Scenario::default(),
            addr,
            path: "/socket.io/".into(),
            clients: 800,
            rooms: 0,
            hz: 30,
            input_hz: 10.0,
            seconds: 10.0,
            rate: 1_000,
            parser: Parser::default(),
            transport: Transport::default(),
            pid: None,
            host_key: None,
            pack: "general-knowledge".into(),
            share: 0.1,
            processes: 1,
            questions: 0,
            calm: false,
            deltas: false,
            foreign: None,
            allow_remote: false,
        }
    }

    /// Rooms, when `rooms` leaves them to be chosen.
    #[must_use]
    pub fn rooms(&self) -> usize {
        let chosen = match self.scenario {
            Scenario::Idle | Scenario::Storm => return 0,
            Scenario::Quiz => 1,
            Scenario::Arena | Scenario::Slow | Scenario::Reconnect => self.clients.div_ceil(SEATS),
        };
        if self.rooms == 0 { chosen } else { self.rooms.min(self.clients) }
    }

    /// The most clients in one room.
    pub(super) fn seats(&self) -> usize {
        self.clients.div_ceil(self.rooms().max(1))
    }

    /// The room that the client of this number sits in.
    pub(super) fn room_of(&self, nth: usize) -> usize {
        nth * self.rooms() / self.clients.max(1)
    }

    /// The clients of this process of them all. Numbers are the same whatever the number of processes.
    pub(super) fn part(&self, part: usize) -> Range<usize> {
        let from = |part: usize| self.clients * part / self.processes.max(1);
        from(part)..from(part + 1)
    }

    /// Whether somebody is to stop reading.
    pub(super) fn stalls(&self) -> bool {
        self.scenario == Scenario::Slow && !self.calm
    }

    /// How long the connecting may take: a server that answers nothing is not waited for without end.
    pub(super) fn gathering(&self) -> Duration {
        let rate = if self.scenario == Scenario::Idle { f64::from(self.rate.max(1)).min(SLOWEST) } else { SLOWEST };
        Duration::from_secs(20) + Duration::from_secs_f64(self.clients as f64 / rate)
    }

    /// Whether this load may be made.
    ///
    /// # Errors
    /// It aims at another machine without leave, or asks for what cannot be.
    pub fn check(&self) -> Result<(), PlanError> {
        if !self.allow_remote && !self.addr.ip().to_canonical().is_loopback() {
            return Err(PlanError::Remote(self.addr));
        }
        let wrong = |what: &'static str| Err(PlanError::Range(what));
        match self {
            Self { clients: 0 | 1_000_001.., .. } => wrong("clients: 1 to 1,000,000"),
            Self { hz: 0 | 129.., .. } => wrong("hz: 1 to 128"),
            Self { seconds, .. } if !(0.1..=3_600.0).contains(seconds) => wrong("seconds: 0.1 to 3,600"),
            Self { input_hz, .. } if !(0.0..=1_000.0).contains(input_hz) => wrong("input-hz: 0 to 1,000"),
            Self { share, .. } if !(0.0..=1.0).contains(share) => wrong("share: 0 to 1"),
            Self { processes: 0 | 65.., .. } => wrong("processes: 1 to 64"),
            Self { processes, clients, .. } if processes > clients => wrong("processes: no more than clients"),
            Self { scenario: Scenario::Quiz, host_key: None, .. } => wrong("host-key: a quiz needs a host"),
            Self { scenario, foreign: Some(_), .. } if *scenario != Scenario::Arena => {
                wrong("event names: another server can do the arena's work only")
            }
            _ => Ok(()),
        }
    }

    /// The address to connect the client of this number from. All of 127.0.0.0/8 is this machine, so there are as many
    /// as are needed: one address has no more than 28,000 ports, and servers bound what one address may do. With another salt
    /// they are others, as servers remember for a while what an address did.
    pub(super) fn source(&self, nth: usize, salt: u32) -> Option<IpAddr> {
        if !matches!(self.addr.ip(), IpAddr::V4(address) if address.is_loopback()) {
            return None;
        }
        let block = (self.seats() * ROOMS_PER_SOURCE).clamp(1, PER_SOURCE);
        let host = (u32::try_from(nth / block).unwrap_or(0) + (salt << 12)) % (1 << 23);
        Some(IpAddr::V4(Ipv4Addr::from(u32::from(FIRST_SOURCE) + host)))
    }

    /// Whether the client of this number is one of those that `slow` and `reconnect` are about: they are spread evenly.
    pub(super) fn chosen(&self, nth: usize) -> bool {
        let before = |count: usize| (count as f64 * self.share + 1e-9).floor();
        matches!(self.scenario, Scenario::Slow | Scenario::Reconnect) && before(nth + 1) > before(nth)
    }
}

/// Why a load is not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// The target is not on this machine.
    #[error(
        "{0} is not this machine. A load generator is a weapon: pointed at a server that isn't yours it is an attack. \
         If it is yours, say so with --allow-remote"
    )]
    Remote(SocketAddr),
    /// A field is out of its range, which this says.
    #[error("{0}")]
    Range(&'static str),
}

/// Seats of a room, when nobody says how many rooms there are.
const SEATS: usize = 8;
/// Rooms opened from one address: Parlor lets one open 32.
const ROOMS_PER_SOURCE: usize = 16;
/// Clients of one address: Parlor lets one ask for 3,000 seats a minute, and a system has 28,000 ports for one.
const PER_SOURCE: usize = 2_000;
/// 127.0.0.1 is left to what else runs on this machine.
const FIRST_SOURCE: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);
/// Clients a second that even a slow server connects.
const SLOWEST: f64 = 100.0;

#[cfg(test)]
mod tests {
    use super::*;

    fn plan() -> Plan {
        Plan::new(SocketAddr::from(([127, 0, 0, 1], 3000)))
    }

    #[test]
    fn another_machine_is_refused_unless_it_is_allowed() {
        for there in ["192.0.2.1:80", "[2001:db8::1]:80", "0.0.0.0:80", "[::ffff:192.0.2.1]:80"] {
            let addr = there.parse().expect("an address");
            let plan = Plan { addr, ..plan() };
            assert_eq!(plan.check(), Err(PlanError::Remote(addr)));
            assert_eq!(Plan { allow_remote: true, ..plan }.check(), Ok(()));
        }
        for here in ["127.9.9.9:80", "[::1]:80", "[::ffff:127.0.0.1]:80"] {
            assert_eq!(Plan { addr: here.parse().expect("an address"), ..plan() }.check(), Ok(()), "{here}");
        }
    }

    #[test]
    fn what_cannot_be_is_refused() {
        for wrong in [
            Plan { clients: 0, ..plan() },
            Plan { hz: 0, ..plan() },
            Plan { seconds: f64::NAN, ..plan() },
            Plan { seconds: 1e9, ..plan() },
            Plan { share: 1.5, ..plan() },
            Plan { processes: 0, ..plan() },
            Plan { processes: 3, clients: 2, ..plan() },
            Plan { scenario: Scenario::Quiz, ..plan() },
        ] {
            assert!(matches!(wrong.check(), Err(PlanError::Range(_))), "{wrong:?}");
        }
    }

    #[test]
    fn sources_stay_under_what_one_address_has_ports_and_rooms_for() {
        let many = Plan { clients: 40_000, rooms: 1, ..plan() };
        let from = |plan: &Plan, nth| plan.source(nth, 0).expect("an address").to_string();
        assert_eq!((from(&many, 1_999), from(&many, 2_000)), ("127.0.0.2".into(), "127.0.0.3".into()));
        let rooms = Plan { clients: 800, ..plan() };
        assert_eq!((from(&rooms, 127), from(&rooms, 128)), ("127.0.0.2".into(), "127.0.0.3".into()));
        assert_eq!(Plan { addr: "[::1]:80".parse().expect("an address"), ..plan() }.source(5, 0), None);
    }

    #[test]
    fn processes_share_the_clients_without_gap_or_overlap() {
        let plan = Plan { clients: 10, processes: 3, rooms: 2, ..plan() };
        let all: Vec<usize> = (0..3).flat_map(|part| plan.part(part)).collect();
        assert_eq!(all, (0..10).collect::<Vec<_>>());
        assert_eq!((plan.room_of(0), plan.room_of(4), plan.room_of(5), plan.room_of(9)), (0, 0, 1, 1));
    }

    #[test]
    fn the_chosen_are_as_many_as_the_share_says() {
        for share in [0.0, 0.1, 0.25, 1.0] {
            let plan = Plan { scenario: Scenario::Slow, share, ..plan() };
            let chosen = (0..1_000).filter(|nth| plan.chosen(*nth)).count();
            assert_eq!(chosen, (1_000.0 * share) as usize, "{share}");
        }
        assert!(!Plan { share: 1.0, ..plan() }.chosen(0));
    }
}
