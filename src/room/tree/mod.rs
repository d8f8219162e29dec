//! A view as a tree: JSON's data model, made to be compared and written at every tick.
//!
//! Parses nothing. All of a tree lies in one row of nodes, a container before what it contains, so that building,
//! comparing and writing it are walks along that row, and a tree that is made again takes no memory anew.

mod build;
mod json;
mod patch;
mod read;
mod weigh;

use serde::Serialize;
use serde::ser::Serializer;

pub use self::read::{Branch, Elements, Members, Name};
pub(crate) use self::weigh::Shorter;

/// A view, or what changed of it. Empty, it is `null`.
#[derive(Clone, Default)]
pub struct Tree {
    nodes: Vec<Node>,
    /// What [`Node::Own`] points into.
    text: String,
}

/// One node. A map is followed by its members, each a name and a value; a list by its elements.
#[derive(Clone, Copy, Debug)]
enum Node {
    /// In a patch: removed. A view has it only as an element of a list.
    Null,
    Bool(bool),
    /// Below zero.
    Int(i64),
    UInt(u64),
    /// Finite.
    Float(f64),
    /// A field's or a variant's name.
    Fixed(&'static str),
    /// Any other text.
    Own(Span),
    List(Extent),
    Map(Extent),
}

/// A part of a tree's text.
#[derive(Clone, Copy, Debug)]
struct Span {
    start: u32,
    length: u32,
}

/// How much a container contains.
#[derive(Clone, Copy, Debug)]
struct Extent {
    /// Elements or members.
    items: u32,
    /// Nodes, its own among them.
    nodes: u32,
}

/// What a node is in JSON, commas and quotes included: most are numbers of few digits and names of few letters.
const NODE_BYTES: usize = 5;

/// Less than this is not worth giving back.
const SPARE: usize = 16;

/// A place up to which a tree can be cut back.
#[derive(Clone, Copy, Debug)]
struct Mark {
    nodes: usize,
    text: usize,
}

impl Tree {
    /// What `said` serializes to, without members that are null. A number that is not finite is null, as in JSON.
    ///
    /// # Errors
    /// It has no form in JSON, such as a map whose keys are not text or numbers.
    pub fn of(said: &(impl Serialize + ?Sized)) -> serde_json::Result<Self> {
        let mut tree = Self::default();
        tree.rebuild(said)?;
        Ok(tree)
    }

    /// Becomes what `said` serializes to, as [`Self::of`] does, in the memory that it has.
    ///
    /// # Errors
    /// As of [`Self::of`]; then what is left of it means nothing.
    pub fn rebuild(&mut self, said: &(impl Serialize + ?Sized)) -> serde_json::Result<()> {
        self.cut(Mark { nodes: 0, text: 0 });
        build::build(self, said)?;
        self.fit();
        Ok(())
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
        let mut patch = Self::default();
        self.patch_into(new, &mut patch).then_some(patch)
    }

    /// [`Self::patch_to`], in the memory that `patch` has. Whether there is anything to patch.
    pub fn patch_into(&self, new: &Self, patch: &mut Self) -> bool {
        self.write_patch(new, patch).is_some()
    }

    /// [`Self::patch_into`], for an event that tells either the patch from this view, of the tick `base`, or the new view:
    /// which of the two is shorter, in JSON and in msgpack.
    pub(crate) fn patch_or_whole(&self, new: &Self, base: u64, patch: &mut Self) -> Shorter {
        match self.write_patch(new, patch) {
            None => Shorter::Nothing,
            Some(removed) => weigh::shorter(new, patch, removed, base),
        }
    }

    fn write_patch(&self, new: &Self, patch: &mut Self) -> Option<patch::Removed> {
        patch.cut(Mark { nodes: 0, text: 0 });
        patch::write((self, self.row()), (new, new.row()), patch)
    }

    /// How many nodes it has: names and values.
    pub(crate) fn len(&self) -> usize {
        self.row().len()
    }

    /// Appends it as JSON.
    pub fn write_json(&self, out: &mut Vec<u8>) {
        json::write(self, out);
    }

    /// About how many bytes [`Self::write_json`] appends; seldom fewer.
    #[must_use]
    pub fn size_hint(&self) -> usize {
        NODE_BYTES * self.nodes.len() + self.text.len()
    }

    /// It, to be looked at.
    #[must_use]
    pub fn root(&self) -> Branch<'_> {
        Branch::first(self, &mut self.row())
    }

    fn row(&self) -> &[Node] {
        if self.nodes.is_empty() { &[Node::Null] } else { &self.nodes }
    }

    /// Gives back memory that this view does not need, but for a little that the next one may: there are three trees for each
    /// group of each room.
    fn fit(&mut self) {
        let spare = |length: usize| length + length / 8;
        if self.nodes.capacity() > spare(self.nodes.len()) + SPARE {
            self.nodes.shrink_to(spare(self.nodes.len()));
        }
        if self.text.capacity() > spare(self.text.len()) + SPARE {
            self.text.shrink_to(spare(self.text.len()));
        }
    }

    fn mark(&self) -> Mark {
        Mark { nodes: self.nodes.len(), text: self.text.len() }
    }

    fn cut(&mut self, mark: Mark) {
        self.nodes.truncate(mark.nodes);
        self.text.truncate(mark.text);
    }

    fn text(&self, span: Span) -> &str {
        let (start, length) = (span.start as usize, span.length as usize);
        self.text.get(start..start + length).unwrap_or_default()
    }
}

impl Node {
    /// How many nodes the subtree has of which this is the first.
    #[inline]
    const fn span(&self) -> usize {
        match *self {
            Self::List(extent) | Self::Map(extent) => extent.nodes as usize,
            _ => 1,
        }
    }
}

/// The first subtree of this row, and what follows it.
#[inline]
fn split(row: &[Node]) -> (&[Node], &[Node]) {
    let length = row.first().map_or(0, Node::span);
    row.split_at_checked(length).unwrap_or((row, &[]))
}

impl PartialEq for Tree {
    fn eq(&self, other: &Self) -> bool {
        patch::same((self, self.row()), (other, other.row()))
    }
}

impl std::fmt::Debug for Tree {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut json = Vec::new();
        self.write_json(&mut json);
        f.write_str(&String::from_utf8_lossy(&json))
    }
}

impl Serialize for Tree {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.root().serialize(serializer)
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

    #[test]
    fn a_tree_made_again_keeps_nothing_of_what_it_was() {
        let mut tree = tree(&json!({"name": "x".repeat(1_000), "list": vec![1; 1_000]}));
        tree.rebuild(&json!({"name": "short"})).expect("JSON has a form in JSON");
        assert_eq!(json(&tree), json!({"name": "short"}));
        assert!(tree.nodes.capacity() <= 3 + SPARE && tree.text.capacity() <= 9 + SPARE, "a long one's memory is kept");
        assert_eq!(format!("{:?}", Tree::default()), "null");
        assert_eq!(Tree::default(), Tree::of(&()).expect("null has a form in JSON"));
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
