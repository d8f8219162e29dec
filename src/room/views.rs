//! The views of a room's groups as their viewers know them, and the deltas between.
//!
//! Encodes nothing, and holds nothing for a group without viewers.

use std::sync::Arc;

use parlor_games::contract::{Group, Tick};
use serde::Serialize;

use super::packed::{Encoder, Keyframe};
use super::{Shorter, Tree};

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

/// In which ways a group is followed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Followed {
    /// By merge patches, from a state that is known.
    pub(crate) by_deltas: bool,
    /// By packed deltas, from a state that is known.
    pub(crate) by_packed: bool,
    /// Packed, be it from here on.
    pub(crate) packed: bool,
}

/// What has become of a group's view.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Turn {
    /// Those who follow have to be told: of the whole, where nothing shorter is here.
    pub(crate) moved: bool,
    /// For those who follow by merge patches.
    pub(crate) change: Option<Change>,
    /// For those who follow packed.
    pub(crate) packed: Option<Vec<u8>>,
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
    /// Of those who are told packed, if there are any.
    encoder: Option<Encoder>,
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

    /// Makes `view` what the group knows from `tick` on, and says what changed, for those who follow; a view that has not
    /// changed keeps its tick, so that every viewer who follows is at the same one.
    ///
    /// # Errors
    /// The view has no form in JSON.
    pub(crate) fn refresh(
        &mut self,
        group: Group,
        tick: Tick,
        view: &impl Serialize,
        followed: Followed,
    ) -> serde_json::Result<Turn> {
        let slot = self.groups.of_mut(group);
        own(&mut slot.next).rebuild(view)?;
        let turn = slot.turn(tick, followed);
        match &slot.known {
            Some(known) if followed.packed => {
                slot.encoder.get_or_insert_with(|| Encoder::new(&known.value));
            }
            Some(_) | None => slot.encoder = None,
        }
        Ok(turn)
    }

    /// The group's view, for those who are told packed and have nothing to go on from. Nothing if there are none.
    pub(crate) fn keyframe(&self, group: Group, t: impl FnOnce(Tick) -> f64, hz: u16) -> Option<Keyframe> {
        let Slot { known: Some(known), encoder: Some(encoder), .. } = self.groups.of(group) else { return None };
        Some(encoder.keyframe(known.tick, t(known.tick), hz, Arc::clone(&known.value)))
    }

    /// The group has no viewers.
    pub(crate) fn forget(&mut self, group: Group) {
        *self.groups.of_mut(group) = Slot::default();
    }
}

impl Slot {
    /// The next view becomes the known one, unless it is seen to be the same.
    fn turn(&mut self, tick: Tick, followed: Followed) -> Turn {
        let Some(known) = &mut self.known else {
            self.known = Some(Known { tick, value: std::mem::take(&mut self.next) });
            return Turn::default();
        };
        let base = known.tick;
        let mut turn = Turn { moved: true, ..Turn::default() };
        if followed.by_deltas {
            match known.value.patch_or_whole(&self.next, base, own(&mut self.patch)) {
                Shorter::Nothing => return Turn::default(),
                Shorter::Patch => turn.change = Some(Change { base, patch: Arc::clone(&self.patch) }),
                Shorter::Whole => {}
            }
        }
        if let Some(encoder) = self.encoder.as_mut().filter(|_| followed.by_packed) {
            turn.packed = encoder.delta(base, tick, &known.value, &self.next);
            if turn.packed.is_none() && !followed.by_deltas {
                return Turn::default();
            }
        }
        known.tick = tick;
        std::mem::swap(&mut known.value, &mut self.next);
        turn
    }
}

/// The tree to write into: another one if somebody still holds it.
pub(super) fn own(tree: &mut Arc<Tree>) -> &mut Tree {
    // Those who hold it can only let go of it: nobody has a weak one.
    if Arc::strong_count(tree) > 1 {
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

    const DELTAS: Followed = Followed { by_deltas: true, by_packed: false, packed: false };
    const PACKED: Followed = Followed { by_deltas: false, by_packed: true, packed: true };

    fn refresh(views: &mut Views, group: Group, tick: Tick, view: &Value, followed: Followed) -> Turn {
        views.refresh(group, tick, view, followed).expect("JSON has a form in JSON")
    }

    /// A view with so much in it that what changes of it is less than the whole.
    fn view(a: u64) -> Value {
        json!({"a": a, "text": "what does not change is not said again"})
    }

    #[test]
    fn what_has_not_changed_keeps_its_tick() {
        for followed in [DELTAS, PACKED, Followed { by_deltas: true, ..PACKED }] {
            let mut views = Views::default();
            assert_eq!(refresh(&mut views, Group::Players, 1, &view(1), followed), Turn::default());
            assert_eq!(refresh(&mut views, Group::Players, 2, &view(1), followed), Turn::default());
            assert_eq!(views.known(Group::Players).map(|known| known.tick), Some(1));
            let turn = refresh(&mut views, Group::Players, 3, &view(2), followed);
            let change = Change { base: 1, patch: Arc::new(tree(&json!({"a": 2}))) };
            assert_eq!((turn.moved, turn.change), (true, followed.by_deltas.then_some(change)));
            assert_eq!(turn.packed.is_some(), followed.by_packed);
            assert_eq!(views.known(Group::Players).map(|known| known.tick), Some(3));
            assert_eq!(views.known(Group::Host), None);
        }
    }

    #[test]
    fn what_is_less_than_its_change_is_told_whole() {
        let mut views = Views::default();
        refresh(&mut views, Group::Players, 1, &view(1), DELTAS);
        let turn = refresh(&mut views, Group::Players, 2, &json!({"b": 1}), DELTAS);
        assert_eq!(turn, Turn { moved: true, change: None, packed: None });
    }

    #[test]
    fn an_order_that_only_a_merge_patch_sees_is_told_whole_to_those_who_are_told_packed() {
        let mut views = Views::default();
        let both = Followed { by_deltas: true, ..PACKED };
        refresh(&mut views, Group::Players, 1, &json!({"long": "x".repeat(40), "list": [{"a": 1, "b": 2}]}), both);
        let turned = json!({"long": "x".repeat(40), "list": [{"b": 2, "a": 1}]});
        let turn = refresh(&mut views, Group::Players, 2, &turned, both);
        assert_eq!((turn.moved, turn.change.is_some(), turn.packed), (true, true, None));
    }

    #[test]
    fn what_somebody_still_holds_is_not_written_over() {
        let mut views = Views::default();
        refresh(&mut views, Group::Players, 1, &view(1), DELTAS);
        let held = views.known(Group::Players).cloned();
        let turn = refresh(&mut views, Group::Players, 2, &view(2), DELTAS);
        for tick in 3..6 {
            refresh(&mut views, Group::Players, tick, &view(tick), DELTAS);
        }
        assert_eq!(held, Some(Known { tick: 1, value: Arc::new(tree(&view(1))) }));
        assert_eq!(turn.change, Some(Change { base: 1, patch: Arc::new(tree(&json!({"a": 2}))) }));
    }

    #[test]
    fn without_followers_nothing_is_compared() {
        let mut views = Views::default();
        let none = Followed::default();
        assert_eq!(refresh(&mut views, Group::Host, 1, &view(1), none), Turn::default());
        assert_eq!(refresh(&mut views, Group::Host, 2, &view(2), none).change, None);
        assert_eq!(views.known(Group::Host).map(|known| known.tick), Some(2));
        assert!(views.keyframe(Group::Host, |_| 0.0, 30).is_none(), "nobody is told packed");
        views.forget(Group::Host);
        assert_eq!(views.known(Group::Host), None);
    }
}
