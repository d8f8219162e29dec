//! Bytes: varints, the heads of values, texts.
//!
//! Knows nothing of views.

use super::decode::Fault;

/// The largest number a varint holds: JavaScript's largest safe integer.
pub(super) const MOST: u64 = (1 << 53) - 1;

/// Appends a varint: seven bits a byte, the lowest first; the top bit says that more follow.
pub(super) fn varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value.to_le_bytes()[0] | 0x80);
        value >>= 7;
    }
    out.push(value.to_le_bytes()[0]);
}

/// Small numbers of either sign as small numbers from zero on: 0, -1, 1, -2, ...
pub(super) const fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)).cast_unsigned()
}

/// Undoes [`zigzag`].
pub(super) const fn zagzig(value: u64) -> i64 {
    (value >> 1).cast_signed() ^ -((value & 1).cast_signed())
}

/// Appends a value's head: its type in three bits, and a number of which four bits are in the same byte.
pub(super) fn head(out: &mut Vec<u8>, kind: u8, number: u64) {
    let first = kind | (number & 0x0f).to_le_bytes()[0] << 3;
    if number < 0x10 {
        out.push(first);
    } else {
        out.push(first | 0x80);
        varint(out, number >> 4);
    }
}

/// Appends a text behind its length.
pub(super) fn text(out: &mut Vec<u8>, text: &str) {
    varint(out, text.len() as u64);
    out.extend_from_slice(text.as_bytes());
}

/// Bytes that are yet to be read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn byte(&mut self) -> Result<u8, Fault> {
        let (&first, rest) = self.0.split_first().ok_or(Fault::Short)?;
        self.0 = rest;
        Ok(first)
    }

    pub(super) fn take(&mut self, length: u64) -> Result<&'a [u8], Fault> {
        let length = usize::try_from(length).map_err(|_| Fault::Short)?;
        let (taken, rest) = self.0.split_at_checked(length).ok_or(Fault::Short)?;
        self.0 = rest;
        Ok(taken)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], Fault> {
        let (taken, rest) = self.0.split_first_chunk().ok_or(Fault::Short)?;
        self.0 = rest;
        Ok(*taken)
    }

    pub(super) fn varint(&mut self) -> Result<u64, Fault> {
        let mut value = 0;
        for shift in (0..56).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return if value <= MOST { Ok(value) } else { Err(Fault::Number) };
            }
        }
        Err(Fault::Number)
    }

    pub(super) fn zagzig(&mut self) -> Result<i64, Fault> {
        self.varint().map(zagzig)
    }

    /// A value's type and its number.
    pub(super) fn head(&mut self) -> Result<(u8, u64), Fault> {
        let first = self.byte()?;
        let low = u64::from(first >> 3 & 0x0f);
        let high = if first < 0x80 { 0 } else { self.varint()? };
        let number = high << 4 | low;
        if number <= MOST && high <= MOST >> 4 { Ok((first & 7, number)) } else { Err(Fault::Number) }
    }

    /// A number of things of which each takes at least one byte.
    pub(super) fn count(&self, count: u64) -> Result<usize, Fault> {
        usize::try_from(count).ok().filter(|count| *count <= self.0.len()).ok_or(Fault::Short)
    }

    pub(super) fn text(&mut self, length: u64) -> Result<&'a str, Fault> {
        std::str::from_utf8(self.take(length)?).map_err(|_| Fault::Text)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, proptest};

    use super::*;

    #[test]
    fn small_numbers_are_small() {
        let bytes = |value| {
            let mut out = Vec::new();
            varint(&mut out, value);
            out
        };
        assert_eq!([bytes(0), bytes(127)], [[0], [127]]);
        assert_eq!([bytes(128), bytes(300)], [[0x80, 1], [0xac, 2]]);
        assert_eq!([0, -1, 1, -2, i64::MIN].map(zigzag), [0, 1, 2, 3, u64::MAX]);
    }

    #[test]
    fn what_is_too_large_or_cut_is_refused() {
        assert_eq!(Reader(&[0x80]).varint(), Err(Fault::Short));
        assert_eq!(Reader(&[0xff; 9]).varint(), Err(Fault::Number));
        assert_eq!(Reader(&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f]).varint(), Ok(MOST));
        assert_eq!(Reader(&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x1f]).varint(), Err(Fault::Number));
        assert_eq!(Reader(&[1, 2]).take(3), Err(Fault::Short));
        assert_eq!(Reader(&[0xff]).text(1), Err(Fault::Text));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(value in 0..=MOST, signed in any::<i64>(), kind in 0..8_u8) {
            let mut out = Vec::new();
            varint(&mut out, value);
            head(&mut out, kind, value);
            text(&mut out, "é");
            let mut reader = Reader(&out);
            assert_eq!(reader.varint(), Ok(value));
            assert_eq!(reader.head(), Ok((kind, value)));
            let length = reader.varint().expect("a length");
            assert_eq!(reader.text(length), Ok("é"));
            assert_eq!(reader.byte(), Err(Fault::Short));
            assert_eq!(zagzig(zigzag(signed)), signed);
        }
    }
}
