//! Measures the room runtime: rooms full of seats whose links encode everything and send nothing.
//!
//! Opens no sockets. What `parlor bench` prints, and the benches under `benches/`, stand on it.

mod feeder;
mod hall;
mod idlers;
mod mute;
pub mod ticks;

pub use feeder::Feeder;
pub use hall::{Hall, HallError, Parsers, Setup};
pub use idlers::Idlers;
pub use mute::{Heard, Mute};
