//! A summary in words, for a terminal.
//!
//! Reckons nothing: it writes down what `summary` says.

use std::fmt;

use super::plan::Scenario;
use super::summary::{Server, Spread, Stall, Summary};

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
        if self.retries > 0 {
            writeln!(f, "  retries       {} times a client was asked to come later, and did", self.retries)?;
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
            (if self.scenario == Scenario::Quiz { "the question" } else { "latency" }, &self.latency),
            ("inter-arrival", &self.interval),
            ("connecting", &self.connect),
            ("resuming", &self.resume),
            ("answering", &self.answer),
        ];
        for (name, spread) in lines {
            if let Some(Spread { p50_ms, p99_ms, p999_ms, max_ms, .. }) = spread {
                writeln!(f, "  {name:<13} p50 {p50_ms:.2}  p99 {p99_ms:.2}  p99.9 {p999_ms:.2}  max {max_ms:.2} ms")?;
            }
        }
        if self.tried > 0 {
            writeln!(f, "  recovered     {} of {}", self.recovered, self.tried)?;
        }
        if self.scenario == Scenario::Slow && self.tried > 0 {
            let unknown = self.tried.saturating_sub(self.exact + self.inexact);
            writeln!(
                f,
                "  state         {} exact, {} inexact, {unknown} unknown of those that stalled; {} states compared",
                self.exact, self.inexact, self.compared
            )?;
        }
        if self.scenario == Scenario::Quiz {
            let once = if self.counted == self.answers { "each once" } else { "NOT each once" };
            writeln!(
                f,
                "  answers       {} sent to {} questions, {} taken, {} refused, {} counted: {once}",
                self.inputs, self.questions, self.answers, self.refused, self.counted
            )?;
            writeln!(f, "  gains         {} as they should be, {} not", self.scored, self.misscored)?;
        }
        self.server.as_ref().map_or(Ok(()), |server| server.fmt(f))?;
        if let Some(Stall { clients, before_kib, most_kib }) = &self.stall {
            let (before, most) = (before_kib / 1024.0, most_kib / 1024.0);
            let each = (most_kib - before_kib) / (*clients).max(1) as f64;
            writeln!(
                f,
                "  in the stall  {before:.1} MiB before it, {most:.1} at most; {each:.2} KiB a stalled client"
            )?;
        }
        if let Some(cores) = self.generator_cores {
            let full = if cores > 0.9 { ": the load generator may be what is slow" } else { "" };
            let each = if self.processes > 1 { ", the busiest of its processes" } else { "" };
            writeln!(f, "  this program  {:.0} % of a core{each}{full}", cores * 100.0)?;
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
        let own = self.client_kib - self.client_code_kib;
        writeln!(f, "; {:.2} KiB a client ({own:.2} + {:.2} of code read in)", self.client_kib, self.client_code_kib)
    }
}

#[cfg(test)]
mod tests {
    use super::super::crew::Outcome;
    use super::super::{Counts, Plan};
    use super::*;

    fn said(scenario: Scenario, counts: Counts) -> String {
        let plan = Plan { scenario, ..Plan::new(([127, 0, 0, 1], 1).into()) };
        Summary::of(&plan, &Outcome { counts, ..Outcome::default() }).to_string()
    }

    #[test]
    fn answers_that_were_not_counted_once_are_told_as_such() {
        let counts = Counts { inputs: 9, answers: 8, refused: 1, counted: 8, asked: 3, ..Counts::default() };
        let line = "9 sent to 3 questions, 8 taken, 1 refused, 8 counted: each once\n";
        assert!(said(Scenario::Quiz, counts).contains(line));
        assert!(said(Scenario::Quiz, Counts { counted: 9, ..counts }).contains("9 counted: NOT each once\n"));
    }

    #[test]
    fn of_those_that_stalled_each_is_exact_inexact_or_unknown() {
        let counts = Counts { tried: 5, recovered: 4, exact: 2, inexact: 1, compared: 40, ..Counts::default() };
        let line = "2 exact, 1 inexact, 2 unknown of those that stalled; 40 states compared\n";
        assert!(said(Scenario::Slow, counts).contains(line));
        assert!(!said(Scenario::Arena, Counts::default()).contains("exact"));
    }
}
