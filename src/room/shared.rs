//! What the rooms of a directory share, and what they are to it and to the scheduler.
//!
//! Finds and makes no rooms (`directory`), and changes none.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::RwLock;
use parlor_games::contract::{Refusal, Role, SeatId};
use serde_json::Value;
use tokio::sync::watch;

use super::inbox::Limits;
use super::journal::Journal;
use super::name::Name;
use super::origins::{Origins, Permit};
use super::scheduler::{Placing, Scheduler, Step};
use super::stats::Stats;
use super::token::{Token, Tokens};
use super::{Clock, CloseReason, Config, Link, Place, RoomHandle, SyncBy, refusals};

/// What rooms share.
pub(crate) struct Shared<L: Link> {
    pub(crate) config: Config,
    pub(super) limits: Limits,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) journal: Option<Arc<dyn Journal>>,
    pub(crate) tokens: Tokens<dyn Enrolled<L>>,
    pub(crate) scheduler: Scheduler,
    pub(crate) stats: Arc<Stats>,
    pub(super) origins: Origins,
    pub(super) rooms: RwLock<HashMap<Arc<str>, Arc<dyn Enrolled<L>>>>,
    pub(super) listings: watch::Sender<u64>,
    pub(super) closing: AtomicBool,
}

impl<L: Link> Shared<L> {
    /// What rooms share before there is any.
    pub(super) fn new(config: Config, clock: Arc<dyn Clock>, journal: Option<Arc<dyn Journal>>) -> Self {
        let threads = config.threads();
        let stats = Arc::new(Stats::new(threads));
        let scheduler = Scheduler::new(threads, Arc::clone(&clock), Arc::clone(&stats));
        Self {
            limits: Limits::new(&config),
            config,
            clock,
            journal,
            tokens: Tokens::default(),
            stats,
            scheduler,
            origins: Origins::default(),
            rooms: RwLock::default(),
            listings: watch::Sender::new(0),
            closing: AtomicBool::new(false),
        }
    }

    /// Whether there is place for a room beside so many.
    pub(super) fn vacancy(&self, rooms: usize) -> Result<(), Refusal> {
        if self.closing.load(Ordering::Relaxed) {
            return Err(refusals::shutting_down());
        }
        if rooms >= self.config.room_limit() {
            return Err(refusals::server_full());
        }
        Ok(())
    }

    /// What the lobby shows has changed.
    pub(crate) fn listing_changed(&self) {
        self.listings.send_modify(|count| *count += 1);
    }

    /// Nobody finds this room any more.
    pub(crate) fn remove(&self, code: &str) {
        self.rooms.write().remove(code);
    }
}

/// A room, as the directory and the scheduler see it.
pub(crate) trait Enrolled<L: Link>: RoomHandle<L> + Step {
    /// Somebody wants a seat.
    fn join(&self, arrival: Arrival<L>);

    /// Somebody has the token of this seat.
    fn resume(&self, seat: SeatId, sync: SyncBy, link: Arc<L>, ack: L::Ack);

    /// Somebody's connection to this seat was recovered, who has got all that is said once up to this place.
    fn come_back(&self, seat: SeatId, got: Option<&Place>, link: Arc<L>, ack: L::Ack);

    /// Ends it, from any thread but its own tick.
    fn end(&self, reason: CloseReason);

    /// Whether quick match may lead there, for a room with these options; a seat is then counted as taken until the
    /// arrival that is sent there has been dealt with.
    fn claim(&self, options: &Value) -> bool;

    /// Adds what there is of it to its game's census.
    fn count_in(&self, census: &mut Census);

    /// Whether the lobby shows it.
    fn is_public(&self) -> bool;
}

/// How many rooms and seats there are of one game.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Census {
    /// Its rooms, private ones included.
    pub rooms: usize,
    /// Those of them that are stepped at less than their game's rate, as they kept overrunning.
    pub slowed: usize,
    /// Their hosts' seats. Seats count whether their holder is connected or not.
    pub hosts: usize,
    /// Their players' seats.
    pub players: usize,
    /// Their spectators' seats.
    pub spectators: usize,
}

/// Somebody who wants a seat, checked as far as that can be without the room.
pub(crate) struct Arrival<L: Link> {
    pub(crate) role: Role,
    pub(crate) name: Option<Name>,
    pub(crate) avatar: Option<u16>,
    pub(crate) sync: SyncBy,
    /// Without them there is no room.
    pub(crate) founder: bool,
    /// Whether [`Enrolled::claim`] counts them.
    pub(crate) claimed: bool,
    /// The key of a remote; the role is then the host's.
    pub(crate) remote: Option<Token>,
    pub(crate) link: Arc<L>,
    pub(crate) ack: L::Ack,
}

/// What a room is given by the directory.
pub(crate) struct Founding<L: Link> {
    pub(crate) code: Arc<str>,
    pub(crate) options: Value,
    pub(crate) seed: u64,
    pub(crate) private: bool,
    pub(crate) place: Placing,
    pub(crate) permit: Permit,
    pub(crate) shared: Arc<Shared<L>>,
}
