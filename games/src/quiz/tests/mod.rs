//! Tests of the quiz: transcripts of whole quizzes, and properties of any quiz.
//!
//! What holds for every game is tested in `games/tests/catalog.rs`.

mod controls;
mod hostile;
mod packs;
mod play;
mod scores;
mod secrets;
mod summary;
mod table;
