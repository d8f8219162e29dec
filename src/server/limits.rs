//! The server's own bounds on what one address and one socket may do: attempts at codes and keys, events a second.
//!
//! Closes and refuses nothing itself: it says whether there is room, and its callers answer. Sessions of one address are
//! `transport`'s to bound, rooms of one address and inputs of one seat `room`'s.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use serde::{Deserialize, Serialize};

/// Bounds of one address and one socket. Everything about rooms and packets is bounded by the floors below.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Events a second that one socket may send for long. Default 150: an input for each tick of the fastest game and then
    /// some. Without it one socket keeps a core busy with parsing. Requests that look for a room, or at many
    /// seats, count as ten.
    pub events_per_second: f64,
    /// Events that one socket may send at once. Default 300. Past it an event is refused; past ten times as many refused
    /// ones, not paid off at `events_per_second`, the socket is disconnected.
    pub events_burst: f64,
    /// `create`, `join` and `resume` of one address a minute, right or wrong. Default 3,000: a school that comes at once. Without
    /// it one machine keeps the directory busy.
    pub attempts_per_minute: f64,
    /// Wrong codes of one address a minute, and as many wrong keys; after as many at once it waits for the next. Default 30:
    /// codes have 6 digits, so trying half of them takes 11 days, and a class may mistype. Without it every room can be found by
    /// trying. Tokens are not counted, as nobody finds 192 bits by trying, and who is cut off must be let back in.
    pub mistakes_per_minute: f64,
    /// How many addresses are remembered with what they did of late. Default 65,536; costs 100 bytes each. An IPv6 address
    /// counts as its /64 network. Past it those of more than a minute ago are forgotten, else all.
    pub addresses: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            events_per_second: 150.0,
            events_burst: 300.0,
            attempts_per_minute: 3000.0,
            mistakes_per_minute: 30.0,
            addresses: 65_536,
        }
    }
}

/// A bucket that fills at a steady rate and is drunk from; it may be drunk into debt, which is paid off at the same rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Bucket {
    /// What is in it at `at`, of `1.0` for each thing it lets through.
    level: f64,
    at: Instant,
}

/// How fast a bucket fills, and how full it gets.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rate {
    pub(super) per_second: f64,
    pub(super) burst: f64,
}

impl Rate {
    /// A minute's worth at once, and as much again each minute.
    pub(super) fn per_minute(count: f64) -> Self {
        Self { per_second: count / 60.0, burst: count.max(1.0) }
    }
}

impl Bucket {
    pub(super) fn full(rate: Rate, now: Instant) -> Self {
        Self { level: rate.burst, at: now }
    }

    /// Takes so much out, in debt if it must be. Whether it was there.
    pub(super) fn take(&mut self, rate: Rate, count: f64, now: Instant) -> bool {
        self.fill(rate, now);
        self.level -= count;
        self.level >= 0.0
    }

    /// Whether there is one, without taking it.
    pub(super) fn has(&mut self, rate: Rate, now: Instant) -> bool {
        self.fill(rate, now);
        self.level >= 1.0
    }

    /// How many were taken that weren't there.
    pub(super) fn debt(&self) -> f64 {
        (-self.level).max(0.0)
    }

    fn fill(&mut self, rate: Rate, now: Instant) {
        let passed = now.saturating_duration_since(self.at).as_secs_f64();
        self.level = rate.per_second.mul_add(passed, self.level).min(rate.burst);
        self.at = now;
    }
}

/// What each address has done of late. Shared by all sockets; its lock is held for a look-up.
#[derive(Debug)]
pub(super) struct Addresses {
    limits: Limits,
    known: Mutex<HashMap<IpAddr, Record>>,
}

#[derive(Debug)]
struct Record {
    attempts: Bucket,
    codes: Bucket,
    keys: Bucket,
    last: Instant,
}

/// What can be guessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Guess {
    /// A room's code.
    Code,
    /// The host key.
    Key,
}

impl Record {
    fn new(limits: &Limits, now: Instant) -> Self {
        let mistakes = Bucket::full(Rate::per_minute(limits.mistakes_per_minute), now);
        let attempts = Bucket::full(Rate::per_minute(limits.attempts_per_minute), now);
        Self { attempts, codes: mistakes, keys: mistakes, last: now }
    }

    const fn mistakes(&mut self, guess: Guess) -> &mut Bucket {
        match guess {
            Guess::Code => &mut self.codes,
            Guess::Key => &mut self.keys,
        }
    }
}

impl Addresses {
    pub(super) fn new(limits: Limits) -> Self {
        Self { limits, known: Mutex::default() }
    }

    /// Whether the address may make another request in which it tries these. To be asked before looking whether they
    /// are right, so that the answer says nothing.
    pub(super) fn may_try(&self, address: IpAddr, guesses: &[Guess], now: Instant) -> bool {
        self.with(network(address), now, |record, limits| {
            let rate = Rate::per_minute(limits.mistakes_per_minute);
            guesses.iter().all(|guess| record.mistakes(*guess).has(rate, now))
                && record.attempts.take(Rate::per_minute(limits.attempts_per_minute), 1.0, now)
        })
    }

    /// A guess of the address was wrong.
    pub(super) fn mistake(&self, address: IpAddr, guess: Guess, now: Instant) {
        self.with(network(address), now, |record, limits| {
            record.mistakes(guess).take(Rate::per_minute(limits.mistakes_per_minute), 1.0, now);
        });
    }

    fn with<T>(&self, address: IpAddr, now: Instant, then: impl FnOnce(&mut Record, &Limits) -> T) -> T {
        let mut known = self.known.lock();
        if known.len() >= self.limits.addresses && !known.contains_key(&address) {
            self.forget(&mut known, now);
        }
        let record = known.entry(address).or_insert_with(|| Record::new(&self.limits, now));
        record.last = now;
        then(record, &self.limits)
    }

    /// Forgets whoever has done nothing for a minute, as their buckets are full again. If nobody has, everybody: that
    /// forgives mistakes, and costs an attacker as many addresses as are remembered.
    fn forget(&self, known: &mut HashMap<IpAddr, Record>, now: Instant) {
        let minute = Duration::from_secs(60);
        known.retain(|_, record| now.saturating_duration_since(record.last) < minute);
        if known.len() >= self.limits.addresses {
            known.clear();
        }
    }
}

/// What is counted as one: an IPv4 address, or the /64 network that an IPv6 host chooses its addresses from.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));
    const THERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 2));

    fn addresses(limits: Limits) -> (Addresses, Instant) {
        (Addresses::new(limits), Instant::now())
    }

    #[test]
    fn a_bucket_lets_a_burst_through_and_then_its_rate() {
        let rate = Rate { per_second: 10.0, burst: 3.0 };
        let start = Instant::now();
        let mut bucket = Bucket::full(rate, start);
        assert_eq!([(); 4].map(|()| bucket.take(rate, 1.0, start)), [true, true, true, false]);
        assert!(!bucket.take(rate, 1.0, start + Duration::from_millis(100)), "the debt is not paid off");
        assert!(bucket.take(rate, 1.0, start + Duration::from_millis(400)));
    }

    #[test]
    fn a_bucket_keeps_its_debts() {
        let rate = Rate { per_second: 1.0, burst: 1.0 };
        let start = Instant::now();
        let mut bucket = Bucket::full(rate, start);
        for _ in 0..5 {
            bucket.take(rate, 1.0, start);
        }
        assert!((bucket.debt() - 4.0).abs() < 1e-9);
        assert!(!bucket.has(rate, start + Duration::from_secs(4)));
        assert!(bucket.has(rate, start + Duration::from_secs(6)));
    }

    #[test]
    fn guessing_stops_after_a_few_mistakes_and_others_go_on() {
        let (addresses, start) = addresses(Limits { mistakes_per_minute: 3.0, ..Limits::default() });
        for _ in 0..3 {
            assert!(addresses.may_try(HERE, &[Guess::Code], start));
            addresses.mistake(HERE, Guess::Code, start);
        }
        assert!(!addresses.may_try(HERE, &[Guess::Code], start));
        assert!(addresses.may_try(THERE, &[Guess::Code], start));
        assert!(
            addresses.may_try(HERE, &[Guess::Code], start + Duration::from_secs(21)),
            "a third of a minute pays for one"
        );
    }

    #[test]
    fn wrong_codes_keep_nobody_from_showing_the_key_or_a_token() {
        let (addresses, now) = addresses(Limits { mistakes_per_minute: 1.0, ..Limits::default() });
        addresses.mistake(HERE, Guess::Code, now);
        assert!(!addresses.may_try(HERE, &[Guess::Code, Guess::Key], now));
        assert!(addresses.may_try(HERE, &[Guess::Key], now));
        assert!(addresses.may_try(HERE, &[], now));
    }

    #[test]
    fn right_guesses_too_are_bounded() {
        let (addresses, now) = addresses(Limits { attempts_per_minute: 5.0, ..Limits::default() });
        let taken = (0..10).filter(|_| addresses.may_try(HERE, &[], now)).count();
        assert_eq!(taken, 5);
    }

    #[test]
    fn a_class_behind_one_address_all_get_in() {
        let (addresses, now) = addresses(Limits::default());
        assert!((0..1000).all(|_| addresses.may_try(HERE, &[Guess::Code], now)));
    }

    #[test]
    fn a_network_of_ipv6_addresses_counts_as_one() {
        let (addresses, now) = addresses(Limits { mistakes_per_minute: 1.0, ..Limits::default() });
        let [one, same, other] = ["2001:db8::1", "2001:db8::ffff:2", "2001:db8:0:1::1"];
        let parse = |text: &str| text.parse::<IpAddr>().expect("an address");
        addresses.mistake(parse(one), Guess::Code, now);
        assert!(!addresses.may_try(parse(same), &[Guess::Code], now));
        assert!(addresses.may_try(parse(other), &[Guess::Code], now));
    }

    #[test]
    fn only_so_many_addresses_are_remembered() {
        let (addresses, now) = addresses(Limits { addresses: 100, ..Limits::default() });
        for last in 0..10_000u32 {
            addresses.may_try(IpAddr::V4(std::net::Ipv4Addr::from_bits(last)), &[Guess::Code], now);
        }
        assert!(addresses.known.lock().len() <= 100);
    }

    #[test]
    fn whoever_was_there_of_late_is_remembered_over_the_others() {
        let (addresses, start) = addresses(Limits { addresses: 2, mistakes_per_minute: 1.0, ..Limits::default() });
        addresses.may_try(THERE, &[Guess::Code], start);
        let later = start + Duration::from_secs(59);
        addresses.mistake(HERE, Guess::Code, later);
        addresses.may_try(IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), &[Guess::Code], later + Duration::from_secs(2));
        assert!(!addresses.may_try(HERE, &[Guess::Code], later + Duration::from_secs(2)));
    }
}
