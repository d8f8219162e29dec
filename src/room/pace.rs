//! A room's pace: how many ticks it may catch up on, and at which part of its rate it is stepped.
//!
//! Reads no clock: it is told what each step took.

use std::time::Duration;

use parlor_games::contract::Tick;

/// The most ticks that a room behind its grid catches up on; the backlog is dropped.
const CATCH_UP: u64 = 4;
/// After how many steps the pace is judged.
const WINDOW: u32 = 64;
/// The least part of its rate at which a room is stepped.
const MOST_STRIDE: u64 = 16;

/// The most windows of ease that are waited for before a faster pace is tried again.
const MOST_PATIENCE: u32 = 64;
/// For how many windows a faster pace is on trial.
const TRIAL: u32 = 4;

/// What a room's steps have cost lately.
#[derive(Debug)]
pub(crate) struct Pace {
    stride: u64,
    steps: u32,
    overruns: u32,
    spent: Duration,
    /// Windows without lasting overrun since the last shift.
    calm: u32,
    /// How many of them it takes to try a faster pace: twice as many each time that one failed.
    patience: u32,
    /// Whether the pace was tried, and has not proved itself yet.
    on_trial: bool,
}

/// Which ticks a step is to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    /// The first.
    pub(crate) first: Tick,
    /// How many before it were dropped.
    pub(crate) dropped: u64,
}

/// How the pace has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shift {
    Slower,
    Faster,
}

impl Pace {
    /// Full rate.
    pub(crate) const fn new() -> Self {
        Self { stride: 1, steps: 0, overruns: 0, spent: Duration::ZERO, calm: 0, patience: 1, on_trial: false }
    }

    /// How many ticks of the grid one step goes on.
    pub(crate) const fn stride(&self) -> u64 {
        self.stride
    }

    /// The first tick to run for a room that expected `expected` and is at `last` of its grid.
    pub(crate) const fn plan(&self, expected: Tick, last: Tick) -> Plan {
        let behind = last.saturating_sub(expected) / self.stride;
        let dropped = behind.saturating_sub(CATCH_UP);
        Plan { first: expected + dropped * self.stride, dropped }
    }

    /// A step took so long, of a room whose rate is one in `period`. One that `overran` did not keep up with its own pace.
    pub(crate) fn record(&mut self, cost: Duration, overran: bool, period: Duration) -> Option<Shift> {
        self.steps += 1;
        self.overruns += u32::from(overran);
        self.spent += cost;
        if self.steps < WINDOW {
            return None;
        }
        let mean = self.spent / self.steps;
        let lasting = self.overruns > self.steps / 2;
        (self.steps, self.overruns, self.spent) = (0, 0, Duration::ZERO);
        // Half of what would be due at the faster pace: no going back and forth because of the room itself.
        let easy = mean * 2 < self.budget(period) / 2;
        if lasting { self.slow_down() } else { self.ease(easy) }
    }

    fn slow_down(&mut self) -> Option<Shift> {
        // Nor because of others that keep its thread busy.
        if std::mem::take(&mut self.on_trial) {
            self.patience = (self.patience * 2).min(MOST_PATIENCE);
        }
        self.calm = 0;
        (self.stride < MOST_STRIDE).then(|| {
            self.stride *= 2;
            Shift::Slower
        })
    }

    fn ease(&mut self, easy: bool) -> Option<Shift> {
        self.calm = self.calm.saturating_add(1);
        if self.on_trial && self.calm >= TRIAL {
            self.on_trial = false;
        }
        if self.stride == 1 && self.calm >= MOST_PATIENCE {
            self.patience = 1;
        }
        (self.stride > 1 && easy && self.calm >= self.patience).then(|| {
            self.stride /= 2;
            (self.calm, self.on_trial) = (0, true);
            Shift::Faster
        })
    }

    /// What a step may take.
    pub(crate) fn budget(&self, period: Duration) -> Duration {
        period * u32::try_from(self.stride).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PERIOD: Duration = Duration::from_millis(10);

    fn run(pace: &mut Pace, cost_ms: u64, steps: u32) -> Vec<Shift> {
        let cost = Duration::from_millis(cost_ms);
        (0..steps).filter_map(|_| pace.record(cost, cost > pace.budget(PERIOD), PERIOD)).collect()
    }

    #[test]
    fn four_ticks_are_caught_up_on_and_the_rest_dropped() {
        let pace = Pace::new();
        assert_eq!(pace.plan(10, 10), Plan { first: 10, dropped: 0 });
        assert_eq!(pace.plan(10, 14), Plan { first: 10, dropped: 0 });
        assert_eq!(pace.plan(10, 15), Plan { first: 11, dropped: 1 });
        assert_eq!(pace.plan(10, 1_000), Plan { first: 996, dropped: 986 });
    }

    #[test]
    fn lasting_overrun_slows_down_and_ease_speeds_up() {
        let mut pace = Pace::new();
        assert_eq!(run(&mut pace, 15, WINDOW), [Shift::Slower]);
        assert_eq!(pace.stride(), 2);
        assert_eq!(run(&mut pace, 15, WINDOW * 3), [], "at half the rate it keeps up");
        assert_eq!(run(&mut pace, 1, WINDOW * 3), [Shift::Faster]);
        assert_eq!(pace.stride(), 1);
    }

    #[test]
    fn a_faster_pace_that_fails_is_tried_less_and_less_often() {
        let mut pace = Pace::new();
        let mut calm = Vec::new();
        for _ in 0..10 {
            // Cheap steps of a thread that is too busy: at the full rate the room is always behind.
            while pace.record(Duration::ZERO, true, PERIOD).is_none() {}
            let windows = (1..).find(|_| !run(&mut pace, 0, WINDOW).is_empty());
            calm.push(windows.expect("it is tried again"));
        }
        assert_eq!(calm, [1, 2, 4, 8, 16, 32, 64, 64, 64, 64]);
        run(&mut pace, 0, WINDOW * MOST_PATIENCE);
        assert_eq!(run(&mut pace, 15, WINDOW), [Shift::Slower]);
        assert_eq!(run(&mut pace, 0, WINDOW), [Shift::Faster], "what lasted is forgotten");
    }

    #[test]
    fn a_short_overrun_changes_nothing() {
        let mut pace = Pace::new();
        run(&mut pace, 15, WINDOW / 2);
        assert_eq!(run(&mut pace, 1, WINDOW / 2), []);
    }

    #[test]
    fn the_slowest_pace_is_a_sixteenth() {
        let mut pace = Pace::new();
        assert_eq!(run(&mut pace, 10_000, WINDOW * 10), [Shift::Slower; 4]);
        assert_eq!(pace.stride(), MOST_STRIDE);
    }
}
