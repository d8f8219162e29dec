//! Ends: of the game, of patience, of the server, and of games that break.
//!
//! Whatever the end, nothing leads to the room afterwards, and nobody waits for an answer.

use serde_json::json;

use super::*;
use crate::room::CloseReason;

fn gone(table: &Table, guest: &Guest, code: &'static str) {
    assert!(table.directory.is_empty());
    assert!(table.directory.find(guest.room.code()).is_none());
    assert_eq!(table.resume(&guest.token).err(), Some("unknown_token"));
    assert_eq!(table.ask(guest, json!({"type": "once"})), Err(code));
    assert_eq!(table.directory.step(), None);
}

#[test]
fn a_game_that_is_over_ends_its_room_after_its_last_state() {
    let table = Table::new();
    let host = table.hosted();
    let ada = table.enter(&host, "Ada");
    ada.link.forget();
    host.send(&table, json!({"type": "set", "key": "podium", "value": 1}), None);
    host.send(&table, json!({"type": "finish"}), Some(1));
    table.run(100);
    assert!(matches!(host.link.take_answer(1), Some(Answer::Applied(_))));
    assert_eq!(ada.state()["shown"], json!({"podium": 1}));
    assert_eq!(ada.link.sequence().last(), Some(&"closed"));
    assert_eq!((ada.link.closed_for(), host.link.closed_for()), (vec![CloseReason::Ended], vec![CloseReason::Ended]));
    gone(&table, &ada, "room_ended");
}

#[test]
fn a_deserted_room_is_closed_in_the_end() {
    let table = Table::with(Config { idle_ms: 60_000, ..Config::default() });
    let host = table.hosted();
    host.drop_link();
    table.run(59_000);
    let host = table.resume(&host.token).expect("somebody may come back");
    table.run(120_000);
    assert_eq!(table.directory.len(), 1, "nobody is thrown out");
    host.drop_link();
    table.run(61_000);
    gone(&table, &host, "room_ended");
}

#[test]
fn a_room_without_a_seat_is_closed_soon() {
    let table = Table::new();
    let maker = table.create(json!({}));
    maker.room.leave(maker.seat, &maker.link, 1);
    table.run(20_000);
    assert_eq!(table.directory.len(), 1);
    table.run(11_000);
    gone(&table, &maker, "room_ended");
}

#[test]
fn a_panic_ends_its_room_alone() {
    let table = Table::new();
    let (broken, sound) = (table.create(json!({})), table.create(json!({})));
    let ada = table.enter(&broken, "Ada");
    broken.send(&table, json!({"type": "set", "key": "a", "value": 1}), Some(1));
    broken.send(&table, json!({"type": "panic"}), Some(2));
    broken.send(&table, json!({"type": "once"}), Some(3));
    table.run(100);
    assert_eq!(ada.link.closed_for(), [CloseReason::Failed]);
    assert_eq!(broken.link.closed_for(), [CloseReason::Failed]);
    assert_eq!(broken.outcome(1), Err("room_failed"), "nobody saw what came of it");
    assert_eq!(table.directory.stats().counts().failed, 1);
    assert_eq!(table.directory.len(), 1);
    table.ask(&sound, json!({"type": "once"})).expect("another room goes on");
    assert_eq!(table.ask(&ada, json!({"type": "once"})), Err("room_failed"));
}

#[test]
fn a_panic_while_opening_makes_no_room() {
    let table = Table::new();
    assert_eq!(table.create_with(json!({"panic": true}), player("Eve")).err(), Some("room_failed"));
    assert_eq!(table.create_with(json!({"hz": 0}), player("Eve")).err(), Some("bad_options"));
    assert_eq!(table.create_with(json!({"hzz": 1}), player("Eve")).err(), Some("bad_options"));
    assert_eq!(table.create_with(json!([]), player("Eve")).err(), Some("bad_options"));
    assert!(table.directory.is_empty());
}

#[test]
fn a_shutdown_tells_everybody_and_takes_nobody() {
    let table = Table::new();
    let maker = table.create(json!({}));
    maker.send(&table, json!({"type": "once"}), Some(1));
    table.directory.shutdown(CloseReason::Shutdown);
    assert_eq!(maker.link.closed_for(), [CloseReason::Shutdown]);
    assert_eq!(maker.outcome(1), Err("room_ended"), "what waited is answered");
    assert_eq!(table.create_with(json!({}), player("Late")).err(), Some("shutting_down"));
    gone(&table, &maker, "room_ended");
}

#[test]
fn an_ended_room_gives_back_its_place() {
    let table = Table::with(Config { rooms_per_origin: 1, max_rooms: 1, ..Config::default() });
    let host = table.hosted();
    assert_eq!(table.create_with(json!({}), player("Ada")).err(), Some("too_many_rooms"));
    assert_eq!(table.create_from("elsewhere", json!({}), player("Ada")).err(), Some("server_full"));
    table.ask(&host, json!({"type": "finish"})).expect("the host may");
    table.create(json!({}));
}
