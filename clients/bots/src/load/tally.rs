//! What has happened so far, counted by all clients of a process at once, and added up over processes.
//!
//! Judges nothing: what the figures mean is `summary`'s to say.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hdrhistogram::Histogram;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A counter that anybody may add to and read.
#[derive(Debug, Default)]
pub(super) struct Count(AtomicU64);

impl Count {
    pub(super) fn add(&self, by: u64) {
        self.0.fetch_add(by, Ordering::Relaxed);
    }

    fn read(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

macro_rules! counters {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// The counters of one process; its clients add to them.
        #[derive(Debug)]
        pub(super) struct Tally {
            $(pub(super) $name: Count,)*
            times: Mutex<Times>,
            faults: Mutex<Option<String>>,
        }

        /// How far the counters have come, in all processes together.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
        pub struct Counts {
            $($(#[$doc])* pub $name: u64,)*
        }

        impl Tally {
            pub(super) fn new() -> Self {
                Self { $($name: Count::default(),)* times: Mutex::default(), faults: Mutex::default() }
            }

            /// The counters as they are.
            pub(super) fn counts(&self) -> Counts {
                Counts { $($name: self.$name.read(),)* }
            }
        }

        impl std::ops::AddAssign for Counts {
            fn add_assign(&mut self, other: Self) {
                $(self.$name += other.$name;)*
            }
        }
    };
}

counters! {
    /// Clients that are where they should be.
    joined,
    /// Clients that never got there.
    failed,
    /// Times that a client was asked to try again later, and did.
    retries,
    /// Connections that ended unasked while it was measured.
    closed,
    /// Messages of any kind, to any client, while it was measured.
    messages,
    /// Their bytes.
    bytes,
    /// Those of them that carried a state of the arena, of whichever tick.
    states,
    /// States that reached the steady clients, of the ticks that were measured.
    delivered,
    /// Ticks whose state never reached a steady client although a later one did.
    gaps,
    /// Deltas that did not follow on what their client knew.
    broken,
    /// Inputs sent.
    inputs,
    /// Inputs that a server which reads nothing left no room for.
    held,
    /// Clients that stalled, or lost their connection, on purpose.
    tried,
    /// Those of them that were up to date again.
    recovered,
    /// Those that stalled and whose every state since was a roommate's at the same tick.
    exact,
    /// Those that stalled and knew something else than their roommate.
    inexact,
    /// States that were compared with a roommate's.
    compared,
    /// Questions that quizzes have asked.
    asked,
    /// Answers that a quiz has taken.
    answers,
    /// Answers that it has refused.
    refused,
    /// Answers that its host has seen counted.
    counted,
    /// Gains that were what the question, the answer and its time make them.
    scored,
    /// Gains that were not.
    misscored,
    /// Quizzes that are over.
    finished,
}

impl Tally {
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
    pub(super) fn first_fault(&self) -> Option<String> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Everything that was timed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Times {
    /// From a state's own time to its arrival; of a quiz, from a question's opening.
    pub(super) latency: Timed,
    /// From one state to the next, with those that a late one held up.
    pub(super) interval: Timed,
    /// From the first packet to the namespace.
    pub(super) connect: Timed,
    /// From a lost connection's end to the seat.
    pub(super) resume: Timed,
    /// From an answer to its acknowledgement.
    pub(super) answer: Timed,
}

impl Times {
    /// Adds another process's.
    pub(super) fn merge(&mut self, other: &Self) {
        let Self { latency, interval, connect, resume, answer } = self;
        latency.merge(&other.latency);
        interval.merge(&other.interval);
        connect.merge(&other.connect);
        resume.merge(&other.resume);
        answer.merge(&other.answer);
    }
}

/// A histogram of times, exact to a thousandth; nothing until something is recorded. It is written down as pairs of
/// microseconds and how often.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Timed(Option<Box<Histogram<u64>>>);

impl Timed {
    /// Records a time.
    pub(super) fn record(&mut self, time: Duration) {
        self.some().saturating_record(micros(time));
    }

    /// Records a time between two things of which one was due every `expected`. When one is late, those due meanwhile are
    /// recorded as well, with the waits they would have seen: a stall of a second at 30 Hz is 30 waits and not one.
    pub(super) fn record_due(&mut self, time: Duration, expected: Duration) {
        let time = micros(time);
        let histogram = self.some();
        if histogram.record_correct(time, micros(expected)).is_err() {
            histogram.saturating_record(time);
        }
    }

    /// What was recorded, if anything was.
    pub(super) fn histogram(&self) -> Option<&Histogram<u64>> {
        self.0.as_deref()
    }

    pub(super) fn merge(&mut self, other: &Self) {
        for (value, count) in other.pairs() {
            self.some().saturating_record_n(value, count);
        }
    }

    fn pairs(&self) -> impl Iterator<Item = (u64, u64)> {
        let recorded = self.histogram().into_iter().flat_map(Histogram::iter_recorded);
        recorded.map(|step| (step.value_iterated_to(), step.count_since_last_iteration()))
    }

    fn some(&mut self) -> &mut Histogram<u64> {
        self.0.get_or_insert_with(|| {
            let histogram = Histogram::new_with_bounds(1, LONGEST_US, 3);
            Box::new(histogram.expect("these bounds make a histogram"))
        })
    }
}

impl Serialize for Timed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.pairs())
    }
}

impl<'de> Deserialize<'de> for Timed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut timed = Self::default();
        for (value, count) in Vec::<(u64, u64)>::deserialize(deserializer)? {
            timed.some().saturating_record_n(value, count);
        }
        Ok(timed)
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
        let mut timed = Timed::default();
        let (tick, stall) = (Duration::from_millis(10), Duration::from_millis(100));
        timed.record_due(tick, tick);
        assert_eq!(timed.histogram().map(Histogram::len), Some(1));
        timed.record_due(stall, tick);
        let histogram = timed.histogram().expect("two were recorded");
        assert_eq!(histogram.len(), 1 + 10);
        assert!(histogram.value_at_quantile(0.5) > 40_000);
    }

    #[test]
    fn what_two_processes_timed_is_what_one_would_have() {
        let (mut one, mut two, mut both) = (Times::default(), Times::default(), Times::default());
        for n in 1..2_000_u64 {
            let time = Duration::from_micros(n * n);
            if n % 3 == 0 { &mut one } else { &mut two }.latency.record(time);
            both.latency.record(time);
        }
        let sent = serde_json::to_string(&two).expect("it can be written down");
        one.merge(&serde_json::from_str(&sent).expect("it can be read"));
        assert_eq!(one, both);
        assert!(one.interval.histogram().is_none());
    }

    #[test]
    fn counts_add_up() {
        let tally = Tally::new();
        tally.joined.add(2);
        tally.gaps.add(1);
        let mut sum = tally.counts();
        sum += Counts { joined: 3, bytes: 7, ..Counts::default() };
        assert_eq!(sum, Counts { joined: 5, gaps: 1, bytes: 7, ..Counts::default() });
    }

    #[test]
    fn the_first_fault_is_kept() {
        let tally = Tally::new();
        tally.fault(&"a");
        tally.fault(&"b");
        assert_eq!(tally.first_fault().as_deref(), Some("a"));
    }
}
