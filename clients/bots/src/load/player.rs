//! One client: gets in, sends its inputs, measures what comes, and does on purpose what its scenario wants.
//!
//! Decides nothing about the others, and knows no rules of a game.

use std::time::Duration;

use serde::de::IgnoredAny;
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep_until, timeout};

use super::crowd::{Crowd, Stage, Window};
use super::heard::{Head, encode, event, packet};
use super::line::{Line, next};
use super::plan::Scenario;
use super::quiz;
use super::tally::{record, record_due};
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
}

impl Player {
    /// Connects, and joins the namespace.
    pub(super) async fn connect(crowd: &Crowd, nth: usize) -> Result<Self, Error> {
        let mut rng = nth as u64 + 1;
        let started = Instant::now();
        let connecting = async {
            let mut line = Line::open(&crowd.plan, crowd.source(nth), next(&mut rng)).await?;
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
        record(&mut crowd.tally.times().connect, started.elapsed());
        Ok(Self { nth, line, rng, requests: 0, seq: 0, token: None, tick: None, heard_at: None, lag: None })
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

    /// Asks for a seat, and gives the acknowledgement.
    pub(super) async fn sit(&mut self, crowd: &Crowd, name: &str, mut payload: Value) -> Result<Value, Error> {
        payload["sync"] =
            json!(if crowd.plan.deltas || crowd.plan.scenario == Scenario::Quiz { "delta" } else { "snapshot" });
        let ack = self.request(crowd, name, payload).await?;
        if ack["ok"] == json!(false) {
            return Err(Error::Refused(format!("{}: {}", ack["code"], ack["message"])));
        }
        self.token = ack["token"].as_str().map(str::to_owned);
        self.tick = ack["tick"].as_u64();
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
        if let Err(error) = self.measured(crowd, &mut stage, window, fate).await {
            crowd.lost(&error);
        }
    }

    /// Reads what comes, and lets it go, until the stage changes.
    async fn until_changed(&mut self, crowd: &Crowd, stage: &mut watch::Receiver<Stage>) -> Result<(), Error> {
        loop {
            tokio::select! {
                changed = stage.changed() => return changed.map_err(|_| Error::Closed("the load is over".into())),
                filled = self.line.fill() => filled?,
            }
            self.take_in(crowd, None, false)?;
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
                    self.take_in(crowd, Some(window), fate.steady())?;
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

    /// Reads all that has come. Without a window it is not measured; `steady` clients' states count.
    fn take_in(&mut self, crowd: &Crowd, window: Option<Window>, steady: bool) -> Result<(), Error> {
        let now = Instant::now();
        let measured = window.filter(|window| now >= window.from);
        while let Some(piece) = self.line.next()? {
            if measured.is_some_and(|window| now < window.to) {
                crowd.tally.messages.add(1);
                crowd.tally.bytes.add(self.line.weight(&piece) as u64);
            }
            let Some((name, head)) = event::<IgnoredAny>(self.line.bytes(&piece), piece.binary) else { continue };
            if name == "closed" && crowd.plan.foreign.is_none() {
                return Err(Error::Closed("the room is over".into()));
            }
            if crowd.is_state(name) {
                let head = head.unwrap_or(Head { tick: None, base: None, t: None, state: None });
                self.follow(crowd, name == "delta", &head, measured.is_some());
                if let Some(window) = measured.filter(|window| steady && window.holds(head.t, now)) {
                    self.measure(crowd, head.t, now, window);
                }
                self.heard_at = Some(now);
                self.lag = head.t.map(|t| crowd.clock.since(t, now));
            }
        }
        Ok(())
    }

    /// Whether this state follows on the one before it.
    fn follow(&mut self, crowd: &Crowd, delta: bool, head: &Head<IgnoredAny>, counts: bool) {
        let Some(tick) = head.tick else { return };
        if let Some(known) = self.tick.replace(tick).filter(|_| counts) {
            if delta && head.base != Some(known) {
                crowd.tally.broken.add(1);
            }
            if !crowd.plan.deltas && tick > known + 1 {
                crowd.tally.gaps.add(tick - known - 1);
            }
        }
    }

    fn measure(&self, crowd: &Crowd, t: Option<f64>, now: Instant, window: Window) {
        crowd.tally.delivered.add(1);
        let mut times = crowd.tally.times();
        if let Some(t) = t {
            record(&mut times.latency, crowd.clock.since(t, now));
        }
        if let Some(before) = self.heard_at.filter(|before| *before >= window.from) {
            record_due(&mut times.interval, now - before, crowd.tick);
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
        record(&mut crowd.tally.times().resume, started.elapsed());
        crowd.tally.recovered.add(1);
        Ok(())
    }
}

/// What goes wrong for a client on purpose, and when.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fate {
    Steady,
    /// Reads until then.
    Stalls(Instant),
    /// Does not read until then.
    Deaf(Instant),
    /// Reads what waited, until it is up to date.
    Behind,
    Drops(Instant),
    /// Went through it.
    Back,
}

impl Fate {
    /// The middle half of the window is when things go wrong.
    fn of(crowd: &Crowd, nth: usize, window: Window, rng: &mut u64) -> Self {
        let length = window.to - window.from;
        match crowd.plan.scenario {
            _ if !crowd.plan.chosen(nth) => Self::Steady,
            Scenario::Slow => Self::Stalls(window.from + length / 4),
            Scenario::Reconnect => {
                let part = (next(rng) % 1_000) as f64 / 1_000.0;
                Self::Drops(window.from + length / 4 + (length / 2).mul_f64(part))
            }
            Scenario::Arena | Scenario::Idle | Scenario::Storm | Scenario::Quiz => Self::Steady,
        }
    }

    fn steady(self) -> bool {
        self == Self::Steady
    }

    fn deaf(self) -> bool {
        matches!(self, Self::Deaf(_))
    }

    fn turns(self) -> bool {
        matches!(self, Self::Stalls(_) | Self::Deaf(_) | Self::Drops(_))
    }

    fn turn(self) -> Instant {
        match self {
            Self::Stalls(at) | Self::Deaf(at) | Self::Drops(at) => at,
            Self::Steady | Self::Behind | Self::Back => Instant::now(),
        }
    }

    fn turned(self, crowd: &Crowd) -> Self {
        match self {
            Self::Stalls(at) => {
                crowd.tally.tried.add(1);
                Self::Deaf(at + crowd.stall)
            }
            Self::Deaf(_) => Self::Behind,
            other => other,
        }
    }
}

/// How long one request may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// A state this old, and two ticks, is up to date.
const FRESH: Duration = Duration::from_millis(50);
