//! A feeder: keeps the arenas of a hall playing.
//!
//! Lets no time pass itself: whoever does asks it to catch up.

use std::time::{Duration, Instant};

use super::Hall;

/// Keeps the rooms of a hall playing: each seat of an arena turns so often a second, all of them spread evenly over it.
#[derive(Debug)]
pub struct Feeder {
    began: Instant,
    per_second: f64,
    sent: u64,
    turns: Vec<String>,
}

impl Feeder {
    /// For this hall, from this moment on.
    #[must_use]
    pub fn start(hall: &Hall, input_hz: u32) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "there are far fewer than 2^52 seats")]
        let per_second = hall.seats() as f64 * f64::from(input_hz);
        Self { began: hall.now(), per_second, sent: 0, turns: (0..TURNS).map(turn).collect() }
    }

    /// How many inputs were sent.
    #[must_use]
    pub const fn sent(&self) -> u64 {
        self.sent
    }

    /// Sends what is due at this moment.
    pub fn feed(&mut self, hall: &Hall) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a float cast saturates")]
        let due = (hall.now().saturating_duration_since(self.began).as_secs_f64() * self.per_second) as u64;
        while self.sent < due {
            self.turn(hall);
        }
    }

    /// Every seat turns once, at once: nobody stands still from here on.
    pub fn wake(&mut self, hall: &Hall) {
        for _ in 0..hall.seats() {
            self.turn(hall);
        }
        self.began = hall.now().checked_sub(self.lead()).unwrap_or(self.began);
    }

    /// The time in which as many inputs fall due as were sent.
    fn lead(&self) -> Duration {
        #[expect(clippy::cast_precision_loss, reason = "nobody sends 2^52 inputs")]
        let seconds = self.sent as f64 / self.per_second;
        Duration::try_from_secs_f64(seconds).unwrap_or_default()
    }

    /// The next seat turns: all of them walk in circles, each on its own.
    fn turn(&mut self, hall: &Hall) {
        let seats = (hall.seats() as u64).max(1);
        let (nth, seq) = (self.sent % seats, self.sent / seats + 1);
        // A seat's numbers go up, though after the last they begin again: no turn is the one before.
        let turn = usize::try_from(nth.wrapping_mul(PRIME).wrapping_add(seq) % TURNS).unwrap_or_default();
        if let Some(input) = self.turns.get(turn) {
            hall.ask(usize::try_from(nth).unwrap_or(usize::MAX), input);
        }
        self.sent += 1;
    }
}

/// How many turns there are. They are written down beforehand: a client's work is not to be measured.
const TURNS: u64 = 1_024;
/// Seats begin far from each other.
const PRIME: u64 = 379;

fn turn(nth: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "there are far fewer than 2^52")]
    let (dy, dx) = (nth as f64 * 0.7).sin_cos();
    format!(r#"{{"type":"move","seq":{nth},"dx":{dx:.3},"dy":{dy:.3}}}"#)
}

#[cfg(test)]
mod tests {
    use super::super::{Parsers, Setup};
    use super::*;

    #[test]
    fn every_seat_is_taken_and_hears_what_is_said() {
        let setup = Setup { parsers: Parsers::Both, ..Setup::arena(3, 4, 60) };
        let hall = Hall::manual(&setup).expect("a hall");
        assert_eq!((hall.directory().len(), hall.seats()), (3, 12));
        let mut feeder = Feeder::start(&hall, 10);
        feeder.wake(&hall);
        let before = hall.heard();
        hall.run_until(hall.now() + Duration::from_secs(1), |hall| feeder.feed(hall));
        hall.close();
        let heard = hall.heard();
        assert_eq!(heard.applied + heard.refused, 12 + feeder.sent(), "each request has one answer");
        assert!(heard.deliveries >= before.deliveries + 12 * 60, "all of them move at every tick");
        assert!(heard.bytes > before.bytes);
    }
}
