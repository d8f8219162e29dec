//! What a room has said once to all or to one of its seats, for those who come back to their connection without having got it.
//!
//! Sends nothing. State is not kept, nor what is told to everybody who takes a seat: those are told anew.

use std::collections::VecDeque;
use std::sync::Arc;

use parlor_games::contract::SeatId;

use super::Outgoing;

/// The place of something said once among all of its room's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The room's code.
    pub room: Arc<str>,
    /// Its number.
    pub number: u64,
}

/// What was said lately.
#[derive(Debug)]
pub(super) struct Past {
    /// How many things are kept; with none, nothing is counted either.
    most: usize,
    most_bytes: usize,
    /// The number of what is said next.
    next: u64,
    said: VecDeque<Said>,
    bytes: usize,
}

#[derive(Debug)]
struct Said {
    /// To this seat alone.
    to: Option<SeatId>,
    outgoing: Outgoing,
    bytes: usize,
}

impl Past {
    /// Keeps at most so much.
    pub(super) const fn new(most: usize, most_bytes: usize) -> Self {
        Self { most, most_bytes, next: 0, said: VecDeque::new(), bytes: 0 }
    }

    /// The number of what is said next: whoever takes a seat has missed nothing before it.
    pub(super) const fn next(&self) -> u64 {
        self.next
    }

    /// Keeps this, and says its number; nothing of either if nobody comes back.
    pub(super) fn add(&mut self, to: Option<SeatId>, outgoing: &Outgoing) -> Option<u64> {
        if self.most == 0 {
            return None;
        }
        let bytes = heft(outgoing);
        self.said.push_back(Said { to, outgoing: outgoing.clone(), bytes });
        self.bytes += bytes;
        while self.said.len() > self.most || self.bytes > self.most_bytes {
            let Some(oldest) = self.said.pop_front() else { break };
            self.bytes -= oldest.bytes;
        }
        self.next += 1;
        Some(self.next - 1)
    }

    /// What this seat has missed from that number on, in order; `None` if that is not known any more.
    pub(super) fn missed(&self, seat: SeatId, from: u64) -> Option<impl Iterator<Item = (u64, &Outgoing)>> {
        let first = self.next - self.said.len() as u64;
        if from > self.next || from < first {
            return None;
        }
        let due = move |said: &Said| said.to.is_none_or(|to| to == seat);
        let numbered = (first..).zip(&self.said).filter(move |(number, said)| *number >= from && due(said));
        Some(numbered.map(|(number, said)| (number, &said.outgoing)))
    }
}

/// About how many bytes it takes.
fn heft(outgoing: &Outgoing) -> usize {
    let own = match outgoing {
        Outgoing::Event { event, .. } => event.size_hint(),
        Outgoing::Chat { name, text, .. } => name.len() + text.len(),
        Outgoing::Nothing
        | Outgoing::Snapshot { .. }
        | Outgoing::Delta { .. }
        | Outgoing::Packed { .. }
        | Outgoing::Keyframe(_)
        | Outgoing::You { .. }
        | Outgoing::Score { .. }
        | Outgoing::Timer { .. }
        | Outgoing::Players { .. } => 0,
    };
    size_of::<Said>() + own
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEATS: [SeatId; 2] = [SeatId(1), SeatId(2)];

    fn line(text: &str) -> Outgoing {
        Outgoing::Chat { seat: SEATS[0], name: "Ada".into(), text: text.into(), t: 0.0 }
    }

    fn missed(past: &Past, seat: SeatId, from: u64) -> Option<Vec<u64>> {
        past.missed(seat, from).map(|missed| missed.map(|(number, _)| number).collect())
    }

    #[test]
    fn each_misses_what_was_for_it_from_its_number_on() {
        let mut past = Past::new(9, 9_999);
        for to in [None, Some(SEATS[0]), None, Some(SEATS[1])] {
            past.add(to, &line("x")).expect("it is kept");
        }
        assert_eq!(missed(&past, SEATS[0], 0), Some(vec![0, 1, 2]));
        assert_eq!(missed(&past, SEATS[1], 1), Some(vec![2, 3]));
        assert_eq!(missed(&past, SEATS[1], 4), Some(vec![]));
        assert_eq!(missed(&past, SEATS[1], 5), None, "never said");
    }

    #[test]
    fn what_is_too_much_is_forgotten_and_then_nobody_is_told_a_part() {
        let mut past = Past::new(2, 9_999);
        for _ in 0..3 {
            past.add(None, &line("x")).expect("it is kept");
        }
        assert_eq!((missed(&past, SEATS[0], 0), missed(&past, SEATS[0], 1)), (None, Some(vec![1, 2])));
        let mut past = Past::new(9, 1_000);
        for _ in 0..2 {
            past.add(None, &line(&"x".repeat(600))).expect("it is numbered");
        }
        assert_eq!((missed(&past, SEATS[0], 0), missed(&past, SEATS[0], 1)), (None, Some(vec![1])));
        past.add(None, &line(&"x".repeat(1_001))).expect("it is numbered");
        assert_eq!((missed(&past, SEATS[0], 2), missed(&past, SEATS[0], 3)), (None, Some(vec![])));
    }

    #[test]
    fn where_nobody_comes_back_nothing_is_kept() {
        let mut past = Past::new(0, 0);
        assert_eq!((past.add(None, &line("x")), past.next()), (None, 0));
    }
}
