//! The balance: which room moves to which lane, so that all threads have about as much to do.
//!
//! Moves a room only while it waits, under the locks of both timetables: a wake finds it in one of them.

use std::sync::Arc;

use super::Scheduler;
use super::berth::Place;
use super::lane::Now;
use super::load::WINDOW;
use super::timetable::Timetable;

impl Scheduler {
    /// What a room keeps its lane busy with, on average.
    pub(super) fn usual_load(&self, window: u64) -> u64 {
        let each = self.lanes.iter().map(|lane| {
            let timetable = lane.timetable.lock();
            (timetable.load(window), timetable.rooms() as u64)
        });
        let (load, rooms) = each.fold((0, 0), |all: (u64, u64), one| (all.0 + one.0, all.1 + one.1));
        (load / rooms.max(1)).max(LEAST_LOAD)
    }

    /// Once in a window: gives rooms away, if this lane has much more to do than another.
    pub(super) fn weigh(&self, giver: usize, weighed: &mut u64, now: Now) {
        let window = now.window();
        if *weighed == window || self.lanes.len() == 1 {
            return;
        }
        *weighed = window;
        let loads = self.lanes.iter().map(|lane| lane.timetable.lock().load(window));
        let Some((taker, _)) = loads.enumerate().min_by_key(|&(_, load)| load) else { return };
        if taker != giver {
            let moved = self.hand_over(giver, taker, window, surplus);
            self.stats.lane(giver).moved(moved as u64);
        }
    }

    /// Moves what `choose` says from one lane to another. How many.
    pub(super) fn hand_over(&self, giver: usize, taker: usize, window: u64, choose: Choice) -> usize {
        // Two lanes may do this with each other: the lower one is locked first.
        let (low, high) = (giver.min(taker), giver.max(taker));
        let (mut low_table, mut high_table) = (self.lanes[low].timetable.lock(), self.lanes[high].timetable.lock());
        let (from, to) =
            if giver == low { (&mut *low_table, &mut *high_table) } else { (&mut *high_table, &mut *low_table) };
        let mut moved = 0;
        for line in choose(from, to, window) {
            if let Some(passage) = from.take_out(line, window) {
                let room = Arc::clone(&passage.room);
                let line = to.take_in(passage, window);
                room.berth().set(Place { lane: u32::try_from(taker).unwrap_or(0), line });
                moved += 1;
            }
        }
        if moved > 0 {
            self.lanes[low].publish(low_table);
            self.lanes[high].publish(high_table);
        }
        moved
    }
}

/// Which lines' rooms are to move from the first timetable to the second in this window.
type Choice = fn(&Timetable, &Timetable, u64) -> Vec<u32>;

/// A few rooms, if the first lane has much more to do than the second.
fn surplus(from: &Timetable, to: &Timetable, window: u64) -> Vec<u32> {
    let mut gap = from.load(window).saturating_sub(to.load(window));
    let slack = SLACK.max(from.load(window) / 8);
    let most = (from.rooms() / PART).max(FEW);
    let mut chosen = Vec::new();
    if gap <= slack {
        return chosen;
    }
    for (load, line) in from.busiest(window) {
        // What is more than most of the difference would only turn it around.
        if load <= gap / 4 * 3 {
            chosen.push(line);
            gap = gap.saturating_sub(load * 2);
        }
        if gap <= slack / 2 || chosen.len() == most {
            break;
        }
    }
    chosen
}

/// What a room is taken for that was never stepped, at least: a tenth of a thousandth of a thread.
const LEAST_LOAD: u64 = WINDOW / 10_000;
/// Up to such a difference between two lanes nothing moves: a twentieth of a thread.
const SLACK: u64 = WINDOW / 20;
/// The most rooms that move at a time: a sixteenth of the lane's, but a few at least.
const FEW: usize = 4;
const PART: usize = 16;
