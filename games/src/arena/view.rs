//! Views: what everybody sees of an arena.
//!
//! Shapes only. Numbers are rounded: nobody sees a hundredth of a step, and every digit is sent to everybody.

use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};

use crate::contract::SeatId;

/// The board.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "ArenaState"))]
pub struct View {
    /// Players by seat.
    #[serde(serialize_with = "by_key")]
    #[cfg_attr(feature = "schema", schemars(with = "std::collections::BTreeMap<SeatId, Seen>"))]
    pub(super) players: Vec<(SeatId, Seen)>,
    /// Coins by id.
    #[serde(serialize_with = "by_place")]
    #[cfg_attr(feature = "schema", schemars(with = "std::collections::BTreeMap<u32, Spot>"))]
    pub(super) coins: Vec<Spot>,
}

/// What one player alone may know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "ArenaYou"))]
pub struct Private {
    /// The last input applied.
    pub(super) seq: u64,
}

/// A player.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(super) struct Seen {
    /// From the left, to a tenth.
    pub(super) x: f64,
    /// From the top, to a tenth.
    pub(super) y: f64,
    /// Coins picked up.
    pub(super) score: i64,
}

/// A coin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(super) struct Spot {
    /// From the left.
    x: i64,
    /// From the top.
    y: i64,
}

impl Spot {
    /// The whole place nearest to this one.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a float cast saturates, and a board's side is at most 100,000"
    )]
    pub(super) const fn new(x: f64, y: f64) -> Self {
        Self { x: x.round() as i64, y: y.round() as i64 }
    }
}

/// To a tenth.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "a float cast saturates, and a board's side is at most 100,000"
)]
pub(super) const fn tenths(coordinate: f64) -> f64 {
    // Not `round`, which is a call of a function on processors that need not have an instruction for it. No coordinate is
    // below zero.
    (coordinate * 10.0 + 0.5) as i64 as f64 / 10.0
}

/// The longest a view of so many players and coins can be, in bytes of JSON.
pub(super) const fn bound(players: usize, coins: usize) -> usize {
    let ends = r#"{"players":{},"coins":{}}"#.len();
    let player = r#""4294967295":{"x":100000.0,"y":100000.0,"score":9223372036854775807},"#.len();
    let coin = r#""65535":{"x":100000,"y":100000},"#.len();
    ends.saturating_add(players.saturating_mul(player)).saturating_add(coins.saturating_mul(coin))
}

fn by_key<S: Serializer>(players: &[(SeatId, Seen)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(players.iter().map(|(seat, seen)| (seat, seen)))
}

fn by_place<S: Serializer>(coins: &[Spot], serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(coins.len()))?;
    for (id, coin) in (0_u32..).zip(coins) {
        map.serialize_entry(&id, coin)?;
    }
    map.end()
}
