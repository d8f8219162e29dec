//! A token bucket: how often something may happen, and how often at once.
//!
//! Keeps one moment: that at which the bucket is full again. Refusing costs nothing and delays nothing.

use std::time::{Duration, Instant};

/// What a bucket allows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rate {
    interval: Duration,
    slack: Duration,
}

impl Rate {
    /// One each `interval`, and `burst` at once.
    pub(crate) fn new(interval: Duration, burst: u32) -> Self {
        Self { interval, slack: interval * burst.saturating_sub(1) }
    }

    /// So many a second, and as many at once.
    pub(crate) fn per_second(count: u32) -> Self {
        Self::new(Duration::from_secs(1) / count.max(1), count)
    }
}

/// One bucket, full at first.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bucket {
    full_at: Instant,
}

impl Bucket {
    /// A full bucket.
    pub(crate) const fn new(now: Instant) -> Self {
        Self { full_at: now }
    }

    /// Takes one, if there is one.
    pub(crate) fn take(&mut self, now: Instant, rate: Rate) -> bool {
        let full_at = self.full_at.max(now);
        let allowed = full_at.saturating_duration_since(now) <= rate.slack;
        if allowed {
            self.full_at = full_at + rate.interval;
        }
        allowed
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Clock, ManualClock};
    use super::*;

    #[test]
    fn a_burst_then_one_each_interval() {
        let clock = ManualClock::start();
        let rate = Rate::new(Duration::from_millis(100), 3);
        let mut bucket = Bucket::new(clock.now());
        let mut take = |after_ms| {
            clock.advance(Duration::from_millis(after_ms));
            bucket.take(clock.now(), rate)
        };
        assert_eq!([take(0), take(0), take(0), take(0)], [true, true, true, false]);
        assert_eq!([take(99), take(1), take(0)], [false, true, false]);
        assert_eq!([take(10_000), take(0), take(0), take(0)], [true, true, true, false]);
    }

    #[test]
    fn a_second_holds_as_many_as_it_says() {
        let clock = ManualClock::start();
        let mut bucket = Bucket::new(clock.now());
        let taken = (0..1_000).filter(|_| bucket.take(clock.now(), Rate::per_second(150))).count();
        assert_eq!(taken, 150);
    }
}
