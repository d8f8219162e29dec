//! The timetable of one lane: its rooms, when each is due, and how busy they keep it.
//!
//! Steps no room and reads no clock. Moments are nanoseconds since the scheduler's beginning.

use std::mem;
use std::sync::Arc;

use super::Step;
use super::load::Load;
use super::queue::Queue;

/// The rooms of a lane. Only what is neither being stepped nor asleep is in the queue.
#[derive(Default)]
pub(super) struct Timetable {
    lines: Vec<Line>,
    free: Vec<u32>,
    queue: Queue,
    load: Load,
    pub(super) stopping: bool,
}

/// One room's line.
struct Line {
    /// The berth's number; lines are used again, numbers are not.
    berth: u64,
    stage: Stage,
    load: Load,
}

/// Where a line's room is.
enum Stage {
    /// There is none.
    Free,
    /// Here, whether it is in the queue or asleep.
    Waiting(Arc<dyn Step>),
    /// Being stepped; since then it was woken for this moment, or has left.
    Stepping { wake: Option<u64>, left: bool },
}

/// A room taken out to be stepped.
pub(super) struct Task {
    pub(super) line: u32,
    pub(super) room: Arc<dyn Step>,
    /// When it was due.
    pub(super) due: u64,
}

/// A room that was stepped.
pub(super) struct Done {
    pub(super) line: u32,
    pub(super) room: Arc<dyn Step>,
    pub(super) next: Due,
    /// How long that took.
    pub(super) spent: u64,
}

/// When a room is due next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Due {
    At(u64),
    WhenWoken,
    Never,
}

/// A room on its way from one timetable to another.
pub(super) struct Passage {
    pub(super) room: Arc<dyn Step>,
    berth: u64,
    due: Option<u64>,
    load: Load,
}

impl Timetable {
    /// A room that sleeps, with the load that it is taken for until it is known.
    pub(super) fn enter(&mut self, berth: u64, room: Arc<dyn Step>, window: u64, load: Load) -> u32 {
        self.take_in(Passage { room, berth, due: None, load }, window)
    }

    /// Whether this line is this berth's.
    pub(super) fn has(&self, line: u32, berth: u64) -> bool {
        self.lines.get(line as usize).is_some_and(|line| line.berth == berth && !matches!(line.stage, Stage::Free))
    }

    /// The line's room is to be stepped at `at`, unless it is due before.
    pub(super) fn wake(&mut self, line: u32, at: u64) {
        match self.lines.get_mut(line as usize).map(|line| &mut line.stage) {
            None | Some(Stage::Free) => {}
            Some(Stage::Stepping { wake, .. }) => *wake = Some(wake.map_or(at, |wake| wake.min(at))),
            Some(Stage::Waiting(_)) => {
                if self.queue.due(line).is_none_or(|due| at < due) {
                    self.queue.put(line, at);
                }
            }
        }
    }

    /// The line's room is stepped no more. Gives it back, to be dropped where nobody waits.
    #[must_use]
    pub(super) fn leave(&mut self, line: u32, window: u64) -> Option<Arc<dyn Step>> {
        match &mut self.lines.get_mut(line as usize)?.stage {
            Stage::Stepping { left, .. } => {
                *left = true;
                None
            }
            Stage::Free | Stage::Waiting(_) => self.take_out(line, window).map(|passage| passage.room),
        }
    }

    /// The first room that is due at `now`, to be stepped.
    pub(super) fn due(&mut self, now: u64) -> Option<Task> {
        let (due, line) = self.queue.first().filter(|&(due, _)| due <= now)?;
        self.queue.take(line);
        let stage = &mut self.lines.get_mut(line as usize)?.stage;
        match mem::replace(stage, Stage::Stepping { wake: None, left: false }) {
            Stage::Waiting(room) => Some(Task { line, room, due }),
            other => {
                *stage = other;
                None
            }
        }
    }

    /// A room comes back from its step. Gives it back if it is gone, to be dropped where nobody waits.
    #[must_use]
    pub(super) fn done(&mut self, done: Done, window: u64) -> Option<Arc<dyn Step>> {
        let Done { line, room, next, spent } = done;
        self.load.add(window, spent);
        let at = self.lines.get_mut(line as usize)?;
        at.load.add(window, spent);
        let stage = mem::replace(&mut at.stage, Stage::Waiting(room));
        let (wake, left) = match stage {
            Stage::Stepping { wake, left } => (wake, left),
            Stage::Free | Stage::Waiting(_) => (None, false),
        };
        let due = match next {
            Due::Never => return self.take_out(line, window).map(|passage| passage.room),
            _ if left => return self.take_out(line, window).map(|passage| passage.room),
            // What a step asks for does not put off a wake during it.
            Due::At(at) => Some(wake.map_or(at, |wake| wake.min(at))),
            Due::WhenWoken => wake,
        };
        if let Some(due) = due {
            self.queue.put(line, due);
        }
        None
    }

    /// When the next room is due.
    pub(super) fn first(&self) -> Option<u64> {
        self.queue.first().map(|(due, _)| due)
    }

    /// How many rooms there are.
    pub(super) const fn rooms(&self) -> usize {
        self.lines.len() - self.free.len()
    }

    /// Busy nanoseconds a window.
    pub(super) fn load(&self, window: u64) -> u64 {
        self.load.at(window)
    }

    /// Rooms that wait and have kept the lane busy: how much, and on which line. The busiest first.
    pub(super) fn busiest(&self, window: u64) -> Vec<(u64, u32)> {
        let waiting = (0_u32..).zip(&self.lines).filter(|(_, line)| matches!(line.stage, Stage::Waiting(_)));
        let mut lines: Vec<_> =
            waiting.map(|(number, line)| (line.load.at(window), number)).filter(|&(load, _)| load > 0).collect();
        lines.sort_unstable_by_key(|&(load, number)| (std::cmp::Reverse(load), number));
        lines
    }

    /// Takes a room that waits out, to put it into another timetable.
    pub(super) fn take_out(&mut self, line: u32, window: u64) -> Option<Passage> {
        let at = self.lines.get_mut(line as usize)?;
        let room = match mem::replace(&mut at.stage, Stage::Free) {
            Stage::Waiting(room) => room,
            other => {
                at.stage = other;
                return None;
            }
        };
        let passage = Passage { room, berth: at.berth, due: self.queue.due(line), load: at.load };
        self.queue.take(line);
        self.load.part(window, passage.load);
        self.free.push(line);
        Some(passage)
    }

    /// Takes a room in that was taken out elsewhere.
    pub(super) fn take_in(&mut self, passage: Passage, window: u64) -> u32 {
        let Passage { room, berth, due, load } = passage;
        let entry = Line { berth, stage: Stage::Waiting(room), load };
        let line = match self.free.pop() {
            Some(line) => {
                self.lines[line as usize] = entry;
                line
            }
            None => {
                self.lines.push(entry);
                u32::try_from(self.lines.len() - 1).unwrap_or(u32::MAX)
            }
        };
        self.load.join(window, load);
        if let Some(due) = due {
            self.queue.put(line, due);
        }
        line
    }

    /// Forgets every room. Gives back what it was, to be dropped where nobody waits.
    #[must_use]
    pub(super) fn clear(&mut self) -> Self {
        let stopping = self.stopping;
        mem::replace(self, Self { stopping, ..Self::default() })
    }
}
