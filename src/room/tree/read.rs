//! Looking at a tree: its root, and from each container on what it contains.
//!
//! Changes nothing and copies no text.

use std::fmt;
use std::hash::{Hash, Hasher};

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use super::{Node, Tree, split};

/// A tree or a part of one.
#[derive(Clone, Copy, Debug)]
pub enum Branch<'a> {
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
    Text(&'a str),
    /// Elements: a patch holds them whole.
    List(Elements<'a>),
    /// Members, each name once.
    Map(Members<'a>),
}

/// The name of a member.
#[derive(Clone, Copy, Debug, Eq)]
pub enum Name<'a> {
    /// As the view's author wrote it.
    Text(&'a str),
    /// A number, such as a seat's. In JSON it is text, too.
    Number(u64),
}

/// The elements of a list.
#[derive(Clone, Copy)]
pub struct Elements<'a> {
    tree: &'a Tree,
    left: usize,
    row: &'a [Node],
}

/// The members of a map.
#[derive(Clone, Copy)]
pub struct Members<'a>(Elements<'a>);

impl<'a> Branch<'a> {
    /// The first subtree of this row, which is left at the second.
    #[inline]
    pub(super) fn first(tree: &'a Tree, row: &mut &'a [Node]) -> Self {
        let (subtree, rest) = split(row);
        *row = rest;
        let Some((&node, row)) = subtree.split_first() else { return Self::Null };
        match node {
            Node::Null => Self::Null,
            Node::Bool(value) => Self::Bool(value),
            Node::Int(value) => Self::Int(value),
            Node::UInt(value) => Self::UInt(value),
            Node::Float(value) => Self::Float(value),
            Node::Fixed(text) => Self::Text(text),
            Node::Own(span) => Self::Text(tree.text(span)),
            Node::List(extent) => Self::List(Elements { tree, left: extent.items as usize, row }),
            Node::Map(extent) => Self::Map(Members(Elements { tree, left: extent.items as usize, row })),
        }
    }
}

impl<'a> Name<'a> {
    pub(super) fn of(tree: &'a Tree, node: Node) -> Self {
        match node {
            Node::Fixed(text) => Self::Text(text),
            Node::Own(span) => Self::Text(tree.text(span)),
            Node::UInt(number) => Self::Number(number),
            // The builder makes no other names.
            Node::Null | Node::Bool(_) | Node::Int(_) | Node::Float(_) | Node::List(_) | Node::Map(_) => Self::Text(""),
        }
    }

    /// Calls `read` with it as text.
    pub fn with<T>(self, read: impl FnOnce(&str) -> T) -> T {
        match self {
            Self::Text(text) => read(text),
            Self::Number(number) => read(itoa::Buffer::new().format(number)),
        }
    }
}

/// By what it is as text.
impl PartialEq for Name<'_> {
    fn eq(&self, other: &Self) -> bool {
        match (*self, *other) {
            (Self::Text(a), Self::Text(b)) => a == b,
            (Self::Number(a), Self::Number(b)) => a == b,
            (Self::Text(text), number) | (number, Self::Text(text)) => number.with(|number| number == text),
        }
    }
}

impl Hash for Name<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.with(|name| name.hash(state));
    }
}

impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.with(|name| f.write_str(name))
    }
}

impl fmt::Debug for Elements<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(*self).finish()
    }
}

impl fmt::Debug for Members<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(*self).finish()
    }
}

impl<'a> Iterator for Elements<'a> {
    type Item = Branch<'a>;

    #[inline]
    fn next(&mut self) -> Option<Branch<'a>> {
        self.left = self.left.checked_sub(1)?;
        Some(Branch::first(self.tree, &mut self.row))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl ExactSizeIterator for Elements<'_> {}

impl<'a> Iterator for Members<'a> {
    type Item = (Name<'a>, Branch<'a>);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        self.0.left = self.0.left.checked_sub(1)?;
        let (&name, row) = self.0.row.split_first()?;
        self.0.row = row;
        Some((Name::of(self.0.tree, name), Branch::first(self.0.tree, &mut self.0.row)))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl ExactSizeIterator for Members<'_> {}

impl Serialize for Branch<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match *self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(value),
            Self::Int(value) => serializer.serialize_i64(value),
            Self::UInt(value) => serializer.serialize_u64(value),
            Self::Float(value) => serializer.serialize_f64(value),
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(elements) => {
                let mut list = serializer.serialize_seq(Some(elements.len()))?;
                for element in elements {
                    list.serialize_element(&element)?;
                }
                list.end()
            }
            Self::Map(members) => {
                let mut map = serializer.serialize_map(Some(members.len()))?;
                for (name, member) in members {
                    map.serialize_entry(&name, &member)?;
                }
                map.end()
            }
        }
    }
}

impl Serialize for Name<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.with(|name| serializer.serialize_str(name))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn a_branch_leads_to_all_that_is_in_it() {
        let said = BTreeMap::from([(3_u32, vec![Some("x"), None]), (70_000, vec![])]);
        let tree = Tree::of(&said).expect("it has a form in JSON");
        let Branch::Map(mut members) = tree.root() else { panic!("a map") };
        assert_eq!(members.len(), 2);
        let Some((Name::Number(3), Branch::List(mut list))) = members.next() else { panic!("a list under 3") };
        assert!(matches!((list.next(), list.next(), list.next()), (Some(Branch::Text("x")), Some(Branch::Null), None)));
        assert!(matches!(members.next(), Some((Name::Number(70_000), Branch::List(list))) if list.len() == 0));
        assert!(members.next().is_none());
    }
}
