//! What is fuzzed: one function for each decoder and state machine, which takes any bytes and must not panic.
//!
//! Runs nothing by itself: `fuzz_targets/` hands the functions to libFuzzer, `tests/replay.rs` the seeds to them.

pub mod engine;
pub mod packs;
pub mod room;
pub mod socket;

/// A fuzz target. Its seeds are in `corpus/`, in the folder of its name.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// The name of its binary and of its seeds' folder.
    pub name: &'static str,
    /// What is done with the bytes.
    pub run: fn(&[u8]),
}

/// Every target.
pub const TARGETS: &[Target] = &[
    Target { name: "engine_packet", run: engine::engine_packet },
    Target { name: "engine_payload", run: engine::engine_payload },
    Target { name: "engine_session", run: engine::engine_session },
    Target { name: "engine_query", run: engine::engine_query },
    Target { name: "socket_json", run: socket::socket_json },
    Target { name: "socket_msgpack", run: socket::socket_msgpack },
    Target { name: "packed", run: room::packed },
    Target { name: "pack_json", run: packs::pack_json },
    Target { name: "opentriviaqa", run: packs::opentriviaqa },
    Target { name: "opentdb", run: packs::opentdb },
    Target { name: "gift", run: packs::gift },
];
