//! The scheduler: threads that step rooms at absolute deadlines, and a timetable for each.
//!
//! Knows nothing of games or seats. A room that sleeps is in no timetable and costs no thread anything.

use std::collections::{BTreeSet, HashMap};
use std::fmt::{self, Debug, Formatter};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};

use super::Clock;
use super::grid::Grid;

/// Something that is stepped.
pub(crate) trait Step: Send + Sync {
    /// Where it was placed.
    fn spot(&self) -> Spot;

    /// Steps it; `now` is when this was called.
    fn step(&self, now: Instant) -> Next;
}

/// What a step asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// The next step at this moment, unless it is woken before.
    At(Instant),
    /// The next step when it is woken.
    Asleep,
    /// No step ever.
    Gone,
}

/// Which thread steps a room, and under which number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Spot {
    pub(crate) lane: usize,
    id: u64,
}

/// A room's spot and its grid, whose phase differs from those of the lane's other rooms.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub(crate) spot: Spot,
    pub(crate) grid: Grid,
}

/// All lanes.
#[derive(Debug)]
pub(crate) struct Scheduler {
    lanes: Box<[Arc<Lane>]>,
    clock: Arc<dyn Clock>,
    epoch: Instant,
    ids: AtomicU64,
}

/// One thread and its timetable.
pub(crate) struct Lane {
    timetable: Mutex<Timetable>,
    bell: Condvar,
    clock: Arc<dyn Clock>,
}

#[derive(Default)]
struct Timetable {
    rooms: HashMap<u64, Line>,
    due: BTreeSet<(Instant, u64)>,
    /// How many rooms of each rate were ever placed here: the next one's phase.
    placed: HashMap<u16, u32>,
    stopping: bool,
}

struct Line {
    room: Arc<dyn Step>,
    due: Option<Instant>,
}

impl Debug for Lane {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lane").field("rooms", &self.timetable.lock().rooms.len()).finish_non_exhaustive()
    }
}

impl Scheduler {
    /// So many lanes (at least one), each to be run by a thread.
    pub(crate) fn new(lanes: usize, clock: Arc<dyn Clock>) -> Self {
        let lane = || Arc::new(Lane { timetable: Mutex::default(), bell: Condvar::new(), clock: Arc::clone(&clock) });
        let epoch = clock.now();
        Self { lanes: (0..lanes.max(1)).map(|_| lane()).collect(), clock, epoch, ids: AtomicU64::new(0) }
    }

    /// Its lanes.
    pub(crate) fn lanes(&self) -> &[Arc<Lane>] {
        &self.lanes
    }

    /// A place for a room of this rate, on the lane with the fewest rooms.
    pub(crate) fn place(&self, hz: u16) -> Place {
        let fewest = self.lanes.iter().enumerate().min_by_key(|(_, lane)| lane.timetable.lock().rooms.len());
        let lane = fewest.map_or(0, |(lane, _)| lane);
        let nth = {
            let mut timetable = self.lanes[lane].timetable.lock();
            let placed = timetable.placed.entry(hz).or_default();
            let nth = *placed;
            *placed = placed.wrapping_add(1);
            nth
        };
        let spot = Spot { lane, id: self.ids.fetch_add(1, Ordering::Relaxed) };
        Place { spot, grid: Grid::new(self.origin(hz, nth), hz) }
    }

    /// The room is stepped when it is woken.
    pub(crate) fn enter(&self, room: Arc<dyn Step>) {
        let spot = room.spot();
        self.lanes[spot.lane].timetable.lock().rooms.insert(spot.id, Line { room, due: None });
    }

    /// Steps the room at `at`, or before.
    pub(crate) fn wake(&self, spot: Spot, at: Instant) {
        self.lanes[spot.lane].wake(spot.id, at);
    }

    /// The room is stepped no more.
    pub(crate) fn leave(&self, spot: Spot) {
        self.lanes[spot.lane].timetable.lock().remove(spot.id);
    }

    /// The last moment of the `nth` phase of this rate's period. Multiples of the golden ratio are spread evenly over a
    /// period however many there are.
    fn origin(&self, hz: u16, nth: u32) -> Instant {
        const GOLDEN: f64 = 0.618_033_988_749_894_8;
        let period = 1.0 / f64::from(hz.max(1));
        let now = self.clock.now();
        let phase = (f64::from(nth) * GOLDEN).fract() * period;
        let since = (now.saturating_duration_since(self.epoch).as_secs_f64() - phase).rem_euclid(period);
        now.checked_sub(Duration::from_secs_f64(since)).unwrap_or(now)
    }
}

impl Lane {
    /// Steps rooms as they fall due, until stopped.
    pub(crate) fn run(&self) {
        let mut timetable = self.timetable.lock();
        while !timetable.stopping {
            let now = self.clock.now();
            match timetable.due.first().copied() {
                None => self.bell.wait(&mut timetable),
                Some((due, _)) if due > now => drop(self.bell.wait_until(&mut timetable, due)),
                Some((_, id)) => {
                    if let Some(room) = timetable.take(id) {
                        parking_lot::MutexGuard::unlocked(&mut timetable, || self.step(id, &room, now));
                    }
                }
            }
        }
    }

    /// Steps each room that is due at this moment, once for each time it is.
    pub(crate) fn run_due(&self) {
        let now = self.clock.now();
        loop {
            let mut timetable = self.timetable.lock();
            let Some((_, id)) = timetable.due.first().copied().filter(|&(due, _)| due <= now) else { return };
            let room = timetable.take(id);
            drop(timetable);
            if let Some(room) = room {
                self.step(id, &room, now);
            }
        }
    }

    /// When the next room is due.
    pub(crate) fn next_due(&self) -> Option<Instant> {
        self.timetable.lock().due.first().map(|&(due, _)| due)
    }

    /// Ends [`Self::run`].
    pub(crate) fn stop(&self) {
        self.timetable.lock().stopping = true;
        self.bell.notify_all();
    }

    fn step(&self, id: u64, room: &Arc<dyn Step>, now: Instant) {
        // A room minds its own game's panics. Whatever else breaks must not stop the thread's other rooms.
        let next = catch_unwind(AssertUnwindSafe(|| room.step(now))).unwrap_or_else(|_| {
            tracing::error!(room = id, "a room could not be closed properly");
            Next::Gone
        });
        let mut timetable = self.timetable.lock();
        match next {
            Next::At(at) => timetable.at(id, at),
            Next::Asleep => {}
            Next::Gone => timetable.remove(id),
        }
    }

    fn wake(&self, id: u64, at: Instant) {
        let mut timetable = self.timetable.lock();
        timetable.at(id, at);
        let first = timetable.due.first().is_some_and(|&(_, first)| first == id);
        drop(timetable);
        if first {
            self.bell.notify_one();
        }
    }
}

impl Timetable {
    /// The room is to be stepped at `at`, unless it is due before.
    fn at(&mut self, id: u64, at: Instant) {
        let Some(line) = self.rooms.get_mut(&id) else { return };
        if line.due.is_some_and(|due| due <= at) {
            return;
        }
        if let Some(due) = line.due.replace(at) {
            self.due.remove(&(due, id));
        }
        self.due.insert((at, id));
    }

    /// The room, to be stepped at once.
    fn take(&mut self, id: u64) -> Option<Arc<dyn Step>> {
        let line = self.rooms.get_mut(&id)?;
        if let Some(due) = line.due.take() {
            self.due.remove(&(due, id));
        }
        Some(Arc::clone(&line.room))
    }

    fn remove(&mut self, id: u64) {
        if let Some(due) = self.rooms.remove(&id).and_then(|line| line.due) {
            self.due.remove(&(due, id));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::ManualClock;
    use super::*;

    /// A room that writes down when it is stepped, and asks for what it is told.
    struct Sleeper {
        place: Place,
        stepped: Mutex<Vec<Instant>>,
        next: Mutex<Next>,
    }

    impl Step for Sleeper {
        fn spot(&self) -> Spot {
            self.place.spot
        }

        fn step(&self, now: Instant) -> Next {
            self.stepped.lock().push(now);
            *self.next.lock()
        }
    }

    fn enter(scheduler: &Scheduler, next: Next) -> Arc<Sleeper> {
        let room = Sleeper { place: scheduler.place(10), stepped: Mutex::default(), next: Mutex::new(next) };
        let room = Arc::new(room);
        let step: Arc<dyn Step> = Arc::<Sleeper>::clone(&room);
        scheduler.enter(step);
        room
    }

    fn run_due(scheduler: &Scheduler) {
        scheduler.lanes().iter().for_each(|lane| lane.run_due());
    }

    fn table() -> (ManualClock, Scheduler) {
        let clock = ManualClock::start();
        (clock.clone(), Scheduler::new(2, Arc::new(clock)))
    }

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_room_is_stepped_when_woken_and_not_before() {
        let (clock, scheduler) = table();
        let room = enter(&scheduler, Next::Asleep);
        let due = clock.now() + SECOND;
        scheduler.wake(room.spot(), due);
        run_due(&scheduler);
        assert_eq!(*room.stepped.lock(), []);
        clock.advance_to(due);
        run_due(&scheduler);
        run_due(&scheduler);
        assert_eq!(*room.stepped.lock(), [due]);
    }

    #[test]
    fn the_earlier_of_two_times_counts_and_only_once() {
        let (clock, scheduler) = table();
        let room = enter(&scheduler, Next::Asleep);
        let (early, late) = (clock.now() + SECOND, clock.now() + SECOND * 2);
        for due in [late, early, late] {
            scheduler.wake(room.spot(), due);
        }
        clock.advance_to(late);
        run_due(&scheduler);
        assert_eq!(room.stepped.lock().len(), 1);
        assert_eq!(scheduler.lanes().iter().find_map(|lane| lane.next_due()), None);
    }

    #[test]
    fn what_a_step_asks_for_does_not_put_off_a_wake_during_it() {
        let (clock, scheduler) = table();
        let (early, late) = (clock.now() + SECOND, clock.now() + SECOND * 2);
        let room = enter(&scheduler, Next::At(late));
        let lane = &scheduler.lanes()[room.spot().lane];
        // The room is out of the timetable, in its step, when the wake comes.
        lane.timetable.lock().take(room.spot().id).expect("it was entered");
        scheduler.wake(room.spot(), early);
        let step: Arc<dyn Step> = Arc::<Sleeper>::clone(&room);
        lane.step(room.spot().id, &step, clock.now());
        assert_eq!(lane.next_due(), Some(early));
    }

    #[test]
    fn who_is_gone_is_in_no_timetable() {
        let (clock, scheduler) = table();
        let (gone, left) = (enter(&scheduler, Next::Gone), enter(&scheduler, Next::Asleep));
        for room in [&gone, &left] {
            scheduler.wake(room.spot(), clock.now());
        }
        scheduler.leave(left.spot());
        run_due(&scheduler);
        assert_eq!((gone.stepped.lock().len(), left.stepped.lock().len()), (1, 0));
        scheduler.wake(gone.spot(), clock.now());
        run_due(&scheduler);
        assert_eq!(gone.stepped.lock().len(), 1);
        assert!(scheduler.lanes().iter().all(|lane| lane.timetable.lock().rooms.is_empty()));
    }

    #[test]
    fn rooms_are_shared_out_among_the_lanes() {
        let (_, scheduler) = table();
        let rooms: Vec<_> = (0..10).map(|_| enter(&scheduler, Next::Asleep)).collect();
        let on_first = rooms.iter().filter(|room| room.spot().lane == 0).count();
        assert_eq!(on_first, 5);
    }

    #[test]
    fn a_rooms_time_begins_less_than_a_period_before_it() {
        let (clock, scheduler) = table();
        for _ in 0..100 {
            let grid = scheduler.place(10).grid;
            let age = clock.now() - grid.origin();
            assert!(age < SECOND / 10, "{age:?}");
            clock.advance(Duration::from_millis(37));
        }
    }

    #[test]
    fn a_thread_outlives_a_room_that_breaks() {
        struct Broken(Spot);
        impl Step for Broken {
            fn spot(&self) -> Spot {
                self.0
            }
            fn step(&self, _: Instant) -> Next {
                panic!("told to")
            }
        }
        let (clock, scheduler) = table();
        let spot = scheduler.place(10).spot;
        scheduler.enter(Arc::new(Broken(spot)));
        scheduler.wake(spot, clock.now());
        run_due(&scheduler);
        assert!(scheduler.lanes()[spot.lane].timetable.lock().rooms.is_empty());
    }
}
