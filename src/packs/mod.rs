//! Packs on disk: reading, checking with file, line and field, and importing from other formats.
//!
//! What a pack is and which are valid is the quiz game's (`parlor_games::quiz::pack`); nothing here plays one.

pub mod check;
pub mod import;
pub mod library;
mod locate;
pub mod report;
pub mod write;
