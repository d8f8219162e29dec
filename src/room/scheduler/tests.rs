//! Rooms that are only stepped: by hand with a clock of their own, and by threads.

use std::collections::BTreeSet;
use std::sync::atomic::AtomicUsize;

use parking_lot::{Condvar, Mutex};

use super::super::{ManualClock, SystemClock};
use super::load::WINDOW;
use super::*;

/// A room that writes down when it is stepped, takes its time, and asks for what it is told.
struct Sleeper {
    placing: Placing,
    clock: ManualClock,
    stepped: Mutex<Vec<Instant>>,
    plan: Mutex<Plan>,
}

/// What a sleeper does at each step.
#[derive(Clone, Copy)]
enum Plan {
    Ask(Next),
    /// Takes so long, and asks for the next step a period after this one was due.
    Run {
        period: Duration,
        cost: Duration,
        due: Instant,
    },
}

impl Step for Sleeper {
    fn berth(&self) -> &Berth {
        &self.placing.berth
    }

    fn step(&self, now: Instant, _: usize) -> Next {
        self.stepped.lock().push(now);
        match &mut *self.plan.lock() {
            Plan::Ask(next) => *next,
            Plan::Run { period, cost, due } => {
                self.clock.advance(*cost);
                *due += *period;
                Next::At(*due)
            }
        }
    }
}

impl Sleeper {
    fn lane(&self) -> u32 {
        self.berth().place().lane
    }
}

/// A scheduler, and the time it lives in.
struct Table {
    clock: ManualClock,
    scheduler: Scheduler,
}

impl Table {
    fn new(lanes: usize) -> Self {
        let clock = ManualClock::start();
        let scheduler = Scheduler::new(lanes, Arc::new(clock.clone()), Arc::new(Stats::new(lanes)));
        Self { clock, scheduler }
    }

    fn enter(&self, next: Next) -> Arc<Sleeper> {
        self.enter_with(Plan::Ask(next))
    }

    fn enter_with(&self, plan: Plan) -> Arc<Sleeper> {
        let placing = self.scheduler.place(10);
        let (stepped, plan) = (Mutex::default(), Mutex::new(plan));
        let room = Arc::new(Sleeper { placing, clock: self.clock.clone(), stepped, plan });
        self.scheduler.enter(Arc::<Sleeper>::clone(&room));
        room
    }

    /// A room that is stepped ten times a second, and takes so much of its thread's time.
    fn runner(&self, percent: u32) -> Arc<Sleeper> {
        let period = Duration::from_millis(100);
        let due = self.clock.now() + period;
        let room = self.enter_with(Plan::Run { period, cost: period * percent / 100, due });
        self.scheduler.wake(room.berth(), due);
        room
    }

    fn run_due(&self) {
        (0..self.scheduler.lanes()).for_each(|lane| self.scheduler.run_due(lane));
    }

    fn run(&self, time: Duration) {
        let end = self.clock.now() + time;
        while let Some(due) = self.scheduler.next_due().filter(|&due| due <= end) {
            self.clock.advance_to(due);
            self.run_due();
        }
        self.clock.advance_to(end);
    }

    fn loads(&self) -> Vec<u64> {
        let window = self.scheduler.now().window();
        self.scheduler.lanes.iter().map(|lane| lane.timetable.lock().load(window) * 100 / WINDOW).collect()
    }

    fn moved(&self) -> u64 {
        self.scheduler.stats.counts().moved
    }

    fn rooms(&self) -> usize {
        self.scheduler.rooms().sum()
    }

    /// Moves whatever can be moved.
    fn shove(&self, giver: usize, taker: usize) -> usize {
        let window = self.scheduler.now().window();
        self.scheduler.hand_over(giver, taker, window, all)
    }
}

fn all(from: &Timetable, _: &Timetable, _: u64) -> Vec<u32> {
    (0..u32::try_from(from.rooms()).expect("there are few")).collect()
}

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn rooms_that_share_a_slot_are_due_at_one_moment_whenever_they_were_placed() {
    let clock = Arc::new(ManualClock::start());
    let scheduler = Scheduler::new(1, Arc::clone(&clock) as Arc<dyn Clock>, Arc::new(Stats::new(1)));
    let placed: Vec<_> = (0..32)
        .map(|_| {
            clock.advance(Duration::from_millis(7));
            scheduler.place(30)
        })
        .collect();
    let first = placed.iter().map(|placing| placing.grid.origin()).min().expect("some");
    // In the period's four quarters, to a microsecond.
    let quarter = |placing: &Placing| {
        (placing.grid.origin() - first + Duration::from_micros(1)).as_nanos() * 120 / 1_000_000_000 % 4
    };
    let quarters: Vec<_> = placed.iter().map(quarter).collect();
    assert!(quarters.chunks(8).all(|shared| shared.iter().all(|quarter| *quarter == shared[0])), "{quarters:?}");
    assert_eq!(quarters.iter().collect::<BTreeSet<_>>().len(), 4, "{quarters:?}");
}

#[test]
fn a_room_is_stepped_when_woken_and_not_before() {
    let table = Table::new(2);
    let room = table.enter(Next::Asleep);
    let due = table.clock.now() + SECOND;
    table.scheduler.wake(room.berth(), due);
    table.run_due();
    assert!(room.stepped.lock().is_empty());
    table.clock.advance_to(due);
    table.run_due();
    table.run_due();
    assert_eq!(*room.stepped.lock(), [due]);
}

#[test]
fn the_earlier_of_two_times_counts_and_only_once() {
    let table = Table::new(2);
    let room = table.enter(Next::Asleep);
    let (early, late) = (table.clock.now() + SECOND, table.clock.now() + SECOND * 2);
    for due in [late, early, late] {
        table.scheduler.wake(room.berth(), due);
    }
    assert_eq!(table.scheduler.next_due(), Some(early));
    table.clock.advance_to(late);
    table.run_due();
    assert_eq!(room.stepped.lock().len(), 1);
    assert_eq!(table.scheduler.next_due(), None);
}

#[test]
fn what_a_step_asks_for_does_not_put_off_a_wake_during_it() {
    let table = Table::new(1);
    let (early, late) = (table.clock.now() + SECOND, table.clock.now() + SECOND * 2);
    let room = table.enter(Next::At(late));
    table.scheduler.wake(room.berth(), table.clock.now());
    let lane = &table.scheduler.lanes[0];
    let Turn::Step { task, .. } = lane.turn(None, table.scheduler.now(), table.scheduler.now().nanos) else {
        panic!("it is due");
    };
    // The room is in its step when the wake comes.
    table.scheduler.wake(room.berth(), early);
    let (done, now) = table.scheduler.step(task, table.scheduler.now(), 0);
    assert!(matches!(lane.turn(Some(done), now, now.nanos), Turn::Rest));
    assert_eq!(table.scheduler.next_due(), Some(early));
}

#[test]
fn a_room_that_leaves_during_its_step_is_gone_after_it() {
    let table = Table::new(2);
    let room = table.enter(Next::At(table.clock.now()));
    table.scheduler.wake(room.berth(), table.clock.now());
    let lane = &table.scheduler.lanes[0];
    let Turn::Step { task, .. } = lane.turn(None, table.scheduler.now(), table.scheduler.now().nanos) else {
        panic!("it is due");
    };
    table.scheduler.leave(room.berth());
    assert_eq!(table.shove(0, 1), 0, "what is being stepped does not move");
    let (done, now) = table.scheduler.step(task, table.scheduler.now(), 0);
    assert!(matches!(lane.turn(Some(done), now, now.nanos), Turn::Rest));
    assert_eq!((table.rooms(), Arc::strong_count(&room)), (0, 1));
}

#[test]
fn who_is_gone_is_in_no_timetable() {
    let table = Table::new(2);
    let (gone, left) = (table.enter(Next::Gone), table.enter(Next::Asleep));
    for room in [&gone, &left] {
        table.scheduler.wake(room.berth(), table.clock.now());
    }
    table.scheduler.leave(left.berth());
    table.run_due();
    assert_eq!((gone.stepped.lock().len(), left.stepped.lock().len()), (1, 0));
    // Its line is another's by then, who is not woken in its place.
    let other = table.enter(Next::Asleep);
    table.scheduler.wake(gone.berth(), table.clock.now());
    table.run_due();
    assert_eq!((gone.stepped.lock().len(), other.stepped.lock().len()), (1, 0));
    assert_eq!(table.rooms(), 1);
    table.scheduler.clear();
    assert_eq!((table.rooms(), Arc::strong_count(&other)), (0, 1));
}

#[test]
fn rooms_that_nothing_is_known_of_are_shared_out_evenly() {
    let table = Table::new(3);
    let rooms: Vec<_> = (0..30).map(|_| table.enter(Next::Asleep)).collect();
    for lane in 0..3 {
        assert_eq!(rooms.iter().filter(|room| room.lane() == lane).count(), 10);
    }
}

#[test]
fn a_room_is_placed_where_there_is_less_to_do() {
    let table = Table::new(2);
    let busy = table.runner(60);
    table.run(SECOND * 5);
    for _ in 0..4 {
        assert_ne!(table.runner(5).lane(), busy.lane());
        table.run(SECOND * 5);
    }
}

#[test]
fn a_rooms_time_begins_less_than_a_period_before_it() {
    let table = Table::new(2);
    for _ in 0..100 {
        let grid = table.scheduler.place(10).grid;
        let age = table.clock.now() - grid.origin();
        assert!(age < SECOND / 10, "{age:?}");
        table.clock.advance(Duration::from_millis(37));
    }
}

#[test]
fn a_thread_outlives_a_room_that_breaks() {
    struct Broken(Berth);
    impl Step for Broken {
        fn berth(&self) -> &Berth {
            &self.0
        }
        fn step(&self, _: Instant, _: usize) -> Next {
            panic!("told to")
        }
    }
    let table = Table::new(2);
    let room = Arc::new(Broken(table.scheduler.place(10).berth));
    table.scheduler.enter(Arc::<Broken>::clone(&room));
    table.scheduler.wake(&room.0, table.clock.now());
    table.run_due();
    assert_eq!(table.rooms(), 0);
}

#[test]
fn uneven_load_evens_out_and_then_stays_put() {
    let table = Table::new(2);
    // Placed in turn, so that all the busy ones are on one lane.
    let rooms: Vec<_> = (0..20).map(|n| table.runner(if n % 2 == 0 { 4 } else { 0 })).collect();
    assert!(rooms.iter().enumerate().all(|(n, room)| room.lane() as usize == n % 2));
    table.run(SECOND * 3);
    let loads = table.loads();
    assert!(loads[0].abs_diff(loads[1]) <= 5, "{loads:?}");
    let moved = table.moved();
    assert!((4..=7).contains(&moved), "{moved} rooms moved");
    table.run(SECOND * 60);
    assert_eq!(table.moved(), moved, "and no more");
    for room in &rooms {
        let stepped = room.stepped.lock();
        assert!((625..=630).contains(&stepped.len()), "{} steps in 63 seconds", stepped.len());
    }
}

#[test]
fn a_room_that_would_only_turn_the_difference_around_stays() {
    let table = Table::new(2);
    let rooms = [table.runner(40), table.runner(0), table.runner(0)];
    table.run(SECOND * 30);
    assert_eq!(rooms[0].lane(), 0);
    assert!(table.moved() <= 1, "{}", table.moved());
}

#[test]
fn load_that_comes_and_goes_is_followed() {
    let table = Table::new(4);
    let rooms: Vec<_> = (0..16).map(|_| table.runner(1)).collect();
    table.run(SECOND * 5);
    assert_eq!(table.moved(), 0, "even load stays where it is");
    // All rooms of a lane have more to do from here on.
    for room in rooms.iter().filter(|room| room.lane() == 2) {
        if let Plan::Run { cost, .. } = &mut *room.plan.lock() {
            *cost *= 10;
        }
    }
    table.run(SECOND * 10);
    let loads = table.loads();
    assert!(loads.iter().all(|&load| load <= 20), "one room's more than another's, at most: {loads:?}");
    let moved = table.moved();
    table.run(SECOND * 60);
    assert_eq!(table.moved(), moved);
}

#[test]
fn a_room_that_moves_keeps_its_time_and_is_stepped_once_for_each_wake() {
    let table = Table::new(2);
    let rooms: Vec<_> = (0..8).map(|_| table.enter(Next::Asleep)).collect();
    for round in 0..50_usize {
        let due = table.clock.now() + Duration::from_millis(10);
        let (giver, taker) = (round % 2, (round + 1) % 2);
        for (n, room) in rooms.iter().enumerate() {
            // Some are woken before they move, some after, some both.
            if (n + round) % 3 != 0 {
                table.scheduler.wake(room.berth(), due);
            }
        }
        table.shove(giver, taker);
        for (n, room) in rooms.iter().enumerate() {
            assert_eq!(room.lane() as usize, taker);
            if (n + round) % 3 != 1 {
                table.scheduler.wake(room.berth(), due);
            }
        }
        assert_eq!(table.scheduler.next_due(), Some(due));
        table.clock.advance_to(due);
        table.run_due();
        for room in &rooms {
            assert_eq!(std::mem::take(&mut *room.stepped.lock()), [due]);
        }
    }
}

#[test]
fn who_has_nothing_to_do_steps_what_others_do_not_get_to() {
    let table = Table::new(2);
    let rooms = [table.enter(Next::Asleep), table.enter(Next::Asleep)];
    let due = table.clock.now() + SECOND;
    table.scheduler.wake(rooms[0].berth(), due);
    table.clock.advance_to(due + Duration::from_nanos(LATE / 2));
    assert!(!table.scheduler.help(1, table.scheduler.now()), "its own thread may be about to");
    table.clock.advance_to(due + Duration::from_nanos(LATE));
    assert!(table.scheduler.help(1, table.scheduler.now()));
    assert!(!table.scheduler.help(1, table.scheduler.now()));
    assert_eq!((rooms[0].stepped.lock().len(), rooms[0].lane()), (1, 0), "it stays where it belongs");
    let helped: Vec<_> = table.scheduler.stats.lanes().map(|counts| counts.helped).collect();
    assert_eq!(helped, [0, 1]);
}

#[test]
fn rooms_that_are_late_come_before_shares_of_a_large_one() {
    struct Shares(AtomicUsize);
    impl Job for Shares {
        fn share(&self) -> bool {
            self.0.fetch_add(1, Ordering::Relaxed) < 9
        }
    }
    let table = Table::new(2);
    let room = table.enter(Next::Asleep);
    table.scheduler.wake(room.berth(), table.clock.now());
    table.clock.advance(SECOND);
    let (shares, outcome) = table.scheduler.board.run(Shares(AtomicUsize::new(0)), || {
        assert!(table.scheduler.help(1, table.scheduler.now()));
        assert_eq!(room.stepped.lock().len(), 1);
        // Nothing is late any more: the helper begins a share.
        assert!(table.scheduler.help(1, table.scheduler.now()));
    });
    assert!(outcome.is_ok() && !table.scheduler.help(1, table.scheduler.now()));
    assert_eq!(shares.0.into_inner(), 10);
}

/// A room that counts what it was asked for, as an inbox does, and says when it has seen the last of it.
struct Counter {
    berth: Berth,
    asked: AtomicUsize,
    stepping: AtomicUsize,
    seen: Mutex<usize>,
    all_seen: Condvar,
}

impl Step for Counter {
    fn berth(&self) -> &Berth {
        &self.berth
    }

    fn step(&self, _: Instant, _: usize) -> Next {
        assert_eq!(self.stepping.fetch_add(1, Ordering::SeqCst), 0, "by one thread at a time");
        *self.seen.lock() = self.asked.load(Ordering::SeqCst);
        self.all_seen.notify_all();
        self.stepping.fetch_sub(1, Ordering::SeqCst);
        Next::Asleep
    }
}

#[test]
fn no_wake_is_lost_while_rooms_move_under_it() {
    const WAKES: usize = 3_000;
    let clock = SystemClock::start();
    let scheduler = Scheduler::new(3, Arc::new(clock.clone()), Arc::new(Stats::new(3)));
    let rooms: Vec<_> = (0..6)
        .map(|_| {
            let berth = scheduler.place(100).berth;
            let [asked, stepping] = Default::default();
            let room = Counter { berth, asked, stepping, seen: Mutex::default(), all_seen: Condvar::new() };
            let room = Arc::new(room);
            scheduler.enter(Arc::<Counter>::clone(&room));
            room
        })
        .collect();
    std::thread::scope(|scope| {
        let scheduler = &scheduler;
        for lane in 0..3 {
            scope.spawn(move || scheduler.run(lane, 0));
        }
        let wakers: Vec<_> = rooms
            .iter()
            .map(|room| {
                scope.spawn(|| {
                    for _ in 0..WAKES {
                        room.asked.fetch_add(1, Ordering::SeqCst);
                        scheduler.wake(&room.berth, clock.now());
                    }
                    let mut seen = room.seen.lock();
                    while *seen < WAKES {
                        let late = room.all_seen.wait_for(&mut seen, Duration::from_secs(30)).timed_out();
                        assert!(!late, "the last of {} wakes was lost", *seen);
                    }
                })
            })
            .collect();
        let mut moved = 0;
        for round in 0.. {
            moved += scheduler.hand_over(round % 3, (round + 1) % 3, scheduler.now().window(), all);
            if wakers.iter().all(std::thread::ScopedJoinHandle::is_finished) {
                break;
            }
        }
        assert!(moved > 0 || rooms.is_empty());
        scheduler.stop();
    });
}
