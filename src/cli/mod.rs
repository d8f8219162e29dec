//! The command line: one module for each command.
//!
//! Holds no rules of its own: a command calls the floors below and says what came of it.

pub mod packs;

use std::process::ExitCode;

/// Runs the command the process was started with.
#[must_use]
pub fn run() -> ExitCode {
    ExitCode::SUCCESS
}
