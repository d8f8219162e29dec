//! Words that have no place in the tree: notes to oneself, names of the wrong house, places of one machine.
//!
//! Spelling and grammar are left to people.

use super::source::{Token, code_only, tokens};
use super::{Fault, File};

/// Notes to oneself. In pieces, so that this list is not its own fault.
const NOTES: &[&str] = &[concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X:"), concat!("HA", "CK:")];

/// Places that exist on one machine, and hosts that a lock file must not name.
const PLACES: &[&str] = &[
    concat!("/wo", "rk/"),
    concat!("/ro", "ot/"),
    concat!("/ho", "me/"),
    concat!("registry.npm", "js.org"),
    concat!("arti", "factory"),
    concat!("pypi", ".org"),
    concat!("deb.debian", ".org"),
    concat!("index.crates", ".io"),
    concat!("static.crates", ".io"),
];

/// Words that say nothing of what a type is, or are another house's.
const TYPES: &[&str] = &["Manager", "Hub", "Util", "Utils", "Helper", "Helpers", "Misc", "Registry", "Dump"];

/// Files named for nothing.
const FILES: &[&str] = &["util", "utils", "helper", "helpers", "common", "misc"];

/// Words in any text file.
pub(crate) fn text(file: &File) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (number, line) in file.lines() {
        for note in NOTES.iter().filter(|note| has_word(line, note)) {
            faults.push(file.fault(number, "notes", format!("`{note}`: finish it or file it")));
        }
        for place in PLACES.iter().filter(|place| line.contains(*place)) {
            faults.push(file.fault(number, "places", format!("`{place}` is not the same everywhere")));
        }
        if let Some(reference) = issue(line) {
            faults.push(file.fault(number, "places", format!("`{reference}`: say the reason itself")));
        }
    }
    faults
}

/// Whether `word` stands in the line with no letter before or after it.
fn has_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}

/// A reference to an issue by its number.
fn issue(line: &str) -> Option<String> {
    let lower = line.to_ascii_lowercase();
    let word = concat!("iss", "ue");
    lower.match_indices(word).find_map(|(at, _)| {
        let rest = lower[at + word.len()..].trim_start_matches([' ', '#']);
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        (!digits.is_empty()).then(|| format!("{word} {digits}"))
    })
}

/// Words in Rust source: attributes without reason, and names.
pub(crate) fn rust(file: &File) -> Vec<Fault> {
    if !file.path.ends_with(".rs") {
        return Vec::new();
    }
    let mut faults = Vec::new();
    let stem = file.path.rsplit('/').next().unwrap_or_default().trim_end_matches(".rs");
    if FILES.contains(&stem) {
        faults.push(file.fault(1, "words", format!("`{stem}` names no noun of the domain")));
    }
    let tokens = tokens(&code_only(&file.text));
    for (at, token) in tokens.iter().enumerate() {
        let next = |by: usize| tokens.get(at + by).map_or("", |token| token.text.as_str());
        let mut fault = |rule, words| faults.push(file.fault(token.line, rule, words));
        match token.text.as_str() {
            "dbg" | "todo" | "unimplemented" if next(1) == "!" => fault("notes", format!("`{}!`", token.text)),
            "struct" | "enum" | "trait" | "type" if TYPES.iter().any(|word| next(1).ends_with(word)) => {
                fault("words", format!("`{}` is not a word of the house", next(1)));
            }
            "fn" if next(1).starts_with("get_") => fault("words", format!("`{}`: no `get_`", next(1))),
            "allow" | "expect" if next(1) == "(" && in_attribute(&tokens[..at]) && !has_reason(&tokens[at..]) => {
                fault("reasons", format!("`{}` without a `reason`", token.text));
            }
            _ => {}
        }
    }
    faults
}

/// Whether the attribute that goes on here gives a reason.
fn has_reason(attribute: &[Token]) -> bool {
    attribute.iter().take_while(|token| token.text != "]").any(|token| token.text == "reason")
}

/// Whether what follows these tokens is the inside of an attribute: `#[` or `#![`, and no `]` since.
fn in_attribute(before: &[Token]) -> bool {
    let open = before.iter().rposition(|token| matches!(token.text.as_str(), "[" | "]"));
    let Some(open) = open.filter(|at| before[*at].text == "[") else { return false };
    let mark = before[..open].iter().rev().map(|token| token.text.as_str()).find(|text| *text != "!");
    mark == Some("#")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(line: &str) -> usize {
        text(&File::of("docs/a.md", line)).len()
    }

    fn rusts(source: &str) -> usize {
        rust(&File::of("src/a.rs", source)).len()
    }

    #[test]
    fn notes_and_places_are_faults_in_any_text() {
        assert_eq!(texts(concat!("// TO", "DO: later")), 1);
        assert_eq!(texts("Todos of a class"), 0);
        assert_eq!(texts(concat!("see /wo", "rk/main")), 1);
        assert_eq!(texts(concat!("closes iss", "ue #12")), 1);
        assert_eq!(texts("an issue for everyone, 12 times"), 0);
    }

    #[test]
    fn attributes_need_a_reason() {
        assert_eq!(rusts("#[allow(dead_code)]\nfn f() {}"), 1);
        assert_eq!(rusts("#![expect(a, b)]"), 1);
        assert_eq!(rusts("#[cfg_attr(test, allow(dead_code))]"), 1);
        assert_eq!(rusts("#[expect(dead_code, reason = \"why\")]"), 0);
        assert_eq!(rusts("fn f() { x.expect(\"why\"); [allow(1)]; }"), 0);
    }

    #[test]
    fn names_are_the_houses() {
        assert_eq!(rusts("struct RoomManager;"), 1);
        assert_eq!(rusts("fn get_seat() {}"), 1);
        assert_eq!(rusts("fn f() { dbg!(1); }"), 1);
        assert_eq!(rust(&File::of("src/room/utils.rs", "")).len(), 1);
        assert_eq!(rusts("struct Room; fn get() {} // struct RoomManager, dbg!"), 0);
    }
}
