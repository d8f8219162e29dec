//! The rooms' clock: monotonic for deadlines, wall time for what is said on the wire.
//!
//! Sleeps nowhere and schedules nothing: it is only read.

use std::fmt::Debug;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Where the time comes from.
pub trait Clock: Send + Sync + Debug + 'static {
    /// This moment. Never goes back.
    fn now(&self) -> Instant;

    /// The wall time of a moment, in milliseconds since the Unix epoch.
    fn wall_ms(&self, at: Instant) -> f64;
}

/// A wall time and the moment it was read, from which every other wall time is counted.
#[derive(Clone, Copy, Debug)]
struct Anchor {
    at: Instant,
    wall_ms: f64,
}

impl Anchor {
    #[expect(clippy::disallowed_methods, reason = "this is the one place where a room's time comes from")]
    fn system() -> Self {
        let wall = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self { at: Instant::now(), wall_ms: wall.as_secs_f64() * 1e3 }
    }

    fn wall_ms(&self, at: Instant) -> f64 {
        let after = at.saturating_duration_since(self.at).as_secs_f64();
        let before = self.at.saturating_duration_since(at).as_secs_f64();
        self.wall_ms + (after - before) * 1e3
    }
}

/// The machine's clock. Its wall time is read once and then runs with the monotonic clock, so that a correction of the
/// machine's time moves no running question's end.
#[derive(Clone, Debug)]
pub struct SystemClock {
    anchor: Anchor,
}

impl SystemClock {
    /// A clock whose wall time is right at this moment.
    #[must_use]
    pub fn start() -> Self {
        Self { anchor: Anchor::system() }
    }
}

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place where a room's time comes from")]
    fn now(&self) -> Instant {
        Instant::now()
    }

    fn wall_ms(&self, at: Instant) -> f64 {
        self.anchor.wall_ms(at)
    }
}

/// A clock that stands still until it is told to move: for tests. Its clones are one clock.
#[derive(Clone, Debug)]
pub struct ManualClock {
    anchor: Anchor,
    /// In nanoseconds.
    elapsed: Arc<AtomicU64>,
}

impl ManualClock {
    /// A clock at this moment, at wall time 0.
    #[must_use]
    pub fn start() -> Self {
        let anchor = Anchor { wall_ms: 0.0, ..Anchor::system() };
        Self { anchor, elapsed: Arc::default() }
    }

    /// Moves on.
    pub fn advance(&self, by: Duration) {
        self.elapsed.fetch_add(nanos(by), Ordering::AcqRel);
    }

    /// Moves on to this moment, if it is later.
    pub fn advance_to(&self, to: Instant) {
        self.elapsed.fetch_max(nanos(to.saturating_duration_since(self.anchor.at)), Ordering::AcqRel);
    }
}

/// Five centuries at most.
fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

impl Clock for ManualClock {
    fn now(&self) -> Instant {
        self.anchor.at + Duration::from_nanos(self.elapsed.load(Ordering::Acquire))
    }

    fn wall_ms(&self, at: Instant) -> f64 {
        self.anchor.wall_ms(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wall_time_runs_with_the_monotonic_clock() {
        let clock = SystemClock::start();
        let now = clock.now();
        let later = clock.wall_ms(now + Duration::from_millis(1_500)) - clock.wall_ms(now);
        assert!((later - 1_500.0).abs() < 0.01, "{later}");
    }

    #[test]
    fn a_manual_clock_moves_only_forward_and_only_when_told() {
        let clock = ManualClock::start();
        let start = clock.now();
        clock.advance(Duration::from_millis(20));
        clock.advance_to(start);
        assert_eq!(clock.now() - start, Duration::from_millis(20));
        clock.advance_to(start + Duration::from_millis(50));
        assert_eq!(clock.now() - start, Duration::from_millis(50));
        assert!((clock.wall_ms(clock.now()) - 50.0).abs() < 1e-6);
    }
}
