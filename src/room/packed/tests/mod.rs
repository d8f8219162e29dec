//! The packed form against whatever views there may be.

mod vectors;

use std::sync::Arc;

use proptest::prelude::{Just, Strategy, any, prop, prop_oneof, proptest};
use serde_json::{Value, json};

use super::*;
use crate::room::Tree;

fn tree(value: &Value) -> Tree {
    Tree::of(value).expect("JSON has a form in JSON")
}

fn view(tree: &Tree) -> Value {
    serde_json::to_value(tree).expect("a tree has a form in JSON")
}

/// A group of clients: one that follows by deltas, and the encoder that they share.
struct Group {
    encoder: Encoder,
    tree: Tree,
    tick: u64,
    client: Decoder,
}

impl Group {
    fn new(first: &Value) -> Self {
        let tree = tree(first);
        let mut group = Self { encoder: Encoder::new(&tree), tree, tick: 1, client: Decoder::new() };
        let mut client = Decoder::new();
        group.join(&mut client);
        group.client = client;
        group
    }

    fn keyframe(&self) -> Vec<u8> {
        self.encoder.keyframe(self.tick, 1.5, 30, Arc::new(self.tree.clone())).encode()
    }

    fn join(&self, client: &mut Decoder) {
        client.decode(&self.keyframe()).expect("a keyframe");
        self.check(client);
    }

    #[track_caller]
    fn check(&self, client: &Decoder) {
        let held = client.view().expect("a view");
        assert_eq!(held, &view(&self.tree));
        assert_eq!(held.to_string().len(), view(&self.tree).to_string().len(), "integers stay integers");
        assert_eq!(client.tick(), Some(self.tick));
    }

    /// The delta, if anything changed; the client has read it.
    fn turn(&mut self, to: &Value, ticks: u64) -> Option<Vec<u8>> {
        let next = tree(to);
        let delta = self.encoder.delta(self.tick, self.tick + ticks, &self.tree, &next)?;
        self.tick += ticks;
        self.tree = next;
        self.client.decode(&delta).expect("a delta");
        self.check(&self.client);
        Some(delta)
    }
}

fn arena(players: u32, at: impl Fn(u32) -> (f64, f64)) -> Value {
    let players: serde_json::Map<_, _> = (1..=players)
        .map(|seat| {
            let (x, y) = at(seat);
            (seat.to_string(), json!({"x": x, "y": y, "score": seat % 5}))
        })
        .collect();
    json!({"players": players, "coins": {"1": {"x": 100, "y": 900}, "2": {"x": 7, "y": 0}}})
}

/// A place to a tenth, after so many steps of so many tenths.
fn place(seat: u32, steps: u32, step: u32) -> f64 {
    f64::from(seat * 131 + steps * step) / 10.0
}

#[test]
fn one_moved_player_is_a_handful_of_bytes() {
    let at = |steps| move |seat| (place(seat, steps, 37), place(seat, steps, 21));
    let mut group = Group::new(&arena(64, at(0)));
    let first = group.turn(&arena(64, at(1)), 1).expect("all moved");
    let later = group.turn(&arena(64, at(2)), 1).expect("all moved");
    assert!(later.len() < first.len(), "the shape is known");
    assert!(later.len() <= 1 + 64 * 4, "{}", later.len());
    let mut one = arena(64, at(2));
    one["players"]["5"]["x"] = json!(f64::from(5 * 131 + 2 * 37 - 83) / 10.0);
    one["players"]["5"]["y"] = json!(f64::from(5 * 131 + 2 * 21 + 83) / 10.0);
    let one = group.turn(&one, 1).expect("one moved");
    assert_eq!(one.len(), 7, "players, seat, what moved, and two bytes for each coordinate");
}

#[test]
fn what_is_there_is_changed_set_and_removed() {
    let mut group = Group::new(&json!({"a": 1, "list": [1, 2, 3], "b": {"x": "é", "7": true}, "n": [[0.5], [1.5]]}));
    for next in [
        json!({"a": 2, "list": [1, 2, 3, 4], "b": {"x": "è", "7": false}, "n": [[0.25], [1.5]]}),
        json!({"a": 2.5, "list": [5], "b": {"7": {"y": null}}, "n": [[], [1.5, 2]]}),
        json!({"list": [], "b": {"x": 1, "9": 2.25}, "n": [[], [1, 2]]}),
        json!({"b": {"9": 2.5, "11": 1}, "n": [null, [1, -2]], "__proto__": {"a": 1}}),
        json!({"n": [[1], [2]], "b": {"11": -1, "9": 3.125}, "a": u64::MAX}),
        json!([1, {"a": i64::MIN}]),
        json!([2, {"a": i64::MIN + 1}]),
        json!(7),
        json!(-7),
        json!("text"),
        json!({}),
    ] {
        group.turn(&next, 1).unwrap_or_else(|| panic!("{next} is another"));
        let mut late = Decoder::new();
        group.join(&mut late);
    }
    assert_eq!(group.turn(&json!({}), 1), None);
}

#[test]
fn ticks_and_their_time_are_known_however_long_a_room_sleeps() {
    let mut group = Group::new(&json!({"a": 1}));
    for (value, ticks) in [(2, 1), (3, 2), (4, 3), (5, 4), (6, 1_000)] {
        group.turn(&json!({"a": value}), ticks);
    }
    assert_eq!(group.client.t(), Some(1.5 + 1_010.0 * 1e3 / 30.0));
}

#[test]
fn a_delta_from_another_view_is_refused() {
    let mut group = Group::new(&json!({"a": 1}));
    let mut late = group.client.clone();
    assert_eq!(Decoder::new().decode(&[0, 0]), Err(Fault::Base));
    group.turn(&json!({"a": 2}), 1);
    let missed = group.turn(&json!({"a": 3}), 1).expect("it changed");
    assert_eq!(late.decode(&missed), Err(Fault::Base));
    assert_eq!(late.view(), None);
    group.join(&mut late);
}

#[test]
fn full_tables_cost_bytes_and_nothing_else() {
    let dictionary = |n: usize, extra: usize| {
        let all = (0..n).map(|name| (format!("name {name}"), json!({format!("of {name}"): extra})));
        Value::Object(all.chain([("x".repeat(100 + extra), json!(extra))]).collect())
    };
    let mut group = Group::new(&dictionary(1_500, 0));
    for extra in 1..4 {
        group.turn(&dictionary(1_500 - extra, extra), 1);
    }
    let mut late = Decoder::new();
    group.join(&mut late);
    let delta = group.turn(&dictionary(1_500, 9), 1).expect("it changed");
    late.decode(&delta).expect("who came late has the same tables");
    group.check(&late);
}

#[test]
fn input_cut_at_each_byte_is_refused() {
    let at = |steps| move |seat| (place(seat, steps, 37), place(seat, steps, 21));
    let mut group = Group::new(&arena(3, at(0)));
    let keyframe = group.keyframe();
    let before = group.client.clone();
    let delta = group.turn(&json!({"list": [1, "é", 1e300, 0.1, u64::MAX, {}], "players": {}}), 9).expect("a change");
    for end in 0..keyframe.len() {
        assert!(Decoder::new().decode(&keyframe[..end]).is_err(), "{end}");
    }
    for end in 0..delta.len() {
        assert!(before.clone().decode(&delta[..end]).is_err(), "{end}");
    }
    for bytes in [keyframe, delta] {
        let more = [&bytes[..], &[0]].concat();
        assert_eq!(before.clone().decode(&more), Err(Fault::Long));
    }
}

#[test]
fn what_makes_no_sense_is_refused() {
    let group = Group::new(&json!({"a": 1, "b": [1], "c": 0.5}));
    let refused = |bytes: &[u8]| group.client.clone().decode(bytes).expect_err("no sense");
    let base = 1 | ROOT_SHAPED << ROOT_SHIFT;
    assert_eq!(refused(&[0x81]), Fault::Type, "another version");
    assert_eq!(refused(&[1 | 2 << ROOT_SHIFT]), Fault::Tables, "there is no first shape");
    assert_eq!(refused(&[base, 9]), Fault::Tables);
    assert_eq!(refused(&[base, 1, 1, 2 << 4 | 2, 2]), Fault::Target, "a number has no members");
    assert_eq!(refused(&[base, 1, 1, 2 << 4 | 0x0f, 2]), Fault::Type, "no number has eleven digits");
    assert_eq!(refused(&[base, 1, 1, 4 << 4 | 4, 2]), Fault::Target, "a decimal has digits");
    assert_eq!(refused(&[base, 1, 1, 3 << 4 | 3, 5]), Fault::Short);
    assert_eq!(refused(&[base, 1, 1, 3 << 4 | 3, 5, 1 << 1 | 1, 0x09]), Fault::Target, "the length is another");
    let deep = [&[1, op::SET][..], &[0x0d; 200], &[0]].concat();
    assert_eq!(refused(&deep), Fault::Deep);
    assert_eq!(refused(&[1, op::SET, 0xfd, 0x7f]), Fault::Short, "a list longer than the bytes");
}

fn number() -> impl Strategy<Value = Value> {
    prop_oneof![
        (-300..300_i64).prop_map(Value::from),
        (-5_000..5_000_i32).prop_map(|tenths| Value::from(f64::from(tenths) / 10.0)),
        (any::<i32>(), 0..9).prop_map(|(whole, digits)| Value::from(f64::from(whole) / 10_f64.powi(digits))),
        any::<f32>().prop_map(|value| Value::from(f64::from(value))),
        any::<f64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (1_u64 << 49..1 << 54).prop_map(Value::from),
    ]
}

fn any_view() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        number(),
        (0..4_u8).prop_map(Value::from),
        "\\PC{0,4}".prop_map(Value::from),
    ];
    let name = prop_oneof!["[a-d]", "[0-9]{1,2}", Just("4294967295".to_owned()), "\\PC{0,3}"];
    leaf.prop_recursive(4, 48, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((name.clone(), inner), 0..6).prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// A view that is like another, mostly.
fn stirred(view: Value, other: Value, dice: &mut impl Iterator<Item = u8>) -> Value {
    let roll = dice.next().unwrap_or(0);
    match view {
        _ if roll.is_multiple_of(8) => other,
        Value::Object(members) => {
            let mut members: serde_json::Map<_, _> =
                members.into_iter().map(|(name, member)| (name, stirred(member, other.clone(), dice))).collect();
            if let (2, Some(name)) = (roll % 8, members.keys().next().cloned()) {
                let first = members.shift_remove(&name).unwrap_or_default();
                members.insert(name, first);
            }
            Value::Object(members)
        }
        Value::Array(elements) => {
            let skipped = usize::from(roll % 8 == 1);
            elements.into_iter().skip(skipped).map(|element| stirred(element, other.clone(), dice)).collect()
        }
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => whole.saturating_add(roll.into()).into(),
            (None, Some(value)) if number.is_f64() => Value::from(((value * 10.0).round() + f64::from(roll)) / 10.0),
            (None, _) => number.into(),
        },
        leaf @ (Value::Null | Value::Bool(_) | Value::String(_)) => leaf,
    }
}

proptest! {
    #[test]
    fn a_keyframe_and_its_deltas_are_the_views(
        first in any_view(), others in prop::collection::vec((any_view(), prop::collection::vec(any::<u8>(), 40), 1..6_u64), 1..12),
        late in 0..12_usize,
    ) {
        let mut group = Group::new(&first);
        let mut joiner = None;
        for (nth, (other, dice, ticks)) in others.into_iter().enumerate() {
            let next = stirred(view(&group.tree), other, &mut dice.into_iter());
            let delta = group.turn(&next, ticks);
            if let (Some(delta), Some(joiner)) = (&delta, &mut joiner) {
                let joiner: &mut Decoder = joiner;
                joiner.decode(delta).expect("a delta");
                group.check(joiner);
            }
            if nth == late {
                let mut fresh = Decoder::new();
                group.join(&mut fresh);
                joiner = Some(fresh);
            }
        }
    }

    #[test]
    fn a_keyframe_knows_whether_it_is_shorter(first in any_view(), second in any_view(), bytes in 0..200_usize) {
        let mut group = Group::new(&first);
        let delta = group.turn(&second, 1).map_or(bytes, |delta| delta.len());
        let keyframe = group.encoder.keyframe(group.tick, 1.5, 30, Arc::new(group.tree.clone()));
        for length in [bytes, delta, keyframe.encode().len(), keyframe.encode().len() + 1] {
            assert_eq!(keyframe.is_shorter_than(length), keyframe.encode().len() < length);
        }
    }

    #[test]
    fn no_bytes_make_a_decoder_panic(first in any_view(), bytes in prop::collection::vec(any::<u8>(), 0..60), at in 0..60_usize) {
        let mut group = Group::new(&first);
        let mut keyframe = group.keyframe();
        let _refused = Decoder::new().decode(&bytes);
        let _refused = group.client.decode(&bytes);
        let at = at.min(keyframe.len());
        keyframe.splice(at.., bytes);
        let _refused = Decoder::new().decode(&keyframe);
    }
}
