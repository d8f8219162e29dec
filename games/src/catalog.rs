//! The catalog: every game there is, one line each.
//!
//! Knows no rooms: whoever needs something of each game (the runtime, the tests) visits it.
//!
//! # Adding a game
//! Write it in its own folder under `games/src/` (see [`crate::contract`]), add `pub mod` to `lib.rs`, its line to
//! [`each`], and its samples to `games/tests/catalog.rs`, where every game of the catalog is judged.

use crate::arena::Arena;
use crate::contract::Game;
use crate::quiz::Quiz;

/// Whoever is shown every game.
pub trait Visitor {
    /// One game.
    fn visit<G: Game>(&mut self);
}

/// Shows `visitor` every game, in the order of the catalog.
pub fn each(visitor: &mut impl Visitor) {
    visitor.visit::<Quiz>();
    visitor.visit::<Arena>();
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Names(Vec<&'static str>);

    impl Visitor for Names {
        fn visit<G: Game>(&mut self) {
            self.0.push(G::NAME);
        }
    }

    #[test]
    fn names_are_unique_and_fit_the_wire() {
        let mut names = Names(Vec::new());
        each(&mut names);
        assert!(names.0.iter().all(|name| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase())));
        let count = names.0.len();
        names.0.sort_unstable();
        names.0.dedup();
        assert_eq!(names.0.len(), count, "two games of one name");
    }
}
