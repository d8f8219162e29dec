//! Connection state recovery: what a namespace has sent lately, and the sessions that may come back for it.
//!
//! Sends nothing and lets nobody in: broadcasts write down here what they send, and clients ask for what they missed. On the
//! wire it is the reference server's: the answer to CONNECT holds a secret `pid`, events end with an `offset`, and a client
//! that returns says both.
//!
//! Two holes of the reference server are not there: a client that had received no event is known by its `pid` alone, and one
//! that returns before its drop was noticed takes its session over. What is sent, and who joins which room, stands in one
//! order, so that a client gets what was sent while it was in a room, and nothing else.
//!
//! A session is with one socket (which may have lost its connection without anybody's notice, or wait for middleware), or away; it
//! goes from the one to the other under one lock. Who claims it while a socket has it lets that go first. Where another thread is
//! doing so already, the client waits until that thread has told all listeners, so that they hear of a socket's end before they hear
//! of its return. It never waits for a thread: its own goes on.

mod log;

use std::collections::{HashMap, VecDeque, hash_map};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use parking_lot::{Mutex, MutexGuard};
use parlor_proto::frame::Frames;
use parlor_proto::socket::Parser;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

pub(super) use self::log::Log;
use self::log::own;
use super::left::{Leaving, Left};
use super::marks::Marks;
use super::rooms::Names;
use super::socket::Data;
use super::{Kept, Socket, SocketId, Target};
use crate::transport::Bounds;

/// Options of connection state recovery. The bounds are each namespace's.
///
/// ```
/// use parlor::socketio::{Config, Io, Recovery};
///
/// let io = Io::new(Config { recovery: Recovery { enabled: true, ..Default::default() }, ..Default::default() });
/// io.of("/").on_connect(|socket| {
///     if !socket.recovered() {
///         socket.join("lobby");
///     }
/// });
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Recovery {
    /// Whether there is recovery. Default no.
    ///
    /// Cost: a namespace's events are sent one after another, and each ends with an argument more, its offset, which
    /// listeners get as well. Volatile events, those that ask for an acknowledgement, and those delivered encoded
    /// ([`Socket::deliver`]) have none and are not repeated.
    pub enabled: bool,
    /// Milliseconds for which a session may be away. Default 120,000. Events are kept for as long, and for a heartbeat more:
    /// whoever has answered a ping has got what was sent before it, so nobody misses what is older.
    ///
    /// Cost: as below. Attack: none that the other bounds don't hold.
    pub max_disconnection_ms: u32,
    /// Events that are kept. Default 10,000. Who missed more is a new socket.
    ///
    /// Cost: some 200 bytes each, and their frames. Attack: clients that cause many events push out what others have missed.
    pub max_packets: usize,
    /// Bytes of frames that are kept. Default 16,777,216. As above.
    ///
    /// Cost: as much. Attack: as above.
    pub max_bytes: usize,
    /// Sessions that are away and may come back. Default 10,000; of more, those that have been away longest are forgotten.
    ///
    /// Cost: some 300 bytes each, its rooms' names and its data. Attack: clients that come and go push out others.
    pub max_sessions: usize,
    /// Whether a recovered socket comes in past the namespace's middleware, as it has been asked before. Default yes.
    ///
    /// Cost: none. Attack: somebody who has been let in once comes back within the time, whatever has become of their rights.
    pub skip_middleware: bool,
}

impl Default for Recovery {
    fn default() -> Self {
        Self {
            enabled: false,
            max_disconnection_ms: 120_000,
            max_packets: 10_000,
            max_bytes: 16 << 20,
            max_sessions: 10_000,
            skip_middleware: true,
        }
    }
}

/// What a returning client says in its CONNECT, beside the application's own.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Claim {
    pid: String,
    #[serde(default)]
    offset: Option<String>,
}

impl Claim {
    pub(super) fn pid(&self) -> Option<SocketId> {
        SocketId::parse(&self.pid)
    }

    pub(super) fn offset(&self) -> Option<&str> {
        self.offset.as_deref()
    }

    /// What the application itself has put into the offset.
    pub(super) fn own(&self) -> Option<&str> {
        self.offset().and_then(own).map(|(_, own)| own)
    }
}

/// A namespace's past.
#[derive(Debug)]
pub(super) struct Past {
    options: Recovery,
    /// How long events are kept.
    kept: Duration,
    /// What is sent again at once must fit into an outbox, or the client would be closed, return and be closed again.
    most: Bounds,
    log: Mutex<Log>,
    sessions: Mutex<Sessions>,
    /// Whether there has been a client of each parser. What is sent is kept for those, whoever is there at the moment: some
    /// are away, and one may just be on its way back.
    parsers: [AtomicBool; 2],
}

/// What a socket knows of itself, so that its client may come back to it.
#[derive(Debug)]
pub(super) struct Recoverable {
    /// The secret.
    pub(super) pid: SocketId,
    /// The first event that was for it; known once it has come in.
    since: OnceLock<u64>,
    stays: Mutex<Vec<Stay>>,
    /// The same as an adapter tells it that keeps the session.
    pub(super) marks: Marks,
    /// Its client is to come again as a new one.
    given_up: AtomicBool,
    /// The adapter has the session while middleware is being asked.
    lent: AtomicBool,
    end: Arc<Left>,
}

/// A time in a room, in numbers of events.
#[derive(Clone, Debug)]
struct Stay {
    room: Arc<str>,
    from: u64,
    /// The first number that was not for it; none while it is there.
    until: Option<u64>,
}

impl Stay {
    fn has(&self, number: u64) -> bool {
        self.from <= number && self.until.is_none_or(|until| number < until)
    }
}

impl Recoverable {
    /// A new session's.
    pub(super) fn new() -> Self {
        Self::of(SocketId::generate())
    }

    fn of(pid: SocketId) -> Self {
        Self {
            pid,
            since: OnceLock::new(),
            stays: Mutex::default(),
            marks: Marks::default(),
            given_up: AtomicBool::new(false),
            lent: AtomicBool::new(false),
            end: Arc::new(Left::not_yet()),
        }
    }

    /// Nobody may come back to it.
    pub(super) fn give_up(&self) {
        self.given_up.store(true, Ordering::Release);
    }

    /// Whether the adapter has it while middleware is being asked.
    pub(super) fn lend(&self, lent: bool) {
        self.lent.store(lent, Ordering::Release);
    }

    /// Whether its session is to be kept when it leaves for a reason that lets its client come back.
    pub(super) fn is_its_own(&self) -> bool {
        !self.given_up.load(Ordering::Acquire) && !self.lent.load(Ordering::Acquire)
    }

    /// Whether its socket has left.
    pub(super) fn end(&self) -> &Left {
        &self.end
    }

    /// It has come in.
    pub(super) fn came(&self, log: &Log) {
        self.since.get_or_init(|| log.next);
    }

    /// It has joined a room.
    pub(super) fn joined(&self, room: &Arc<str>, log: &Log) {
        let mut stays = self.stays.lock();
        // What is older than all events that are kept decides nothing any more.
        stays.retain(|stay| stay.until.is_none_or(|until| until > log.first()));
        stays.push(Stay { room: Arc::clone(room), from: log.next, until: None });
    }

    /// It has left a room.
    pub(super) fn left(&self, room: &str, log: &Log) {
        let mut stays = self.stays.lock();
        if let Some(stay) = stays.iter_mut().find(|stay| stay.until.is_none() && *stay.room == *room) {
            stay.until = Some(log.next);
        }
    }
}

/// A session whose client is not there.
#[derive(Debug)]
pub(super) struct Away {
    id: SocketId,
    pid: SocketId,
    data: Option<Data>,
    parser: Parser,
    since: u64,
    stays: Vec<Stay>,
    end: Arc<Left>,
}

/// What becomes of a claim.
#[derive(Debug)]
pub(super) enum Claimed {
    /// This socket has taken the session over.
    By(Socket, Away),
    /// Another socket has it, whose drop was not noticed, or is just being noticed.
    Held(Socket),
    /// The socket that had it is still telling its listeners that it has left.
    Leaving(Leaving),
    /// Nobody may come back to it, or what was missed is not known any more.
    Unknown,
}

/// What a socket takes over whose client has come back.
#[derive(Debug)]
pub(super) struct Returned {
    pub(super) id: SocketId,
    pub(super) rooms: Names,
    pub(super) data: Option<Data>,
    pub(super) recoverable: Recoverable,
}

impl From<&Away> for Returned {
    fn from(away: &Away) -> Self {
        let Away { id, pid, data, since, stays, .. } = away;
        let rooms = stays.iter().filter(|stay| stay.until.is_none()).map(|stay| Arc::clone(&stay.room)).collect();
        let (since, stays) = (OnceLock::from(*since), Mutex::new(stays.clone()));
        let recoverable = Recoverable { since, stays, ..Recoverable::of(*pid) };
        Self { id: *id, rooms, data: data.clone(), recoverable }
    }
}

impl From<Kept> for Returned {
    fn from(kept: Kept) -> Self {
        let Kept { id, pid, rooms, data, since, stays } = kept;
        let rooms = rooms.into_iter().filter(|room| **room != *id.as_str()).collect();
        let recoverable = Recoverable { marks: Marks::new(since, stays), ..Recoverable::of(pid) };
        Self { id, rooms, data: Some(Data::shown(data)), recoverable }
    }
}

impl Away {
    /// Whether the event of this number was for it.
    fn was_due(&self, number: u64, to: &Target) -> bool {
        let in_one_of = |rooms: &[Arc<str>]| {
            rooms.iter().any(|room| {
                **room == *self.id.as_str() || self.stays.iter().any(|stay| stay.room == *room && stay.has(number))
            })
        };
        (to.rooms().is_empty() || in_one_of(to.rooms())) && !in_one_of(to.excepted())
    }
}

/// Sessions by their secret.
#[derive(Debug, Default)]
struct Sessions {
    /// Those whose socket is there, or is coming in again.
    here: HashMap<SocketId, Socket>,
    away: HashMap<SocketId, (Away, Instant)>,
    /// Those that are away, in the order in which they went; some have come back meanwhile.
    order: VecDeque<(SocketId, Instant)>,
}

impl Sessions {
    /// Forgets who has been away too long, and the first of those that are too many.
    fn prune(&mut self, options: &Recovery) {
        let longest = Duration::from_millis(options.max_disconnection_ms.into());
        while let Some((pid, left)) = self.order.front().copied() {
            let is_it = self.away.get(&pid).is_some_and(|(_, other)| *other == left);
            if is_it && self.away.len() <= options.max_sessions && left.elapsed() <= longest {
                return;
            }
            self.order.pop_front();
            if is_it {
                self.away.remove(&pid);
            }
        }
    }
}

impl Past {
    /// `None` where there is no recovery.
    ///
    /// What was sent a `heartbeat` before a client was given up, it has got.
    pub(super) fn new(options: &Recovery, heartbeat: Duration, most: Bounds) -> Option<Self> {
        let past = || Self {
            options: options.clone(),
            kept: Duration::from_millis(options.max_disconnection_ms.into()) + heartbeat,
            most,
            log: Mutex::default(),
            sessions: Mutex::default(),
            parsers: Default::default(),
        };
        options.enabled.then(past)
    }

    /// The offset behind an event that the application delivers itself: see [`Socket::offset_for`].
    pub(super) fn own_offset(&self, own: &str) -> String {
        self.log.lock().own_offset(own)
    }

    /// Stops the namespace: nothing is sent, nobody joins a room or comes in until it is let go.
    pub(super) fn log(&self) -> MutexGuard<'_, Log> {
        self.log.lock()
    }

    /// The parsers that what is sent is kept for.
    pub(super) fn parsers(&self) -> impl Iterator<Item = Parser> {
        let parsers = [Parser::Json, Parser::Msgpack].into_iter().zip(&self.parsers);
        parsers.filter(|(_, used)| used.load(Ordering::Acquire)).map(|(parser, _)| parser)
    }

    /// Whether what is sent to it reaches its client: that is there, or may come back.
    pub(super) fn knows(&self, pid: SocketId) -> bool {
        let mut sessions = self.sessions.lock();
        sessions.prune(&self.options);
        sessions.here.contains_key(&pid) || sessions.away.contains_key(&pid)
    }

    /// A socket has come in.
    pub(super) fn came(&self, socket: &Socket, pid: SocketId) {
        let [json, msgpack] = &self.parsers;
        match socket.parser() {
            Parser::Json => json.store(true, Ordering::Release),
            Parser::Msgpack => msgpack.store(true, Ordering::Release),
        }
        self.sessions.lock().here.insert(pid, socket.clone());
    }

    /// It has left for good.
    pub(super) fn ended(&self, pid: SocketId) {
        self.sessions.lock().here.remove(&pid);
    }

    /// It has left, and may come back.
    pub(super) fn went(&self, socket: &Socket, own: &Recoverable, data: Option<Data>) {
        let away = Away {
            id: socket.id(),
            pid: own.pid,
            data,
            parser: socket.parser(),
            since: own.since.get().copied().unwrap_or_default(),
            stays: own.stays.lock().clone(),
            end: Arc::clone(&own.end),
        };
        let now = Instant::now();
        let mut sessions = self.sessions.lock();
        sessions.here.remove(&own.pid);
        sessions.order.push_back((own.pid, now));
        sessions.away.insert(own.pid, (away, now));
        sessions.prune(&self.options);
    }

    /// Has the socket that `take` makes take over the session that this client comes back to. It has it from then on, so that the
    /// next who claims it finds the socket, whatever that still waits for.
    pub(super) fn claim(&self, claim: &Claim, parser: Parser, take: impl FnOnce(Returned) -> Socket) -> Claimed {
        let Some(pid) = claim.pid() else { return Claimed::Unknown };
        let log = self.log.lock();
        let mut sessions = self.sessions.lock();
        sessions.prune(&self.options);
        if let Some(socket) = sessions.here.get(&pid) {
            return Claimed::Held(socket.clone());
        }
        let hash_map::Entry::Occupied(entry) = sessions.away.entry(pid) else { return Claimed::Unknown };
        if let Some(leaving) = entry.get().0.end.leaving() {
            return Claimed::Leaving(leaving);
        }
        let (away, _) = entry.remove();
        if away.parser != parser || self.missed(&log, &away, claim).is_none() {
            return Claimed::Unknown;
        }
        let socket = take(Returned::from(&away));
        sessions.here.insert(pid, socket.clone());
        Claimed::By(socket, away)
    }

    /// What it has missed: see [`Log::missed`].
    pub(super) fn missed(&self, log: &Log, away: &Away, claim: &Claim) -> Option<Vec<Frames>> {
        log.missed(away, claim.offset(), self.most)
    }
}
