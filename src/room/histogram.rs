//! A histogram of durations that one thread counts into and many may read, told finely or by powers of two of a microsecond.
//!
//! Names nothing and exports nothing: whoever serves metrics reads [`Durations`].

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// How many powers of two [`Durations`] tells apart: the last one holds all above four seconds.
const BUCKETS: usize = 24;
/// Into how many parts each power of two is told apart within the server: three hundredths are near enough.
const PARTS: u64 = 32;
/// How many of those parts there are: what takes less than 64 us is counted exactly.
const FINE: usize = 640;

/// A histogram of 5 KiB. To count costs two additions, and takes no lock and no memory. Of two threads that count at the same
/// time, one may not be heard.
#[derive(Debug)]
pub(crate) struct Histogram {
    parts: Box<[AtomicU64]>,
    nanos: AtomicU64,
}

/// A histogram at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Durations {
    /// How many took how long: `counts[n]` of them less than `2^n` microseconds, and not less than half of that; the last
    /// all that took longer.
    pub counts: [u64; BUCKETS],
    /// All of them together.
    pub sum: Duration,
}

impl Default for Histogram {
    fn default() -> Self {
        Self { parts: (0..FINE).map(|_| AtomicU64::new(0)).collect(), nanos: AtomicU64::new(0) }
    }
}

impl Histogram {
    /// One more that took so long.
    pub(crate) fn count(&self, duration: Duration) {
        add(&self.parts[part(duration)], 1);
        let nanos = u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX);
        add(&self.nanos, nanos);
    }

    /// Adds what has been counted to `total`.
    pub(crate) fn add_to(&self, total: &mut Durations) {
        for (micros, count) in Self::sum([self]) {
            let bits = usize::try_from(u64::BITS - micros.leading_zeros()).unwrap_or(BUCKETS);
            total.counts[bits.min(BUCKETS - 1)] += count;
        }
        total.sum += Duration::from_nanos(self.nanos.load(Ordering::Relaxed));
    }

    /// All parts of these together: the least microseconds of each, and how many are in it. Ascending.
    pub(crate) fn sum<'a>(histograms: impl IntoIterator<Item = &'a Self>) -> Vec<(u64, u64)> {
        let mut parts: Vec<_> = (0..).take(FINE).map(|part| (least(part), 0)).collect();
        for histogram in histograms {
            for ((_, sum), count) in parts.iter_mut().zip(&histogram.parts) {
                *sum += count.load(Ordering::Relaxed);
            }
        }
        parts
    }
}

impl Durations {
    /// How many there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// How many there are in each bucket, and the most that one in it took; none for the last.
    pub fn buckets(&self) -> impl Iterator<Item = (Option<Duration>, u64)> {
        let most = |n: usize| (n + 1 < BUCKETS).then(|| Duration::from_micros(1 << n));
        self.counts.iter().enumerate().map(move |(n, &count)| (most(n), count))
    }
}

/// Adds to what only this thread writes: a load and a store, where an addition that others may make at the same time would
/// hold up the processor.
pub(super) fn add(count: &AtomicU64, more: u64) {
    count.store(count.load(Ordering::Relaxed).wrapping_add(more), Ordering::Relaxed);
}

/// Where a duration is counted: at its number of microseconds, or by its five bits after the first.
fn part(duration: Duration) -> usize {
    let micros = u64::try_from(duration.as_micros()).unwrap_or(u64::MAX);
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
    fn durations_are_told_by_powers_of_two() {
        let histogram = Histogram::default();
        for micros in [0, 1, 2, 5, 7, 8, 4_194_303, 4_194_304, 1_000_000_000] {
            histogram.count(Duration::from_micros(micros));
        }
        let mut read = Durations::default();
        histogram.add_to(&mut read);
        assert_eq!(read.counts[..5], [1, 1, 1, 2, 1]);
        assert_eq!(read.counts[BUCKETS - 2..], [1, 2]);
        assert_eq!((read.count(), read.sum), (9, Duration::from_micros(1_008_388_630)));
    }

    #[test]
    fn a_bucket_says_the_most_that_is_in_it() {
        let read = Durations::default();
        let most: Vec<_> = read.buckets().map(|(most, _)| most).collect();
        assert_eq!(most[3], Some(Duration::from_micros(8)));
        assert_eq!((most.len(), most[BUCKETS - 1]), (BUCKETS, None));
    }
}
