//! One client: gets in, sends its inputs, measures what comes, and does on purpose what its scenario wants.
//!
//! Decides nothing about the others, and knows no rules of a game.

use std::time::Duration;

use serde::de::IgnoredAny;
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep, sleep_until, timeout};

use super::crowd::{Crowd, Stage, Window};
use super::exact::Book;
use super::fate::Fate;
use super::heard::{Head, encode, name, packet, payload};
use super::line::{Line, next};
use super::plan::Scenario;
use super::quiz;
use crate::{Error, Kind};

/// A client, in the namespace and, if it plays, on its seat.
pub(super) struct Player {
    nth: usize,
    pub(super) line: Line,
    pub(super) rng: u64,
    requests: u64,
    seq: u64,
    token: Option<String>,
    tick: Option<u64>,
    heard_at: Option<Instant>,
    /// How old the last state was when it came.
    lag: Option<Duration>,
    /// The whole state, of those that are compared.
    book: Option<Book>,
    /// Whether a delta was made from a state that this client did not know.
    torn: bool,
}

impl Player {
    /// Connects, and joins the namespace.
    pub(super) async fn connect(crowd: &Crowd, nth: usize) -> Result<Self, Error> {
        let mut rng = nth as u64 + 1;
        let started = Instant::now();
        let connecting = async {
            let receive = (crowd.plan.stalls() && crowd.plan.chosen(nth)).then_some(SMALL);
            let mut line = Line::open(&crowd.plan, crowd.source(nth), next(&mut rng), receive).await?;
            let (bytes, binary) = encode(Kind::Connect, None, None, crowd.plan.parser);
            line.send(&bytes, binary)?;
            loop {
                while let Some(piece) = line.next()? {
                    match packet(line.bytes(&piece), piece.binary) {
                        Some(said) if said.kind == Kind::Connect => return Ok(line),
                        Some(said) if said.kind == Kind::ConnectError => {
                            return Err(Error::Refused(said.data.unwrap_or_default().to_string()));
                        }
                        _ => {}
                    }
                }
                line.fill().await?;
            }
        };
        let line = timeout(PATIENCE, connecting).await.map_err(|_| Error::Timeout("the namespace".into()))??;
        crowd.tally.times().connect.record(started.elapsed());
        Ok(Self {
            nth,
            line,
            rng,
            requests: 0,
            seq: 0,
            token: None,
            tick: None,
            heard_at: None,
            lag: None,
            book: None,
            torn: false,
        })
    }

    /// Asks, and gives the acknowledgement. What else comes meanwhile is let go.
    pub(super) async fn request(&mut self, crowd: &Crowd, name: &str, payload: Value) -> Result<Value, Error> {
        let id = self.requests;
        self.requests += 1;
        let (bytes, binary) = encode(Kind::Event, Some(id), Some(json!([name, payload])), crowd.plan.parser);
        self.line.send(&bytes, binary)?;
        let answer = async {
            loop {
                while let Some(piece) = self.line.next()? {
                    let said = packet(self.line.bytes(&piece), piece.binary);
                    if let Some(said) = said.filter(|said| said.kind == Kind::Ack && said.id == Some(id)) {
                        return Ok(said.data.and_then(|mut data| data.get_mut(0).map(Value::take)).unwrap_or_default());
                    }
                }
                self.line.fill().await?;
            }
        };
        timeout(PATIENCE, answer).await.map_err(|_| Error::Timeout(format!("the answer to {name}")))?
    }

    /// Asks for a seat, and gives the acknowledgement. Asked to come later, it does, and waits longer every time.
    pub(super) async fn sit(&mut self, crowd: &Crowd, name: &str, mut payload: Value) -> Result<Value, Error> {
        payload["sync"] =
            json!(if crowd.plan.deltas || crowd.plan.scenario == Scenario::Quiz { "delta" } else { "snapshot" });
        let mut pause = FIRST_PAUSE;
        let mut ack = loop {
            let ack = self.request(crowd, name, payload.clone()).await?;
            if ack["ok"] != json!(false) {
                break ack;
            }
            let later = ["busy", "rate_limited"].iter().any(|code| ack["code"] == *code);
            if !later || pause > LAST_PAUSE {
                return Err(Error::Refused(format!("{}: {}", ack["code"], ack["message"])));
            }
            crowd.tally.retries.add(1);
            // Not all at the same time again.
            sleep(pause.mul_f64(0.5 + (next(&mut self.rng) % 1_000) as f64 / 1_000.0)).await;
            pause *= 2;
        };
        self.token = ack["token"].as_str().map(str::to_owned);
        self.tick = ack["tick"].as_u64();
        self.book =
            self.tick.filter(|_| crowd.compares(self.nth)).map(|tick| Book { tick, state: ack["state"].take() });
        Ok(ack)
    }

    /// Plays until the stage says it's over.
    pub(super) async fn play(mut self, crowd: &Crowd, mut stage: watch::Receiver<Stage>) {
        let window = loop {
            match self.until_changed(crowd, &mut stage).await {
                Ok(()) => {}
                Err(error) => return crowd.lost(&error),
            }
            match *stage.borrow_and_update() {
                Stage::Gathering => {}
                Stage::Measuring(window) => break window,
                Stage::Over => return,
            }
        };
        if crowd.plan.scenario == Scenario::Quiz {
            if let Err(error) = quiz::answer(&mut self, crowd, &mut stage).await {
                crowd.lost(&error);
            }
            return;
        }
        let fate = Fate::of(crowd, self.nth, window, &mut self.rng);
        match self.measured(crowd, &mut stage, window, fate).await {
            Ok(()) => self.leave(crowd),
            Err(error) => crowd.lost(&error),
        }
    }

    /// Goes home: what came of the comparing is counted, and the seat is given up, so that the room ends.
    fn leave(mut self, crowd: &Crowd) {
        if crowd.plan.stalls() && crowd.plan.chosen(self.nth) {
            let verdict = crowd.exact.verdict(crowd.plan.room_of(self.nth), self.nth);
            crowd.tally.compared.add(verdict.compared);
            if self.torn || verdict.differs.is_some() {
                crowd.tally.inexact.add(1);
                let at = verdict.differs.unwrap_or_else(|| "a delta from a state it did not know".into());
                crowd.tally.fault(&format!("client {} knew something else: {at}", self.nth));
            } else if verdict.compared > 0 {
                crowd.tally.exact.add(1);
            }
        }
        if crowd.plan.scenario.plays_arena() && crowd.plan.foreign.is_none() {
            let (bytes, binary) = encode(Kind::Event, None, Some(json!(["leave", {}])), crowd.plan.parser);
            // If it is gone already, that is as well.
            let _ = self.line.send(&bytes, binary);
        }
    }

    /// Reads what comes, and lets it go, until the stage changes.
    async fn until_changed(&mut self, crowd: &Crowd, stage: &mut watch::Receiver<Stage>) -> Result<(), Error> {
        loop {
            tokio::select! {
                changed = stage.changed() => return changed.map_err(|_| Error::Closed("the load is over".into())),
                filled = self.line.fill() => filled?,
            }
            self.take_in(crowd, None, Fate::Back)?;
        }
    }

    async fn measured(
        &mut self,
        crowd: &Crowd,
        stage: &mut watch::Receiver<Stage>,
        window: Window,
        fate: Fate,
    ) -> Result<(), Error> {
        let every = Duration::from_secs_f64(1.0 / crowd.plan.input_hz.max(0.001));
        let sends = crowd.plan.scenario.plays_arena() && crowd.plan.input_hz > 0.0;
        // From before the window on: rooms in which nobody moves sleep.
        let phase = every.mul_f64((next(&mut self.rng) % 1_000) as f64 / 1_000.0);
        let mut inputs = interval_at(Instant::now() + phase, every);
        // What was not sent in time is sent at once: the players don't wait for the server.
        inputs.set_missed_tick_behavior(MissedTickBehavior::Burst);
        let mut fate = fate;
        loop {
            tokio::select! {
                changed = stage.changed() => {
                    if changed.is_err() || matches!(*stage.borrow_and_update(), Stage::Over) {
                        return Ok(());
                    }
                }
                filled = self.line.fill(), if !fate.deaf() => {
                    filled?;
                    self.take_in(crowd, Some(window), fate)?;
                    if fate == Fate::Behind && self.lag.is_some_and(|lag| lag < FRESH + crowd.tick * 2) {
                        crowd.tally.recovered.add(1);
                        fate = Fate::Back;
                    }
                }
                _ = inputs.tick(), if sends && !fate.deaf() => {
                    if Instant::now() < window.to {
                        self.input(crowd, window)?;
                    }
                }
                () = sleep_until(fate.turn()), if fate.turns() => {
                    if let Fate::Drops(_) = fate {
                        fate = Fate::Back;
                        self.drop_and_resume(crowd).await?;
                    } else {
                        fate = fate.turned(crowd);
                    }
                }
            }
        }
    }

    fn input(&mut self, crowd: &Crowd, window: Window) -> Result<(), Error> {
        self.seq += 1;
        let mut direction = || (next(&mut self.rng) % 2_001) as f64 / 1_000.0 - 1.0;
        let (dx, dy) = (direction(), direction());
        let name = crowd.plan.foreign.as_ref().map_or("input", |foreign| &foreign.input);
        let data = json!([name, {"type": "move", "seq": self.seq, "dx": dx, "dy": dy}]);
        let (bytes, binary) = encode(Kind::Event, None, Some(data), crowd.plan.parser);
        let room = self.line.send(&bytes, binary)?;
        if Instant::now() < window.from {
            return Ok(());
        }
        if room { &crowd.tally.inputs } else { &crowd.tally.held }.add(1);
        Ok(())
    }

    /// Reads all that has come. Without a window it is not measured; the states of the steady count.
    fn take_in(&mut self, crowd: &Crowd, window: Option<Window>, fate: Fate) -> Result<(), Error> {
        let now = Instant::now();
        let measured = window.filter(|window| now >= window.from);
        while let Some(piece) = self.line.next()? {
            let counts = measured.is_some_and(|window| now < window.to);
            if counts {
                crowd.tally.messages.add(1);
                crowd.tally.bytes.add(self.line.weight(&piece) as u64);
            }
            let bytes = self.line.bytes(&piece);
            let Some(name) = name(bytes, piece.binary) else { continue };
            if name == "closed" && crowd.plan.foreign.is_none() {
                return Err(Error::Closed("the room is over".into()));
            }
            if !crowd.is_state(name) {
                continue;
            }
            if counts {
                crowd.tally.states.add(1);
            }
            let delta = name == "delta";
            let compares = measured.is_some_and(|window| now + BEFOREHAND >= window.to - crowd.stall);
            let (head, state) = if self.book.is_some() && (crowd.plan.deltas || compares) {
                payload::<Head<Value>>(bytes, piece.binary).map(Head::split).unwrap_or_default()
            } else {
                (payload::<Head<IgnoredAny>>(bytes, piece.binary).map(|head| head.split().0).unwrap_or_default(), None)
            };
            self.follow(crowd, delta, &head, measured.is_some().then_some(fate));
            if let Some(window) = measured.filter(|window| fate == Fate::Steady && window.holds(head.t, now)) {
                self.measure(crowd, head.t, now, window);
            }
            self.heard_at = Some(now);
            self.lag = head.t.map(|t| crowd.clock.since(t, now));
            if let Some(state) = state {
                self.keep(delta, &head, state);
                if compares {
                    self.compare(crowd, fate);
                }
            }
        }
        Ok(())
    }

    /// Writes the book on.
    fn keep(&mut self, delta: bool, head: &Head<()>, state: Value) {
        let (Some(book), Some(tick)) = (&mut self.book, head.tick) else { return };
        if delta {
            self.torn |= !book.amend(tick, head.base, &state);
        } else {
            book.rewrite(tick, state);
        }
    }

    /// Hands the book in: as the room's witness, or to be compared with that one's.
    fn compare(&self, crowd: &Crowd, fate: Fate) {
        let (Some(book), room) = (&self.book, crowd.plan.room_of(self.nth)) else { return };
        match fate {
            Fate::Steady => crowd.exact.witness(room, book),
            Fate::Back => crowd.exact.check(room, self.nth, book),
            Fate::Stalls(_) | Fate::Deaf(_) | Fate::Behind | Fate::Drops(_) => {}
        }
    }

    /// Whether this state follows on the one before it.
    fn follow(&mut self, crowd: &Crowd, delta: bool, head: &Head<()>, counts: Option<Fate>) {
        let Some(tick) = head.tick else { return };
        if let Some((known, fate)) = self.tick.replace(tick).zip(counts) {
            if delta && head.base != Some(known) {
                crowd.tally.broken.add(1);
            }
            if fate == Fate::Steady && !crowd.plan.deltas && tick > known + 1 {
                crowd.tally.gaps.add(tick - known - 1);
            }
        }
    }

    fn measure(&self, crowd: &Crowd, t: Option<f64>, now: Instant, window: Window) {
        crowd.tally.delivered.add(1);
        let mut times = crowd.tally.times();
        if let Some(t) = t {
            times.latency.record(crowd.clock.since(t, now));
        }
        if let Some(before) = self.heard_at.filter(|before| *before >= window.from) {
            times.interval.record_due(now - before, crowd.tick);
        }
    }

    /// Cuts the connection without a word, comes back, and resumes the seat.
    async fn drop_and_resume(&mut self, crowd: &Crowd) -> Result<(), Error> {
        crowd.tally.tried.add(1);
        let started = Instant::now();
        let token = self.token.clone().ok_or_else(|| Error::Protocol("no token".into()))?;
        self.line.cut().await;
        let resumed = async {
            let mut back = Self::connect(crowd, self.nth).await?;
            back.sit(crowd, "resume", json!({"token": token})).await?;
            Ok::<_, Error>(back)
        };
        *self = resumed.await?;
        crowd.tally.times().resume.record(started.elapsed());
        crowd.tally.recovered.add(1);
        Ok(())
    }
}

/// The receive buffer of those that are to stall, in bytes: what they don't read waits with the server.
const SMALL: u32 = 8 * 1024;
/// How long before the stalled read again their roommates' states are kept.
const BEFOREHAND: Duration = Duration::from_secs(1);
/// How long a client waits that was asked to come later; twice as long each time.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LAST_PAUSE: Duration = Duration::from_secs(4);
/// How long one request may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// A state this old, and two ticks, is up to date.
const FRESH: Duration = Duration::from_millis(50);
