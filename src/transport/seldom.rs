//! Something that may happen all the time, and is told of only now and then.
//!
//! Writes nothing: whoever asks it does.

use std::time::{Duration, Instant};

/// Counts, and says when it is time to tell the count.
#[derive(Debug)]
pub(super) struct Seldom {
    period: Duration,
    told: Option<Instant>,
    times: u64,
}

impl Seldom {
    /// To be told of once in each `period` at most.
    pub(super) const fn new(period: Duration) -> Self {
        Self { period, told: None, times: 0 }
    }

    /// It happened. How often since it was last told, if it is to be told: at once the first time.
    pub(super) fn happened(&mut self, now: Instant) -> Option<u64> {
        self.times += 1;
        if self.told.is_some_and(|told| now.saturating_duration_since(told) < self.period) {
            return None;
        }
        self.told = Some(now);
        Some(std::mem::take(&mut self.times))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_is_told_at_once_and_the_rest_with_their_number() {
        let start = Instant::now();
        let mut seldom = Seldom::new(Duration::from_secs(10));
        let told: Vec<_> = (0..250).map(|n| seldom.happened(start + Duration::from_millis(100 * n))).collect();
        let told: Vec<_> = told.into_iter().flatten().collect();
        assert_eq!(told, [1, 100, 100]);
    }
}
