//! The code that a person types to find a room: six digits.
//!
//! Does not know which are taken; `directory` asks for another one if need be.

use std::sync::Arc;

/// Digits of a code.
const DIGITS: usize = 6;
/// How many codes there are.
const CODES: u32 = 1_000_000;

/// A code from the process's cryptographic generator: knowing some tells nothing of the next.
pub(crate) fn random() -> Arc<str> {
    Arc::from(format!("{:06}", rand::random_range(0..CODES)))
}

/// The code in what a person typed; spaces and hyphens are ignored.
pub(crate) fn parse(typed: &str) -> Option<String> {
    let mut code = String::with_capacity(DIGITS);
    for c in typed.chars().filter(|&c| !c.is_whitespace() && c != '-') {
        if !c.is_ascii_digit() || code.len() == DIGITS {
            return None;
        }
        code.push(c);
    }
    (code.len() == DIGITS).then_some(code)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn spaces_are_ignored() {
        assert_eq!(parse(" 012 345 ").as_deref(), Some("012345"));
        assert_eq!(parse("012-345").as_deref(), Some("012345"));
    }

    #[test]
    fn anything_else_is_no_code() {
        for typed in ["", "12345", "1234567", "12345a", "١٢٣٤٥٦", "-12345"] {
            assert_eq!(parse(typed), None, "{typed:?}");
        }
        assert_eq!(parse(&"1".repeat(1_000_000)), None);
    }

    #[test]
    fn codes_have_six_digits_and_are_spread_over_all_of_them() {
        let codes: BTreeSet<_> = (0..1_000).map(|_| random()).collect();
        assert!(codes.len() > 980, "{} of 1,000 are distinct", codes.len());
        assert!(codes.iter().all(|code| parse(code).is_some()));
        let leading: BTreeSet<_> = codes.iter().filter_map(|code| code.chars().next()).collect();
        assert_eq!(leading.len(), 10);
    }
}
