//! Counts of what the ticking of rooms has come to, for whoever watches the server.
//!
//! Decides nothing; a room's own pace is in `pace`.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// How many powers of two of lateness are told apart: the last one holds all above four seconds.
const BUCKETS: usize = 24;
/// Into how many parts each power of two is told apart within the server: three hundredths are near enough.
const PARTS: u64 = 32;
/// How many of those parts there are: lateness below 64 us is counted exactly.
const FINE: usize = 640;

/// Counts since the start, of all rooms.
#[derive(Debug)]
pub struct Stats {
    ticks: AtomicU64,
    overruns: AtomicU64,
    skipped: AtomicU64,
    slowed: AtomicU64,
    failed: AtomicU64,
    lateness: Box<[AtomicU64]>,
}

impl Default for Stats {
    fn default() -> Self {
        let [ticks, overruns, skipped, slowed, failed] = Default::default();
        Self { ticks, overruns, skipped, slowed, failed, lateness: (0..FINE).map(|_| AtomicU64::new(0)).collect() }
    }
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
        let mut lateness = [0; BUCKETS];
        for (micros, count) in self.lateness() {
            let bits = usize::try_from(u64::BITS - micros.leading_zeros()).unwrap_or(BUCKETS);
            lateness[bits.min(BUCKETS - 1)] += count;
        }
        Counts {
            ticks: read(&self.ticks),
            overruns: read(&self.overruns),
            skipped: read(&self.skipped),
            slowed: read(&self.slowed),
            failed: read(&self.failed),
            lateness,
        }
    }

    /// How late steps began, finer than [`Counts::lateness`]: the lateness in microseconds, at most three hundredths less
    /// than it was, and how many steps were so late. Ascending; what never occurred is left out.
    pub fn lateness(&self) -> impl Iterator<Item = (u64, u64)> {
        let counts = self.lateness.iter().map(|count| count.load(Ordering::Relaxed));
        (0_u64..).map(least).zip(counts).filter(|(_, count)| *count > 0)
    }

    /// A step of so many ticks began so late.
    pub(crate) fn stepped(&self, ticks: u64, late: Duration) {
        self.ticks.fetch_add(ticks, Ordering::Relaxed);
        self.lateness[part(late)].fetch_add(1, Ordering::Relaxed);
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

/// Where a lateness is counted: at its number of microseconds, or by its five bits after the first.
fn part(late: Duration) -> usize {
    let micros = u64::try_from(late.as_micros()).unwrap_or(u64::MAX);
    let octave = u64::from(micros.max(1).ilog2()).saturating_sub(u64::from(PARTS.ilog2()));
    let part = octave * PARTS + (micros >> octave);
    usize::try_from(part).unwrap_or(FINE).min(FINE - 1)
}

/// The least lateness that is counted there, in microseconds.
fn least(part: u64) -> u64 {
    let octave = (part / PARTS).saturating_sub(1);
    (part - octave * PARTS) << octave
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

    #[test]
    fn lateness_is_known_to_three_hundredths() {
        let stats = Stats::default();
        let all: Vec<u64> = (0..22).flat_map(|bits| [1 << bits, (1 << bits) + (1 << bits) / 3]).collect();
        for &micros in &all {
            stats.stepped(1, Duration::from_micros(micros));
        }
        let known: Vec<u64> = stats.lateness().flat_map(|(micros, count)| (0..count).map(move |_| micros)).collect();
        assert_eq!(known.len(), all.len());
        for (known, late) in known.into_iter().zip(all) {
            assert!(known <= late && (late - known) * 100 <= late * 4, "{late} became {known}");
        }
    }
}
