//! The quiz: a host asks the questions of a pack, players answer against the clock.
//!
//! Reads no files and knows no sockets: a pack's bytes come from the runtime's library.

pub mod pack;
