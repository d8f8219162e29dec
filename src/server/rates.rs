//! The rates at which rooms run, over the time since an earlier scrape.
//!
//! Counts nothing: it keeps two readings of the rooms' own counts, and compares.

use std::time::{Duration, Instant};

use crate::room::Counts;

/// How long ago the scrape must be that a rate goes back to: of less, hardly any tick would be told.
const SPAN: Duration = Duration::from_secs(1);

/// Readings of the past.
#[derive(Debug)]
pub(super) struct Rates {
    /// What rates go back to.
    base: Reading,
    /// The last one that was taken.
    last: Reading,
}

/// What tick threads had come to at one moment.
#[derive(Clone, Debug)]
struct Reading {
    at: Instant,
    threads: Vec<Ran>,
}

/// What rooms had come to.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Ran {
    ticks: u64,
    due: u64,
    awake: Duration,
}

/// Ticks a second of a room that is awake, on average; 0 while none is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Rate {
    /// As run.
    pub(super) effective: f64,
    /// As the rooms' games ask for.
    pub(super) nominal: f64,
}

impl Rates {
    /// Nothing has ticked yet.
    pub(super) fn start(now: Instant) -> Self {
        let none = Reading { at: now, threads: Vec::new() };
        Self { base: none.clone(), last: none }
    }

    /// The rates of each thread since the scrape before, or since the one before that if it was a moment ago; and of all.
    pub(super) fn take(&mut self, now: Instant, threads: &[Counts]) -> (Vec<Rate>, Rate) {
        let ran = |counts: &Counts| Ran { ticks: counts.ticks, due: counts.due, awake: counts.awake };
        let current = Reading { at: now, threads: threads.iter().map(ran).collect() };
        if now.saturating_duration_since(self.last.at) >= SPAN {
            self.base = std::mem::replace(&mut self.last, current.clone());
        }
        let before = self.base.threads.iter().copied().chain(std::iter::repeat(Ran::default()));
        let since: Vec<_> = current.threads.iter().zip(before).map(|(now, before)| now.since(before)).collect();
        let all = since.iter().fold(Ran::default(), |all, one| all.and(*one));
        (since.into_iter().map(Ran::rate).collect(), all.rate())
    }
}

impl Ran {
    const fn since(self, before: Self) -> Self {
        Self {
            ticks: self.ticks.saturating_sub(before.ticks),
            due: self.due.saturating_sub(before.due),
            awake: self.awake.saturating_sub(before.awake),
        }
    }

    fn and(self, other: Self) -> Self {
        Self { ticks: self.ticks + other.ticks, due: self.due + other.due, awake: self.awake + other.awake }
    }

    #[expect(clippy::cast_precision_loss, reason = "there are far fewer than 2^52 ticks between two scrapes")]
    fn rate(self) -> Rate {
        let awake = self.awake.as_secs_f64();
        if awake == 0.0 {
            return Rate::default();
        }
        Rate { effective: self.ticks as f64 / awake, nominal: self.due as f64 / awake }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::room::{Clock, ManualClock};

    fn counts(ticks: u64, due: u64, awake_s: u64) -> Counts {
        Counts { ticks, due, awake: Duration::from_secs(awake_s), ..Counts::default() }
    }

    fn near(rate: Rate, effective: f64, nominal: f64) -> bool {
        (rate.effective - effective).abs() < 1e-9 && (rate.nominal - nominal).abs() < 1e-9
    }

    #[test]
    fn rates_are_those_since_the_scrape_before() {
        let clock = ManualClock::start();
        let mut rates = Rates::start(clock.now());
        // Two rooms of 60 Hz for ten seconds; a room of 30 Hz that is stepped at half its rate.
        clock.advance(Duration::from_secs(10));
        let (threads, all) = rates.take(clock.now(), &[counts(1_200, 1_200, 20), counts(150, 300, 10)]);
        assert!(near(threads[0], 60.0, 60.0) && near(threads[1], 15.0, 30.0), "{threads:?}");
        assert!(near(all, 45.0, 50.0), "{all:?}");
        // It recovers; the others sleep. Scrapes that follow at once are told the same.
        clock.advance(Duration::from_secs(10));
        for _ in 0..3 {
            let (threads, all) = rates.take(clock.now(), &[counts(1_200, 1_200, 20), counts(450, 600, 20)]);
            assert!(near(threads[0], 0.0, 0.0) && near(threads[1], 30.0, 30.0) && near(all, 30.0, 30.0), "{threads:?}");
        }
    }
}
