//! Reads msgpack: one token at a time, over a whole value, or into a [`Value`].
//!
//! Knows no packet. Source: the MessagePack specification, and what `notepack.io` 2 writes beyond it.

use std::borrow::Cow;

use bytes::Bytes;
use rmp::Marker;

use super::date;
use crate::socket::{DecodeError, Value};

/// What stands at one place: a whole scalar, or the head of an array or a map.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Token<'a> {
    Nil,
    Bool(bool),
    UInt(u64),
    Int(i64),
    Float(f64),
    Text(&'a str),
    Binary(&'a [u8]),
    /// Milliseconds since 1970, where dates are taken.
    Date(i64),
    Array(usize),
    Map(usize),
}

/// A place in the bytes. Nothing is reserved for what a length claims: it ends where the bytes end.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    bytes: &'a Bytes,
    at: usize,
    /// Whether something was read that `rmp-serde` reads otherwise: an extension, or a key that is a number.
    irregular: bool,
    /// Whether timestamps are taken.
    dates: bool,
}

impl<'a> Reader<'a> {
    pub(super) const fn new(bytes: &'a Bytes) -> Self {
        Self { bytes, at: 0, irregular: false, dates: false }
    }

    /// One that takes timestamps, too.
    pub(super) const fn with_dates(bytes: &'a Bytes) -> Self {
        Self { bytes, at: 0, irregular: false, dates: true }
    }

    pub(super) const fn at(&self) -> usize {
        self.at
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.at >= self.bytes.len()
    }

    /// Goes back to a place, with nothing irregular read from there.
    pub(super) const fn rewind(&mut self, at: usize) {
        self.at = at;
        self.irregular = false;
    }

    pub(super) const fn is_irregular(&self) -> bool {
        self.irregular
    }

    /// The bytes from a place that was passed up to here.
    pub(super) fn since(&self, start: usize) -> Bytes {
        self.bytes.get(start..self.at).map_or_else(Bytes::new, |part| self.bytes.slice_ref(part))
    }

    /// Passes over one value, `depth` arrays and maps deep at most.
    pub(super) fn skip(&mut self, depth: usize) -> Result<(), DecodeError> {
        match self.token()? {
            Token::Array(len) => {
                let depth = depth.checked_sub(1).ok_or(DecodeError::Nesting)?;
                (0..len).try_for_each(|_| self.skip(depth))
            }
            Token::Map(len) => {
                let depth = depth.checked_sub(1).ok_or(DecodeError::Nesting)?;
                (0..len).try_for_each(|_| {
                    self.key()?;
                    self.skip(depth)
                })
            }
            Token::Nil
            | Token::Bool(_)
            | Token::UInt(_)
            | Token::Int(_)
            | Token::Float(_)
            | Token::Text(_)
            | Token::Binary(_)
            | Token::Date(_) => Ok(()),
        }
    }

    /// Reads one value, `depth` arrays and maps deep at most.
    pub(super) fn value(&mut self, depth: usize) -> Result<Value, DecodeError> {
        Ok(match self.token()? {
            Token::Nil => Value::Null,
            Token::Bool(value) => Value::Bool(value),
            Token::UInt(value) => Value::UInt(value),
            Token::Int(value) => Value::Int(value),
            Token::Float(value) => Value::Float(value),
            Token::Text(value) => Value::Text(value.to_owned()),
            Token::Binary(value) => Value::Binary(self.bytes.slice_ref(value)),
            Token::Date(ms) => Value::Text(date::text(ms).ok_or(DecodeError::Syntax)?),
            Token::Array(len) => {
                let depth = depth.checked_sub(1).ok_or(DecodeError::Nesting)?;
                Value::Array((0..len).map(|_| self.value(depth)).collect::<Result<_, _>>()?)
            }
            Token::Map(len) => {
                let depth = depth.checked_sub(1).ok_or(DecodeError::Nesting)?;
                let pairs = (0..len).map(|_| Ok((self.key()?.into_owned(), self.value(depth)?)));
                Value::Object(pairs.collect::<Result<_, _>>()?)
            }
        })
    }

    /// A map's key: text, or an integer, which JavaScript takes as its digits.
    fn key(&mut self) -> Result<Cow<'a, str>, DecodeError> {
        match self.token()? {
            Token::Text(key) => Ok(Cow::Borrowed(key)),
            Token::UInt(key) => {
                self.irregular = true;
                Ok(Cow::Owned(key.to_string()))
            }
            Token::Int(key) => {
                self.irregular = true;
                Ok(Cow::Owned(key.to_string()))
            }
            Token::Nil
            | Token::Bool(_)
            | Token::Float(_)
            | Token::Binary(_)
            | Token::Date(_)
            | Token::Array(_)
            | Token::Map(_) => Err(DecodeError::Syntax),
        }
    }

    pub(super) fn token(&mut self) -> Result<Token<'a>, DecodeError> {
        Ok(match Marker::from_u8(self.byte()?) {
            Marker::Null => Token::Nil,
            Marker::False => Token::Bool(false),
            Marker::True => Token::Bool(true),
            Marker::FixPos(value) => Token::UInt(u64::from(value)),
            Marker::FixNeg(value) => Token::Int(i64::from(value)),
            Marker::U8 => Token::UInt(self.uint::<1>()?),
            Marker::U16 => Token::UInt(self.uint::<2>()?),
            Marker::U32 => Token::UInt(self.uint::<4>()?),
            Marker::U64 => Token::UInt(self.uint::<8>()?),
            Marker::I8 => signed(i64::from(i8::from_be_bytes(self.array()?))),
            Marker::I16 => signed(i64::from(i16::from_be_bytes(self.array()?))),
            Marker::I32 => signed(i64::from(i32::from_be_bytes(self.array()?))),
            Marker::I64 => signed(i64::from_be_bytes(self.array()?)),
            Marker::F32 => Token::Float(f64::from(f32::from_be_bytes(self.array()?))),
            Marker::F64 => Token::Float(f64::from_be_bytes(self.array()?)),
            Marker::FixStr(len) => self.text(usize::from(len))?,
            Marker::Str8 => self.text_of::<1>()?,
            Marker::Str16 => self.text_of::<2>()?,
            Marker::Str32 => self.text_of::<4>()?,
            Marker::Bin8 => self.binary_of::<1>()?,
            Marker::Bin16 => self.binary_of::<2>()?,
            Marker::Bin32 => self.binary_of::<4>()?,
            Marker::FixArray(len) => Token::Array(usize::from(len)),
            Marker::Array16 => Token::Array(self.len::<2>()?),
            Marker::Array32 => Token::Array(self.len::<4>()?),
            Marker::FixMap(len) => Token::Map(usize::from(len)),
            Marker::Map16 => Token::Map(self.len::<2>()?),
            Marker::Map32 => Token::Map(self.len::<4>()?),
            Marker::FixExt1 => self.undefined()?,
            Marker::FixExt4 if self.dates => self.date(4)?,
            Marker::FixExt8 if self.dates => self.date(8)?,
            Marker::Ext8 if self.dates && self.bytes.get(self.at..self.at.saturating_add(2)) == Some(&[12, 0xff]) => {
                self.take(1)?;
                self.date(12)?
            }
            Marker::Ext8 => self.buffer::<1>()?,
            Marker::Ext16 => self.buffer::<2>()?,
            Marker::Ext32 => self.buffer::<4>()?,
            // Dates of notepack.io, timestamps, and what others have made up: there is no JSON for them.
            Marker::FixExt2 | Marker::FixExt4 | Marker::FixExt8 | Marker::FixExt16 | Marker::Reserved => {
                return Err(DecodeError::Syntax);
            }
        })
    }

    /// notepack.io writes `undefined` as an extension of type 0 with one zero byte.
    fn undefined(&mut self) -> Result<Token<'a>, DecodeError> {
        self.irregular = true;
        if self.take(2)? == [0, 0] { Ok(Token::Nil) } else { Err(DecodeError::Syntax) }
    }

    /// notepack.io of Node.js writes an `ArrayBuffer` as an extension of type 0.
    fn buffer<const N: usize>(&mut self) -> Result<Token<'a>, DecodeError> {
        self.irregular = true;
        let len = self.len::<N>()?;
        if self.byte()? != 0 {
            return Err(DecodeError::Syntax);
        }
        self.take(len).map(Token::Binary)
    }

    /// The type of a timestamp, and its 4, 8 or 12 bytes.
    fn date(&mut self, len: usize) -> Result<Token<'a>, DecodeError> {
        if self.byte()? != date::EXTENSION {
            return Err(DecodeError::Syntax);
        }
        date::read(self.take(len)?).map(Token::Date).ok_or(DecodeError::Syntax)
    }

    fn text_of<const N: usize>(&mut self) -> Result<Token<'a>, DecodeError> {
        let len = self.len::<N>()?;
        self.text(len)
    }

    fn text(&mut self, len: usize) -> Result<Token<'a>, DecodeError> {
        std::str::from_utf8(self.take(len)?).map(Token::Text).map_err(|_| DecodeError::Syntax)
    }

    fn binary_of<const N: usize>(&mut self) -> Result<Token<'a>, DecodeError> {
        let len = self.len::<N>()?;
        self.take(len).map(Token::Binary)
    }

    fn len<const N: usize>(&mut self) -> Result<usize, DecodeError> {
        usize::try_from(self.uint::<N>()?).map_err(|_| DecodeError::Syntax)
    }

    fn uint<const N: usize>(&mut self) -> Result<u64, DecodeError> {
        Ok(self.take(N)?.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        self.take(N)?.try_into().map_err(|_| DecodeError::Syntax)
    }

    fn byte(&mut self) -> Result<u8, DecodeError> {
        self.array().map(|[byte]| byte)
    }

    fn take(&mut self, len: usize) -> Result<&'a [u8], DecodeError> {
        let end = self.at.checked_add(len).ok_or(DecodeError::Syntax)?;
        let part = self.bytes.get(self.at..end).ok_or(DecodeError::Syntax)?;
        self.at = end;
        Ok(part)
    }
}

fn signed(value: i64) -> Token<'static> {
    u64::try_from(value).map_or(Token::Int(value), Token::UInt)
}
