//! The load generator: many clients with real sockets, and what they and the server's process make of it.
//!
//! Prints nothing, and starts no server. It is a weapon: it refuses to load another machine unless it is told to.
//!
//! Latency is counted from a state's own time, its place on the server's timetable, so a server that stalls is charged for
//! the stall in every state that it held up. The wait from one state to the next is recorded with those of the states that
//! were due meanwhile (HdrHistogram's correction by the expected interval). Inputs are sent by the clock, whatever comes
//! back. None of it is kinder to a server that stands still.

mod comparison;
mod crew;
mod crowd;
mod exact;
mod fate;
mod heard;
mod line;
mod page;
mod parts;
mod plan;
mod player;
mod plot;
mod process;
mod quiz;
mod report;
mod samples;
mod summary;
mod tally;
mod words;

use std::fmt;
use std::future::Future;
use std::pin::{Pin, pin};
use std::time::{Duration, UNIX_EPOCH};

use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep, sleep_until};

use crew::{Crew, Outcome, Part, Span, wall_ms};
use parts::Parts;
use process::{Cpu, Memory, cpu, memory};
use samples::Sampler;
use summary::Measured;

pub use comparison::Comparison;
pub use page::{About, Named, page};
pub use parts::take_part;
pub use plan::{Foreign, Plan, PlanError, Scenario};
pub use report::{Kind, Report};
pub use samples::{Sample, Used};
pub use summary::{Server, Spread, Stall, Summary};
pub use tally::Counts;

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
    /// A process of the load itself.
    #[error("a part of the load: {0}")]
    Part(String),
}

impl LoadError {
    fn part(error: impl fmt::Display) -> Self {
        Self::Part(error.to_string())
    }
}

/// How far a load has come.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Progress {
    /// What it is at.
    pub phase: Phase,
    /// What was counted so far.
    pub counts: Counts,
}

/// What a load is at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    /// Clients connect.
    #[default]
    Connecting,
    /// It is measured.
    Measuring,
    /// Clients go.
    Leaving,
}

/// A load that can be run once.
pub struct Load {
    plan: Plan,
    command: Option<Box<dyn Fn() -> std::process::Command + Send + Sync>>,
    progress: watch::Sender<Progress>,
}

impl fmt::Debug for Load {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Load").field("plan", &self.plan).finish_non_exhaustive()
    }
}

impl Load {
    /// A load by this plan.
    ///
    /// # Errors
    /// The plan does not hold.
    pub fn new(plan: Plan) -> Result<Self, LoadError> {
        plan.check()?;
        Ok(Self { plan, command: None, progress: watch::Sender::default() })
    }

    /// The command that starts another process for a plan of several; it has to call [`take_part`].
    #[must_use]
    pub fn with(mut self, command: impl Fn() -> std::process::Command + Send + Sync + 'static) -> Self {
        self.command = Some(Box::new(command));
        self
    }

    /// How far it has come, to watch while it runs.
    #[must_use]
    pub fn progress(&self) -> watch::Receiver<Progress> {
        self.progress.subscribe()
    }

    /// Connects everybody, measures, and lets everybody go; ends early when `stop` does. It always ends: connecting is
    /// bounded by the number of clients, the rest by the plan's seconds.
    ///
    /// # Errors
    /// Nobody gets in, or the server's process or one of the load's own fails.
    pub async fn run(self, stop: impl Future<Output = ()>) -> Result<Report, LoadError> {
        let Self { plan, command, progress } = self;
        let salt = UNIX_EPOCH.elapsed().map_or(0, |now| now.subsec_micros() % 2_048);
        let rest = resident(&plan)?;
        let sampler =
            Sampler::new(plan.pid).map_err(|error| LoadError::Process(plan.pid.unwrap_or_default(), error))?;
        let part = Part { plan: plan.clone(), part: 0, salt };
        let team = if plan.processes > 1 {
            let command = command.ok_or_else(|| LoadError::Part("nobody said how to start it".into()))?;
            Team::Parts(Parts::start(&part, &command).await?)
        } else {
            // Nobody else has to be told of rooms.
            Team::Crew(Crew::start(part, mpsc::unbounded_channel().0).await?)
        };
        let mut running = Running { plan, team, sampler, progress, interrupted: false };
        let measured = running.through(pin!(stop)).await?;
        running.finish(rest, measured).await
    }
}

/// The clients, wherever they are.
enum Team {
    Crew(Crew),
    Parts(Parts),
}

struct Running {
    plan: Plan,
    team: Team,
    sampler: Sampler,
    progress: watch::Sender<Progress>,
    interrupted: bool,
}

impl Running {
    /// From the connecting to the end of the measuring.
    async fn through(&mut self, mut stop: Pin<&mut impl Future<Output = ()>>) -> Result<Option<Measured>, LoadError> {
        let (clients, gathering) = (self.plan.clients as u64, Instant::now() + self.plan.gathering());
        self.wait(gathering, Phase::Connecting, |counts| counts.joined + counts.failed >= clients, stop.as_mut())
            .await?;
        if self.interrupted {
            return Ok(None);
        }
        let (from, seconds) = (Instant::now() + SETTLE, self.plan.seconds);
        let from_ms = wall_ms() + SETTLE.as_secs_f64() * 1_000.0;
        self.measure(Span { from_ms, seconds }).await?;
        self.sampler.align(from);
        self.wait(from, Phase::Measuring, |_| false, stop.as_mut()).await?;
        let before = self.used()?;
        let to = from + Duration::from_secs_f64(seconds);
        let quizzes = if self.plan.scenario == Scenario::Quiz { self.plan.rooms() as u64 } else { u64::MAX };
        self.wait(to, Phase::Measuring, |counts| counts.finished >= quizzes, stop.as_mut()).await?;
        let seconds = from.elapsed().as_secs_f64().min(seconds);
        let (server, full) = (before.zip(self.used()?), resident(&self.plan)?);
        if !self.interrupted {
            // What was due in time and is late is still waited for.
            self.wait(Instant::now() + LATE, Phase::Leaving, |_| false, stop).await?;
        }
        Ok(Some(Measured { from, seconds, server, full }))
    }

    /// Waits until then, or until enough was counted, or until somebody stops it all.
    async fn wait(
        &mut self,
        until: Instant,
        phase: Phase,
        enough: impl Fn(&Counts) -> bool,
        mut stop: Pin<&mut impl Future<Output = ()>>,
    ) -> Result<(), LoadError> {
        while !self.interrupted {
            let counts = match &mut self.team {
                Team::Crew(crew) => crew.counts(),
                Team::Parts(parts) => parts.look().await?,
            };
            let pid = self.plan.pid.unwrap_or_default();
            self.sampler.look(&counts).map_err(|error| LoadError::Process(pid, error))?;
            self.progress.send_replace(Progress { phase, counts });
            let now = Instant::now();
            if enough(&counts) || now >= until {
                return Ok(());
            }
            tokio::select! {
                () = sleep_until(until.min(now + GLANCE).min(self.sampler.due())) => {}
                () = &mut stop => self.interrupted = true,
            }
        }
        Ok(())
    }

    async fn measure(&mut self, span: Span) -> Result<(), LoadError> {
        match &mut self.team {
            Team::Crew(crew) => crew.measure(span),
            Team::Parts(parts) => parts.measure(span).await?,
        }
        Ok(())
    }

    fn used(&self) -> Result<Option<Cpu>, LoadError> {
        self.plan.pid.map(|pid| cpu(Some(pid)).map_err(|error| LoadError::Process(pid, error))).transpose()
    }

    /// Lets everybody go, and says what came of it.
    async fn finish(self, rest: Option<Memory>, measured: Option<Measured>) -> Result<Report, LoadError> {
        let Self { plan, team, sampler, interrupted, .. } = self;
        let outcome: Outcome = match team {
            Team::Crew(crew) => crew.over().await,
            Team::Parts(parts) => parts.over().await?,
        };
        let samples = sampler.samples(measured.as_ref().map_or_else(Instant::now, |measured| measured.from));
        let mut summary = Summary::of(&plan, &outcome);
        let quizzes = if plan.scenario == Scenario::Quiz { plan.rooms() as u64 } else { 0 };
        summary.interrupted = interrupted || outcome.counts.finished < quizzes;
        summary.samples = samples;
        if let Some(measured) = measured {
            if summary.joined == 0 {
                let words = summary.fault.unwrap_or_else(|| "nobody got in".into());
                return Err(LoadError::Server(Error::Connect(words)));
            }
            summary.measured(&plan, rest, &measured);
            if plan.scenario == Scenario::Idle && plan.pid.is_some() {
                sleep(LEAVING).await;
                let after = resident(&plan)?;
                summary.server.iter_mut().for_each(|server| server.after_kib = after.map(|now| now.resident));
            }
        }
        Ok(Report { summary, times: outcome.times })
    }
}

/// The server's memory.
fn resident(plan: &Plan) -> Result<Option<Memory>, LoadError> {
    plan.pid.map(|pid| memory(pid).map_err(|error| LoadError::Process(pid, error))).transpose()
}

/// How often it is looked at how it goes.
const GLANCE: Duration = Duration::from_millis(20);
/// From the last one's coming to the measuring: what the coming cost is over by then.
const SETTLE: Duration = Duration::from_millis(1_000);
/// How long what is late is waited for.
const LATE: Duration = Duration::from_millis(500);
/// How long a server gets to forget them.
const LEAVING: Duration = Duration::from_secs(3);
