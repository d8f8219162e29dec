//! What the path from an input to everybody's outbox may allocate, so that nobody loses it by accident.
//!
//! Measures no time. Rooms, links, sessions and outboxes are the server's own; only the sockets are left out.

use std::time::Duration;

use allocation_counter::{AllocationInfo, measure};
use bytes::Bytes;
use parlor::server::{Config, Offline};
use parlor::transport::Tap;

/// Allocations of one tick of an arena of which eight players are seen, by how it is followed. To be lowered when less will
/// do, and not to be raised without a reason.
const PER_TICK: [(&str, u64); 2] = [("snapshot", 3), ("delta", 3)];
/// Allocations of one input, from its packet to the game.
const PER_INPUT: u64 = 2;
/// What an acknowledgement adds to that.
const PER_ANSWER: u64 = 3;

const HZ: u64 = 30;

/// A server on no network, and the runtime that its sessions' timers want.
struct Table {
    server: Offline,
    runtime: tokio::runtime::Runtime,
}

impl Table {
    fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let guard = runtime.enter();
        let server = Offline::start(Config::default()).expect("no packs are asked for");
        drop(guard);
        Self { server, runtime }
    }

    /// An arena of so many moving players, of whose views only eight are in view, so that a view is no larger in a large room.
    fn arena(&self, seats: usize, sync: &str) -> Vec<Tap> {
        let _guard = self.runtime.enter();
        let first = self.connect(0);
        let options = format!(r#"{{"hz":{HZ},"seats":{seats},"coins":0,"visible":8,"size":100000}}"#);
        first.say(format!(r#"420["create",{{"game":"arena","options":{options},"name":"P0","sync":"{sync}"}}]"#));
        self.run(2);
        let told: Vec<_> =
            first.take().iter().map(|frame| String::from_utf8_lossy(frame.payload()).into_owned()).collect();
        let answer = told.iter().find(|told| told.starts_with("430")).expect("an answer");
        let room = answer.split(r#""room":""#).nth(1).and_then(|rest| rest.get(..6)).expect("a room's code");
        let others = (1..seats).map(|nth| {
            let tap = self.connect(nth);
            tap.say(format!(r#"420["join",{{"room":"{room}","name":"P{nth}","sync":"{sync}"}}]"#));
            tap
        });
        let taps: Vec<_> = std::iter::once(first).chain(others).collect();
        for (nth, tap) in taps.iter().enumerate() {
            turn(tap, nth);
        }
        // Until nothing is new: who came was told, and every buffer is as long as it gets.
        self.run(2 * HZ);
        for (nth, tap) in taps.iter().enumerate() {
            turn(tap, nth);
        }
        self.run(2 * HZ);
        for tap in &taps {
            drop(tap.take());
        }
        taps
    }

    /// The same, of clients that take everything and keep nothing.
    fn void(&self, seats: usize, sync: &str) -> Vec<Tap> {
        let taps = self.arena(seats, sync);
        for tap in &taps {
            tap.forget();
        }
        self.run(HZ);
        taps
    }

    fn connect(&self, nth: usize) -> Tap {
        let port = u16::try_from(4_000 + nth).expect("a port");
        let tap = self.server.connect(([192, 0, 2, 1], port).into());
        assert!(tap.say("40"));
        tap
    }

    fn run(&self, ticks: u64) {
        self.server.pass(Duration::from_micros(1_000_000 * ticks / HZ));
    }

    /// What so many ticks allocate.
    fn ticks(&self, ticks: u64) -> AllocationInfo {
        measure(|| self.run(ticks))
    }
}

/// Each heads its own way.
fn packet(prefix: &str, nth: usize) -> String {
    let (dx, dy) = [("0.5", "0.25"), ("-0.5", "0.75"), ("0.125", "-1"), ("-0.25", "-0.5")][nth % 4];
    format!(r#"{prefix}["input",{{"type":"move","seq":{nth},"dx":{dx},"dy":{dy}}}]"#)
}

fn turn(tap: &Tap, nth: usize) {
    assert!(tap.say(packet("42", nth)));
}

#[test]
fn a_tick_keeps_to_its_budget_and_allocates_nothing_for_a_recipient() {
    for (sync, budget) in PER_TICK {
        let [small, large] = [8, 64].map(|seats| {
            let table = Table::new();
            let _taps = table.void(seats, sync);
            table.ticks(HZ).count_total
        });
        assert!(small <= budget * HZ, "{sync}: {} allocations a tick", small.div_ceil(HZ));
        // A room's own lists may have to grow once more where they are longer.
        let more = large.saturating_sub(small);
        assert!(more * 10 < 56 * HZ, "{sync}: {more} allocations in {HZ} ticks for 56 recipients");
    }
}

/// What an input allocates that is sent so, from its packet to the game, and to the answer if it wants one.
fn per_input(prefix: &str) -> u64 {
    let table = Table::new();
    let taps = table.void(8, "snapshot");
    let idle = table.ticks(HZ).count_total;
    let packets: Vec<Bytes> = (0..8).map(|nth| Bytes::from(packet(prefix, nth))).collect();
    let busy = measure(|| {
        for _ in 0..HZ {
            for (tap, packet) in taps.iter().zip(&packets) {
                assert!(tap.say(packet.clone()));
            }
            table.run(1);
        }
    });
    (busy.count_total.saturating_sub(idle)).div_ceil(HZ * 8)
}

#[test]
fn an_input_keeps_to_its_budget_and_so_does_its_answer() {
    let [silent, acknowledged] = ["42", "427"].map(per_input);
    assert!(silent <= PER_INPUT, "{silent} allocations for an input");
    assert!(acknowledged <= silent + PER_ANSWER, "{acknowledged} allocations for an input with an answer");
}

#[test]
fn what_waited_for_slow_clients_is_given_back() {
    let table = Table::new();
    let taps = table.arena(8, "snapshot");
    let slow = measure(|| {
        taps.iter().for_each(|tap| tap.stall(true));
        for _ in 0..200 {
            for (nth, tap) in taps.iter().enumerate() {
                // The answers must arrive, so they wait.
                assert!(tap.say(packet("427", nth)));
            }
            table.run(1);
        }
        for tap in &taps {
            tap.stall(false);
            assert!(tap.take().len() > 200, "all that waited, and the latest state");
        }
        table.run(HZ);
        taps.iter().for_each(|tap| drop(tap.take()));
    });
    assert!(slow.bytes_max > 100_000, "{} bytes are no burden", slow.bytes_max);
    assert!(slow.bytes_current < 2_000, "{} bytes are kept of {}", slow.bytes_current, slow.bytes_max);
}

#[test]
fn what_a_rush_of_inputs_took_is_given_back() {
    let table = Table::new();
    let taps = table.void(8, "snapshot");
    let rush = measure(|| {
        for _ in 0..100 {
            for (nth, tap) in taps.iter().enumerate() {
                assert!(tap.say(packet("427", nth)));
            }
        }
        table.run(HZ);
    });
    assert!(rush.bytes_max > 100_000, "{} bytes are no burden", rush.bytes_max);
    assert!(rush.bytes_current < 8_000, "{} bytes are kept of {}", rush.bytes_current, rush.bytes_max);
}
