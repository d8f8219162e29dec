//! A view as this folder sees it: the only place that knows how views are kept.
//!
//! Compares and writes nothing.

use crate::room::{Branch, Elements, MemberName, Members, Tree};

/// One value of a view.
pub(super) type Node<'a> = Branch<'a>;
/// The elements of a list.
pub(super) type List<'a> = Elements<'a>;
/// The members of a map, each name once.
pub(super) type Map<'a> = Members<'a>;
/// A member's name.
pub(super) type Name<'a> = MemberName<'a>;

/// The whole view.
pub(super) fn of(view: &Tree) -> Node<'_> {
    view.root()
}
