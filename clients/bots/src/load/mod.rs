//! The load generator: many clients with real sockets, and what they and the server's process make of it.
//!
//! Prints nothing, and starts no server. It is a weapon: it refuses to load another machine unless it is told to.
//!
//! Latency is counted from a state's own time, its place on the server's timetable, so a server that stalls is charged for
//! the stall in every state that it held up. The wait from one state to the next is recorded with those of the states that
//! were due meanwhile (HdrHistogram's correction by the expected interval). Inputs are sent by the clock, whatever comes
//! back. None of it is kinder to a server that stands still.

mod crowd;
mod heard;
mod line;
mod plan;
mod player;
mod process;
mod quiz;
mod summary;
mod tally;

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until, timeout};

use crowd::{Clock, Crowd, Stage, Window};
use player::Player;
use process::{Cpu, cpu, memory};

pub use plan::{Foreign, Plan, PlanError, Scenario};
pub use summary::{Server, Spread, Summary};
pub use tally::{Count, Tally};

use crate::Error;

/// Why a load came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// It may not be made.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// The server is not there, or lets nobody in.
    #[error("{0}")]
    Server(#[from] Error),
    /// The server's process can't be read.
    #[error("process {0}: {1}")]
    Process(u32, std::io::Error),
    /// The histograms could not be made.
    #[error(transparent)]
    Bounds(#[from] hdrhistogram::CreationError),
}

/// A load that can be run once.
#[derive(Debug)]
pub struct Load {
    plan: Plan,
    tally: Arc<Tally>,
}

impl Load {
    /// A load by this plan.
    ///
    /// # Errors
    /// The plan does not hold.
    pub fn new(plan: Plan) -> Result<Self, LoadError> {
        plan.check()?;
        Ok(Self { plan, tally: Arc::new(Tally::new()?) })
    }

    /// The counters, to watch while it runs.
    #[must_use]
    pub fn tally(&self) -> Arc<Tally> {
        Arc::clone(&self.tally)
    }

    /// Connects everybody, measures, and lets everybody go; ends early when `stop` does. It always ends: connecting is
    /// bounded by the number of clients, the rest by the plan's seconds.
    ///
    /// # Errors
    /// Nobody gets in, or the server's process can't be read.
    pub async fn run(self, stop: impl Future<Output = ()>) -> Result<Summary, LoadError> {
        let mut stop = pin!(stop);
        let Self { plan, tally } = self;
        let rest = resident(&plan)?;
        let mut crowd = Crowd::new(plan, tally);
        if crowd.plan.rooms() > 0 && crowd.plan.foreign.is_none() {
            let mut asker = Player::connect(&crowd, 0).await?;
            crowd.clock = Clock::own().ask(&crowd, &mut asker).await?;
        }
        let crowd = Arc::new(crowd);
        let stage = watch::Sender::new(Stage::Gathering);
        let mut clients = JoinSet::new();
        if crowd.plan.scenario == Scenario::Quiz {
            for room in 0..crowd.plan.rooms() {
                clients.spawn(Arc::clone(&crowd).lead(room, stage.subscribe()));
            }
        }
        for nth in 0..crowd.plan.clients {
            clients.spawn(Arc::clone(&crowd).live(nth, stage.subscribe()));
        }
        let interrupted = tokio::select! {
            () = gathered(&crowd) => false,
            () = &mut stop => true,
        };
        let measured = if interrupted { None } else { Some(measure(&crowd, &stage, stop.as_mut()).await?) };
        stage.send_replace(Stage::Over);
        let farewell = async { while clients.join_next().await.is_some() {} };
        // Who is still at something then is cut off.
        let _ = timeout(FAREWELL, farewell).await;
        drop(clients);
        summarize(&crowd, rest, measured).await
    }
}

/// What the time of measuring has shown.
struct Measured {
    seconds: f64,
    interrupted: bool,
    server: Option<(Cpu, Cpu)>,
    own: Option<(Cpu, Cpu)>,
    full: Option<(f64, f64)>,
}

/// Waits until everybody is in, or known not to come, or time is up.
async fn gathered(crowd: &Crowd) {
    let deadline = Instant::now() + crowd.plan.gathering();
    let there = || crowd.tally.joined.read() + crowd.tally.failed.read();
    while there() < crowd.plan.clients as u64 && Instant::now() < deadline {
        sleep(GLANCE).await;
    }
}

async fn measure(
    crowd: &Crowd,
    stage: &watch::Sender<Stage>,
    mut stop: std::pin::Pin<&mut impl Future<Output = ()>>,
) -> Result<Measured, LoadError> {
    let pid = crowd.plan.pid;
    let used = || pid.map(|pid| cpu(Some(pid)).map_err(|error| LoadError::Process(pid, error))).transpose();
    let from = Instant::now() + SETTLE;
    let to = from + Duration::from_secs_f64(crowd.plan.seconds);
    let window = Window { from, to, from_ms: crowd.clock.ms(from), to_ms: crowd.clock.ms(to) };
    stage.send_replace(Stage::Measuring(window));
    sleep_until(from).await;
    let (before, own_before) = (used()?, cpu(None).ok());
    let mut done = crowd.done.subscribe();
    let quizzes = if crowd.plan.scenario == Scenario::Quiz { crowd.plan.rooms() } else { usize::MAX };
    let interrupted = tokio::select! {
        () = sleep_until(to) => false,
        _ = done.wait_for(|done| *done >= quizzes) => false,
        () = &mut stop => true,
    };
    let seconds = from.elapsed().as_secs_f64().min(crowd.plan.seconds);
    let (after, own_after) = (used()?, cpu(None).ok());
    let full = resident(&crowd.plan)?;
    if !interrupted {
        // What was due in time and is late is still waited for.
        sleep(LATE).await;
    }
    let own = own_before.zip(own_after);
    Ok(Measured { seconds, interrupted, server: before.zip(after), own, full })
}

async fn summarize(crowd: &Crowd, rest: Option<(f64, f64)>, measured: Option<Measured>) -> Result<Summary, LoadError> {
    let mut summary = Summary::of(&crowd.plan, &crowd.tally);
    summary.clock_error_ms = crowd.clock.error_ms;
    let Some(measured) = measured else {
        summary.interrupted = true;
        return Ok(summary);
    };
    if summary.joined == 0 {
        let words = summary.fault.unwrap_or_else(|| "nobody got in".into());
        return Err(LoadError::Server(Error::Connect(words)));
    }
    let seconds = measured.seconds;
    summary.seconds = seconds;
    summary.interrupted = measured.interrupted;
    if crowd.plan.scenario.plays_arena() && !crowd.plan.deltas {
        let steady = (0..crowd.plan.clients).filter(|nth| !crowd.plan.chosen(*nth)).count() as f64;
        summary.expected = Some((steady * (f64::from(crowd.plan.hz) * seconds - 1e-9).ceil()) as u64);
    }
    if crowd.plan.scenario == Scenario::Quiz {
        summary.expected =
            Some(crowd.tally.asked.read() * crowd.plan.clients.div_ceil(crowd.plan.rooms().max(1)) as u64);
    }
    let used = |(before, after): (Cpu, Cpu)| (after.user_s - before.user_s, after.system_s - before.system_s);
    summary.generator_cores = measured.own.map(used).map(|(user, system)| (user + system) / seconds.max(0.001));
    let memories = rest.zip(measured.full);
    if let (Some((user, system)), Some(((rest_kib, _), (full_kib, peak_kib)))) = (measured.server.map(used), memories) {
        let each = |cpu_s: f64| (summary.messages > 0).then(|| cpu_s * 1e6 / summary.messages as f64);
        let after_kib = if crowd.plan.scenario == Scenario::Idle {
            sleep(LEAVING).await;
            resident(&crowd.plan)?.map(|(now, _)| now)
        } else {
            None
        };
        summary.server = Some(Server {
            user_us_per_message: each(user),
            system_us_per_message: each(system),
            cores: (user + system) / seconds.max(0.001),
            rest_kib,
            full_kib,
            peak_kib,
            client_kib: (full_kib - rest_kib) / summary.joined as f64,
            after_kib,
        });
    }
    Ok(summary)
}

fn resident(plan: &Plan) -> Result<Option<(f64, f64)>, LoadError> {
    plan.pid.map(|pid| memory(pid).map_err(|error| LoadError::Process(pid, error))).transpose()
}

/// How often the connecting is looked at.
const GLANCE: Duration = Duration::from_millis(20);
/// From the last one's coming to the measuring: what the coming cost is over by then.
const SETTLE: Duration = Duration::from_millis(1_000);
/// How long what is late is waited for.
const LATE: Duration = Duration::from_millis(500);
/// How long clients may take to go.
const FAREWELL: Duration = Duration::from_secs(5);
/// How long a server gets to forget them.
const LEAVING: Duration = Duration::from_secs(3);
