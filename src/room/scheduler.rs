//! The scheduler: threads that step rooms at absolute deadlines, and a timetable for each.
//!
//! Knows nothing of games or seats. A room that sleeps is in no timetable and costs no thread anything.

use std::collections::{BTreeSet, HashMap};
use std::fmt::{self, Debug, Formatter};
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
    lane: usize,
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
        let next = room.step(now);
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
