//! The packs that the tests play, and the library that holds one.
//!
//! Written as JSON, since that is how a quiz gets them.

use std::sync::Arc;

use crate::contract::Library;

/// One question of each kind, 10 seconds each. Right: 1; 0 and 2 (half of them: half the points); 0.
pub(super) const KINDS: &str = r#"{"title": "Kinds", "language": "en", "questions": [
    {"kind": "single", "text": "One?", "choices": ["a", "b", "c"], "correct": [1], "timeMs": 10000},
    {"kind": "multiple", "text": "Some?", "choices": ["a", "b", "c", "d"], "correct": [0, 2], "timeMs": 10000,
     "credit": "partial"},
    {"kind": "truefalse", "text": "So?", "correct": [0], "timeMs": 10000, "points": 500, "explanation": "So."}
]}"#;

/// A library of this one pack, under the name `pack`.
pub(super) struct Shelf(pub(super) Arc<[u8]>);

impl Shelf {
    pub(super) fn new(pack: &str) -> Self {
        Self(pack.as_bytes().into())
    }
}

impl Library for Shelf {
    fn document(&self, kind: &str, name: &str) -> Option<Arc<[u8]>> {
        (kind == "pack" && name == "pack").then(|| Arc::clone(&self.0))
    }
}
