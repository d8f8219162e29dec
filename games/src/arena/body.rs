//! A body: one player on the board.
//!
//! Moves by itself; what it meets is the board's.

use super::view::{Seen, tenths};

/// One player on the board.
#[derive(Clone, Debug)]
pub(super) struct Body {
    /// Where, from the left.
    pub(super) x: f64,
    /// Where, from the top.
    pub(super) y: f64,
    /// Where to.
    pub(super) heading: Heading,
    /// Coins picked up.
    pub(super) score: i64,
    /// The last input applied.
    pub(super) seq: u64,
}

/// A direction, at most one long: nobody is faster for going diagonally.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Heading {
    dx: f64,
    dy: f64,
}

impl Heading {
    /// Nowhere.
    pub(super) const STILL: Self = Self { dx: 0.0, dy: 0.0 };

    /// This direction, if it is one.
    pub(super) fn new(dx: f64, dy: f64) -> Option<Self> {
        if !dx.is_finite() || !dy.is_finite() {
            return None;
        }
        let (dx, dy) = (dx.clamp(-1.0, 1.0), dy.clamp(-1.0, 1.0));
        // Not `hypot`, whose last bit differs between machines.
        let length = (dx * dx + dy * dy).sqrt().max(1.0);
        Some(Self { dx: dx / length, dy: dy / length })
    }
}

impl Body {
    /// A body that stands here.
    pub(super) const fn new(x: f64, y: f64) -> Self {
        Self { x, y, heading: Heading::STILL, score: 0, seq: 0 }
    }

    /// Moves it by `reach` its way, within a board of `size`.
    pub(super) fn step(&mut self, reach: f64, size: f64) {
        self.x = (self.x + self.heading.dx * reach).clamp(0.0, size);
        self.y = (self.y + self.heading.dy * reach).clamp(0.0, size);
    }

    /// What others see of it.
    pub(super) fn seen(&self) -> Seen {
        Seen { x: tenths(self.x), y: tenths(self.y), score: self.score }
    }
}
