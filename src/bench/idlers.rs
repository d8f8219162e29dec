//! Idlers: rooms that are stepped and do nothing, so that only scheduling them costs anything.
//!
//! Has no games and no seats: `hall` has.

use std::fmt::{self, Debug, Formatter};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::room::{Berth, Clock, ManualClock, Next, Scheduler, Stats, Step};

/// Many rooms of one rate, each stepped at every tick of its own grid, on one thread and a clock that is moved by hand.
pub struct Idlers {
    clock: ManualClock,
    scheduler: Scheduler,
    period: Duration,
    steps: Arc<AtomicU64>,
}

/// A room that asks for nothing but its next step.
struct Idler {
    berth: Berth,
    period: Duration,
    /// Nanoseconds from `origin` to its next tick.
    due: AtomicU64,
    origin: Instant,
    steps: Arc<AtomicU64>,
}

impl Step for Idler {
    fn berth(&self) -> &Berth {
        &self.berth
    }

    fn step(&self, _: Instant, _: usize) -> Next {
        self.steps.fetch_add(1, Ordering::Relaxed);
        let period = u64::try_from(self.period.as_nanos()).unwrap_or(u64::MAX);
        let due = self.due.load(Ordering::Relaxed) + period;
        self.due.store(due, Ordering::Relaxed);
        Next::At(self.origin + Duration::from_nanos(due))
    }
}

impl Debug for Idlers {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("Idlers").field("period", &self.period).field("steps", &self.steps).finish_non_exhaustive()
    }
}

impl Idlers {
    /// So many rooms at this rate.
    #[must_use]
    pub fn new(rooms: usize, hz: u16) -> Self {
        let clock = ManualClock::start();
        let scheduler = Scheduler::new(1, Arc::new(clock.clone()), Arc::new(Stats::new(1)));
        let steps = Arc::new(AtomicU64::new(0));
        let period = Duration::from_secs(1) / u32::from(hz.max(1));
        for _ in 0..rooms {
            let placing = scheduler.place(hz);
            let origin = placing.grid.origin();
            let room =
                Idler { berth: placing.berth, period, due: AtomicU64::new(0), origin, steps: Arc::clone(&steps) };
            let room = Arc::new(room);
            scheduler.enter(Arc::<Idler>::clone(&room));
            scheduler.wake(&room.berth, clock.now());
        }
        Self { clock, scheduler, period, steps }
    }

    /// Lets one period pass, and steps every room once. How many steps there were.
    pub fn tick(&self) -> u64 {
        let before = self.steps.load(Ordering::Relaxed);
        self.clock.advance(self.period);
        self.scheduler.run_due(0);
        self.steps.load(Ordering::Relaxed) - before
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_stepped_once_in_a_period() {
        let idlers = Idlers::new(100, 60);
        // The first one has them all begin.
        idlers.tick();
        for _ in 0..20 {
            assert_eq!(idlers.tick(), 100);
        }
    }
}
