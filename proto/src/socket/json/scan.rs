//! Reads over JSON text: whether it is well formed, how deep it goes, and where the items of a list lie in it.
//!
//! Makes no values, and takes the text for UTF-8, as [`Message::Text`](crate::engine::Message::Text) is. Source: RFC 8259.

use crate::socket::DecodeError;

/// Hands `each` the items of the list that `text` is, as they are written. They may hold so many levels.
///
/// # Errors
/// It is no list, it goes deeper, or something follows it.
pub(super) fn items<'a>(text: &'a [u8], levels: usize, mut each: impl FnMut(&'a [u8])) -> Result<(), DecodeError> {
    let mut cursor = Cursor { rest: text };
    cursor.space();
    cursor.expect(b'[')?;
    cursor.space();
    if !cursor.eat(b']') {
        loop {
            cursor.space();
            each(cursor.value(levels)?);
            cursor.space();
            if !cursor.goes_on(b']')? {
                break;
            }
        }
    }
    cursor.end()
}

/// The one value that `text` holds, without the space around it. It may have so many levels.
///
/// # Errors
/// It is no value, it goes deeper, or something follows it.
pub(super) fn value(text: &[u8], levels: usize) -> Result<&[u8], DecodeError> {
    let mut cursor = Cursor { rest: text };
    cursor.space();
    let value = cursor.value(levels)?;
    cursor.end()?;
    Ok(value)
}

struct Cursor<'a> {
    rest: &'a [u8],
}

impl<'a> Cursor<'a> {
    fn next(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    /// Whether this is next; it is taken then.
    fn eat(&mut self, byte: u8) -> bool {
        let found = self.rest.first() == Some(&byte);
        if found {
            self.next();
        }
        found
    }

    fn expect(&mut self, byte: u8) -> Result<(), DecodeError> {
        if self.eat(byte) { Ok(()) } else { Err(DecodeError::Syntax) }
    }

    fn skip(&mut self, count: usize) {
        self.rest = self.rest.get(count..).unwrap_or_default();
    }

    fn space(&mut self) {
        while let Some(b' ' | b'\n' | b'\t' | b'\r') = self.rest.first() {
            self.next();
        }
    }

    fn end(mut self) -> Result<(), DecodeError> {
        self.space();
        if self.rest.is_empty() { Ok(()) } else { Err(DecodeError::Syntax) }
    }

    /// After an item: whether a comma says that there is another, where `close` says that there is none.
    fn goes_on(&mut self, close: u8) -> Result<bool, DecodeError> {
        match self.next() {
            Some(b',') => Ok(true),
            Some(byte) if byte == close => Ok(false),
            Some(_) | None => Err(DecodeError::Syntax),
        }
    }

    /// One value, and all that is in it. As deep as it calls itself is bounded by `levels`.
    fn value(&mut self, levels: usize) -> Result<&'a [u8], DecodeError> {
        let start = self.rest;
        match self.rest.first() {
            Some(b'"') => self.string()?,
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(b'{') => self.object(levels.checked_sub(1).ok_or(DecodeError::Nesting)?)?,
            Some(b'[') => self.array(levels.checked_sub(1).ok_or(DecodeError::Nesting)?)?,
            Some(b't') => self.word(b"true")?,
            Some(b'f') => self.word(b"false")?,
            Some(b'n') => self.word(b"null")?,
            Some(_) | None => return Err(DecodeError::Syntax),
        }
        start.get(..start.len() - self.rest.len()).ok_or(DecodeError::Syntax)
    }

    fn object(&mut self, levels: usize) -> Result<(), DecodeError> {
        self.expect(b'{')?;
        self.space();
        if self.eat(b'}') {
            return Ok(());
        }
        loop {
            self.space();
            self.string()?;
            self.space();
            self.expect(b':')?;
            self.space();
            self.value(levels)?;
            self.space();
            if !self.goes_on(b'}')? {
                return Ok(());
            }
        }
    }

    fn array(&mut self, levels: usize) -> Result<(), DecodeError> {
        self.expect(b'[')?;
        self.space();
        if self.eat(b']') {
            return Ok(());
        }
        loop {
            self.space();
            self.value(levels)?;
            self.space();
            if !self.goes_on(b']')? {
                return Ok(());
            }
        }
    }

    fn string(&mut self) -> Result<(), DecodeError> {
        self.expect(b'"')?;
        loop {
            let special = self.rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f));
            self.skip(special.ok_or(DecodeError::Syntax)?);
            match self.next() {
                Some(b'"') => return Ok(()),
                Some(b'\\') => self.escape()?,
                Some(_) | None => return Err(DecodeError::Syntax),
            }
        }
    }

    /// What follows a backslash. Half of a surrogate pair is let in, and refused where it is read.
    fn escape(&mut self) -> Result<(), DecodeError> {
        match self.next() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(()),
            Some(b'u') => match self.rest.split_at_checked(4) {
                Some((digits, rest)) if digits.iter().all(u8::is_ascii_hexdigit) => {
                    self.rest = rest;
                    Ok(())
                }
                Some(_) | None => Err(DecodeError::Syntax),
            },
            Some(_) | None => Err(DecodeError::Syntax),
        }
    }

    fn number(&mut self) -> Result<(), DecodeError> {
        self.eat(b'-');
        if !self.eat(b'0') {
            self.digits()?;
        }
        if self.eat(b'.') {
            self.digits()?;
        }
        if self.eat(b'e') || self.eat(b'E') {
            if !self.eat(b'+') {
                self.eat(b'-');
            }
            self.digits()?;
        }
        Ok(())
    }

    /// One digit at least.
    fn digits(&mut self) -> Result<(), DecodeError> {
        let count = self.rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.skip(count);
        if count > 0 { Ok(()) } else { Err(DecodeError::Syntax) }
    }

    fn word(&mut self, word: &[u8]) -> Result<(), DecodeError> {
        self.rest = self.rest.strip_prefix(word).ok_or(DecodeError::Syntax)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{Just, Strategy, any, prop_oneof, proptest};
    use serde_json::value::RawValue;

    use super::*;

    /// The items as this reads them, and as `serde_json` does; what is refused is `None`.
    fn both(text: &str) -> (Option<Vec<&str>>, Option<Vec<&str>>) {
        let mut found = Vec::new();
        let read = items(text.as_bytes(), 100, |item| found.push(std::str::from_utf8(item).expect("cut at its ends")));
        let raw = serde_json::from_str::<Vec<&RawValue>>(text).ok();
        (read.ok().map(|()| found), raw.map(|items| items.into_iter().map(RawValue::get).collect()))
    }

    #[track_caller]
    fn check(text: &str) {
        let (own, serde) = both(text);
        assert_eq!(own, serde, "{text}");
    }

    #[test]
    fn what_it_takes_for_json_is_json() {
        for text in [
            "[]",
            "[ ]",
            " [1]",
            "[1] ",
            "[1,2]",
            "[ 1 , \"a\" ]",
            "[1,]",
            "[,1]",
            "[1 2]",
            "[",
            "]",
            "",
            "[]]",
            "{}",
            "[{}]",
            "[{ }]",
            "[{\"a\":1}]",
            "[{\"a\" : [ ] , \"b\":{}}]",
            "[{\"a\"}]",
            "[{\"a\":}]",
            "[{a:1}]",
            "[{\"a\":1,}]",
            "[[1],[2]]",
            "[[1},[2]]",
            "[true,false,null]",
            "[tru]",
            "[nulll]",
            "[0]",
            "[-0]",
            "[01]",
            "[-]",
            "[+1]",
            "[1.]",
            "[.1]",
            "[1.5e3]",
            "[1e]",
            "[1e+]",
            "[1E-07]",
            "[1e999]",
            "[0x1]",
            "[\"\\n\\u00e9\"]",
            "[\"\\ud800\"]",
            "[\"\\u12g4\"]",
            "[\"\\u12\"]",
            "[\"\\x\"]",
            "[\"a]",
            "[\"\n\"]",
            "[\"\u{7f}é\u{10ffff}\"]",
            "[\"\\\"]",
            "[\"\\\\\"]",
            "[\u{a0}1]",
            "[\t\r\n1]",
        ] {
            check(text);
        }
    }

    #[test]
    fn depth_is_counted_inside_the_list() {
        let deep = |count: usize| format!("[{}{}]", "[".repeat(count), "]".repeat(count));
        assert_eq!(items(deep(3).as_bytes(), 3, |_| {}), Ok(()));
        assert_eq!(items(deep(4).as_bytes(), 3, |_| {}), Err(DecodeError::Nesting));
        assert_eq!(value(b" {\"a\":[]} ", 2), Ok(&b"{\"a\":[]}"[..]));
        assert_eq!(value(b"{\"a\":[]}", 1), Err(DecodeError::Nesting));
        assert_eq!(value(b"{}{}", 1), Err(DecodeError::Syntax));
    }

    fn pieces() -> impl Strategy<Value = String> {
        let token = prop_oneof![
            4 => proptest::sample::select(vec![
                "[", "]", "{", "}", ",", ":", "\"", "\\", " ", "\n", "0", "1", "-", ".", "e", "+", "true", "null", "\\u00e9",
                "\"a\"", "\"a\":", "é", "\u{1}",
            ]).prop_map(str::to_owned),
            1 => any::<char>().prop_map(String::from),
        ];
        proptest::collection::vec(token, 0..24).prop_map(|tokens| tokens.concat())
    }

    proptest! {
        #[test]
        fn any_text_reads_as_serde_json_reads_it(text in pieces(), framed in any::<bool>()) {
            check(&if framed { format!("[{text}]") } else { text });
        }

        #[test]
        fn well_formed_text_with_one_byte_changed_reads_as_serde_json_reads_it(
            (at, byte) in (0..60_usize, prop_oneof![Just(b'"'), Just(b','), Just(b'}'), Just(b'\\'), 0x20..0x7f_u8]),
        ) {
            let mut text = br#"["input",{"type":"move","seq":12,"dx":-0.5e1,"a":[null]}, 3]"#.to_vec();
            if let Some(place) = text.get_mut(at) {
                *place = byte;
            }
            check(std::str::from_utf8(&text).expect("ASCII"));
        }
    }
}
