//! Connections that were recovered: the seat goes on, and what was said once is heard once.
//!
//! How a connection is recovered is not the room's to know.

use serde_json::json;

use super::*;
use crate::room::Place;

/// How the guest's connection comes back after it was lost, who has got what is said once up to this number.
fn come_back(table: &Table, guest: &Guest, got: Option<u64>) -> Result<Guest, &'static str> {
    let link = Viewer::start();
    let got = got.map(|number| Place { room: Arc::clone(guest.room.code()), number });
    table.directory.come_back(&guest.token, got.as_ref(), Arc::clone(&link), 0);
    table.seated(link)
}

/// The chat lines and sounds that it heard.
fn said(guest: &Guest) -> Vec<String> {
    let said = guest.link.heard().into_iter().filter_map(|heard| match heard {
        Outgoing::Chat { text, .. } => Some(text.to_string()),
        Outgoing::Event { event, .. } => Some(viewer::value(&event)["sound"].to_string()),
        _ => None,
    });
    said.collect()
}

/// A room whose maker talks, and somebody who listens.
fn talk() -> (Table, Guest, Guest) {
    let table = Table::new();
    let maker = table.create(json!({}));
    let ada = table.enter(&maker, "Ada");
    (table, maker, ada)
}

fn say(table: &Table, maker: &Guest, text: &str) {
    maker.room.chat(maker.seat, &maker.link, text, 1);
    table.run(1_000);
    assert_eq!(maker.link.take_answer(1), Some(Answer::Done));
}

fn ring(table: &Table, maker: &Guest, to: Option<SeatId>, sound: u32) {
    table.ask(maker, json!({"type": "ring", "to": to, "sound": sound})).expect("an input");
}

#[test]
fn who_comes_back_hears_once_what_was_said_once() {
    let (table, maker, ada) = talk();
    say(&table, &maker, "heard");
    say(&table, &maker, "on its way when the connection was lost");
    ada.drop_link();
    say(&table, &maker, "into nothing");
    ring(&table, &maker, Some(ada.seat), 1);
    ring(&table, &maker, Some(maker.seat), 2);
    ring(&table, &maker, None, 3);
    let back = come_back(&table, &ada, Some(0)).expect("its seat");
    assert_eq!(back.seat, ada.seat);
    assert_eq!(said(&back), ["on its way when the connection was lost", "into nothing", "1", "3"]);
    say(&table, &maker, "on it goes");
    assert_eq!(said(&back).len(), 5);
    // Once more, and nothing of that has arrived.
    back.drop_link();
    let again = come_back(&table, &back, Some(0)).expect("its seat");
    assert_eq!(said(&again), ["on its way when the connection was lost", "into nothing", "1", "3", "on it goes"]);
    assert_eq!(table.ask(&again, json!({"type": "touch"})), Ok(()));
}

#[test]
fn state_comes_whole_and_what_is_private_too() {
    let (table, maker, ada) = talk();
    table.ask(&ada, json!({"type": "mine", "value": 5})).expect("an input");
    ada.drop_link();
    table.ask(&maker, json!({"type": "set", "key": "a", "value": 1})).expect("an input");
    let back = come_back(&table, &ada, None).expect("its seat");
    assert_eq!(back.state(), maker.state());
    let you = back.link.heard().into_iter().find_map(|heard| match heard {
        Outgoing::You { private, .. } => Some(viewer::value(&private)),
        _ => None,
    });
    assert_eq!(you, Some(json!({"mine": 5})));
    table.ask(&maker, json!({"type": "set", "key": "a", "value": 2})).expect("an input");
    assert_eq!(back.state(), maker.state(), "deltas go on from there");
}

#[test]
fn who_had_heard_nothing_hears_all_since_it_took_the_seat() {
    let table = Table::new();
    let maker = table.create(json!({}));
    say(&table, &maker, "before");
    let ada = table.enter(&maker, "Ada");
    say(&table, &maker, "after");
    ada.drop_link();
    table.run(100);
    assert_eq!(said(&come_back(&table, &ada, None).expect("its seat")), ["after"]);
}

#[test]
fn another_rooms_place_means_nothing_here() {
    let (table, maker, ada) = talk();
    say(&table, &maker, "here");
    ada.drop_link();
    let elsewhere = Place { room: "000000".into(), number: 7 };
    let link = Viewer::start();
    table.directory.come_back(&ada.token, Some(&elsewhere), Arc::clone(&link), 0);
    assert_eq!(said(&table.seated(link).expect("its seat")), ["here"]);
}

#[test]
fn asking_for_the_whole_view_at_once_loses_nothing() {
    let (table, maker, ada) = talk();
    ada.drop_link();
    say(&table, &maker, "meanwhile");
    let link = Viewer::start();
    table.directory.come_back(&ada.token, None, Arc::clone(&link), 0);
    table.directory.resume(&ada.token, SyncBy::Delta, Arc::clone(&link), 2);
    let back = table.seated(link).expect("its seat");
    assert!(matches!(back.link.take_answer(2), Some(Answer::Seated(_))));
    assert_eq!(said(&back), ["meanwhile"]);
}

#[test]
fn a_seat_that_was_taken_meanwhile_is_left_to_whoever_has_it() {
    let (table, _maker, ada) = talk();
    ada.drop_link();
    let tablet = table.resume(&ada.token).expect("the same seat on another device");
    assert_eq!(come_back(&table, &ada, None).err(), Some("not_seated"));
    assert!(tablet.link.closed_for().is_empty());
}

#[test]
fn who_missed_more_than_is_kept_is_told_so() {
    let table = Table::with(Config { kept_events: 2, ..Config::default() });
    let maker = table.create(json!({}));
    let ada = table.enter(&maker, "Ada");
    ada.drop_link();
    ring(&table, &maker, None, 1);
    ring(&table, &maker, None, 2);
    let back = come_back(&table, &ada, None).expect("all is kept");
    assert_eq!(said(&back), ["1", "2"]);
    back.drop_link();
    ring(&table, &maker, None, 3);
    assert_eq!(come_back(&table, &back, None).err(), Some("not_seated"));
    assert_eq!(said(&come_back(&table, &back, Some(0)).expect("it needs only two")), ["2", "3"]);
}

#[test]
fn who_has_no_seat_any_more_is_told_so() {
    let table = Table::new();
    let host = table.hosted();
    let ada = table.enter(&host, "Ada");
    ada.drop_link();
    table.ask(&host, json!({"type": "kick", "seat": ada.seat})).expect("an input");
    assert_eq!(come_back(&table, &ada, None).err(), Some("kicked"));
    let stranger = Guest { token: "no token".into(), ..ada };
    assert_eq!(come_back(&table, &stranger, None).err(), Some("unknown_token"));
}
