//! Trees as JSON text.
//!
//! Writes what `serde_json` writes, byte for byte, in less time: most names of a view are short, and most numbers have few
//! digits. What is rare goes through `serde_json` itself.

use super::read::Name;
use super::{Extent, Node, Tree};

/// Appends `tree`.
pub(super) fn write(tree: &Tree, out: &mut Vec<u8>) {
    let mut row = tree.row();
    value(tree, &mut row, out);
}

/// The first value of the row, which is left at the second.
fn value(tree: &Tree, row: &mut &[Node], out: &mut Vec<u8>) {
    let Some((&node, rest)) = row.split_first() else { return out.extend_from_slice(b"null") };
    *row = rest;
    match node {
        Node::Null => out.extend_from_slice(b"null"),
        Node::Bool(true) => out.extend_from_slice(b"true"),
        Node::Bool(false) => out.extend_from_slice(b"false"),
        Node::Int(number) => out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes()),
        Node::UInt(number) => integer(number, out),
        Node::Float(number) => float(number, out),
        Node::Fixed(text) => string(text, out),
        Node::Own(span) => string(tree.text(span), out),
        Node::List(Extent { items: 0, .. }) => out.extend_from_slice(b"[]"),
        Node::List(extent) => {
            for nth in 0..extent.items {
                out.push(if nth == 0 { b'[' } else { b',' });
                value(tree, row, out);
            }
            out.push(b']');
        }
        Node::Map(Extent { items: 0, .. }) => out.extend_from_slice(b"{}"),
        Node::Map(extent) => {
            for nth in 0..extent.items {
                let Some((&name, rest)) = row.split_first() else { break };
                *row = rest;
                member(if nth == 0 { b'{' } else { b',' }, Name::of(tree, name), out);
                value(tree, row, out);
            }
            out.push(b'}');
        }
    }
}

/// What stands before a member's value: `lead`, and its name.
fn member(lead: u8, name: Name<'_>, out: &mut Vec<u8>) {
    match name {
        Name::Text(name) => match word(name) {
            Some(word) => {
                let end = 8 * (2 + name.len());
                let head = u128::from(u16::from_le_bytes([lead, b'"'])) | u128::from(word) << 16;
                let tail = u128::from(u16::from_le_bytes([b'"', b':'])) << end;
                push(&(head | tail).to_le_bytes(), name.len() + 4, out);
            }
            None => {
                out.push(lead);
                string(name, out);
                out.push(b':');
            }
        },
        Name::Number(number) => {
            out.extend_from_slice(&[lead, b'"']);
            integer(number, out);
            out.extend_from_slice(b"\":");
        }
    }
}

/// Up to eight bytes of text that needs no escapes, the first in the lowest. Most names are no longer; put together in a
/// register they are on their way at once, while bytes that are stored one by one and loaded as one would be waited for.
fn word(text: &str) -> Option<u64> {
    let bytes = text.as_bytes();
    let word = match bytes {
        [] => 0,
        &[a] => u64::from(a),
        &[a, b] => u64::from(u16::from_le_bytes([a, b])),
        &[a, b, c] => u64::from(u32::from_le_bytes([a, b, c, 0])),
        _ if bytes.len() <= 8 => {
            let (first, last) = (bytes.first_chunk()?, bytes.last_chunk()?);
            // Those that are in both are the same in both.
            u64::from(u32::from_le_bytes(*first)) | u64::from(u32::from_le_bytes(*last)) << (8 * (bytes.len() - 4))
        }
        _ => return None,
    };
    let all = |byte: u8| u64::from_le_bytes([byte; 8]);
    // Bytes that there are not count as letters.
    let filled = word | all(b'a').checked_shl(8 * u32::try_from(bytes.len()).ok()?).unwrap_or(0);
    // The highest bit of a byte is set where that is less than `least`, and at most above such a one.
    let less = |word: u64, least: u8| word.wrapping_sub(all(least)) & !word & all(0x80);
    let escapes = less(filled, 0x20) | less(filled ^ all(b'"'), 1) | less(filled ^ all(b'\\'), 1);
    (escapes == 0).then_some(word)
}

/// Appends the first `length` bytes. Copying all of them, of which the compiler knows how many there are, is quicker than
/// calling for as many as are wanted.
fn push<const N: usize>(bytes: &[u8; N], length: usize, out: &mut Vec<u8>) {
    let end = out.len() + length;
    out.extend_from_slice(bytes);
    out.truncate(end);
}

fn string(text: &str, out: &mut Vec<u8>) {
    if text.bytes().any(|byte| byte < 0x20 || byte == b'"' || byte == b'\\') {
        return general(text, out);
    }
    out.reserve(text.len() + 2);
    out.push(b'"');
    out.extend_from_slice(text.as_bytes());
    out.push(b'"');
}

#[inline]
fn integer(number: u64, out: &mut Vec<u8>) {
    match u16::try_from(number) {
        Ok(number) if number < 10_000 => {
            let (digits, length) = short(number);
            push(&digits, length, out);
        }
        _ => out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes()),
    }
}

/// The digits of a number below 10,000, and how many there are. Most numbers of most views are.
fn short(number: u16) -> ([u8; 4], usize) {
    let pair = |number: u16| PAIRS.get(usize::from(number)).copied().unwrap_or_default();
    let ([a, b], [c, d]) = (pair(number / 100), pair(number % 100));
    let length = 1 + usize::from(number >= 10) + usize::from(number >= 100) + usize::from(number >= 1_000);
    let digits = u32::from_le_bytes([a, b, c, d]) >> (8 * (4 - length));
    (digits.to_le_bytes(), length)
}

/// The two digits of each number below 100.
const PAIRS: [[u8; 2]; 100] = {
    let mut pairs = [[b'0'; 2]; 100];
    let mut nth = 0_u8;
    while nth < 100 {
        pairs[nth as usize] = [b'0' + nth / 10, b'0' + nth % 10];
        nth += 1;
    }
    pairs
};

/// Tenths are what positions are mostly rounded to. Of up to 15 digits no two numbers of that form are the same float, so
/// the digits are the shortest there are.
fn float(number: f64, out: &mut Vec<u8>) {
    // Not `round`, which is a call of a function on processors that need not have an instruction for it.
    #[expect(clippy::cast_possible_truncation, reason = "a float cast saturates")]
    let tenths = (number * 10.0 + 0.5_f64.copysign(number)) as i64;
    #[expect(clippy::cast_precision_loss, reason = "exact below 2^53; more are not taken")]
    let is_exact = (tenths as f64 / 10.0).to_bits() == number.to_bits();
    if !is_exact || tenths.unsigned_abs() >= MOST_TENTHS {
        return general(&number, out);
    }
    if tenths < 0 {
        out.push(b'-');
    }
    let (whole, last) =
        (tenths.unsigned_abs() / 10, b'0' + u8::try_from(tenths.unsigned_abs() % 10).unwrap_or_default());
    match u16::try_from(whole) {
        Ok(whole) if whole < 10_000 => {
            let (digits, length) = short(whole);
            let tail = u64::from(u16::from_le_bytes([b'.', last])) << (8 * length);
            push(&(u64::from(u32::from_le_bytes(digits)) | tail).to_le_bytes(), length + 2, out);
        }
        _ => {
            integer(whole, out);
            out.extend_from_slice(&[b'.', last]);
        }
    }
}

const MOST_TENTHS: u64 = 1_000_000_000_000_000;

/// What is rare.
fn general(said: &(impl serde::Serialize + ?Sized), out: &mut Vec<u8>) {
    let written = serde_json::to_writer(out, said);
    debug_assert!(written.is_ok(), "a vector takes everything");
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    #[track_caller]
    fn check(value: &Value) {
        let tree = Tree::of(value).expect("JSON has a form in JSON");
        let mut out = Vec::new();
        write(&tree, &mut out);
        let expected = serde_json::to_string(&tree).expect("a tree has a form in JSON");
        assert_eq!(String::from_utf8(out).expect("JSON is text"), expected);
    }

    #[test]
    fn the_edges_of_numbers_and_text_are_as_serde_json_has_them() {
        for number in
            [0.0, -0.0, 0.1, -0.1, 0.5, 123.4, -99_999.9, 1e14, 99_999_999_999_999.9, 1e15, 1e16, 1e300, 5e-324]
        {
            check(&Value::from(number));
            check(&Value::from(number / 3.0));
        }
        for number in [0, 1, -1, i64::MIN, i64::MAX] {
            check(&Value::from(number));
        }
        check(&Value::from(u64::MAX));
        for length in 0..12 {
            for odd in ["\"", "\\", "\n", "\u{1f}", " ", "\u{7f}", "\u{e9}", "x"] {
                for at in 0..=length {
                    check(&serde_json::json!({ format!("{}{odd}{}", "n".repeat(at), "n".repeat(length - at)): 1 }));
                }
            }
        }
        for text in ["", "plain", "\"quoted\"", "back\\slash", "\u{0}\n\t\u{1f}\u{7f}", "\u{e9}\u{1f389}\u{2028}"] {
            check(&serde_json::json!({ text: [text, null, true, {"in": false}] }));
        }
    }

    proptest! {
        #[test]
        fn tenths_are_as_serde_json_has_them(tenths in -2_000_000_000_000_000_i64..2_000_000_000_000_000) {
            #[expect(clippy::cast_precision_loss, reason = "below 2^53")]
            check(&Value::from(tenths as f64 / 10.0));
        }

        #[test]
        fn any_float_is_as_serde_json_has_it(number in prop::num::f64::NORMAL | prop::num::f64::SUBNORMAL) {
            check(&Value::from(number));
        }

        #[test]
        fn any_text_is_as_serde_json_has_it(text in ".*") {
            check(&Value::from(text));
        }

        #[test]
        fn any_tree_is_as_serde_json_has_it(value in super::super::super::patch::value()) {
            check(&value);
        }
    }
}
