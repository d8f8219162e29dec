//! How long to wait before Redis is tried again: longer each time, up to a bound, and never as long as others wait.
//!
//! Knows no clock and sleeps nowhere.

use std::time::Duration;

#[derive(Debug)]
pub(super) struct Backoff {
    first: Duration,
    longest: Duration,
    next: Duration,
}

impl Backoff {
    pub(super) const fn new(first: Duration, longest: Duration) -> Self {
        Self { first, longest, next: first }
    }

    /// The next wait; `chance` is from 0 to 1. Half of it is certain, the rest is left to chance.
    pub(super) fn wait(&mut self, chance: f64) -> Duration {
        let bound = self.next.min(self.longest);
        self.next = bound.saturating_mul(2);
        (bound / 2).saturating_add((bound / 2).mul_f64(chance.clamp(0.0, 1.0)))
    }

    /// It went well: begins anew.
    pub(super) const fn reset(&mut self) {
        self.next = self.first;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_bound_and_differ() {
        let ms = Duration::from_millis;
        let mut backoff = Backoff::new(ms(100), ms(350));
        let waits: Vec<Duration> = [0.0, 1.0, 0.5, 1.0].into_iter().map(|chance| backoff.wait(chance)).collect();
        assert_eq!(waits, [ms(50), ms(200), ms(262) + Duration::from_micros(500), ms(350)]);
        backoff.reset();
        assert_eq!(backoff.wait(1.0), ms(100));
    }

    #[test]
    fn no_bound_overflows() {
        let mut backoff = Backoff::new(Duration::MAX, Duration::MAX);
        assert!(backoff.wait(1.0) <= Duration::MAX && backoff.wait(7.0) <= Duration::MAX);
    }
}
