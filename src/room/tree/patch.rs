//! What turns one tree into another, as an RFC 7396 merge patch.
//!
//! Walks along both rows at once; as members mostly stay where they are, names are looked up only from the first on
//! that does not.

use std::collections::HashMap;

use super::read::Name;
use super::{Extent, Node, Span, Tree, split};

/// A subtree: the tree whose text it has, and its row.
type Part<'a> = (&'a Tree, &'a [Node]);

/// Writes what turns `old` into `new`. What of it the new one does not have; `None` if they are equal.
pub(super) fn write((old, was): Part<'_>, (new, is): Part<'_>, patch: &mut Tree) -> Option<Removed> {
    let mut patcher = Patcher { old, new, patch, removed: Removed::default() };
    patcher.change(was, is).then_some(patcher.removed)
}

/// What a patch says of members that are gone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Removed {
    pub(super) members: usize,
    /// Bytes of their names.
    pub(super) text: usize,
    /// Bytes of their names that JSON has to escape.
    pub(super) escaped: usize,
}

impl Removed {
    fn note(&mut self, name: &str) {
        self.members += 1;
        self.text += name.len();
        self.escaped += name.bytes().filter(|byte| *byte < b' ' || matches!(byte, b'"' | b'\\')).count();
    }
}

/// Whether two rows say the same in the same order.
pub(super) fn same((one, mut a): Part<'_>, (other, mut b): Part<'_>) -> bool {
    if a.len() != b.len() {
        return false;
    }
    while let (Some((x, rest_a)), Some((y, rest_b))) = (a.split_first(), b.split_first()) {
        if !same_node((one, x), (other, y)) {
            return false;
        }
        (a, b) = (rest_a, rest_b);
    }
    true
}

/// Whether two nodes are the same; of containers only, whether they contain as much.
#[inline]
fn same_node((one, a): (&Tree, &Node), (other, b): (&Tree, &Node)) -> bool {
    match (a, b) {
        (Node::Null, Node::Null) => true,
        (Node::Bool(a), Node::Bool(b)) => a == b,
        (Node::Int(a), Node::Int(b)) => a == b,
        (Node::UInt(a), Node::UInt(b)) => a == b,
        (Node::Float(a), Node::Float(b)) => a.to_bits() == b.to_bits(),
        (Node::List(a), Node::List(b)) | (Node::Map(a), Node::Map(b)) => a.items == b.items,
        (Node::Fixed(_) | Node::Own(_), Node::Fixed(_) | Node::Own(_)) => text_of(one, a) == text_of(other, b),
        _ => false,
    }
}

fn text_of<'a>(tree: &'a Tree, node: &Node) -> &'a str {
    match *node {
        Node::Fixed(text) => text,
        Node::Own(span) => tree.text(span),
        _ => "",
    }
}

/// Whether two members have the same name.
#[inline]
fn same_name((one, a): (&Tree, &Node), (other, b): (&Tree, &Node)) -> bool {
    match (a, b) {
        (Node::UInt(a), Node::UInt(b)) => a == b,
        // The same field of the same type.
        (Node::Fixed(a), Node::Fixed(b)) if std::ptr::eq(*a, *b) => true,
        _ => Name::of(one, *a) == Name::of(other, *b),
    }
}

struct Patcher<'a> {
    old: &'a Tree,
    new: &'a Tree,
    patch: &'a mut Tree,
    removed: Removed,
}

impl<'a> Patcher<'a> {
    /// Writes what turns one subtree into the other. Whether that is anything.
    fn change(&mut self, old: &'a [Node], new: &'a [Node]) -> bool {
        match (old.split_first(), new.split_first()) {
            (Some((Node::Map(_), old)), Some((Node::Map(_), new))) => self.members(old, new),
            _ if same((self.old, old), (self.new, new)) => false,
            _ => {
                self.copy(new);
                true
            }
        }
    }

    fn members(&mut self, mut old: &'a [Node], mut new: &'a [Node]) -> bool {
        let mark = self.patch.mark();
        self.patch.nodes.push(Node::Null);
        let mut items = 0;
        while let ([before, was, old_rest @ ..], [after, is, new_rest @ ..]) = (old, new)
            && same_name((self.old, before), (self.new, after))
        {
            // Most members are no containers.
            if was.span() == 1 && is.span() == 1 {
                items += u32::from(self.leaf(after, was, is));
                (old, new) = (old_rest, new_rest);
            } else {
                let ((was, old_rest), (is, new_rest)) = (split(&old[1..]), split(&new[1..]));
                items += u32::from(self.member(after, was, is));
                (old, new) = (old_rest, new_rest);
            }
        }
        if !old.is_empty() || !new.is_empty() {
            items += self.moved(old, new);
        }
        if items == 0 {
            self.patch.cut(mark);
            return false;
        }
        let nodes = self.patch.nodes.len() - mark.nodes;
        if let Some(head) = self.patch.nodes.get_mut(mark.nodes) {
            // A patch has no more nodes than both trees, whose builder has counted theirs.
            *head = Node::Map(Extent { items, nodes: u32::try_from(nodes).unwrap_or(u32::MAX) });
        }
        true
    }

    /// The change of a member that contains nothing, neither before nor after.
    #[inline]
    fn leaf(&mut self, name: &Node, was: &Node, is: &Node) -> bool {
        let changed = !same_node((self.old, was), (self.new, is));
        if changed {
            self.push(name);
            self.push(is);
        }
        changed
    }

    /// The change of the member of this name, if there is one.
    fn member(&mut self, name: &Node, was: &'a [Node], is: &'a [Node]) -> bool {
        let mark = self.patch.mark();
        self.push(name);
        let changed = self.change(was, is);
        if !changed {
            self.patch.cut(mark);
        }
        changed
    }

    /// The changes of members that do not stand where they stood. How many there are.
    fn moved(&mut self, mut old: &'a [Node], mut new: &'a [Node]) -> u32 {
        let mut left = HashMap::new();
        let mut order = Vec::new();
        while let Some((&name, rest)) = old.split_first() {
            let (was, rest) = split(rest);
            let text: Box<str> = Name::of(self.old, name).with(|name| name.into());
            order.push(text.clone());
            left.insert(text, was);
            old = rest;
        }
        let mut items = 0;
        while let Some((name, rest)) = new.split_first() {
            let (is, rest) = split(rest);
            new = rest;
            let was = Name::of(self.new, *name).with(|name| left.remove(name));
            let changed = match was {
                Some(was) => self.member(name, was, is),
                None => {
                    self.push(name);
                    self.copy(is);
                    true
                }
            };
            items += u32::from(changed);
        }
        for gone in order.iter().filter(|name| left.contains_key(*name)) {
            self.removed.note(gone);
            let name = self.patch.own(gone);
            self.patch.nodes.extend([name, Node::Null]);
            items += 1;
        }
        items
    }

    /// A node of the new tree.
    #[inline]
    fn push(&mut self, node: &Node) {
        let node = if let Node::Own(span) = *node { self.patch.own(self.new.text(span)) } else { *node };
        self.patch.nodes.push(node);
    }

    /// A subtree of the new tree.
    fn copy(&mut self, row: &'a [Node]) {
        for node in row {
            self.push(node);
        }
    }
}

impl Tree {
    /// A node of this text, which is added to the tree's own.
    #[inline(never)]
    pub(super) fn own(&mut self, text: &str) -> Node {
        // The builder lets no tree's text grow past this, and a patch's is no longer than both its trees'.
        let size = |size: usize| u32::try_from(size).unwrap_or(u32::MAX);
        let span = Span { start: size(self.text.len()), length: size(text.len()) };
        self.text.push_str(text);
        Node::Own(span)
    }
}
