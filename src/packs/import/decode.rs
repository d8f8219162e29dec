//! Decoding of text files whose encoding nobody wrote down, and which mix several.
//!
//! Never fails: what can't be read is shown as U+FFFD, and counted.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use encoding_rs::{Encoding, WINDOWS_1252};

use super::Repair;

/// A decoded text, and the lines of it that were not plain UTF-8.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Text {
    /// The text, its lines ended by a line feed alone.
    pub(super) text: String,
    odd: BTreeMap<usize, Repair>,
}

impl Text {
    /// What was done to these lines to read them.
    pub(super) fn repairs(&self, lines: RangeInclusive<usize>) -> Vec<Repair> {
        let mut repairs: Vec<_> = self.odd.range(lines).map(|(_, repair)| *repair).collect();
        repairs.dedup();
        repairs
    }
}

/// The text in these bytes: by its byte order mark, else UTF-8, else line by line UTF-8 or Windows-1252.
pub(super) fn text(bytes: &[u8]) -> Text {
    let whole = match Encoding::for_bom(bytes) {
        Some((encoding, length)) => {
            let rest = bytes.get(length..).unwrap_or_default();
            (encoding != encoding_rs::UTF_8 || str::from_utf8(rest).is_ok())
                .then(|| encoding.decode_without_bom_handling(rest).0)
        }
        None => str::from_utf8(bytes).ok().map(Into::into),
    };
    match whole {
        Some(text) => Text { text: feeds(&text), odd: BTreeMap::new() },
        None => by_lines(bytes),
    }
}

fn by_lines(bytes: &[u8]) -> Text {
    let separator = if bytes.contains(&b'\n') { b'\n' } else { b'\r' };
    let (mut text, mut odd) = (String::with_capacity(bytes.len()), BTreeMap::new());
    for (index, bytes) in bytes.split(|byte| *byte == separator).enumerate() {
        let (line, repair) = line(bytes);
        text.push_str(line.strip_suffix('\r').unwrap_or(&line));
        text.push('\n');
        odd.extend(repair.map(|repair| (index + 1, repair)));
    }
    Text { text, odd }
}

fn line(bytes: &[u8]) -> (String, Option<Repair>) {
    if let Ok(line) = str::from_utf8(bytes) {
        return (line.to_owned(), None);
    }
    if bytes.utf8_chunks().all(|chunk| chunk.valid().is_ascii()) && !has_cut_sequence(bytes) {
        return (WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned(), Some(Repair::Windows1252));
    }
    mixed(bytes)
}

/// A line that is UTF-8 in part.
fn mixed(bytes: &[u8]) -> (String, Option<Repair>) {
    let mut line = String::new();
    let mut cut: &[u8] = b"";
    let mut repair = Repair::Windows1252;
    for chunk in bytes.utf8_chunks() {
        let mut valid = chunk.valid();
        if let Some(rest) = valid.strip_prefix('?').filter(|_| lacks_last_byte(cut)) {
            valid = rest;
            line.push(if cut == QUOTE { '”' } else { '\u{fffd}' });
            repair = Repair::Unreadable;
        } else {
            line.push_str(&WINDOWS_1252.decode_without_bom_handling(cut).0);
        }
        line.push_str(valid);
        cut = chunk.invalid();
    }
    line.push_str(&WINDOWS_1252.decode_without_bom_handling(cut).0);
    (line, Some(repair))
}

/// Whether a character of UTF-8 lost its last byte to a `?`: what a conversion through Windows-1252 leaves of the
/// five bytes that mean nothing there (81, 8D, 8F, 90, 9D).
fn has_cut_sequence(bytes: &[u8]) -> bool {
    let mut chunks = bytes.utf8_chunks().peekable();
    while let Some(chunk) = chunks.next() {
        let next = chunks.peek().map_or("", |next| next.valid());
        // One byte and a question mark may well be meant: "Café?"; not so inside of a word.
        let inside = next.chars().nth(1).is_some_and(char::is_alphanumeric);
        let cut = chunk.invalid();
        if lacks_last_byte(cut) && next.starts_with('?') && (cut.len() > 1 || inside) {
            return true;
        }
    }
    false
}

/// Whether these bytes are a character of UTF-8 but for its last byte.
fn lacks_last_byte(bytes: &[u8]) -> bool {
    let length = match bytes.first() {
        Some(0xc2..=0xdf) => 2,
        Some(0xe0..=0xef) => 3,
        Some(0xf0..=0xf4) => 4,
        _ => return false,
    };
    bytes.len() + 1 == length
}

/// Line ends of Windows and of old Macs as line feeds.
fn feeds(text: &str) -> String {
    if text.contains('\n') { text.replace("\r\n", "\n") } else { text.replace('\r', "\n") }
}

/// What is left of U+201D, the one printable character of its five that stands after a letter.
const QUOTE: &[u8] = b"\xe2\x80";

#[cfg(test)]
mod tests {
    use super::*;

    fn odd(bytes: &[u8]) -> (String, Vec<Repair>) {
        let text = text(bytes);
        let repairs = text.repairs(1..=100);
        (text.text, repairs)
    }

    #[test]
    fn utf_8_stays_as_it_is() {
        assert_eq!(odd("é\r\nb".as_bytes()), ("é\nb".to_owned(), vec![]));
        assert_eq!(odd("\u{feff}é".as_bytes()), ("é".to_owned(), vec![]));
        assert_eq!(odd(b"a\rb"), ("a\nb".to_owned(), vec![]));
    }

    #[test]
    fn utf_16_is_known_by_its_mark() {
        assert_eq!(odd(b"\xff\xfea\0\xe9\0"), ("aé".to_owned(), vec![]));
        assert_eq!(odd(b"\xfe\xff\0a\0\xe9"), ("aé".to_owned(), vec![]));
    }

    #[test]
    fn a_line_of_windows_1252_stands_among_lines_of_utf_8() {
        let bytes = [&b"Brummb\xe4r \x93x\x94\r\n"[..], "é".as_bytes()].concat();
        assert_eq!(odd(&bytes), ("Brummbär “x”\né\n".to_owned(), vec![Repair::Windows1252]));
    }

    #[test]
    fn a_character_that_lost_a_byte_is_told() {
        assert_eq!(odd(b"\xe2\x80\x9cBadger State\xe2\x80?, x").0, "“Badger State”, x\n");
        assert_eq!(odd(b"\xd0?n oxygen tank").0, "\u{fffd}n oxygen tank\n");
        let (line, repairs) = odd(b"\xcf\x86\xcf?\xcf\x83");
        assert_eq!((line.as_str(), repairs), ("φ\u{fffd}σ\n", vec![Repair::Unreadable]));
    }

    #[test]
    fn one_foreign_byte_before_a_question_mark_is_a_letter_of_windows_1252() {
        assert_eq!(odd(b"Caf\xe9?"), ("Café?\n".to_owned(), vec![Repair::Windows1252]));
    }

    #[test]
    fn both_in_one_line_are_read() {
        assert_eq!(odd(b"\xc3\xa9 and \xe9!").0, "é and é!\n");
    }
}
