//! Drives any game through a random script, as the room runtime would, and checks what the contract promises.
//!
//! Knows no game: what is sent comes from `samples`.

use std::collections::BTreeMap;

use parlor_games::contract::{Effects, Flow, Game, Micros, Opening, Person, Role, SeatId, Standing};
use rand::rngs::ChaCha8Rng;
use rand::{RngExt as _, SeedableRng as _};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::samples;

/// What happens, for any game: all of it follows from a seed.
#[derive(Debug)]
pub(crate) struct Script {
    seed: u64,
    acts: usize,
}

impl Script {
    /// So many things that happen.
    pub(crate) const fn random(seed: u64, acts: usize) -> Self {
        Self { seed, acts }
    }
}

/// Plays the script. All that left the game, a line each.
///
/// # Panics
/// When the game breaks a promise.
pub(crate) fn play<G: Game>(script: &Script) -> Vec<String> {
    let mut rng = ChaCha8Rng::seed_from_u64(script.seed);
    let options = read(samples::options(G::NAME, &mut rng)).expect("samples are valid options");
    let opening = Opening { seed: script.seed, library: &samples::Shelf };
    let (game, rules) = G::open(options, opening).expect("samples open a room");
    assert!((1..=128).contains(&rules.hz) && rules.seats > 0, "{rules:?}");
    let mut room = Room {
        game,
        hz: rules.hz.into(),
        capacity: rules.seats as usize,
        seats: BTreeMap::new(),
        next: 1,
        now: 0,
        log: Vec::new(),
        told: Told::default(),
    };
    room.join(Role::Host);
    for _ in 0..script.acts {
        let acts = if rng.random_bool(0.1) { rng.random_range(0..40) } else { 1 };
        for _ in 0..acts {
            room.act(&mut rng);
        }
        if !room.step(&mut rng) {
            break;
        }
    }
    room.log
}

struct Room<G: Game> {
    game: G,
    hz: u64,
    capacity: usize,
    seats: BTreeMap<SeatId, Role>,
    next: u32,
    now: u64,
    log: Vec<String>,
    told: Told,
}

/// What viewers were told last, and what the game says may have changed since.
#[derive(Default)]
struct Told {
    private: BTreeMap<SeatId, Value>,
    standings: (Vec<Standing>, usize),
    stale: Vec<SeatId>,
    stale_all: bool,
    stale_standings: bool,
}

impl<G: Game> Room<G> {
    fn act(&mut self, rng: &mut ChaCha8Rng) {
        let seat = SeatId(rng.random_range(1..=self.next));
        let at = Micros(self.now);
        let mut effects = Effects::default();
        match rng.random_range(0..40) {
            0..3 => self.join(Role::Player),
            3 => self.join(if rng.random_bool(0.2) { Role::Host } else { Role::Spectator }),
            4..6 if self.seats.contains_key(&seat) => {
                self.game.presence(seat, rng.random_bool(0.7), at, &mut effects);
            }
            6 if self.seats.len() > 3 => self.leave(seat),
            7 => {
                let nonsense = samples_of_nonsense(rng);
                if let Ok(input) = read::<G::Input>(nonsense) {
                    let role = self.seats.get(&seat).copied().unwrap_or(Role::Spectator);
                    let _ = self.game.input(seat, role, input, at, &mut effects);
                }
            }
            _ => self.send(seat, at, rng, &mut effects),
        }
        self.carry_out(effects);
    }

    fn join(&mut self, role: Role) {
        // The runtime keeps to the rules' seats.
        let players = self.seats.values().filter(|&&role| role == Role::Player).count();
        if role == Role::Player && players >= self.capacity {
            return;
        }
        let seat = SeatId(self.next);
        self.next += 1;
        let mut effects = Effects::default();
        let person = Person { name: samples::name(seat.0), role };
        let joined = self.game.join(seat, &person, Micros(self.now), &mut effects);
        self.log.push(format!("{seat:?} joins as {role:?}: {joined:?}"));
        if joined.is_ok() {
            self.seats.insert(seat, role);
        }
        self.carry_out(effects);
    }

    fn leave(&mut self, seat: SeatId) {
        if self.seats.remove(&seat).is_some() {
            let mut effects = Effects::default();
            self.game.leave(seat, Micros(self.now), &mut effects);
            self.carry_out(effects);
        }
    }

    fn send(&mut self, seat: SeatId, at: Micros, rng: &mut ChaCha8Rng, effects: &mut Effects<G::Event>) {
        // The host gets more of the turns, or little would happen.
        let host = self.seats.iter().find(|(_, role)| **role == Role::Host).map(|(seat, _)| *seat);
        let seat = host.filter(|_| rng.random_bool(0.4)).unwrap_or(seat);
        let view = json(&self.game.view(self.game.group(Role::Host), at));
        let input = read(samples::input(G::NAME, &view, rng)).expect("samples are inputs of their game");
        let Some(&role) = self.seats.get(&seat) else { return };
        // Views are dear, so not every time.
        let before = rng.random_bool(0.1).then(|| self.outputs());
        let answer = self.game.input(seat, role, input, at, effects);
        if answer.is_err() {
            assert!(before.is_none_or(|before| before == self.outputs()), "a refusal changed something");
            let silent = effects.private.is_empty() && !effects.private_all && !effects.standings;
            assert!(silent && effects.events.is_empty() && effects.remove.is_empty() && effects.lock.is_none());
        }
        self.log.push(format!("{seat:?} {answer:?}"));
    }

    /// The next step at some time. Whether the room goes on.
    fn step(&mut self, rng: &mut ChaCha8Rng) -> bool {
        let steps = if rng.random_bool(0.02) { 10_000 } else { rng.random_range(1..100) };
        self.now += steps * 1_000_000 / self.hz;
        if rng.random_bool(0.02) {
            self.game.pace(1 << rng.random_range(0..5));
        }
        let mut effects = Effects::default();
        let flow = self.game.tick(self.now * self.hz / 1_000_000, Micros(self.now), &mut effects);
        self.log.push(format!("{flow:?} {:?}", self.game.timer(Micros(self.now))));
        self.log.push(format!("phase {}", self.game.phase()));
        self.carry_out(effects);
        self.told_what_changed();
        let outputs = self.outputs();
        self.log.extend(outputs);
        flow != Flow::End
    }

    fn carry_out(&mut self, effects: Effects<G::Event>) {
        self.told.stale.extend(effects.private);
        self.told.stale_all |= effects.private_all;
        self.told.stale_standings |= effects.standings;
        for (audience, event) in effects.events {
            assert!(json(&event)["type"].is_string(), "an event has a type");
            self.log.push(format!("{audience:?} {}", json(&event)));
        }
        if let Some(lock) = effects.lock {
            self.log.push(format!("lock {lock}"));
        }
        for (seat, refusal) in effects.remove {
            self.log.push(format!("remove {seat:?} {refusal:?}"));
            self.leave(seat);
        }
    }

    /// All views of all groups, within their bounds.
    fn outputs(&self) -> Vec<String> {
        [Role::Host, Role::Player, Role::Spectator]
            .map(|role| {
                let view = json(&self.game.view(self.game.group(role), Micros(self.now)));
                assert!(!holds_null(&view), "a null in a view: {view}");
                let text = view.to_string();
                let (length, bound) = (text.len(), self.game.view_bound());
                assert!(length <= bound, "a view of {length} bytes exceeds its bound of {bound}");
                text
            })
            .to_vec()
    }

    /// What one seat alone knows, and the standings, may have changed only where the game said so.
    fn told_what_changed(&mut self) {
        let private: BTreeMap<_, _> = self.seats.keys().map(|&seat| (seat, json(&self.game.private(seat)))).collect();
        for (seat, private) in &private {
            let said = self.told.stale_all || self.told.stale.contains(seat);
            let before = self.told.private.get(seat).unwrap_or(&Value::Null);
            assert!(said || before == private, "{seat:?} was told nothing of {before} -> {private}");
        }
        let standings = self.game.standings(usize::MAX);
        assert!(
            self.told.stale_standings || standings == self.told.standings,
            "nobody was told of other standings: {standings:?}"
        );
        check_standings(&standings, &self.game.standings(3));
        self.log.push(format!("{private:?} {standings:?}"));
        self.told = Told { private, standings, ..Told::default() };
    }
}

/// Best first, and the top of them is the top.
fn check_standings((rows, total): &(Vec<Standing>, usize), (top, _): &(Vec<Standing>, usize)) {
    assert_eq!(rows.len(), *total);
    assert!(rows.is_sorted_by(|a, b| a.score >= b.score && a.rank <= b.rank), "{rows:?}");
    assert_eq!(top[..], rows[..top.len()]);
    assert_eq!(top.len(), rows.len().min(3));
}

fn read<T: DeserializeOwned>(value: Value) -> Result<T, serde_json::Error> {
    serde_json::from_value(value)
}

fn json(value: &impl serde::Serialize) -> Value {
    serde_json::to_value(value).expect("all that leaves a game is JSON")
}

fn holds_null(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
        Value::Array(items) => items.iter().any(holds_null),
        Value::Object(fields) => fields.values().any(holds_null),
    }
}

fn samples_of_nonsense(rng: &mut ChaCha8Rng) -> Value {
    let kinds = ["", "answer", "move", "start", "kick", "extend", "__proto__", "lock"];
    let odd = || [json!(null), json!(-1), json!(1e300), json!("x"), json!([]), json!({}), json!(true), json!(u64::MAX)];
    let mut pick = || odd()[rng.random_range(0..8)].clone();
    let (index, choice, dx) = (pick(), pick(), pick());
    let kind = kinds[rng.random_range(0..kinds.len())];
    match rng.random_range(0..4) {
        0 => json!({"type": kind}),
        1 => json!({"type": kind, "index": index, "choice": choice, "ms": choice, "seat": choice}),
        2 => json!({"type": kind, "dx": dx, "dy": 1, "seq": index, "locked": dx}),
        _ => index,
    }
}
