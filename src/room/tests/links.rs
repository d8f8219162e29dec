//! How players are connected: who may ask, and what they are told.
//!
//! What a round trip is, and how it is measured, is the connection's.

use super::*;
use crate::room::{Condition, LinkRow, MOST_LINKS};

/// Asks about these seats.
fn ask(table: &Table, guest: &Guest, of: &[SeatId]) -> Result<Vec<LinkRow>, &'static str> {
    guest.room.links(guest.seat, &guest.link, of.to_vec(), 9);
    table.run(100);
    match guest.link.take_answer(9) {
        Some(Answer::Links(rows)) => Ok(rows),
        Some(Answer::Refused(refusal)) => Err(refusal.code),
        other => panic!("asking for links was answered with {other:?}"),
    }
}

#[test]
fn the_host_is_told_of_the_players_it_asks_about_and_of_nobody_else() {
    let table = Table::new();
    let host = table.hosted();
    let [ada, bob, cyd] = ["Ada", "Bob", "Cyd"].map(|name| table.enter(&host, name));
    let tv = table.join(host.room.code(), WATCHER).expect("a seat");
    let fast = Condition { carrier: "websocket", round_trip: Some(Duration::from_millis(40)) };
    *ada.link.condition.lock() = fast;
    bob.drop_link();
    table.run(100);
    let row = |of: &Guest, condition| LinkRow { seat: of.seat, condition };

    let of = [cyd.seat, SeatId(99), tv.seat, host.seat, bob.seat, ada.seat];
    let rows = ask(&table, &host, &of).expect("the host may");
    assert_eq!(rows, [row(&cyd, Some(Condition::default())), row(&bob, None), row(&ada, Some(fast))]);
    assert_eq!(ask(&table, &host, &[]), Ok(Vec::new()));
    assert_eq!(ask(&table, &host, &[bob.seat, ada.seat, ada.seat]).expect("the host may").len(), 3);
}

#[test]
fn nobody_but_the_host_is_told() {
    let table = Table::new();
    let host = table.hosted();
    let ada = table.enter(&host, "Ada");
    let tv = table.join(host.room.code(), WATCHER).expect("a seat");
    assert_eq!(ask(&table, &ada, &[ada.seat]), Err("not_host"));
    assert_eq!(ask(&table, &tv, &[ada.seat]), Err("not_host"));
    let stranger = Guest { link: Viewer::start(), ..host };
    assert_eq!(ask(&table, &stranger, &[ada.seat]), Err("not_seated"));
}

#[test]
fn no_answer_is_longer_than_its_bound_and_asking_pays_the_toll_of_inputs() {
    let table = Table::with(Config { inputs_per_s: 5, ..Config::default() });
    let host = table.hosted();
    let ada = table.enter(&host, "Ada");
    assert_eq!(ask(&table, &host, &[ada.seat; MOST_LINKS + 1]).expect("the host may").len(), MOST_LINKS);
    let asked: Vec<_> = (0..10).map(|ack| host.room.links(host.seat, &host.link, vec![ada.seat], ack)).collect();
    table.run(100);
    let refused = (0..10).filter(
        |&ack| matches!(host.link.take_answer(ack), Some(Answer::Refused(refusal)) if refusal.code == "rate_limited"),
    );
    assert!(refused.count() > asked.len() / 3);
}
