//! What the arena's moves are in packed bytes: kept for the comparison with Colyseus's patches of the same moves, which
//! `tests/interop/colyseus.test.js` makes.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use parlor::games::arena::{Arena, Input, Options};
use parlor::games::contract::{Effects, Game, Group, Micros, Opening, Person, Role, SeatId};
use parlor::proto::socket::Parser;
use parlor::room::packed::Encoder;
use parlor::room::{NoLibrary, Outgoing, Tree};
use parlor::server::encode;
use serde_json::{Value, json};

const SEATS: u32 = 100;
/// The first move of all tells the shapes of what follows; what follows is measured.
const TICKS: u64 = 4;

fn event(outgoing: &Outgoing) -> [usize; 2] {
    [Parser::Json, Parser::Msgpack].map(|parser| {
        let frames = encode(outgoing, parser).expect("it has a form");
        frames.iter().map(|frame| frame.payload().len()).sum()
    })
}

/// A board of [`SEATS`] players of whom the last so many move, each as fast as can be in a direction of its own.
fn moves(movers: u32) -> Value {
    let options = Options { seats: SEATS, coins: 0, ..Options::default() };
    let (mut arena, rules) = Arena::open(options, Opening { seed: 7, library: &NoLibrary }).expect("an arena");
    let mut effects = Effects::default();
    for seat in 1..=SEATS {
        let person = Person { name: format!("player {seat}").into(), role: Role::Player };
        arena.join(SeatId(seat), &person, Micros(0), &mut effects).expect("a seat");
        let direction = if seat % 2 == 0 { 1.0 } else { -1.0 };
        let input = Input::Move { seq: 1, dx: direction, dy: if seat % 3 == 0 { -1.0 } else { 1.0 } };
        if seat > SEATS - movers {
            arena.input(SeatId(seat), Role::Player, input, Micros(0), &mut effects).expect("a player moves");
        }
    }
    let mut view = Tree::of(&arena.view(Group::Everyone, Micros(0))).expect("a view");
    let first = view.clone();
    let mut encoder = Encoder::new(&view);
    let mut ticks = Vec::new();
    for tick in 1..=TICKS + 1 {
        arena.tick(tick, Micros(tick * 1_000_000 / u64::from(rules.hz)), &mut effects);
        let next = Tree::of(&arena.view(Group::Everyone, Micros(0))).expect("a view");
        let patch = view.patch_to(&next).expect("they move");
        let packed = encoder.delta(1_000 + tick - 1, 1_000 + tick, &view, &next).expect("they move");
        let bytes = packed.len();
        let delta = Outgoing::Delta {
            tick: 1_000 + tick,
            base: 999 + tick,
            t: 1_700_000_000_123.5,
            patch: Arc::new(patch.clone()),
        };
        let packed = event(&Outgoing::Packed { delta: packed });
        ticks.push(json!({"patch": patch, "bytes": bytes, "packed": packed, "delta": event(&delta)}));
        view = next;
    }
    json!({"movers": movers, "state": first, "ticks": ticks})
}

#[test]
fn the_moves_for_the_comparison_are_what_the_arena_and_the_encoder_make() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/interop/moves.json");
    let moves: Value = [1, 8, 64, 100].map(moves).into_iter().collect();
    if std::env::var_os("WRITE_VECTORS").is_some() {
        fs::write(&path, format!("{moves}\n")).expect("it can be written");
    }
    let kept: Value = serde_json::from_slice(&fs::read(&path).expect("it is there")).expect("it is JSON");
    assert!(kept == moves, "run this test with WRITE_VECTORS=1, and look at what changed in {}", path.display());
}
