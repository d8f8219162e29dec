//! How often addresses have guessed of late.
//!
//! Checks no guess, and refuses none: whoever asks does.

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use crate::transport::network;

const MINUTE: Duration = Duration::from_secs(60);

#[derive(Debug)]
pub(super) struct Mistakes {
    per_minute: u32,
    most: usize,
    known: HashMap<IpAddr, Guesses>,
}

/// Of one address, in the minute that began with the first of them.
#[derive(Debug)]
struct Guesses {
    since: Instant,
    count: u32,
}

impl Mistakes {
    pub(super) fn new(per_minute: u32, most: usize) -> Self {
        Self { per_minute, most, known: HashMap::new() }
    }

    /// Whether the address may guess once more. It counts as wrong until [`right`](Self::right) says otherwise, as many guesses may be
    /// under way at a time.
    pub(super) fn may_guess(&mut self, address: IpAddr, now: Instant) -> bool {
        let address = network(address);
        let is_over = |guesses: &Guesses| now.saturating_duration_since(guesses.since) >= MINUTE;
        if self.known.len() >= self.most && !self.known.contains_key(&address) {
            self.known.retain(|_, guesses| !is_over(guesses));
            if self.known.len() >= self.most {
                self.known.clear();
            }
        }
        let guesses = self.known.entry(address).or_insert(Guesses { since: now, count: 0 });
        if is_over(guesses) {
            *guesses = Guesses { since: now, count: 0 };
        }
        let may = guesses.count < self.per_minute;
        guesses.count += u32::from(may);
        may
    }

    /// One of its guesses was right.
    pub(super) fn right(&mut self, address: IpAddr) {
        if let Some(guesses) = self.known.get_mut(&network(address)) {
            guesses.count = guesses.count.saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn an_address_has_some_wrong_guesses_a_minute_and_any_number_of_right_ones() {
        let (start, mut mistakes) = (Instant::now(), Mistakes::new(2, 9));
        let (here, there) = (address("192.0.2.1"), address("192.0.2.2"));
        for _ in 0..5 {
            assert!(mistakes.may_guess(here, start));
            mistakes.right(here);
        }
        assert_eq!([(); 3].map(|()| mistakes.may_guess(here, start)), [true, true, false]);
        assert!(mistakes.may_guess(there, start), "another one's");
        assert!(!mistakes.may_guess(here, start + MINUTE - Duration::from_millis(1)));
        assert!(mistakes.may_guess(here, start + MINUTE));
    }

    #[test]
    fn an_ipv6_address_is_its_network() {
        let (start, mut mistakes) = (Instant::now(), Mistakes::new(1, 9));
        assert!(mistakes.may_guess(address("2001:db8::1"), start));
        assert!(!mistakes.may_guess(address("2001:db8::2"), start));
        assert!(mistakes.may_guess(address("2001:db8:0:1::1"), start));
    }

    #[test]
    fn no_more_addresses_are_remembered_than_may_be() {
        let (start, mut mistakes) = (Instant::now(), Mistakes::new(1, 2));
        assert!(mistakes.may_guess(address("192.0.2.1"), start));
        let later = start + MINUTE / 2;
        assert!(mistakes.may_guess(address("192.0.2.2"), later));
        assert!(mistakes.may_guess(address("192.0.2.3"), start + MINUTE), "the first one's minute is over");
        assert!(!mistakes.may_guess(address("192.0.2.2"), start + MINUTE));
        assert!(mistakes.may_guess(address("192.0.2.4"), start + MINUTE), "all are forgotten");
        assert!(mistakes.known.len() <= 2);
    }
}
