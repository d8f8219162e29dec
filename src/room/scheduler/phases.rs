//! Phases: where in its period each room's ticks fall, so that few rooms are due at one moment, yet a thread that wakes has
//! something to do.
//!
//! Knows no time. To wake for a room, and to wake those who read what it says, costs as much as to step it: rooms share a
//! slot until it is full, and only then is another begun, as far from the others as can be.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;

/// Slots lie at least so far apart, in seconds.
const SLOT: f64 = 0.5e-3;
/// So many rooms share a slot before another is begun. Of eight players each they keep a core busy for some 0.4 ms, by which the
/// last one's clients hear of a tick later than the first one's.
const FULL: u32 = 8;

/// How many rooms have which slot, for each lane and rate.
#[derive(Debug, Default)]
pub(super) struct Phases {
    taken: Mutex<HashMap<(u32, u16), Vec<u32>>>,
}

/// A room's phase, which is free again when dropped. A room that moves to another lane keeps its own.
#[derive(Debug)]
pub(super) struct Phase {
    phases: Arc<Phases>,
    lane: u32,
    hz: u16,
    slot: usize,
    slots: usize,
}

impl Phases {
    /// A phase for one more room of this rate on this lane.
    pub(super) fn take(self: &Arc<Self>, lane: u32, hz: u16) -> Phase {
        let slots = slots(hz);
        let mut taken = self.taken.lock();
        let rooms = taken.entry((lane, hz)).or_insert_with(|| vec![0; slots]);
        let order = || (0..slots).map(|nth| reversed(nth, slots));
        let slot = order().find(|&slot| rooms[slot] < FULL).or_else(|| order().min_by_key(|&slot| rooms[slot]));
        let slot = slot.unwrap_or(0);
        rooms[slot] += 1;
        Phase { phases: Arc::clone(self), lane, hz, slot, slots }
    }
}

impl Phase {
    /// As a part of the period, 0 to 1. Those of different lanes and rates begin elsewhere, so that theirs don't fall together.
    pub(super) fn part(&self) -> f64 {
        const GOLDEN: f64 = 0.618_033_988_749_894_8;
        const PLASTIC: f64 = 0.754_877_666_246_692_8;
        #[expect(clippy::cast_precision_loss, reason = "there are at most 2,000")]
        let part = self.slot as f64 / self.slots as f64;
        (part + f64::from(self.lane) * PLASTIC + f64::from(self.hz) * GOLDEN).fract()
    }
}

impl Drop for Phase {
    fn drop(&mut self) {
        let mut taken = self.phases.taken.lock();
        if let Some(rooms) = taken.get_mut(&(self.lane, self.hz)) {
            rooms[self.slot] -= 1;
            if rooms.iter().all(|&rooms| rooms == 0) {
                taken.remove(&(self.lane, self.hz));
            }
        }
    }
}

/// How many slots a period has: a power of two, so that each half of them can be halved again.
fn slots(hz: u16) -> usize {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "1 to 2,000")]
    let most = (1.0 / f64::from(hz.max(1)) / SLOT).max(1.0) as usize;
    1 << most.ilog2()
}

/// The `nth` slot to be begun: the bits in reverse make the first ones lie farthest apart, and so on.
fn reversed(nth: usize, slots: usize) -> usize {
    nth.reverse_bits().checked_shr(usize::BITS - slots.ilog2()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(phases: &[Phase]) -> Vec<usize> {
        phases.iter().map(|phase| phase.slot * 1_000 / phase.slots).collect()
    }

    #[test]
    fn rooms_share_a_slot_until_it_is_full_and_the_next_one_lies_far_off() {
        let phases = Arc::new(Phases::default());
        let taken: Vec<_> = (0..40).map(|_| phases.take(0, 30)).collect();
        let expected: Vec<_> = [0, 500, 250, 750, 125].into_iter().flat_map(|part| [part; 8]).collect();
        assert_eq!(parts(&taken), expected);
        assert!(phases.take(1, 30).slot == 0 && phases.take(0, 20).slot == 0, "lanes and rates have their own");
    }

    #[test]
    fn when_all_are_full_the_emptiest_is_next_and_what_is_given_back_is_taken_again() {
        let phases = Arc::new(Phases::default());
        let mut taken: Vec<_> = (0..64 * 8 + 64).map(|_| phases.take(0, 30)).collect();
        assert_eq!(phases.taken.lock()[&(0, 30)], [9; 64]);
        drop(taken.remove(70));
        let (slot, again) = (taken[69].slot, phases.take(0, 30));
        assert_eq!(again.slot, slot);
        drop((taken, again));
        assert!(phases.taken.lock().is_empty(), "nothing is kept of rooms that are gone");
    }

    #[test]
    fn every_rate_has_slots_half_a_millisecond_apart_at_least() {
        for hz in 1..=u16::MAX {
            let slots = slots(hz);
            assert!(slots == 1 || f64::from(hz) * f64::from(u32::try_from(slots).expect("few")) * SLOT <= 1.0);
            let order: std::collections::BTreeSet<_> = (0..slots).map(|nth| reversed(nth, slots)).collect();
            assert!(order.len() == slots && order.last() == Some(&(slots - 1)), "{hz}: each slot once");
            if hz > 4_000 {
                break;
            }
        }
    }
}
