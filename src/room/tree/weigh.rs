//! Which is shorter on the wire: a patch, or the whole view.
//!
//! Encodes neither: it counts what a patch leaves out, each part at its least, against what it says besides.

use super::patch::Removed;
use super::{Node, Tree};

/// Which event is surely no longer than the other, for both parsers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shorter {
    /// Neither is needed: nothing has changed.
    Nothing,
    /// The patch.
    Patch,
    /// The whole view, or it is so close that it makes no difference.
    Whole,
}

/// Compares a patch with the view it makes. All that it says of members that are there, it says as the view does.
pub(super) fn shorter(view: &Tree, patch: &Tree, removed: Removed, base: u64) -> Shorter {
    let nodes = (view.len() + 2 * removed.members).saturating_sub(patch.len());
    let (json, msgpack) = (in_json(removed, base), in_msgpack(removed, base));
    // A part of JSON comes with a comma or a colon.
    if nodes >= msgpack && 2 * nodes >= json {
        return Shorter::Patch;
    }
    let text = (text(view) + removed.text).saturating_sub(text(patch));
    if nodes + text >= msgpack && 2 * nodes + text >= json { Shorter::Patch } else { Shorter::Whole }
}

/// The most bytes of JSON that `"base":1,` and each `"name":null,` take.
fn in_json(removed: Removed, base: u64) -> usize {
    let digits = base.checked_ilog10().unwrap_or(0) as usize + 1;
    // A control character is six bytes: five more than one.
    8 + digits + 8 * removed.members + removed.text + 5 * removed.escaped
}

/// The most bytes of msgpack that the base and each removed member take: its name behind five bytes, and a map that is
/// announced in four more.
fn in_msgpack(removed: Removed, base: u64) -> usize {
    let number = match base {
        0..0x80 => 1,
        0x80..0x100 => 2,
        0x100..0x1_0000 => 3,
        0x1_0000..0x1_0000_0000 => 5,
        _ => 9,
    };
    5 + number + 10 * removed.members + removed.text
}

/// The bytes of all texts that are not the names of types and fields.
fn text(tree: &Tree) -> usize {
    let own = |node: &Node| if let Node::Own(span) = node { span.length as usize } else { 0 };
    tree.row().iter().map(own).sum()
}
