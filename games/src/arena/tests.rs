//! Tests of the arena's rules, on an arena stepped by hand.
//!
//! Where coins are found is tested with the board.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::about::{Parameter, Takes};
use crate::contract::Library;

struct Bare;

impl Library for Bare {
    fn document(&self, _: &str, _: &str) -> Option<std::sync::Arc<[u8]>> {
        None
    }
}

/// An arena with its own clock.
struct Table {
    arena: Arena,
    hz: u16,
    step: u64,
    effects: Effects<NoEvent>,
}

impl Table {
    fn new(options: Value) -> Self {
        let options = serde_json::from_value(options).expect("the test's options are known");
        let (arena, rules) = Arena::open(options, Opening { seed: 3, library: &Bare }).expect("and in range");
        Self { arena, hz: rules.hz, step: 0, effects: Effects::default() }
    }

    fn now(&self) -> Micros {
        Micros(self.step * 1_000_000 / u64::from(self.hz))
    }

    fn join(&mut self, seat: u32, role: Role) {
        let person = Person { name: "p".into(), role };
        self.arena.join(SeatId(seat), &person, self.now(), &mut self.effects).expect("an arena refuses nobody");
    }

    fn heads(&mut self, seat: u32, seq: u64, dx: f64, dy: f64) -> Result<(), &'static str> {
        let input = Input::Move { seq, dx, dy };
        let now = self.now();
        let done = self.arena.input(SeatId(seat), Role::Player, input, now, &mut self.effects);
        done.map_err(|refusal| refusal.code)
    }

    fn steps(&mut self, steps: u64) -> Flow {
        let mut flow = Flow::Sleep;
        for _ in 0..steps {
            self.step += 1;
            flow = self.arena.tick(self.step, self.now(), &mut self.effects);
        }
        flow
    }

    fn place(&mut self, seat: u32, x: f64, y: f64) {
        let body = self.arena.bodies.get_mut(&SeatId(seat)).expect("they joined");
        (body.x, body.y) = (x, y);
    }

    fn at(&self, seat: u32) -> (f64, f64) {
        let body = &self.arena.bodies[&SeatId(seat)];
        (body.x, body.y)
    }

    fn view(&self) -> Value {
        serde_json::to_value(self.arena.view(Group::Everyone, self.now())).expect("a view is JSON")
    }
}

fn near((x, y): (f64, f64), (to_x, to_y): (f64, f64)) -> bool {
    (x - to_x).abs() < 1e-6 && (y - to_y).abs() < 1e-6
}

#[test]
fn at_a_lower_pace_a_step_goes_so_much_farther() {
    let mut table = Table::new(json!({"hz": 32, "size": 1_000, "coins": 0}));
    table.join(1, Role::Player);
    table.place(1, 0.0, 500.0);
    table.heads(1, 1, 1.0, 0.0).expect("a move");
    for (stride, steps) in [(2, 4), (16, 1), (1, 8)] {
        table.arena.pace(stride);
        table.steps(steps);
    }
    assert!(near(table.at(1), (250.0, 500.0)), "32 ticks are a second: {:?}", table.at(1));
}

#[test]
fn what_is_said_of_its_options_is_what_it_opens_with() {
    let open = |name: &str, value: u32| {
        let options = serde_json::from_value(json!({ name: value })).expect("an option that is listed is known");
        Arena::open(options, Opening { seed: 3, library: &Bare }).map(|(_, rules)| rules.seats)
    };
    let about = Arena::about();
    assert_eq!(about.options.len(), 5);
    for Parameter { name, takes } in about.options {
        let Takes::Number { least, most, default } = takes else { panic!("{name} is a number") };
        assert!(open(name, least).is_ok() && open(name, most).is_ok(), "{name}");
        assert!(default.is_none_or(|default| open(name, default).is_ok()), "{name}");
        assert_eq!(open(name, most + 1).map_err(|refusal| refusal.code), Err("bad_options"), "{name}");
    }
    let seats = about.seats.expect("it says how many it seats");
    assert_eq!((open("hz", 30), open("seats", seats.most)), (Ok(seats.default), Ok(seats.most)));
}

#[test]
fn a_second_moves_a_quarter_of_the_board_at_every_rate() {
    for hz in [1, 7, 30, 60, 128] {
        let mut table = Table::new(json!({"hz": hz, "coins": 0}));
        table.join(1, Role::Player);
        table.place(1, 100.0, 100.0);
        table.heads(1, 1, 1.0, 0.0).expect("a move");
        table.steps(hz);
        assert!(near(table.at(1), (350.0, 100.0)), "{hz} Hz: {:?}", table.at(1));
    }
}

#[test]
fn nobody_is_faster_than_straight_and_nobody_leaves_the_board() {
    let mut table = Table::new(json!({"coins": 0}));
    table.join(1, Role::Player);
    table.place(1, 0.0, 0.0);
    table.heads(1, 1, f64::MAX, 5.0).expect("clamped to (1, 1)");
    table.steps(30);
    let side = 250.0 / 2.0_f64.sqrt();
    assert!(near(table.at(1), (side, side)), "{:?}", table.at(1));
    table.heads(1, 2, -1.0, 1.0).expect("a move");
    table.steps(1000);
    assert!(near(table.at(1), (0.0, 1000.0)), "{:?}", table.at(1));
    table.heads(1, 3, 0.5, 0.0).expect("half speed");
    table.steps(30);
    assert!(near(table.at(1), (125.0, 1000.0)), "{:?}", table.at(1));
}

#[test]
fn what_is_no_number_is_refused_and_changes_nothing() {
    let mut table = Table::new(json!({}));
    table.join(1, Role::Player);
    table.heads(1, 5, 1.0, 0.0).expect("a move");
    for odd in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert_eq!(table.heads(1, 6, odd, 0.0), Err("bad_number"));
        assert_eq!(table.heads(1, 6, 0.0, odd), Err("bad_number"));
    }
    assert_eq!(table.arena.private(SeatId(1)), Some(Private { seq: 5 }));
    table.join(2, Role::Spectator);
    assert_eq!(table.heads(2, 1, 1.0, 0.0), Err("not_player"));
    assert_eq!(table.arena.private(SeatId(2)), None);
}

#[test]
fn a_room_steps_while_somebody_moves_and_ends_when_nobody_is_there() {
    let mut table = Table::new(json!({"hz": 10}));
    assert_eq!(table.steps(1), Flow::SleepUntil(Micros(30_000_000)));
    table.join(1, Role::Player);
    assert_eq!(table.steps(1), Flow::Sleep);
    table.heads(1, 1, 0.0, 1.0).expect("a move");
    assert_eq!(table.steps(1), Flow::EveryTick);
    table.heads(1, 2, 0.0, 0.0).expect("a stop");
    assert_eq!(table.steps(1), Flow::Sleep);
    table.heads(1, 3, 0.0, -1.0).expect("a move");
    let now = table.now();
    table.arena.presence(SeatId(1), false, now, &mut Effects::default());
    assert_eq!(table.steps(1), Flow::Sleep, "who is gone does not run on");
    table.join(2, Role::Spectator);
    table.arena.leave(SeatId(1), now, &mut Effects::default());
    assert_eq!(table.steps(1), Flow::Sleep, "somebody watches");
    let now = table.now();
    table.arena.leave(SeatId(2), now, &mut Effects::default());
    assert_eq!(table.steps(1), Flow::SleepUntil(now.plus(EMPTY)));
    assert_eq!(table.steps(300), Flow::End);
}

#[test]
fn a_coin_scores_and_comes_back_elsewhere() {
    let mut table = Table::new(json!({"coins": 1}));
    table.join(1, Role::Player);
    let coin = table.view()["coins"]["0"].clone();
    let (x, y) = (coin["x"].as_f64().expect("a number"), coin["y"].as_f64().expect("a number"));
    table.place(1, x, y);
    table.effects = Effects::default();
    table.heads(1, 1, 0.01, 0.0).expect("a move");
    table.steps(1);
    let view = table.view();
    assert_eq!(view["players"]["1"]["score"], 1);
    assert_ne!(view["coins"]["0"], coin);
    assert!(table.effects.standings);
    let expected = Standing { seat: SeatId(1), score: 1, gain: 0, rank: 1 };
    assert_eq!(table.arena.standings(5), (vec![expected], 1));
}

#[test]
fn a_view_of_some_holds_the_best() {
    let mut table = Table::new(json!({"visible": 2, "seats": 5, "coins": 0}));
    for seat in 1..=5 {
        table.join(seat, Role::Player);
    }
    for (seat, score) in [(2, 7), (4, 9), (5, 7)] {
        let body = table.arena.bodies.get_mut(&SeatId(seat)).expect("they joined");
        table.arena.best.remove(&(Reverse(body.score), SeatId(seat)));
        body.score = score;
        table.arena.best.insert((Reverse(score), SeatId(seat)));
    }
    let seen = |table: &Table| -> Vec<String> {
        let view = table.view();
        let mut seats: Vec<_> = view["players"].as_object().expect("a map").keys().cloned().collect();
        // Whether a map of serde_json keeps its order depends on what else is built with it.
        seats.sort();
        seats
    };
    assert_eq!(seen(&table), ["2", "4"]);
    let ranks: Vec<_> = table.arena.standings(3).0.iter().map(|row| (row.seat.0, row.rank)).collect();
    assert_eq!(ranks, [(4, 1), (2, 2), (5, 2)]);
    for seat in [2, 4, 5] {
        table.arena.leave(SeatId(seat), Micros(0), &mut Effects::default());
    }
    assert_eq!(seen(&table), ["1", "3"]);
}

#[test]
fn eight_players_and_eight_coins_are_about_500_bytes() {
    let mut table = Table::new(json!({}));
    for seat in 1..=8 {
        table.join(seat, Role::Player);
    }
    let length = table.view().to_string().len();
    assert!((430..=570).contains(&length), "{length} bytes");
}

#[test]
fn options_have_bounds() {
    let open = |options: Value| {
        let options: Options = serde_json::from_value(options).map_err(|_| "unknown")?;
        Arena::open(options, Opening { seed: 0, library: &Bare }).map(|_| ()).map_err(|refusal| refusal.code)
    };
    for good in [
        json!({}),
        json!({"hz": 1, "size": 10, "seats": 1, "coins": 0, "visible": 1}),
        json!({"hz": 128, "size": 100_000, "seats": 100_000, "coins": 1000, "visible": 100_000}),
    ] {
        assert_eq!(open(good.clone()), Ok(()), "{good}");
    }
    for bad in [
        json!({"hz": 0}),
        json!({"hz": 129}),
        json!({"size": 9}),
        json!({"seats": 0}),
        json!({"seats": 100_001}),
        json!({"coins": 1001}),
        json!({"visible": 0}),
    ] {
        assert_eq!(open(bad.clone()), Err("bad_options"), "{bad}");
    }
    for unknown in [json!({"speed": 1}), json!({"hz": -1}), json!({"seats": "many"})] {
        assert_eq!(open(unknown.clone()), Err("unknown"), "{unknown}");
    }
}

proptest! {
    #[test]
    fn any_two_numbers_are_a_heading_no_longer_than_one_or_refused(dx: f64, dy: f64) {
        let mut table = Table::new(json!({"hz": 1, "coins": 0}));
        table.join(1, Role::Player);
        table.place(1, 500.0, 500.0);
        let finite = dx.is_finite() && dy.is_finite();
        prop_assert_eq!(table.heads(1, 1, dx, dy).is_ok(), finite);
        table.steps(1);
        let (x, y) = table.at(1);
        prop_assert!((x - 500.0).hypot(y - 500.0) <= 250.0 + 1e-6);
    }
}
