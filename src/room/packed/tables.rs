//! What both sides remember: names by number, and shapes, which are rows of names and of what becomes of each.
//!
//! Grows in the same order on both sides, up to its bounds, and forgets nothing until a keyframe replaces it.

use indexmap::IndexSet;

use super::node::Name;

/// The most names: 64 KiB a group. A game that makes up names without end costs no more; those beyond are written out
/// where they are used.
const MOST_NAMES: usize = 1_024;
/// The longest name that is remembered, in bytes.
const LONGEST_NAME: usize = 64;
/// The most shapes, and the most members of one: 32 KiB a group.
const MOST_SHAPES: usize = 256;
const MOST_MEMBERS: usize = 32;

/// A member of a shape: the number of its name, and what becomes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Field {
    pub(super) name: u16,
    pub(super) op: u8,
}

/// The tables of a group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Tables {
    names: IndexSet<Box<str>>,
    shapes: IndexSet<Box<[Field]>>,
}

impl Tables {
    pub(super) fn names(&self) -> impl ExactSizeIterator<Item = &str> {
        self.names.iter().map(|name| &**name)
    }

    pub(super) fn shapes(&self) -> impl ExactSizeIterator<Item = &[Field]> {
        self.shapes.iter().map(|shape| &**shape)
    }

    pub(super) fn name(&self, number: u64) -> Option<&str> {
        self.names.get_index(usize::try_from(number).ok()?).map(|name| &**name)
    }

    pub(super) fn shape(&self, number: u64) -> Option<&[Field]> {
        self.shapes.get_index(usize::try_from(number).ok()?).map(|shape| &**shape)
    }

    pub(super) fn number_of(&self, name: &str) -> Option<u16> {
        self.names.get_index_of(name).and_then(|number| u16::try_from(number).ok())
    }

    pub(super) fn number_of_shape(&self, shape: &[Field]) -> Option<u64> {
        self.shapes.get_index_of(shape).map(|number| number as u64)
    }

    /// Whether [`Self::keep_name`] takes a name like this.
    pub(super) fn takes_name(&self, name: &str) -> bool {
        name.len() <= LONGEST_NAME && self.names.len() < MOST_NAMES
    }

    /// Remembers a name. Its number; `None` if it is known already, or the table does not take it.
    pub(super) fn keep_name(&mut self, name: &str) -> Option<u16> {
        if !self.takes_name(name) {
            return None;
        }
        let (number, fresh) = self.names.insert_full(name.into());
        u16::try_from(number).ok().filter(|_| fresh)
    }

    /// Whether a shape of these names can be remembered, they themselves included.
    pub(super) fn takes_shape<'a>(&self, names: impl ExactSizeIterator<Item = Name<'a>>) -> bool {
        if names.len() > MOST_MEMBERS || self.shapes.len() >= MOST_SHAPES {
            return false;
        }
        let mut unknown = 0;
        let short = names.filter(|name| name.with(|name| !self.names.contains(name))).all(|name| {
            unknown += 1;
            name.with(str::len) <= LONGEST_NAME
        });
        short && self.names.len() + unknown <= MOST_NAMES
    }

    /// Remembers a shape. Whether the table takes it.
    pub(super) fn keep_shape(&mut self, shape: &[Field]) -> bool {
        shape.len() <= MOST_MEMBERS && self.shapes.len() < MOST_SHAPES && self.shapes.insert(shape.into())
    }

    /// How many names and shapes there are.
    pub(super) fn lengths(&self) -> (usize, usize) {
        (self.names.len(), self.shapes.len())
    }

    /// Forgets all names and shapes but the first ones.
    pub(super) fn truncate(&mut self, (names, shapes): (usize, usize)) {
        self.names.truncate(names);
        self.shapes.truncate(shapes);
    }
}
