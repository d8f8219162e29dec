//! A game that does as it is told, so that a test can bring about anything a game may do.
//!
//! No fun to play.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::Duration;

use parlor_games::contract::{
    Audience, Effects, Flow, Game, Group, Micros, Opening, Person, Refusal, Role, Rules, SeatId, Standing, Tick, Timer,
    rank,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::room::ManualClock;

thread_local! {
    /// The clock that a costly tick moves on.
    static CLOCK: RefCell<Option<ManualClock>> = const { RefCell::new(None) };
}

/// Lets this thread's costly ticks take time of this clock.
pub(super) fn costs_time_of(clock: &ManualClock) {
    CLOCK.with_borrow_mut(|cost| *cost = Some(clock.clone()));
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub(super) struct Options {
    hz: u16,
    seats: u32,
    hosted: bool,
    grace_ms: Option<u64>,
    panic: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { hz: 20, seats: 100, hosted: false, grace_ms: Some(30_000), panic: false }
    }
}

/// What the probe is told to do.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub(super) enum Act {
    /// Put something into everybody's view.
    Set {
        key: String,
        value: Value,
    },
    /// Take it out again.
    Unset {
        key: String,
    },
    /// Put something into the host's view alone.
    Hide {
        value: Value,
    },
    /// Put something into the sender's own view.
    Mine {
        value: Value,
    },
    /// Say that private views may have changed, though they have not.
    Touch,
    /// Count one, which must be the sender's next.
    Count {
        n: u64,
    },
    /// Take what each seat may take once.
    Once,
    /// Let everyone, or one seat, hear something.
    Ring {
        to: Option<SeatId>,
        sound: u32,
    },
    /// Points.
    Score {
        points: i64,
    },
    Time {
        phase_ms: Option<u64>,
    },
    /// From here on: step at every tick; or once after so long; or only after inputs.
    Run,
    Nap {
        ms: u64,
    },
    Rest,
    /// From here on each tick takes so long.
    Cost {
        ms: u64,
    },
    /// The host's.
    Kick {
        seat: SeatId,
    },
    Lock {
        locked: bool,
    },
    Finish,
    Panic,
    Refuse,
}

#[derive(Debug, Default)]
pub(super) struct Probe {
    shown: BTreeMap<String, Value>,
    hidden: Value,
    mine: BTreeMap<SeatId, Value>,
    counts: BTreeMap<SeatId, u64>,
    once: Vec<SeatId>,
    present: BTreeMap<SeatId, bool>,
    roles: BTreeMap<SeatId, Role>,
    scores: BTreeMap<SeatId, i64>,
    arrivals: Vec<u64>,
    timer: Option<Timer>,
    flow: Option<Flow>,
    ticks: u64,
    /// How many ticks a step stands for: as it was told, and 1 before that.
    stride: Option<u32>,
    disorder: u64,
    cost: Duration,
    over: bool,
}

impl Game for Probe {
    type Options = Options;
    type Input = Act;
    type View = Value;
    type Private = Value;
    type Event = Value;
    type Summary = Value;

    const NAME: &'static str = "probe";

    fn open(options: Options, _: Opening<'_>) -> Result<(Self, Rules), Refusal> {
        assert!(!options.panic, "told to");
        let Options { hz, seats, hosted, grace_ms, .. } = options;
        if hz == 0 {
            return Err(Refusal::new("bad_options", "No rate."));
        }
        let grace = grace_ms.map(Duration::from_millis);
        Ok((Self::default(), Rules { hz, seats, hosted, grace, quick_match: !hosted }))
    }

    fn join(&mut self, seat: SeatId, person: &Person, _: Micros, _: &mut Effects<Value>) -> Result<(), Refusal> {
        if &*person.name == "Unwelcome" {
            return Err(Refusal::new("unwelcome", "Not you."));
        }
        self.present.insert(seat, true);
        self.roles.insert(seat, person.role);
        Ok(())
    }

    fn presence(&mut self, seat: SeatId, connected: bool, _: Micros, _: &mut Effects<Value>) {
        let before = self.present.insert(seat, connected);
        assert_eq!(before, Some(!connected), "presence is told when it changes, of seats that there are");
    }

    fn leave(&mut self, seat: SeatId, _: Micros, effects: &mut Effects<Value>) {
        self.present.remove(&seat).expect("only seats that there are leave");
        self.roles.remove(&seat);
        effects.standings |= self.scores.remove(&seat).is_some();
    }

    fn input(
        &mut self,
        seat: SeatId,
        role: Role,
        input: Act,
        at: Micros,
        effects: &mut Effects<Value>,
    ) -> Result<(), Refusal> {
        assert!(self.present.contains_key(&seat), "only seats that there are ask for something");
        self.arrivals.push(at.0);
        match input {
            Act::Set { key, value } => drop(self.shown.insert(key, value)),
            Act::Unset { key } => drop(self.shown.remove(&key)),
            Act::Hide { value } => self.hidden = value,
            Act::Mine { value } => {
                self.mine.insert(seat, value);
                effects.private.push(seat);
            }
            Act::Touch => effects.private_all = true,
            Act::Count { n } => {
                let count = self.counts.entry(seat).or_default();
                self.disorder += u64::from(*count != n);
                *count = n + 1;
            }
            Act::Once if self.once.contains(&seat) => return Err(Refusal::new("already", "Once.")),
            Act::Once => self.once.push(seat),
            Act::Ring { to, sound } => {
                let audience = to.map_or(Audience::Everyone, Audience::Seat);
                effects.events.push((audience, json!({"type": "ring", "sound": sound})));
            }
            Act::Score { points } => {
                *self.scores.entry(seat).or_default() += points;
                effects.standings = true;
            }
            Act::Time { phase_ms } => {
                let ends_at = phase_ms.map(|ms| at.plus(Duration::from_millis(ms)));
                self.timer = Some(Timer { phase: "play", ends_at, left: None });
            }
            Act::Run => self.flow = Some(Flow::EveryTick),
            Act::Nap { ms } => self.flow = Some(Flow::SleepUntil(at.plus(Duration::from_millis(ms)))),
            Act::Rest => self.flow = None,
            Act::Cost { ms } => self.cost = Duration::from_millis(ms),
            Act::Kick { .. } | Act::Lock { .. } | Act::Finish if role != Role::Host => {
                return Err(Refusal::new("not_host", "The host's alone."));
            }
            Act::Kick { seat } => effects.remove.push((seat, Refusal::new("kicked", "Out."))),
            Act::Lock { locked } => effects.lock = Some(locked),
            Act::Finish => self.over = true,
            Act::Panic => panic!("told to"),
            Act::Refuse => return Err(Refusal::new("told_to", "No.")),
        }
        Ok(())
    }

    fn pace(&mut self, stride: u32) {
        self.stride = Some(stride);
    }

    fn tick(&mut self, _: Tick, now: Micros, _: &mut Effects<Value>) -> Flow {
        self.ticks += 1;
        assert!(self.arrivals.iter().all(|&at| at <= now.0), "an input arrives before the tick that applies it");
        self.arrivals.clear();
        CLOCK.with_borrow(|clock| {
            if let Some(clock) = clock {
                clock.advance(self.cost);
            }
        });
        match self.flow {
            _ if self.over => Flow::End,
            Some(Flow::SleepUntil(until)) if until <= now => Flow::Sleep,
            Some(flow) => flow,
            None => Flow::Sleep,
        }
    }

    fn view(&self, group: Group, _: Micros) -> Value {
        let mut view = json!({
            "shown": self.shown,
            "seats": self.present.len(),
            "present": self.present.values().filter(|&&present| present).count(),
            "counted": self.counts.values().sum::<u64>(),
            "disorder": self.disorder,
        });
        if group == Group::Host {
            view["hidden"] = self.hidden.clone();
            view["ticks"] = json!(self.ticks);
            view["stride"] = json!(self.stride.unwrap_or(1));
        }
        view
    }

    fn summary(&self) -> Result<Value, Refusal> {
        match &self.hidden {
            Value::Null => Err(Refusal::new("told_to", "No.")),
            hidden => Ok(json!({"hidden": hidden})),
        }
    }

    fn private(&self, seat: SeatId) -> Option<Value> {
        self.mine.get(&seat).map(|mine| json!({"mine": mine}))
    }

    fn standings(&self, top: usize) -> (Vec<Standing>, usize) {
        let row = |(&seat, &score): (&SeatId, &i64)| Standing { seat, score, gain: 0, rank: 0 };
        let mut rows: Vec<_> = self.scores.iter().map(row).collect();
        rank(&mut rows);
        rows.truncate(top);
        (rows, self.scores.len())
    }

    fn timer(&self, _: Micros) -> Option<Timer> {
        self.timer.clone()
    }

    fn phase(&self) -> &'static str {
        if self.timer.is_some() { "play" } else { "lobby" }
    }
}
