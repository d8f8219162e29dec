//! The codec: Socket.IO packets in both parsers, polling bodies, and WebSocket frames.

use std::hint::black_box;

use bytes::Bytes;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use parlor::proto::engine::{Message, payload};
use parlor::proto::frame::{Frame, Kind};
use parlor::proto::socket::{Decoder, Limits, Parser, encode_event};
use serde_json::{Value, json};

const PARSERS: [(&str, Parser); 2] = [("json", Parser::Json), ("msgpack", Parser::Msgpack)];

fn input() -> Value {
    json!({"type": "move", "seq": 1_234, "dx": 0.707, "dy": -0.707})
}

/// As a server gets it.
fn message(parser: Parser) -> Message {
    let frames = encode_event(parser, "/", Some(7), "input", &(input(),)).expect("JSON serializes");
    let bytes = frames[0].payload();
    match parser {
        // Without Engine.IO's type digit.
        Parser::Json => Message::Text(Bytes::copy_from_slice(&bytes[1..])),
        Parser::Msgpack => Message::Binary(Bytes::copy_from_slice(bytes)),
    }
}

fn parse(c: &mut Criterion) {
    let mut group = c.benchmark_group("codec/parse an input");
    for (name, parser) in PARSERS {
        let message = message(parser);
        let mut decoder = Decoder::new(Limits::default());
        group.bench_function(name, |b| {
            b.iter(|| decoder.decode(black_box(&message).clone()).expect("a packet"));
        });
    }
}

fn encode(c: &mut Criterion) {
    let players: serde_json::Map<_, _> =
        (0..8).map(|seat| (seat.to_string(), json!({"x": 512.5, "y": 87.1, "score": 12}))).collect();
    let state = json!({"tick": 1_000, "t": 1_700_000_000_123.5, "state": {"players": players}});
    let mut group = c.benchmark_group("codec/encode a snapshot of 8");
    for (name, parser) in PARSERS {
        group.bench_function(name, |b| {
            b.iter(|| encode_event(parser, "/", None, "snapshot", &(black_box(&state),)).expect("it serializes"));
        });
    }
}

fn polling(c: &mut Criterion) {
    let frame = |kind| Frame::new(kind, &[b'4'; 200]);
    let mut group = c.benchmark_group("codec/polling body of 16");
    for (name, kind) in [("text", Kind::Text), ("binary", Kind::Binary)] {
        let frame = frame(kind);
        let build = || {
            let mut body = payload::Writer::default();
            (0..16).for_each(|_| body.push(&frame));
            body.finish()
        };
        let body = build();
        group.throughput(Throughput::Bytes(body.len() as u64));
        group.bench_function(BenchmarkId::new("encode", name), |b| b.iter(build));
        group.bench_function(BenchmarkId::new("parse", name), |b| {
            b.iter(|| payload::Packets::parse(black_box(&body).clone()).filter(Result::is_ok).count());
        });
    }
}

fn frame(c: &mut Criterion) {
    let mut group = c.benchmark_group("codec/frame");
    for size in [64, 500, 65_536] {
        let payload = vec![b'a'; size];
        group.throughput(Throughput::Bytes(size as u64));
        group.bench_with_input(BenchmarkId::from_parameter(size), &payload, |b, payload| {
            b.iter(|| Frame::new(Kind::Text, black_box(payload)));
        });
    }
}

criterion_group!(benches, parse, encode, polling, frame);
criterion_main!(benches);
