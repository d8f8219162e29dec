//! One room: its inbox on this side, its core on the other, and the way in for links, directory and scheduler.
//!
//! Holds no rules: requests are put into the inbox here, and applied by `core` in the room's next tick.

use std::any::Any;
use std::fmt::{self, Debug, Display, Formatter};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Weak};
use std::time::Instant;

use parking_lot::Mutex;
use parlor_games::about::{About, Takes};
use parlor_games::contract::{Game, Refusal, Rules, SeatId};
use serde_json::{Map, Value};

use super::core::Core;
use super::grid::Grid;
use super::handle::MOST_LINKS;
use super::inbox::{Inbox, Letter, Stamped, Toll};
use super::journal::Happened;
use super::scheduler::{Berth, Next, Step};
use super::shared::{Arrival, Census, Enrolled, Founding, Shared};
use super::stats::LaneStats;
use super::token::Token;
use super::{Answer, CloseReason, Link, Listing, Place, RoomHandle, SyncBy, name, refusals};

/// A room of one game.
///
/// In this order, what every input needs lies together, beside the count of those who hold the room.
#[repr(C)]
pub(crate) struct Room<G: Game, L: Link> {
    pub(super) inbox: Inbox<G::Input, L>,
    pub(super) grid: Grid,
    pub(super) shared: Arc<Shared<L>>,
    pub(super) code: Arc<str>,
    core: Mutex<Option<Core<G, L>>>,
    facts: Mutex<Facts>,
    tally: Tally,
    berth: Berth,
    options: Value,
    /// What of them everybody in the room may know.
    pub(super) told_options: Option<Arc<Value>>,
    private: bool,
    quick_match: bool,
    capacity: u32,
    /// What lets remotes in. Changed by the step alone; looked at before anything is put into the inbox.
    remote_key: Mutex<Option<Token>>,
    /// Seats that are spoken for by arrivals in the inbox.
    claims: AtomicUsize,
    me: Weak<Self>,
}

/// What the lobby shows, as of the last tick.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Facts {
    players: usize,
    phase: &'static str,
    locked: bool,
}

/// What is counted of the room besides, as of the last tick. Three relaxed stores a step: cheaper than to keep sums over
/// all rooms, and it cannot drift from what is there.
#[derive(Debug, Default)]
struct Tally {
    hosts: AtomicUsize,
    spectators: AtomicUsize,
    slowed: AtomicBool,
}

impl<G: Game, L: Link> Debug for Room<G, L> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("Room").field("code", &self.code).field("game", &G::NAME).finish_non_exhaustive()
    }
}

impl<G: Game, L: Link> Room<G, L> {
    /// Whether it was opened with all of these options.
    fn has(&self, options: &Value) -> bool {
        options
            .as_object()
            .is_some_and(|wanted| wanted.iter().all(|(name, value)| self.options.get(name) == Some(value)))
    }

    /// A room of this game, in which nobody is yet.
    pub(crate) fn found(game: G, rules: Rules, founding: Founding<L>) -> Arc<Self> {
        let Founding { code, options, seed, private, place, permit, shared } = founding;
        let config = &shared.config;
        let facts = Facts { players: 0, phase: game.phase(), locked: false };
        let (quick_match, capacity) = (rules.quick_match, rules.seats.min(config.seats));
        let inbox = Inbox::new();
        let core = Core::new(game, rules, config, permit, shared.clock.now());
        Arc::new_cyclic(|me| {
            let room = Self {
                code,
                grid: place.grid,
                inbox,
                core: Mutex::default(),
                facts: Mutex::new(facts),
                tally: Tally::default(),
                berth: place.berth,
                told_options: told(&options, &G::about()),
                options,
                private,
                quick_match,
                capacity,
                remote_key: Mutex::default(),
                claims: AtomicUsize::new(0),
                me: me.clone(),
                shared,
            };
            let opened = Happened::Opened { game: G::NAME, options: &room.options, seed };
            core.record(&room, room.grid.origin(), opened);
            *room.core.lock() = Some(core);
            room
        })
    }

    /// How many players it seats.
    pub(super) const fn capacity(&self) -> usize {
        self.capacity as usize
    }

    /// A token for this seat.
    pub(super) fn issue_token(&self, seat: SeatId) -> Token {
        let me: Weak<Self> = self.me.clone();
        self.shared.tokens.issue(me, seat)
    }

    /// What lets remotes in from here on; nothing does without.
    pub(super) fn set_remote_key(&self, key: Option<Token>) {
        *self.remote_key.lock() = key;
    }

    /// Whether this lets remotes in.
    pub(super) fn lets_remote_in(&self, key: &Token) -> bool {
        self.remote_key.lock().is_some_and(|own| own.is(key))
    }

    /// So many arrivals that had claimed a seat were dealt with.
    pub(super) fn release_claims(&self, count: usize) {
        self.claims.fetch_sub(count, Ordering::Relaxed);
    }

    /// Says what the lobby may show from here on.
    pub(super) fn state_facts(&self, players: usize, phase: &'static str, locked: bool) {
        let facts = Facts { players, phase, locked };
        let before = std::mem::replace(&mut *self.facts.lock(), facts);
        if before != facts && !self.private {
            self.shared.listing_changed();
        }
    }

    /// Says what is counted of it besides.
    pub(super) fn state_tally(&self, hosts: usize, spectators: usize, slowed: bool) {
        self.tally.hosts.store(hosts, Ordering::Relaxed);
        self.tally.spectators.store(spectators, Ordering::Relaxed);
        self.tally.slowed.store(slowed, Ordering::Relaxed);
    }

    /// Where steps on this lane's thread are counted.
    pub(super) fn stats(&self, lane: usize) -> &LaneStats {
        self.shared.stats.lane(lane)
    }

    /// Whether the seat may send something that costs `toll`, which is then paid.
    fn admit(&self, seat: SeatId, at: Instant, toll: Toll) -> Result<(), Refusal> {
        self.inbox.admit(&self.shared.limits, seat, at, toll)
    }

    /// Puts a letter in, and wakes the room if it sleeps.
    fn post(&self, at: Instant, letter: Letter<G::Input, L>) {
        match self.inbox.post(&self.shared.limits, Stamped { at, letter }, self.grid.at_or_after(at)) {
            Ok(Some(tick)) => self.shared.scheduler.wake(&self.berth, self.grid.due(tick)),
            Ok(None) => {}
            Err(returned) => {
                let (letter, refusal) = *returned;
                if let Letter::Join(arrival) = &letter
                    && arrival.claimed
                {
                    self.release_claims(1);
                }
                letter.refuse(refusal);
            }
        }
    }

    /// An input came. What is over its seat's rate is not even decoded.
    fn take<E: Display>(
        &self,
        seat: SeatId,
        link: &Arc<L>,
        at: Instant,
        ack: Option<L::Ack>,
        decode: impl FnOnce() -> Result<G::Input, E>,
    ) {
        let at = at.min(self.now());
        let decoded = || decode().map_err(|fault| refusals::because(refusals::bad_input(), &fault));
        match self.admit(seat, at, Toll::Input).and_then(|()| decoded()) {
            Ok(input) => self.post(at, Letter::Input { seat, link: Arc::clone(link), input, ack }),
            Err(refusal) => {
                if let Some(ack) = ack {
                    link.answer(ack, Answer::Refused(refusal));
                }
            }
        }
    }

    fn now(&self) -> Instant {
        self.shared.clock.now()
    }

    /// The end: everyone is told, and nothing leads here any more.
    fn close(&self, mut core: Core<G, L>, reason: CloseReason) {
        let refusal = if reason == CloseReason::Failed { refusals::room_failed() } else { refusals::room_ended() };
        for stamped in self.inbox.close(refusal.clone()) {
            stamped.letter.refuse(refusal.clone());
        }
        self.shared.tokens.revoke_all(core.roster.tokens());
        self.shared.remove(&self.code);
        self.shared.scheduler.leave(&self.berth);
        core.record(self, self.now(), Happened::Ended { reason: reason.as_str() });
        core.farewell(reason);
        if !self.private {
            self.shared.listing_changed();
        }
        tracing::info!(room = &*self.code, game = G::NAME, reason = reason.as_str(), "a room ended");
        // A game that has panicked may do so again when it is dropped.
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| drop(core))) {
            tracing::error!(room = &*self.code, game = G::NAME, panic = words(&*panic), "a game panicked at its end");
        }
    }
}

impl<G: Game, L: Link> Step for Room<G, L> {
    fn berth(&self) -> &Berth {
        &self.berth
    }

    fn step(&self, now: Instant, lane: usize) -> Next {
        let mut guard = self.core.lock();
        let Some(core) = guard.as_mut() else { return Next::Gone };
        // A room whose game panicked is never stepped again, so nobody sees what it was in the middle of.
        let reason = match catch_unwind(AssertUnwindSafe(|| core.step(self, now, lane))) {
            Ok(Ok(next)) => return next,
            Ok(Err(reason)) => reason,
            Err(panic) => {
                self.stats(lane).failed();
                tracing::error!(room = &*self.code, game = G::NAME, panic = words(&*panic), "a game panicked");
                CloseReason::Failed
            }
        };
        let core = guard.take();
        drop(guard);
        if let Some(core) = core {
            self.close(core, reason);
        }
        Next::Gone
    }
}

impl<G: Game, L: Link> RoomHandle<L> for Room<G, L> {
    fn code(&self) -> &Arc<str> {
        &self.code
    }

    fn game(&self) -> &'static str {
        G::NAME
    }

    fn listing(&self) -> Listing {
        let Facts { players, phase, locked } = *self.facts.lock();
        Listing {
            room: Arc::clone(&self.code),
            game: G::NAME,
            players: u32::try_from(players).unwrap_or(u32::MAX),
            capacity: self.capacity,
            phase,
            locked,
        }
    }

    fn input(
        &self,
        seat: SeatId,
        link: &Arc<L>,
        input: &mut dyn erased_serde::Deserializer<'_>,
        at: Instant,
        ack: Option<L::Ack>,
    ) {
        self.take(seat, link, at, ack, || erased_serde::deserialize(input));
    }

    fn input_json(&self, seat: SeatId, link: &Arc<L>, input: &[u8], at: Instant, ack: Option<L::Ack>) {
        self.take(seat, link, at, ack, || serde_json::from_slice(input));
    }

    fn chat(&self, seat: SeatId, link: &Arc<L>, text: &str, ack: L::Ack) {
        let at = self.now();
        let text = line(text, self.shared.config.chat_chars);
        match self.admit(seat, at, Toll::Chat).and(text) {
            Ok(text) => self.post(at, Letter::Chat { seat, link: Arc::clone(link), text, ack }),
            Err(refusal) => link.answer(ack, Answer::Refused(refusal)),
        }
    }

    fn leave(&self, seat: SeatId, link: &Arc<L>, ack: L::Ack) {
        let at = self.now();
        match self.admit(seat, at, Toll::Input) {
            Ok(()) => self.post(at, Letter::Leave { seat, link: Arc::clone(link), ack }),
            Err(refusal) => link.answer(ack, Answer::Refused(refusal)),
        }
    }

    fn remote(&self, seat: SeatId, link: &Arc<L>, revoke: bool, ack: L::Ack) {
        let at = self.now();
        match self.admit(seat, at, Toll::Input) {
            Ok(()) => self.post(at, Letter::Remote { seat, link: Arc::clone(link), revoke, ack }),
            Err(refusal) => link.answer(ack, Answer::Refused(refusal)),
        }
    }

    fn links(&self, seat: SeatId, link: &Arc<L>, mut of: Vec<SeatId>, ack: L::Ack) {
        let at = self.now();
        of.truncate(MOST_LINKS);
        match self.admit(seat, at, Toll::Input) {
            Ok(()) => self.post(at, Letter::Links { seat, link: Arc::clone(link), of, ack }),
            Err(refusal) => link.answer(ack, Answer::Refused(refusal)),
        }
    }

    fn summary(&self, seat: SeatId, link: &Arc<L>, ack: L::Ack) {
        let at = self.now();
        match self.admit(seat, at, Toll::Input) {
            Ok(()) => self.post(at, Letter::Summary { seat, link: Arc::clone(link), ack }),
            Err(refusal) => link.answer(ack, Answer::Refused(refusal)),
        }
    }

    fn is_remote_key(&self, key: &str) -> bool {
        Token::parse(key).is_some_and(|key| self.lets_remote_in(&key))
    }

    fn dropped(&self, seat: SeatId, link: &Arc<L>) {
        self.post(self.now(), Letter::Dropped { seat, link: Arc::clone(link) });
    }
}

impl<G: Game, L: Link> Enrolled<L> for Room<G, L> {
    fn join(&self, arrival: Arrival<L>) {
        self.post(self.now(), Letter::Join(Box::new(arrival)));
    }

    fn resume(&self, seat: SeatId, sync: SyncBy, link: Arc<L>, ack: L::Ack) {
        self.post(self.now(), Letter::Resume { seat, sync, link, ack });
    }

    fn come_back(&self, seat: SeatId, got: Option<&Place>, link: Arc<L>, ack: L::Ack) {
        // Of another room, in which they were before: then they have got nothing of this one.
        let got = got.filter(|got| *got.room == *self.code);
        let from = got.map_or(0, |got| got.number.saturating_add(1));
        self.post(self.now(), Letter::Return { seat, from, link, ack });
    }

    fn end(&self, reason: CloseReason) {
        let core = self.core.lock().take();
        if let Some(core) = core {
            self.close(core, reason);
        }
    }

    fn claim(&self, options: &Value) -> bool {
        let facts = *self.facts.lock();
        let free = facts.players + self.claims.load(Ordering::Relaxed) < self.capacity();
        let fits = self.quick_match && !self.private && !facts.locked && free && self.has(options);
        if fits {
            self.claims.fetch_add(1, Ordering::Relaxed);
        }
        fits
    }

    fn count_in(&self, census: &mut Census) {
        census.rooms += 1;
        census.slowed += usize::from(self.tally.slowed.load(Ordering::Relaxed));
        census.hosts += self.tally.hosts.load(Ordering::Relaxed);
        census.players += self.facts.lock().players;
        census.spectators += self.tally.spectators.load(Ordering::Relaxed);
    }

    fn is_public(&self) -> bool {
        !self.private
    }
}

/// Those of these options that the game lists, for everybody in the room. What a document is called is its host's affair.
fn told(options: &Value, about: &About) -> Option<Arc<Value>> {
    let listed = about.options.iter().filter(|parameter| !matches!(parameter.takes, Takes::Document { .. }));
    let given = |name: &'static str| options.get(name).filter(|value| !value.is_null()).cloned();
    let told: Map<_, _> =
        listed.filter_map(|parameter| Some((parameter.name.into(), given(parameter.name)?))).collect();
    (!told.is_empty()).then(|| Arc::new(Value::Object(told)))
}

/// A chat line, without controls and what turns the text of others around.
fn line(text: &str, most_chars: usize) -> Result<Arc<str>, Refusal> {
    // Four bytes are the most that a character takes.
    if text.len() > most_chars.saturating_mul(4) || text.trim().chars().count() > most_chars {
        return Err(refusals::chat_too_long());
    }
    let readable = text.chars().filter(|&c| !name::turns_text(c));
    let seen: String = readable.map(|c| if c.is_control() { ' ' } else { c }).collect();
    match seen.trim() {
        "" => Err(refusals::chat_empty()),
        line => Ok(Arc::from(line)),
    }
}

/// What a panic said.
fn words(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("without words")
}
