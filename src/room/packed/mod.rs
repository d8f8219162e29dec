//! The packed form of views and of their changes: `sync: "packed"`. The format is laid out in `docs/packed.md`.
//!
//! Sends nothing and knows no clock: a keyframe's time is given to it.

mod change;
mod decode;
mod encode;
mod node;
mod number;
mod tables;
#[cfg(test)]
mod tests;
mod wire;

pub use decode::{Decoder, Fault};
pub use encode::{Encoder, Keyframe};

/// A keyframe's first byte: the format's first version. A delta's is below 0x80.
const KEYFRAME: u8 = 0x80;

/// In a delta's first byte: the low bits of the base tick.
const BASE_BITS: u8 = 0x0f;

/// In a delta's first byte: more than one tick has passed, and a varint says how many more than two.
const TICKS: u8 = 0x10;

/// In a delta's first byte, from this bit on: how the view changes.
const ROOT_SHIFT: u8 = 5;

/// How the view changes: as an operation says, which follows in a byte.
const ROOT_OTHER: u8 = 0;

/// How the view changes: by a shape that follows. All above it: by one of the first shapes.
const ROOT_SHAPED: u8 = 1;

/// The types of values.
mod kind {
    pub(super) const SIMPLE: u8 = 0;
    pub(super) const POSITIVE: u8 = 1;
    pub(super) const NEGATIVE: u8 = 2;
    pub(super) const DECIMAL: u8 = 3;
    pub(super) const TEXT: u8 = 4;
    pub(super) const LIST: u8 = 5;
    pub(super) const SHAPED: u8 = 6;
    pub(super) const KEYED: u8 = 7;
}

/// Values without a length, and numbers as they lie in memory.
mod simple {
    pub(super) const NULL: u64 = 0;
    pub(super) const FALSE: u64 = 1;
    pub(super) const TRUE: u64 = 2;
    pub(super) const FLOAT32: u64 = 3;
    pub(super) const FLOAT64: u64 = 4;
    pub(super) const UNSIGNED: u64 = 5;
    pub(super) const SIGNED: u64 = 6;
}

/// What becomes of a member or an element.
mod op {
    pub(super) const REMOVE: u8 = 0;
    pub(super) const SET: u8 = 1;
    /// A map's members by shape. Of a number under a key: its difference, behind its digits.
    pub(super) const SHAPED: u8 = 2;
    /// A map's members by key, a list's elements by index. Of an integer under a key: its difference.
    pub(super) const KEYED: u8 = 3;
    /// In a shape, and all above it: a number's difference, with this many digits more.
    pub(super) const DIFFERENCE: u8 = 4;
}
