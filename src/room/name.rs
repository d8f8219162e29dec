//! Names: what may be one, how it is shown, and which look alike.
//!
//! Does not know who is there: `roster` compares what is folded here.

use std::sync::Arc;

use parlor_games::contract::Refusal;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::refusals;

/// A name that was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Name {
    /// As it is shown.
    pub(crate) shown: Arc<str>,
    /// The same for all names that look alike.
    pub(crate) folded: Box<str>,
}

/// Bytes of one character with all its marks, at most: longer texts are refused unread.
const CHAR_BYTES: usize = 32;
/// Marks on one character. Real scripts need up to four; more draw over the lines above.
const MARKS: usize = 4;

impl Name {
    /// The name in what a person typed: NFKC, trimmed, spaces collapsed.
    ///
    /// # Errors
    /// `name_empty`, `name_too_long` or `name_invalid`.
    pub(crate) fn parse(typed: &str, most_chars: usize) -> Result<Self, Refusal> {
        if typed.len() > most_chars.saturating_mul(CHAR_BYTES) {
            return Err(refusals::name_too_long());
        }
        let shown = tidy(typed)?;
        let chars = shown.chars().filter(|&c| !is_combining_mark(c)).count();
        if chars > most_chars || shown.len() > most_chars.saturating_mul(CHAR_BYTES) {
            return Err(refusals::name_too_long());
        }
        let folded = fold(&shown);
        if chars == 0 || folded.is_empty() {
            return Err(refusals::name_empty());
        }
        Ok(Self { shown: shown.into(), folded: folded.into() })
    }

    /// A name that the runtime gives.
    pub(crate) fn given(name: &str) -> Self {
        Self { shown: name.into(), folded: fold(name).into() }
    }
}

/// NFKC, without variation selectors, spaces trimmed and collapsed.
fn tidy(typed: &str) -> Result<String, Refusal> {
    let mut shown = String::with_capacity(typed.len());
    let mut marks = 0;
    for c in typed.chars().filter(|c| !matches!(c, '\u{FE0E}' | '\u{FE0F}')).nfkc() {
        if c.is_whitespace() && !c.is_control() && !is_separator(c) {
            if !shown.is_empty() && !shown.ends_with(' ') {
                shown.push(' ');
            }
            marks = 0;
            continue;
        }
        marks = if is_combining_mark(c) { marks + 1 } else { 0 };
        if marks > MARKS || shows_nothing_of_its_own(c) {
            return Err(refusals::name_invalid());
        }
        shown.push(c);
    }
    shown.truncate(shown.trim_end().len());
    Ok(shown)
}

const fn is_separator(c: char) -> bool {
    matches!(c, '\u{2028}' | '\u{2029}')
}

/// Bidirectional controls: what follows them, of whomever, is shown in another order.
pub(crate) const fn turns_text(c: char) -> bool {
    matches!(c, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Controls, direction overrides, zero-width and blank characters, tags, private use: whatever is not seen, or changes how
/// others are seen.
fn shows_nothing_of_its_own(c: char) -> bool {
    c.is_control()
        || is_separator(c)
        || matches!(c,
            '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
            | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{2800}' | '\u{3164}' | '\u{E000}'..='\u{F8FF}'
            | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFF}'
            | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{10FFFF}')
}

/// One text for all that look alike: no case, marks or spaces, and letters of other scripts as the Latin ones they resemble.
fn fold(shown: &str) -> String {
    let plain = shown.nfkd().filter(|&c| !is_combining_mark(c) && !c.is_whitespace());
    plain.flat_map(resembles_capital).flat_map(char::to_lowercase).flat_map(resembles).collect()
}

/// Capitals that resemble a Latin capital while their small letters do not.
fn resembles_capital(c: char) -> Option<char> {
    Some(match c {
        'Η' | 'Н' => 'H',
        'Ρ' | 'Р' => 'P',
        'Χ' | 'Х' => 'X',
        'Υ' | 'У' => 'Y',
        'В' | 'Β' => 'B',
        'М' | 'Μ' => 'M',
        'Т' | 'Τ' => 'T',
        'К' | 'Κ' => 'K',
        'Ν' => 'N',
        'Ζ' => 'Z',
        'Ε' => 'E',
        _ => c,
    })
}

/// Small letters, digits and signs, as what they resemble.
fn resembles(c: char) -> Option<char> {
    Some(match c {
        'а' | 'α' => 'a',
        'с' | 'ϲ' => 'c',
        'ԁ' => 'd',
        'е' | 'ε' => 'e',
        'һ' => 'h',
        'ј' => 'j',
        'к' | 'κ' => 'k',
        'i' | 'і' | 'ι' | 'ı' | 'ӏ' | '1' | '|' | 'ا' => 'l',
        'м' => 'm',
        'п' | 'η' => 'n',
        'о' | 'ο' | 'σ' | '0' | 'օ' => 'o',
        'р' | 'ρ' => 'p',
        'ԛ' => 'q',
        'г' => 'r',
        'ѕ' => 's',
        'т' | 'τ' => 't',
        'υ' | 'ս' => 'u',
        'ѵ' | 'ν' => 'v',
        'ԝ' | 'ω' => 'w',
        'х' | 'χ' => 'x',
        'у' | 'γ' => 'y',
        'ß' | 'β' | 'в' => 'b',
        '‐' | '‑' | '‒' | '–' | '—' | '−' | '_' => '-',
        '‘' | '’' | '`' | '´' => '\'',
        _ => c,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MOST: usize = 24;

    fn shown(typed: &str) -> Result<String, &'static str> {
        Name::parse(typed, MOST).map(|name| name.shown.to_string()).map_err(|refusal| refusal.code)
    }

    fn alike(a: &str, b: &str) -> bool {
        let folded = |typed| Name::parse(typed, MOST).expect("a name").folded;
        folded(a) == folded(b)
    }

    #[test]
    fn names_of_the_world_are_shown_as_typed() {
        for name in
            ["Ada", "Zoë", "Łukasz", "李小龍", "Алиса", "محمد", "שרה", "สมชาย", "हिन्दी", "Ada 🦊", "👩🏽", "O'Neil-Smith"]
        {
            let typed: String = name.nfkc().collect();
            assert_eq!(shown(name), Ok(typed), "{name}");
        }
    }

    #[test]
    fn names_are_normalised_trimmed_and_collapsed() {
        assert_eq!(shown("  Ada \u{a0}\u{3000} L  "), Ok("Ada L".into()));
        assert_eq!(shown("Zoe\u{308}"), Ok("Zo\u{eb}".into()));
        assert_eq!(shown("Ａｄａ"), Ok("Ada".into()));
        assert_eq!(shown("❤\u{fe0f}"), Ok("❤".into()));
    }

    #[test]
    fn hostile_14_empty_names() {
        for typed in ["", " ", "\u{3000}", "\u{fe0f}", "\u{301}"] {
            assert_eq!(shown(typed), Err("name_empty"), "{typed:?}");
        }
    }

    #[test]
    fn hostile_14_long_names() {
        assert_eq!(shown(&"x".repeat(MOST)), Ok("x".repeat(MOST)));
        assert_eq!(shown(&"x".repeat(MOST + 1)), Err("name_too_long"));
        assert_eq!(shown(&"x".repeat(10_000_000)), Err("name_too_long"));
        assert_eq!(shown(&"\u{fdfa}".repeat(10)), Err("name_too_long"), "each becomes eighteen characters");
    }

    #[test]
    fn hostile_14_controls_overrides_and_what_is_not_seen() {
        for c in [
            '\0',
            '\n',
            '\t',
            '\u{7f}',
            '\u{85}',
            '\u{200b}',
            '\u{200d}',
            '\u{202e}',
            '\u{2066}',
            '\u{2028}',
            '\u{feff}',
            '\u{ad}',
            '\u{3164}',
            '\u{2800}',
            '\u{e0041}',
            '\u{e000}',
            '\u{fffd}',
        ] {
            assert_eq!(shown(&format!("A{c}da")), Err("name_invalid"), "{c:?}");
        }
        assert_eq!(shown(&format!("a{}", "\u{30d}".repeat(20))), Err("name_invalid"));
    }

    #[test]
    fn hostile_14_look_alikes() {
        for (a, b) in [
            ("Ada", "ADA"),
            ("Ada", "A d a"),
            ("Ada", "Аda"),
            ("Ada", "Ádä"),
            ("Bill", "BiII"),
            ("Bill", "Bi11"),
            ("Tom", "Τοm"),
            ("HANNA", "НАNNА"),
            ("O'Neil", "0’Neil"),
            ("x-y", "x–y"),
        ] {
            assert!(alike(a, b), "{a} {b}");
        }
        assert!(!alike("Ada", "Eda"));
        assert!(!alike("李", "王"));
    }

    proptest! {
        #[test]
        fn any_text_is_a_name_within_its_bounds_or_refused(typed in any::<String>()) {
            if let Ok(name) = Name::parse(&typed, MOST) {
                prop_assert!(!name.shown.is_empty() && !name.folded.is_empty());
                prop_assert!(!name.shown.chars().any(shows_nothing_of_its_own));
                let again = Name::parse(&name.shown, MOST);
                prop_assert_eq!(again, Ok(name), "a name is its own name");
            }
        }
    }
}
