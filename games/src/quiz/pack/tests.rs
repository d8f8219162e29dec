//! Tests of the pack format: what is taken, what is refused, and with which words.
//!
//! That the JSON Schema says the same is tested where the schema is, in `parlor`'s `tests/packs.rs`.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn valid() -> Value {
    json!({"title": "T", "questions": [
        {"kind": "single", "text": "Q", "choices": ["a", "b", "c"], "correct": [2]},
        {"kind": "multiple", "text": "Q", "choices": ["a", "b"], "correct": [1, 0], "credit": "partial"},
        {"kind": "truefalse", "text": "Q", "correct": [1]},
    ]})
}

/// The faults of the valid pack with the value at `pointer` replaced, or its last field added; `Value::Null` removes it.
fn faults_of(pointer: &str, value: Value) -> Vec<String> {
    let mut pack = valid();
    let (parent, name) = pointer.rsplit_once('/').expect("a pointer has a slash");
    let parent = pack.pointer_mut(parent).expect("the parent is there");
    if let Some(list) = parent.as_array_mut() {
        list[name.parse::<usize>().expect("an index")] = value;
    } else {
        let fields = parent.as_object_mut().expect("the parent is a list or an object");
        fields.remove(name);
        fields.extend((!value.is_null()).then(|| (name.to_owned(), value)));
    }
    match Pack::parse(pack.to_string().as_bytes()) {
        Ok(_) => Vec::new(),
        Err(faults) => faults.iter().map(ToString::to_string).collect(),
    }
}

#[test]
fn a_pack_gets_the_defaults_of_what_it_leaves_out() {
    let pack = Pack::parse(valid().to_string().as_bytes()).expect("it is valid");
    let [single, multiple, truefalse] = pack.questions.as_slice() else { panic!("three questions") };
    assert_eq!((single.time_ms, single.points, single.credit), (20_000, 1_000, Credit::All));
    assert_eq!((multiple.correct.as_slice(), multiple.credit), ([0, 1].as_slice(), Credit::Partial));
    assert_eq!(truefalse.choices, ["True", "False"]);
    assert_eq!(pack.kinds(), [(Kind::Single, 1), (Kind::Multiple, 1), (Kind::TrueFalse, 1)]);
}

#[test]
fn what_is_written_is_read_again() {
    let mut pack = valid();
    pack["language"] = json!("pt-BR");
    pack["questions"][0]["media"] = json!({"audio": "media/a.ogg", "alt": "a bird"});
    pack["questions"][0]["timeMs"] = json!(5000);
    pack["questions"][2]["choices"] = json!(["Sim", "Não"]);
    let pack = Pack::parse(pack.to_string().as_bytes()).expect("it is valid");
    let written = serde_json::to_vec(&pack).expect("packs can be written");
    assert_eq!(Pack::parse(&written), Ok(pack));
}

#[test]
fn each_fault_is_told_with_its_path() {
    let long = "x".repeat(2001);
    let table = [
        ("/title", json!(" "), "title: is empty"),
        ("/title", json!("\u{200b}\u{feff} "), "title: is empty"),
        ("/title", json!(7), "title: is a number; it must be a text"),
        ("/title", Value::Null, "pack: lacks the field \"title\""),
        (
            "/titel",
            json!("T"),
            "titel: is not a field here; these are: title, language, description, author, questions",
        ),
        (
            "/language",
            json!("english"),
            "language: is \"english\"; it must be a language tag such as \"en\" or \"pt-BR\"",
        ),
        ("/description", json!(long), "description: is 2001 characters long; at most 2000 are allowed"),
        ("/questions", json!([]), "questions: has 0 elements; it must have 1 to 1000"),
        ("/questions/1", json!([]), "questions[1]: is a list; it must be an object"),
        (
            "/questions/0/kind",
            json!("open"),
            "questions[0].kind: is \"open\"; it must be one of: single, multiple, truefalse",
        ),
        ("/questions/0/text", json!("a\u{7}"), "questions[0].text: has the control character U+0007"),
        ("/questions/0/choices", Value::Null, "questions[0]: lacks the field \"choices\""),
        ("/questions/0/choices/1", json!(" a "), "questions[0].choices[1]: is the same as choice 0"),
        (
            "/questions/2/choices",
            json!(["x", "y", "z"]),
            "questions[2].choices: has 3 elements; it must have exactly 2",
        ),
        ("/questions/0/correct", json!([3]), "questions[0].correct[0]: is 3; it must be a whole number from 0 to 2"),
        (
            "/questions/0/correct",
            json!([0.5]),
            "questions[0].correct[0]: is 0.5; it must be a whole number from 0 to 2",
        ),
        ("/questions/0/correct", json!([0, 1]), "questions[0].correct: has 2 elements; it must have exactly 1"),
        ("/questions/1/correct", json!([0, 0]), "questions[1].correct[1]: names choice 0 a second time"),
        (
            "/questions/0/timeMs",
            json!(999),
            "questions[0].timeMs: is 999; it must be a whole number from 1000 to 600000",
        ),
        ("/questions/0/points", json!(-1), "questions[0].points: is -1; it must be a whole number from 0 to 100000"),
        ("/questions/0/credit", json!("all"), "questions[0].credit: is only for questions of kind \"multiple\""),
        ("/questions/1/credit", json!("some"), "questions[1].credit: is \"some\"; it must be one of: all, partial"),
        ("/questions/0/media", json!({"alt": "a"}), "questions[0].media: has none of image, audio and video"),
        ("/questions/0/media", json!({"image": "a.png"}), "questions[0].media: lacks the field \"alt\""),
        (
            "/questions/0/a b",
            json!(1),
            "questions[0][\"a b\"]: is not a field here; these are: kind, text, choices, correct, timeMs, points, credit, media, explanation",
        ),
    ];
    for (pointer, value, fault) in table {
        assert_eq!(faults_of(pointer, value), [fault], "{pointer}");
    }
}

#[test]
fn all_faults_are_told_at_once() {
    let faults = Pack::parse(br#"{"x": 1, "title": "", "questions": [{"kind": "single"}, 5]}"#).expect_err("faulty");
    let paths: Vec<_> = faults.iter().map(|fault| fault.path.to_string()).collect();
    let first = "questions[0]";
    assert_eq!(paths, ["x", "title", first, first, first, "questions[1]"]);
}

#[test]
fn a_field_that_is_there_twice_is_a_fault() {
    let faults = Pack::parse(br#"{"title": "a", "title": "b", "questions": []}"#).expect_err("faulty");
    assert_eq!(faults.first().map(ToString::to_string).as_deref(), Some("title: is there twice"));
}

#[test]
fn what_is_not_json_is_told_with_its_place() {
    let faults = Pack::parse(b"{\n  \"title\": \"a\",\n}").expect_err("faulty");
    let [fault] = faults.as_slice() else { panic!("one fault: {faults:?}") };
    assert_eq!(
        (fault.to_string().as_str(), fault.place),
        ("pack: is not JSON: trailing comma", Some(Place { line: 3, column: 1 }))
    );
}

#[test]
fn faults_without_end_are_counted() {
    let faults =
        Pack::parse(format!("{{{}\"title\": \"T\"}}", "\"x\": 1,".repeat(5_000)).as_bytes()).expect_err("faulty");
    assert_eq!(faults.len(), MAX_FAULTS + 1);
    assert_eq!(faults.last().map(ToString::to_string).as_deref(), Some("pack: and 4001 more faults"));
}

#[test]
fn media_come_from_the_web_or_the_site_alone() {
    let refused = [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "data:image/png;base64,AA",
        "//evil.example/a.png",
        "",
        "\\\\evil.example\\a.png",
        "java\nscript:x",
        "https://",
        "https://a@b/c.png",
        "HTTPS:/a",
        "a b.png",
        "\u{1}a.png",
        "http:a.png",
        "ftp://a/b.png",
    ];
    for url in refused {
        assert_eq!(faults_of("/questions/0/media", json!({"image": url, "alt": "a"})).len(), 1, "{url:?}");
    }
    for url in ["https://a.example/b.png?c#d", "http://a.example", "cats/a.png", "/media/ä.mp4"] {
        assert!(faults_of("/questions/0/media", json!({"video": url, "alt": "a"})).is_empty(), "{url:?}");
    }
}

#[test]
fn a_byte_order_mark_is_no_fault() {
    assert!(Pack::parse(format!("\u{feff}{}", valid()).as_bytes()).is_ok());
}

#[test]
fn every_beginning_of_a_pack_is_refused() {
    let bytes = valid().to_string();
    for end in 0..bytes.len() {
        assert!(Pack::parse(&bytes.as_bytes()[..end]).is_err(), "{end} bytes");
    }
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = Pack::parse(&bytes);
    }

    #[test]
    fn what_is_refused_has_a_fault(text in r#"[\[\]{}":,0-9a-z ]{0,80}"#) {
        if let Err(faults) = Pack::parse(text.as_bytes()) {
            prop_assert!(!faults.is_empty());
        }
    }
}
