//! The catalog: which games this server has, each as a way to open rooms of it.
//!
//! Knows no game: a game is one type that implements the contract.

use std::any::type_name;
use std::collections::BTreeMap;
use std::fmt::{self, Debug, Formatter};
use std::sync::Arc;

use parlor_games::contract::{Library, Opening, Refusal, Rules};
use serde_json::Value;

use super::Link;
use super::directory::{Enrolled, Founding};

/// The games of a server, by name.
pub struct Catalog<L: Link> {
    games: BTreeMap<&'static str, Box<dyn Factory<L>>>,
}

impl<L: Link> Debug for Catalog<L> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct(type_name::<Self>()).field("games", &self.names().collect::<Vec<_>>()).finish()
    }
}

impl<L: Link> Default for Catalog<L> {
    fn default() -> Self {
        Self { games: BTreeMap::new() }
    }
}

impl<L: Link> Catalog<L> {
    /// The names of its games, sorted.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.games.keys().copied()
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

/// Opens rooms of one game.
pub(crate) trait Factory<L: Link>: Send + Sync {
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

/// A library without documents, for games that need none.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoLibrary;

impl Library for NoLibrary {
    fn document(&self, _: &str, _: &str) -> Option<Arc<[u8]>> {
        None
    }
}
