//! The board: large pieces of work that a lane shares with lanes which have nothing to do.
//!
//! Starts no threads and waits for no help: whoever posts a job works on it too, until all of it is done.

use std::any::Any;
use std::fmt::{self, Debug, Formatter};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use parking_lot::{Condvar, Mutex};

/// Work in shares that many threads may do at the same time.
pub(crate) trait Job: Send + Sync + 'static {
    /// Does the next share; `false` if each has been begun.
    fn share(&self) -> bool;
}

/// What somebody's panic carried.
pub(crate) type Panic = Box<dyn Any + Send>;

/// The jobs under way, of which there are seldom more than one.
#[derive(Default)]
pub(super) struct Board {
    /// How many there are with shares to begin: what is looked at by lanes that are about to rest.
    open: AtomicUsize,
    jobs: Mutex<Vec<Posted>>,
    /// Rung when the last hand leaves a job.
    left: Condvar,
    numbers: AtomicU64,
}

struct Posted {
    number: u64,
    /// None once each share has been begun.
    job: Option<Arc<dyn Job>>,
    /// How many others are in a share of it.
    hands: usize,
    panic: Option<Panic>,
}

impl Debug for Board {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("Board").field("open", &self.open).finish_non_exhaustive()
    }
}

impl Board {
    /// Whether there is something to help with.
    pub(super) fn is_open(&self) -> bool {
        self.open.load(Ordering::SeqCst) > 0
    }

    /// Does all of the job, with the help of whoever lends a hand meanwhile, and gives it back. `call` is called when it can
    /// be seen. A panic of any share is the outcome.
    pub(super) fn run<J: Job>(&self, job: J, call: impl FnOnce()) -> (J, Result<(), Panic>) {
        let job = Arc::new(job);
        let number = self.post(Arc::clone(&job) as Arc<dyn Job>);
        let own = catch_unwind(AssertUnwindSafe(|| {
            call();
            while job.share() {}
        }));
        let others = self.withdraw(number);
        let job = Arc::into_inner(job).expect("hands let go of a job before they leave it");
        (job, others.map_or(own, Err))
    }

    /// Does one share of some job; `false` if there was none to do.
    pub(super) fn lend_a_hand(&self) -> bool {
        if !self.is_open() {
            return false;
        }
        let Some((number, job)) = self.take_up() else { return false };
        let shared = catch_unwind(AssertUnwindSafe(|| job.share()));
        drop(job);
        let more = matches!(shared, Ok(true));
        let mut jobs = self.jobs.lock();
        if let Some(posted) = jobs.iter_mut().find(|posted| posted.number == number) {
            posted.hands -= 1;
            if let Err(panic) = shared {
                posted.panic.get_or_insert(panic);
            }
            if !more {
                self.close(posted);
            }
            if posted.hands == 0 {
                self.left.notify_all();
            }
        }
        more
    }

    fn post(&self, job: Arc<dyn Job>) -> u64 {
        let number = self.numbers.fetch_add(1, Ordering::Relaxed);
        self.jobs.lock().push(Posted { number, job: Some(job), hands: 0, panic: None });
        self.open.fetch_add(1, Ordering::SeqCst);
        number
    }

    fn take_up(&self) -> Option<(u64, Arc<dyn Job>)> {
        let mut jobs = self.jobs.lock();
        let (posted, job) = jobs.iter_mut().find_map(|posted| {
            let job = Arc::clone(posted.job.as_ref()?);
            Some((posted, job))
        })?;
        posted.hands += 1;
        Some((posted.number, job))
    }

    /// Lets nobody else begin, waits for those who have, and forgets the job.
    fn withdraw(&self, number: u64) -> Option<Panic> {
        let mut jobs = self.jobs.lock();
        loop {
            let place = jobs.iter().position(|posted| posted.number == number)?;
            self.close(&mut jobs[place]);
            if jobs[place].hands == 0 {
                return jobs.swap_remove(place).panic;
            }
            self.left.wait(&mut jobs);
        }
    }

    fn close(&self, posted: &mut Posted) {
        if posted.job.take().is_some() {
            self.open.fetch_sub(1, Ordering::SeqCst);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;

    use super::*;

    /// So many shares, each of which is counted; one of them may panic.
    struct Shares {
        next: AtomicUsize,
        done: AtomicUsize,
        breaks: Option<usize>,
    }

    const ALL: usize = 10_000;

    impl Shares {
        fn new(breaks: Option<usize>) -> Self {
            Self { next: AtomicUsize::new(0), done: AtomicUsize::new(0), breaks }
        }
    }

    impl Job for Shares {
        fn share(&self) -> bool {
            let nth = self.next.fetch_add(1, Ordering::Relaxed);
            assert!(self.breaks != Some(nth), "told to");
            self.done.fetch_add(usize::from(nth < ALL), Ordering::Relaxed);
            nth + 1 < ALL
        }
    }

    #[test]
    fn a_job_is_done_without_help() {
        let board = Board::default();
        let (job, outcome) = board.run(Shares::new(None), || {});
        assert!(outcome.is_ok() && !board.is_open());
        assert_eq!(job.done.into_inner(), ALL);
        assert!(!board.lend_a_hand());
    }

    #[test]
    fn each_share_is_done_once_by_whoever_comes_and_two_jobs_do_not_wait_for_each_other() {
        let board = Board::default();
        let begun = Barrier::new(4);
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    for _ in 0..20 {
                        let (job, outcome) = board.run(Shares::new(None), || {});
                        assert!(outcome.is_ok());
                        assert_eq!(job.done.into_inner(), ALL);
                    }
                    begun.wait();
                });
                scope.spawn(|| {
                    for _ in 0..ALL {
                        board.lend_a_hand();
                    }
                    begun.wait();
                });
            }
        });
        assert!(board.jobs.lock().is_empty());
    }

    #[test]
    fn a_panic_of_any_hand_is_the_posters() {
        let board = Board::default();
        let (job, outcome) = board.run(Shares::new(Some(3)), || {});
        assert!(outcome.is_err());
        assert_eq!(job.done.into_inner(), 3);
        // The helper meets the share that breaks: it is the first.
        let (_, outcome) = board.run(Shares::new(Some(0)), || {
            assert!(!board.lend_a_hand());
        });
        assert!(outcome.is_err());
        assert!(!board.is_open() && board.jobs.lock().is_empty());
    }
}
