//! How a load went from second to second: what came, and what the server's process used for it.
//!
//! Reads proc(5) and counters, and decides nothing.

use std::io;
use std::time::Duration;

use serde::Serialize;
use tokio::time::Instant;

use super::process::{Cpu, cpu, memory};
use super::tally::Counts;

/// One reading, and what changed since the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Sample {
    /// Seconds since the measuring began; while all connect they are negative.
    pub at_s: f64,
    /// Clients that were in.
    pub joined: u64,
    /// Messages of all kinds, to all clients, a second.
    pub messages_per_s: f64,
    /// States that reached the steady clients, a second.
    pub states_per_s: f64,
    /// The server's process.
    pub server: Option<Used>,
}

/// What the server's process used.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Used {
    /// Cores in user mode.
    pub user_cores: f64,
    /// Cores in the kernel.
    pub system_cores: f64,
    /// Resident memory, in KiB.
    pub rss_kib: f64,
}

/// Takes a sample each second.
#[derive(Debug)]
pub(super) struct Sampler {
    pid: Option<u32>,
    due: Instant,
    before: Reading,
    taken: Vec<(Instant, Sample)>,
}

#[derive(Clone, Copy, Debug)]
struct Reading {
    at: Instant,
    counts: Counts,
    used: Option<(Cpu, f64)>,
}

impl Sampler {
    pub(super) fn new(pid: Option<u32>) -> io::Result<Self> {
        let now = Instant::now();
        let before = Reading { at: now, counts: Counts::default(), used: used(pid)? };
        Ok(Self { pid, due: now + SECOND, before, taken: Vec::new() })
    }

    /// The next sample is to be taken then, and one each second after it.
    pub(super) const fn align(&mut self, due: Instant) {
        self.due = due;
    }

    /// When the next sample is due.
    pub(super) const fn due(&self) -> Instant {
        self.due
    }

    /// Takes a sample if it is time.
    pub(super) fn look(&mut self, counts: &Counts) -> io::Result<()> {
        let now = Instant::now();
        if now < self.due {
            return Ok(());
        }
        while self.due <= now {
            self.due += SECOND;
        }
        self.take(now, counts)
    }

    fn take(&mut self, now: Instant, counts: &Counts) -> io::Result<()> {
        let reading = Reading { at: now, counts: *counts, used: used(self.pid)? };
        self.taken.push((now, reading.since(&self.before)));
        self.before = reading;
        Ok(())
    }

    /// All samples, by the time since `zero`.
    pub(super) fn samples(self, zero: Instant) -> Vec<Sample> {
        let since = |at: Instant| match at.checked_duration_since(zero) {
            Some(after) => after.as_secs_f64(),
            None => -(zero - at).as_secs_f64(),
        };
        self.taken.into_iter().map(|(at, sample)| Sample { at_s: since(at), ..sample }).collect()
    }
}

impl Reading {
    fn since(&self, before: &Self) -> Sample {
        let seconds = (self.at - before.at).as_secs_f64().max(1e-3);
        let each = |now: u64, before: u64| now.saturating_sub(before) as f64 / seconds;
        let server = self.used.zip(before.used).map(|((now, rss_kib), (then, _))| {
            let (user_s, system_s) = now.since(then);
            Used { user_cores: user_s / seconds, system_cores: system_s / seconds, rss_kib }
        });
        Sample {
            at_s: 0.0,
            joined: self.counts.joined,
            messages_per_s: each(self.counts.messages, before.counts.messages),
            states_per_s: each(self.counts.delivered, before.counts.delivered),
            server,
        }
    }
}

fn used(pid: Option<u32>) -> io::Result<Option<(Cpu, f64)>> {
    pid.map(|pid| Ok((cpu(Some(pid))?, memory(pid)?.resident))).transpose()
}

const SECOND: Duration = Duration::from_secs(1);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_by_the_time_that_passed() {
        let at = Instant::now();
        let used = |user_s, rss| Some((Cpu { user_s, system_s: 1.0 }, rss));
        let before = Reading { at, counts: Counts::default(), used: used(1.0, 10.0) };
        let counts = Counts { joined: 3, messages: 500, delivered: 100, ..Counts::default() };
        let sample = Reading { at: at + SECOND * 2, counts, used: used(2.0, 20.0) }.since(&before);
        assert_eq!((sample.joined, sample.messages_per_s, sample.states_per_s), (3, 250.0, 50.0));
        assert_eq!(sample.server, Some(Used { user_cores: 0.5, system_cores: 0.0, rss_kib: 20.0 }));
    }

    #[test]
    fn samples_are_taken_when_due_and_counted_from_zero() {
        let mut sampler = Sampler::new(None).expect("nothing is read");
        let zero = Instant::now();
        sampler.look(&Counts::default()).expect("nothing is read");
        assert!(sampler.due() > zero, "none is due yet");
        sampler.align(zero);
        sampler.look(&Counts::default()).expect("nothing is read");
        let samples = sampler.samples(zero + SECOND * 3);
        assert!(samples.len() == 1 && samples[0].at_s < -2.0, "{samples:?}");
    }
}
