//! `parlor bench`: what this machine is good for, without a network.
//!
//! Measures nothing itself (`parlor::bench` does): it says what was measured, to people or as JSON.

use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};

use crate::bench::ticks::{self, Lateness, Load, Report};
use crate::bench::{HallError, Parsers, Setup};

/// What can be measured.
#[derive(Debug, Subcommand)]
pub(super) enum BenchCommand {
    /// Tick rooms full of players on the real threads, encode everything, send nothing.
    Ticks(Ticks),
}

/// What `parlor bench ticks` is told.
#[derive(Debug, Args)]
pub(super) struct Ticks {
    /// The game that the rooms play.
    #[arg(long, value_enum, default_value = "arena")]
    game: Game,
    /// How many rooms; with --find, where the search begins.
    #[arg(long, default_value_t = 1_000, value_parser = number(1, 500_000))]
    rooms: u32,
    /// Players in each.
    #[arg(long, default_value_t = 8, value_parser = number(1, 100_000))]
    seats: u32,
    /// Ticks a second of each room.
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u16).range(1..=128))]
    hz: u16,
    /// Inputs a second of each player.
    #[arg(long, default_value_t = 10, value_parser = number(1, 150))]
    input_hz: u32,
    /// How long to measure, in seconds; with --flat-out, of the rooms' own time.
    #[arg(long, default_value_t = 5, value_parser = number(1, 86_400))]
    seconds: u32,
    /// How the players' clients want it.
    #[arg(long, value_enum, default_value = "json")]
    parser: Parsers,
    /// Threads that tick; 0: one for each core.
    #[arg(long, default_value_t = 0, value_parser = number(0, 1_024))]
    threads: u32,
    /// Step the rooms back to back on one thread, without the clock: what a core is good for.
    #[arg(long, conflicts_with_all = ["find", "sleeping"])]
    flat_out: bool,
    /// Look for the most rooms of which 999 of 1,000 steps begin within 1 ms.
    #[arg(long, conflicts_with = "sleeping")]
    find: bool,
    /// Measure what so many rooms cost in which nobody does anything.
    #[arg(long, value_name = "ROOMS", conflicts_with = "rooms", value_parser = number(1, 500_000))]
    sleeping: Option<u32>,
    /// Say it as JSON.
    #[arg(long)]
    json: bool,
}

/// Games whose players can be played.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Game {
    /// Everybody walks in circles and picks up coins.
    Arena,
}

fn number(least: i64, most: i64) -> clap::builder::RangedI64ValueParser<u32> {
    clap::value_parser!(u32).range(least..=most)
}

/// Why there is nothing to say.
#[derive(Debug, thiserror::Error)]
enum Fault {
    #[error(transparent)]
    Hall(#[from] HallError),
    #[error(transparent)]
    Output(#[from] io::Error),
    #[error("no room held: even {0} at a time are too many for this machine, or it has other things to do")]
    NoneHeld(u32),
}

impl BenchCommand {
    pub(super) fn run(self) -> ExitCode {
        let Self::Ticks(ticks) = self;
        match ticks.run(&mut io::stdout().lock()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(fault) => {
                eprintln!("parlor bench: {fault}");
                ExitCode::FAILURE
            }
        }
    }
}

impl Ticks {
    fn run(&self, out: &mut impl Write) -> Result<(), Fault> {
        let rooms = self.sleeping.unwrap_or(self.rooms);
        let load = Load { hz: self.hz, input_hz: self.input_hz, duration: Duration::from_secs(self.seconds.into()) };
        let (rooms, seats, threads) = (count(rooms), count(self.seats), count(self.threads));
        let setup = match self.game {
            Game::Arena => Setup { parsers: self.parser, threads, ..Setup::arena(rooms, seats, self.hz) },
        };
        let report = if self.sleeping.is_some() {
            ticks::asleep(&setup, load)?
        } else if self.flat_out {
            ticks::flat_out(&setup, load)?
        } else if self.find {
            ticks::most(&setup, load, attempt)?.ok_or(Fault::NoneHeld(self.rooms))?
        } else {
            ticks::on_time(&setup, load)?
        };
        if self.json {
            serde_json::to_writer(&mut *out, &report).map_err(io::Error::from)?;
            writeln!(out)?;
        } else {
            tell(&report, out)?;
        }
        Ok(())
    }
}

fn count(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// One try of a search, to the standard error: the result alone is the output.
fn attempt(report: &Report) {
    let p999 = report.lateness.as_ref().map_or(0, |lateness| lateness.p999_us);
    let held = if report.holds() { "holds" } else { "too many" };
    eprintln!("{:>7} rooms: p99.9 {}, {} skipped: {held}", report.rooms, time(p999), report.skipped);
}

fn tell(report: &Report, out: &mut impl Write) -> io::Result<()> {
    let Report { rooms, seats, hz, input_hz, seconds, ticks, due, .. } = report;
    writeln!(out, "{rooms} rooms of {seats} at {hz} Hz, {input_hz} inputs/s a seat, {seconds:.1} s")?;
    writeln!(out)?;
    if *input_hz > 0 {
        writeln!(out, "ticks        {ticks} of {due:.0} due: {:.2} Hz a room", report.effective_hz)?;
        let Report { skipped, overruns, slowed, moved, helped, .. } = report;
        writeln!(out, "             {skipped} skipped, {overruns} overruns, rooms slowed {slowed} times")?;
        writeln!(out, "threads      moved {moved} rooms between them, helped each other with {helped} steps")?;
        writeln!(out, "throughput   {:.0} room ticks a second and core", report.ticks_per_core_second)?;
        let heard = &report.heard;
        writeln!(out, "inputs       {} sent, {} requests refused", report.inputs, heard.refused)?;
        writeln!(out, "encoded for  {} deliveries, {} bytes in all", heard.deliveries, heard.bytes)?;
    } else {
        writeln!(out, "ticks        {ticks}")?;
    }
    let share = 100.0 * report.cpu_seconds / seconds;
    writeln!(out, "processor    {:.3} s: {share:.2}% of a core", report.cpu_seconds)?;
    match &report.lateness {
        Some(lateness) => draw(lateness, out),
        None => Ok(()),
    }
}

/// The histogram, one line for each power of two.
fn draw(lateness: &Lateness, out: &mut impl Write) -> io::Result<()> {
    let Lateness { steps, p50_us, p99_us, p999_us, max_us, histogram } = lateness;
    let [p50, p99, p999, max] = [p50_us, p99_us, p999_us, max_us].map(|us| time(*us));
    writeln!(out, "lateness     p50 {p50}, p99 {p99}, p99.9 {p999}, max {max} of {steps} steps")?;
    writeln!(out)?;
    let bars: Vec<_> = histogram.iter_log(1, 2.0).collect();
    let most = bars.iter().map(|bar| bar.count_since_last_iteration()).max().unwrap_or(0).max(1);
    for bar in bars {
        let steps = bar.count_since_last_iteration();
        let width = usize::try_from(steps * WIDTH / most).unwrap_or_default();
        let most = time(bar.value_iterated_to() + 1);
        writeln!(out, "  < {most:>9} {steps:>10} {}", "█".repeat(width).trim_end())?;
    }
    Ok(())
}

/// The longest bar, in characters.
const WIDTH: u64 = 48;

/// Microseconds, in the unit that is easiest to read.
fn time(micros: u64) -> String {
    if micros < 1_000 {
        return format!("{micros} us");
    }
    format!("{}.{:02} ms", micros / 1_000, micros % 1_000 / 10)
}
