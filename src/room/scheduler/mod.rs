//! The scheduler: lanes - each a thread and a timetable - that step rooms at absolute deadlines, and share the load.
//!
//! Knows nothing of games or seats. A room that sleeps is in no queue and costs no thread anything.

mod balance;
mod berth;
mod board;
mod lane;
mod load;
mod phases;
mod queue;
#[cfg(test)]
mod tests;
mod thread;
mod timetable;

use std::fmt::{self, Debug, Formatter};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use parking_lot::MutexGuard;

use self::berth::Place;
use self::board::{Board, Panic};
use self::lane::{Lane, NEVER, Now, Turn};
use self::load::Load;
use self::phases::{Phase, Phases};
use self::timetable::{Done, Due, Task, Timetable};
use super::Clock;
use super::grid::Grid;
use super::stats::Stats;

pub(crate) use self::berth::Berth;
pub(crate) use self::board::Job;

/// Something that is stepped.
pub(crate) trait Step: Send + Sync {
    /// Where it is.
    fn berth(&self) -> &Berth;

    /// Steps it; `now` is when this was called, and `lane` the number of the lane whose thread does it.
    fn step(&self, now: Instant, lane: usize) -> Next;
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

/// A room's berth and its grid, whose phase it shares with few of the lane's other rooms.
#[derive(Debug)]
pub(crate) struct Placing {
    pub(crate) berth: Berth,
    pub(crate) grid: Grid,
}

/// All lanes.
pub(crate) struct Scheduler {
    lanes: Box<[Lane]>,
    clock: Arc<dyn Clock>,
    epoch: Instant,
    berths: AtomicU64,
    phases: Arc<Phases>,
    board: Board,
    stats: Arc<Stats>,
}

impl Debug for Scheduler {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scheduler").field("rooms", &self.rooms().collect::<Vec<_>>()).finish_non_exhaustive()
    }
}

impl Scheduler {
    /// So many lanes (at least one), each to be run by a thread, that count into `stats`.
    pub(crate) fn new(lanes: usize, clock: Arc<dyn Clock>, stats: Arc<Stats>) -> Self {
        let epoch = clock.now();
        let lanes = (0..lanes.max(1)).map(|_| Lane::new()).collect();
        Self { lanes, clock, epoch, berths: AtomicU64::new(0), phases: Arc::default(), board: Board::default(), stats }
    }

    /// How many lanes there are.
    pub(crate) const fn lanes(&self) -> usize {
        self.lanes.len()
    }

    /// How many rooms each lane has.
    pub(crate) fn rooms(&self) -> impl Iterator<Item = usize> {
        self.lanes.iter().map(|lane| lane.timetable.lock().rooms())
    }

    /// A place for a room of this rate, on the lane with the least to do.
    pub(crate) fn place(&self, hz: u16) -> Placing {
        let window = self.now().window();
        let loads = self.lanes.iter().map(|lane| {
            let timetable = lane.timetable.lock();
            (timetable.load(window), timetable.rooms())
        });
        let lane = (0_u32..).zip(loads).min_by_key(|&(_, load)| load).map_or(0, |(lane, _)| lane);
        let phase = self.phases.take(lane, hz);
        let grid = Grid::new(self.origin(hz, &phase), hz);
        Placing { berth: Berth::new(self.berths.fetch_add(1, Ordering::Relaxed), lane, phase), grid }
    }

    /// The room is stepped when it is woken.
    pub(crate) fn enter(&self, room: Arc<dyn Step>) {
        let window = self.now().window();
        let load = Load::assumed(window, self.usual_load(window));
        let lane = room.berth().place().lane;
        let berth = Arc::clone(&room);
        let mut timetable = self.lanes[lane as usize].timetable.lock();
        let line = timetable.enter(room.berth().number(), room, window, load);
        berth.berth().set(Place { lane, line });
    }

    /// Steps the room at `at`, or before.
    pub(crate) fn wake(&self, berth: &Berth, at: Instant) {
        let at = self.nanos(at);
        let Some((lane, mut timetable, line)) = self.find(berth) else { return };
        timetable.wake(line, at);
        lane.publish(timetable);
    }

    /// The room is stepped no more.
    pub(crate) fn leave(&self, berth: &Berth) {
        let window = self.now().window();
        let Some((lane, mut timetable, line)) = self.find(berth) else { return };
        let room = timetable.leave(line, window);
        lane.publish(timetable);
        drop(room);
    }

    /// Steps the lane's rooms as they fall due, until stopped; helps other lanes when it has nothing to do. `nice` is the
    /// priority that the calling thread is given, if it may have it.
    pub(crate) fn run(&self, number: usize, nice: i8) {
        let Some(lane) = self.lanes.get(number) else { return };
        // A lane is run by one thread.
        let Some(mut weighed) = lane.driver.try_lock() else { return };
        thread::prepare(nice);
        let (mut done, mut now) = (None, self.now());
        loop {
            self.weigh(number, &mut weighed, now);
            match lane.turn(done.take(), now, now.nanos) {
                Turn::Step { task, more } => {
                    if more && task.due.saturating_add(LATE) < now.nanos {
                        self.call(1);
                    }
                    let (stepped, after) = self.step(task, now, number);
                    (done, now) = (Some(stepped), after);
                }
                Turn::Rest => {
                    if !self.help(number, now) {
                        lane.rest(|nanos| self.instant(nanos), || self.board.is_open());
                    }
                    now = self.now();
                }
                Turn::Stop => return,
            }
        }
    }

    /// Steps each of the lane's rooms that is due at this moment, once for each time it is. Nothing, while a thread runs it.
    pub(crate) fn run_due(&self, number: usize) {
        let Some(lane) = self.lanes.get(number) else { return };
        let Some(mut weighed) = lane.driver.try_lock() else { return };
        let moment = self.now();
        let (mut done, mut now) = (None, moment);
        self.weigh(number, &mut weighed, now);
        while let Turn::Step { task, .. } = lane.turn(done.take(), now, moment.nanos) {
            let (stepped, after) = self.step(task, Now { at: moment.at, nanos: now.nanos }, number);
            (done, now) = (Some(stepped), after);
        }
    }

    /// When the next room is due.
    pub(crate) fn next_due(&self) -> Option<Instant> {
        let first = self.lanes.iter().filter_map(|lane| lane.timetable.lock().first()).min();
        first.and_then(|nanos| self.instant(nanos))
    }

    /// Ends [`Self::run`] of all lanes.
    pub(crate) fn stop(&self) {
        self.lanes.iter().for_each(Lane::stop);
    }

    /// Lets go of all rooms: of a scheduler whose threads have stopped.
    pub(crate) fn clear(&self) {
        for lane in &self.lanes {
            let cleared = lane.timetable.lock().clear();
            drop(cleared);
        }
    }

    /// Does all of a job, together with lanes that have nothing else to do, at most so many, and gives it back. A panic of
    /// any share is the outcome.
    pub(crate) fn share<J: Job>(&self, job: J, most: usize) -> (J, Result<(), Panic>) {
        self.board.run(job, || self.call(most))
    }

    fn now(&self) -> Now {
        let at = self.clock.now();
        Now { at, nanos: self.nanos(at) }
    }

    fn nanos(&self, at: Instant) -> u64 {
        u64::try_from(at.saturating_duration_since(self.epoch).as_nanos()).unwrap_or(NEVER)
    }

    fn instant(&self, nanos: u64) -> Option<Instant> {
        self.epoch.checked_add(Duration::from_nanos(nanos))
    }

    /// Where the room of this berth is, its timetable locked; `None` if it has left.
    fn find(&self, berth: &Berth) -> Option<(&Lane, MutexGuard<'_, Timetable>, u32)> {
        loop {
            let place = berth.place();
            let lane = self.lanes.get(place.lane as usize)?;
            let timetable = lane.timetable.lock();
            if timetable.has(place.line, berth.number()) {
                return Some((lane, timetable, place.line));
            }
            // It moves under the locks of both timetables: whoever finds it gone from one finds it in the other.
            if berth.place() == place {
                return None;
            }
        }
    }

    /// Steps a room on the thread of this lane. A room minds its own game's panics; whatever else breaks must not stop the
    /// thread's other rooms.
    fn step(&self, task: Task, now: Now, lane: usize) -> (Done, Now) {
        let Task { line, room, .. } = task;
        let next = catch_unwind(AssertUnwindSafe(|| room.step(now.at, lane))).unwrap_or_else(|_| {
            tracing::error!(room = room.berth().number(), "a room could not be closed properly");
            Next::Gone
        });
        let next = match next {
            Next::At(at) => Due::At(self.nanos(at)),
            Next::Asleep => Due::WhenWoken,
            Next::Gone => Due::Never,
        };
        let after = self.now();
        (Done { line, room, next, spent: after.nanos.saturating_sub(now.nanos) }, after)
    }

    /// Does something of what other lanes do not get to. `false`: there is nothing.
    fn help(&self, number: usize, now: Now) -> bool {
        // Rooms first: one that hands out to thousands keeps the others of its lane waiting.
        if self.step_overdue(number, now) {
            return true;
        }
        let open = self.board.is_open();
        if open {
            self.board.lend_a_hand();
        }
        open
    }

    /// Steps a room that another lane is late with. `false`: there is none.
    fn step_overdue(&self, number: usize, now: Now) -> bool {
        let overdue = now.nanos.saturating_sub(LATE);
        let (before, after) = self.lanes.split_at(number);
        for lane in after.iter().skip(1).chain(before) {
            if lane.first.load(Ordering::Relaxed) > overdue {
                continue;
            }
            // Whoever holds it may have been put aside by the system: nobody waits for that.
            let Some(mut timetable) = lane.timetable.try_lock() else { continue };
            let Some(task) = timetable.due(overdue) else { continue };
            lane.publish(timetable);
            let (done, after) = self.step(task, now, number);
            self.stats.lane(number).helped();
            let mut timetable = lane.timetable.lock();
            let gone = timetable.done(done, after.window());
            lane.publish(timetable);
            drop(gone);
            return true;
        }
        false
    }

    /// Rings so many lanes that rest.
    fn call(&self, most: usize) {
        let called = self.lanes.iter().filter(|lane| lane.call()).take(most);
        called.for_each(drop);
    }

    /// The last moment at which ticks of this phase and rate fell due.
    fn origin(&self, hz: u16, phase: &Phase) -> Instant {
        let period = 1.0 / f64::from(hz.max(1));
        let now = self.clock.now();
        let since = now.saturating_duration_since(self.epoch).as_secs_f64() - phase.part() * period;
        now.checked_sub(Duration::from_secs_f64(since.rem_euclid(period))).unwrap_or(now)
    }
}

/// By how much a lane's first room must be overdue before other lanes step it, in nanoseconds: longer than most steps.
const LATE: u64 = 100_000;
