//! A berth: which lane steps a room, and on which line of its timetable. A room keeps it for life; the place changes.
//!
//! Changes only under the locks of the timetables that the room leaves and enters: see `scheduler`.

use std::sync::atomic::{AtomicU64, Ordering};

use super::phases::Phase;

/// Where a room is.
#[derive(Debug)]
pub(crate) struct Berth {
    number: u64,
    /// The lane in the upper half, the line in the lower one: read as one, so that they belong together.
    place: AtomicU64,
    _phase: Phase,
}

/// A line of a lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) lane: u32,
    pub(super) line: u32,
}

/// The line of a room that has not entered yet.
const NOWHERE: u32 = u32::MAX;

impl Berth {
    /// A berth on this lane, on no line yet, with the room's phase. No two have the same number.
    pub(super) fn new(number: u64, lane: u32, phase: Phase) -> Self {
        Self { number, place: AtomicU64::new(Place { lane, line: NOWHERE }.pack()), _phase: phase }
    }

    /// What tells it from all others.
    pub(super) const fn number(&self) -> u64 {
        self.number
    }

    /// Where its room is. May be out of date unless the lane's timetable is locked.
    pub(super) fn place(&self) -> Place {
        let place = self.place.load(Ordering::Acquire);
        #[expect(clippy::cast_possible_truncation, reason = "the halves are what is asked for")]
        Place { lane: (place >> 32) as u32, line: place as u32 }
    }

    /// Its room has moved.
    pub(super) fn set(&self, place: Place) {
        self.place.store(place.pack(), Ordering::Release);
    }
}

impl Place {
    fn pack(self) -> u64 {
        u64::from(self.lane) << 32 | u64::from(self.line)
    }
}
