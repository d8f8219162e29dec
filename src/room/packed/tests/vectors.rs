//! What decoders in other languages are tested with, and the example of the docs: both are what the encoder writes.

use std::fs;
use std::path::PathBuf;

use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use super::*;

/// A file of this repository.
fn file(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A keyframe of the first view, and a delta to each of the others.
fn story(name: &str, views: &[Value]) -> Value {
    let (first, others) = views.split_first().expect("a view");
    let mut group = Group::new(first);
    let mut steps = vec![step(&group, &group.keyframe())];
    for (nth, view) in others.iter().enumerate() {
        if let Some(delta) = group.turn(view, 1 + nth as u64 % 5) {
            steps.push(step(&group, &delta));
        }
    }
    steps.push(step(&group, &group.keyframe()));
    json!({"name": name, "steps": steps})
}

fn step(group: &Group, bytes: &[u8]) -> Value {
    let mut client = group.client.clone();
    if bytes[0] == KEYFRAME {
        client.decode(bytes).expect("a keyframe");
    }
    json!({"hex": hex(bytes), "tick": client.tick(), "t": client.t(), "state": client.view()})
}

/// The example of `docs/packed.md`.
fn example() -> [Value; 4] {
    let view = |x: f64, y: f64, more: &[(&str, Value)]| {
        let player = json!({"x": x, "y": y, "name": "Bo"});
        let mut players = serde_json::Map::from_iter([("7".to_owned(), player)]);
        players.extend(more.iter().map(|(seat, player)| ((*seat).to_owned(), player.clone())));
        json!({"phase": "play", "players": players})
    };
    let ada = ("9", json!({"x": 1, "y": 0.5, "name": "Ada"}));
    [view(10.5, 20.5, &[]), view(10.6, 20.3, &[]), view(10.7, 20.1, &[]), view(10.7, 20.1, &[ada])]
}

fn vectors() -> Value {
    let arena = |steps| super::arena(5, move |seat| (place(seat, steps, 83), place(seat, steps, 7)));
    let values = json!([
        null, true, false, 0, 15, 16, -1, -17, 9_007_199_254_740_991_u64, 9_007_199_254_740_993_u64, u64::MAX, i64::MIN,
        -9_007_199_254_740_993_i64, 0.5, -0.1, -0.0, 1e300, 5e-324, 0.1 + 0.2, f64::from(0.1_f32), 123_456.789, "", "é\u{1f389}",
        [], {}, {"7": 1, "11": [2]}, {"a": {"b": {}}}
    ]);
    let mut stories = vec![
        story("the example of the docs", &example()),
        story("players who move", &[arena(0), arena(1), arena(2), arena(3), arena(4), arena(5)]),
        story("every kind of value", &[values.clone(), json!([]), values.clone(), json!({"__proto__": values})]),
        story(
            "names that mean something in JavaScript",
            &[
                json!({"__proto__": {"a": 1}, "constructor": 1, "length": {}}),
                json!({"__proto__": {"a": 2}, "constructor": 2, "length": {"toString": 0.5}}),
                json!({"constructor": {"__proto__": 1}, "length": {"toString": 0.75}}),
            ],
        ),
        story(
            "lists",
            &[
                json!([1, [2.5, 3.5], {"a": 1}]),
                json!([2, [2.5, 3.25], {"a": 1}, null]),
                json!([2, [2.5]]),
                json!([[], [2.5], {}, {}, {}]),
                json!([]),
            ],
        ),
    ];
    let mut runner = TestRunner::deterministic();
    let mut any = |strategy: &dyn Fn(&mut TestRunner) -> Value| strategy(&mut runner);
    let any_view = |runner: &mut TestRunner| any_view().new_tree(runner).expect("a view").current();
    for nth in 0..24 {
        let mut views = vec![any(&any_view)];
        for turn in 0..4_u8 {
            let mut dice =
                (0..200_u8).map(|roll| roll.wrapping_mul(37).wrapping_add(turn).rotate_left(u32::from(turn)));
            let last = views.last().cloned().unwrap_or_default();
            views.push(stirred(last, any(&any_view), &mut dice));
        }
        stories.push(story(&format!("whatever, {nth}"), &views));
    }
    stories.into()
}

#[test]
fn the_vectors_for_other_languages_are_what_the_encoder_writes() {
    let path = file("clients/sdk/src/packed.vectors.json");
    let vectors = vectors();
    if std::env::var_os("WRITE_VECTORS").is_some() {
        let rows: Vec<_> = vectors.as_array().expect("a list").iter().map(Value::to_string).collect();
        fs::write(&path, format!("[\n{}\n]\n", rows.join(",\n"))).expect("it can be written");
    }
    let kept: Value = serde_json::from_slice(&fs::read(&path).expect("it is there")).expect("it is JSON");
    assert!(kept == vectors, "run this test with WRITE_VECTORS=1, and look at what changed in {}", path.display());
}

#[test]
fn the_example_of_the_docs_is_what_the_encoder_writes() {
    let story = story("", &example());
    let written = story["steps"].as_array().expect("a list").iter().map(|step| step["hex"].as_str().expect("hex"));
    let docs = fs::read_to_string(file("docs/packed.md")).expect("it is there");
    let blocks = docs.split("```hex\n").skip(1).map(|block| block.split("```").next().unwrap_or_default());
    let shown = blocks.map(|block| {
        let bytes = block.lines().map(|line| line.split('#').next().unwrap_or_default());
        bytes.flat_map(str::split_whitespace).collect::<String>()
    });
    let shown: Vec<_> = shown.collect();
    let written: Vec<_> = written.take(shown.len()).map(str::to_owned).collect();
    assert!(shown.len() >= 4, "a keyframe and three deltas");
    assert_eq!(shown, written);
}
