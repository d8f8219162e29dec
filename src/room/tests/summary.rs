//! The summary of a game: who may ask for it, and what they are told.
//!
//! What is in it is the game's.

use serde_json::json;

use super::remotes::{key, pair};
use super::*;

fn ask(table: &Table, guest: &Guest) -> Result<Value, &'static str> {
    guest.room.summary(guest.seat, &guest.link, 9);
    table.run(100);
    match guest.link.take_answer(9) {
        Some(Answer::Summary(summary)) => Ok(serde_json::to_value(&summary).expect("a tree is JSON")),
        Some(Answer::Refused(refusal)) => Err(refusal.code),
        other => panic!("asking for the summary was answered with {other:?}"),
    }
}

#[test]
fn the_host_and_its_remotes_are_told_what_the_game_says_and_nobody_else_is() {
    let table = Table::new();
    let host = table.hosted();
    let ada = table.enter(&host, "Ada");
    let tv = table.join(host.room.code(), WATCHER).expect("a seat");
    let remote = pair(&table, &host, &key(&table, &host)).expect("the key is right");
    assert_eq!(ask(&table, &host), Err("told_to"), "the game's own refusal");

    table.ask(&host, json!({"type": "hide", "value": 7})).expect("the host may");
    assert_eq!(ask(&table, &host), Ok(json!({"hidden": 7})));
    assert_eq!(ask(&table, &remote), Ok(json!({"hidden": 7})));
    assert_eq!(ask(&table, &ada), Err("not_host"));
    assert_eq!(ask(&table, &tv), Err("not_host"));

    host.drop_link();
    table.run(100);
    let again = table.resume(&host.token).expect("the seat is kept");
    assert_eq!(ask(&table, &again), Ok(json!({"hidden": 7})));
    assert_eq!(ask(&table, &host), Err("not_seated"));
}
