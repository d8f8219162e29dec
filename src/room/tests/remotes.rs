//! Remotes: a host's other devices, from the key that lets them in to its end.
//!
//! Whose key is looked at, and how often, is the server's.

use serde_json::json;

use super::*;
use crate::room::CloseReason;

/// Asks for a key, or (`revoke`) for none.
fn ask_key(table: &Table, guest: &Guest, revoke: bool) -> Result<Option<Arc<str>>, &'static str> {
    guest.room.remote(guest.seat, &guest.link, revoke, 9);
    table.run(100);
    match guest.link.take_answer(9) {
        Some(Answer::Key(key)) => Ok(Some(key)),
        Some(Answer::Done) => Ok(None),
        Some(Answer::Refused(refusal)) => Err(refusal.code),
        other => panic!("asking for a key was answered with {other:?}"),
    }
}

pub(super) fn key(table: &Table, host: &Guest) -> Arc<str> {
    ask_key(table, host, false).expect("the host may").expect("a key")
}

pub(super) fn pair(table: &Table, host: &Guest, key: &str) -> Result<Guest, &'static str> {
    let link = Viewer::start();
    let request = JoinRequest {
        role: Role::Host,
        name: None,
        avatar: None,
        sync: SyncBy::Delta,
        authorized: false,
        remote: Some(key.to_owned()),
    };
    table.directory.join(host.room.code(), request, Arc::clone(&link), 0);
    table.seated(link)
}

#[test]
fn a_remote_sees_what_the_host_sees_and_asks_as_the_host() {
    let table = Table::new();
    let host = table.hosted();
    let key = key(&table, &host);
    assert!(host.room.is_remote_key(&key));
    let remote = pair(&table, &host, &key).expect("the key is right");
    assert_ne!((remote.seat, &remote.token), (host.seat, &host.token));
    assert!(host.link.closed_for().is_empty(), "the host's own seat stays where it is");
    assert_eq!(remote.state(), host.state());

    table.ask(&remote, json!({"type": "lock", "locked": true})).expect("as the host");
    assert!(host.room.listing().locked);
    assert_eq!(table.join(host.room.code(), player("Eve")).err(), Some("locked"));
    pair(&table, &host, &key).expect("a locked room is no less the host's");
    table.ask(&host, json!({"type": "lock", "locked": false})).expect("the host may still");
    table.run(100);
    assert_eq!(remote.state(), host.state(), "it is told of what changes");

    remote.room.chat(remote.seat, &remote.link, "hello", 1);
    table.run(100);
    let said = host.link.heard().into_iter().find_map(|heard| match heard {
        Outgoing::Chat { seat, name, .. } => Some((seat, name.to_string())),
        _ => None,
    });
    assert_eq!(said, Some((host.seat, "Host".to_owned())));
}

#[test]
fn a_remote_is_nobody_to_the_game_and_takes_nobodys_place_or_name() {
    let table = Table::with(Config { spectators: 0, ..Config::default() });
    let host = table.create_with(json!({"hosted": true, "graceMs": null, "seats": 1}), HOST).expect("a room");
    let before = host.state();
    let remote = pair(&table, &host, &key(&table, &host)).expect("the key is right");
    table.run(100);
    assert_eq!((&host.state()["seats"], &host.state()["present"]), (&before["seats"], &before["present"]));
    assert_eq!(host.room.listing().players, 0);
    table.join(host.room.code(), player("Remote")).expect("a seat and the name are free");
    let census = table.directory.census()["probe"];
    assert_eq!((census.hosts, census.players, census.spectators), (1, 1, 0));
    remote.drop_link();
    table.run(100);
    assert_eq!(host.state()["present"], 2, "the game is not told of a remote that goes");
}

#[test]
fn only_the_hosts_own_seat_hands_out_keys() {
    let table = Table::new();
    let host = table.hosted();
    let ada = table.enter(&host, "Ada");
    let remote = pair(&table, &host, &key(&table, &host)).expect("the key is right");
    assert_eq!(ask_key(&table, &ada, false), Err("not_host"));
    assert_eq!(ask_key(&table, &remote, true), Err("not_host"));
    assert_eq!(table.ask(&remote, json!({"type": "lock", "locked": true})), Ok(()), "which has ended nothing");
}

#[test]
fn another_key_ends_the_one_before_and_revoking_ends_all() {
    let table = Table::new();
    let host = table.hosted();
    let first = key(&table, &host);
    let remote = pair(&table, &host, &first).expect("the key is right");
    let second = key(&table, &host);
    assert_ne!(first, second);
    assert_eq!(remote.link.closed_for(), [CloseReason::Kicked]);
    assert_eq!(table.ask(&remote, json!({"type": "lock", "locked": true})), Err("not_seated"));
    assert_eq!(table.resume(&remote.token).err(), Some("unknown_token"));
    assert_eq!(pair(&table, &host, &first).err(), Some("bad_key"));

    let remote = pair(&table, &host, &second).expect("the key in force");
    assert_eq!(ask_key(&table, &host, true), Ok(None));
    assert_eq!(remote.link.closed_for(), [CloseReason::Kicked]);
    assert!(!host.room.is_remote_key(&second));
    assert_eq!(pair(&table, &host, &second).err(), Some("bad_key"));
    assert_eq!(ask_key(&table, &host, true), Ok(None), "twice is once");
}

#[test]
fn wrong_keys_let_nobody_in() {
    let table = Table::new();
    let host = table.hosted();
    assert_eq!(pair(&table, &host, &"A".repeat(32)).err(), Some("bad_key"), "before there is one");
    let key = key(&table, &host);
    let other = table.hosted();
    for wrong in ["", "x", &key[1..], &"A".repeat(32)] {
        assert_eq!(pair(&table, &host, wrong).err(), Some("bad_key"), "{wrong:?}");
        assert!(!host.room.is_remote_key(wrong));
    }
    assert_eq!(pair(&table, &other, &key).err(), Some("bad_key"), "of another room");
    assert_eq!(table.resume(&key).err(), Some("unknown_token"), "it is no token");
}

#[test]
fn a_remote_comes_back_until_it_is_revoked() {
    let table = Table::with(Config { idle_ms: u64::MAX, ..Config::default() });
    let host = table.hosted();
    let remote = pair(&table, &host, &key(&table, &host)).expect("the key is right");
    remote.drop_link();
    table.run(3_600_000);
    let back = table.resume(&remote.token).expect("an hour later");
    assert_eq!(back.seat, remote.seat);
    assert_eq!(back.state(), host.state());
    back.drop_link();
    ask_key(&table, &host, true).expect("the host may");
    assert_eq!(table.resume(&remote.token).err(), Some("unknown_token"));
}

#[test]
fn there_are_a_few_remotes_at_most_and_those_who_are_away_give_way() {
    let table = Table::with(Config { remotes: 2, ..Config::default() });
    let host = table.hosted();
    let key = key(&table, &host);
    let [first, second] = [(); 2].map(|()| pair(&table, &host, &key).expect("there is place"));
    assert_eq!(pair(&table, &host, &key).err(), Some("room_full"));
    first.drop_link();
    table.run(100);
    pair(&table, &host, &key).expect("in place of the one that is away");
    assert_eq!(table.resume(&first.token).err(), Some("unknown_token"));
    assert!(second.link.closed_for().is_empty());
}

#[test]
fn remotes_end_with_the_seat_that_made_them() {
    let table = Table::new();
    let host = table.hosted();
    let first = key(&table, &host);
    let remote = pair(&table, &host, &first).expect("the key is right");
    let moved = table.join(host.room.code(), HOST).expect("the host key");
    assert_eq!(remote.link.closed_for(), [CloseReason::Kicked]);
    assert_eq!(pair(&table, &moved, &first).err(), Some("bad_key"));

    let second = key(&table, &moved);
    let remote = pair(&table, &moved, &second).expect("the key is right");
    moved.room.leave(moved.seat, &moved.link, 3);
    table.run(100);
    assert_eq!(remote.link.closed_for(), [CloseReason::Kicked]);
}

#[test]
fn a_remote_alone_keeps_no_room_alive() {
    let table = Table::with(Config { idle_ms: 60_000, ..Config::default() });
    let host = table.hosted();
    let remote = pair(&table, &host, &key(&table, &host)).expect("the key is right");
    host.drop_link();
    table.run(50_000);
    assert!(remote.link.closed_for().is_empty());
    table.run(20_000);
    assert_eq!(remote.link.closed_for(), [CloseReason::Idle]);
    assert_eq!(table.directory.len(), 0);
}
