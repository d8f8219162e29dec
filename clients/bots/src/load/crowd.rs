//! All clients of a process together: who sits where, what time it is, and when it begins and ends.
//!
//! Knows no client's affairs, and reads nothing from the network itself.

use std::net::IpAddr;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::time::{Instant, sleep_until};

use super::crew::wall_ms;
use super::exact::Exact;
use super::plan::{Plan, Scenario};
use super::player::Player;
use super::quiz;
use super::tally::Tally;
use crate::Error;

/// How far a load has come.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Stage {
    Gathering,
    Measuring(Window),
    Over,
}

/// What is measured: from one moment to another, by this machine's clock and by the server's.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Window {
    pub(super) from: Instant,
    pub(super) to: Instant,
    pub(super) from_ms: f64,
    pub(super) to_ms: f64,
}

impl Window {
    /// Whether a state belongs to it: by its own time if it has one, so that what is late still counts, else by its arrival.
    pub(super) fn holds(&self, t: Option<f64>, now: Instant) -> bool {
        match t {
            Some(t) => (self.from_ms..self.to_ms).contains(&t),
            None => (self.from..self.to).contains(&now),
        }
    }
}

/// The server's clock, as far as it is known here.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock {
    zero: Instant,
    zero_ms: f64,
    /// Half a round trip: by so much it may be wrong.
    pub(super) error_ms: Option<f64>,
}

impl Clock {
    /// This machine's.
    pub(super) fn own() -> Self {
        Self { zero: Instant::now(), zero_ms: wall_ms(), error_ms: None }
    }

    /// As this machine's, corrected by the quickest of a few questions to the server.
    pub(super) async fn ask(mut self, crowd: &Crowd, player: &mut Player) -> Result<Self, Error> {
        let mut quickest = f64::INFINITY;
        let own = self;
        for _ in 0..QUESTIONS {
            let t0 = own.now_ms();
            let ack = player.request(crowd, "clock", json!({"t0": t0})).await?;
            let trip = own.now_ms() - t0;
            let t1 = ack["t1"].as_f64().ok_or_else(|| Error::Protocol("a clock without a time".into()))?;
            if trip < quickest {
                quickest = trip;
                self.zero_ms = own.zero_ms + t1 - (t0 + trip / 2.0);
                self.error_ms = Some(trip / 2.0);
            }
        }
        Ok(self)
    }

    fn now_ms(&self) -> f64 {
        self.ms(Instant::now())
    }

    pub(super) fn ms(&self, at: Instant) -> f64 {
        self.zero_ms + at.saturating_duration_since(self.zero).as_secs_f64() * 1_000.0
    }

    /// How long before `now` the server's time was `t`; nothing if it is yet to come.
    pub(super) fn since(&self, t: f64, now: Instant) -> Duration {
        Duration::try_from_secs_f64((self.ms(now) - t) / 1_000.0).unwrap_or_default()
    }
}

/// A room that is there: its place among the rooms of the load, and its code; no code if it will never be there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Opened {
    pub(super) room: usize,
    pub(super) code: String,
}

/// What every client of a process is given.
#[derive(Debug)]
pub(super) struct Crowd {
    pub(super) plan: Plan,
    /// The numbers of this process's clients.
    pub(super) members: Range<usize>,
    pub(super) tally: Tally,
    /// What is compared of those that stalled.
    pub(super) exact: Exact,
    pub(super) clock: Clock,
    /// How long a tick is.
    pub(super) tick: Duration,
    /// How long a stalled client does not read.
    pub(super) stall: Duration,
    rooms: Vec<watch::Sender<Option<String>>>,
    doors: Semaphore,
    opened: mpsc::UnboundedSender<Opened>,
    began: Instant,
    salt: u32,
}

impl Crowd {
    pub(super) fn new(plan: Plan, part: usize, salt: u32, opened: mpsc::UnboundedSender<Opened>) -> Self {
        let doors = if plan.scenario == Scenario::Storm { plan.clients } else { DOORS };
        Self {
            members: plan.part(part),
            tally: Tally::new(),
            exact: Exact::default(),
            clock: Clock::own(),
            tick: Duration::from_secs(1) / u32::from(plan.hz.max(1)),
            stall: Duration::from_secs_f64(plan.seconds * 3.0 / 8.0),
            rooms: (0..plan.rooms()).map(|_| watch::Sender::new(None)).collect(),
            doors: Semaphore::new(doors),
            opened,
            began: Instant::now(),
            salt,
            plan,
        }
    }

    /// The address to connect this client from.
    pub(super) fn source(&self, nth: usize) -> Option<IpAddr> {
        self.plan.source(nth, self.salt)
    }

    /// A room was opened here.
    pub(super) fn open(&self, room: usize, code: &str) {
        self.know(room, code);
        // Without other processes nobody needs to be told.
        let _ = self.opened.send(Opened { room, code: code.to_owned() });
    }

    /// A room is there.
    pub(super) fn know(&self, room: usize, code: &str) {
        if let Some(room) = self.rooms.get(room) {
            room.send_replace(Some(code.to_owned()));
        }
    }

    /// The whole life of the host of a quiz.
    pub(super) async fn lead(self: Arc<Self>, room: usize, stage: watch::Receiver<Stage>) {
        if let Err(error) = quiz::host(&self, room, stage).await {
            self.lost(&error);
            // Nobody waits for a room that there will not be.
            self.open(room, "");
        }
        self.tally.finished.add(1);
    }

    /// The whole life of the client of this number.
    pub(super) async fn live(self: Arc<Self>, nth: usize, stage: watch::Receiver<Stage>) {
        match self.enter(nth).await {
            Ok(player) => {
                self.tally.joined.add(1);
                player.play(&self, stage).await;
            }
            Err(error) => {
                self.tally.failed.add(1);
                self.tally.fault(&error);
            }
        }
    }

    /// Connects in its turn, and sits down: the first of a room opens it for the others.
    async fn enter(&self, nth: usize) -> Result<Player, Error> {
        if self.plan.scenario == Scenario::Idle {
            let due = Duration::from_secs_f64(nth as f64 / f64::from(self.plan.rate.max(1)));
            sleep_until(self.began + due).await;
        }
        let room = self.plan.room_of(nth);
        let Some(known) = self.rooms.get(room) else {
            let _door = self.door().await?;
            return Player::connect(self, nth).await;
        };
        let name = format!("Bot {nth}");
        if let Some(foreign) = &self.plan.foreign {
            let _door = self.door().await?;
            let mut player = Player::connect(self, nth).await?;
            if !foreign.join.is_empty() {
                player.sit(self, &foreign.join, json!({"room": room.to_string(), "name": name})).await?;
            }
            return Ok(player);
        }
        let first = nth == 0 || self.plan.room_of(nth - 1) < room;
        if first && self.plan.scenario != Scenario::Quiz {
            let opened = self.found(nth, &name).await;
            // Nobody waits for a room that there will not be.
            let code = opened.as_ref().map(|(_, code)| code.as_str()).unwrap_or_default();
            self.open(room, code);
            return opened.map(|(player, _)| player);
        }
        let code = known.subscribe().wait_for(Option::is_some).await.map(|code| code.clone().unwrap_or_default());
        let code = code.map_err(|_| Error::Closed("the load is over".into()))?;
        if code.is_empty() {
            return Err(Error::Refused("its room could not be opened".into()));
        }
        let _door = self.door().await?;
        let mut player = Player::connect(self, nth).await?;
        player.sit(self, "join", json!({"room": code, "name": name})).await?;
        Ok(player)
    }

    /// The first of a room opens it: that client, and the room's code.
    async fn found(&self, nth: usize, name: &str) -> Result<(Player, String), Error> {
        let _door = self.door().await?;
        let mut player = Player::connect(self, nth).await?;
        let ack = player.sit(self, "create", self.opening(name)).await?;
        let code = ack["room"].as_str().unwrap_or_default().to_owned();
        Ok((player, code))
    }

    /// Whether the state of this client is kept whole: it stalls, or it is what those of its room are compared with.
    pub(super) fn compares(&self, nth: usize) -> bool {
        let room = self.plan.room_of(nth);
        let before = || (self.members.start..nth).rev().take_while(|before| self.plan.room_of(*before) == room);
        self.plan.stalls() && (self.plan.chosen(nth) || before().all(|before| self.plan.chosen(before)))
    }

    async fn door(&self) -> Result<tokio::sync::SemaphorePermit<'_>, Error> {
        self.doors.acquire().await.map_err(|_| Error::Closed("the load is over".into()))
    }

    /// What a room of the arena is opened with. In large rooms the view holds few players, and no coins, so that states are as
    /// long as in small ones, and nothing but states is sent: thousands who pick up coins have another top ten at every
    /// tick.
    fn opening(&self, name: &str) -> Value {
        let seats = self.plan.seats();
        let mut options = json!({"hz": self.plan.hz, "seats": seats});
        if seats > CROWDED {
            options["visible"] = json!(VISIBLE);
            options["coins"] = json!(0);
        }
        json!({"game": "arena", "role": "player", "name": name, "private": true, "options": options})
    }

    /// Whether an event of this name carries the state.
    pub(super) fn is_state(&self, name: &str) -> bool {
        match &self.plan.foreign {
            Some(foreign) => name == foreign.state,
            None => matches!(name, "snapshot" | "delta"),
        }
    }

    /// A connection ended that should not have.
    pub(super) fn lost(&self, error: &Error) {
        self.tally.closed.add(1);
        self.tally.fault(error);
    }
}

/// Clients of a process that connect at the same time, but in a storm.
const DOORS: usize = 256;
/// Questions for the server's time.
const QUESTIONS: usize = 16;
/// From so many seats on, a room shows [`VISIBLE`] players only.
const CROWDED: usize = 64;
const VISIBLE: usize = 13;
