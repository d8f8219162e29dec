//! The `parlor` command: parse, configure, bind, run, drain.
//!
//! Does nothing itself: every command is a module of `parlor::cli`.

fn main() -> std::process::ExitCode {
    parlor::cli::run()
}
