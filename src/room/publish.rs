//! What a tick has to say: views and what else is to be known, each put together once for all who get it.
//!
//! Changes no game. Who gets what is `fanout`'s; encoding is the links'.

use std::mem;
use std::panic::resume_unwind;
use std::sync::Arc;

use parlor_games::contract::{Audience, Game, Group, Role, SeatId, Timer};

use super::core::{Core, Moment, Pending};
use super::fanout::{Bulletin, Crowd, FanOut, Packed, SHARE, State, names_are_for};
use super::following::Viewers;
use super::inbox::give_back;
use super::instance::Room;
use super::journal::Happened;
use super::roster::{Roster, Seat};
use super::views::{EACH_GROUP, PerGroup, own};
use super::{
    Answer, Answered, Branch, Broadcast, CloseReason, Link, Names, Newcomer, Outgoing, ScoreRow, Seated, Tree, refusals,
};

/// How many rows of the standings are sent.
const TOP: usize = 10;

impl<G: Game, L: Link> Core<G, L> {
    /// Sends all that came of the ticks since the last time.
    ///
    /// # Errors
    /// `Failed`, when the game says something that has no form in JSON.
    pub(super) fn publish(&mut self, room: &Room<G, L>) -> Result<(), CloseReason> {
        let now = Moment { tick: self.tick, at: room.grid.due(self.tick) };
        self.bulletin(room, now).map_err(|fault| {
            tracing::error!(room = &*room.code, game = G::NAME, %fault, "a view has no form in JSON");
            CloseReason::Failed
        })
    }

    fn bulletin(&mut self, room: &Room<G, L>, now: Moment) -> serde_json::Result<()> {
        self.following.count(&self.game, &self.roster);
        self.take_events(room, now)?;
        let mut bulletin = Bulletin {
            score: self.score(now),
            timer: self.timer(room, now),
            players: self.players(now),
            states: PerGroup::default(),
        };
        self.state(room, now, &mut bulletin.states)?;
        self.greet(room, now)?;
        self.tell_private(now)?;
        // Before any answer: whoever is told of a seat finds it counted in the list of rooms.
        self.state_census(room);
        self.flush(room, now);
        self.fan_out(room, bulletin);
        self.clear();
        Ok(())
    }

    /// Says what may be known of the room from outside.
    fn state_census(&mut self, room: &Room<G, L>) {
        room.state_facts(self.roster.players(), self.game.phase(), self.locked);
        let hosts = usize::from(self.roster.host().is_some());
        room.state_tally(hosts, self.roster.spectators(), self.pace.stride() > 1);
        // Only when they are counted as players, so that quick match never sees too many free seats.
        room.release_claims(std::mem::take(&mut self.claims_met));
    }

    /// The game's one-shot events, each to its audience.
    fn take_events(&mut self, room: &Room<G, L>, now: Moment) -> serde_json::Result<()> {
        for (audience, event) in std::mem::take(&mut self.effects.events) {
            let outgoing = Outgoing::Event { tick: now.tick, event: Tree::of(&event)? };
            match audience {
                Audience::Everyone => self.post(room, outgoing),
                Audience::Seat(id) => {
                    self.order += 1;
                    let (order, broadcast) = (self.order, self.said(room, Some(id), outgoing));
                    if let Some(seat) = self.roster.seat_mut(id) {
                        seat.tell(order, broadcast);
                        self.told.push(id);
                    }
                }
            }
        }
        Ok(())
    }

    /// The top of the standings, if it has changed.
    fn score(&mut self, now: Moment) -> Option<Broadcast<L::Encoded>> {
        if !std::mem::take(&mut self.effects.standings) {
            return None;
        }
        let (standings, total) = self.game.standings(TOP);
        let row = |standing: &parlor_games::contract::Standing| {
            let seat = self.roster.seat(standing.seat)?;
            let (name, avatar) = (Arc::clone(&seat.person.name), seat.avatar);
            let (score, gain, rank) = (standing.score, standing.gain, standing.rank);
            Some(ScoreRow { seat: standing.seat, name, score, gain, rank, avatar })
        };
        let scores = (standings.iter().filter_map(row).collect(), total);
        if scores == self.scores {
            return None;
        }
        self.scores = scores;
        Some(Broadcast::new(self.score_at(now)))
    }

    fn score_at(&self, now: Moment) -> Outgoing {
        let (scores, total) = self.scores.clone();
        Outgoing::Score { tick: now.tick, scores, total }
    }

    /// The phase's time, if it has changed.
    fn timer(&mut self, room: &Room<G, L>, now: Moment) -> Option<Broadcast<L::Encoded>> {
        let timer = self.game.timer(room.micros(now.at));
        if timer == self.timer {
            return None;
        }
        self.timer = timer;
        let timer = self.timer.as_ref()?;
        let what = Happened::Timer { phase: timer.phase, ends_at: timer.ends_at, running: timer.ends_at.is_some() };
        self.record(room, now.at, what);
        Some(Broadcast::new(timer_at(room, timer, now)))
    }

    /// News of players, if it is time for them.
    fn players(&mut self, now: Moment) -> Option<[Broadcast<L::Encoded>; 2]> {
        let names = self.news.take(now.at, self.roster.len())?;
        let (tick, count) = (now.tick, self.roster.players());
        let say = |names| Broadcast::new(Outgoing::Players { tick, count, names });
        Some([say(Some(names)), say(None)])
    }

    /// Each group's state; nothing of groups without viewers.
    fn state(
        &mut self,
        room: &Room<G, L>,
        now: Moment,
        states: &mut PerGroup<Option<State<L::Encoded>>>,
    ) -> serde_json::Result<()> {
        for group in EACH_GROUP {
            let viewers = *self.following.viewers().of(group);
            if viewers.any {
                *states.of_mut(group) = self.state_of(room, group, viewers, now)?;
            } else if !self.following.is_settled() {
                self.views.forget(group);
            }
        }
        Ok(())
    }

    fn state_of(
        &mut self,
        room: &Room<G, L>,
        group: Group,
        viewers: Viewers,
        now: Moment,
    ) -> serde_json::Result<Option<State<L::Encoded>>> {
        let view = self.game.view(group, room.micros(now.at));
        let turn = self.views.refresh(group, now.tick, &view, viewers.followed)?;
        let (tick, t) = (now.tick, room.wall_ms(now.at));
        let Some(known) = self.views.known(group) else { return Ok(None) };
        let snapshot = |tick| Broadcast::new(Outgoing::Snapshot { tick, t, state: Arc::clone(&known.value) });
        let delta = turn
            .change
            .map(|change| Broadcast::new(Outgoing::Delta { tick, base: change.base, t, patch: change.patch }));
        let current = (viewers.snapshots && known.tick != tick).then(|| snapshot(tick));
        let keyframe = self.views.keyframe(group, |tick| room.wall_ms(room.grid.due(tick)), self.rules.hz);
        let packed = keyframe.map(|keyframe| Packed {
            delta: turn
                .packed
                .filter(|delta| !keyframe.is_shorter_than(delta.len()))
                .map(|delta| Broadcast::new(Outgoing::Packed { delta })),
            whole: Broadcast::new(Outgoing::Keyframe(keyframe)),
        });
        Ok(Some(State { moved: turn.moved, delta, whole: snapshot(known.tick), packed, current }))
    }

    /// Tells those who have just taken a seat what the others know already.
    fn greet(&mut self, room: &Room<G, L>, now: Moment) -> serde_json::Result<()> {
        if self.following.is_settled() {
            return Ok(());
        }
        let fresh: Vec<_> =
            self.roster.iter().filter(|(_, seat)| seat.fresh && seat.link.is_some()).map(|(id, _)| id).collect();
        for id in fresh {
            let mut you = Tree::default();
            if self.roster.seat(id).is_some_and(|seat| seat.is_remote) {
                you.rebuild(&None::<()>)?;
            } else {
                self.private(id, &mut you)?;
            }
            let mut greeting = Vec::new();
            if let Some(role) = self.roster.seat(id).map(|seat| seat.person.role) {
                greeting.push(self.everybody(role, room.shared.config.roster, now));
            }
            greeting.extend(self.timer.as_ref().map(|timer| timer_at(room, timer, now)));
            if !self.scores.0.is_empty() {
                greeting.push(self.score_at(now));
            }
            if let Some(seat) = self.roster.seat_mut(id) {
                let before = mem::replace(&mut seat.you, Arc::new(you));
                if seat.recovered && !(is_null(&before) && is_null(&seat.you)) {
                    // No answer tells it of this.
                    let private = Arc::clone(&seat.you);
                    greeting.push(Outgoing::You { tick: now.tick, private });
                }
                seat.own.splice(0..0, greeting.into_iter().map(|outgoing| (0, Broadcast::new(outgoing))));
            }
        }
        Ok(())
    }

    /// Who is there, as somebody of this role may know it.
    fn everybody(&self, role: Role, most: usize, now: Moment) -> Outgoing {
        let names = names_are_for(role, self.roster.len()).then(|| {
            let players = self.roster.iter().filter(|(_, seat)| seat.person.role == Role::Player);
            let newcomer = |(id, seat): (_, &Seat<L>)| Newcomer {
                seat: id,
                name: Arc::clone(&seat.person.name),
                avatar: seat.avatar,
            };
            let joined = players.map(newcomer).take(most).collect();
            Names { joined, left: Vec::new() }
        });
        Outgoing::Players { tick: now.tick, count: self.roster.players(), names }
    }

    /// Private views that have changed, each to its seat.
    fn tell_private(&mut self, now: Moment) -> serde_json::Result<()> {
        let mut stale = std::mem::take(&mut self.effects.private);
        if std::mem::take(&mut self.effects.private_all) {
            stale = self.roster.iter().map(|(id, _)| id).collect();
        }
        let mut you = std::mem::take(&mut self.draft);
        for id in stale.drain(..) {
            if self.roster.seat(id).is_none_or(|seat| seat.fresh || seat.link.is_none() || seat.is_remote) {
                continue;
            }
            self.private(id, &mut you)?;
            if let Some(seat) = self.roster.seat_mut(id).filter(|seat| *seat.you != you) {
                std::mem::swap(own(&mut seat.you), &mut you);
                let private = Arc::clone(&seat.you);
                seat.tell(u32::MAX, Broadcast::new(Outgoing::You { tick: now.tick, private }));
                self.told.push(id);
            }
        }
        self.effects.private = stale;
        self.draft = you;
        Ok(())
    }

    /// Makes `you` the seat's private view, `null` if it has none.
    fn private(&self, id: SeatId, you: &mut Tree) -> serde_json::Result<()> {
        you.rebuild(&self.game.private(id))
    }

    /// Answers and farewells, before everything that follows from them. What is for a seat leaves with its delivery.
    fn flush(&mut self, room: &Room<G, L>, now: Moment) {
        let mut pending = std::mem::take(&mut self.pending);
        for pending in pending.drain(..) {
            match pending {
                Pending::Answer { link, seat, ack, answer } => self.reply(&link, seat, ack, answer),
                Pending::Closed { link, seat, reason, message } => link.closed(seat, reason, &message),
                Pending::Seated { link, ack, seat } => {
                    let answer = self.seated(room, seat, &link, now);
                    self.reply(&link, Some(seat), ack, answer);
                }
            }
        }
        give_back(&mut pending);
        self.pending = pending;
        self.answers.sort_by_key(|answered| answered.seat);
    }

    /// An answer to a link that holds its seat still waits for the seat's delivery; any other has none to wait for.
    fn reply(&mut self, link: &Arc<L>, seat: Option<SeatId>, ack: L::Ack, answer: Answer) {
        match seat.filter(|&seat| self.roster.seat(seat).is_some_and(|seat| seat.is_on(link))) {
            Some(seat) => self.answers.push(Answered { seat, ack, answer }),
            None => link.answer(ack, answer),
        }
    }

    /// What somebody who took a seat learns; a no, if it was taken from them within the same tick.
    fn seated(&self, room: &Room<G, L>, id: SeatId, link: &Arc<L>, now: Moment) -> Answer {
        let Some(seat) = self.roster.seat(id).filter(|seat| seat.is_on(link)) else {
            let kicked = self.roster.was_kicked(id);
            return Answer::Refused(if kicked { refusals::kicked() } else { refusals::not_seated() });
        };
        let Some(known) = self.views.known(self.game.group(seat.person.role)) else {
            return Answer::Refused(refusals::room_failed());
        };
        Answer::Seated(Box::new(Seated {
            room: Arc::clone(&room.code),
            game: G::NAME,
            seat: id,
            token: seat.token.encode(),
            role: seat.person.role,
            avatar: seat.avatar,
            hz: self.rules.hz,
            options: room.told_options.clone(),
            tick: known.tick,
            time: room.wall_ms(now.at),
            state: Arc::clone(&known.value),
            you: Arc::clone(&seat.you),
        }))
    }

    /// Hands each link what the tick has for it.
    fn fan_out(&mut self, room: &Room<G, L>, bulletin: Bulletin<L::Encoded>) {
        self.roster.arrange();
        let (groups, seats) = (self.following.groups(&self.game), self.roster.len());
        let scheduler = &room.shared.scheduler;
        if seats < room.shared.config.fan_out_from || scheduler.lanes() == 1 {
            let (shared, answers, bulletin) = (&*self.shared, &*self.answers, &bulletin);
            return FanOut { answers, shared, bulletin, groups, seats }.deliver(self.roster.iter());
        }
        // The seats are lent to all who help, and come back whatever happens.
        let roster = mem::replace(&mut self.roster, Roster::new(0));
        let crowd = Crowd::new(roster, mem::take(&mut self.answers), mem::take(&mut self.shared), bulletin, groups);
        let (crowd, outcome) = scheduler.share(crowd, seats.div_ceil(SHARE) - 1);
        (self.roster, self.answers, self.shared) = (crowd.roster, crowd.answers, crowd.shared);
        if let Err(panic) = outcome {
            resume_unwind(panic);
        }
    }

    /// Forgets the tick's news: they are told.
    fn clear(&mut self) {
        self.answers.clear();
        give_back(&mut self.answers);
        self.shared.clear();
        self.order = 0;
        for id in self.told.drain(..) {
            if let Some(seat) = self.roster.seat_mut(id) {
                seat.own.clear();
            }
        }
        if self.following.is_settled() {
            return;
        }
        let groups = self.following.groups(&self.game);
        for (_, seat) in self.roster.iter_mut() {
            seat.group = Some(groups.of(seat.person.role));
            seat.own.clear();
            seat.fresh = false;
            seat.recovered = false;
            seat.since = 0;
        }
    }
}

fn is_null(view: &Tree) -> bool {
    matches!(view.root(), Branch::Null)
}

fn timer_at<G: Game, L: Link>(room: &Room<G, L>, timer: &Timer, now: Moment) -> Outgoing {
    let ends_at = timer.ends_at.and_then(|at| room.grid.instant(at));
    let left = ends_at.map(|end| end.saturating_duration_since(now.at)).or(timer.left);
    Outgoing::Timer {
        tick: now.tick,
        phase: timer.phase,
        ends_at: ends_at.map(|end| room.wall_ms(end)),
        left_ms: left.map(|left| left.as_secs_f64() * 1e3),
        running: ends_at.is_some(),
    }
}
