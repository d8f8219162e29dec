//! What the Rust peers share: the arena's rules, their timetable and their options. Opens no sockets.

mod arena;
mod options;
mod timetable;

pub use arena::{Arena, Direction, View};
pub use options::Options;
pub use timetable::{Timetable, epoch_ms, phase};
