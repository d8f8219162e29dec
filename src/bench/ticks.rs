//! What ticking costs, and how late ticks are: the measurements behind `parlor bench ticks`.
//!
//! Prints nothing and opens no rooms itself: it runs halls.

use std::time::Duration;

use hdrhistogram::Histogram;
use rustix::time::{ClockId, clock_gettime};
use serde::Serialize;

use super::feeder::Feeder;
use super::hall::{Hall, HallError, Setup};
use super::mute::Heard;

/// What the rooms of a hall are put to.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    /// The rooms' own rate: what the setup's options say.
    pub hz: u16,
    /// Inputs a second of each seat.
    pub input_hz: u32,
    /// How long it is measured, after a second in which it is not.
    pub duration: Duration,
}

/// What was measured.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// Rooms.
    pub rooms: usize,
    /// Seats in each.
    pub seats: usize,
    /// Their rate.
    pub hz: u16,
    /// Inputs a second of each seat.
    pub input_hz: u32,
    /// How much of the rooms' own time passed, in seconds.
    pub seconds: f64,
    /// Ticks that fell due in it: rooms x Hz x seconds.
    pub due: f64,
    /// Ticks run.
    pub ticks: u64,
    /// Ticks dropped because a room was too far behind.
    pub skipped: u64,
    /// Steps that took longer than a period.
    pub overruns: u64,
    /// How many times a room's rate was lowered.
    pub slowed: u64,
    /// Rooms given from one tick thread to another.
    pub moved: u64,
    /// Steps that another thread than the room's own ran.
    pub helped: u64,
    /// Ticks a second of a room, on average.
    pub effective_hz: f64,
    /// Processor time, in seconds: all threads', the sending and decoding of inputs included.
    pub cpu_seconds: f64,
    /// Ticks for each second of processor time.
    pub ticks_per_core_second: f64,
    /// Inputs sent since the rooms were full, in the second before the measurement too.
    pub inputs: u64,
    /// What the seats were told from first to last; one answer of each is to its request for a seat.
    pub heard: Heard,
    /// How late steps began; none where time was not the machine's.
    pub lateness: Option<Lateness>,
}

/// How late steps began, in microseconds, to three hundredths.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Lateness {
    /// How many steps.
    pub steps: u64,
    /// The median.
    pub p50_us: u64,
    /// 99 of 100 were no later.
    pub p99_us: u64,
    /// 999 of 1,000 were no later.
    pub p999_us: u64,
    /// The worst.
    pub max_us: u64,
    /// All of it.
    #[serde(skip)]
    pub histogram: Histogram<u64>,
}

impl Report {
    /// Whether every room kept its rate, and 999 of 1,000 steps began within a millisecond.
    #[must_use]
    pub fn holds(&self) -> bool {
        let on_time = self.lateness.as_ref().is_none_or(|lateness| lateness.p999_us <= GOAL_US);
        on_time && self.skipped == 0 && self.slowed == 0
    }
}

/// What "on time" means, in microseconds.
pub const GOAL_US: u64 = 1_000;

/// Runs the rooms on tick threads and the machine's clock.
///
/// # Errors
/// There are no such rooms.
pub fn on_time(setup: &Setup, load: Load) -> Result<Report, HallError> {
    let hall = Hall::real(setup)?;
    let mut feeder = Feeder::start(&hall, load.input_hz);
    hall.start()?;
    feeder.wake(&hall);
    feed_for(&hall, &mut feeder, WARM_UP);
    let before = Reading::take(&hall, ClockId::ProcessCPUTime);
    feed_for(&hall, &mut feeder, load.duration);
    let after = Reading::take(&hall, ClockId::ProcessCPUTime);
    hall.close();
    let lateness = Lateness::of(&before.lateness, &after.lateness);
    Ok(Report { lateness, ..report(setup, load, &hall, feeder.sent(), &before, &after) })
}

/// Runs the rooms' steps back to back on this thread, as fast as it can: what one core is good for.
///
/// # Errors
/// There are no such rooms.
pub fn flat_out(setup: &Setup, load: Load) -> Result<Report, HallError> {
    let hall = Hall::manual(setup)?;
    let mut feeder = Feeder::start(&hall, load.input_hz);
    feeder.wake(&hall);
    hall.run_until(hall.now() + WARM_UP, |hall| feeder.feed(hall));
    let before = Reading::take(&hall, ClockId::ThreadCPUTime);
    hall.run_until(hall.now() + load.duration, |hall| feeder.feed(hall));
    let after = Reading::take(&hall, ClockId::ThreadCPUTime);
    hall.close();
    Ok(report(setup, load, &hall, feeder.sent(), &before, &after))
}

/// Leaves the rooms alone: what it costs to have them.
///
/// # Errors
/// There are no such rooms.
pub fn asleep(setup: &Setup, load: Load) -> Result<Report, HallError> {
    let hall = Hall::real(setup)?;
    hall.start()?;
    std::thread::sleep(WARM_UP);
    let before = Reading::take(&hall, ClockId::ProcessCPUTime);
    std::thread::sleep(load.duration);
    let after = Reading::take(&hall, ClockId::ProcessCPUTime);
    hall.close();
    Ok(report(setup, Load { input_hz: 0, ..load }, &hall, 0, &before, &after))
}

/// Looks for the most rooms that hold (see [`Report::holds`]), to a twentieth; `tried` hears of every attempt. The rooms of the
/// setup are where it begins.
///
/// # Errors
/// There are no such rooms.
pub fn most(setup: &Setup, load: Load, mut tried: impl FnMut(&Report)) -> Result<Option<Report>, HallError> {
    let mut best: Option<Report> = None;
    let (mut held, mut failed) = (0, None);
    let mut rooms = setup.rooms.max(1);
    loop {
        let report = on_time(&Setup { rooms, ..setup.clone() }, load)?;
        tried(&report);
        if report.holds() {
            held = rooms;
            best = Some(report);
        } else {
            failed = Some(rooms);
        }
        rooms = match failed {
            None => held.saturating_mul(2),
            Some(failed) => usize::midpoint(held, failed),
        };
        let near = failed.is_some_and(|failed| failed - held <= (failed / 20).max(1));
        if near || rooms > MOST_ROOMS {
            return Ok(best);
        }
    }
}

/// Where the search ends: more rooms than a server ever has.
const MOST_ROOMS: usize = 500_000;
/// The time before a measurement: rooms fill up, threads and caches get warm.
const WARM_UP: Duration = Duration::from_secs(1);
/// What is later is counted as this: a minute, in microseconds.
const MOST_LATE_US: u64 = 60_000_000;
/// How often inputs are sent.
const FEED_EVERY: Duration = Duration::from_millis(1);

fn feed_for(hall: &Hall, feeder: &mut Feeder, duration: Duration) {
    let end = hall.now() + duration;
    while hall.now() < end {
        feeder.feed(hall);
        std::thread::sleep(FEED_EVERY.min(end.saturating_duration_since(hall.now())));
    }
}

/// All counts at one moment.
struct Reading {
    at: std::time::Instant,
    cpu_seconds: f64,
    counts: crate::room::Counts,
    lateness: Vec<(u64, u64)>,
}

impl Reading {
    fn take(hall: &Hall, clock: ClockId) -> Self {
        let cpu = clock_gettime(clock);
        let cpu = Duration::try_from(cpu).unwrap_or_default();
        let stats = hall.directory().stats();
        let (counts, lateness) = (stats.counts(), stats.lateness().collect());
        Self { at: hall.now(), cpu_seconds: cpu.as_secs_f64(), counts, lateness }
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
fn report(setup: &Setup, load: Load, hall: &Hall, inputs: u64, before: &Reading, after: &Reading) -> Report {
    let seconds = after.at.saturating_duration_since(before.at).as_secs_f64();
    let ticks = after.counts.ticks - before.counts.ticks;
    let cpu_seconds = after.cpu_seconds - before.cpu_seconds;
    let rooms = setup.rooms as f64;
    Report {
        rooms: setup.rooms,
        seats: setup.seats,
        hz: load.hz,
        input_hz: load.input_hz,
        seconds,
        due: rooms * f64::from(load.hz) * seconds,
        ticks,
        skipped: after.counts.skipped - before.counts.skipped,
        overruns: after.counts.overruns - before.counts.overruns,
        slowed: after.counts.slowed - before.counts.slowed,
        moved: after.counts.moved - before.counts.moved,
        helped: after.counts.helped - before.counts.helped,
        effective_hz: ticks as f64 / rooms / seconds,
        cpu_seconds,
        ticks_per_core_second: ticks as f64 / cpu_seconds,
        inputs,
        heard: hall.heard(),
        lateness: None,
    }
}

impl Lateness {
    /// `None`: nothing was stepped.
    fn of(before: &[(u64, u64)], after: &[(u64, u64)]) -> Option<Self> {
        let mut histogram = Histogram::new_with_max(MOST_LATE_US, 2).ok()?;
        for &(micros, count) in after {
            let earlier = before.iter().find(|(of, _)| *of == micros).map_or(0, |(_, count)| *count);
            histogram.saturating_record_n(micros, count - earlier);
        }
        let at = |quantile| histogram.value_at_quantile(quantile);
        (!histogram.is_empty()).then(|| Self {
            steps: histogram.len(),
            p50_us: at(0.5),
            p99_us: at(0.99),
            p999_us: at(0.999),
            max_us: histogram.max(),
            histogram: histogram.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flat_out_every_tick_that_falls_due_is_run_and_counted() {
        let load = Load { hz: 60, input_hz: 10, duration: Duration::from_secs(2) };
        let report = flat_out(&Setup::arena(3, 2, 60), load).expect("three arenas");
        assert_eq!((report.ticks, report.skipped), (3 * 60 * 2, 0));
        assert!((report.due - 360.0).abs() < 1e-6 && (report.effective_hz - 60.0).abs() < 1e-6);
        assert_eq!(report.heard.applied + report.heard.refused, 6 + report.inputs);
        assert!(report.holds(), "time that waits is never late");
    }

    #[test]
    fn lateness_before_the_measurement_does_not_count() {
        let lateness = Lateness::of(&[(10, 3), (900, 1)], &[(10, 5), (20, 97), (900, 2)]).expect("100 steps");
        assert_eq!((lateness.steps, lateness.p50_us, lateness.max_us), (100, 20, histogram_of(900)));
        assert!(Lateness::of(&[(10, 3)], &[(10, 3)]).is_none());
    }

    /// As a histogram of two digits gives it back.
    fn histogram_of(micros: u64) -> u64 {
        let mut histogram: Histogram<u64> = Histogram::new_with_max(MOST_LATE_US, 2).expect("two digits");
        histogram.saturating_record(micros);
        histogram.max()
    }
}
