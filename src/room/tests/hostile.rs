//! What live-quiz servers get wrong, each by its number; the names of 14 are also `name`'s.
//!
//! The same again on real sockets is the business of the tests of the whole server.

use serde_json::json;

use super::*;
use crate::room::CloseReason;

#[test]
fn hostile_02_whoever_knows_the_code_does_not_become_host() {
    let table = Table::new();
    let host = table.hosted();
    table.ask(&host, json!({"type": "hide", "value": "the key"})).expect("the host may");
    let eve = Card { authorized: false, ..HOST };
    assert_eq!(table.join(host.room.code(), eve).err(), Some("bad_key"));
    assert!(host.link.closed_for().is_empty());
    let watcher = table.join(host.room.code(), WATCHER).expect("anybody may watch");
    assert!(!watcher.link.transcript().contains("the key"), "and sees what players see");
}

#[test]
fn hostile_03_no_hosted_room_without_authority_and_no_loop_of_creates() {
    let table = Table::with(Config { max_rooms: 40, ..Config::default() });
    for role in [Role::Host, Role::Player] {
        let card = Card { role, ..player("Eve") };
        assert_eq!(table.create_with(json!({"hosted": true}), card).err(), Some("bad_key"));
    }
    assert!(table.directory.is_empty());
    let outcomes: Vec<_> = (0..100).map(|_| table.create_with(json!({}), player("Eve")).err()).collect();
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_none()).count(), 32);
    assert_eq!(outcomes[99], Some("too_many_rooms"));
    let elsewhere: Vec<_> =
        (0..20).map(|n| table.create_from(&n.to_string(), json!({}), player("Eve")).err()).collect();
    assert_eq!(elsewhere.iter().filter(|outcome| outcome.is_none()).count(), 8);
    assert_eq!(elsewhere[19], Some("server_full"));
}

#[test]
fn hostile_04_a_hosts_input_counts_from_the_hosts_own_link_alone() {
    let table = Table::new();
    let host = table.hosted();
    let eve = table.enter(&host, "Eve");
    assert_eq!(table.ask(&eve, json!({"type": "finish"})), Err("not_host"));
    let posing = Guest {
        link: Arc::clone(&eve.link),
        seat: host.seat,
        token: Arc::clone(&eve.token),
        room: Arc::clone(&eve.room),
    };
    assert_eq!(table.ask(&posing, json!({"type": "finish"})), Err("not_seated"), "the seat's number is no secret");
    posing.room.leave(posing.seat, &posing.link, 1);
    posing.drop_link();
    table.run(100);
    assert_eq!(posing.outcome(1), Err("not_seated"));
    let outsider = Guest { link: Viewer::start(), ..posing };
    assert_eq!(table.ask(&outsider, json!({"type": "finish"})), Err("not_seated"));
    assert_eq!(host.state()["present"], 2);
}

#[test]
fn hostile_06_a_token_is_told_to_nobody_else() {
    let table = Table::new();
    let host = table.hosted();
    let (ada, eve) = (table.enter(&host, "Ada"), table.enter(&host, "Eve"));
    for guest in [&ada, &eve] {
        table.ask(guest, json!({"type": "score", "points": 3})).expect("an input");
        guest.room.chat(guest.seat, &guest.link, "hello", 1);
    }
    ada.drop_link();
    table.run(500);
    for other in [&host, &eve] {
        let transcript = other.link.transcript();
        assert!(transcript.contains("hello") && !transcript.contains(&*ada.token));
    }
    // What others are shown of a seat retakes nothing.
    for shown in [ada.seat.0.to_string(), "Ada".to_owned(), ada.room.code().to_string()] {
        assert_eq!(table.resume(&shown).err(), Some("unknown_token"));
    }
}

#[test]
fn hostile_07_nothing_of_one_room_reaches_another() {
    let table = Table::new();
    let (here, there) = (table.create(json!({})), table.create(json!({})));
    table.run(1_000);
    there.link.forget();
    let before = there.state();
    for input in [
        json!({"type": "set", "key": "a", "value": 1}),
        json!({"type": "ring", "sound": 1}),
        json!({"type": "score", "points": 1}),
        json!({"type": "time", "phaseMs": 1_000}),
    ] {
        table.ask(&here, input).expect("an input");
    }
    here.room.chat(here.seat, &here.link, "hello", 1);
    table.enter(&here, "Ada");
    table.run(2_000);
    assert_eq!((there.link.sequence(), there.state()), (vec![], before));
    // A seat's number means nothing in another room, even on the link that holds it.
    let stray =
        Guest { room: Arc::clone(&there.room), link: Arc::clone(&here.link), seat: here.seat, token: here.token };
    assert_eq!(table.ask(&stray, json!({"type": "once"})), Err("not_seated"));
}

#[test]
fn hostile_10_what_a_seat_may_do_once_it_may_do_once_after_a_reconnect_too() {
    let table = Table::new();
    let maker = table.create(json!({}));
    assert_eq!(table.ask(&maker, json!({"type": "once"})), Ok(()));
    assert_eq!(table.ask(&maker, json!({"type": "once"})), Err("already"));
    maker.drop_link();
    let back = table.resume(&maker.token).expect("the seat");
    assert_eq!(table.ask(&back, json!({"type": "once"})), Err("already"));
    // Both of two within one tick are not taken either.
    let ada = table.enter(&back, "Ada");
    ada.send(&table, json!({"type": "once"}), Some(1));
    ada.send(&table, json!({"type": "once"}), Some(2));
    table.run(100);
    assert_eq!((ada.outcome(1), ada.outcome(2)), (Ok(()), Err("already")));
}

#[test]
fn hostile_12_a_kick_revokes_everything() {
    let table = Table::new();
    let host = table.hosted();
    let eve = table.enter(&host, "Eve");
    eve.send(&table, json!({"type": "mine", "value": 1}), Some(2));
    host.send(&table, json!({"type": "kick", "seat": eve.seat}), None);
    eve.send(&table, json!({"type": "set", "key": "a", "value": 1}), Some(3));
    eve.send(&table, json!({"type": "set", "key": "a", "value": 1}), None);
    table.run(100);
    assert_eq!(eve.link.closed_for(), [CloseReason::Kicked]);
    assert_eq!((eve.outcome(2), eve.outcome(3)), (Ok(()), Err("not_seated")));
    eve.link.forget();
    table.ask(&host, json!({"type": "set", "key": "b", "value": 1})).expect("an input");
    host.room.chat(host.seat, &host.link, "gone", 1);
    table.run(500);
    assert_eq!(eve.link.sequence(), [""; 0], "it hears nothing any more");
    assert_eq!(table.ask(&eve, json!({"type": "once"})), Err("not_seated"));
    assert_eq!(table.resume(&eve.token).err(), Some("kicked"));
    assert_eq!(table.join(host.room.code(), player("Eve")).err(), Some("kicked"));
    assert_eq!(table.join(host.room.code(), player("ÉVE")).err(), Some("kicked"), "nor as one who looks like it");
    assert_eq!(host.state()["shown"], json!({"b": 1}));
}

#[test]
fn hostile_12_a_seat_kicked_in_the_tick_of_its_join_is_not_given() {
    let table = Table::new();
    let host = table.hosted();
    let link = Viewer::start();
    table.directory.join(host.room.code(), player("Eve").request(), Arc::clone(&link), 0);
    host.send(&table, json!({"type": "kick", "seat": 2}), None);
    assert_eq!(table.seated(link).err(), Some("kicked"));
    assert_eq!(host.state()["seats"], 1);
}

#[test]
fn hostile_12_what_is_remembered_of_kicks_is_bounded() {
    let table = Table::with(Config { kicked: 2, ..Config::default() });
    let host = table.hosted();
    let kicked: Vec<_> = (0..4).map(|n| table.enter(&host, &format!("Eve {n}"))).collect();
    for guest in &kicked {
        table.ask(&host, json!({"type": "kick", "seat": guest.seat})).expect("the host may");
    }
    let outcomes: Vec<_> = kicked.iter().map(|guest| table.resume(&guest.token).err()).collect();
    assert_eq!(outcomes, [Some("unknown_token"), Some("unknown_token"), Some("kicked"), Some("kicked")]);
}

#[test]
fn hostile_13_the_game_is_told_of_who_dropped() {
    let table = Table::new();
    let host = table.hosted();
    let (ada, _bob) = (table.enter(&host, "Ada"), table.enter(&host, "Bob"));
    ada.drop_link();
    table.run(100);
    assert_eq!((host.state()["present"].clone(), host.state()["seats"].clone()), (json!(2), json!(3)));
}

#[test]
fn hostile_14_nobody_has_anothers_name_nor_one_that_looks_like_it() {
    let table = Table::new();
    let maker = table.create(json!({}));
    let ada = table.enter(&maker, "Ada");
    for name in ["Ada", " ada ", "АDА", "Ádá", "A d a"] {
        assert_eq!(table.join(maker.room.code(), player(name)).err(), Some("name_taken"), "{name}");
    }
    for (name, code) in [("", "name_empty"), ("\u{202e}adA", "name_invalid"), ("A\u{200b}da", "name_invalid")] {
        assert_eq!(table.join(maker.room.code(), player(name)).err(), Some(code), "{name}");
    }
    assert_eq!(table.join(maker.room.code(), player(&"x".repeat(10_000_000))).err(), Some("name_too_long"));
    ada.drop_link();
    assert_eq!(table.join(maker.room.code(), player("Ada")).err(), Some("name_taken"), "a waiting seat keeps its name");
}

#[test]
fn hostile_17_inputs_a_second_are_bounded_for_each_seat() {
    let table = Table::new();
    let maker = table.create(json!({}));
    let ada = table.enter(&maker, "Ada");
    table.run(2_000);
    for n in 0..1_000 {
        maker.send(&table, json!({"type": "count", "n": n}), Some(100 + n));
    }
    table.run(100);
    let taken = (100..1_100).filter(|&n| maker.outcome(n) == Ok(())).count();
    assert_eq!(taken, 150);
    assert_eq!(table.ask(&ada, json!({"type": "once"})), Ok(()), "and cost nobody else anything");
    table.run(1_000);
    assert_eq!(table.ask(&maker, json!({"type": "count", "n": 150})), Ok(()));
}

#[test]
fn hostile_17_a_full_inbox_refuses_and_a_drop_is_never_lost() {
    let table = Table::with(Config { inbox: 10, inbox_per_seat: 2, ..Config::default() });
    let maker = table.create(json!({}));
    let ada = table.enter(&maker, "Ada");
    table.run(500);
    for n in 0..20 {
        maker.send(&table, json!({"type": "count", "n": n}), Some(100 + n));
    }
    let late = Viewer::start();
    table.directory.join(maker.room.code(), player("Late").request(), Arc::clone(&late), 0);
    assert!(matches!(late.take_answer(0), Some(Answer::Refused(refusal)) if refusal.code == "busy"));
    ada.drop_link();
    table.run(100);
    let outcomes: Vec<_> = (100..120).map(|n| maker.outcome(n)).collect();
    assert_eq!(outcomes[..14], [Ok(()); 14]);
    assert_eq!(outcomes[14..], [Err("busy"); 6]);
    assert_eq!((maker.state()["counted"].clone(), maker.state()["present"].clone()), (json!(14), json!(1)));
}
