//! The core of a room: its game and its seats, and the step that moves both on.
//!
//! Runs on one thread at a time and never waits. Seats are `seating`'s, what goes out is `publish`'s.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Instant;

use parlor_games::contract::{Effects, Flow, Game, Micros, Refusal, Role, Rules, SeatId, Tick, Timer};

use super::following::Following;
use super::inbox::{Letter, Stamped, give_back};
use super::instance::Room;
use super::journal::{Entry, Happened};
use super::news::News;
use super::origins::Permit;
use super::pace::{Pace, Shift};
use super::past::Past;
use super::roster::Roster;
use super::scheduler::Next;
use super::stats::Stepped;
use super::views::Views;
use super::{Answer, Answered, Broadcast, CloseReason, Config, Link, Outgoing, Place, ScoreRow, Tree, refusals};

/// A room's state. Whoever holds it is the room's only writer.
pub(crate) struct Core<G: Game, L: Link> {
    pub(super) game: G,
    pub(super) rules: Rules,
    pub(super) roster: Roster<L>,
    pub(super) views: Views,
    pub(super) following: Following,
    pub(super) news: News,
    /// What those may come back for whose connection is recovered.
    pub(super) past: Past,
    pub(super) timer: Option<Timer>,
    pub(super) scores: (Vec<ScoreRow>, usize),
    pub(super) effects: Effects<G::Event>,
    /// Where a private view is put together, to see whether it has changed.
    pub(super) draft: Tree,
    /// Answers and farewells of this tick, in the order in which they came to be.
    pub(super) pending: Vec<Pending<L>>,
    /// Answers that go out with this tick's news, by seat.
    pub(super) answers: Vec<Answered<L::Ack>>,
    /// What this tick has for all, by its place in the tick's order of things.
    pub(super) shared: Vec<(u32, Broadcast<L::Encoded>)>,
    pub(super) order: u32,
    /// Seats that this tick has something for alone.
    pub(super) told: Vec<SeatId>,
    /// The last tick that was run.
    pub(super) tick: Tick,
    pub(super) locked: bool,
    pub(super) ending: Option<CloseReason>,
    /// Arrivals of this tick that had claimed a seat.
    pub(super) claims_met: usize,
    /// When the step that is under way began, and on which lane's thread.
    began: Instant,
    lane: usize,
    pub(super) pace: Pace,
    flow: Flow,
    /// Requests that wait, some of them for a tick after their arrival.
    letters: Vec<Stamped<G::Input, L>>,
    /// Since when nobody is connected.
    deserted: Option<Instant>,
    /// Held as long as the room is.
    _permit: Permit,
}

/// Something to be said to one link before the tick's news.
pub(super) enum Pending<L: Link> {
    /// `seat` is whose request it was, if the asker may have a seat.
    Answer {
        link: Arc<L>,
        seat: Option<SeatId>,
        ack: L::Ack,
        answer: Answer,
    },
    Seated {
        link: Arc<L>,
        ack: L::Ack,
        seat: SeatId,
    },
    Closed {
        link: Arc<L>,
        seat: SeatId,
        reason: CloseReason,
        message: Cow<'static, str>,
    },
}

/// One tick of a room, and the moment it is due.
#[derive(Clone, Copy)]
pub(super) struct Moment {
    pub(super) tick: Tick,
    pub(super) at: Instant,
}

impl<G: Game, L: Link> Core<G, L> {
    /// A room in which nobody is yet.
    pub(crate) fn new(game: G, rules: Rules, config: &Config, permit: Permit, now: Instant) -> Self {
        let Config { kicked, kept_events, kept_bytes, .. } = *config;
        Self {
            game,
            rules,
            roster: Roster::new(kicked),
            views: Views::default(),
            following: Following::default(),
            news: News::default(),
            past: Past::new(kept_events, kept_bytes),
            timer: None,
            scores: (Vec::new(), 0),
            effects: Effects::default(),
            draft: Tree::default(),
            pending: Vec::new(),
            answers: Vec::new(),
            shared: Vec::new(),
            order: 0,
            told: Vec::new(),
            tick: 0,
            locked: false,
            ending: None,
            claims_met: 0,
            began: now,
            lane: 0,
            pace: Pace::new(),
            flow: Flow::EveryTick,
            letters: Vec::new(),
            deserted: Some(now),
            _permit: permit,
        }
    }

    /// Runs the ticks that are due at `now`, and sends what came of them.
    ///
    /// # Errors
    /// Why the room is over.
    pub(crate) fn step(&mut self, room: &Room<G, L>, now: Instant, lane: usize) -> Result<Next, CloseReason> {
        self.lane = lane;
        let last = room.grid.at_or_before(now);
        let Some(expected) = room.inbox.drain(&mut self.letters, last) else {
            // A wake that came late, for a tick that has been run.
            return Ok(next(room, room.inbox.expected()));
        };
        let plan = self.pace.plan(expected, last);
        self.began = now;
        let (before, awake) = (self.tick, self.flow == Flow::EveryTick);
        let skipped = if awake { plan.dropped } else { 0 };
        let mut ticks = 0;
        for tick in (plan.first..=last).step_by(usize::try_from(self.pace.stride()).unwrap_or(usize::MAX)) {
            if ticks > 0 && !self.is_restless(room, tick) {
                break;
            }
            self.run(room, Moment { tick, at: room.grid.due(tick) });
            ticks += 1;
            if self.ending.is_some() {
                break;
            }
        }
        self.publish(room)?;
        let due = if awake { self.tick.saturating_sub(before) } else { ticks };
        let late = now.saturating_duration_since(room.grid.due(expected));
        room.stats(self.lane).stepped(Stepped { ticks, due, period: room.grid.period(), skipped, late });
        self.judge_pace(room, skipped);
        match self.ending {
            Some(reason) => Err(reason),
            None => Ok(self.park(room)),
        }
    }

    /// One tick: requests in the order of their arrival, then the game.
    fn run(&mut self, room: &Room<G, L>, now: Moment) {
        self.tick = now.tick;
        let mut later = Vec::new();
        let mut letters = std::mem::take(&mut self.letters);
        for stamped in letters.drain(..) {
            if stamped.at <= now.at {
                self.apply(room, stamped, now);
            } else {
                later.push(stamped);
            }
        }
        give_back(&mut letters);
        self.letters = if later.is_empty() { letters } else { later };
        while let Some(seat) = self.roster.overdue(now.at) {
            self.give_up(room, seat, now.at);
        }
        self.flow = self.game.tick(now.tick, room.grid.micros(now.at), &mut self.effects);
        self.settle(room, now.at);
        if self.flow == Flow::End {
            self.ending.get_or_insert(CloseReason::Ended);
        }
        self.mind_desertion(room, now.at);
    }

    fn apply(&mut self, room: &Room<G, L>, stamped: Stamped<G::Input, L>, now: Moment) {
        let Stamped { at, letter } = stamped;
        match letter {
            Letter::Join(arrival) => self.admit(room, *arrival, at),
            Letter::Resume { seat, sync, link, ack } => self.resume(room, seat, sync, link, ack, at),
            Letter::Return { seat, from, link, ack } => self.come_back(room, seat, from, link, ack, at),
            Letter::Input { seat, link, input, ack } => {
                room.stats(self.lane).applied(self.began.saturating_duration_since(at));
                let answer = match self.input(room, seat, &link, input, at) {
                    Ok(()) => Answer::Applied(now.tick),
                    Err(refusal) => Answer::Refused(refusal),
                };
                self.answer(link, Some(seat), ack, answer);
            }
            Letter::Chat { seat, link, text, ack } => {
                let answer = self.chat(room, seat, &link, text, at);
                self.answer(link, Some(seat), Some(ack), answer);
            }
            Letter::Leave { seat, link, ack } => {
                let answer = match self.roster.seat_on(seat, &link) {
                    Some(_) => {
                        self.give_up(room, seat, at);
                        Answer::Done
                    }
                    None => Answer::Refused(refusals::not_seated()),
                };
                self.answer(link, None, Some(ack), answer);
            }
            Letter::Remote { seat, link, revoke, ack } => {
                let answer = self.hand_remote(room, seat, &link, revoke, at);
                self.answer(link, Some(seat), Some(ack), answer);
            }
            Letter::Links { seat, link, of, ack } => {
                let links = |core: &Self| Ok(Answer::Links(core.roster.links(&of)));
                let answer = self.tell_host(seat, &link, links);
                self.answer(link, Some(seat), Some(ack), answer);
            }
            Letter::Summary { seat, link, ack } => {
                let answer = self.tell_host(seat, &link, Self::summary);
                self.answer(link, Some(seat), Some(ack), answer);
            }
            Letter::Dropped { seat, link } => self.lose(room, seat, &link, at),
        }
        self.settle(room, at);
    }

    fn input(
        &mut self,
        room: &Room<G, L>,
        id: SeatId,
        link: &Arc<L>,
        input: G::Input,
        at: Instant,
    ) -> Result<(), Refusal> {
        let (id, role) = self.acting(id, link).ok_or_else(refusals::not_seated)?;
        let recorded = room.shared.journal.as_ref().map(|_| Tree::of(&input).unwrap_or_default());
        let outcome = self.game.input(id, role, input, room.grid.micros(at), &mut self.effects);
        if let Some(input) = recorded {
            let name = &*self.roster.seat(id).ok_or_else(refusals::not_seated)?.person.name;
            let refused = outcome.as_ref().err().map(|refusal| refusal.code);
            self.record(room, at, Happened::Input { seat: id, name, input, refused });
        }
        outcome
    }

    fn chat(&mut self, room: &Room<G, L>, id: SeatId, link: &Arc<L>, text: Arc<str>, at: Instant) -> Answer {
        let acting = self.acting(id, link).and_then(|(id, _)| Some((id, self.roster.seat(id)?)));
        let Some((id, seat)) = acting else {
            return Answer::Refused(refusals::not_seated());
        };
        let name = Arc::clone(&seat.person.name);
        self.post(room, Outgoing::Chat { seat: id, name, text, t: room.wall_ms(at) });
        Answer::Done
    }

    /// What only those may know who run the room.
    fn tell_host(&mut self, id: SeatId, link: &Arc<L>, tell: impl FnOnce(&Self) -> Result<Answer, Refusal>) -> Answer {
        let told = match self.acting(id, link) {
            None => Err(refusals::not_seated()),
            Some((_, Role::Host)) => tell(self),
            Some((_, Role::Player | Role::Spectator)) => Err(refusals::not_host()),
        };
        told.unwrap_or_else(Answer::Refused)
    }

    /// What the game came to.
    fn summary(&self) -> Result<Answer, Refusal> {
        let summary = Tree::of(&self.game.summary()?);
        summary.map(Answer::Summary).map_err(|error| {
            tracing::error!(game = G::NAME, %error, "a summary has no form in JSON");
            refusals::room_failed()
        })
    }

    /// Carries out at once what a call of the game asks of the runtime, and cannot wait for the tick's end.
    fn settle(&mut self, room: &Room<G, L>, at: Instant) {
        if let Some(locked) = self.effects.lock.take() {
            self.locked = locked;
        }
        // Giving a seat up calls the game, which may remove others.
        while let Some((seat, refusal)) = self.effects.remove.pop() {
            self.kick(room, seat, refusal, at);
        }
    }

    fn answer(&mut self, link: Arc<L>, seat: Option<SeatId>, ack: Option<L::Ack>, answer: Answer) {
        if let Some(ack) = ack {
            self.pending.push(Pending::Answer { link, seat, ack, answer });
        }
    }

    /// Something for everyone, in its place in the tick's order of things.
    pub(super) fn post(&mut self, room: &Room<G, L>, outgoing: Outgoing) {
        self.order += 1;
        let broadcast = self.said(room, None, outgoing);
        self.shared.push((self.order, broadcast));
    }

    /// Something that is said once, to one seat or to all.
    pub(super) fn said(&mut self, room: &Room<G, L>, to: Option<SeatId>, outgoing: Outgoing) -> Broadcast<L::Encoded> {
        let place = self.past.add(to, &outgoing).map(|number| room.place(number));
        Broadcast { place, ..Broadcast::new(outgoing) }
    }

    pub(super) fn record(&self, room: &Room<G, L>, at: Instant, what: Happened<'_>) {
        if let Some(journal) = &room.shared.journal {
            let entry =
                Entry { room: &room.code, tick: self.tick, at: room.grid.micros(at), t: room.wall_ms(at), what };
            journal.record(&entry);
        }
    }

    /// Ends a room in which nobody has been for too long.
    fn mind_desertion(&mut self, room: &Room<G, L>, now: Instant) {
        if self.roster.iter().any(|(_, seat)| seat.link.is_some() && !seat.is_remote) {
            self.deserted = None;
        } else {
            self.deserted.get_or_insert(now);
        }
        if self.closes_at(room).is_some_and(|end| end <= now) {
            self.ending.get_or_insert(CloseReason::Idle);
        }
    }

    fn closes_at(&self, room: &Room<G, L>) -> Option<Instant> {
        let config = &room.shared.config;
        let patience = if self.roster.len() == 0 { config.vacant() } else { config.idle() };
        self.deserted.and_then(|since| since.checked_add(patience))
    }

    /// Whether there is something to do at this tick.
    fn is_restless(&self, room: &Room<G, L>, tick: Tick) -> bool {
        let due = match self.flow {
            Flow::EveryTick => true,
            Flow::SleepUntil(at) => room.grid.instant(at).is_some_and(|at| at <= room.grid.due(tick)),
            Flow::Sleep | Flow::End => false,
        };
        due || !self.letters.is_empty()
    }

    /// Rests until there is something to do.
    fn park(&self, room: &Room<G, L>) -> Next {
        let every = self.tick + self.pace.stride();
        let tick_of = |at: Option<Instant>| at.map(|at| room.grid.at_or_after(at));
        let flow = match self.flow {
            Flow::EveryTick => Some(every),
            Flow::SleepUntil(at) => tick_of(room.grid.instant(at)),
            Flow::Sleep | Flow::End => None,
        };
        let chores = [self.roster.next_grace(), self.news.due(), self.closes_at(room)];
        let wanted = flow.into_iter().chain(chores.into_iter().filter_map(tick_of)).min();
        next(room, room.inbox.park(every, wanted, self.letters.len()))
    }

    fn judge_pace(&mut self, room: &Room<G, L>, skipped: u64) {
        let cost = room.shared.clock.now().saturating_duration_since(self.began);
        let period = room.grid.period();
        let overran = skipped > 0 || cost > self.pace.budget(period);
        room.stats(self.lane).took(cost, overran);
        let shift = self.pace.record(cost, overran, period);
        if shift.is_some() {
            let stride = self.pace.stride();
            self.game.pace(u32::try_from(stride).unwrap_or(u32::MAX));
            self.record(room, room.grid.due(self.tick), Happened::Paced { stride });
        }
        match shift {
            Some(Shift::Slower) => {
                room.stats(self.lane).slowed();
                tracing::warn!(
                    room = &*room.code,
                    game = G::NAME,
                    stride = self.pace.stride(),
                    "a room is slowed down"
                );
            }
            Some(Shift::Faster) => {
                tracing::info!(room = &*room.code, game = G::NAME, stride = self.pace.stride(), "a room speeds up");
            }
            None => {}
        }
    }

    /// The end, for all who are still there.
    pub(super) fn farewell(&mut self, reason: CloseReason) {
        let refusal = if reason == CloseReason::Failed { refusals::room_failed() } else { refusals::room_ended() };
        for pending in self.pending.drain(..) {
            match pending {
                Pending::Answer { link, ack, .. } | Pending::Seated { link, ack, .. } => {
                    link.answer(ack, Answer::Refused(refusal.clone()));
                }
                Pending::Closed { link, seat, reason, message } => link.closed(seat, reason, &message),
            }
        }
        for stamped in self.letters.drain(..) {
            stamped.letter.refuse(refusal.clone());
        }
        for (id, seat) in self.roster.iter() {
            if let Some(link) = &seat.link {
                link.closed(id, reason, reason.message());
            }
        }
    }
}

fn next<G: Game, L: Link>(room: &Room<G, L>, expected: Option<Tick>) -> Next {
    expected.map_or(Next::Asleep, |tick| Next::At(room.grid.due(tick)))
}

impl<E: Default> Broadcast<E> {
    /// Something to be sent, not encoded yet.
    pub(crate) fn new(outgoing: Outgoing) -> Self {
        Self { outgoing, place: None, encoded: E::default() }
    }
}

impl<G: Game, L: Link> Room<G, L> {
    /// The place of what is said once with this number.
    pub(super) fn place(&self, number: u64) -> Box<Place> {
        Box::new(Place { room: Arc::clone(&self.code), number })
    }

    /// The moment on the room's own clock.
    pub(super) fn micros(&self, at: Instant) -> Micros {
        self.grid.micros(at)
    }

    /// The wall time of a moment.
    pub(super) fn wall_ms(&self, at: Instant) -> f64 {
        self.shared.clock.wall_ms(at)
    }
}
