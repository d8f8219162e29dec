//! Whether those that stalled know what their roommates know: their states compared at the same tick, field by field.
//!
//! Keeps no client's state: a room's witness, who never stalled, and those that did hand theirs in.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::{Map, Value};

use crate::seat::merge;

/// What a client with a book knows: its whole state, as it was told it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Book {
    pub(super) tick: u64,
    pub(super) state: Value,
}

impl Book {
    /// The whole state.
    pub(super) fn rewrite(&mut self, tick: u64, state: Value) {
        (self.tick, self.state) = (tick, state);
    }

    /// Puts a delta over the state it was made from. `false`: it was made from another.
    pub(super) fn amend(&mut self, tick: u64, base: Option<u64>, patch: &Value) -> bool {
        let follows = base == Some(self.tick);
        self.tick = tick;
        merge(&mut self.state, patch);
        follows
    }
}

/// All rooms' books.
#[derive(Debug, Default)]
pub(super) struct Exact(Mutex<HashMap<usize, Room>>);

#[derive(Debug, Default)]
struct Room {
    /// The witness's last states.
    known: VecDeque<Book>,
    /// States of ticks that the witness has yet to come to, and whose they are.
    early: Vec<(usize, Book)>,
    verdicts: HashMap<usize, Verdict>,
}

/// What came of the comparing of one client.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Verdict {
    /// How many states were compared.
    pub(super) compared: u64,
    /// Where a state differed first.
    pub(super) differs: Option<String>,
}

impl Exact {
    /// What the room's witness knows.
    pub(super) fn witness(&self, room: usize, book: &Book) {
        let mut rooms = self.rooms();
        let room = rooms.entry(room).or_default();
        if room.known.len() == KNOWN {
            room.known.pop_front();
        }
        room.known.push_back(book.clone());
        for (nth, early) in std::mem::take(&mut room.early) {
            room.compare(nth, early);
        }
    }

    /// What a client knows that has stalled.
    pub(super) fn check(&self, room: usize, nth: usize, book: &Book) {
        self.rooms().entry(room).or_default().compare(nth, book.clone());
    }

    /// What came of it for this client.
    pub(super) fn verdict(&self, room: usize, nth: usize) -> Verdict {
        let verdict = self.rooms().get(&room).and_then(|room| room.verdicts.get(&nth).cloned());
        verdict.unwrap_or_default()
    }

    fn rooms(&self) -> MutexGuard<'_, HashMap<usize, Room>> {
        // A room's books are whole between two calls, whoever panicked.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Room {
    fn compare(&mut self, nth: usize, book: Book) {
        let Some(last) = self.known.back().map(|known| known.tick) else { return };
        if book.tick > last {
            if self.early.len() < EARLY {
                self.early.push((nth, book));
            }
            return;
        }
        // A tick that the witness was never told of, or is too long ago, is not compared.
        let Some(known) = self.known.iter().rev().find(|known| known.tick == book.tick) else { return };
        let verdict = self.verdicts.entry(nth).or_default();
        verdict.compared += 1;
        if verdict.differs.is_none() {
            verdict.differs = difference(&known.state, &book.state, "state").map(|at| format!("{at} at {}", book.tick));
        }
    }
}

/// The first field that is not the same in both, if there is one. Numbers are the same if their values are: a parser may
/// write 1.0 as 1.
fn difference(one: &Value, two: &Value, at: &str) -> Option<String> {
    match (one, two) {
        (Value::Object(one), Value::Object(two)) => {
            let lone = |one: &Map<String, Value>, two: &Map<String, Value>| {
                one.keys().find(|key| !two.contains_key(*key)).map(|key| format!("{at}.{key}"))
            };
            let deeper = || {
                one.iter().find_map(|(key, value)| {
                    two.get(key).and_then(|other| difference(value, other, &format!("{at}.{key}")))
                })
            };
            lone(one, two).or_else(|| lone(two, one)).or_else(deeper)
        }
        (Value::Array(one), Value::Array(two)) if one.len() == two.len() => {
            let mut pairs = one.iter().zip(two).enumerate();
            pairs.find_map(|(index, (one, two))| difference(one, two, &format!("{at}.{index}")))
        }
        (Value::Number(one), Value::Number(two)) if one.as_f64() == two.as_f64() => None,
        (one, two) => (one != two).then(|| at.to_owned()),
    }
}

/// States of a witness that are kept: two seconds' at the quickest.
const KNOWN: usize = 256;
/// States that may wait for a room's witness.
const EARLY: usize = 4_096;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn book(tick: u64, x: f64) -> Book {
        Book { tick, state: json!({"players": {"1": {"x": x, "y": 2}}, "coins": [1]}) }
    }

    #[test]
    fn states_are_compared_at_the_same_tick_whoever_comes_first() {
        let exact = Exact::default();
        exact.witness(0, &book(1, 1.0));
        exact.check(0, 7, &book(1, 1.0));
        exact.check(0, 7, &book(2, 2.0));
        assert_eq!(exact.verdict(0, 7), Verdict { compared: 1, differs: None });
        exact.witness(0, &book(2, 2.0));
        assert_eq!(exact.verdict(0, 7), Verdict { compared: 2, differs: None });
        exact.check(0, 8, &book(2, 1.0));
        assert_eq!(exact.verdict(0, 8).differs.as_deref(), Some("state.players.1.x at 2"));
        assert_eq!((exact.verdict(1, 7), exact.verdict(0, 9)), (Verdict::default(), Verdict::default()));
    }

    #[test]
    fn a_field_more_less_or_other_differs_and_the_way_a_number_is_written_does_not() {
        let state = json!({"a": [1, {"b": 2.0}], "c": null});
        assert_eq!(difference(&state, &json!({"c": null, "a": [1.0, {"b": 2}]}), "s"), None);
        for (other, at) in [
            (json!({"a": [1, {"b": 2}]}), "s.c"),
            (json!({"a": [1, {"b": 2}], "c": null, "d": 1}), "s.d"),
            (json!({"a": [1, {"b": 3}], "c": null}), "s.a.1.b"),
            (json!({"a": [1], "c": null}), "s.a"),
            (json!({"a": [1, {"b": "2"}], "c": null}), "s.a.1.b"),
        ] {
            assert_eq!(difference(&state, &other, "s").as_deref(), Some(at));
        }
    }

    #[test]
    fn a_delta_over_another_base_is_told() {
        let mut book = book(3, 1.0);
        assert!(book.amend(4, Some(3), &json!({"players": {"1": {"x": 5, "y": null}}, "coins": null})));
        assert_eq!(book, Book { tick: 4, state: json!({"players": {"1": {"x": 5}}}) });
        assert!(!book.amend(6, Some(5), &json!({})));
    }
}
