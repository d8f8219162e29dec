//! What came of a load, as people and scripts read it.
//!
//! Measures nothing itself.

use std::fmt;

use hdrhistogram::Histogram;
use serde::Serialize;

use super::plan::{Plan, Scenario};
use super::tally::Tally;
use crate::{Parser, Transport};

/// What came of a load. `None` is what was not measured.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Summary {
    /// What the clients did.
    pub scenario: Scenario,
    /// Of which server.
    pub addr: String,
    /// `json` or `msgpack`.
    pub parser: &'static str,
    /// `websocket` or `polling`.
    pub transport: &'static str,
    /// Clients asked for.
    pub clients: usize,
    /// Rooms they were spread over.
    pub rooms: usize,
    /// Ticks a second asked for.
    pub hz: u8,
    /// Inputs a second of each client.
    pub input_hz: f64,
    /// How long it was measured, in seconds.
    pub seconds: f64,
    /// Whether it was ended before its time.
    pub interrupted: bool,
    /// Clients that got where they should.
    pub joined: u64,
    /// Clients that didn't.
    pub failed: u64,
    /// Connections that ended unasked.
    pub closed: u64,
    /// What went wrong first.
    pub fault: Option<String>,
    /// States that reached the steady clients.
    pub delivered: u64,
    /// States that were due to them, by the clock.
    pub expected: Option<u64>,
    /// Ticks that were passed over.
    pub gaps: u64,
    /// Deltas that did not follow.
    pub broken: u64,
    /// Messages of all kinds to all clients.
    pub messages: u64,
    /// Bytes of a message, framing included.
    pub bytes_per_message: f64,
    /// Inputs sent.
    pub inputs: u64,
    /// Inputs that found no room.
    pub inputs_held: u64,
    /// From a state's time on the server's timetable to its arrival.
    pub latency: Option<Spread>,
    /// From one state to the next.
    pub interval: Option<Spread>,
    /// From the first packet to the namespace.
    pub connect: Option<Spread>,
    /// From a lost connection to the seat.
    pub resume: Option<Spread>,
    /// Clients that stalled or dropped on purpose.
    pub tried: u64,
    /// Those that were up to date again.
    pub recovered: u64,
    /// Answers that a quiz took.
    pub answers: u64,
    /// Answers that it counted, by its host's view.
    pub counted: u64,
    /// How far the clocks may be apart unnoticed, in milliseconds.
    pub clock_error_ms: Option<f64>,
    /// The server's process.
    pub server: Option<Server>,
    /// The share of one core that this program used itself; near 1, it is the load generator that was measured.
    pub generator_cores: Option<f64>,
}

/// What the server's process used.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Server {
    /// CPU time in user mode for each message of any kind, in microseconds.
    pub user_us_per_message: Option<f64>,
    /// CPU time in the kernel for each, in microseconds.
    pub system_us_per_message: Option<f64>,
    /// Cores in use, on average.
    pub cores: f64,
    /// Resident memory before the first client, in KiB.
    pub rest_kib: f64,
    /// At the end of what was measured, in KiB.
    pub full_kib: f64,
    /// The most it ever was, in KiB.
    pub peak_kib: f64,
    /// What it grew by for each client, in KiB.
    pub client_kib: f64,
    /// After all were gone, in KiB; of `idle` alone.
    pub after_kib: Option<f64>,
}

/// A distribution, in milliseconds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Spread {
    /// How many values.
    pub count: u64,
    /// Half are no larger.
    pub p50_ms: f64,
    /// 99 of 100 are no larger.
    pub p99_ms: f64,
    /// 999 of 1,000 are no larger.
    pub p999_ms: f64,
    /// None is larger.
    pub max_ms: f64,
}

impl Spread {
    pub(super) fn of(histogram: &Histogram<u64>) -> Option<Self> {
        let at = |quantile| histogram.value_at_quantile(quantile) as f64 / 1_000.0;
        (!histogram.is_empty()).then(|| Self {
            count: histogram.len(),
            p50_ms: at(0.5),
            p99_ms: at(0.99),
            p999_ms: at(0.999),
            max_ms: histogram.max() as f64 / 1_000.0,
        })
    }
}

impl Summary {
    /// What the counters say; what is not counted there is left out.
    pub(super) fn of(plan: &Plan, tally: &Tally) -> Self {
        let times = tally.times();
        let (messages, bytes) = (tally.messages.read(), tally.bytes.read());
        Self {
            scenario: plan.scenario,
            addr: plan.addr.to_string(),
            parser: match plan.parser {
                Parser::Json => "json",
                Parser::Msgpack => "msgpack",
            },
            transport: match plan.transport {
                Transport::WebSocket => "websocket",
                Transport::Polling => "polling",
            },
            clients: plan.clients,
            rooms: plan.rooms(),
            hz: plan.hz,
            input_hz: plan.input_hz,
            seconds: 0.0,
            interrupted: false,
            joined: tally.joined.read(),
            failed: tally.failed.read(),
            closed: tally.closed.read(),
            fault: tally.first_fault(),
            delivered: tally.delivered.read(),
            expected: None,
            gaps: tally.gaps.read(),
            broken: tally.broken.read(),
            messages,
            bytes_per_message: bytes as f64 / messages.max(1) as f64,
            inputs: tally.inputs.read(),
            inputs_held: tally.held.read(),
            latency: Spread::of(&times.latency),
            interval: Spread::of(&times.interval),
            connect: Spread::of(&times.connect),
            resume: Spread::of(&times.resume),
            tried: tally.tried.read(),
            recovered: tally.recovered.read(),
            answers: tally.answers.read(),
            counted: tally.counted.read(),
            clock_error_ms: None,
            server: None,
            generator_cores: None,
        }
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cut = if self.interrupted { ", interrupted" } else { "" };
        writeln!(f, "{} of {} clients in, {:.1} s measured{cut}", self.joined, self.clients, self.seconds)?;
        if self.failed + self.closed > 0 {
            writeln!(f, "  failed        {} never got in, {} were cut off", self.failed, self.closed)?;
        }
        if let Some(fault) = &self.fault {
            writeln!(f, "  first fault   {fault}")?;
        }
        if let Some(expected) = self.expected {
            let share = self.delivered as f64 / expected.max(1) as f64 * 100.0;
            writeln!(f, "  states        {} of {expected} delivered ({share:.2} %)", self.delivered)?;
        }
        if self.gaps + self.broken > 0 {
            writeln!(f, "  order         {} ticks passed over, {} deltas did not follow", self.gaps, self.broken)?;
        }
        if self.messages > 0 {
            writeln!(f, "  messages      {}, {:.0} bytes each", self.messages, self.bytes_per_message)?;
        }
        if self.inputs > 0 {
            writeln!(f, "  inputs        {} sent, {} found no room", self.inputs, self.inputs_held)?;
        }
        let lines = [
            ("latency", &self.latency),
            ("inter-arrival", &self.interval),
            ("connecting", &self.connect),
            ("resuming", &self.resume),
        ];
        for (name, spread) in lines {
            if let Some(Spread { p50_ms, p99_ms, p999_ms, max_ms, .. }) = spread {
                writeln!(f, "  {name:<13} p50 {p50_ms:.2}  p99 {p99_ms:.2}  p99.9 {p999_ms:.2}  max {max_ms:.2} ms")?;
            }
        }
        if self.tried > 0 {
            writeln!(f, "  recovered     {} of {}", self.recovered, self.tried)?;
        }
        if self.scenario == Scenario::Quiz {
            writeln!(f, "  answers       {} taken, {} counted", self.answers, self.counted)?;
        }
        self.server.as_ref().map_or(Ok(()), |server| server.fmt(f))?;
        if let Some(cores) = self.generator_cores {
            let full = if cores > 0.9 { ": the load generator may be what is slow" } else { "" };
            writeln!(f, "  this program  {:.0} % of a core{full}", cores * 100.0)?;
        }
        Ok(())
    }
}

impl Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cores = self.cores * 100.0;
        if let (Some(user), Some(system)) = (self.user_us_per_message, self.system_us_per_message) {
            let total = user + system;
            writeln!(
                f,
                "  server CPU    {total:.2} us a message ({user:.2} user + {system:.2} system), {cores:.0} % of a core"
            )?;
        }
        let mib = |kib: f64| kib / 1024.0;
        let (rest, full, peak) = (mib(self.rest_kib), mib(self.full_kib), mib(self.peak_kib));
        write!(f, "  server memory {rest:.1} MiB at rest, {full:.1} with all, {peak:.1} at most")?;
        if let Some(after) = self.after_kib {
            write!(f, ", {:.1} after", mib(after))?;
        }
        writeln!(f, "; {:.2} KiB a client", self.client_kib)
    }
}
