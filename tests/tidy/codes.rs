//! Refusal codes: what the source refuses with is what the docs list, and the other way round.
//!
//! Reads literals only; a code that is put together while running would not be seen.

use std::collections::BTreeSet;

use super::{Fault, File};

/// The document that lists the codes, under this heading.
pub(crate) const LIST: &str = "docs/events.md";
const HEADING: &str = "## Refusals";

/// Codes without a line in the list, and lines without a code.
pub(crate) fn check(files: &[File]) -> Vec<Fault> {
    let Some(list) = files.iter().find(|file| file.path == LIST) else { return Vec::new() };
    let listed: Vec<_> = listed(&list.text);
    let known: BTreeSet<_> = listed.iter().map(|(_, code)| code.as_str()).collect();
    let mut faults = Vec::new();
    let mut used = BTreeSet::new();
    for file in files.iter().filter(|file| refuses(&file.path)) {
        for (line, code) in used_in(&file.text) {
            if !known.contains(code) {
                faults.push(file.fault(line, "codes", format!("`{code}` is not listed in {LIST}")));
            }
            used.insert(code);
        }
    }
    for (line, code) in &listed {
        if !used.contains(code.as_str()) {
            faults.push(list.fault(*line, "codes", format!("nothing is refused with `{code}`")));
        }
    }
    faults
}

/// Whether this file's codes reach clients.
fn refuses(path: &str) -> bool {
    let source = path.ends_with(".rs") && (path.starts_with("src/") || path.starts_with("games/src/"));
    source && !path.contains("/tests/") && !path.ends_with("/tests.rs") && !path.ends_with("_tests.rs")
}

/// The codes of the list's table, and their lines.
fn listed(text: &str) -> Vec<(usize, String)> {
    let lines = text.lines().enumerate().skip_while(|(_, line)| *line != HEADING).skip(1);
    let rows = lines.take_while(|(_, line)| !line.starts_with('#')).filter_map(|(index, line)| {
        let code = line.strip_prefix("| `")?.split('`').next()?;
        Some((index + 1, code.to_owned()))
    });
    rows.collect()
}

/// The codes in `Refusal::new("code"`, in `Refusal { code: "code"` and in `code = "words";` of the `refusals!` macro, before a file's unit tests.
fn used_in(text: &str) -> Vec<(usize, &str)> {
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let mut codes = Vec::new();
    for made in ["Refusal::new(", "Refusal { code:"] {
        for (at, call) in text.match_indices(made) {
            let argument = text[at + call.len()..].trim_start();
            if let Some(code) = argument.strip_prefix('"').and_then(|rest| rest.split('"').next()) {
                codes.push((text[..at].lines().count().max(1), code));
            }
        }
    }
    let mut inside = false;
    for (index, line) in text.lines().enumerate() {
        inside = if inside { line != "}" } else { line.starts_with("refusals! {") };
        if inside && let Some((code, _)) = line.trim().split_once(" = \"") {
            codes.push((index + 1, code));
        }
    }
    codes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_in_a_literal_counts_too() {
        assert_eq!(used_in("fn f() {\n    Refusal { code: \"a\", message }\n}"), [(2, "a")]);
    }

    #[test]
    fn a_code_is_listed_and_a_listed_code_is_used() {
        let list = File::of(
            LIST,
            "# Events\n| `not_a_code` |\n## Refusals\n\n| code | when |\n|---|---|\n| `b` | x |\n| `c` | y |\n",
        );
        let source = "fn f() {\n    Refusal::new(\n        \"a\", \"A.\");\n}\nrefusals! {\n    /// B.\n    b = \"B.\";\n}\n\
                      #[cfg(test)]\nmod tests { Refusal::new(\"d\", \"D.\"); }\n";
        let files =
            [list, File::of("games/src/x.rs", source), File::of("src/x/tests/y.rs", "Refusal::new(\"e\", \"E.\")")];
        let faults: Vec<_> = check(&files).iter().map(ToString::to_string).collect();
        assert_eq!(
            faults,
            [
                "games/src/x.rs:2: [codes] `a` is not listed in docs/events.md",
                "docs/events.md:8: [codes] nothing is refused with `c`",
            ]
        );
    }
}
