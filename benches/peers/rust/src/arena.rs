//! The arena's rules, as Parlor's: players move on a square board and pick up coins; everybody sees the board.
//! Knows no wire.

use std::collections::BTreeMap;

use rand::RngExt as _;
use serde::ser::SerializeMap as _;
use serde::{Deserialize, Serialize, Serializer};

const SIZE: f64 = 1000.0;
const COINS: usize = 8;
/// How much of the board's side a player crosses in a second.
const SPEED: f64 = 0.25;
/// How near a coin must be to be picked up.
const REACH: f64 = SIZE * 0.02;

/// A board and who is on it.
#[derive(Debug)]
pub struct Arena {
    stride: f64,
    visible: usize,
    bodies: BTreeMap<u32, Body>,
    coins: Vec<(f64, f64)>,
}

#[derive(Clone, Debug)]
struct Body {
    x: f64,
    y: f64,
    heading: (f64, f64),
    score: i64,
    seq: u64,
}

/// An input: head this way from the next step on.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Direction {
    /// The sender's own number for it.
    #[serde(default)]
    pub seq: u64,
    /// To the right; clamped to -1..1.
    pub dx: f64,
    /// Down; clamped to -1..1.
    pub dy: f64,
}

/// What everybody sees.
#[derive(Debug, Serialize)]
pub struct View {
    #[serde(serialize_with = "by_key")]
    players: Vec<(u32, Seen)>,
    #[serde(serialize_with = "by_key")]
    coins: Vec<(u32, Spot)>,
}

#[derive(Debug, Serialize)]
struct Seen {
    x: f64,
    y: f64,
    score: i64,
}

#[derive(Debug, Serialize)]
struct Spot {
    x: i64,
    y: i64,
}

impl Arena {
    /// An empty board. A view holds no more than `visible` players, the best by score.
    #[must_use]
    pub fn new(hz: f64, visible: usize) -> Self {
        let coins = (0..COINS).map(|_| (anywhere(), anywhere())).collect();
        Self { stride: SIZE * SPEED / hz, visible, bodies: BTreeMap::new(), coins }
    }

    /// A player comes.
    pub fn join(&mut self, id: u32) {
        let body = Body { x: anywhere(), y: anywhere(), heading: (0.0, 0.0), score: 0, seq: 0 };
        self.bodies.insert(id, body);
    }

    /// A player goes; whether anybody is left.
    pub fn leave(&mut self, id: u32) -> bool {
        self.bodies.remove(&id);
        !self.bodies.is_empty()
    }

    /// Turns a player. What a client says is not believed.
    pub fn turn(&mut self, id: u32, Direction { seq, dx, dy }: Direction) {
        let Some(body) = self.bodies.get_mut(&id).filter(|_| dx.is_finite() && dy.is_finite()) else { return };
        let (dx, dy) = (dx.clamp(-1.0, 1.0), dy.clamp(-1.0, 1.0));
        let length = (dx * dx + dy * dy).sqrt().max(1.0);
        body.heading = (dx / length, dy / length);
        body.seq = seq;
    }

    /// One step of everybody.
    pub fn step(&mut self) {
        for body in self.bodies.values_mut() {
            body.x = (body.x + body.heading.0 * self.stride).clamp(0.0, SIZE);
            body.y = (body.y + body.heading.1 * self.stride).clamp(0.0, SIZE);
            for (x, y) in &mut self.coins {
                if (*x - body.x).powi(2) + (*y - body.y).powi(2) <= REACH * REACH {
                    body.score += 1;
                    (*x, *y) = (anywhere(), anywhere());
                }
            }
        }
    }

    /// What everybody sees.
    #[must_use]
    pub fn view(&self) -> View {
        let tenths = |value: f64| (value * 10.0).round() / 10.0;
        let seen = |body: &Body| Seen { x: tenths(body.x), y: tenths(body.y), score: body.score };
        let coins = (0..).zip(&self.coins).map(|(id, (x, y))| (id, Spot { x: x.round() as i64, y: y.round() as i64 }));
        View { players: self.best().into_iter().map(|(id, body)| (id, seen(body))).collect(), coins: coins.collect() }
    }

    fn best(&self) -> Vec<(u32, &Body)> {
        let all = self.bodies.iter().map(|(id, body)| (*id, body));
        if self.bodies.len() <= self.visible {
            return all.collect();
        }
        let mut best: Vec<(u32, &Body)> = Vec::with_capacity(self.visible + 1);
        for (id, body) in all {
            if best.len() == self.visible && best.last().is_some_and(|(_, last)| body.score <= last.score) {
                continue;
            }
            let at = best.partition_point(|(_, other)| other.score >= body.score);
            best.insert(at, (id, body));
            best.truncate(self.visible);
        }
        best
    }
}

fn anywhere() -> f64 {
    rand::rng().random_range(0.0..=SIZE)
}

fn by_key<S: Serializer, T: Serialize>(items: &[(u32, T)], serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(items.len()))?;
    for (id, item) in items {
        map.serialize_entry(id, item)?;
    }
    map.end()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crowd_is_seen_by_its_best() {
        let mut arena = Arena::new(30.0, 2);
        for id in 0..5 {
            arena.join(id);
        }
        for (id, score) in [(1, 3), (4, 7), (2, 3)] {
            arena.bodies.get_mut(&id).expect("it joined").score = score;
        }
        assert_eq!(arena.best().into_iter().map(|(id, _)| id).collect::<Vec<_>>(), [4, 1]);
    }

    #[test]
    fn eight_players_are_about_500_bytes() {
        let mut arena = Arena::new(30.0, 8);
        for id in 1..=8 {
            arena.join(id);
        }
        let bytes = serde_json::to_vec(&arena.view()).expect("a view").len();
        assert!((400..600).contains(&bytes), "{bytes}");
    }
}
