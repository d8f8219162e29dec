//! Counts of what the ticking of rooms has come to, for whoever watches the server.
//!
//! Decides nothing; a room's own pace is in `pace`.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// How many powers of two of lateness are told apart: the last one holds all above four seconds.
const BUCKETS: usize = 24;

/// Counts since the start, of all rooms.
#[derive(Debug, Default)]
pub struct Stats {
    ticks: AtomicU64,
    overruns: AtomicU64,
    skipped: AtomicU64,
    slowed: AtomicU64,
    failed: AtomicU64,
    lateness: [AtomicU64; BUCKETS],
}

/// The counts at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Ticks run.
    pub ticks: u64,
    /// Steps that took longer than their room's period.
    pub overruns: u64,
    /// Ticks that were dropped because a room was too far behind.
    pub skipped: u64,
    /// How many times a room's rate was lowered.
    pub slowed: u64,
    /// Rooms whose game panicked.
    pub failed: u64,
    /// How late steps began: `lateness[n]` of them by less than `2^n` microseconds, and not less than half of that.
    pub lateness: [u64; BUCKETS],
}

impl Stats {
    /// The counts at this moment.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        Counts {
            ticks: read(&self.ticks),
            overruns: read(&self.overruns),
            skipped: read(&self.skipped),
            slowed: read(&self.slowed),
            failed: read(&self.failed),
            lateness: std::array::from_fn(|n| read(&self.lateness[n])),
        }
    }

    /// A step of so many ticks began so late.
    pub(crate) fn stepped(&self, ticks: u64, late: Duration) {
        self.ticks.fetch_add(ticks, Ordering::Relaxed);
        let bits = u128::BITS - late.as_micros().leading_zeros();
        let bucket = usize::try_from(bits).unwrap_or(BUCKETS).min(BUCKETS - 1);
        self.lateness[bucket].fetch_add(1, Ordering::Relaxed);
    }

    /// A step took longer than its room's period.
    pub(crate) fn overran(&self) {
        self.overruns.fetch_add(1, Ordering::Relaxed);
    }

    /// So many ticks were dropped.
    pub(crate) fn skipped(&self, ticks: u64) {
        self.skipped.fetch_add(ticks, Ordering::Relaxed);
    }

    /// A room's rate was lowered.
    pub(crate) fn slowed(&self) {
        self.slowed.fetch_add(1, Ordering::Relaxed);
    }

    /// A room's game panicked.
    pub(crate) fn failed(&self) {
        self.failed.fetch_add(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lateness_is_counted_by_powers_of_two() {
        let stats = Stats::default();
        stats.stepped(1, Duration::ZERO);
        stats.stepped(2, Duration::from_micros(5));
        stats.stepped(1, Duration::from_secs(1_000));
        let counts = stats.counts();
        assert_eq!((counts.ticks, counts.lateness[0], counts.lateness[3], counts.lateness[BUCKETS - 1]), (4, 1, 1, 1));
    }
}
