//! The fan-out of one frame to 1, 100 and 10,000 outboxes whose clients take everything at once: all but the kernel's part.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use parlor::proto::frame::{Frame, Frames, Kind};
use parlor::transport::{Config, Item, Session};

fn fanout(c: &mut Criterion) {
    let next = Frames::from_elem(Frame::new(Kind::Text, &[b'4'; 500]), 1);
    let event = Frames::from_elem(Frame::new(Kind::Text, &[b'4'; 80]), 1);
    let whole = || next.clone();
    let state = Item::State { next: &next, whole: &whole };
    let mut group = c.benchmark_group("fanout");
    for clients in [1_usize, 100, 10_000] {
        let sessions: Vec<_> = (0..clients)
            .map(|_| {
                let (session, tap) = Session::detached(Config::default());
                tap.forget();
                session
            })
            .collect();
        group.throughput(Throughput::Elements(clients as u64));
        group.bench_with_input(BenchmarkId::new("state", clients), &sessions, |b, sessions| {
            b.iter(|| sessions.iter().for_each(|session| session.deliver(&[state]).expect("it is open")));
        });
        group.bench_with_input(BenchmarkId::new("event and state", clients), &sessions, |b, sessions| {
            let batch = [Item::Reliable(&event), state];
            b.iter(|| sessions.iter().for_each(|session| session.deliver(&batch).expect("it is open")));
        });
    }
}

criterion_group!(benches, fanout);
criterion_main!(benches);
