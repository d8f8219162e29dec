//! A whole tick of a room: inputs in, the game's step, views, deltas and snapshots encoded, a delivery for each seat.

use std::sync::Arc;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use parlor::bench::{Feeder, Hall, Idlers, Parsers, Setup};
use parlor::games::contract::Library;
use serde_json::json;

const HZ: u16 = 60;

/// Everybody moves, and sends ten inputs a second.
fn arena(c: &mut Criterion) {
    let mut group = c.benchmark_group("tick/arena");
    for seats in [8, 64] {
        for parsers in [Parsers::Json, Parsers::Both] {
            let hall = Hall::manual(&Setup { parsers, ..Setup::arena(1, seats, HZ) }).expect("an arena");
            let mut feeder = Feeder::start(&hall, 10);
            feeder.wake(&hall);
            let tick = Duration::from_secs(1) / u32::from(HZ);
            group.throughput(Throughput::Elements(1));
            group.bench_function(BenchmarkId::new(format!("{parsers:?}"), seats), |b| {
                b.iter(|| hall.run_until(hall.now() + tick, |hall| feeder.feed(hall)));
            });
        }
    }
}

/// Rooms that do nothing: what is left is the scheduling of a step.
fn schedule(c: &mut Criterion) {
    let mut group = c.benchmark_group("tick/schedule");
    for rooms in [100_u32, 1_000, 10_000] {
        let idlers = Idlers::new(rooms as usize, HZ);
        idlers.tick();
        group.throughput(Throughput::Elements(rooms.into()));
        group.bench_function(BenchmarkId::from_parameter(rooms), |b| b.iter(|| idlers.tick()));
    }
}

/// As many questions as a pack may have.
struct Pack;

impl Library for Pack {
    fn document(&self, _: &str, _: &str) -> Option<Arc<[u8]>> {
        let question = json!({"kind": "single", "text": "Which?", "choices": ["a", "b", "c", "d"], "correct": [1]});
        let pack = json!({"title": "Bench", "questions": vec![question; 100]});
        Some(pack.to_string().into_bytes().into())
    }
}

/// A question of a quiz, from its announcement to the next one's: everybody answers, the answer and the leaderboard are shown.
fn quiz(c: &mut Criterion) {
    let mut group = c.benchmark_group("tick/quiz");
    for seats in [30_usize, 1_000] {
        let arena = Setup::arena(1, seats + 1, HZ);
        let options = json!({"pack": "bench"});
        let setup = Setup { game: "quiz", options, library: Arc::new(Pack), hosted: true, ..arena };
        group.throughput(Throughput::Elements(seats as u64));
        group.sample_size(10);
        group.bench_function(BenchmarkId::new("question", seats), |b| {
            b.iter_batched_ref(
                || Hall::manual(&setup).expect("a quiz"),
                |hall| question(hall, seats),
                criterion::BatchSize::PerIteration,
            );
        });
    }
}

fn question(hall: &Hall, players: usize) {
    let pass = |ms| hall.run_until(hall.now() + Duration::from_millis(ms), |_| {});
    hall.ask(0, r#"{"type":"start"}"#);
    pass(5_000);
    for player in 1..=players {
        hall.ask(player, r#"{"type":"answer","index":0,"choice":1}"#);
    }
    pass(1_000);
    hall.ask(0, r#"{"type":"next"}"#);
    pass(100);
    hall.ask(0, r#"{"type":"next"}"#);
    pass(100);
}

criterion_group!(benches, schedule, arena, quiz);
criterion_main!(benches);
