//! What else a seat is sent: answers, private views, scores, timers, players, events, chat; and in which order.
//!
//! State is `deltas`'.

use serde_json::json;

use super::*;
use crate::room::Names;

/// What `guest` heard that `pick` picks.
fn heard<T>(guest: &Guest, pick: impl FnMut(Outgoing) -> Option<T>) -> Vec<T> {
    guest.link.heard().into_iter().filter_map(pick).collect()
}

fn names(outgoing: Outgoing) -> Option<(usize, Option<Names>)> {
    match outgoing {
        Outgoing::Players { count, names, .. } => Some((count, names)),
        _ => None,
    }
}

#[test]
fn the_answer_comes_first_then_what_must_arrive_then_state_in_one_delivery() {
    let table = Table::new();
    let maker = table.create(json!({}));
    let ada = table.enter(&maker, "Ada");
    table.run(500);
    ada.link.forget();
    ada.send(&table, json!({"type": "ring", "sound": 1}), Some(1));
    ada.send(&table, json!({"type": "mine", "value": 1}), Some(2));
    ada.send(&table, json!({"type": "score", "points": 3}), Some(3));
    ada.send(&table, json!({"type": "set", "key": "a", "value": 1}), Some(4));
    ada.room.chat(ada.seat, &ada.link, "hello", 5);
    table.run(100);
    let (answers, news) = (["answer"; 5], ["chat", "event", "score", "you", "delta"]);
    assert_eq!(ada.link.sequence(), [&answers[..], &news].concat());
    assert_eq!((ada.link.deliveries(), ada.link.direct()), (1, 0), "one write for all of it");
}

#[test]
fn answers_of_several_seats_in_one_tick_go_to_those_who_asked_in_their_order() {
    let table = Table::new();
    let maker = table.create(json!({}));
    let guests: Vec<_> = (0..40).map(|n| table.enter(&maker, &format!("guest {n}"))).collect();
    table.run(500);
    for guest in &guests {
        guest.link.forget();
    }
    for ack in 1..=3 {
        for guest in guests.iter().rev() {
            let act = if ack == 2 { json!({"type": "refuse"}) } else { json!({"type": "touch"}) };
            guest.send(&table, act, Some(ack));
        }
    }
    table.run(100);
    for guest in &guests {
        assert_eq!((guest.link.deliveries(), guest.link.direct()), (1, 0), "answers are news enough for a delivery");
        assert_eq!(guest.link.answers_since_joining(), [1, 2, 3]);
        assert!(matches!(guest.link.take_answer(2), Some(Answer::Refused(_))));
    }
}

#[test]
fn whoever_lost_the_seat_in_the_tick_is_answered_before_being_told() {
    let table = Table::new();
    let host = table.hosted();
    let ada = table.enter(&host, "Ada");
    table.run(500);
    ada.link.forget();
    ada.send(&table, json!({"type": "touch"}), Some(1));
    host.send(&table, json!({"type": "kick", "seat": ada.seat}), None);
    ada.send(&table, json!({"type": "touch"}), Some(2));
    table.run(100);
    assert_eq!(ada.link.sequence(), ["answer", "closed", "answer"]);
    assert_eq!((ada.link.deliveries(), ada.link.direct()), (0, 2), "at once, as no delivery follows");
}

#[test]
fn an_answer_says_in_which_tick_an_input_was_applied() {
    let table = Table::new();
    let maker = table.create(json!({}));
    table.run(1_000);
    maker.send(&table, json!({"type": "set", "key": "a", "value": 1}), Some(1));
    table.run(100);
    assert_eq!(maker.link.take_answer(1), Some(Answer::Applied(maker.link.tick())));
    assert_eq!(table.ask(&maker, json!({"type": "refuse"})), Err("told_to"));
    assert_eq!(table.ask(&maker, json!({"type": "nonsense"})), Err("bad_input"));
    assert_eq!(table.ask(&maker, json!([1])), Err("bad_input"));
    assert_eq!(table.ask(&maker, json!(null)), Err("bad_input"));
}

#[test]
fn a_private_view_is_sent_to_its_seat_and_only_when_it_changed() {
    let table = Table::new();
    let maker = table.create(json!({}));
    let ada = table.enter(&maker, "Ada");
    for _ in 0..3 {
        table.ask(&ada, json!({"type": "mine", "value": 5})).expect("an input");
        table.ask(&ada, json!({"type": "touch"})).expect("an input");
    }
    let you = |outgoing| match outgoing {
        Outgoing::You { private, .. } => Some(viewer::value(&private)),
        _ => None,
    };
    assert_eq!(heard(&ada, you), [json!({"mine": 5})]);
    assert_eq!(heard(&maker, you), [json!(null); 0]);
}

#[test]
fn the_top_ten_are_sent_when_they_changed() {
    let table = Table::new();
    let maker = table.create(json!({}));
    let guests: Vec<_> = (0..12).map(|n| table.enter(&maker, &format!("guest {n}"))).collect();
    for (points, guest) in (1..).zip(&guests) {
        table.ask(guest, json!({"type": "score", "points": points})).expect("an input");
    }
    table.ask(&guests[0], json!({"type": "score", "points": 0})).expect("an input");
    let scores = heard(&maker, |outgoing| match outgoing {
        Outgoing::Score { scores, total, .. } => Some((scores, total)),
        _ => None,
    });
    assert_eq!(scores.len(), 12, "not when they are as before");
    let (rows, total) = scores.last().expect("twelve");
    assert_eq!((rows.len(), *total), (10, 12));
    assert_eq!((rows[0].score, &*rows[0].name, rows[0].rank), (12, "guest 11", 1));
    let late = table.enter(&maker, "Late");
    table.run(50);
    assert!(late.link.sequence().contains(&"score"), "somebody who comes late gets what the others have");
}

#[test]
fn a_timer_is_sent_when_it_changed_and_to_who_comes_late() {
    let table = Table::new();
    let maker = table.create(json!({}));
    table.ask(&maker, json!({"type": "time", "phaseMs": 10_000})).expect("an input");
    table.run(1_000);
    let late = table.enter(&maker, "Late");
    table.run(50);
    let timer = |outgoing| match outgoing {
        Outgoing::Timer { phase, ends_at, left_ms, running, .. } => Some((phase, ends_at, left_ms, running)),
        _ => None,
    };
    let (first, second) = (heard(&maker, timer), heard(&late, timer));
    assert_eq!((first.len(), second.len()), (1, 1));
    assert_eq!(first[0].1, second[0].1, "it ends for all at the same time");
    assert!(first[0].3 && second[0].2 < first[0].2, "there is less left for who comes late");
    table.ask(&maker, json!({"type": "time", "phaseMs": null})).expect("an input");
    assert_eq!(heard(&maker, timer).last(), Some(&("play", None, None, false)));
}

#[test]
fn players_are_named_four_times_a_second_at_most() {
    let table = Table::new();
    let maker = table.create(json!({"hz": 100}));
    table.run(1_000);
    maker.link.forget();
    for n in 0..40 {
        let request = player(&format!("guest {n}")).request();
        table.directory.join(maker.room.code(), request, Viewer::start(), 0);
        table.run(25);
    }
    table.run(500);
    let told = heard(&maker, names);
    assert!((4..=5).contains(&told.len()), "{} times in a second", told.len());
    let joined: usize = told.iter().filter_map(|(_, names)| names.as_ref()).map(|names| names.joined.len()).sum();
    assert_eq!((joined, told.last().map(|&(count, _)| count)), (40, Some(41)));
}

#[test]
fn names_go_to_players_only_in_rooms_of_up_to_64() {
    let table = Table::new();
    let host = table.hosted();
    let first = table.enter(&host, "first");
    for n in 0..70 {
        table.enter(&host, &format!("guest {n}"));
    }
    table.run(500);
    let (to_player, to_host) = (heard(&first, names), heard(&host, names));
    assert!(to_player.iter().all(|(count, names)| (*count > 63) == names.is_none()), "the host's is the 64th seat");
    assert!(to_host.iter().all(|(_, names)| names.is_some()));
    let late = table.join(host.room.code(), WATCHER).expect("a place");
    table.run(50);
    let everybody = heard(&late, names);
    assert_eq!(everybody[0].1.as_ref().map(|names| names.joined.len()), Some(71), "a spectator hears of all at first");
    first.room.leave(first.seat, &first.link, 1);
    table.run(500);
    let left = heard(&late, names).pop().and_then(|(_, names)| names).map(|names| names.left);
    assert_eq!(left, Some(vec![(first.seat, "first".into())]));
}

/// What a viewer is told of the avatars of those who came, by name.
fn avatars(guest: &Guest) -> Vec<(String, Option<u16>)> {
    let joined = heard(guest, names).into_iter().filter_map(|(_, names)| names).flat_map(|names| names.joined);
    joined.map(|who| (who.name.to_string(), who.avatar)).collect()
}

#[test]
fn an_avatar_is_told_with_its_seat_and_outlives_the_connection() {
    let table = Table::new();
    let host = table.hosted();
    let drawn = Card { avatar: Some(4_711), ..player("Drawn") };
    let guest = table.join(host.room.code(), drawn).expect("a seat");
    let plain = table.enter(&host, "Plain");
    table.run(500);
    let expect = [("Drawn".to_owned(), Some(4_711)), ("Plain".to_owned(), None)];
    assert_eq!(avatars(&host), expect);
    for guest in [&guest, &plain] {
        table.ask(guest, json!({"type": "score", "points": 5})).expect("an input");
    }
    let scores = heard(&host, |outgoing| match outgoing {
        Outgoing::Score { scores, .. } => Some(scores),
        _ => None,
    });
    let rows = scores.last().expect("both have points");
    assert_eq!(rows.iter().map(|row| (row.name.to_string(), row.avatar)).collect::<Vec<_>>(), expect);

    guest.drop_link();
    table.run(100);
    let link = Viewer::start();
    table.directory.resume(&guest.token, SyncBy::Delta, Arc::clone(&link), 0);
    table.run(100);
    match link.take_answer(0) {
        Some(Answer::Seated(seated)) => assert_eq!((seated.seat, seated.avatar), (guest.seat, Some(4_711))),
        other => panic!("resuming was answered with {other:?}"),
    }
    let late = table.join(host.room.code(), WATCHER).expect("a place");
    table.run(50);
    assert_eq!(avatars(&late), expect, "who comes late learns it too");
}

#[test]
fn an_event_reaches_its_audience_once() {
    let table = Table::new();
    let maker = table.create(json!({}));
    let ada = table.enter(&maker, "Ada");
    table.ask(&maker, json!({"type": "ring", "to": null, "sound": 1})).expect("an input");
    table.ask(&maker, json!({"type": "ring", "to": ada.seat, "sound": 2})).expect("an input");
    let rings = |outgoing| match outgoing {
        Outgoing::Event { event, .. } => Some(viewer::value(&event)["sound"].clone()),
        _ => None,
    };
    assert_eq!(heard(&maker, rings), [json!(1)]);
    assert_eq!(heard(&ada, rings), [json!(1), json!(2)]);
}

#[test]
fn who_joins_within_a_tick_hears_what_comes_after_and_not_what_came_before() {
    let table = Table::new();
    let maker = table.create(json!({}));
    table.run(500);
    let late = Viewer::start();
    maker.room.chat(maker.seat, &maker.link, "before", 1);
    table.directory.join(maker.room.code(), player("Late").request(), Arc::clone(&late), 0);
    maker.room.chat(maker.seat, &maker.link, "after", 2);
    let late = table.seated(late).expect("a seat");
    assert_eq!(late.heard_chats(), ["after"]);
    assert_eq!(late.link.sequence()[0], "answer");
    assert_eq!(maker.heard_chats(), ["before", "after"]);
}

#[test]
fn chat_is_bounded_in_length_and_rate() {
    let table = Table::new();
    let maker = table.create(json!({}));
    let say = |text: &str| {
        maker.room.chat(maker.seat, &maker.link, text, 1);
        table.run(100);
        maker.outcome(1)
    };
    assert_eq!(say(" ti\u{202e}dy\u{0}\u{7} "), Ok(()));
    assert_eq!(say(&"x".repeat(301)), Err("chat_too_long"));
    assert_eq!(say(" \n "), Err("chat_empty"));
    let taken = (0..10).filter(|_| say("again") == Ok(())).count();
    assert!((2..=3).contains(&taken), "five at once, of which three are spent, and one each second: {taken}");
    assert_eq!(maker.heard_chats()[0], "tidy");
    table.run(1_000);
    assert_eq!(say("later"), Ok(()));
}

#[test]
fn a_large_room_hands_out_the_same_on_many_threads() {
    let told = |fan_out_from| {
        let table = Table::with_lanes(4, Config { fan_out_from, ..Config::default() });
        let maker = table.create(json!({}));
        let guests: Vec<_> = (0..41).map(|n| table.enter(&maker, &format!("guest {n}"))).collect();
        for (n, guest) in guests.iter().enumerate() {
            guest.send(&table, json!({"type": "score", "points": n}), None);
            guest.send(&table, json!({"type": "mine", "value": n}), None);
        }
        maker.send(&table, json!({"type": "ring", "to": guests[40].seat, "sound": 1}), None);
        maker.send(&table, json!({"type": "set", "key": "a", "value": 1}), None);
        table.run(500);
        assert!(guests.iter().all(|guest| guest.state() == maker.state()));
        let guests = guests.iter().chain([&maker]);
        guests.map(|guest| (guest.link.sequence(), guest.link.deliveries(), guest.state())).collect::<Vec<_>>()
    };
    assert_eq!(told(8), told(usize::MAX));
}
