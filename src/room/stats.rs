//! Counts of what the ticking of rooms has come to, for whoever watches the server.
//!
//! Decides nothing; a room's own pace is in `pace`.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::histogram::{Durations, Histogram, add};

/// Counts since the start, of all rooms, kept apart for each tick thread.
///
/// Each thread counts into cache lines of its own, which nobody else writes: no lock, no locked instruction, no allocation.
/// A step costs some ten additions, an input two more.
#[derive(Debug)]
pub struct Stats {
    lanes: Box<[LaneStats]>,
}

/// What one tick thread counts, and no other thread at the same time. Aligned to two cache lines, as processors fetch them in pairs.
#[derive(Debug, Default)]
#[repr(align(128))]
pub(crate) struct LaneStats {
    ticks: AtomicU64,
    due: AtomicU64,
    awake_nanos: AtomicU64,
    overruns: AtomicU64,
    skipped: AtomicU64,
    slowed: AtomicU64,
    failed: AtomicU64,
    moved: AtomicU64,
    helped: AtomicU64,
    lateness: Histogram,
    duration: Histogram,
    input_age: Histogram,
}

/// The counts at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Ticks run.
    pub ticks: u64,
    /// Ticks that rooms had to run at their games' rates: those run, those dropped, and those left out by a lowered rate.
    pub due: u64,
    /// The time for which rooms had ticks to run, all of them together: [`Self::due`], each of its room's period.
    pub awake: Duration,
    /// Steps that took longer than their room's period.
    pub overruns: u64,
    /// Ticks that were dropped because a room was too far behind.
    pub skipped: u64,
    /// How many times a room's rate was lowered.
    pub slowed: u64,
    /// Rooms whose game panicked.
    pub failed: u64,
    /// Rooms given to other threads, as this one had more to do.
    pub moved: u64,
    /// Steps of rooms of other threads, which did not get to them.
    pub helped: u64,
    /// How late steps began.
    pub lateness: Durations,
    /// How long steps took: the ticks, and handing out what they had to say.
    pub duration: Durations,
    /// How old inputs were when they were applied: from their arrival to the beginning of the step.
    pub input_age: Durations,
}

/// What one step came to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stepped {
    /// Ticks that it ran.
    pub(crate) ticks: u64,
    /// Ticks that it should have run.
    pub(crate) due: u64,
    /// The time between two of them.
    pub(crate) period: Duration,
    /// Of them, those that were dropped.
    pub(crate) skipped: u64,
    /// How late it began.
    pub(crate) late: Duration,
}

impl Stats {
    /// No counts yet, for so many tick threads.
    pub(crate) fn new(lanes: usize) -> Self {
        Self { lanes: (0..lanes.max(1)).map(|_| LaneStats::default()).collect() }
    }

    /// The counts at this moment, of all threads together.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        self.lanes.iter().for_each(|lane| lane.add_to(&mut counts));
        counts
    }

    /// The counts at this moment, of each tick thread.
    pub fn lanes(&self) -> impl Iterator<Item = Counts> {
        self.lanes.iter().map(|lane| {
            let mut counts = Counts::default();
            lane.add_to(&mut counts);
            counts
        })
    }

    /// How late steps of all threads began, finer than [`Counts::lateness`]: the lateness in microseconds, at most three
    /// hundredths less than it was, and how many steps were so late. Ascending; what never occurred is left out.
    pub fn lateness(&self) -> impl Iterator<Item = (u64, u64)> {
        Histogram::sum(self.lanes.iter().map(|lane| &lane.lateness)).into_iter().filter(|(_, count)| *count > 0)
    }

    /// Where the tick thread of this number counts.
    pub(crate) fn lane(&self, lane: usize) -> &LaneStats {
        &self.lanes[lane]
    }
}

impl LaneStats {
    fn add_to(&self, counts: &mut Counts) {
        let pairs = [
            (&mut counts.ticks, &self.ticks),
            (&mut counts.due, &self.due),
            (&mut counts.overruns, &self.overruns),
            (&mut counts.skipped, &self.skipped),
            (&mut counts.slowed, &self.slowed),
            (&mut counts.failed, &self.failed),
            (&mut counts.moved, &self.moved),
            (&mut counts.helped, &self.helped),
        ];
        for (sum, count) in pairs {
            *sum += count.load(Ordering::Relaxed);
        }
        counts.awake += Duration::from_nanos(self.awake_nanos.load(Ordering::Relaxed));
        self.lateness.add_to(&mut counts.lateness);
        self.duration.add_to(&mut counts.duration);
        self.input_age.add_to(&mut counts.input_age);
    }

    /// A step was made.
    pub(crate) fn stepped(&self, step: Stepped) {
        add(&self.ticks, step.ticks);
        add(&self.due, step.due);
        add(&self.awake_nanos, u64::try_from(step.period.as_nanos()).unwrap_or(u64::MAX).saturating_mul(step.due));
        add(&self.skipped, step.skipped);
        self.lateness.count(step.late);
    }

    /// A step took so long; whether that was longer than its room's period.
    pub(crate) fn took(&self, cost: Duration, overran: bool) {
        self.duration.count(cost);
        add(&self.overruns, u64::from(overran));
    }

    /// An input was applied so long after it had arrived.
    pub(crate) fn applied(&self, age: Duration) {
        self.input_age.count(age);
    }

    /// A room's rate was lowered.
    pub(crate) fn slowed(&self) {
        add(&self.slowed, 1);
    }

    /// A room's game panicked.
    pub(crate) fn failed(&self) {
        add(&self.failed, 1);
    }

    /// So many rooms were given to another thread.
    pub(crate) fn moved(&self, rooms: u64) {
        add(&self.moved, rooms);
    }

    /// A room of another thread was stepped.
    pub(crate) fn helped(&self) {
        add(&self.helped, 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PERIOD: Duration = Duration::from_millis(20);
    const STEP: Stepped = Stepped { ticks: 2, due: 5, period: PERIOD, skipped: 3, late: Duration::from_micros(5) };

    #[test]
    fn lateness_is_known_to_three_hundredths() {
        let stats = Stats::new(2);
        let all: Vec<u64> = (0..22).flat_map(|bits| [1 << bits, (1 << bits) + (1 << bits) / 3]).collect();
        for (nth, &micros) in all.iter().enumerate() {
            stats.lane(nth % 2).stepped(Stepped { late: Duration::from_micros(micros), ..STEP });
        }
        let known: Vec<u64> = stats.lateness().flat_map(|(micros, count)| (0..count).map(move |_| micros)).collect();
        assert_eq!(known.len(), all.len());
        for (known, late) in known.into_iter().zip(all) {
            assert!(known <= late && (late - known) * 100 <= late * 4, "{late} became {known}");
        }
    }

    #[test]
    fn each_thread_counts_for_itself_and_all_together() {
        let stats = Stats::new(2);
        stats.lane(0).stepped(STEP);
        stats.lane(1).stepped(STEP);
        stats.lane(1).took(Duration::from_millis(1), true);
        stats.lane(1).applied(Duration::from_millis(2));
        let ticks: Vec<_> = stats.lanes().map(|counts| (counts.ticks, counts.overruns)).collect();
        assert_eq!(ticks, [(2, 0), (2, 1)]);
        let all = stats.counts();
        assert_eq!((all.ticks, all.due, all.skipped, all.overruns), (4, 10, 6, 1));
        assert_eq!(all.awake, PERIOD * 10);
        assert_eq!((all.lateness.counts[3], all.lateness.count()), (2, 2));
        assert_eq!((all.duration.sum, all.input_age.sum), (Duration::from_millis(1), Duration::from_millis(2)));
    }
}
