//! Views and their changes to bytes, for all the clients of a group at once.
//!
//! Keeps no view: whoever holds the group's views shows the one before and the one after.

use std::sync::Arc;

use parlor_games::contract::Tick;
use smallvec::SmallVec;

use super::change::{Change, change, key};
use super::node::{self, List, Map, Name, Node};
use super::number::{digits, mantissa};
use super::tables::{Field, Tables};
use super::wire::{self, MOST, head, text, varint, zigzag};
use super::{BASE_BITS, KEYFRAME, ROOT_OTHER, ROOT_SHAPED, ROOT_SHIFT, TICKS, kind, op, simple};
use crate::room::Tree;

/// What all clients of a group remember, and how what comes next is written for them.
///
/// Every client is told of every change, in order, or gets a [`Keyframe`] that was made behind it.
#[derive(Clone, Debug, Default)]
pub struct Encoder {
    tables: Arc<Tables>,
    /// By the number of a name: the decimals that its numbers were seen to have. Clients need not know.
    digits: Vec<u8>,
    /// The shape of the last change: that of the next one, if they are those of two players.
    last: u64,
}

/// A whole view, with all that has to be known to understand the deltas that follow it. Encoded only if somebody needs it.
#[derive(Clone, Debug, PartialEq)]
pub struct Keyframe {
    /// The tick of the view.
    pub tick: Tick,
    /// When that was due: milliseconds since the Unix epoch.
    pub t: f64,
    /// Ticks a second: from them, and `t`, comes the time of all ticks that follow.
    pub hz: u16,
    /// The view.
    pub view: Arc<Tree>,
    tables: Arc<Tables>,
}

impl Encoder {
    /// For clients that know nothing but this view, in a keyframe. Its names get their numbers here.
    #[must_use]
    pub fn new(view: &Tree) -> Self {
        let mut tables = Tables::default();
        learn(&mut tables, node::of(view));
        let digits = vec![0; tables.lengths().0];
        Self { tables: Arc::new(tables), digits, last: 0 }
    }

    /// The view at this tick, for clients that have no earlier one, or an older one than the last.
    #[must_use]
    pub fn keyframe(&self, tick: Tick, t: f64, hz: u16, view: Arc<Tree>) -> Keyframe {
        Keyframe { tick, t, hz, view, tables: Arc::clone(&self.tables) }
    }

    /// What turns the view at `base` into that at `tick`; `None` if they are the same.
    ///
    /// All clients that follow must be told what this gives, or a keyframe that is made after this call.
    pub fn delta(&mut self, base: Tick, tick: Tick, old: &Tree, new: &Tree) -> Option<Vec<u8>> {
        let change = change(node::of(old), node::of(new))?;
        let mut out = Vec::with_capacity(64);
        let more = tick.saturating_sub(base).saturating_sub(1);
        let ticks = if more > 0 { TICKS } else { 0 };
        out.push(base.to_le_bytes()[0] & BASE_BITS | ticks);
        if let Some(more) = more.checked_sub(1) {
            varint(&mut out, more);
        }
        let (op, difference) = self.op(&change, None);
        let behind = out.len();
        if op != op::SHAPED {
            out.push(op);
        }
        self.change(&mut out, op, difference, &change);
        let root = match out.get(behind) {
            // One of the first two shapes, which are those of most changes, goes into the first byte.
            Some(2 | 3) if op == op::SHAPED => out.remove(behind),
            _ if op == op::SHAPED => ROOT_SHAPED,
            _ => ROOT_OTHER,
        };
        if let Some(first) = out.first_mut() {
            *first |= root << ROOT_SHIFT;
        }
        Some(out)
    }

    /// What is said to have become of a value whose name has this number, and a number's difference.
    fn op(&mut self, change: &Change<'_>, name: Option<u16>) -> (u8, i64) {
        match change {
            Change::Set(_) => (op::SET, 0),
            Change::Whole(old, new) => (op::DIFFERENCE, new - old),
            Change::Decimal(old, new) => self.decimal(*old, *new, name).unwrap_or((op::SET, 0)),
            Change::Members(members) if members.iter().all(|(name, _)| key(*name).is_some()) => (op::KEYED, 0),
            Change::Members(_) => (op::SHAPED, 0),
            Change::Elements { .. } => (op::KEYED, 0),
        }
    }

    /// Numbers of one name are written with the same decimals once they had them, so that their shape stays the same.
    fn decimal(&mut self, old: f64, new: f64, name: Option<u16>) -> Option<(u8, i64)> {
        let usual = name.and_then(|name| self.digits.get_mut(usize::from(name)));
        let least = usual.as_deref().copied().unwrap_or(0);
        let needed = digits(old, least)?.max(digits(new, least)?);
        let difference = mantissa(new, needed)? - mantissa(old, needed)?;
        if let Some(usual) = usual {
            *usual = needed;
        }
        Some((op::DIFFERENCE + needed, difference))
    }

    fn change(&mut self, out: &mut Vec<u8>, op: u8, difference: i64, change: &Change<'_>) {
        match change {
            Change::Set(new) => self.value(out, *new),
            Change::Decimal(_, new) if op == op::SET => self.value(out, Node::Float(*new)),
            Change::Whole(..) | Change::Decimal(..) => varint(out, zigzag(difference)),
            Change::Members(members) if op == op::KEYED => self.by_key(out, members),
            Change::Members(members) => self.by_shape(out, members),
            Change::Elements { before, after, changes } => self.by_index(out, *before, *after, changes),
        }
    }

    fn by_shape(&mut self, out: &mut Vec<u8>, members: &[(Name<'_>, Option<Change<'_>>)]) {
        let mut row = SmallVec::<[_; 8]>::with_capacity(members.len());
        for (nth, (name, change)) in members.iter().enumerate() {
            let number = self.number_of(nth, *name);
            let (op, difference) = change.as_ref().map_or((op::REMOVE, 0), |change| self.op(change, number));
            row.push((number, op, difference));
        }
        match self.shape_of(&row) {
            Some(known) => {
                self.last = known;
                varint(out, known + 2);
            }
            None => {
                let names = members.iter().zip(&row).map(|((name, _), (_, op, _))| (*name, *op));
                let keep = self.takes(names.clone());
                varint(out, u64::from(!keep));
                self.shape(out, names, keep);
            }
        }
        for ((_, change), (_, op, difference)) in members.iter().zip(row) {
            if let Some(change) = change {
                self.change(out, op, difference, change);
            }
        }
    }

    /// The number of a name, which is often that of the same member in the last change.
    fn number_of(&self, nth: usize, name: Name<'_>) -> Option<u16> {
        let last = self.tables.shape(self.last).and_then(|shape| shape.get(nth));
        let last = last
            .map(|field| field.name)
            .filter(|&number| self.tables.name(number.into()).map(Name::Text) == Some(name));
        last.or_else(|| name.with(|name| self.tables.number_of(name)))
    }

    /// The number of a shape, which is often that of the last change.
    fn shape_of(&self, row: &[(Option<u16>, u8, i64)]) -> Option<u64> {
        let fields = row.iter().map(|&(number, op, _)| number.map(|name| Field { name, op }));
        let last = self.tables.shape(self.last)?;
        if last.len() == row.len() && fields.clone().eq(last.iter().copied().map(Some)) {
            return Some(self.last);
        }
        let fields: Option<SmallVec<[_; 8]>> = fields.collect();
        self.tables.number_of_shape(&fields?)
    }

    fn by_key(&mut self, out: &mut Vec<u8>, members: &[(Name<'_>, Option<Change<'_>>)]) {
        let keyed = members.iter().filter_map(|(name, change)| Some((key(*name)?, change.as_ref())));
        let mut keyed: Vec<_> = keyed.map(|(key, change)| (u64::from(key), change)).collect();
        keyed.sort_unstable_by_key(|(key, _)| *key);
        self.entries(out, &keyed);
    }

    fn by_index(&mut self, out: &mut Vec<u8>, before: usize, after: usize, changes: &[(usize, Change<'_>)]) {
        let grown = (after as u64).wrapping_sub(before as u64).cast_signed();
        varint(out, zigzag(grown) << 1 | u64::from(!changes.is_empty()));
        let changes: Vec<_> = changes.iter().map(|(index, change)| (*index as u64, Some(change))).collect();
        self.entries(out, &changes);
    }

    fn entries(&mut self, out: &mut Vec<u8>, entries: &[(u64, Option<&Change<'_>>)]) {
        let mut next = 0;
        for (nth, (key, change)) in entries.iter().enumerate() {
            let last = u64::from(nth + 1 == entries.len());
            let (op, difference) = change.map_or((op::REMOVE, 0), |change| self.op(change, None));
            let (short, digits) = match op {
                op::DIFFERENCE => (op::KEYED, None),
                op::REMOVE..op::DIFFERENCE => (op, None),
                decimal => (op::SHAPED, Some(decimal - op::DIFFERENCE)),
            };
            varint(out, (key - next) << 3 | u64::from(short) << 1 | last);
            out.extend(digits);
            if let Some(change) = change {
                self.change(out, op, difference, change);
            }
            next = key + 1;
        }
    }

    fn takes<'a>(&self, names: impl ExactSizeIterator<Item = (Name<'a>, u8)>) -> bool {
        self.tables.takes_shape(names.map(|(name, _)| name))
    }

    /// A shape that is met for the first time.
    fn shape<'a>(&mut self, out: &mut Vec<u8>, names: impl ExactSizeIterator<Item = (Name<'a>, u8)>, keep: bool) {
        let tables = Arc::make_mut(&mut self.tables);
        varint(out, names.len() as u64);
        let mut shape = SmallVec::<[_; 8]>::new();
        for (name, op) in names {
            let known = name.with(|name| tables.number_of(name));
            let number = known.or_else(|| name.with(|name| tables.keep_name(name)));
            let code = match (known, number) {
                (Some(known), _) => u64::from(known) + 2,
                (None, Some(_)) => 0,
                (None, None) => 1,
            };
            varint(out, code << 4 | u64::from(op));
            if code < 2 {
                name.with(|name| text(out, name));
            }
            shape.extend(number.map(|name| Field { name, op }));
        }
        if keep {
            tables.keep_shape(&shape);
        }
        self.digits.resize(tables.lengths().0, 0);
    }

    fn value(&mut self, out: &mut Vec<u8>, value: Node<'_>) {
        match value {
            Node::Null => head(out, kind::SIMPLE, simple::NULL),
            Node::Bool(false) => head(out, kind::SIMPLE, simple::FALSE),
            Node::Bool(true) => head(out, kind::SIMPLE, simple::TRUE),
            Node::UInt(value) if value <= MOST => head(out, kind::POSITIVE, value),
            Node::UInt(value) => {
                head(out, kind::SIMPLE, simple::UNSIGNED);
                out.extend_from_slice(&value.to_le_bytes());
            }
            Node::Int(value) => integer(out, value),
            Node::Float(value) => float(out, value),
            Node::Text(value) => {
                head(out, kind::TEXT, value.len() as u64);
                out.extend_from_slice(value.as_bytes());
            }
            Node::List(elements) => self.list(out, elements),
            Node::Map(members) => self.map(out, members),
        }
    }

    fn list(&mut self, out: &mut Vec<u8>, elements: List<'_>) {
        head(out, kind::LIST, elements.len() as u64);
        for element in elements {
            self.value(out, element);
        }
    }

    fn map(&mut self, out: &mut Vec<u8>, members: Map<'_>) {
        let keys: Option<Vec<_>> = members.map(|(name, member)| Some((key(name)?, member))).collect();
        if let Some(mut keys) = keys {
            keys.sort_unstable_by_key(|(key, _)| *key);
            head(out, kind::KEYED, keys.len() as u64);
            let mut next = 0;
            for (key, member) in keys {
                varint(out, u64::from(key) - next);
                next = u64::from(key) + 1;
                self.value(out, member);
            }
            return;
        }
        let fields: Option<SmallVec<[_; 8]>> = members
            .map(|(name, _)| name.with(|name| self.tables.number_of(name)).map(|name| Field { name, op: op::SET }))
            .collect();
        match fields.and_then(|fields| self.tables.number_of_shape(&fields)) {
            Some(known) => head(out, kind::SHAPED, known + 2),
            None => {
                let names: Vec<_> = members.map(|(name, _)| (name, op::SET)).collect();
                let keep = self.takes(names.iter().copied());
                head(out, kind::SHAPED, u64::from(!keep));
                self.shape(out, names.into_iter(), keep);
            }
        }
        for (_, member) in members {
            self.value(out, member);
        }
    }
}

impl Keyframe {
    /// Whether it has fewer bytes than these.
    pub(crate) fn is_shorter_than(&self, bytes: usize) -> bool {
        // Every value has at least one byte, and of two parts of a view one is a value.
        let least = HEAD + self.view.len() / 2;
        least < bytes && self.encode().len() < bytes
    }

    /// Its bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(256);
        out.push(KEYFRAME);
        varint(&mut out, self.tick.min(MOST));
        out.extend_from_slice(&self.t.to_le_bytes());
        varint(&mut out, self.hz.into());
        varint(&mut out, self.tables.names().len() as u64);
        for name in self.tables.names() {
            text(&mut out, name);
        }
        varint(&mut out, self.tables.shapes().len() as u64);
        for shape in self.tables.shapes() {
            varint(&mut out, shape.len() as u64);
            for Field { name, op } in shape {
                varint(&mut out, (u64::from(*name) + 2) << 4 | u64::from(*op));
            }
        }
        // What the view adds to the tables is forgotten behind it: clients who were there before never see it.
        let mut encoder = Encoder { tables: Arc::clone(&self.tables), ..Encoder::default() };
        encoder.value(&mut out, node::of(&self.view));
        out
    }
}

/// What a keyframe without names and values has: its first byte, tick, time, rate, and two counts.
const HEAD: usize = 13;

/// Numbers the names of a view, as far as there is place.
fn learn(tables: &mut Tables, node: Node<'_>) {
    match node {
        Node::List(elements) => elements.for_each(|element| learn(tables, element)),
        Node::Map(members) => {
            for (name, member) in members {
                if key(name).is_none() {
                    name.with(|name| tables.keep_name(name));
                }
                learn(tables, member);
            }
        }
        Node::Null | Node::Bool(_) | Node::Int(_) | Node::UInt(_) | Node::Float(_) | Node::Text(_) => {}
    }
}

fn integer(out: &mut Vec<u8>, value: i64) {
    let below = value.unsigned_abs();
    match u64::try_from(value) {
        Ok(value) if value <= MOST => head(out, kind::POSITIVE, value),
        Err(_) if below <= MOST => head(out, kind::NEGATIVE, below - 1),
        Ok(_) | Err(_) => {
            head(out, kind::SIMPLE, simple::SIGNED);
            out.extend_from_slice(&value.to_le_bytes());
        }
    }
}

/// As a decimal if that is short, else as it lies in memory: in four bytes if they hold it.
fn float(out: &mut Vec<u8>, value: f64) {
    #[expect(clippy::cast_possible_truncation, reason = "whether anything is lost is looked at")]
    let single = value as f32;
    let exact = f64::from(single).to_bits() == value.to_bits();
    let decimal = digits(value, 0).and_then(|digits| Some((digits, zigzag(mantissa(value, digits)?))));
    match decimal {
        Some((digits, mantissa)) if !exact || mantissa < SHORT => {
            head(out, kind::DECIMAL, digits.into());
            wire::varint(out, mantissa);
        }
        Some(_) | None if exact => {
            head(out, kind::SIMPLE, simple::FLOAT32);
            out.extend_from_slice(&single.to_le_bytes());
        }
        Some(_) | None => {
            head(out, kind::SIMPLE, simple::FLOAT64);
            out.extend_from_slice(&value.to_le_bytes());
        }
    }
}

/// What a varint holds in four bytes.
const SHORT: u64 = 1 << 28;
