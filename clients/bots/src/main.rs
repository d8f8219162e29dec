//! `parlor-bots`: what a server costs while many are connected to it.
//!
//! Starts no server: it is told where one runs, and by which process.

mod idle;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Bots for a Parlor server.
#[derive(Debug, Parser)]
#[command(name = "parlor-bots", arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Connect many clients that do nothing, and print what each costs the server's memory.
    Idle(idle::Idle),
}

#[tokio::main]
async fn main() -> ExitCode {
    let Command::Idle(idle) = Arguments::parse().command;
    match idle.run().await {
        Ok(within) if within => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("parlor-bots: {error}");
            ExitCode::FAILURE
        }
    }
}
