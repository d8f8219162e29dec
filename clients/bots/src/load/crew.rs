//! The clients of one process: started, let measure, sent home.
//!
//! Knows nothing of other processes but which rooms they opened, and prints nothing.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use tokio::sync::{mpsc, watch};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{Instant, sleep_until, timeout};

use super::crowd::{Clock, Crowd, Opened, Stage, Window};
use super::plan::{Plan, Scenario};
use super::player::Player;
use super::process::{Cpu, cpu};
use super::tally::{Counts, Tally, Times};
use crate::Error;

/// One of the processes that make a load together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Part {
    pub(super) plan: Plan,
    /// Which of the plan's processes this is, from 0.
    pub(super) part: usize,
    /// The same in all of them: the addresses they connect from follow from it.
    pub(super) salt: u32,
}

/// What is measured: seconds from a moment on, which is in milliseconds since the epoch by this machine's clock.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Span {
    pub(super) from_ms: f64,
    pub(super) seconds: f64,
}

/// What one process has seen.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Outcome {
    pub(super) counts: Counts,
    pub(super) times: Times,
    pub(super) fault: Option<String>,
    pub(super) clock_error_ms: Option<f64>,
    /// The cores it used itself while it was measured.
    pub(super) cores: Option<f64>,
}

impl Outcome {
    /// Adds another process's. Of what can't be added, the worse is kept.
    pub(super) fn merge(&mut self, other: Self) {
        let Self { counts, times, fault, clock_error_ms, cores } = other;
        self.counts += counts;
        self.times.merge(&times);
        self.fault = self.fault.take().or(fault);
        let most = |one: Option<f64>, two: Option<f64>| one.into_iter().chain(two).reduce(f64::max);
        self.clock_error_ms = most(self.clock_error_ms, clock_error_ms);
        self.cores = most(self.cores, cores);
    }
}

/// The clients of this process.
#[derive(Debug)]
pub(super) struct Crew {
    crowd: Arc<Crowd>,
    stage: watch::Sender<Stage>,
    clients: JoinSet<()>,
    meter: Arc<Meter>,
    metering: Option<JoinHandle<()>>,
}

impl Crew {
    /// Starts all clients of this part. Rooms that they open are told to `opened`.
    pub(super) async fn start(part: Part, opened: mpsc::UnboundedSender<Opened>) -> Result<Self, Error> {
        let Part { plan, part, salt } = part;
        let mut crowd = Crowd::new(plan, part, salt, opened);
        if crowd.plan.rooms() > 0 && crowd.plan.foreign.is_none() {
            let mut asker = Player::connect(&crowd, crowd.members.start).await?;
            crowd.clock = Clock::own().ask(&crowd, &mut asker).await?;
            // Its connecting is not one of theirs.
            crowd.tally = Tally::new();
        }
        let crowd = Arc::new(crowd);
        let stage = watch::Sender::new(Stage::Gathering);
        let mut clients = JoinSet::new();
        if crowd.plan.scenario == Scenario::Quiz && part == 0 {
            for room in 0..crowd.plan.rooms() {
                clients.spawn(Arc::clone(&crowd).lead(room, stage.subscribe()));
            }
        }
        for nth in crowd.members.clone() {
            clients.spawn(Arc::clone(&crowd).live(nth, stage.subscribe()));
        }
        Ok(Self { crowd, stage, clients, meter: Arc::default(), metering: None })
    }

    pub(super) fn counts(&self) -> Counts {
        self.crowd.tally.counts()
    }

    /// Another process has opened a room.
    pub(super) fn told(&self, Opened { room, code }: &Opened) {
        self.crowd.know(*room, code);
    }

    /// Lets the clients measure.
    pub(super) fn measure(&mut self, span: Span) {
        let wait = Duration::try_from_secs_f64((span.from_ms - wall_ms()) / 1_000.0).unwrap_or_default();
        let from = Instant::now() + wait;
        let to = from + Duration::from_secs_f64(span.seconds);
        let clock = &self.crowd.clock;
        let window = Window { from, to, from_ms: clock.ms(from), to_ms: clock.ms(to) };
        self.stage.send_replace(Stage::Measuring(window));
        let meter = Arc::clone(&self.meter);
        self.metering = Some(tokio::spawn(async move {
            for at in [from, to] {
                sleep_until(at).await;
                meter.read();
            }
        }));
    }

    /// Sends everybody home; what they have seen.
    pub(super) async fn over(mut self) -> Outcome {
        if let Some(metering) = self.metering.take() {
            // Ended before its time, it has one reading and takes the other here.
            metering.abort();
            self.meter.read();
        }
        self.stage.send_replace(Stage::Over);
        let farewell = async { while self.clients.join_next().await.is_some() {} };
        // Who is still at something then is cut off.
        let _ = timeout(FAREWELL, farewell).await;
        let tally = &self.crowd.tally;
        Outcome {
            counts: tally.counts(),
            times: tally.times().clone(),
            fault: tally.first_fault(),
            clock_error_ms: self.crowd.clock.error_ms,
            cores: self.meter.cores(),
        }
    }
}

/// What this process used between its first two readings.
#[derive(Debug, Default)]
struct Meter(Mutex<Vec<(Instant, Cpu)>>);

impl Meter {
    fn read(&self) {
        // Where proc(5) is not, there is nothing to say.
        let Ok(used) = cpu(None) else { return };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push((Instant::now(), used));
    }

    fn cores(&self) -> Option<f64> {
        let readings = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let [(from, before), (to, after), ..] = readings.as_slice() else { return None };
        let (user_s, system_s) = after.since(*before);
        Some((user_s + system_s) / (*to - *from).as_secs_f64().max(0.001))
    }
}

/// This machine's time, in milliseconds since the epoch.
pub(super) fn wall_ms() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64() * 1_000.0
}

/// How long clients may take to go.
const FAREWELL: Duration = Duration::from_secs(5);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn merged_outcomes_add_what_can_be_added_and_keep_the_worse_of_the_rest() {
        let mut one = Outcome { clock_error_ms: Some(0.2), ..Outcome::default() };
        one.counts.joined = 3;
        let mut two = Outcome { clock_error_ms: Some(0.1), cores: Some(0.5), fault: Some("x".into()), ..one.clone() };
        two.times.connect.record(Duration::from_millis(1));
        one.merge(two.clone());
        assert_eq!((one.counts.joined, one.clock_error_ms, one.cores), (6, Some(0.2), Some(0.5)));
        assert_eq!((one.fault.as_deref(), &one.times), (Some("x"), &two.times));
    }
}
