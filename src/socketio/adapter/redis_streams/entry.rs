//! Entries of the stream as Redis tells them: an id, and fields of which some are ours.
//!
//! Reads nothing of what servers say in them: that is `message`.

use std::fmt;

use redis::Value;

/// An entry's id: milliseconds by the clock of Redis, and a number within them. Ids of one stream only grow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct StreamId {
    ms: u64,
    number: u64,
}

impl StreamId {
    /// Before every entry.
    pub(super) const START: Self = Self { ms: 0, number: 0 };

    pub(super) fn parse(text: &str) -> Option<Self> {
        let (ms, number) = text.split_once('-')?;
        let digits = |part: &str| {
            let digits_only = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
            digits_only.then(|| part.parse().ok()).flatten()
        };
        Some(Self { ms: digits(ms)?, number: digits(number)? })
    }

    /// The first id that may follow.
    pub(super) const fn next(self) -> Self {
        match self.number.checked_add(1) {
            Some(number) => Self { ms: self.ms, number },
            None => Self { ms: self.ms.saturating_add(1), number: 0 },
        }
    }
}

impl fmt::Display for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.ms, self.number)
    }
}

/// One entry. What is not there is empty.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Entry {
    pub(super) id: StreamId,
    pub(super) uid: Vec<u8>,
    pub(super) namespace: Vec<u8>,
    pub(super) kind: Vec<u8>,
    pub(super) data: Vec<u8>,
    /// Which of its server's publications it is; only servers of this kind say that.
    pub(super) number: Vec<u8>,
}

impl Entry {
    pub(super) fn number(&self) -> Option<u64> {
        std::str::from_utf8(&self.number).ok()?.parse().ok()
    }
}

/// The entries of each stream in the answer to XREAD, behind its name; none if nothing came in time.
pub(super) fn read(answer: Value) -> Vec<(Vec<u8>, Vec<Entry>)> {
    let streams: Vec<(Value, Value)> = match answer {
        // In RESP 2, a list of names and entries; in RESP 3, a map.
        Value::Array(streams) => streams.into_iter().filter_map(pair).collect(),
        Value::Map(streams) => streams,
        _ => Vec::new(),
    };
    streams.into_iter().filter_map(|(name, entries)| Some((bytes(name)?, range(entries)))).collect()
}

fn pair(value: Value) -> Option<(Value, Value)> {
    let Value::Array(pair) = value else { return None };
    let mut pair = pair.into_iter();
    pair.next().zip(pair.next())
}

/// The entries in the answer to XRANGE. What has no id is none.
pub(super) fn range(answer: Value) -> Vec<Entry> {
    let Value::Array(entries) = answer else { return Vec::new() };
    entries.into_iter().filter_map(entry).collect()
}

fn entry(value: Value) -> Option<Entry> {
    let Value::Array(parts) = value else { return None };
    let mut parts = parts.into_iter();
    let id = StreamId::parse(&text(parts.next()?)?)?;
    let mut entry = Entry { id, ..Entry::default() };
    // An entry that was deleted meanwhile has no fields.
    let Some(Value::Array(fields)) = parts.next() else { return Some(entry) };
    let mut fields = fields.into_iter();
    while let (Some(name), Some(value)) = (fields.next(), fields.next()) {
        let (Some(name), Some(value)) = (bytes(name), bytes(value)) else { continue };
        match name.as_slice() {
            b"uid" => entry.uid = value,
            b"nsp" => entry.namespace = value,
            b"type" => entry.kind = value,
            b"data" => entry.data = value,
            NUMBER => entry.number = value,
            _ => {}
        }
    }
    Some(entry)
}

/// The field of our own. Others pass over it.
pub(super) const NUMBER: &[u8] = b"number";

/// Text that Redis has said of itself.
pub(super) fn text(value: Value) -> Option<String> {
    bytes(value).and_then(|bytes| String::from_utf8(bytes).ok())
}

pub(super) fn bytes(value: Value) -> Option<Vec<u8>> {
    match value {
        Value::BulkString(bytes) => Some(bytes),
        Value::SimpleString(text) => Some(text.into_bytes()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bulk(text: &str) -> Value {
        Value::BulkString(text.into())
    }

    #[test]
    fn ids_are_two_numbers_and_only_grow() {
        let id = |text| StreamId::parse(text).expect("an id");
        assert!(id("9-1") < id("10-0") && id("10-9") < id("10-10"));
        assert_eq!((id("7-3").next(), id("7-18446744073709551615").next()), (id("7-4"), id("8-0")));
        assert_eq!(id("1700000000000-2").to_string(), "1700000000000-2");
        for text in ["", "7", "7-", "-7", "+7-0", "7-0-0", "a-0", "o1f", "18446744073709551616-0", "7- 0"] {
            assert_eq!(StreamId::parse(text), None, "{text}");
        }
    }

    #[test]
    fn entries_are_read_whatever_is_in_them() {
        let fields = ["uid", "a", "other", "x", "type", "3", "nsp", "/", "data", "{}", "number", "12", "odd"].map(bulk);
        let entry = Value::Array(vec![bulk("7-1"), Value::Array(fields.into())]);
        let gone = Value::Array(vec![bulk("7-2"), Value::Nil]);
        let entries =
            Value::Array(vec![entry, gone, Value::Nil, Value::Array(vec![bulk("no id"), Value::Array(vec![])])]);
        let found = range(entries.clone());
        assert_eq!(found.iter().map(|entry| entry.id.to_string()).collect::<Vec<_>>(), ["7-1", "7-2"]);
        assert_eq!((found[0].uid.as_slice(), found[0].number(), found[1].number()), (b"a".as_slice(), Some(12), None));
        let resp2 = Value::Array(vec![Value::Array(vec![bulk("socket.io"), entries.clone()])]);
        let resp3 = Value::Map(vec![(bulk("socket.io"), entries.clone())]);
        assert_eq!(read(resp2), [(b"socket.io".to_vec(), range(entries))]);
        assert_eq!(read(resp3), [(b"socket.io".to_vec(), found)]);
    }

    #[test]
    fn no_entries_are_no_entries() {
        for nothing in
            [Value::Nil, Value::Okay, Value::Array(vec![]), Value::Array(vec![Value::Int(7)]), Value::Map(vec![])]
        {
            assert!(read(nothing.clone()).is_empty() && range(nothing).is_empty());
        }
    }
}
