//! The views of a room's groups as their viewers know them, and the deltas between.
//!
//! Encodes nothing, and holds nothing for a group without viewers.

use std::sync::Arc;

use super::Tree;
use parlor_games::contract::{Group, Tick};
use serde::Serialize;

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
    groups: PerGroup<Slot>,
}

/// What one group knows, and the memory in which its next view and patch are made: nothing else holds on to them once a
/// tick is sent, so that ticks take no memory.
#[derive(Debug, Default)]
struct Slot {
    known: Option<Known>,
    next: Arc<Tree>,
    patch: Arc<Tree>,
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
        self.groups.of(group).known.as_ref()
    }

    /// Makes `view` what the group knows from `tick` on. With `deltas`, says what changed; a view that has not changed
    /// keeps its tick, so that every viewer who follows by deltas is at the same one.
    ///
    /// # Errors
    /// The view has no form in JSON.
    pub(crate) fn refresh(
        &mut self,
        group: Group,
        tick: Tick,
        view: &impl Serialize,
        deltas: bool,
    ) -> serde_json::Result<Option<Change>> {
        let Slot { known, next, patch } = self.groups.of_mut(group);
        let new = own(next);
        new.rebuild(view)?;
        let Some(known) = known else {
            *known = Some(Known { tick, value: std::mem::take(next) });
            return Ok(None);
        };
        let mut change = None;
        if deltas {
            if !known.value.patch_into(new, own(patch)) {
                return Ok(None);
            }
            change = Some(Change { base: known.tick, patch: Arc::clone(patch) });
        }
        known.tick = tick;
        std::mem::swap(&mut known.value, next);
        Ok(change)
    }

    /// The group has no viewers.
    pub(crate) fn forget(&mut self, group: Group) {
        *self.groups.of_mut(group) = Slot::default();
    }
}

/// The tree to write into: another one if somebody still holds it.
pub(super) fn own(tree: &mut Arc<Tree>) -> &mut Tree {
    if Arc::get_mut(tree).is_none() {
        *tree = Arc::default();
    }
    Arc::make_mut(tree)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn tree(value: &Value) -> Tree {
        Tree::of(value).expect("JSON has a form in JSON")
    }

    fn refresh(views: &mut Views, group: Group, tick: Tick, view: &Value, deltas: bool) -> Option<Change> {
        views.refresh(group, tick, view, deltas).expect("JSON has a form in JSON")
    }

    #[test]
    fn what_has_not_changed_keeps_its_tick() {
        let mut views = Views::default();
        assert_eq!(refresh(&mut views, Group::Players, 1, &json!({"a": 1}), true), None);
        assert_eq!(refresh(&mut views, Group::Players, 2, &json!({"a": 1}), true), None);
        assert_eq!(views.known(Group::Players).map(|known| known.tick), Some(1));
        let change = refresh(&mut views, Group::Players, 3, &json!({"a": 2}), true);
        assert_eq!(change, Some(Change { base: 1, patch: Arc::new(tree(&json!({"a": 2}))) }));
        assert_eq!(views.known(Group::Players).map(|known| known.tick), Some(3));
        assert_eq!(views.known(Group::Host), None);
    }

    #[test]
    fn what_somebody_still_holds_is_not_written_over() {
        let mut views = Views::default();
        refresh(&mut views, Group::Players, 1, &json!({"a": 1}), true);
        let held = views.known(Group::Players).cloned();
        let change = refresh(&mut views, Group::Players, 2, &json!({"a": 2}), true);
        for tick in 3..6 {
            refresh(&mut views, Group::Players, tick, &json!({"a": tick}), true);
        }
        assert_eq!(held, Some(Known { tick: 1, value: Arc::new(tree(&json!({"a": 1}))) }));
        assert_eq!(change, Some(Change { base: 1, patch: Arc::new(tree(&json!({"a": 2}))) }));
    }

    #[test]
    fn without_deltas_nothing_is_compared() {
        let mut views = Views::default();
        assert_eq!(refresh(&mut views, Group::Host, 1, &json!({"a": 1}), false), None);
        assert_eq!(refresh(&mut views, Group::Host, 2, &json!({"a": 2}), false), None);
        assert_eq!(views.known(Group::Host).map(|known| known.tick), Some(2));
        views.forget(Group::Host);
        assert_eq!(views.known(Group::Host), None);
    }
}
