//! What has happened so far, counted by all clients at once.
//!
//! Judges nothing: what the figures mean is `summary`'s to say.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hdrhistogram::{CreationError, Histogram};

/// A counter that anybody may add to and read.
#[derive(Debug, Default)]
pub struct Count(AtomicU64);

impl Count {
    pub(super) fn add(&self, by: u64) {
        self.0.fetch_add(by, Ordering::Relaxed);
    }

    /// How many so far.
    #[must_use]
    pub fn read(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// The counters of a load; while it runs, they say how it goes.
#[derive(Debug)]
pub struct Tally {
    /// Clients that are where they should be.
    pub joined: Count,
    /// Clients that never got there.
    pub failed: Count,
    /// Connections that ended unasked while it was measured.
    pub closed: Count,
    /// Messages of any kind, to any client, while it was measured.
    pub messages: Count,
    /// Their bytes.
    pub bytes: Count,
    /// States that reached the steady clients, of the ticks that were measured.
    pub delivered: Count,
    /// Ticks whose state never reached a steady client although a later one did.
    pub gaps: Count,
    /// Deltas that did not follow on what their client knew.
    pub broken: Count,
    /// Inputs sent.
    pub inputs: Count,
    /// Inputs that a server which reads nothing left no room for.
    pub held: Count,
    /// Clients that stalled, or lost their connection, on purpose.
    pub tried: Count,
    /// Those of them that were up to date again.
    pub recovered: Count,
    /// Questions that quizzes have asked.
    pub asked: Count,
    /// Answers that a quiz has taken.
    pub answers: Count,
    /// Those that its host has seen counted.
    pub counted: Count,
    times: Mutex<Times>,
    faults: Mutex<Option<String>>,
}

/// Times in microseconds.
#[derive(Clone, Debug)]
pub(super) struct Times {
    /// From a state's own time to its arrival.
    pub(super) latency: Histogram<u64>,
    /// From one state to the next, with those that a late one held up.
    pub(super) interval: Histogram<u64>,
    /// From the first packet to the namespace.
    pub(super) connect: Histogram<u64>,
    /// From a lost connection's end to the seat.
    pub(super) resume: Histogram<u64>,
}

impl Tally {
    pub(super) fn new() -> Result<Self, CreationError> {
        let times = Times {
            latency: Histogram::new_with_bounds(1, LONGEST_US, 3)?,
            interval: Histogram::new_with_bounds(1, LONGEST_US, 3)?,
            connect: Histogram::new_with_bounds(1, LONGEST_US, 3)?,
            resume: Histogram::new_with_bounds(1, LONGEST_US, 3)?,
        };
        Ok(Self {
            joined: Count::default(),
            failed: Count::default(),
            closed: Count::default(),
            messages: Count::default(),
            bytes: Count::default(),
            delivered: Count::default(),
            gaps: Count::default(),
            broken: Count::default(),
            inputs: Count::default(),
            held: Count::default(),
            tried: Count::default(),
            recovered: Count::default(),
            asked: Count::default(),
            answers: Count::default(),
            counted: Count::default(),
            times: Mutex::new(times),
            faults: Mutex::default(),
        })
    }

    pub(super) fn times(&self) -> MutexGuard<'_, Times> {
        // A histogram is whole between two records, whoever panicked.
        self.times.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps the first thing that went wrong: the others are mostly the same.
    pub(super) fn fault(&self, words: &dyn std::fmt::Display) {
        let mut fault = self.faults.lock().unwrap_or_else(PoisonError::into_inner);
        fault.get_or_insert_with(|| words.to_string());
    }

    /// The first thing that went wrong.
    #[must_use]
    pub fn first_fault(&self) -> Option<String> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Records a time.
pub(super) fn record(histogram: &mut Histogram<u64>, time: Duration) {
    histogram.saturating_record(micros(time));
}

/// Records a time between two things of which one was due every `expected`. When one is late, those due meanwhile are
/// recorded as well, with the waits they would have seen: a stall of a second at 30 Hz is 30 waits and not one.
pub(super) fn record_due(histogram: &mut Histogram<u64>, time: Duration, expected: Duration) {
    let time = micros(time);
    if histogram.record_correct(time, micros(expected)).is_err() {
        histogram.saturating_record(time);
    }
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX).clamp(1, LONGEST_US)
}

/// Two hours, longer than any load.
const LONGEST_US: u64 = 7_200_000_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stall_counts_for_all_that_was_due_meanwhile() {
        let tally = Tally::new().expect("bounds");
        let (tick, stall) = (Duration::from_millis(10), Duration::from_millis(100));
        let mut times = tally.times();
        record_due(&mut times.interval, tick, tick);
        assert_eq!(times.interval.len(), 1);
        record_due(&mut times.interval, stall, tick);
        assert_eq!(times.interval.len(), 1 + 10);
        assert!(times.interval.value_at_quantile(0.5) > 40_000);
    }

    #[test]
    fn the_first_fault_is_kept() {
        let tally = Tally::new().expect("bounds");
        tally.fault(&"a");
        tally.fault(&"b");
        assert_eq!(tally.first_fault().as_deref(), Some("a"));
    }
}
