//! The command line: one module for each command.
//!
//! Holds no rules of its own: a command calls the floors below and says what came of it.

mod bench;
mod links;
mod load;
pub mod packs;
mod serve;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// A live quiz and multiplayer game server over Socket.IO.
#[derive(Debug, Parser)]
#[command(name = "parlor", version, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the pages, the sockets and the rooms, until told to stop.
    Serve(serve::ServeCommand),
    /// Check packs, and make them of other programs' question files.
    #[command(subcommand)]
    Packs(packs::PacksCommand),
    /// Measure what this machine is good for, without a network.
    #[command(subcommand)]
    Bench(bench::BenchCommand),
    /// Load a server on this machine with many clients, and say how it bore it.
    Load(load::LoadCommand),
    /// One of the processes of `load --processes`.
    #[command(hide = true)]
    LoadPart(load::PartCommand),
}

/// Runs the command the process was started with.
#[must_use]
pub fn run() -> ExitCode {
    match Arguments::parse().command {
        Command::Serve(command) => command.run(),
        Command::Packs(command) => command.run(),
        Command::Bench(command) => command.run(),
        Command::Load(command) => command.run(),
        Command::LoadPart(command) => command.run(),
    }
}
