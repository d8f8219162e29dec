//! A clock: the bounded time of a phase, which can be stopped, resumed and lengthened.
//!
//! It never fires; whoever holds it compares [`Clock::ends_at`] with the time.

use std::time::Duration;

use crate::contract::Micros;

/// The time of a phase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Clock {
    total: Duration,
    /// What was used up before `since`.
    spent: Duration,
    /// When it last began to run; `None` while it is stopped.
    since: Option<Micros>,
}

impl Clock {
    /// Runs from `now` for `total`.
    pub(super) const fn start(total: Duration, now: Micros) -> Self {
        Self { total, spent: Duration::ZERO, since: Some(now) }
    }

    /// When it last began to run; `None` while it is stopped.
    pub(super) const fn since(&self) -> Option<Micros> {
        self.since
    }

    /// How long it has run in all at `at`, stops left out.
    pub(super) fn spent(&self, at: Micros) -> Duration {
        self.spent.saturating_add(self.since.map_or(Duration::ZERO, |since| at.since(since)))
    }

    /// What is left of it at `at`.
    pub(super) fn left(&self, at: Micros) -> Duration {
        self.total.saturating_sub(self.spent(at))
    }

    /// When it ends, if it runs.
    pub(super) fn ends_at(&self) -> Option<Micros> {
        self.since.map(|since| since.plus(self.total.saturating_sub(self.spent)))
    }

    /// Whether it is stopped.
    pub(super) const fn is_stopped(&self) -> bool {
        self.since.is_none()
    }

    /// Stops it.
    pub(super) fn stop(&mut self, at: Micros) {
        self.spent = self.spent(at).min(self.total);
        self.since = None;
    }

    /// Lets a stopped clock run on.
    pub(super) fn resume(&mut self, at: Micros) {
        self.since = self.since.or(Some(at));
    }

    /// Makes it end at `at`, even if it was stopped.
    pub(super) fn finish(&mut self, at: Micros) {
        *self = Self { total: Duration::ZERO, spent: Duration::ZERO, since: Some(at) };
    }

    /// Makes it end `by` later, though no longer than `longest` in all.
    ///
    /// A clock that has run out ends `by` after that end and not after the call.
    pub(super) fn extend(&mut self, by: Duration, longest: Duration) {
        self.total = self.total.saturating_add(by).min(longest.max(self.total));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    const fn at(ms: u64) -> Micros {
        Micros(ms * 1000)
    }

    #[test]
    fn stops_leave_no_trace_in_what_is_spent() {
        let mut clock = Clock::start(ms(1000), at(100));
        assert_eq!(clock.ends_at(), Some(at(1100)));
        clock.stop(at(400));
        assert_eq!((clock.ends_at(), clock.left(at(9000)), clock.spent(at(9000))), (None, ms(700), ms(300)));
        clock.resume(at(9000));
        assert_eq!((clock.ends_at(), clock.spent(at(9100))), (Some(at(9700)), ms(400)));
    }

    #[test]
    fn resuming_a_running_clock_changes_nothing() {
        let mut clock = Clock::start(ms(1000), at(0));
        clock.resume(at(500));
        assert_eq!(clock, Clock::start(ms(1000), at(0)));
    }

    #[test]
    fn extends_up_to_the_longest() {
        let mut clock = Clock::start(ms(1000), at(0));
        clock.extend(ms(500), ms(2000));
        assert_eq!(clock.ends_at(), Some(at(1500)));
        clock.extend(ms(5000), ms(2000));
        assert_eq!(clock.ends_at(), Some(at(2000)));
        clock.extend(ms(5000), ms(10));
        assert_eq!(clock.ends_at(), Some(at(2000)), "never shorter than it was");
    }

    proptest! {
        #[test]
        fn pausing_anywhere_moves_the_end_by_the_pause(run in 0_u64..1000, pause in 0_u64..100_000) {
            let mut clock = Clock::start(ms(1000), at(0));
            clock.stop(at(run));
            clock.resume(at(run + pause));
            prop_assert_eq!(clock.ends_at(), Some(at(1000 + pause)));
        }
    }
}
