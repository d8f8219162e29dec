//! A load: how much of its time something keeps a thread busy, of late.
//!
//! Reads no clock: it is told which window of time it is.

/// How many nanoseconds a window is: half a second. Loads follow what happens within a few of them.
pub(super) const WINDOW: u64 = 500_000_000;

/// Busy time in a window, averaged over windows: the last one counts half, the one before it a quarter, and so on.
///
/// All loads forget at the same rate, so those of a lane's rooms add up to the lane's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Load {
    window: u64,
    /// Nanoseconds in the window that is under way.
    busy: u64,
    /// Nanoseconds a window, of those before.
    mean: u64,
}

impl Load {
    /// As if it had always been so much.
    pub(super) const fn assumed(window: u64, mean: u64) -> Self {
        Self { window, busy: 0, mean }
    }

    /// Busy for so many nanoseconds more.
    pub(super) fn add(&mut self, window: u64, nanos: u64) {
        self.roll(window);
        self.busy += nanos;
    }

    /// Nanoseconds a window, up to this one.
    pub(super) fn at(mut self, window: u64) -> u64 {
        self.roll(window);
        self.mean
    }

    /// Another's is part of this one from here on.
    pub(super) fn join(&mut self, window: u64, mut other: Self) {
        self.roll(window);
        other.roll(window);
        self.busy += other.busy;
        self.mean += other.mean;
    }

    /// Another's is part of this one no longer.
    pub(super) fn part(&mut self, window: u64, mut other: Self) {
        self.roll(window);
        other.roll(window);
        // Halving rounds down, so that the parts may be a few nanoseconds more than the whole.
        self.busy = self.busy.saturating_sub(other.busy);
        self.mean = self.mean.saturating_sub(other.mean);
    }

    /// It is this window, or a later one.
    fn roll(&mut self, window: u64) {
        let passed = window.saturating_sub(self.window);
        if passed == 0 {
            return;
        }
        let halvings = u32::try_from(passed - 1).unwrap_or(u32::MAX);
        self.mean = (u64::midpoint(self.mean, self.busy)).checked_shr(halvings).unwrap_or(0);
        (self.window, self.busy) = (window, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_steady_load_is_known_within_a_few_windows_and_forgotten_as_soon() {
        let mut load = Load::default();
        for window in 0..8 {
            load.add(window, 600);
            load.add(window, 400);
        }
        assert!((990..=1_000).contains(&load.at(8)), "{load:?}");
        assert_eq!(load.at(9), load.at(8) / 2);
        assert_eq!(load.at(1_000), 0);
    }

    #[test]
    fn parts_add_up_to_the_whole() {
        let (mut one, mut other, mut both) = (Load::default(), Load::assumed(0, 64), Load::default());
        both.join(0, other);
        for window in 0..10 {
            one.add(window, 100);
            both.add(window, 100);
            if window % 2 == 0 {
                other.add(window, 900);
                both.add(window, 900);
            }
        }
        assert!(both.at(12).abs_diff(one.at(12) + other.at(12)) <= 4, "{one:?} {other:?} {both:?}");
        both.part(12, other);
        assert!(both.at(12).abs_diff(one.at(12)) <= 4, "{one:?} {both:?}");
    }
}
