//! A view as a tree: JSON's data model, made to be compared and written at every tick.
//!
//! Parses nothing. Members stand in a row, in the order in which they were said; their names are seldom copied.

mod build;

use std::collections::HashMap;
use std::sync::Arc;

use serde::Serialize;
use serde::ser::{SerializeMap as _, Serializer};

/// A view, or what changed of it.
#[derive(Clone, Debug, PartialEq)]
pub enum Tree {
    /// In a patch: removed. A view has it only as an element of a list.
    Null,
    /// A boolean.
    Bool(bool),
    /// An integer below zero.
    Int(i64),
    /// An integer from zero on.
    UInt(u64),
    /// A finite number.
    Float(f64),
    /// Text.
    Text(Text),
    /// Elements: a patch holds them whole.
    List(Vec<Self>),
    /// Members, each name once.
    Map(Vec<(Text, Self)>),
}

/// Text that costs nothing to copy.
#[derive(Clone, Debug)]
pub enum Text {
    /// A field's or a variant's name.
    Fixed(&'static str),
    /// Any other.
    Own(Arc<str>),
}

impl Text {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Fixed(text) => text,
            Self::Own(text) => text,
        }
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Tree {
    /// What `said` serializes to, without members that are null. A number that is not finite is null, as in JSON.
    ///
    /// # Errors
    /// It has no form in JSON, such as a map whose keys are not text or numbers.
    pub fn of(said: &(impl Serialize + ?Sized)) -> serde_json::Result<Self> {
        build::build(said)
    }

    /// What turns this view into `new`, as an RFC 7396 merge patch; `None` if they are equal.
    ///
    /// ```
    /// use parlor::room::Tree;
    /// use serde_json::json;
    ///
    /// let old = Tree::of(&json!({"a": 1, "b": {"c": 2}, "d": 3}))?;
    /// let new = Tree::of(&json!({"a": 1, "b": {"c": 4}}))?;
    /// let patch = old.patch_to(&new).map(|patch| serde_json::to_value(patch));
    /// assert_eq!(patch.transpose()?, Some(json!({"b": {"c": 4}, "d": null})));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn patch_to(&self, new: &Self) -> Option<Self> {
        match (self, new) {
            (Self::Map(before), Self::Map(after)) => members(before, after),
            _ => (self != new).then(|| new.clone()),
        }
    }
}

/// Members mostly stay where they are: names are looked up only from the first on that does not.
fn members(before: &[(Text, Tree)], after: &[(Text, Tree)]) -> Option<Tree> {
    let mut patch = Vec::new();
    let mut same = 0;
    for ((_, old), (name, new)) in before.iter().zip(after).take_while(|((before, _), (after, _))| before == after) {
        same += 1;
        patch.extend(old.patch_to(new).map(|change| (name.clone(), change)));
    }
    let (before, after) = (before.get(same..).unwrap_or_default(), after.get(same..).unwrap_or_default());
    if !before.is_empty() || !after.is_empty() {
        moved(before, after, &mut patch);
    }
    (!patch.is_empty()).then_some(Tree::Map(patch))
}

fn moved(before: &[(Text, Tree)], after: &[(Text, Tree)], patch: &mut Vec<(Text, Tree)>) {
    let mut left: HashMap<&str, &Tree> = before.iter().map(|(name, old)| (name.as_str(), old)).collect();
    for (name, new) in after {
        let change = match left.remove(name.as_str()) {
            Some(old) => old.patch_to(new),
            None => Some(new.clone()),
        };
        patch.extend(change.map(|change| (name.clone(), change)));
    }
    let gone = before.iter().filter(|(name, _)| left.contains_key(name.as_str()));
    patch.extend(gone.map(|(name, _)| (name.clone(), Tree::Null)));
}

impl Serialize for Tree {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Int(value) => serializer.serialize_i64(*value),
            Self::UInt(value) => serializer.serialize_u64(*value),
            Self::Float(value) => serializer.serialize_f64(*value),
            Self::Text(text) => serializer.serialize_str(text.as_str()),
            Self::List(elements) => serializer.collect_seq(elements),
            Self::Map(members) => {
                let mut map = serializer.serialize_map(Some(members.len()))?;
                for (name, member) in members {
                    map.serialize_entry(name.as_str(), member)?;
                }
                map.end()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::super::patch::{apply, strip_nulls, value};
    use super::*;

    fn tree(value: &Value) -> Tree {
        Tree::of(value).expect("JSON has a form in JSON")
    }

    fn json(tree: &Tree) -> Value {
        serde_json::to_value(tree).expect("a tree has a form in JSON")
    }

    fn patch(old: &Value, new: &Value) -> Option<Value> {
        tree(old).patch_to(&tree(new)).as_ref().map(json)
    }

    #[test]
    fn a_patch_says_only_what_changed() {
        let old = json!({"a": {"x": 1, "y": 2}, "b": [1, 2], "c": "gone"});
        let new = json!({"a": {"x": 1, "y": 3}, "b": [1, 2], "d": {}});
        assert_eq!(patch(&old, &new), Some(json!({"a": {"y": 3}, "c": null, "d": {}})));
        assert_eq!(patch(&old, &old), None);
        let (here, there) = (json!({"a": 1, "b": 2, "c": 3}), json!({"c": 3, "a": 1, "b": 2}));
        assert_eq!(patch(&here, &there), None, "the order says nothing");
    }

    proptest! {
        #[test]
        fn a_tree_says_what_json_says(mut value in value()) {
            let tree = tree(&value);
            strip_nulls(&mut value);
            prop_assert_eq!(json(&tree), value);
        }

        #[test]
        fn a_patch_applied_to_the_old_gives_the_new(mut old in value(), mut new in value()) {
            let patch = patch(&old, &new);
            strip_nulls(&mut old);
            strip_nulls(&mut new);
            match patch {
                Some(patch) => {
                    let mut client = old;
                    apply(&mut client, &patch);
                    prop_assert_eq!(client, new);
                }
                None => prop_assert_eq!(old, new),
            }
        }

        #[test]
        fn members_that_move_come_and_go_are_patched(
            old in prop::collection::vec(0..20_u8, 0..20), new in prop::collection::vec((0..20_u8, 0..2_u8), 0..20),
        ) {
            let old: Value = old.into_iter().map(|name| (name.to_string(), json!(0))).collect();
            let new: Value = new.into_iter().map(|(name, value)| (name.to_string(), json!(value))).collect();
            let mut client = old.clone();
            if let Some(patch) = patch(&old, &new) {
                apply(&mut client, &patch);
            }
            prop_assert_eq!(client, new);
        }
    }
}
