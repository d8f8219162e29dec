//! Judges every game of the catalog by what the contract promises.
//!
//! A game's own rules are tested in its folder. A game that is added needs its [`samples`] here.

#[path = "catalog/driver.rs"]
mod driver;
#[path = "catalog/samples.rs"]
mod samples;

use parlor_games::catalog::{self, Visitor};
use parlor_games::contract::Game;
use proptest::prelude::*;

use self::driver::{Script, play};

/// Is given each game's name, and what plays the script with it.
type Judge<'a> = dyn FnMut(&'static str, &dyn Fn() -> Vec<String>) + 'a;

/// Plays one script with each game.
struct Walk<'a> {
    script: &'a Script,
    judge: &'a mut Judge<'a>,
}

impl Visitor for Walk<'_> {
    fn visit<G: Game>(&mut self) {
        (self.judge)(G::NAME, &|| play::<G>(self.script));
    }
}

fn walk(script: &Script, mut judge: impl FnMut(&'static str, &dyn Fn() -> Vec<String>)) {
    catalog::each(&mut Walk { script, judge: &mut judge });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// What `play` asserts at each step: nothing panics, no view exceeds its bound or holds a null, and whatever seats
    /// alone may know and the standings change only when the game says so.
    #[test]
    fn random_inputs_at_random_times_break_no_promise(seed: u64) {
        let script = Script::random(seed, 200);
        walk(&script, |_, play| { play(); });
    }

    #[test]
    fn the_same_seed_and_calls_give_the_same_outputs(seed: u64) {
        let script = Script::random(seed, 100);
        walk(&script, |name, play| assert_eq!(play(), play(), "{name} is not deterministic"));
    }
}

#[test]
fn every_phase_of_a_game_is_reached_by_its_samples() {
    let mut phases = std::collections::BTreeMap::<&str, std::collections::BTreeSet<String>>::new();
    for seed in 0..20 {
        walk(&Script::random(seed, 300), |name, play| {
            let seen = play().into_iter().filter_map(|line| line.strip_prefix("phase ").map(str::to_owned));
            phases.entry(name).or_default().extend(seen);
        });
    }
    let names = |game: &str| phases[game].iter().map(String::as_str).collect::<Vec<_>>();
    assert_eq!(names("quiz"), ["countdown", "leaderboard", "lobby", "podium", "question", "reveal"]);
    assert_eq!(names("arena"), ["play"]);
    assert_eq!(phases.len(), 2, "a game was added: say here which phases it has");
}
