//! What came of a load, as people and scripts read it.
//!
//! Measures nothing itself.

use serde::Serialize;
use tokio::time::Instant;

use super::crew::Outcome;
use super::plan::{Plan, Scenario};
use super::process::{Cpu, Memory};
use super::samples::Sample;
use super::tally::{Counts, Timed};
use crate::{Parser, Transport};

/// What the time of measuring has shown besides what the clients saw.
pub(super) struct Measured {
    pub(super) from: Instant,
    pub(super) seconds: f64,
    /// The server's CPU time before and after.
    pub(super) server: Option<(Cpu, Cpu)>,
    /// Its memory after.
    pub(super) full: Option<Memory>,
}

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
    /// Whether it was ended before its time; a quiz, before its podium.
    pub interrupted: bool,
    /// Clients that got where they should.
    pub joined: u64,
    /// Clients that didn't.
    pub failed: u64,
    /// Times that a client was asked to try again later, and did.
    pub retries: u64,
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
    /// Those of them that carried a state of the arena: of whichever tick, and to whichever client.
    pub states: u64,
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
    /// From an answer of a quiz to its acknowledgement.
    pub answer: Option<Spread>,
    /// Clients that stalled or dropped on purpose.
    pub tried: u64,
    /// Those that were up to date again.
    pub recovered: u64,
    /// Those that stalled, and of which every state compared afterwards was a roommate's at the same tick.
    pub exact: u64,
    /// Those that stalled, and afterwards knew something else than their roommate.
    pub inexact: u64,
    /// States that were compared.
    pub compared: u64,
    /// Questions that quizzes asked.
    pub questions: u64,
    /// Answers that a quiz took.
    pub answers: u64,
    /// Answers that it refused.
    pub refused: u64,
    /// Answers that it counted, by its host's view.
    pub counted: u64,
    /// Gains that were what question, answer and time make them; those of several right choices are left out.
    pub scored: u64,
    /// Gains that were not.
    pub misscored: u64,
    /// How far the clocks may be apart unnoticed, in milliseconds.
    pub clock_error_ms: Option<f64>,
    /// The server's process.
    pub server: Option<Server>,
    /// What the stalled ones cost the server.
    pub stall: Option<Stall>,
    /// Over how many processes the clients were spread.
    pub processes: usize,
    /// The share of one core that the busiest of them used itself; near 1, it is the load generator that was measured.
    pub generator_cores: Option<f64>,
    /// How it went from second to second.
    pub samples: Vec<Sample>,
}

/// The server's memory while clients stalled.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Stall {
    /// Clients that did.
    pub clients: u64,
    /// Resident memory when the stall began, in KiB.
    pub before_kib: f64,
    /// The most it was until the stall's end, in KiB.
    pub most_kib: f64,
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
    /// Of that, pages of the program itself that were used for the first time, in KiB. They are as many for few clients as for
    /// many.
    pub client_code_kib: f64,
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
    pub(super) fn of(timed: &Timed) -> Option<Self> {
        let histogram = timed.histogram()?;
        let at = |quantile| histogram.value_at_quantile(quantile) as f64 / 1_000.0;
        Some(Self {
            count: histogram.len(),
            p50_ms: at(0.5),
            p99_ms: at(0.99),
            p999_ms: at(0.999),
            max_ms: histogram.max() as f64 / 1_000.0,
        })
    }
}

impl Summary {
    /// What the clients have seen; what they don't is left out.
    pub(super) fn of(plan: &Plan, outcome: &Outcome) -> Self {
        let Outcome { counts, times, fault, clock_error_ms, cores } = outcome;
        let Counts { messages, bytes, .. } = *counts;
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
            joined: counts.joined,
            failed: counts.failed,
            retries: counts.retries,
            closed: counts.closed,
            fault: fault.clone(),
            delivered: counts.delivered,
            expected: None,
            gaps: counts.gaps,
            broken: counts.broken,
            messages,
            states: counts.states,
            bytes_per_message: bytes as f64 / messages.max(1) as f64,
            inputs: counts.inputs,
            inputs_held: counts.held,
            latency: Spread::of(&times.latency),
            interval: Spread::of(&times.interval),
            connect: Spread::of(&times.connect),
            resume: Spread::of(&times.resume),
            answer: Spread::of(&times.answer),
            tried: counts.tried,
            recovered: counts.recovered,
            exact: counts.exact,
            inexact: counts.inexact,
            compared: counts.compared,
            questions: counts.asked,
            answers: counts.answers,
            refused: counts.refused,
            counted: counts.counted,
            scored: counts.scored,
            misscored: counts.misscored,
            clock_error_ms: *clock_error_ms,
            server: None,
            stall: None,
            processes: plan.processes,
            generator_cores: *cores,
            samples: Vec::new(),
        }
    }
    /// Adds what is known by the clock and of the server's process.
    pub(super) fn measured(&mut self, plan: &Plan, rest: Option<Memory>, measured: &Measured) {
        let seconds = measured.seconds;
        self.seconds = seconds;
        if plan.scenario.plays_arena() && !plan.deltas {
            let steady = (0..plan.clients).filter(|nth| !plan.chosen(*nth)).count() as f64;
            self.expected = Some((steady * (f64::from(plan.hz) * seconds - 1e-9).ceil()) as u64);
        }
        if plan.scenario == Scenario::Quiz {
            self.expected = Some(self.questions * self.joined / plan.rooms().max(1) as u64);
        }
        let used = measured.server.map(|(before, after)| after.since(before));
        if let Some(((user, system), (rest, full))) = used.zip(rest.zip(measured.full)) {
            let each = |cpu_s: f64| (self.messages > 0).then(|| cpu_s * 1e6 / self.messages as f64);
            self.server = Some(Server {
                user_us_per_message: each(user),
                system_us_per_message: each(system),
                cores: (user + system) / seconds.max(0.001),
                rest_kib: rest.resident,
                full_kib: full.resident,
                peak_kib: full.most,
                client_kib: (full.resident - rest.resident) / self.joined.max(1) as f64,
                client_code_kib: (full.code - rest.code) / self.joined.max(1) as f64,
                after_kib: None,
            });
        }
        if plan.stalls() {
            self.stall = Stall::of(self.tried, plan.seconds, &self.samples);
        }
    }

    /// Takes in another run of the same load. Of what can't be added, the worse is kept.
    pub(super) fn add(&mut self, other: Self) {
        let bytes = self.bytes_per_message * self.messages as f64 + other.bytes_per_message * other.messages as f64;
        self.messages += other.messages;
        self.bytes_per_message = bytes / self.messages.max(1) as f64;
        self.expected = self.expected.zip(other.expected).map(|(one, two)| one + two);
        self.seconds += other.seconds;
        self.interrupted |= other.interrupted;
        self.fault = self.fault.take().or(other.fault);
        for (sum, more) in [
            (&mut self.failed, other.failed),
            (&mut self.retries, other.retries),
            (&mut self.closed, other.closed),
            (&mut self.delivered, other.delivered),
            (&mut self.states, other.states),
            (&mut self.gaps, other.gaps),
            (&mut self.broken, other.broken),
            (&mut self.inputs, other.inputs),
            (&mut self.inputs_held, other.inputs_held),
            (&mut self.tried, other.tried),
            (&mut self.recovered, other.recovered),
            (&mut self.exact, other.exact),
            (&mut self.inexact, other.inexact),
            (&mut self.compared, other.compared),
        ] {
            *sum += more;
        }
        let growth = |stall: &Stall| stall.most_kib - stall.before_kib;
        self.stall =
            self.stall.take().into_iter().chain(other.stall).max_by(|one, two| growth(one).total_cmp(&growth(two)));
        self.server = other.server.or(self.server.take());
        self.samples = other.samples;
    }

    /// Whether all was as it has to be, whatever the speed: each answer counted once and worth what it has to be, and
    /// nobody who stalled left with another state than their roommates.
    #[must_use]
    pub fn is_right(&self) -> bool {
        let stalled = self.scenario != Scenario::Slow || self.interrupted || self.exact == self.tried;
        let asked = self.scenario != Scenario::Quiz || self.interrupted || self.counted == self.answers;
        stalled && asked && self.inexact == 0 && self.misscored == 0
    }
}

impl Stall {
    /// Clients stall for the middle half of the time.
    fn of(clients: u64, seconds: f64, samples: &[Sample]) -> Option<Self> {
        let rss = |sample: &Sample| sample.server.map(|server| server.rss_kib);
        let before_kib = samples.iter().rev().find(|sample| sample.at_s <= seconds * 0.25).and_then(rss)?;
        let during = samples.iter().filter(|sample| (0.25..=0.75).contains(&(sample.at_s / seconds)));
        let most_kib = during.filter_map(rss).fold(before_kib, f64::max);
        Some(Self { clients, before_kib, most_kib })
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::Used;
    use super::*;

    fn summary(scenario: Scenario, counts: Counts) -> Summary {
        let plan = Plan { scenario, ..Plan::new(([127, 0, 0, 1], 1).into()) };
        Summary::of(&plan, &Outcome { counts, ..Outcome::default() })
    }

    #[test]
    fn an_answer_lost_a_state_unknown_or_a_wrong_gain_is_not_right() {
        let quiz = Counts { inputs: 5, answers: 5, counted: 5, scored: 5, ..Counts::default() };
        assert!(summary(Scenario::Quiz, quiz).is_right());
        for wrong in [Counts { counted: 4, ..quiz }, Counts { counted: 6, ..quiz }, Counts { misscored: 1, ..quiz }] {
            assert!(!summary(Scenario::Quiz, wrong).is_right(), "{wrong:?}");
        }
        let slow = Counts { tried: 3, recovered: 3, exact: 3, ..Counts::default() };
        assert!(summary(Scenario::Slow, slow).is_right());
        for wrong in [Counts { exact: 2, ..slow }, Counts { inexact: 1, ..slow }] {
            assert!(!summary(Scenario::Slow, wrong).is_right(), "{wrong:?}");
        }
    }

    #[test]
    fn a_stall_is_charged_with_what_memory_grew_by_meanwhile() {
        let sample = |at_s, rss_kib| {
            let server = Some(Used { user_cores: 0.0, system_cores: 0.0, rss_kib });
            Sample { at_s, joined: 0, messages_per_s: 0.0, states_per_s: 0.0, server }
        };
        let samples = [(-1.0, 900.0), (2.0, 100.0), (4.0, 150.0), (6.0, 120.0), (8.0, 800.0)];
        let samples: Vec<Sample> = samples.into_iter().map(|(at_s, rss)| sample(at_s, rss)).collect();
        let stall = Stall { clients: 10, before_kib: 100.0, most_kib: 150.0 };
        assert_eq!(Stall::of(10, 8.0, &samples), Some(stall));
        assert_eq!(Stall::of(10, 8.0, &[]), None);
    }
}
