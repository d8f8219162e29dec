//! Tests of GIFT: against the parses that come with the shared examples, and of what is made of each kind.
//!
//! The shared examples are not shipped; without them their test says that it looked at none.

use std::env;
use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::*;

/// What the examples' grammar says of this item, in its words.
fn described(paragraph: &str) -> Value {
    let item = Item::parse(paragraph).expect("the examples are well-formed");
    let mut described = json!({
        "title": item.title, "stem": described_words(&item.stem), "hasEmbeddedAnswers": item.embedded,
    });
    let fields = described.as_object_mut().expect("it is an object");
    let mut put = |name: &str, value| fields.insert(name.to_owned(), value);
    let kind = match item.answers {
        None => "Description",
        Some(Answers::Essay) => "Essay",
        Some(Answers::TrueFalse { truth, if_wrong, if_right }) => {
            put("isTrue", json!(truth));
            put("trueFeedback", json!(if_wrong.as_ref().map(described_words)));
            put("falseFeedback", json!(if_right.as_ref().map(described_words)));
            "TF"
        }
        Some(Answers::Choice(answers)) => {
            put("choices", answers.iter().map(|answer| described_answer(answer, described_words)).collect());
            "MC"
        }
        Some(Answers::Short(answers)) => {
            put("choices", answers.iter().map(|answer| described_answer(answer, described_words)).collect());
            "Short"
        }
        Some(Answers::Numerical(answers)) => {
            put("choices", answers.iter().map(|answer| described_answer(answer, described_number)).collect());
            "Numerical"
        }
        Some(Answers::Matching(pairs)) => {
            let pair =
                |(left, right): &(Words, String)| json!({"subquestion": described_words(left), "subanswer": right});
            put("matchPairs", pairs.iter().map(pair).collect());
            "Matching"
        }
    };
    put("type", json!(kind));
    if kind != "Description" {
        put("globalFeedback", json!(item.feedback.as_ref().map(described_words)));
    }
    described
}

fn described_words(words: &Words) -> Value {
    let format = match words.markup {
        Markup::Moodle => "moodle",
        Markup::Html => "html",
        Markup::Plain => "plain",
        Markup::Markdown => "markdown",
    };
    json!({"format": format, "text": words.text})
}

fn described_answer(answer: &Answer, text: fn(&Words) -> Value) -> Value {
    json!({
        "isCorrect": answer.right, "weight": answer.weight, "text": text(&answer.text),
        "feedback": answer.feedback.as_ref().map(described_words),
    })
}

/// A number, a number with its tolerance, or - in words - anything.
fn described_number(words: &Words) -> Value {
    let number = |text: &str| text.parse::<f64>().ok();
    match words.text.split_once(':') {
        Some((middle, by)) => json!({"type": "range", "number": number(middle), "range": number(by)}),
        None if words.text.is_empty() => json!({"format": "moodle", "text": "*"}),
        None => json!({"type": "simple", "number": number(&words.text)}),
    }
}

/// The examples' parse in the shape of `described`: without ids and tags, which are comments; one number as a list;
/// whole numbers as others.
fn expected(mut items: Vec<Value>) -> Vec<Value> {
    items.retain(|item| item["type"] != "Category");
    for item in &mut items {
        let fields = item.as_object_mut().expect("items are objects");
        fields.remove("id");
        fields.remove("tags");
        let choices = fields.get("choices").filter(|choices| choices.is_object()).cloned();
        let alone = |text| json!([{"isCorrect": true, "weight": null, "text": text, "feedback": null}]);
        fields.extend(choices.map(|text| ("choices".to_owned(), alone(text))));
    }
    items.into_iter().map(floats).collect()
}

fn floats(value: Value) -> Value {
    match value {
        Value::Number(number) => json!(number.as_f64()),
        Value::Array(list) => list.into_iter().map(floats).collect(),
        Value::Object(fields) => fields.into_iter().map(|(name, value)| (name, floats(value))).collect(),
        other => other,
    }
}

#[test]
fn the_shared_examples_are_parsed_as_expected() {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let folder = env::var_os("PARLOR_SHARED").map_or_else(beside, PathBuf::from).join("gift");
    let Ok(files) = fs::read_dir(&folder) else {
        eprintln!("skipped: no GIFT examples in {}", folder.display());
        return;
    };
    let mut items = 0;
    for file in files {
        let path = file.expect("the folder can be listed").path();
        if path.extension().is_none_or(|extension| extension != "gift") {
            continue;
        }
        let source = fs::read_to_string(&path).expect("examples are UTF-8");
        let parse = fs::read(path.with_extension("json")).expect("each example has its parse");
        let parse = expected(serde_json::from_slice(&parse).expect("parses are JSON"));
        let described: Vec<_> = paragraphs(&source).iter().map(|paragraph| described(&paragraph.text)).collect();
        assert_eq!(described, parse, "{}", path.display());
        items += described.len();
    }
    assert!(items >= 50, "only {items} items in {}", folder.display());
}

fn only(source: &str) -> Result<(Value, Vec<Repair>), String> {
    let mut found = read(source);
    assert_eq!(found.questions.len(), 1, "{source:?}");
    found.questions.remove(0).draft.and_then(Draft::finish)
}

#[test]
fn one_right_choice_is_single_with_its_feedback_for_an_explanation() {
    let (question, repairs) =
        only("::T::Grant is {~buried#no =entombed#Right: he is. ~living} here.").expect("playable");
    assert_eq!(
        question,
        json!({"kind": "single", "text": "Grant is _____ here.", "choices": ["buried", "entombed", "living"],
            "correct": [1], "explanation": "Right: he is."})
    );
    assert_eq!(repairs, []);
}

#[test]
fn parts_that_make_up_all_points_are_multiple_with_partial_credit() {
    let (question, repairs) = only("Two? {~%-50%a ~%50%b ~%50%c ####Both.}").expect("playable");
    assert_eq!(
        question,
        json!({"kind": "multiple", "text": "Two?", "choices": ["a", "b", "c"], "correct": [1, 2], "credit": "partial",
            "explanation": "Both."})
    );
    assert_eq!(repairs, []);
    let (thirds, _) = only("Three? {~%33.33333%a ~%33.33333%b ~%33.33333%c ~d}").expect("playable");
    assert_eq!(thirds["correct"], json!([0, 1, 2]));
}

#[test]
fn weights_that_fit_no_kind_are_told() {
    let (question, repairs) = only("Q {~wrong ~%50%half =full}").expect("playable");
    assert_eq!((&question["kind"], &question["correct"]), (&json!("single"), &json!([2])));
    assert_eq!(repairs, [Repair::PartialCredit]);
    let (question, repairs) = only("Seasons\\: {=spring =summer ~easter}").expect("playable");
    assert_eq!((&question["kind"], &question["correct"]), (&json!("multiple"), &json!([0, 1])));
    assert_eq!(repairs, [Repair::SeveralRight]);
    assert_eq!(only("Q {~%50%a ~b}"), Err("its right choices are worth 50 percent together".to_owned()));
}

#[test]
fn true_and_false_are_known_in_all_their_spellings() {
    for (word, correct) in [("T", 0), ("TRUE", 0), ("true", 0), ("F", 1), ("FALSE#It is not so.#Well done.", 1)] {
        let (question, _) = only(&format!("[html]<p>Is it &amp; so?</p>{{{word}}}")).expect("playable");
        assert_eq!((&question["kind"], &question["correct"]), (&json!("truefalse"), &json!([correct])), "{word}");
        assert_eq!(question["text"], "Is it & so?");
        assert_eq!(question.get("explanation").is_some(), word.contains('#'));
    }
}

#[test]
fn what_cannot_be_played_is_told() {
    let table = [
        ("Write! {}", "an essay question can't be played"),
        ("Who? {=a =b}", "a question with a typed answer can't be played"),
        ("One? {One}", "a question with a typed answer can't be played"),
        ("When? {#1822:5}", "a question with a number for an answer can't be played"),
        ("Match! {=a->b =c->d}", "a matching question can't be played"),
        ("Read this.", "a description, which asks nothing, can't be played"),
        ("{=a ~b}", "it has no text"),
        ("Q {=a ~b", "its { has no }"),
        ("Q }", "a } stands before any {"),
        ("Q {=a ~b} and {T}", "it has more than one { or }"),
        ("Q {a =b ~c}", "its answers begin with neither = nor ~"),
        ("Q {=a {~b}", "a { stands inside of its answers"),
    ];
    for (source, reason) in table {
        assert_eq!(only(source), Err(reason.to_owned()), "{source:?}");
    }
}

#[test]
fn a_picture_that_is_left_out_is_told() {
    let (question, repairs) = only("[html]<img src\\=\"a.png\"> What is it? {=a ~b}").expect("playable");
    assert_eq!((&question["text"], repairs), (&json!("What is it?"), vec![Repair::Media]));
}
