//! A lane: a timetable, and the bell that wakes the thread which steps its rooms.
//!
//! Steps nothing itself and knows of no other lane.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;

use parking_lot::{Condvar, Mutex, MutexGuard};

use super::load::WINDOW;
use super::timetable::{Done, Task, Timetable};

/// One thread and its timetable. Aligned to two cache lines, as processors fetch them in pairs.
#[repr(align(128))]
pub(super) struct Lane {
    /// Held only for a few instructions, and while no room is stepped.
    pub(super) timetable: Mutex<Timetable>,
    bell: Condvar,
    /// When the first of its rooms is due: what other lanes look at.
    pub(super) first: AtomicU64,
    asleep: AtomicBool,
    /// Held by who runs the lane, with the window in which its load was last weighed against the others'.
    pub(super) driver: Mutex<u64>,
}

/// This moment, twice.
#[derive(Clone, Copy)]
pub(super) struct Now {
    pub(super) at: Instant,
    pub(super) nanos: u64,
}

/// What a lane is to do.
pub(super) enum Turn {
    /// Step this room; whether more are due.
    Step {
        task: Task,
        more: bool,
    },
    /// Nothing is due.
    Rest,
    Stop,
}

/// The moment of what is never due.
pub(super) const NEVER: u64 = u64::MAX;

impl Now {
    /// The window that it falls into.
    pub(super) const fn window(self) -> u64 {
        self.nanos / WINDOW
    }
}

impl Lane {
    pub(super) fn new() -> Self {
        Self {
            timetable: Mutex::default(),
            bell: Condvar::new(),
            first: AtomicU64::new(NEVER),
            asleep: AtomicBool::new(false),
            driver: Mutex::new(0),
        }
    }

    /// Takes back the room that was stepped, and looks for the next one that is due at `due`: under one lock.
    pub(super) fn turn(&self, done: Option<Done>, now: Now, due: u64) -> Turn {
        let mut timetable = self.timetable.lock();
        let gone = done.and_then(|done| timetable.done(done, now.window()));
        let turn = if timetable.stopping {
            Turn::Stop
        } else {
            match timetable.due(due) {
                Some(task) => Turn::Step { task, more: timetable.first().is_some_and(|first| first <= due) },
                None => Turn::Rest,
            }
        };
        self.first.store(timetable.first().unwrap_or(NEVER), Ordering::Relaxed);
        drop(timetable);
        drop(gone);
        turn
    }

    /// Waits until the first room is due, whose moment `instant` knows, or until the bell rings; not at all while `busy`.
    pub(super) fn rest(&self, instant: impl FnOnce(u64) -> Option<Instant>, busy: impl FnOnce() -> bool) {
        let mut timetable = self.timetable.lock();
        if timetable.stopping {
            return;
        }
        // Whoever makes the lane busy and finds it awake is seen here; whoever finds it asleep rings.
        self.asleep.store(true, Ordering::SeqCst);
        if !busy() {
            match timetable.first().and_then(instant) {
                Some(due) => drop(self.bell.wait_until(&mut timetable, due)),
                None => self.bell.wait(&mut timetable),
            }
        }
        self.asleep.store(false, Ordering::SeqCst);
    }

    /// Rings, if the lane rests. Whether it does.
    pub(super) fn call(&self) -> bool {
        let asleep = self.asleep.load(Ordering::SeqCst);
        if asleep {
            // Locked, it waits or has not looked for something to do yet: it misses no bell.
            drop(self.timetable.lock());
            self.bell.notify_one();
        }
        asleep
    }

    /// Lets nobody step its rooms any more.
    pub(super) fn stop(&self) {
        self.timetable.lock().stopping = true;
        self.bell.notify_all();
    }

    /// Unlocks a timetable that was changed by another thread than the lane's, which is woken if it would rest too long.
    pub(super) fn publish(&self, timetable: MutexGuard<'_, Timetable>) {
        let first = timetable.first().unwrap_or(NEVER);
        let before = self.first.swap(first, Ordering::Relaxed);
        drop(timetable);
        if first < before {
            self.bell.notify_one();
        }
    }
}
