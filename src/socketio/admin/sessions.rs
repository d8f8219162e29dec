//! Browsers that were let in, and may come again without a password.
//!
//! Knows no passwords. Who is let in by a session gets no other, so that none lasts longer than it was given.

use std::time::{Duration, Instant};

use indexmap::IndexMap;

#[derive(Debug)]
pub(super) struct Sessions {
    lifetime: Duration,
    most: usize,
    /// Until when, the oldest first.
    known: IndexMap<Box<str>, Instant>,
}

impl Sessions {
    pub(super) fn new(lifetime: Duration, most: usize) -> Self {
        Self { lifetime, most, known: IndexMap::new() }
    }

    /// A session's id: 128 bits that nobody can guess.
    pub(super) fn open(&mut self, now: Instant) -> Box<str> {
        let id: Box<str> = format!("{:032x}", rand::random::<u128>()).into();
        while self.known.len() >= self.most.max(1) {
            self.known.shift_remove_index(0);
        }
        self.known.insert(id.clone(), now + self.lifetime);
        id
    }

    pub(super) fn has(&self, id: &str, now: Instant) -> bool {
        self.known.get(id).is_some_and(|until| now < *until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3_600);

    #[test]
    fn a_session_is_known_until_its_time_is_over() {
        let start = Instant::now();
        let mut sessions = Sessions::new(HOUR, 9);
        let id = sessions.open(start);
        assert_eq!(id.len(), 32);
        assert!(sessions.has(&id, start) && sessions.has(&id, start + HOUR / 2));
        assert!(!sessions.has(&id, start + HOUR) && !sessions.has("", start) && !sessions.has(&id[1..], start));
    }

    #[test]
    fn the_oldest_goes_for_one_more() {
        let start = Instant::now();
        let mut sessions = Sessions::new(HOUR, 2);
        let [a, b, c] = [(); 3].map(|()| sessions.open(start));
        assert_eq!([a, b, c].map(|id| sessions.has(&id, start)), [false, true, true]);
    }
}
