//! How the groups of a room are followed, counted again only when somebody came, went, or changed sides.
//!
//! Asks nobody: whoever changes a seat says so.

use parlor_games::contract::Game;

use super::fanout::Groups;
use super::roster::Roster;
use super::views::{Followed, PerGroup};
use super::{Link, SyncBy};

/// How many of a group follow in which way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Viewers {
    pub(super) any: bool,
    pub(super) followed: Followed,
    /// Whether some get the whole state at each tick.
    pub(super) snapshots: bool,
}

/// The groups' viewers as of the last count.
#[derive(Debug, Default)]
pub(super) struct Following {
    viewers: PerGroup<Viewers>,
    groups: Option<Groups>,
    counted: bool,
    settled: bool,
}

impl Following {
    /// A seat was taken, left, or is told of state in another way.
    pub(super) const fn changed(&mut self) {
        self.counted = false;
    }

    /// Counts them, if anything has changed since they were counted.
    pub(super) fn count<L: Link>(&mut self, game: &impl Game, roster: &Roster<L>) {
        let groups = Groups::of_game(game);
        self.settled = self.counted && self.groups == Some(groups);
        if self.settled {
            return;
        }
        self.groups = Some(groups);
        self.viewers = PerGroup::default();
        // Who is new follows by deltas from the next tick on.
        self.counted = true;
        for (_, seat) in roster.iter().filter(|(_, seat)| seat.link.is_some()) {
            self.counted &= !seat.fresh;
            let of = self.viewers.of_mut(groups.of(seat.person.role));
            of.any = true;
            match seat.sync {
                SyncBy::Snapshot => of.snapshots = true,
                SyncBy::Delta => of.followed.by_deltas |= !seat.fresh,
                SyncBy::Packed => {
                    of.followed.packed = true;
                    of.followed.by_packed |= !seat.fresh;
                }
            }
        }
    }

    /// Which group each role belongs to, as of the last count; the game is asked only before the first.
    pub(super) fn groups(&self, game: &impl Game) -> Groups {
        self.groups.unwrap_or_else(|| Groups::of_game(game))
    }

    /// The groups' viewers.
    pub(super) const fn viewers(&self) -> &PerGroup<Viewers> {
        &self.viewers
    }

    /// Whether nobody is new, nor on another side, since the count before the last.
    pub(super) const fn is_settled(&self) -> bool {
        self.settled
    }
}
