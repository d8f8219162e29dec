//! The catalog: which games this server has, each as a way to open rooms of it.
//!
//! Knows no game: a game is one type that implements the contract.

use std::collections::BTreeMap;
use std::fmt::{self, Debug, Formatter};
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use parlor_games::about::About;
use parlor_games::catalog::Visitor;
use parlor_games::contract::{Game, Library, Opening, Refusal, Rules};
use serde_json::Value;

use super::instance::Room;
use super::shared::{Enrolled, Founding};
use super::{Link, refusals};

/// The games of a server, by name.
pub struct Catalog<L: Link> {
    games: BTreeMap<&'static str, Box<dyn Factory<L>>>,
}

impl<L: Link> Debug for Catalog<L> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("Catalog").field("games", &self.names().collect::<Vec<_>>()).finish()
    }
}

impl<L: Link> Default for Catalog<L> {
    fn default() -> Self {
        Self { games: BTreeMap::new() }
    }
}

impl<L: Link> Catalog<L> {
    /// The games that come with Parlor.
    #[must_use]
    pub fn shipped() -> Self {
        let mut catalog = Self::default();
        parlor_games::catalog::each(&mut catalog);
        catalog
    }

    /// This catalog and one more game; one of the same name is replaced.
    #[must_use]
    pub fn with<G: Game>(mut self) -> Self {
        self.visit::<G>();
        self
    }

    /// The names of its games, sorted.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.games.keys().copied()
    }

    /// Its games' names, sorted, with what each says of itself.
    pub fn about(&self) -> impl Iterator<Item = (&'static str, About)> {
        self.games.iter().map(|(name, factory)| (*name, factory.about()))
    }

    /// The name of the game of this name, for as long as the process lives.
    pub(crate) fn name(&self, game: &str) -> Option<&'static str> {
        self.games.get_key_value(game).map(|(name, _)| *name)
    }

    /// The way to open rooms of this game.
    pub(crate) fn find(&self, game: &str) -> Option<&dyn Factory<L>> {
        self.games.get(game).map(AsRef::as_ref)
    }
}

impl<L: Link> Visitor for Catalog<L> {
    fn visit<G: Game>(&mut self) {
        self.games.insert(G::NAME, Box::new(Kind::<G>(PhantomData)));
    }
}

/// Opens rooms of one game.
pub(crate) trait Factory<L: Link>: Send + Sync {
    /// What the game says of itself.
    fn about(&self) -> About;

    /// A game of these options, which is no room yet.
    fn open(&self, options: Value, opening: Opening<'_>) -> Result<Box<dyn Draft<L>>, Refusal>;
}

/// A game that was opened, before it has a code, a thread or seats.
pub(crate) trait Draft<L: Link> {
    /// What the game wants of its room.
    fn rules(&self) -> &Rules;

    /// The room.
    fn found(self: Box<Self>, founding: Founding<L>) -> Arc<dyn Enrolled<L>>;
}

/// One game, as a type.
struct Kind<G>(PhantomData<fn() -> G>);

/// A game that was opened, and its rules.
struct Opened<G>(G, Rules);

impl<G: Game, L: Link> Factory<L> for Kind<G> {
    fn about(&self) -> About {
        G::about()
    }

    fn open(&self, options: Value, opening: Opening<'_>) -> Result<Box<dyn Draft<L>>, Refusal> {
        if !options.is_object() {
            return Err(refusals::bad_options());
        }
        let options =
            serde_json::from_value(options).map_err(|fault| refusals::because(refusals::bad_options(), &fault))?;
        // A game that panics on its options leaves nothing behind: it was not there yet.
        let opened = catch_unwind(AssertUnwindSafe(|| G::open(options, opening)));
        let (game, rules) = opened.map_err(|_| {
            tracing::error!(game = G::NAME, "a game panicked when it was opened");
            refusals::room_failed()
        })??;
        Ok(Box::new(Opened(game, rules)))
    }
}

impl<G: Game, L: Link> Draft<L> for Opened<G> {
    fn rules(&self) -> &Rules {
        &self.1
    }

    fn found(self: Box<Self>, founding: Founding<L>) -> Arc<dyn Enrolled<L>> {
        Room::found(self.0, self.1, founding)
    }
}

/// A library without documents, for games that need none.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoLibrary;

impl Library for NoLibrary {
    fn document(&self, _: &str, _: &str) -> Option<Arc<[u8]>> {
        None
    }
}
