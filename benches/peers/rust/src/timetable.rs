//! A timetable: tick n of a room is due at `began + n / hz`, however late the one before it was.
//! Waits for nothing itself.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// When ticks are due.
#[derive(Clone, Copy, Debug)]
pub struct Timetable {
    began: Instant,
    began_ms: f64,
    hz: f64,
    tick: u64,
}

/// Milliseconds since the Unix epoch.
#[must_use]
pub fn epoch_ms() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64() * 1000.0
}

/// Which part of its period a room's ticks are after those of a room of phase 0. A load opens its rooms at one moment, where
/// those of a day would be spread evenly; so are multiples of the golden ratio.
#[must_use]
pub fn phase(nth: usize) -> f64 {
    (nth as f64 * 0.618_033_988_749_894_8).fract()
}

impl Timetable {
    /// From now, and `phase` of a period later, on.
    #[must_use]
    pub fn new(hz: f64, phase: f64) -> Self {
        let later = Duration::from_secs_f64(phase / hz);
        Self { began: Instant::now() + later, began_ms: epoch_ms() + later.as_secs_f64() * 1000.0, hz, tick: 0 }
    }

    /// When the next tick is due.
    #[must_use]
    pub fn due(&self) -> Instant {
        self.began + Duration::from_secs_f64(self.tick as f64 / self.hz)
    }

    /// The tick that is due and its time in milliseconds since the Unix epoch; the next one is due after it. Ticks a second
    /// late are passed over.
    pub fn take(&mut self) -> (u64, f64) {
        let late = Instant::now().saturating_duration_since(self.due());
        if late > Duration::from_secs(1) {
            self.tick += (late.as_secs_f64() * self.hz) as u64;
        }
        let tick = self.tick;
        self.tick += 1;
        (tick, self.began_ms + tick as f64 * 1000.0 / self.hz)
    }
}
