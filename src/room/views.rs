//! The views of a room's groups as their viewers know them, and the deltas between.
//!
//! Encodes nothing, and holds nothing for a group without viewers.

use std::sync::Arc;

use parlor_games::contract::{Group, Tick};
use serde::Serialize;
use serde_json::Value;

use super::Tree;
use super::patch;

/// How many groups there are.
const GROUPS: usize = 4;

/// A view, and the tick since which it has been so.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Known {
    pub(crate) tick: Tick,
    pub(crate) value: Arc<Tree>,
}

/// What turns the view at `base` into the known one.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Change {
    pub(crate) base: Tick,
    pub(crate) patch: Arc<Tree>,
}

/// What each group knows.
#[derive(Debug, Default)]
pub(crate) struct Views {
    known: PerGroup<Option<Known>>,
}

/// One thing for each group.
#[derive(Debug, Default)]
pub(crate) struct PerGroup<T>([T; GROUPS]);

/// All groups.
pub(crate) const EACH_GROUP: [Group; GROUPS] = [Group::Everyone, Group::Host, Group::Players, Group::Spectators];

impl<T> PerGroup<T> {
    /// The group's.
    pub(crate) const fn of(&self, group: Group) -> &T {
        &self.0[Self::index(group)]
    }

    /// The group's.
    pub(crate) const fn of_mut(&mut self, group: Group) -> &mut T {
        &mut self.0[Self::index(group)]
    }

    const fn index(group: Group) -> usize {
        match group {
            Group::Everyone => 0,
            Group::Host => 1,
            Group::Players => 2,
            Group::Spectators => 3,
        }
    }
}

impl Views {
    /// What the group knows. Nothing, unless [`Self::refresh`] was called since it last had no viewers.
    pub(crate) const fn known(&self, group: Group) -> Option<&Known> {
        self.known.of(group).as_ref()
    }

    /// Makes `view` what the group knows from `tick` on. With `deltas`, says what changed; a view that has not changed
    /// keeps its tick, so that every viewer who follows by deltas is at the same one.
    pub(crate) fn refresh(&mut self, group: Group, tick: Tick, view: Tree, deltas: bool) -> Option<Change> {
        let known = self.known.of_mut(group);
        let change = match known {
            Some(known) if deltas => {
                let patch = known.value.patch_to(&view)?;
                Some(Change { base: known.tick, patch: Arc::new(patch) })
            }
            Some(_) | None => None,
        };
        *known = Some(Known { tick, value: Arc::new(view) });
        change
    }

    /// The group has no viewers.
    pub(crate) fn forget(&mut self, group: Group) {
        *self.known.of_mut(group) = None;
    }
}

/// What a game says, as JSON without `null` members.
///
/// # Errors
/// When it has no form in JSON, such as a map whose keys are not strings or numbers.
pub(crate) fn to_json(said: &impl Serialize) -> serde_json::Result<Value> {
    let mut value = serde_json::to_value(said)?;
    patch::strip_nulls(&mut value);
    Ok(value)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn tree(value: Value) -> Tree {
        Tree::of(&value).expect("JSON has a form in JSON")
    }

    #[test]
    fn what_has_not_changed_keeps_its_tick() {
        let mut views = Views::default();
        assert_eq!(views.refresh(Group::Players, 1, tree(json!({"a": 1})), true), None);
        assert_eq!(views.refresh(Group::Players, 2, tree(json!({"a": 1})), true), None);
        assert_eq!(views.known(Group::Players).map(|known| known.tick), Some(1));
        let change = views.refresh(Group::Players, 3, tree(json!({"a": 2})), true);
        assert_eq!(change, Some(Change { base: 1, patch: Arc::new(tree(json!({"a": 2}))) }));
        assert_eq!(views.known(Group::Players).map(|known| known.tick), Some(3));
        assert_eq!(views.known(Group::Host), None);
    }

    #[test]
    fn without_deltas_nothing_is_compared() {
        let mut views = Views::default();
        assert_eq!(views.refresh(Group::Host, 1, tree(json!({"a": 1})), false), None);
        assert_eq!(views.refresh(Group::Host, 2, tree(json!({"a": 2})), false), None);
        assert_eq!(views.known(Group::Host).map(|known| known.tick), Some(2));
        views.forget(Group::Host);
        assert_eq!(views.known(Group::Host), None);
    }
}
