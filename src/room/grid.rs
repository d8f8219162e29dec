//! A room's grid of time: tick `n` is due at `origin + n / hz`, whatever happened before.
//!
//! Waits for nothing. All sums are in whole nanoseconds of the origin, so that no error adds up.

use std::time::{Duration, Instant};

use parlor_games::contract::{Micros, Tick};

const NANOS: u128 = 1_000_000_000;

/// When ticks are due.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Grid {
    origin: Instant,
    hz: u16,
}

impl Grid {
    /// A grid of `hz` (at least 1) ticks a second.
    pub(crate) fn new(origin: Instant, hz: u16) -> Self {
        Self { origin, hz: hz.max(1) }
    }

    /// Moment zero.
    pub(crate) const fn origin(&self) -> Instant {
        self.origin
    }

    /// Time between two ticks.
    pub(crate) fn period(&self) -> Duration {
        Duration::from_secs(1) / u32::from(self.hz)
    }

    /// When `tick` is due.
    pub(crate) fn due(&self, tick: Tick) -> Instant {
        let nanos = u128::from(tick) * NANOS / u128::from(self.hz);
        self.origin + Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
    }

    /// The first tick due at or after `at`.
    pub(crate) fn at_or_after(&self, at: Instant) -> Tick {
        tick((self.nanos(at) * u128::from(self.hz)).div_ceil(NANOS))
    }

    /// The last tick due at or before `at`.
    pub(crate) fn at_or_before(&self, at: Instant) -> Tick {
        tick(((self.nanos(at) + 1) * u128::from(self.hz) - 1) / NANOS)
    }

    /// `at` on the room's own clock.
    pub(crate) fn micros(&self, at: Instant) -> Micros {
        Micros(u64::try_from(at.saturating_duration_since(self.origin).as_micros()).unwrap_or(u64::MAX))
    }

    /// The moment `at` of the room's own clock; `None` beyond the end of time.
    pub(crate) fn instant(&self, at: Micros) -> Option<Instant> {
        self.origin.checked_add(Duration::from_micros(at.0))
    }

    fn nanos(&self, at: Instant) -> u128 {
        at.saturating_duration_since(self.origin).as_nanos()
    }
}

fn tick(n: u128) -> Tick {
    Tick::try_from(n).unwrap_or(Tick::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{Clock, ManualClock};
    use super::*;

    #[test]
    fn a_day_of_thirty_a_second_ends_on_the_second() {
        let origin = ManualClock::start().now();
        let grid = Grid::new(origin, 30);
        assert_eq!(grid.due(30 * 86_400), origin + Duration::from_secs(86_400));
        assert_eq!(grid.micros(grid.due(1)), Micros(33_333));
    }

    proptest! {
        #[test]
        fn ticks_and_moments_agree(hz in 1_u16..=128, nanos in 0_u64..100_000_000_000) {
            let grid = Grid::new(ManualClock::start().now(), hz);
            let at = grid.origin() + Duration::from_nanos(nanos);
            let (after, before) = (grid.at_or_after(at), grid.at_or_before(at));
            prop_assert!(grid.due(after) >= at && (after == 0 || grid.due(after - 1) < at));
            prop_assert!(grid.due(before) <= at && grid.due(before + 1) > at);
            prop_assert_eq!(grid.at_or_after(grid.due(before)), before);
            prop_assert_eq!(grid.at_or_before(grid.due(after)), after);
        }
    }
}
