//! Replays every seed of every target: whole, cut at each byte, and with each byte changed.

use std::collections::BTreeSet;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use parlor_fuzz::{TARGETS, Target};

/// The longest seed: a small one is read by people, and is changed at each byte here.
const LONGEST: usize = 1024;

/// What each byte is changed to, besides its neighbours.
const CHANGES: &[u8] = &[0x00, 0x1e, b'"', b'0', b'9', b'[', 0x7f, 0x80, 0xc1, 0xff];

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")
}

fn seeds(target: &Target) -> Vec<(String, Vec<u8>)> {
    let folder = corpus().join(target.name);
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let paths = entries.map(|entry| entry.expect("an entry of the corpus").path());
    let mut seeds: Vec<_> =
        paths.map(|path| (path.display().to_string(), fs::read(&path).expect("a seed can be read"))).collect();
    seeds.sort();
    seeds
}

fn run(target: &Target, seed: &str, bytes: &[u8]) {
    let outcome = catch_unwind(AssertUnwindSafe(|| (target.run)(bytes)));
    assert!(outcome.is_ok(), "{} panics on `{}`, made from {seed}", target.name, bytes.escape_ascii());
}

fn replay(name: &str) {
    let target = TARGETS.iter().find(|target| target.name == name).expect("a target of this name");
    for (seed, bytes) in seeds(target) {
        assert!(bytes.len() <= LONGEST, "{seed} is {} bytes long", bytes.len());
        for end in 0..=bytes.len() {
            run(target, &seed, &bytes[..end]);
        }
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            let byte = bytes[at];
            let neighbours = [byte.wrapping_add(1), byte.wrapping_sub(1), byte ^ 0x20, byte ^ 0x80];
            for change in CHANGES.iter().copied().chain(neighbours) {
                changed[at] = change;
                run(target, &seed, &changed);
            }
        }
    }
}

macro_rules! replays {
    ($($name:ident)*) => {
        $(#[test] fn $name() { replay(stringify!($name)); })*

        const REPLAYED: &[&str] = &[$(stringify!($name)),*];
    };
}

replays! {
    engine_packet
    engine_payload
    engine_session
    engine_query
    socket_json
    socket_msgpack
    packed
    pack_json
    opentriviaqa
    opentdb
    gift
}

#[test]
fn every_target_is_replayed_has_seeds_and_a_binary() {
    let targets: BTreeSet<_> = TARGETS.iter().map(|target| target.name).collect();
    assert_eq!(targets, REPLAYED.iter().copied().collect());
    for target in TARGETS {
        assert!(seeds(target).len() > 1, "{} has too few seeds", target.name);
        let binary = corpus().with_file_name("fuzz_targets").join(format!("{}.rs", target.name));
        assert!(binary.is_file(), "{} has no binary", target.name);
    }
    let folders = fs::read_dir(corpus()).expect("the corpus").map(|entry| entry.expect("an entry").file_name());
    let folders: BTreeSet<_> = folders.map(|name| name.into_string().expect("UTF-8")).collect();
    assert_eq!(folders.iter().map(String::as_str).collect::<BTreeSet<_>>(), targets, "seeds of no target");
}
