//! The directory: from codes and tokens to rooms, and how rooms are made and found.
//!
//! Steps no room (`scheduler`) and changes none: what it asks of a room goes through the room's inbox.

use std::collections::{BTreeMap, HashMap};
use std::fmt::{self, Debug, Formatter};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::JoinHandle;
use std::time::Instant;

use parking_lot::Mutex;
use parlor_games::contract::{Library, Opening, Refusal, Role, Rules, SeatId};
use serde_json::Value;
use tokio::sync::watch;

use super::catalog::{Catalog, Draft};
use super::journal::Journal;
use super::name::Name;
use super::origins::Permit;
use super::scheduler::Step;
use super::shared::{Arrival, Census, Enrolled, Founding, Shared};
use super::stats::Stats;
use super::token::Token;
use super::{
    Answer, Clock, CloseReason, Config, CreateRequest, JoinRequest, Link, Listing, Origin, Place, RoomHandle, SyncBy,
    code, refusals,
};

/// How often a free code is looked for: at half of all codes taken, failing by chance is one in 2^64.
const CODE_TRIES: usize = 64;

/// All rooms of a process.
pub struct Directory<L: Link> {
    shared: Arc<Shared<L>>,
    catalog: Catalog<L>,
    library: Arc<dyn Library>,
    /// The last room that quick match led to, for each game: it is tried first.
    matched: Mutex<HashMap<&'static str, Arc<str>>>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl<L: Link> Debug for Directory<L> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let rooms = self.shared.rooms.read().len();
        f.debug_struct("Directory").field("rooms", &rooms).field("catalog", &self.catalog).finish_non_exhaustive()
    }
}

impl<L: Link> Directory<L> {
    /// A directory without rooms. Nothing is stepped until [`Self::start_threads`], or by calls of [`Self::step`].
    #[must_use]
    pub fn new(
        config: Config,
        clock: Arc<dyn Clock>,
        library: Arc<dyn Library>,
        catalog: Catalog<L>,
        journal: Option<Arc<dyn Journal>>,
    ) -> Self {
        let shared = Arc::new(Shared::new(config, clock, journal));
        Self { shared, catalog, library, matched: Mutex::default(), threads: Mutex::default() }
    }

    /// Starts the threads that tick rooms.
    ///
    /// # Errors
    /// When the system has no threads left.
    pub fn start_threads(&self) -> std::io::Result<()> {
        let mut threads = self.threads.lock();
        if threads.is_empty() {
            for lane in 0..self.shared.scheduler.lanes() {
                let shared = Arc::clone(&self.shared);
                let thread = std::thread::Builder::new().name(format!("tick-{lane}"));
                threads.push(thread.spawn(move || shared.scheduler.run(lane, shared.config.tick_nice))?);
            }
        }
        Ok(())
    }

    /// Steps every room that is due, on this thread, and says when the next one will be: for tests, and for programs that
    /// drive rooms themselves instead of calling [`Self::start_threads`].
    pub fn step(&self) -> Option<Instant> {
        for lane in 0..self.shared.scheduler.lanes() {
            self.shared.scheduler.run_due(lane);
        }
        self.shared.scheduler.next_due()
    }

    /// Makes a room and takes the first seat in it. Answered like a join.
    ///
    /// Refused with `unknown_game`, `bad_options`, `bad_key`, `no_host`, `too_many_rooms`, `server_full`, `shutting_down`,
    /// as a name is, or as the game says.
    pub fn create(&self, request: CreateRequest, link: Arc<L>, ack: L::Ack) {
        let CreateRequest { game, options, private, origin, role, name, avatar, sync, authorized } = request;
        let want = Want { game: &game, options: options_of(options), private, origin, authorized };
        let arrival = self.found(want, role, name.as_deref());
        self.admit(arrival, avatar, sync, link, ack);
    }

    /// Takes a seat in the room with this code.
    ///
    /// Refused with `unknown_room`, `bad_key`, `no_host`, `locked`, `room_full`, `kicked`, `busy`, `room_ended`, as a name is
    /// (`name_empty`, `name_invalid`, `name_taken`, `name_too_long`), or as the game says.
    pub fn join(&self, room: &str, request: JoinRequest, link: Arc<L>, ack: L::Ack) {
        let JoinRequest { role, name, avatar, sync, authorized, remote } = request;
        let entry = self.lookup(room).and_then(|room| {
            let remote = remote.filter(|_| role == Role::Host && !authorized);
            let remote = remote.map(|key| Token::parse(&key).ok_or_else(refusals::bad_key)).transpose()?;
            let name = self.entitled(role, name.as_deref(), authorized || remote.is_some())?;
            Ok(Entry { room, role, name, founder: false, claimed: false, remote })
        });
        self.admit(entry, avatar, sync, link, ack);
    }

    /// Takes a seat in any public room of this game that was opened with all the options which are asked for, made if there
    /// is none with a free seat. Without options, any public room will do.
    ///
    /// Refused as [`Self::create`] and [`Self::join`] are.
    pub fn quick_match(
        &self,
        game: &str,
        options: Option<Value>,
        origin: Origin,
        request: JoinRequest,
        link: Arc<L>,
        ack: L::Ack,
    ) {
        let JoinRequest { role, name, avatar, sync, authorized, remote: _ } = request;
        let options = options_of(options);
        let entry = self.matched(game, options, origin, role, name.as_deref(), authorized);
        self.admit(entry, avatar, sync, link, ack);
    }

    /// Takes the seat of this token; the seat's other link is closed as replaced.
    ///
    /// Refused with `unknown_token`, `kicked`, `busy` or `room_ended`.
    pub fn resume(&self, token: &str, sync: SyncBy, link: Arc<L>, ack: L::Ack) {
        match self.shared.tokens.find(token) {
            Some((room, seat)) => room.resume(seat, sync, link, ack),
            None => link.answer(ack, Answer::Refused(refusals::unknown_token())),
        }
    }

    /// The connection of this token's holder was lost and is recovered: the seat is theirs again, if nobody has taken it meanwhile,
    /// and what they missed of what is said once follows, after the `got` last of it that they have got. State comes whole.
    ///
    /// Refused with `not_seated` if somebody else has it or more was missed than is kept, `unknown_token`, `kicked`, `busy` or `room_ended`.
    pub fn come_back(&self, token: &str, got: Option<&Place>, link: Arc<L>, ack: L::Ack) {
        match self.shared.tokens.find(token) {
            Some((room, seat)) => room.come_back(seat, got, link, ack),
            None => link.answer(ack, Answer::Refused(refusals::unknown_token())),
        }
    }

    /// The room and the seat that a token leads to, if it leads anywhere.
    #[must_use]
    pub fn seat_of(&self, token: &str) -> Option<(Arc<dyn RoomHandle<L>>, SeatId)> {
        let (room, seat) = self.shared.tokens.find(token)?;
        Some((room, seat))
    }

    /// The room with this code; spaces are ignored.
    #[must_use]
    pub fn find(&self, room: &str) -> Option<Arc<dyn RoomHandle<L>>> {
        self.lookup(room).ok().map(|room| -> Arc<dyn RoomHandle<L>> { room })
    }

    /// The public rooms, of one game or of all, sorted by code.
    #[must_use]
    pub fn rooms(&self, game: Option<&str>) -> Vec<Listing> {
        let rooms = self.shared.rooms.read();
        let public = rooms.values().filter(|room| room.is_public() && game.is_none_or(|game| game == room.game()));
        let mut listings: Vec<_> = public.map(|room| room.listing()).collect();
        drop(rooms);
        listings.sort_unstable_by(|a, b| a.room.cmp(&b.room));
        listings
    }

    /// Marked as changed whenever [`Self::rooms`] would answer otherwise.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.shared.listings.subscribe()
    }

    /// How many rooms there are, private ones included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.shared.rooms.read().len()
    }

    /// How many rooms and seats there are of each game of the catalog, by name. Looks at every room, so it takes some
    /// hundred nanoseconds for each; no room waits for it.
    #[must_use]
    pub fn census(&self) -> BTreeMap<&'static str, Census> {
        let rooms: Vec<_> = self.shared.rooms.read().values().cloned().collect();
        let mut games: BTreeMap<_, _> = self.catalog.names().map(|game| (game, Census::default())).collect();
        for room in rooms {
            room.count_in(games.entry(room.game()).or_default());
        }
        games
    }

    /// Whether there is no room.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The games it has rooms of.
    #[must_use]
    pub const fn catalog(&self) -> &Catalog<L> {
        &self.catalog
    }

    /// The clock that everything in it goes by.
    #[must_use]
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.shared.clock
    }

    /// How many rooms each tick thread has.
    #[must_use]
    pub fn rooms_by_thread(&self) -> Vec<usize> {
        self.shared.scheduler.rooms().collect()
    }

    /// What the ticking has come to.
    #[must_use]
    pub fn stats(&self) -> &Stats {
        &self.shared.stats
    }

    /// Ends every room for this reason, makes no others, and stops the threads. Waits for ticks that are under way, so
    /// it must not be called from a [`Link`].
    pub fn shutdown(&self, reason: CloseReason) {
        let rooms: Vec<_> = {
            let rooms = self.shared.rooms.write();
            self.shared.closing.store(true, Ordering::Relaxed);
            rooms.values().cloned().collect()
        };
        for room in rooms {
            room.end(reason);
        }
        self.shared.scheduler.stop();
        for thread in self.threads.lock().drain(..) {
            if thread.join().is_err() {
                tracing::error!("a tick thread had panicked");
            }
        }
        self.shared.scheduler.clear();
    }

    /// Lets the arrival in, or says why not.
    fn admit(&self, entry: Result<Entry<L>, Refusal>, avatar: Option<u16>, sync: SyncBy, link: Arc<L>, ack: L::Ack) {
        match entry {
            Ok(Entry { room, role, name, founder, claimed, remote }) => {
                room.join(Arrival { role, name, avatar, sync, founder, claimed, remote, link, ack });
            }
            Err(refusal) => link.answer(ack, Answer::Refused(refusal)),
        }
    }

    fn lookup(&self, room: &str) -> Result<Arc<dyn Enrolled<L>>, Refusal> {
        let code = code::parse(room).ok_or_else(refusals::unknown_room)?;
        self.shared.rooms.read().get(code.as_str()).cloned().ok_or_else(refusals::unknown_room)
    }

    /// The checked name of somebody who may have this role.
    fn entitled(&self, role: Role, name: Option<&str>, authorized: bool) -> Result<Option<Name>, Refusal> {
        if role == Role::Host && !authorized {
            return Err(refusals::bad_key());
        }
        match (role, name.filter(|name| !name.trim().is_empty())) {
            (Role::Player, name) => Name::parse(name.unwrap_or_default(), self.shared.config.name_chars).map(Some),
            (Role::Host | Role::Spectator, Some(name)) => Name::parse(name, self.shared.config.name_chars).map(Some),
            (Role::Host | Role::Spectator, None) => Ok(None),
        }
    }

    /// A public room that fits, with a seat claimed in it.
    fn matched(
        &self,
        game: &str,
        options: Value,
        origin: Origin,
        role: Role,
        name: Option<&str>,
        authorized: bool,
    ) -> Result<Entry<L>, Refusal> {
        let name = self.entitled(role, name, authorized)?;
        let game = self.catalog.name(game).ok_or_else(refusals::unknown_game)?;
        // Held until the room is found or made, so that a crowd's first two make one room.
        let mut matched = self.matched.lock();
        let rooms = self.shared.rooms.read();
        let last = matched.get(game).and_then(|code| rooms.get(code)).filter(|room| room.claim(&options));
        let fits = |room: &&Arc<dyn Enrolled<L>>| room.game() == game && room.is_public() && room.claim(&options);
        let found = last.or_else(|| rooms.values().find(fits)).cloned();
        drop(rooms);
        let (room, founder) = match found {
            Some(room) => (room, false),
            None => {
                let want = Want { game, options: options.clone(), private: false, origin, authorized };
                let room = self.open(want, |_| Ok(()))?;
                // Others may have been sent there by its code; then this one is let in or refused like them.
                (room, true)
            }
        };
        let claimed = !founder || room.claim(&options);
        matched.insert(game, Arc::clone(room.code()));
        Ok(Entry { room, role, name, founder, claimed, remote: None })
    }

    /// A room as wanted, and its maker's way in.
    fn found(&self, want: Want<'_>, role: Option<Role>, name: Option<&str>) -> Result<Entry<L>, Refusal> {
        let authorized = want.authorized;
        if let Some(role) = role {
            self.entitled(role, name, authorized)?;
        }
        let mut maker = (Role::Player, None);
        let room = self.open(want, |rules| {
            let role = role.unwrap_or(if rules.hosted { Role::Host } else { Role::Player });
            if role == Role::Host && !rules.hosted {
                return Err(refusals::no_host());
            }
            maker = (role, self.entitled(role, name, authorized)?);
            Ok(())
        })?;
        let (role, name) = maker;
        Ok(Entry { room, role, name, founder: true, claimed: false, remote: None })
    }

    /// Opens a room, unless `check` of its rules says no.
    fn open(
        &self,
        want: Want<'_>,
        check: impl FnOnce(&Rules) -> Result<(), Refusal>,
    ) -> Result<Arc<dyn Enrolled<L>>, Refusal> {
        let factory = self.catalog.find(want.game).ok_or_else(refusals::unknown_game)?;
        let permit = self.shared.origins.permit(want.origin.clone(), self.shared.config.rooms_per_origin)?;
        self.shared.vacancy(self.len())?;
        let seed = rand::random();
        let draft = factory.open(want.options.clone(), Opening { seed, library: &*self.library })?;
        if draft.rules().hosted && !want.authorized {
            return Err(refusals::bad_key());
        }
        check(draft.rules())?;
        self.enroll(draft, want, seed, permit)
    }

    /// Gives the room its code and its thread.
    fn enroll(
        &self,
        draft: Box<dyn Draft<L>>,
        want: Want<'_>,
        seed: u64,
        permit: Permit,
    ) -> Result<Arc<dyn Enrolled<L>>, Refusal> {
        let mut rooms = self.shared.rooms.write();
        self.shared.vacancy(rooms.len())?;
        let free = std::iter::repeat_with(code::random).take(CODE_TRIES).find(|code| !rooms.contains_key(code));
        let code = free.ok_or_else(refusals::server_full)?;
        let place = self.shared.scheduler.place(draft.rules().hz);
        let founding = Founding {
            code: Arc::clone(&code),
            options: want.options,
            seed,
            private: want.private,
            place,
            permit,
            shared: Arc::clone(&self.shared),
        };
        let room = draft.found(founding);
        // Before anybody can find it: a room that is not entered would not be woken by its first letter.
        let step: Arc<dyn Step> = Arc::clone(&room) as _;
        self.shared.scheduler.enter(step);
        rooms.insert(code, Arc::clone(&room));
        drop(rooms);
        if room.is_public() {
            self.shared.listing_changed();
        }
        Ok(room)
    }
}

/// A room to be made.
struct Want<'a> {
    game: &'a str,
    options: Value,
    private: bool,
    origin: Origin,
    authorized: bool,
}

/// Somebody's way into a room.
struct Entry<L: Link> {
    room: Arc<dyn Enrolled<L>>,
    role: Role,
    name: Option<Name>,
    founder: bool,
    claimed: bool,
    remote: Option<Token>,
}

/// Absent options are empty ones.
fn options_of(options: Option<Value>) -> Value {
    options.filter(|options| !options.is_null()).unwrap_or_else(|| Value::Object(serde_json::Map::new()))
}
