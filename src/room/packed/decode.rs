//! Bytes to views: what a client does, for tests, and for clients in Rust.
//!
//! Believes nothing it reads: every count is held against the bytes that are left, and every difference against what it is
//! a difference to.

use std::fmt;

use serde_json::{Map, Value};

use super::number::{self, LIMIT, MOST_DIGITS};
use super::tables::{Field, Tables};
use super::wire::Reader;
use super::{BASE_BITS, KEYFRAME, ROOT_OTHER, ROOT_SHAPED, ROOT_SHIFT, TICKS, kind, op, simple};

/// How deep values may lie in each other.
const DEEPEST: u8 = 128;

/// Why bytes are not understood. The view is lost with it: ask for a keyframe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// There was no keyframe yet, or the delta is one from another view than that which is held.
    Base,
    /// The bytes end too early.
    Short,
    /// There are more bytes than are needed.
    Long,
    /// The version is another, or there is no such type or operation.
    Type,
    /// A number is too large.
    Number,
    /// A text is not UTF-8.
    Text,
    /// No name or shape has this number, or the tables are full.
    Tables,
    /// What changed is not there, or of another type.
    Target,
    /// Values lie too deep in each other.
    Deep,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Base => "a delta from another view",
            Self::Short => "the bytes end too early",
            Self::Long => "there are bytes left",
            Self::Type => "an unknown version, type or operation",
            Self::Number => "a number is too large",
            Self::Text => "a text is not UTF-8",
            Self::Tables => "an unknown name or shape, or too many of them",
            Self::Target => "what changed is not there",
            Self::Deep => "values lie too deep in each other",
        })
    }
}

impl std::error::Error for Fault {}

/// One client's view, and what it needs to understand what comes next.
#[derive(Clone, Debug, Default)]
pub struct Decoder {
    tables: Tables,
    held: Option<Held>,
}

#[derive(Clone, Debug)]
struct Held {
    tick: u64,
    view: Value,
    /// A tick, when it was due, and how many there are in a second.
    clock: (u64, f64, u64),
}

impl Decoder {
    /// One that holds nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The view, if there is one.
    #[must_use]
    pub fn view(&self) -> Option<&Value> {
        self.held.as_ref().map(|held| &held.view)
    }

    /// The view's tick, if there is one.
    #[must_use]
    pub fn tick(&self) -> Option<u64> {
        self.held.as_ref().map(|held| held.tick)
    }

    /// When the view's tick was due, in milliseconds since the Unix epoch.
    #[must_use]
    pub fn t(&self) -> Option<f64> {
        let held = self.held.as_ref()?;
        let (tick, t, hz) = held.clock;
        #[expect(clippy::cast_precision_loss, reason = "ticks are counted from a keyframe on")]
        let (ticks, hz) = (held.tick.saturating_sub(tick) as f64, hz.max(1) as f64);
        Some(t + ticks * 1e3 / hz)
    }

    /// Reads a keyframe or a delta.
    ///
    /// # Errors
    /// The bytes are not understood; nothing is held any more.
    pub fn decode(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        let held = self.held.take();
        let mut reader = Reader(bytes);
        let first = reader.byte()?;
        let held = match first {
            KEYFRAME => self.keyframe(&mut reader)?,
            0..KEYFRAME => self.delta(&mut reader, first, held.ok_or(Fault::Base)?)?,
            _ => return Err(Fault::Type),
        };
        if !reader.0.is_empty() {
            return Err(Fault::Long);
        }
        self.held = Some(held);
        Ok(())
    }

    fn keyframe(&mut self, reader: &mut Reader<'_>) -> Result<Held, Fault> {
        self.tables = Tables::default();
        let tick = reader.varint()?;
        let t = f64::from_le_bytes(reader.array()?);
        let hz = reader.varint()?;
        let names = reader.varint()?;
        for _ in 0..reader.count(names)? {
            let length = reader.varint()?;
            self.tables.keep_name(reader.text(length)?).ok_or(Fault::Tables)?;
        }
        let shapes = reader.varint()?;
        for _ in 0..reader.count(shapes)? {
            self.shape(reader, true)?;
        }
        let lengths = self.tables.lengths();
        let view = self.value(reader, 0)?;
        self.tables.truncate(lengths);
        Ok(Held { tick, view, clock: (tick, t, hz) })
    }

    fn delta(&mut self, reader: &mut Reader<'_>, first: u8, mut held: Held) -> Result<Held, Fault> {
        if first & BASE_BITS != held.tick.to_le_bytes()[0] & BASE_BITS {
            return Err(Fault::Base);
        }
        let more = if first & TICKS == 0 { 0 } else { reader.varint()?.checked_add(1).ok_or(Fault::Number)? };
        match first >> ROOT_SHIFT {
            ROOT_OTHER => {
                let op = reader.byte()?;
                self.change(reader, op, &mut held.view, 0)?;
            }
            shape => {
                let shape = if shape == ROOT_SHAPED { reader.varint()? } else { shape.into() };
                let Value::Object(members) = &mut held.view else { return Err(Fault::Target) };
                self.by_shape(reader, shape, members, 1)?;
            }
        }
        held.tick = held.tick.checked_add(more + 1).ok_or(Fault::Number)?;
        Ok(held)
    }

    /// Changes what is there.
    fn change(&mut self, reader: &mut Reader<'_>, op: u8, old: &mut Value, depth: u8) -> Result<(), Fault> {
        match (op, &mut *old) {
            (op::SET, _) => *old = self.value(reader, depth)?,
            (op::SHAPED, Value::Object(members)) => {
                let shape = reader.varint()?;
                self.by_shape(reader, shape, members, deeper(depth)?)?;
            }
            (op::KEYED, Value::Object(members)) => self.by_key(reader, members, deeper(depth)?)?,
            (op::KEYED, Value::Array(elements)) => self.by_index(reader, elements, deeper(depth)?)?,
            (op::SHAPED | op::KEYED, _) => return Err(Fault::Target),
            (op, _) => {
                let digits =
                    op.checked_sub(op::DIFFERENCE).filter(|digits| *digits <= MOST_DIGITS).ok_or(Fault::Type)?;
                *old = difference(old, digits, reader.zagzig()?)?;
            }
        }
        Ok(())
    }

    fn by_shape(
        &mut self,
        reader: &mut Reader<'_>,
        shape: u64,
        members: &mut Map<String, Value>,
        depth: u8,
    ) -> Result<(), Fault> {
        for (name, op) in self.row(reader, shape)? {
            self.member(reader, members, name, op, depth)?;
        }
        Ok(())
    }

    fn member(
        &mut self,
        reader: &mut Reader<'_>,
        members: &mut Map<String, Value>,
        name: String,
        op: u8,
        depth: u8,
    ) -> Result<(), Fault> {
        match op {
            op::REMOVE => members.shift_remove(&name).map(drop).ok_or(Fault::Target),
            op::SET => {
                let value = self.value(reader, depth)?;
                members.insert(name, value);
                Ok(())
            }
            op => self.change(reader, op, members.get_mut(&name).ok_or(Fault::Target)?, depth),
        }
    }

    fn by_key(&mut self, reader: &mut Reader<'_>, members: &mut Map<String, Value>, depth: u8) -> Result<(), Fault> {
        let mut next = 0;
        loop {
            let (key, op, last) = entry(reader, &mut next)?;
            let name = key.to_string();
            let op = long(reader, op, members.get(&name))?;
            self.member(reader, members, name, op, depth)?;
            if last {
                return Ok(());
            }
        }
    }

    fn by_index(&mut self, reader: &mut Reader<'_>, elements: &mut Vec<Value>, depth: u8) -> Result<(), Fault> {
        let start = reader.varint()?;
        let grown = isize::try_from(super::wire::zagzig(start >> 1)).map_err(|_| Fault::Number)?;
        let length = elements.len().checked_add_signed(grown).ok_or(Fault::Target)?;
        elements.truncate(length);
        let mut due = 0;
        let mut more = start & 1 == 1;
        while more {
            let (index, op, last) = entry(reader, &mut due)?;
            let index = usize::try_from(index).map_err(|_| Fault::Target)?;
            let op = long(reader, op, elements.get(index))?;
            let next = elements.len();
            match (elements.get_mut(index), op) {
                (_, op::REMOVE) => return Err(Fault::Type),
                (Some(element), op) => self.change(reader, op, element, depth)?,
                (None, op::SET) if index == next => elements.push(self.value(reader, depth)?),
                (None, _) => return Err(Fault::Target),
            }
            more = !last;
        }
        if elements.len() == length { Ok(()) } else { Err(Fault::Target) }
    }

    /// The names of a shape, and what becomes of each.
    fn row(&mut self, reader: &mut Reader<'_>, number: u64) -> Result<Vec<(String, u8)>, Fault> {
        let Some(known) = number.checked_sub(2) else { return self.shape(reader, number == 0) };
        let shape = self.tables.shape(known).ok_or(Fault::Tables)?;
        let name = |field: &Field| Some((self.tables.name(field.name.into())?.to_owned(), field.op));
        shape.iter().map(|field| name(field).ok_or(Fault::Tables)).collect()
    }

    /// A shape that is met for the first time.
    fn shape(&mut self, reader: &mut Reader<'_>, keep: bool) -> Result<Vec<(String, u8)>, Fault> {
        let count = reader.varint()?;
        let mut row = Vec::new();
        let mut fields = Vec::new();
        for _ in 0..reader.count(count)? {
            let token = reader.varint()?;
            let op = (token & 0x0f).to_le_bytes()[0];
            let name = match token >> 4 {
                code @ (0 | 1) => {
                    let length = reader.varint()?;
                    let name = reader.text(length)?;
                    if code == 0 {
                        self.tables.keep_name(name).ok_or(Fault::Tables)?;
                    }
                    name.to_owned()
                }
                known => self.tables.name(known - 2).ok_or(Fault::Tables)?.to_owned(),
            };
            fields.extend(self.tables.number_of(&name).map(|name| Field { name, op }));
            row.push((name, op));
        }
        let kept = !keep || (fields.len() == row.len() && self.tables.keep_shape(&fields));
        if kept { Ok(row) } else { Err(Fault::Tables) }
    }

    fn value(&mut self, reader: &mut Reader<'_>, depth: u8) -> Result<Value, Fault> {
        let depth = deeper(depth)?;
        let (kind, number) = reader.head()?;
        Ok(match kind {
            kind::SIMPLE => return simple(reader, number),
            kind::POSITIVE => number.into(),
            kind::NEGATIVE => (-1 - number.cast_signed()).into(),
            kind::DECIMAL => {
                let digits = u8::try_from(number).ok().filter(|digits| *digits <= MOST_DIGITS).ok_or(Fault::Number)?;
                decimal(reader.zagzig()?, digits)?
            }
            kind::TEXT => reader.text(number)?.into(),
            kind::LIST => {
                let count = reader.count(number)?;
                (0..count).map(|_| self.value(reader, depth)).collect::<Result<Vec<_>, _>>()?.into()
            }
            kind::SHAPED => {
                let row = self.row(reader, number)?;
                let mut members = Map::new();
                for (name, op) in row {
                    if op != op::SET {
                        return Err(Fault::Type);
                    }
                    let value = self.value(reader, depth)?;
                    members.insert(name, value);
                }
                members.into()
            }
            _keyed => {
                let mut members = Map::new();
                let mut next = 0_u64;
                for _ in 0..reader.count(number)? {
                    let key = next + reader.varint()?;
                    next = key + 1;
                    let value = self.value(reader, depth)?;
                    members.insert(key_name(key)?, value);
                }
                members.into()
            }
        })
    }
}

/// The next key or index, what becomes of it, and whether it is the last one.
fn entry(reader: &mut Reader<'_>, next: &mut u64) -> Result<(u64, u8, bool), Fault> {
    let token = reader.varint()?;
    let key = *next + (token >> 3);
    key_name(key)?;
    *next = key + 1;
    Ok((key, (token >> 1 & 3).to_le_bytes()[0], token & 1 == 1))
}

fn key_name(key: u64) -> Result<String, Fault> {
    u32::try_from(key).map(|key| key.to_string()).map_err(|_| Fault::Number)
}

/// What becomes of a value under a key, where two operations are those of numbers too.
fn long(reader: &mut Reader<'_>, op: u8, old: Option<&Value>) -> Result<u8, Fault> {
    match (op, old) {
        (op::SHAPED, Some(Value::Number(_))) => {
            let digits = reader.byte()?;
            if digits <= MOST_DIGITS { Ok(op::DIFFERENCE + digits) } else { Err(Fault::Type) }
        }
        (op::KEYED, Some(Value::Number(_))) => Ok(op::DIFFERENCE),
        (op, _) => Ok(op),
    }
}

const fn deeper(depth: u8) -> Result<u8, Fault> {
    if depth < DEEPEST { Ok(depth + 1) } else { Err(Fault::Deep) }
}

fn simple(reader: &mut Reader<'_>, number: u64) -> Result<Value, Fault> {
    let float = |value: f64| if value.is_finite() { Ok(value.into()) } else { Err(Fault::Number) };
    match number {
        simple::NULL => Ok(Value::Null),
        simple::FALSE => Ok(false.into()),
        simple::TRUE => Ok(true.into()),
        simple::FLOAT32 => float(f32::from_le_bytes(reader.array()?).into()),
        simple::FLOAT64 => float(f64::from_le_bytes(reader.array()?)),
        simple::UNSIGNED => Ok(u64::from_le_bytes(reader.array()?).into()),
        simple::SIGNED => Ok(i64::from_le_bytes(reader.array()?).into()),
        _ => Err(Fault::Type),
    }
}

/// A number that this one differs from by so much, without its point.
fn difference(old: &Value, digits: u8, difference: i64) -> Result<Value, Fault> {
    let sum = |old: i64| old.checked_add(difference).ok_or(Fault::Number);
    let Value::Number(old) = old else { return Err(Fault::Target) };
    if old.is_f64() {
        let old = old.as_f64().and_then(|old| number::mantissa(old, digits)).ok_or(Fault::Target)?;
        decimal(sum(old)?, digits)
    } else {
        let old = old
            .as_i64()
            .filter(|old| digits == 0 && old.unsigned_abs() <= LIMIT.unsigned_abs())
            .ok_or(Fault::Target)?;
        Ok(sum(old)?.into())
    }
}

fn decimal(mantissa: i64, digits: u8) -> Result<Value, Fault> {
    if mantissa.unsigned_abs() <= LIMIT.unsigned_abs() {
        Ok(number::decimal(mantissa, digits).into())
    } else {
        Err(Fault::Number)
    }
}
