//! Time: sleeping, waking, catching up, slowing down, and the grid that all of it keeps to.
//!
//! Threads are `stress`'s.

use std::time::Duration;

use serde_json::json;

use super::*;

/// How often the host's game was stepped.
fn ticks(host: &Guest) -> u64 {
    host.state()["ticks"].as_u64().expect("a count")
}

/// A room with a host, whose view says how often it was stepped.
fn counted(table: &Table, options: Value) -> Guest {
    let mut options = options;
    options["hosted"] = json!(true);
    table.create_with(options, HOST).expect("a room")
}

#[test]
fn a_sleeping_room_is_not_stepped() {
    let table = Table::with(Config { idle_ms: u64::MAX, ..Config::default() });
    let host = counted(&table, json!({}));
    table.run(1_000);
    let before = table.directory.stats().counts().ticks;
    table.run(3_600_000);
    assert_eq!(table.directory.stats().counts().ticks, before);
    assert_eq!(table.directory.step(), None, "nothing is due, ever");
    drop(host);
}

#[test]
fn an_input_wakes_a_room_at_its_next_grid_point() {
    let table = Table::new();
    let host = counted(&table, json!({"hz": 10}));
    table.run(5_030);
    let before = ticks(&host);
    let at = table.clock.now();
    host.send(&table, json!({"type": "set", "key": "a", "value": 1}), None);
    let due = table.directory.step().expect("it is awake");
    assert!(due >= at && due - at <= Duration::from_millis(100), "{:?}", due - at);
    table.run(1_000);
    assert_eq!(ticks(&host), before + 1, "once, and it sleeps again");
}

#[test]
fn a_nap_ends_at_the_first_tick_after_its_time() {
    let table = Table::new();
    let host = counted(&table, json!({"hz": 10}));
    table.run(1_000);
    table.ask(&host, json!({"type": "nap", "ms": 5_000})).expect("an input");
    let before = table.directory.stats().counts().ticks;
    table.run(4_700);
    assert_eq!(table.directory.stats().counts().ticks, before);
    table.run(400);
    assert_eq!(table.directory.stats().counts().ticks, before + 1);
}

#[test]
fn a_running_room_is_stepped_at_its_rate() {
    let table = Table::new();
    let host = counted(&table, json!({"hz": 30}));
    table.ask(&host, json!({"type": "run"})).expect("an input");
    let (before, tick) = (ticks(&host), host.link.tick());
    table.run(10_000);
    assert_eq!((ticks(&host) - before, host.link.tick() - tick), (300, 300));
    assert_eq!(table.directory.stats().counts().lateness.counts[1..], [0; 23], "at the very moment");
}

#[test]
fn four_ticks_are_caught_up_on_and_the_rest_is_dropped_and_counted() {
    let table = Table::new();
    let host = counted(&table, json!({"hz": 100}));
    table.ask(&host, json!({"type": "run"})).expect("an input");
    let (before, tick) = (ticks(&host), host.link.tick());
    table.stall(45);
    table.run(0);
    assert_eq!((ticks(&host) - before, host.link.tick() - tick), (4, 4), "a short delay loses nothing");
    let (before, tick) = (ticks(&host), host.link.tick());
    host.link.forget();
    table.stall(1_000);
    table.run(0);
    assert_eq!((ticks(&host) - before, host.link.tick() - tick), (5, 100));
    let counts = table.directory.stats().counts();
    assert_eq!((counts.skipped, counts.due - counts.ticks), (95, 95));
    assert_eq!(counts.overruns, 1, "the room did not keep up once");
    assert_eq!(host.link.deliveries(), 1, "and what came of them is told once");
}

#[test]
fn an_input_waits_for_the_first_tick_after_its_arrival() {
    let table = Table::new();
    let host = counted(&table, json!({"hz": 10}));
    table.ask(&host, json!({"type": "run"})).expect("an input");
    // Nobody steps the room for 250 ms; the input comes in the last of them. The game checks that none is from its future.
    table.run(100);
    table.stall(250);
    host.send(&table, json!({"type": "set", "key": "a", "value": 1}), Some(1));
    let (expected, arrived) = (host.link.tick() + 3, table.clock.now());
    let before = table.directory.stats().counts().input_age;
    let applied = loop {
        table.run(1);
        if let Some(answer) = host.link.take_answer(1) {
            break answer;
        }
    };
    assert_eq!(applied, Answer::Applied(expected));
    let age = table.directory.stats().counts().input_age;
    assert_eq!(age.count() - before.count(), 1);
    let waited = table.clock.now() - arrived;
    let near = (age.sum - before.sum).abs_diff(waited) <= Duration::from_millis(1);
    assert!(near && waited < Duration::from_millis(100), "counted {:?} of {waited:?}", age.sum - before.sum);
}

#[test]
fn rooms_of_equal_rate_tick_eight_at_a_time_and_are_spread_over_the_period() {
    let table = Table::new();
    let rooms: Vec<_> = (0..50).map(|_| table.create_from("x", json!({}), player("Maker"))).collect();
    assert_eq!(rooms.iter().filter(|room| room.is_ok()).count(), 32, "and no more from one origin");
    let rooms: Vec<_> = rooms.into_iter().flatten().collect();
    for room in &rooms {
        room.send(&table, json!({"type": "run"}), None);
    }
    table.run(500);
    // In one period eight rooms at a time share a moment, and the moments lie a quarter of it apart.
    let end = table.clock.now() + Duration::from_millis(50);
    let mut moments = Vec::new();
    while let Some(due) = table.directory.step().filter(|&due| due <= end) {
        moments.push(due);
        table.clock.advance_to(due);
    }
    assert_eq!(moments.len(), 4);
    for pair in moments.windows(2) {
        let gap = pair[1] - pair[0];
        assert!(gap.abs_diff(Duration::from_micros(12_500)) < Duration::from_micros(1), "{gap:?}");
    }
}

#[test]
fn a_room_that_keeps_overrunning_is_slowed_and_recovers() {
    let table = Table::new();
    let host = counted(&table, json!({"hz": 100}));
    probe::costs_time_of(&table.clock);
    table.ask(&host, json!({"type": "run"})).expect("an input");
    table.ask(&host, json!({"type": "cost", "ms": 15})).expect("an input");
    table.run(5_000);
    let counts = table.directory.stats().counts();
    assert_eq!(counts.slowed, 1, "half of its rate is what it can do");
    assert!(counts.overruns > 30, "{}", counts.overruns);
    let (before, at) = (ticks(&host), host.link.tick());
    assert_eq!(host.state()["stride"], json!(2), "its game knows");
    let census = table.directory.census();
    assert_eq!(census.values().map(|game| (game.slowed, game.hosts, game.players)).max(), Some((1, 1, 0)));
    table.run(1_000);
    let since = table.directory.stats().counts();
    let (run, due) = (since.ticks - counts.ticks, since.due - counts.due);
    assert!((45..=52).contains(&run) && (95..=105).contains(&due), "{run} of {due} ticks");
    let (steps, span) = (ticks(&host) - before, host.link.tick() - at);
    assert!((45..=52).contains(&steps) && (95..=105).contains(&span), "{steps} steps over {span} ticks");
    table.ask(&host, json!({"type": "cost", "ms": 0})).expect("an input");
    table.run(5_000);
    let before = ticks(&host);
    table.run(1_000);
    assert!((99..=101).contains(&(ticks(&host) - before)), "at its full rate again");
    assert_eq!(host.state()["stride"], json!(1));
    assert_eq!(table.directory.census().values().map(|game| game.slowed).sum::<usize>(), 0);
}
