//! State: deltas in order make the snapshot, whoever joins whenever and reads however slowly.
//!
//! That a delta's base fits is checked by every [`Viewer`] on its way.

use proptest::prelude::*;
use serde_json::json;

use super::*;

const PACKED: Card<'_> = Card { sync: SyncBy::Packed, ..player("Packed") };
const BY_SNAPSHOT: Card<'_> = Card { sync: SyncBy::Snapshot, ..player("Snap") };

fn kinds(guest: &Guest, kind: &str) -> usize {
    guest.link.sequence().into_iter().filter(|&heard| heard == kind).count()
}

#[test]
fn a_delta_is_sent_only_if_something_changed() {
    let table = Table::new();
    let maker = table.create(json!({}));
    table.ask(&maker, json!({"type": "run"})).expect("an input");
    table.run(300);
    maker.link.forget();
    table.run(1_000);
    assert_eq!(maker.link.sequence(), [""; 0], "twenty ticks and nothing to say");
    table.ask(&maker, json!({"type": "set", "key": "a", "value": {"b": [1]}})).expect("an input");
    table.ask(&maker, json!({"type": "set", "key": "a", "value": {"b": [1]}})).expect("an input");
    assert_eq!(kinds(&maker, "delta"), 1);
    assert_eq!(maker.state()["shown"], json!({"a": {"b": [1]}}));
}

#[test]
fn a_snapshot_comes_at_each_tick_for_those_who_asked() {
    let table = Table::new();
    let maker = table.create(json!({}));
    let snap = table.join(maker.room.code(), BY_SNAPSHOT).expect("a seat");
    table.ask(&maker, json!({"type": "run"})).expect("an input");
    table.run(200);
    let before = snap.link.tick();
    snap.link.forget();
    table.run(1_000);
    assert_eq!(kinds(&snap, "snapshot"), 20);
    assert_eq!(snap.link.tick(), before + 20);
    assert_eq!(snap.state(), maker.state());
}

#[test]
fn who_joins_while_nothing_changes_follows_from_the_same_tick() {
    let table = Table::new();
    let maker = table.create(json!({}));
    let ada = table.enter(&maker, "Ada");
    table.ask(&maker, json!({"type": "run"})).expect("an input");
    // Nobody's coming back changes this view, so the state's tick stays and the next delta fits both.
    let tick = maker.link.tick();
    table.run(500);
    let back = table.resume(&maker.token).expect("the seat");
    assert_eq!(back.link.tick(), tick);
    table.ask(&back, json!({"type": "set", "key": "a", "value": 1})).expect("an input");
    assert_eq!((back.state(), back.link.tick()), (ada.state(), ada.link.tick()));
    assert_eq!(back.state()["shown"], json!({"a": 1}));
}

#[test]
fn the_whole_view_comes_when_asked_for() {
    let table = Table::new();
    let maker = table.create(json!({}));
    table.run(500);
    maker.link.forget();
    table.refresh(&maker);
    assert_eq!(kinds(&maker, "snapshot"), 1);
    assert_eq!(maker.link.closed_for(), [], "nobody was replaced");
    table.ask(&maker, json!({"type": "set", "key": "a", "value": 1})).expect("an input");
    assert_eq!(maker.link.sequence().last(), Some(&"delta"), "which goes on from that snapshot");
}

#[test]
fn nothing_is_put_together_for_groups_without_viewers() {
    let table = Table::new();
    let host = table.hosted();
    let ada = table.enter(&host, "Ada");
    table.run(1_000);
    ada.drop_link();
    table.run(100);
    let encodings = host.link.encodings();
    table.ask(&host, json!({"type": "set", "key": "a", "value": 1})).expect("an input");
    assert_eq!(host.link.encodings() - encodings, 1, "the host's delta, and no keyframe that nobody needs");
    let back = table.resume(&ada.token).expect("a seat");
    assert_eq!(back.state()["shown"], json!({"a": 1}));
}

#[test]
fn a_delta_is_encoded_once_for_all() {
    let table = Table::new();
    let maker = table.create(json!({}));
    let guests: Vec<_> = (0..20).map(|n| table.enter(&maker, &format!("guest {n}"))).collect();
    table.run(1_000);
    let encodings = || guests.iter().chain([&maker]).map(|guest| guest.link.encodings()).sum::<usize>();
    let before = encodings();
    table.ask(&maker, json!({"type": "set", "key": "a", "value": 1})).expect("an input");
    assert_eq!(encodings() - before, 1);
    assert!(guests.iter().all(|guest| guest.state()["shown"] == json!({"a": 1})));
}

#[test]
fn who_is_told_packed_is_told_what_the_others_are() {
    let table = Table::new();
    let maker = table.create(json!({}));
    let [one, two] = ["One", "Two"].map(|name| table.join(maker.room.code(), Card { name, ..PACKED }).expect("a seat"));
    assert_eq!(kinds(&one, "keyframe"), 1, "right after the answer");
    table.ask(&maker, json!({"type": "run"})).expect("an input");
    table.run(300);
    table.ask(&maker, json!({"type": "set", "key": "long", "value": "what stays as it is"})).expect("an input");
    for guest in [&one, &two] {
        guest.link.forget();
    }
    let encodings = || one.link.encodings() + two.link.encodings();
    let before = encodings();
    table.ask(&maker, json!({"type": "set", "key": "a", "value": 1})).expect("an input");
    assert_eq!(encodings() - before, 1, "once for both");
    table.run(1_000);
    for guest in [&one, &two] {
        assert_eq!(
            (kinds(guest, "packed"), kinds(guest, "keyframe")),
            (1, 0),
            "nothing is said of what has not changed"
        );
        assert_eq!((guest.state(), guest.link.tick()), (maker.state(), maker.link.tick()));
    }
}

#[test]
fn a_view_that_changes_wholly_is_told_whole() {
    let table = Table::new();
    let maker = table.create(json!({}));
    let packed = table.join(maker.room.code(), PACKED).expect("a seat");
    let values = |n: u32| json!((0..200).map(|at| at * n).collect::<Vec<_>>());
    table.ask(&maker, json!({"type": "set", "key": "a", "value": values(1)})).expect("an input");
    packed.link.forget();
    table.ask(&maker, json!({"type": "set", "key": "a", "value": values(10_000)})).expect("an input");
    assert_eq!((kinds(&packed, "keyframe"), kinds(&packed, "packed")), (1, 0));
    assert_eq!(packed.state(), maker.state());
}

#[test]
fn groups_know_what_they_may_and_no_more() {
    let table = Table::new();
    let host = table.hosted();
    let ada = table.enter(&host, "Ada");
    let watcher = table.join(host.room.code(), WATCHER).expect("anybody may watch");
    table.run(500);
    ada.link.forget();
    watcher.link.forget();
    table.ask(&host, json!({"type": "hide", "value": "the key"})).expect("an input");
    assert_eq!(host.state()["hidden"], "the key");
    assert_eq!(ada.link.sequence(), [""; 0], "not even that something has changed");
    assert_eq!(watcher.link.sequence(), [""; 0]);
}

#[test]
fn views_hold_no_nulls() {
    let table = Table::new();
    let maker = table.create(json!({}));
    table.ask(&maker, json!({"type": "set", "key": "a", "value": {"b": null, "c": 1}})).expect("an input");
    assert_eq!(maker.state()["shown"], json!({"a": {"c": 1}}));
    let back = table.resume(&maker.token).expect("a seat");
    assert_eq!(back.state(), maker.state(), "the snapshot says the same");
}

/// Something that happens to a room, or to the viewer who is watched.
#[derive(Clone, Debug)]
enum Turn {
    Set(u8, Value),
    Unset(u8),
    Pass(u8),
    Slow(bool),
    Resume,
    Ask,
    Join,
}

fn turn() -> impl Strategy<Value = Turn> {
    let value = prop_oneof![
        Just(json!(null)),
        (0..3_u8).prop_map(Value::from),
        prop::collection::hash_map("[a-c]", 0..3_u8, 0..3).prop_map(|map| json!(map)),
        prop::collection::vec(0..2_u8, 0..3).prop_map(Value::from),
    ];
    prop_oneof![
        4 => (0..3_u8, value).prop_map(|(key, value)| Turn::Set(key, value)),
        2 => (0..3_u8).prop_map(Turn::Unset),
        3 => (0..4_u8).prop_map(Turn::Pass),
        2 => any::<bool>().prop_map(Turn::Slow),
        1 => Just(Turn::Resume),
        1 => Just(Turn::Ask),
        1 => Just(Turn::Join),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn patches_in_order_equal_the_snapshot_however_slow_the_viewer(turns in prop::collection::vec(turn(), 1..40)) {
        let table = Table::new();
        let maker = table.create_with(json!({"seats": 1_000}), BY_SNAPSHOT).expect("a room");
        let mut viewers = [table.enter(&maker, "Watched"), table.join(maker.room.code(), PACKED).expect("a seat")];
        for (n, turn) in turns.into_iter().enumerate() {
            match turn {
                Turn::Set(key, value) => maker.send(&table, json!({"type": "set", "key": key.to_string(), "value": value}), None),
                Turn::Unset(key) => maker.send(&table, json!({"type": "unset", "key": key.to_string()}), None),
                Turn::Pass(ticks) => table.run(u64::from(ticks) * 50),
                Turn::Slow(slow) => viewers.iter().for_each(|viewer| viewer.link.set_slow(slow)),
                Turn::Resume => {
                    let [delta, packed] = &viewers;
                    viewers = [table.resume(&delta.token), table.resume_by(&packed.token, SyncBy::Packed)]
                        .map(|seat| seat.expect("its own seat"));
                }
                Turn::Ask => {
                    table.refresh(&viewers[0]);
                    table.refresh_by(&viewers[1], SyncBy::Packed);
                }
                Turn::Join => drop(table.enter(&maker, &format!("guest {n}"))),
            }
        }
        table.run(500);
        for viewer in viewers {
            viewer.link.set_slow(false);
            prop_assert_eq!(viewer.state(), maker.state());
        }
    }
}
