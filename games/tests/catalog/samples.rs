//! What the judge opens each game with, and what it sends: options and inputs that its rules mean, as JSON.
//!
//! The driver mixes in inputs that mean nothing to anybody.

use std::sync::{Arc, LazyLock};

use parlor_games::contract::Library;
use rand::RngExt as _;
use rand::rngs::ChaCha8Rng;
use serde_json::{Value, json};

/// Options for a room of this game.
///
/// # Panics
/// When the game has no samples: add them.
pub(crate) fn options(game: &str, rng: &mut ChaCha8Rng) -> Value {
    match game {
        "quiz" => {
            let shuffle = ["none", "questions", "choices", "both"][rng.random_range(0..4)];
            let pack = if rng.random_bool(0.2) { "longest" } else { "short" };
            json!({"pack": pack, "autoAdvance": rng.random_bool(0.5), "shuffle": shuffle})
        }
        "arena" if rng.random_bool(0.5) => json!({}),
        "arena" => json!({
            "hz": rng.random_range(1..=128), "size": rng.random_range(10..=300), "seats": rng.random_range(1..=100),
            "coins": rng.random_range(0..=50), "visible": rng.random_range(1..=10)
        }),
        other => panic!("{other} has no samples"),
    }
}

/// An input that this game knows, though not always at this time or from this seat. `view` is what the host sees.
///
/// # Panics
/// When the game has no samples: add them.
pub(crate) fn input(game: &str, view: &Value, rng: &mut ChaCha8Rng) -> Value {
    match game {
        "quiz" => quiz(view, rng),
        "arena" => {
            json!({"type": "move", "seq": rng.random_range(0..1000), "dx": axis(rng), "dy": axis(rng)})
        }
        other => panic!("{other} has no samples"),
    }
}

fn axis(rng: &mut ChaCha8Rng) -> f64 {
    [0.0, 1.0, -1.0, f64::MAX, f64::MIN_POSITIVE, rng.random_range(-2.0..2.0)][rng.random_range(0..6)]
}

fn quiz(view: &Value, rng: &mut ChaCha8Rng) -> Value {
    let index = if rng.random_bool(0.9) { view["index"].clone() } else { json!(rng.random_range(0..5)) };
    match rng.random_range(0..20) {
        0 => json!({"type": "start"}),
        1..=3 => json!({"type": "next"}),
        4 => json!({"type": "skip"}),
        5 => json!({"type": "pause"}),
        6 | 7 => json!({"type": "resume"}),
        8 => json!({"type": "extend", "ms": rng.random_range(0..400_000)}),
        9 => json!({"type": "lock", "locked": rng.random_bool(0.3)}),
        10 if rng.random_bool(0.3) => json!({"type": "kick", "seat": rng.random_range(0..10)}),
        11 if rng.random_bool(0.1) => json!({"type": "end"}),
        12..=15 => json!({"type": "answer", "index": index, "choice": rng.random_range(0..9)}),
        _ => {
            let choices: Vec<u32> = (0..rng.random_range(0..9)).map(|_| rng.random_range(0..9)).collect();
            json!({"type": "answer", "index": index, "choices": choices})
        }
    }
}

/// The longest name there is, numbered: in every language of the world, and escaped where it can be.
pub(crate) fn name(number: u32) -> Arc<str> {
    format!("{number:08}{}", "\"\\𝄞".repeat(18)).into()
}

/// A library with two packs: one is short, and in the other every text is as long as may be.
pub(crate) struct Shelf;

impl Library for Shelf {
    fn document(&self, kind: &str, name: &str) -> Option<Arc<[u8]>> {
        static SHORT: LazyLock<Arc<[u8]>> = LazyLock::new(|| pack(1));
        static LONGEST: LazyLock<Arc<[u8]>> = LazyLock::new(|| pack(990));
        match (kind, name) {
            ("pack", "short") => Some(Arc::clone(&SHORT)),
            ("pack", "longest") => Some(Arc::clone(&LONGEST)),
            _ => None,
        }
    }
}

/// A pack of every kind of question, in texts of this length or as long as may be.
fn pack(chars: usize) -> Arc<[u8]> {
    let long = |most: usize| "\"\\𝄞".repeat(most.min(chars).div_ceil(3));
    let choices: Vec<_> = (0..8).map(|id| format!("{id}{}", long(290))).collect();
    let media = json!({"image": format!("https://parlor.example/{}", "a".repeat(chars)), "alt": long(200)});
    let question = |kind: &str, correct: Value| {
        json!({"kind": kind, "text": long(990), "choices": choices, "correct": correct, "timeMs": 5000,
            "points": 100_000, "media": media, "explanation": long(2 * chars)})
    };
    let mut partial = question("multiple", json!([1, 2, 3]));
    partial["credit"] = json!("partial");
    let mut either = question("truefalse", json!([0]));
    either["choices"] = json!(choices[..2]);
    let questions =
        [question("single", json!([1])), partial, question("multiple", json!([0, 1, 2, 3, 4, 5, 6, 7])), either];
    json!({"title": long(117), "language": "en", "questions": questions}).to_string().into_bytes().into()
}
