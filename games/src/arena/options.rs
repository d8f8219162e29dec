//! Options: what an arena may be opened with, and within which bounds.
//!
//! Decides nothing else; the runtime's own limits may be lower.

use std::ops::RangeInclusive;

use serde::Deserialize;

use crate::about::{Parameter, Seats, Takes};
use crate::contract::Refusal;

/// What an arena is opened with.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "ArenaOptions"))]
pub struct Options {
    /// Steps a second, 1 to 128. Cost: each step is a frame to everybody.
    pub hz: u16,
    /// The board's side, 10 to 100,000.
    pub size: u32,
    /// How many players it seats, 1 to 100,000. Cost: about 150 bytes each, and 40 bytes of view to everybody each
    /// unless `visible` bounds it. Attack: a room whose every frame is megabytes; the runtime's own limit stops it.
    pub seats: u32,
    /// How many coins lie on it, 0 to 1,000. Cost: 30 bytes of view to everybody each.
    pub coins: u16,
    /// If given, a view holds only that many players, the best by score.
    pub visible: Option<u32>,
}

impl Default for Options {
    fn default() -> Self {
        Self { hz: 30, size: 1000, seats: 8, coins: 8, visible: None }
    }
}

impl Options {
    /// What they may be, for whoever opens one.
    pub(super) fn about() -> Vec<Parameter> {
        let Self { hz, size, seats, coins, visible } = Self::default();
        let number = |name, range: RangeInclusive<u32>, default| Parameter {
            name,
            takes: Takes::Number { least: *range.start(), most: *range.end(), default },
        };
        vec![
            number("hz", HZ, Some(hz.into())),
            number("size", SIZE, Some(size)),
            number("seats", SEATS, Some(seats)),
            number("coins", COINS, Some(coins.into())),
            number("visible", SEATS, visible),
        ]
    }

    /// How many players an arena seats.
    pub(super) fn seating() -> Seats {
        Seats { default: Self::default().seats, most: *SEATS.end() }
    }

    pub(super) fn check(&self) -> Result<(), Refusal> {
        within("hz", self.hz.into(), HZ)?;
        within("size", self.size, SIZE)?;
        within("seats", self.seats, SEATS)?;
        within("coins", self.coins.into(), COINS)?;
        within("visible", self.visible.unwrap_or(1), SEATS)
    }
}

fn within(field: &str, value: u32, range: RangeInclusive<u32>) -> Result<(), Refusal> {
    if range.contains(&value) {
        return Ok(());
    }
    Err(Refusal::new("bad_options", format!("{field} must be from {} to {}.", range.start(), range.end())))
}

const HZ: RangeInclusive<u32> = 1..=128;
const SIZE: RangeInclusive<u32> = 10..=100_000;
const SEATS: RangeInclusive<u32> = 1..=100_000;
const COINS: RangeInclusive<u32> = 0..=1_000;
