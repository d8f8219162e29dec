//! Seats: taken, kept, retaken, moved, lost.
//!
//! What a seat is sent is `sending`'s and `deltas`'.

use serde_json::json;

use super::*;
use crate::room::CloseReason;

#[test]
fn a_seat_has_a_number_a_token_and_a_state() {
    let table = Table::new();
    let maker = table.create(json!({}));
    let ada = table.enter(&maker, "Ada");
    assert_eq!((maker.seat, ada.seat), (SeatId(1), SeatId(2)));
    assert_ne!(maker.token, ada.token);
    assert_eq!(ada.state()["seats"], 2);
    table.run(100);
    assert_eq!(maker.state(), ada.state());
}

#[test]
fn a_code_is_found_as_typed() {
    let table = Table::new();
    let maker = table.create(json!({}));
    let code = maker.room.code();
    let typed = format!(" {} {} ", &code[..3], &code[3..]);
    table.join(&typed, player("Ada")).expect("spaces are ignored");
    assert_eq!(table.join("nonsense", player("Eve")).err(), Some("unknown_room"));
}

#[test]
fn a_token_retakes_a_dropped_seat() {
    let table = Table::new();
    let maker = table.create(json!({}));
    let ada = table.enter(&maker, "Ada");
    table.ask(&ada, json!({"type": "mine", "value": 5})).expect("an input");
    ada.drop_link();
    table.run(29_000);
    assert_eq!(maker.state()["present"], 1);
    let back = table.resume(&ada.token).expect("within the grace");
    assert_eq!((back.seat, &back.token), (ada.seat, &ada.token));
    assert!(back.link.closed_for().is_empty() && ada.link.closed_for().is_empty());
    table.run(100);
    assert_eq!(maker.state()["present"], 2);
    assert_eq!(maker.state()["seats"], 2);
    table.run(60_000);
    assert_eq!(maker.state()["seats"], 2, "who is back is not removed when the grace would have been over");
}

#[test]
fn a_grace_ends() {
    let table = Table::new();
    let maker = table.create(json!({"graceMs": 1_000}));
    let ada = table.enter(&maker, "Ada");
    ada.drop_link();
    table.run(900);
    assert_eq!(maker.state()["seats"], 2);
    table.run(300);
    assert_eq!(maker.state()["seats"], 1, "a sleeping room wakes when a grace is over");
    assert_eq!(table.resume(&ada.token).err(), Some("unknown_token"));
    table.join(maker.room.code(), player("Ada")).expect("the name is free again");
}

#[test]
fn without_a_grace_a_seat_waits_to_the_end() {
    let table = Table::new();
    let host = table.hosted();
    let ada = table.enter(&host, "Ada");
    ada.drop_link();
    table.run(3_600_000);
    table.resume(&ada.token).expect("an hour later");
}

#[test]
fn a_spectator_has_a_grace_even_then() {
    let table = Table::new();
    let host = table.hosted();
    let watcher = table.join(host.room.code(), WATCHER).expect("anybody may watch");
    watcher.drop_link();
    table.run(31_000);
    assert_eq!(table.resume(&watcher.token).err(), Some("unknown_token"));
}

#[test]
fn the_older_link_is_replaced() {
    let table = Table::new();
    let maker = table.create(json!({}));
    let ada = table.enter(&maker, "Ada");
    let tablet = table.resume(&ada.token).expect("the same seat on another device");
    assert_eq!(ada.link.closed_for(), [CloseReason::Replaced]);
    assert_eq!(table.ask(&ada, json!({"type": "once"})), Err("not_seated"), "the older link asks for nothing");
    // The older connection's end reaches the room late, and means nothing.
    ada.drop_link();
    table.run(100);
    assert_eq!(maker.state()["present"], 2);
    ada.link.forget();
    assert_eq!(table.ask(&tablet, json!({"type": "set", "key": "a", "value": 1})), Ok(()));
    assert!(ada.link.heard().is_empty(), "nor does it hear anything");
}

#[test]
fn resuming_on_the_same_link_closes_nothing() {
    let table = Table::new();
    let maker = table.create(json!({}));
    table.directory.resume(&maker.token, SyncBy::Delta, Arc::clone(&maker.link), 3);
    table.run(100);
    assert!(matches!(maker.link.take_answer(3), Some(Answer::Seated(_))));
    assert!(maker.link.closed_for().is_empty());
}

#[test]
fn two_resumes_within_one_tick_leave_the_later_one_seated() {
    let table = Table::new();
    let maker = table.create(json!({}));
    let (first, second) = (Viewer::start(), Viewer::start());
    table.directory.resume(&maker.token, SyncBy::Delta, Arc::clone(&first), 0);
    table.directory.resume(&maker.token, SyncBy::Delta, Arc::clone(&second), 0);
    table.run(100);
    assert_eq!(maker.link.closed_for(), [CloseReason::Replaced]);
    assert_eq!(first.closed_for(), [CloseReason::Replaced]);
    assert!(matches!(first.take_answer(0), Some(Answer::Refused(refusal)) if refusal.code == "not_seated"));
    assert!(matches!(second.take_answer(0), Some(Answer::Seated(_))));
}

#[test]
fn leaving_is_for_good() {
    let table = Table::new();
    let maker = table.create(json!({}));
    let ada = table.enter(&maker, "Ada");
    ada.room.leave(ada.seat, &ada.link, 3);
    table.run(100);
    assert_eq!(ada.link.take_answer(3), Some(Answer::Done));
    assert_eq!(ada.link.closed_for(), []);
    assert_eq!(maker.state()["seats"], 1);
    assert_eq!(table.resume(&ada.token).err(), Some("unknown_token"));
    ada.room.leave(ada.seat, &ada.link, 4);
    assert_eq!(ada.outcome(4), Err("not_seated"));
    let again = table.enter(&maker, "Ada");
    assert_eq!(again.seat, SeatId(3), "a seat number is never used again");
}

#[test]
fn the_key_moves_the_hosts_seat() {
    let table = Table::new();
    let host = table.hosted();
    let phone = table.join(host.room.code(), HOST).expect("the key is enough");
    assert_eq!(phone.seat, host.seat);
    assert_eq!(host.link.closed_for(), [CloseReason::Replaced]);
    assert_ne!(phone.token, host.token);
    assert_eq!(table.resume(&host.token).err(), Some("unknown_token"), "who lost the seat to the key stays without it");
    table.ask(&phone, json!({"type": "lock", "locked": true})).expect("a host's input");
    assert_eq!(table.ask(&host, json!({"type": "lock", "locked": false})), Err("not_seated"));
    table.resume(&phone.token).expect("the token in force");
}

#[test]
fn a_host_comes_back_with_its_token_after_any_time() {
    let table = Table::with(Config { idle_ms: u64::MAX, ..Config::default() });
    let host = table.create_with(json!({"hosted": true, "graceMs": 1_000}), HOST).expect("a room");
    host.drop_link();
    table.run(86_400_000);
    table.resume(&host.token).expect("a day later");
}

#[test]
fn a_game_without_a_host_gets_none() {
    let table = Table::new();
    let maker = table.create(json!({}));
    assert_eq!(table.join(maker.room.code(), HOST).err(), Some("no_host"));
    assert_eq!(table.create_with(json!({}), HOST).err(), Some("no_host"));
    assert_eq!(table.directory.len(), 1);
}

#[test]
fn a_locked_room_lets_in_nobody_but_those_who_have_seats() {
    let table = Table::new();
    let host = table.hosted();
    let ada = table.enter(&host, "Ada");
    table.ask(&host, json!({"type": "lock", "locked": true})).expect("the host may");
    assert_eq!(table.join(host.room.code(), player("Eve")).err(), Some("locked"));
    assert_eq!(table.join(host.room.code(), WATCHER).err(), Some("locked"));
    assert!(host.room.listing().locked);
    table.resume(&ada.token).expect("Ada has a seat");
    let host = table.join(host.room.code(), HOST).expect("the host's seat is moved, none is made");
    table.ask(&host, json!({"type": "lock", "locked": false})).expect("the host may");
    table.join(host.room.code(), player("Eve")).expect("anybody may again");
}

#[test]
fn a_full_room_is_full_until_somebody_leaves() {
    let table = Table::with(Config { spectators: 1, ..Config::default() });
    let maker = table.create(json!({"seats": 2}));
    let ada = table.enter(&maker, "Ada");
    assert_eq!(table.join(maker.room.code(), player("Eve")).err(), Some("room_full"));
    table.join(maker.room.code(), WATCHER).expect("spectators take no player's seat");
    assert_eq!(table.join(maker.room.code(), WATCHER).err(), Some("room_full"));
    ada.room.leave(ada.seat, &ada.link, 1);
    table.join(maker.room.code(), player("Eve")).expect("a seat is free");
}

#[test]
fn the_runtimes_own_bound_caps_the_games() {
    let table = Table::with(Config { seats: 1, ..Config::default() });
    let maker = table.create(json!({"seats": 1_000}));
    assert_eq!(table.join(maker.room.code(), player("Ada")).err(), Some("room_full"));
    assert_eq!(maker.room.listing().capacity, 1);
}

#[test]
fn hosts_and_spectators_need_no_name() {
    let table = Table::new();
    let host = table.hosted();
    for name in ["Host", "Spectator"] {
        let taken = table.join(host.room.code(), player(name));
        assert_eq!(taken.err(), (name == "Host").then_some("name_taken"));
    }
    let watcher = table.join(host.room.code(), WATCHER).expect("no name is needed");
    watcher.room.chat(watcher.seat, &watcher.link, "hello", 1);
    table.run(100);
    let names = host.link.heard().into_iter().filter_map(|heard| match heard {
        Outgoing::Chat { name, .. } => Some(name.to_string()),
        _ => None,
    });
    assert_eq!(names.collect::<Vec<_>>(), ["Spectator 3"]);
}

#[test]
fn what_the_game_refuses_takes_no_seat() {
    let table = Table::new();
    let maker = table.create(json!({}));
    assert_eq!(table.join(maker.room.code(), player("Unwelcome")).err(), Some("unwelcome"));
    assert_eq!(maker.state()["seats"], 1);
    assert_eq!(table.join(maker.room.code(), player("Unwelcome")).err(), Some("unwelcome"), "nor the name");
}

#[test]
fn a_room_whose_maker_is_refused_is_gone() {
    let table = Table::new();
    assert_eq!(table.create_with(json!({}), player("Unwelcome")).err(), Some("unwelcome"));
    assert_eq!(table.create_with(json!({}), player("")).err(), Some("name_empty"));
    assert!(table.directory.is_empty());
}

#[test]
fn a_drop_before_the_seat_is_given_is_a_drop() {
    let table = Table::new();
    let maker = table.create(json!({"graceMs": 1_000}));
    // The connection dies while its join waits; the link learns of its seat, and says so.
    let ada = table.enter(&maker, "Ada");
    ada.drop_link();
    ada.drop_link();
    table.run(2_000);
    assert_eq!(maker.state()["seats"], 1);
}
