//! Where the values of a JSON text stand: paths in, lines and columns out.
//!
//! Judges no syntax: the text must have been read by a JSON parser before. Any other text only gives odd places.

use std::collections::HashMap;

use parlor_games::quiz::pack::{Path, Place, Step};

/// The place of each of these paths, in their order: a field's name, an element's beginning; for a path that leads
/// nowhere, the place of the last value on the way. A field that is there twice is placed where it is repeated.
///
/// Columns count characters.
#[must_use]
pub(super) fn places(text: &[u8], paths: &[Path]) -> Vec<Place> {
    let mut scanner = Scanner { text, at: if text.starts_with(BOM) { BOM.len() } else { 0 } };
    scanner.space();
    let mut offsets = vec![scanner.at; paths.len()];
    let wanted: Vec<_> = paths.iter().enumerate().map(|(index, path)| Wanted { index, steps: path.steps() }).collect();
    scanner.value(&wanted, &mut offsets);
    let lines = Lines::of(text);
    offsets.into_iter().map(|offset| lines.place(offset)).collect()
}

/// What is left of a path, and where its offset is to be written.
struct Wanted<'a> {
    index: usize,
    steps: &'a [Step],
}

type Next<'a> = HashMap<&'a Step, Vec<Wanted<'a>>>;

struct Scanner<'t> {
    text: &'t [u8],
    at: usize,
}

impl Scanner<'_> {
    /// Passes one value, writing the offsets of what is wanted inside it.
    fn value(&mut self, wanted: &[Wanted<'_>], offsets: &mut [usize]) {
        let mut next = Next::new();
        for wanted in wanted {
            if let Some((first, steps)) = wanted.steps.split_first() {
                next.entry(first).or_default().push(Wanted { index: wanted.index, steps });
            }
        }
        self.space();
        match self.peek() {
            Some(b'{') if !next.is_empty() => self.object(&next, offsets),
            Some(b'[') if !next.is_empty() => self.list(&next, offsets),
            _ => self.skip(),
        }
    }

    fn object(&mut self, next: &Next<'_>, offsets: &mut [usize]) {
        self.at += 1;
        while self.item() {
            let start = self.at;
            self.string();
            let name = serde_json::from_slice(self.text.get(start..self.at).unwrap_or_default()).unwrap_or_default();
            self.space();
            self.at += 1;
            self.member(&Step::Field(name), start, next, offsets);
        }
    }

    fn list(&mut self, next: &Next<'_>, offsets: &mut [usize]) {
        self.at += 1;
        let mut index = 0;
        while self.item() {
            self.member(&Step::Index(index), self.at, next, offsets);
            index += 1;
        }
    }

    /// Passes the value of a field or element that begins at `start`.
    fn member(&mut self, step: &Step, start: usize, next: &Next<'_>, offsets: &mut [usize]) {
        let wanted = next.get(step).map_or(&[][..], Vec::as_slice);
        for Wanted { index, .. } in wanted {
            if let Some(offset) = offsets.get_mut(*index) {
                *offset = start;
            }
        }
        self.value(wanted, offsets);
    }

    /// Whether another field or element begins, at which it then stands; passes the end if none does.
    fn item(&mut self) -> bool {
        self.space();
        if self.peek() == Some(b',') {
            self.at += 1;
            self.space();
        }
        match self.peek() {
            None => false,
            Some(b'}' | b']') => {
                self.at += 1;
                false
            }
            Some(_) => true,
        }
    }

    /// Passes a value of any depth without recursion.
    fn skip(&mut self) {
        let mut depth = 0_usize;
        while let Some(byte) = self.peek() {
            match byte {
                b'"' => self.string(),
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                }
                b'}' | b']' if depth == 0 => return,
                b'}' | b']' => {
                    depth -= 1;
                    self.at += 1;
                }
                b',' if depth == 0 => return,
                _ => self.at += 1,
            }
        }
    }

    /// Passes a text. Always moves on, so that no loop around it can stand still.
    fn string(&mut self) {
        self.at += 1;
        while let Some(byte) = self.peek() {
            self.at += if byte == b'\\' { 2 } else { 1 };
            if byte == b'"' {
                return;
            }
        }
    }

    fn space(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }
}

/// Where the lines of a text begin.
#[derive(Debug)]
pub(super) struct Lines<'t> {
    text: &'t [u8],
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    /// The lines of this text.
    #[must_use]
    pub(super) fn of(text: &'t [u8]) -> Self {
        let after_feeds = text.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1);
        Self { text, starts: std::iter::once(0).chain(after_feeds).collect() }
    }

    /// The place of the byte at `offset`; its column counts characters.
    #[must_use]
    pub(super) fn place(&self, offset: usize) -> Place {
        let line = self.starts.partition_point(|start| *start <= offset).max(1);
        let start = self.starts.get(line - 1).copied().unwrap_or_default();
        self.in_line(line, offset.saturating_sub(start))
    }

    /// The place of the byte `bytes` after the beginning of `line`, which counts from 1.
    #[must_use]
    pub(super) fn in_line(&self, line: usize, bytes: usize) -> Place {
        let start = self.starts.get(line.saturating_sub(1)).copied().unwrap_or_default();
        let end = start.saturating_add(bytes).min(self.text.len());
        let before = self.text.get(start..end).unwrap_or_default();
        let before = before.strip_prefix(BOM).unwrap_or(before);
        // Bytes that continue a UTF-8 character begin with the bits 10.
        Place { line, column: 1 + before.iter().filter(|byte| **byte & 0xc0 != 0x80).count() }
    }
}

/// The byte order mark some editors begin a UTF-8 file with; it takes no column.
pub(super) const BOM: &[u8] = b"\xef\xbb\xbf";

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn place(text: &str, path: Path) -> (usize, usize) {
        let place = places(text.as_bytes(), &[path])[0];
        (place.line, place.column)
    }

    #[test]
    fn fields_and_elements_are_found() {
        let text = "{\n  \"a\": [1, {\"b]\": \"\\\"}\"},\n    \"x\"],\n  \"ü\": {\"y\": 2}, \"z\": 3}";
        let root = Path::default();
        assert_eq!(place(text, root.clone()), (1, 1));
        assert_eq!(place(text, root.field("a")), (2, 3));
        assert_eq!(place(text, root.field("a").index(1)), (2, 12));
        assert_eq!(place(text, root.field("a").index(1).field("b]")), (2, 13));
        assert_eq!(place(text, root.field("a").index(2)), (3, 5));
        assert_eq!(place(text, root.field("ü").field("y")), (4, 9));
        assert_eq!(place(text, root.field("z")), (4, 18));
    }

    #[test]
    fn a_path_that_leads_nowhere_ends_at_the_last_value_on_the_way() {
        assert_eq!(place("{\"a\": [{}]}", Path::default().field("a").index(0).field("b").index(3)), (1, 8));
    }

    #[test]
    fn a_repeated_field_is_placed_where_it_is_repeated() {
        assert_eq!(place("{\"a\": 1,\n\"a\": 2}", Path::default().field("a")), (2, 1));
    }

    #[test]
    fn a_byte_order_mark_takes_no_column() {
        assert_eq!(place("\u{feff}{\"a\": 1}", Path::default().field("a")), (1, 2));
    }

    proptest! {
           #[test]
           fn no_bytes_panic_or_stand_still(text in prop::collection::vec(any::<u8>(), 0..200), field in "[a-c]?") {
               let paths = [Path::default().field(&field).index(1), Path::default().index(0).field(&field)];
    prop_assert_eq!(places(&text, &paths).len(), 2);
           }

           #[test]
           fn nor_do_broken_documents(text in r#"[\[\]{}":,\\ a]{0,60}"#) {
               let paths = [Path::default().field("a").index(1), Path::default().index(0).field("a")];
    prop_assert_eq!(places(text.as_bytes(), &paths).len(), 2);
           }
       }
}
