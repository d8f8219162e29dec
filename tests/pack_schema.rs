//! The JSON Schema of packs beside their parser: both take and refuse the same.
//!
//! What the schema's description says it can't tell is not looked at.

use std::fs;
use std::path::Path;

use jsonschema::Validator;
use parlor::games::quiz::pack::Pack;
use proptest::prelude::*;
use serde_json::{Value, json};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn json_of(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).expect("it is there")).expect("it is JSON")
}

fn schema() -> Validator {
    jsonschema::draft202012::new(&json_of(&root().join("docs/pack.schema.json"))).expect("the schema is one")
}

fn parses(pack: &Value) -> bool {
    Pack::parse(pack.to_string().as_bytes()).is_ok()
}

#[test]
fn the_schema_takes_the_packs_that_are_shipped() {
    let schema = schema();
    let mut shipped = 0;
    for file in fs::read_dir(root().join("packs")).expect("there are packs") {
        let path = file.expect("the folder can be listed").path();
        let pack = json_of(&path);
        assert!(schema.is_valid(&pack) && parses(&pack), "{}", path.display());
        let kinds = Pack::parse(pack.to_string().as_bytes()).expect("it is valid").kinds();
        assert_eq!(kinds.len(), 3, "{} has questions of every kind", path.display());
        shipped += 1;
    }
    assert_eq!(shipped, 3);
}

#[test]
fn the_schema_and_the_parser_agree_on_a_table() {
    let question = |more: Value| {
        let mut question = json!({"kind": "single", "text": "Q", "choices": ["a", "b", "c"], "correct": [2]});
        let fields = question.as_object_mut().expect("it is an object");
        fields.extend(more.as_object().expect("it is an object").clone());
        fields.retain(|_, value| !value.is_null());
        json!({"title": "T", "questions": [question]})
    };
    let media = |url: &str| question(json!({"media": {"image": url, "alt": "a"}}));
    let valid = [
        question(json!({})),
        question(json!({"correct": [2.0], "timeMs": 1_000, "points": 0, "explanation": "x\ny\tz"})),
        question(json!({"kind": "multiple", "correct": [0, 2], "credit": "partial"})),
        question(json!({"kind": "truefalse", "choices": null, "correct": [1]})),
        question(json!({"kind": "truefalse", "choices": ["Wahr", "Falsch"], "correct": [0]})),
        media("https://a.example/ä.png?x=1#y"),
        media("cats/a.png"),
        media("/a.png"),
    ];
    let invalid = [
        json!([]),
        json!({"title": "T"}),
        json!({"title": "T", "questions": []}),
        question(json!({"x": 1})),
        question(json!({"kind": "order"})),
        question(json!({"text": "\u{a0}\u{200b}"})),
        question(json!({"text": "a\u{7f}"})),
        question(json!({"text": "x".repeat(1_001)})),
        question(json!({"choices": ["a"]})),
        question(json!({"choices": null})),
        question(json!({"choices": ["a", "b", "a"]})),
        question(json!({"choices": ["1", "2", "3", "4", "5", "6", "7", "8", "9"]})),
        question(json!({"correct": []})),
        question(json!({"correct": [3]})),
        question(json!({"correct": [-1]})),
        question(json!({"correct": [0, 1]})),
        question(json!({"kind": "multiple", "correct": [0, 0]})),
        question(json!({"kind": "truefalse", "correct": [0]})),
        question(json!({"kind": "truefalse", "choices": null, "correct": [2]})),
        question(json!({"timeMs": 999})),
        question(json!({"points": 0.5})),
        question(json!({"credit": "all"})),
        question(json!({"media": {"image": "a.png"}})),
        question(json!({"media": {"image": "a.png", "audio": "a.ogg", "alt": "a"}})),
        media("javascript:alert(1)"),
        media("//a.example/b.png"),
        media("https://a@b/c.png"),
        media("a b.png"),
    ];
    let schema = schema();
    for (packs, wanted) in [(&valid[..], true), (&invalid[..], false)] {
        for pack in packs {
            assert_eq!((parses(pack), schema.is_valid(pack)), (wanted, wanted), "parser and schema on {pack}");
        }
    }
}

/// Questions that are nearly valid: mostly of usual values, sometimes of ones on both sides of the bounds.
fn near_questions() -> impl Strategy<Value = Value> {
    let mostly = |usual: Option<Value>, odd: Vec<Value>| prop_oneof![12 => Just(usual), 1 => prop::option::of(prop::sample::select(odd))];
    let kind = prop_oneof![
        12 => prop::sample::select(vec!["single", "multiple", "truefalse"]).prop_map(|kind| Some(json!(kind))),
        1 => mostly(None, vec![json!("other"), json!(null)]),
    ];
    let texts = vec![json!("Q"), json!("\n"), json!("a\u{1}"), json!("x".repeat(1_001)), json!(1)];
    let odd_choice = prop_oneof![12 => "[a-h]", 1 => Just(String::new()), 1 => Just("x".repeat(301))];
    let choices = prop_oneof![
        6 => prop::sample::subsequence(vec!["a", "b", "c", "d", "e", "f", "g", "h"], 2..=8).prop_map(|list| Some(json!(list))),
        2 => Just(Some(json!(["a", "b"]))),
        2 => prop::collection::vec(odd_choice, 1..10).prop_map(|list| Some(json!(list))),
        3 => Just(None),
    ];
    let correct = prop_oneof![
        4 => (0..3).prop_map(|index| Some(json!([index]))),
        4 => prop::collection::vec(-1..10, 0..4).prop_map(|list| Some(json!(list))),
    ];
    let absent = |odd| mostly(None, odd);
    (
        kind,
        mostly(Some(json!("Q")), texts),
        choices,
        correct,
        mostly(Some(json!(5_000)), vec![json!(999), json!(600_001), json!(1_000.5), json!("1000"), json!(null)]),
        absent(vec![json!(0), json!(100_000), json!(100_001), json!(-1), json!([])]),
        absent(vec![json!("all"), json!("partial"), json!("some"), json!(null)]),
        absent(vec![
            json!({"video": "a.mp4", "alt": "a"}),
            json!({"alt": "a"}),
            json!({"image": "ftp://a/b", "alt": "a"}),
        ]),
        absent(vec![json!("why"), json!(""), json!({})]),
    )
        .prop_map(|(kind, text, choices, correct, time, points, credit, media, explanation)| {
            let names = ["kind", "text", "choices", "correct", "timeMs", "points", "credit", "media", "explanation"];
            let values = [kind, text, choices, correct, time, points, credit, media, explanation];
            let fields = names.into_iter().zip(values).filter_map(|(name, value)| Some((name.to_owned(), value?)));
            Value::Object(fields.collect())
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn the_schema_and_the_parser_agree(question in near_questions()) {
        thread_local!(static SCHEMA: Validator = schema());
        let pack = json!({"title": "T", "questions": [question]});
        let valid = SCHEMA.with(|schema| schema.is_valid(&pack));
        prop_assert_eq!(parses(&pack), valid, "parser and schema on {}", pack);
    }
}
