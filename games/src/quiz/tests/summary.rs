//! The summary: what is told of a whole quiz, and when.
//!
//! Whom the runtime tells it is tested with the rooms.

use std::sync::Arc;

use serde_json::{Value, json};

use super::packs::KINDS;
use super::table::Table;
use crate::contract::{Effects, Game, Micros, Person, Role, SeatId};

fn summary(table: &Table) -> Result<Value, &'static str> {
    let summary = table.quiz.summary().map_err(|refusal| refusal.code)?;
    Ok(serde_json::to_value(summary).expect("a summary is JSON"))
}

fn played(script: &str) -> Table {
    let mut table = Table::new(KINDS, &json!({}), 7);
    table.play(script);
    table
}

/// Two of three questions: one joins late, one leaves, one is silent, and the third question is never asked.
const TWO: &str = "
    0 host joins
    0 ada joins
    0 bob joins
    0 cyd joins
    0 host start
    4800 ada answer 0 1
    5000 bob answer 0 0
    6000 host skip
    6000 host skip
    7000 dee joins
    9600 cyd leaves
    10000 ada answer 1 0+2
    10500 bob answer 1 0+
    11000 dee answer 1 2+0
    11500 host skip
    11500 host end";

const SHOWN: &str = "
    11600 host next
    11700 host next
    11800 host next";

#[test]
fn tells_how_each_question_was_answered_and_what_each_player_got_for_it() {
    let mut table = played(TWO);
    table.play(SHOWN);
    let expected = json!({
        "players": 3, "answered": 5, "right": 3, "hardest": 0, "fastest": 1,
        "questions": [
            {"kind": "single", "text": "One?", "players": 3, "answered": 2, "right": 1, "partly": 0, "medianMs": 1900,
             "choices": [{"text": "a", "correct": false, "count": 1}, {"text": "b", "correct": true, "count": 1},
                         {"text": "c", "correct": false, "count": 0}]},
            {"kind": "multiple", "text": "Some?", "players": 3, "answered": 3, "right": 2, "partly": 1, "worth": 2.5 / 3.0,
             "medianMs": 1500,
             "choices": [{"text": "a", "correct": true, "count": 3}, {"text": "b", "correct": false, "count": 0},
                         {"text": "c", "correct": true, "count": 2}, {"text": "d", "correct": false, "count": 0}]},
        ],
        "results": [
            {"seat": table.seat("ada").0, "name": "ada", "score": 1860, "rank": 1, "gains": [910, 950]},
            {"seat": table.seat("dee").0, "name": "dee", "score": 900, "rank": 2, "gains": [null, 900]},
            {"seat": table.seat("bob").0, "name": "bob", "score": 463, "rank": 3, "gains": [0, 463]},
        ],
    });
    assert_eq!(summary(&table), Ok(expected));
}

#[test]
fn who_leaves_at_the_podium_is_no_longer_named_but_has_answered() {
    let mut table = played(TWO);
    table.play(SHOWN);
    let before = summary(&table).expect("it is over");
    table.play("11900 host kick bob");
    let after = summary(&table).expect("it is over");
    assert_eq!((&after["questions"], &after["answered"]), (&before["questions"], &before["answered"]));
    assert_eq!((after["players"].as_u64(), after["results"].as_array().map(Vec::len)), (Some(2), Some(2)));
    assert!(!after.to_string().contains("bob"));
}

#[test]
fn is_told_to_nobody_before_all_places_are_shown() {
    let mut table = Table::new(KINDS, &json!({}), 7);
    for line in TWO.lines().chain(SHOWN.lines()) {
        assert_eq!(summary(&table), Err("wrong_phase"), "before {line}");
        table.play(line);
    }
    assert!(summary(&table).is_ok());
}

#[test]
fn of_questions_that_nobody_answered_has_no_times_and_marks_none() {
    let skipped = "
        0 host joins
        0 ada joins
        0 host start
        3500 host skip
        3500 host skip
        7000 host skip
        7000 host end
        7000 host next";
    let told = summary(&played(skipped)).expect("it is over");
    assert_eq!((&told["answered"], &told["right"]), (&json!(0), &json!(0)));
    assert!(told.get("hardest").is_none() && told.get("fastest").is_none());
    let questions = told["questions"].as_array().expect("a list");
    assert_eq!(questions.len(), 2);
    for question in questions {
        assert_eq!((&question["players"], &question["answered"]), (&json!(1), &json!(0)));
        assert!(question.get("medianMs").is_none() && question.get("worth").is_none());
    }
    assert_eq!(told["results"][0]["gains"], json!([null, null]));
}

#[test]
fn leaves_a_question_out_that_was_ended_before_its_reveal() {
    let told = summary(&played(
        "
        0 host joins
        0 ada joins
        0 bob joins
        0 host start
        4000 ada answer 0 1
        4500 host end
        4500 host next
        4500 host next",
    ));
    let told = told.expect("it is over");
    assert_eq!((&told["questions"], &told["answered"]), (&json!([]), &json!(0)));
    assert_eq!(told["results"][0]["gains"], json!([]));
}

#[test]
fn of_equal_questions_none_is_the_hardest() {
    let told = summary(&played(
        "
        0 host joins
        0 ada joins
        0 host start
        4000 ada answer 0 1
        5000 host skip
        9000 ada answer 1 0+2
        9100 host end
        9100 host next",
    ));
    let told = told.expect("it is over");
    assert_eq!(told["questions"].as_array().map(Vec::len), Some(2));
    assert!(told.get("hardest").is_none() && told.get("fastest").is_none());
}

#[test]
fn names_no_more_than_the_first_thousand() {
    let mut table = Table::new(KINDS, &json!({}), 7);
    table.play("0 host joins");
    for seat in 1000..2200 {
        let person = Person { name: Arc::from(format!("p{seat}")), role: Role::Player };
        table.quiz.join(SeatId(seat), &person, Micros(0), &mut Effects::default()).expect("all fit");
    }
    table.play("0 host start\n3500 host skip\n3500 host end\n3500 host next\n3500 host next\n3500 host next");
    let told = summary(&table).expect("it is over");
    assert_eq!((told["players"].as_u64(), told["results"].as_array().map(Vec::len)), (Some(1200), Some(1000)));
}
