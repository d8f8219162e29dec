//! What changed between two views, as far as it matters how it is written.
//!
//! Writes nothing.

use std::collections::HashMap;

use super::node::{List, Map, Name, Node};
use super::number::LIMIT;

/// What became of a value that was there before.
#[derive(Debug)]
pub(super) enum Change<'a> {
    /// It is another.
    Set(Node<'a>),
    /// It is a whole number, and was one.
    Whole(i64, i64),
    /// It is a number with decimals, and was one.
    Decimal(f64, f64),
    /// It is a map and was one: members that changed or came, or went (`None`).
    Members(Vec<(Name<'a>, Option<Self>)>),
    /// It is a list and was one: how long it was and is, and elements that changed or came.
    Elements { before: usize, after: usize, changes: Vec<(usize, Self)> },
}

/// What turns one into the other; `None` if they are the same.
pub(super) fn change<'a>(old: Node<'a>, new: Node<'a>) -> Option<Change<'a>> {
    let same = match (old, new) {
        (Node::Map(old), Node::Map(new)) => return members(old, new),
        (Node::List(old), Node::List(new)) => return elements(old, new),
        (Node::Float(old), Node::Float(new)) => {
            return (old.to_bits() != new.to_bits()).then_some(Change::Decimal(old, new));
        }
        (Node::Int(old), Node::Int(new)) => old == new,
        (Node::UInt(old), Node::UInt(new)) => old == new,
        (Node::Text(old), Node::Text(new)) => old == new,
        (Node::Bool(old), Node::Bool(new)) => old == new,
        (Node::Null, Node::Null) => true,
        _ => false,
    };
    if same {
        return None;
    }
    Some(match (whole(old), whole(new)) {
        (Some(old), Some(new)) => Change::Whole(old, new),
        _ => Change::Set(new),
    })
}

/// A whole number whose difference to another can be said.
fn whole(node: Node<'_>) -> Option<i64> {
    let value = match node {
        Node::Int(value) => value,
        Node::UInt(value) => i64::try_from(value).ok()?,
        Node::Null | Node::Bool(_) | Node::Float(_) | Node::Text(_) | Node::List(_) | Node::Map(_) => return None,
    };
    (-LIMIT..=LIMIT).contains(&value).then_some(value)
}

/// Members mostly stay where they are: names are looked up only from the first on that does not.
fn members<'a>(before: Map<'a>, after: Map<'a>) -> Option<Change<'a>> {
    let mut changes = Vec::new();
    let (mut old, mut new) = (before, after);
    let mut same = 0;
    while let (Some((name, was)), Some((other, is))) = (old.next(), new.next())
        && name == other
    {
        same += 1;
        if let Some(change) = change(was, is) {
            changes.push((name, Some(change)));
        }
    }
    if same < before.len() || same < after.len() {
        moved(before, after, same, &mut changes);
    }
    (!changes.is_empty()).then_some(Change::Members(changes))
}

fn moved<'a>(before: Map<'a>, after: Map<'a>, same: usize, changes: &mut Vec<(Name<'a>, Option<Change<'a>>)>) {
    let mut left: HashMap<Name<'_>, Node<'_>> = before.skip(same).collect();
    for (name, new) in after.skip(same) {
        let change = match left.remove(&name) {
            Some(old) => change(old, new),
            None => Some(Change::Set(new)),
        };
        changes.extend(change.map(|change| (name, Some(change))));
    }
    let gone = before.skip(same).filter(|(name, _)| left.contains_key(name));
    changes.extend(gone.map(|(name, _)| (name, None)));
}

fn elements<'a>(old: List<'a>, new: List<'a>) -> Option<Change<'a>> {
    let (before, after) = (old.len(), new.len());
    let mut changes = Vec::new();
    for (index, (old, new)) in old.zip(new).enumerate() {
        changes.extend(change(old, new).map(|change| (index, change)));
    }
    changes.extend(new.enumerate().skip(before).map(|(index, new)| (index, Change::Set(new))));
    (before != after || !changes.is_empty()).then_some(Change::Elements { before, after, changes })
}

/// The number that this name is, without leading zeros.
pub(super) fn key(name: Name<'_>) -> Option<u32> {
    let name = match name {
        Name::Number(number) => return u32::try_from(number).ok(),
        Name::Text(name) => name,
    };
    let plain = match name.as_bytes() {
        [b'0'] => true,
        [b'1'..=b'9', rest @ ..] => rest.len() < 10 && rest.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    if plain { name.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_a_key_if_it_fits() {
        assert_eq!([7, 1 << 32].map(Name::Number).map(key), [Some(7), None]);
    }

    #[test]
    fn keys_are_numbers_as_they_are_written() {
        assert_eq!(["0", "7", "4294967295"].map(Name::Text).map(key), [Some(0), Some(7), Some(u32::MAX)]);
        for name in ["", "00", "07", "-1", "+1", "1.0", "4294967296", "99999999999999999999", "x"] {
            assert_eq!(key(Name::Text(name)), None, "{name}");
        }
    }
}
