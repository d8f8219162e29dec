//! A view as this folder sees it: the only place that knows how views are kept.
//!
//! Compares and writes nothing.

use crate::room::Tree;

/// One value of a view.
#[derive(Clone, Copy, Debug)]
pub(super) enum Node<'a> {
    Null,
    Bool(bool),
    Int(i64),
    UInt(u64),
    Float(f64),
    Text(&'a str),
    List(List<'a>),
    Map(Map<'a>),
}

/// The elements of a list.
#[derive(Clone, Copy, Debug)]
pub(super) struct List<'a>(&'a [Tree]);

/// The members of a map, each name once.
#[derive(Clone, Copy, Debug)]
pub(super) struct Map<'a>(&'a [(crate::room::Text, Tree)]);

impl<'a> Node<'a> {
    pub(super) fn of(tree: &'a Tree) -> Self {
        match tree {
            Tree::Null => Self::Null,
            Tree::Bool(value) => Self::Bool(*value),
            Tree::Int(value) => Self::Int(*value),
            Tree::UInt(value) => Self::UInt(*value),
            Tree::Float(value) => Self::Float(*value),
            Tree::Text(text) => Self::Text(text.as_str()),
            Tree::List(elements) => Self::List(List(elements)),
            Tree::Map(members) => Self::Map(Map(members)),
        }
    }
}

impl<'a> List<'a> {
    pub(super) const fn len(self) -> usize {
        self.0.len()
    }

    pub(super) fn iter(self) -> impl Iterator<Item = Node<'a>> {
        self.0.iter().map(Node::of)
    }
}

impl<'a> Map<'a> {
    pub(super) const fn len(self) -> usize {
        self.0.len()
    }

    pub(super) fn iter(self) -> impl Iterator<Item = (&'a str, Node<'a>)> {
        self.0.iter().map(|(name, member)| (name.as_str(), Node::of(member)))
    }
}
