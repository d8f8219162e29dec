//! The directory: codes, listings, quick match.
//!
//! What happens inside rooms is the others'.

use std::collections::BTreeSet;

use serde_json::json;

use super::*;

fn quick(table: &Table, name: &str, options: Option<Value>) -> Result<Guest, &'static str> {
    let link = Viewer::start();
    let origin = Origin(name.into());
    table.directory.quick_match("probe", options, origin, player(name).request(), Arc::clone(&link), 0);
    table.seated(link)
}

fn private(table: &Table) -> Guest {
    let link = Viewer::start();
    let request = CreateRequest {
        game: "probe".into(),
        options: None,
        private: true,
        origin: Origin("here".into()),
        role: None,
        name: Some("Maker".into()),
        avatar: None,
        sync: SyncBy::Delta,
        authorized: false,
    };
    table.directory.create(request, Arc::clone(&link), 0);
    table.seated(link).expect("a room")
}

#[test]
fn every_room_has_a_code_of_its_own() {
    let table = Table::with(Config { rooms_per_origin: 1_000, ..Config::default() });
    let rooms: Vec<_> = (0..300).map(|_| table.create(json!({}))).collect();
    let codes: BTreeSet<_> = rooms.iter().map(|guest| Arc::clone(guest.room.code())).collect();
    assert_eq!(codes.len(), 300);
    assert!(codes.iter().all(|code| code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit())));
}

#[test]
fn an_unknown_game_makes_no_room() {
    let table = Table::new();
    let link = Viewer::start();
    let origin = Origin("here".into());
    table.directory.quick_match("chess", None, origin, player("Ada").request(), Arc::clone(&link), 0);
    assert!(matches!(link.take_answer(0), Some(Answer::Refused(refusal)) if refusal.code == "unknown_game"));
}

#[test]
fn whoever_is_answered_is_counted_in_the_list_already() {
    let table = Table::new();
    let maker = table.create(json!({}));
    let link = Viewer::watching(Arc::clone(&maker.room));
    table.directory.join(maker.room.code(), player("Ada").request(), Arc::clone(&link), 0);
    table.seated(Arc::clone(&link)).expect("there is a seat");
    assert_eq!(link.listed(), Some(2));
}

#[test]
fn public_rooms_are_listed_and_private_ones_found_by_code_alone() {
    let table = Table::new();
    let changes = table.directory.changes();
    let (open, hidden) = (table.create(json!({"seats": 5})), private(&table));
    let rooms = table.directory.rooms(Some("probe"));
    assert_eq!(rooms.len(), 1);
    assert_eq!((&rooms[0].room, rooms[0].players, rooms[0].capacity), (open.room.code(), 1, 5));
    assert_eq!((rooms[0].game, rooms[0].phase), ("probe", "lobby"));
    assert_eq!(table.directory.rooms(Some("quiz")), []);
    table.enter(&hidden, "Ada");
    let mut changes = changes;
    changes.mark_unchanged();
    table.enter(&open, "Ada");
    assert!(changes.has_changed().expect("the directory lives"));
    changes.mark_unchanged();
    table.enter(&hidden, "Eve");
    table.ask(&open, json!({"type": "set", "key": "a", "value": 1})).expect("an input");
    assert!(!changes.has_changed().expect("the directory lives"), "neither is to be seen in the lobby");
    table.ask(&open, json!({"type": "time", "phaseMs": 5})).expect("an input");
    assert_eq!(table.directory.rooms(None)[0].phase, "play");
}

#[test]
fn quick_match_fills_a_room_and_then_makes_another() {
    let table = Table::new();
    let options = || Some(json!({"seats": 2}));
    let ada = quick(&table, "Ada", options()).expect("a room is made");
    let bob = quick(&table, "Bob", options()).expect("a seat is free");
    let eve = quick(&table, "Eve", options()).expect("another is made");
    assert_eq!(ada.room.code(), bob.room.code());
    assert_ne!(ada.room.code(), eve.room.code());
    bob.room.leave(bob.seat, &bob.link, 1);
    table.run(100);
    let dan = quick(&table, "Dan", options()).expect("a seat is free");
    assert!([ada.room.code(), eve.room.code()].contains(&dan.room.code()));
    assert_eq!(table.directory.len(), 2);
}

#[test]
fn quick_match_counts_those_who_are_on_their_way() {
    let table = Table::new();
    let links: Vec<_> = (0..6).map(|_| Viewer::start()).collect();
    for (n, link) in links.iter().enumerate() {
        let request = player(&format!("guest {n}")).request();
        let options = Some(json!({"seats": 2}));
        table.directory.quick_match("probe", options, Origin("x".into()), request, Arc::clone(link), 0);
    }
    let guests: Vec<_> = links.into_iter().map(|link| table.seated(link).expect("a seat")).collect();
    assert_eq!(table.directory.len(), 3);
    assert!(guests.iter().all(|guest| guest.room.listing().players == 2));
}

#[test]
fn quick_match_leads_to_no_other_options_no_locked_room_and_no_private_one() {
    let table = Table::new();
    let other = table.create(json!({"hz": 60}));
    let hidden = private(&table);
    let host = table.hosted();
    let ada = quick(&table, "Ada", Some(json!({"hz": 30}))).expect("a room is made");
    for elsewhere in [&other, &hidden, &host] {
        assert_ne!(ada.room.code(), elsewhere.room.code());
    }
}

#[test]
fn quick_match_without_options_leads_to_any_public_room() {
    let table = Table::new();
    let other = table.create(json!({"hz": 60, "seats": 3}));
    let ada = quick(&table, "Ada", None).expect("a seat is free");
    let bob = quick(&table, "Bob", Some(json!({"seats": 3}))).expect("a seat is free");
    assert_eq!([ada.room.code(), bob.room.code()], [other.room.code(); 2]);
    let eve = quick(&table, "Eve", Some(json!({"seats": 3}))).expect("a room is made");
    assert_ne!(eve.room.code(), other.room.code(), "that one is full");
}

#[test]
fn quick_match_makes_no_hosted_room_without_the_key() {
    let table = Table::new();
    assert_eq!(quick(&table, "Ada", Some(json!({"hosted": true}))).err(), Some("bad_key"));
    assert_eq!(quick(&table, "", None).err(), Some("name_empty"));
    assert!(table.directory.is_empty());
}
