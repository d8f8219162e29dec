//! Deltas and snapshots of 8, 64 and 512 moving players: what changed, and what that and the whole are encoded to.

use std::hint::black_box;
use std::sync::Arc;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use parlor::proto::socket::Parser;
use parlor::room::packed::Encoder;
use parlor::room::{Outgoing, Tree};
use parlor::server::encode;
use serde_json::{Map, json};

const PARSERS: [(&str, Parser); 2] = [("json", Parser::Json), ("msgpack", Parser::Msgpack)];

/// A view in which everybody has moved by so much.
fn view(players: u32, moved: f64) -> Tree {
    let one = |seat: u32| json!({"x": f64::from(seat) + moved, "y": f64::from(seat) - moved, "score": 3});
    let all: Map<_, _> = (0..players).map(|seat| (seat.to_string(), one(seat))).collect();
    let coins: Map<_, _> = (0..8).map(|id| (id.to_string(), json!({"x": 10 * id, "y": 500}))).collect();
    Tree::of(&json!({"players": all, "coins": coins})).expect("JSON has a form in JSON")
}

fn diff(c: &mut Criterion) {
    let mut group = c.benchmark_group("delta/diff");
    for players in [8, 64, 512] {
        let (old, new) = (view(players, 0.5), view(players, 1.5));
        group.throughput(Throughput::Elements(players.into()));
        group.bench_function(BenchmarkId::new("all moved", players), |b| {
            b.iter(|| black_box(&old).patch_to(black_box(&new)));
        });
        group.bench_function(BenchmarkId::new("nobody moved", players), |b| {
            b.iter(|| black_box(&old).patch_to(black_box(&old)));
        });
    }
}

fn encoded(c: &mut Criterion) {
    let mut group = c.benchmark_group("delta/encode");
    for players in [8, 64, 512] {
        let (old, new) = (view(players, 0.5), view(players, 1.5));
        let patch = Arc::new(old.patch_to(&new).expect("all moved"));
        let delta = Outgoing::Delta { tick: 1_000, base: 999, t: 1_700_000_000_123.5, patch };
        let snapshot = Outgoing::Snapshot { tick: 1_000, t: 1_700_000_000_123.5, state: Arc::new(new) };
        group.throughput(Throughput::Elements(players.into()));
        for (parser_name, parser) in PARSERS {
            for (name, outgoing) in [("delta", &delta), ("snapshot", &snapshot)] {
                group.bench_function(BenchmarkId::new(format!("{name} {parser_name}"), players), |b| {
                    b.iter(|| encode(black_box(outgoing), parser).expect("it serializes"));
                });
            }
        }
    }
}

/// From two views to bytes: what `diff` and `encoded` are together for the other clients.
fn packed(c: &mut Criterion) {
    let mut group = c.benchmark_group("delta/packed");
    for players in [8, 64, 512] {
        let (old, new) = (view(players, 0.5), view(players, 1.5));
        let mut encoder = Encoder::new(&old);
        let keyframe = encoder.keyframe(1_000, 1_700_000_000_123.5, 30, Arc::new(old.clone()));
        group.throughput(Throughput::Elements(players.into()));
        group.bench_function(BenchmarkId::new("delta", players), |b| {
            b.iter(|| encoder.delta(1_000, 1_001, black_box(&old), black_box(&new)));
        });
        group.bench_function(BenchmarkId::new("keyframe", players), |b| b.iter(|| black_box(&keyframe).encode()));
    }
}

criterion_group!(benches, diff, encoded, packed);
criterion_main!(benches);
