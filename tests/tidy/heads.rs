//! The shape of a file: a head that says what it is and what it does not do, and a length that can be read.
//!
//! Counts sentences; whether they are true is the reader's to judge.

use super::{Fault, File};

/// The most lines of a source file, its tests included.
const LINES: usize = 600;

/// Those of an example, which is read as a whole.
const EXAMPLE_LINES: usize = 99;

/// A Rust file's head.
pub(crate) fn head(file: &File) -> Vec<Fault> {
    if !file.path.ends_with(".rs") {
        return Vec::new();
    }
    let head: Vec<_> = file.text.lines().map_while(|line| line.strip_prefix("//!")).map(str::trim).collect();
    let Some(first) = head.first().filter(|line| !line.is_empty()) else {
        return vec![file.fault(1, "head", "the first line must be `//!` and say what the file is".into())];
    };
    let opening = head.iter().take_while(|line| !line.is_empty()).copied().collect::<Vec<_>>().join(" ");
    let mut faults = Vec::new();
    if !first.starts_with(|c: char| c.is_uppercase() || c == '`') || sentences(&opening) == 0 {
        faults.push(file.fault(1, "head", "the head must begin with a sentence: a capital, a full stop".into()));
    }
    if !is_test(&file.path) && sentences(&head.join(" ")) < 2 {
        faults.push(file.fault(1, "head", "the head needs a second sentence: what the file does not do".into()));
    }
    faults
}

/// How many sentences: a full stop (or `!`, `?`, `:`) before a space or the end.
fn sentences(text: &str) -> usize {
    let ends = |c: char| matches!(c, '.' | '!' | '?' | ':');
    text.split_whitespace().filter(|word| word.trim_end_matches(['`', ')', ']', '*', '"']).ends_with(ends)).count()
}

/// Test, example and bench files say what they are; what they do not do goes without saying.
fn is_test(path: &str) -> bool {
    let parts: Vec<_> = path.split('/').collect();
    parts.iter().any(|part| matches!(*part, "tests" | "benches" | "examples" | "tests.rs" | "bin" | "fuzz_targets"))
        || path.ends_with("_tests.rs")
        || path.ends_with("build.rs")
}

/// A source file's length.
pub(crate) fn length(file: &File) -> Vec<Fault> {
    let source = [".rs", ".ts", ".svelte", ".js", ".mjs", ".py"].iter().any(|ending| file.path.ends_with(ending));
    // Made, and as long as what it is made of.
    let source = source && !file.path.ends_with(".gen.ts");
    let lines = file.text.lines().count();
    let most = if file.path.starts_with("examples/") { EXAMPLE_LINES } else { LINES };
    if source && lines > most {
        return vec![file.fault(lines, "length", format!("{lines} lines, and the most is {most}: split it by nouns"))];
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heads(path: &str, text: &str) -> usize {
        head(&File::of(path, text)).len()
    }

    #[test]
    fn a_file_without_a_head_is_a_fault() {
        assert_eq!(heads("src/a.rs", "use std::fmt;\n"), 1);
        assert_eq!(heads("src/a.rs", "\n//! Late. Too late.\n"), 1);
        assert_eq!(heads("src/a.rs", "//!\n//! A head. And more.\n"), 1);
    }

    #[test]
    fn a_head_without_a_sentence_or_a_second_one_is_a_fault() {
        assert_eq!(heads("src/a.rs", "//! a seat\n"), 2);
        assert_eq!(heads("src/a.rs", "//! A seat.\nuse x;\n//! Not here.\n"), 1);
        assert_eq!(heads("tests/a.rs", "//! A seat.\n"), 0);
        assert_eq!(heads("src/a.rs", "//! A seat over\n//! two lines.\n//!\n//! Holds no `token`.\n"), 0);
    }

    #[test]
    fn a_long_file_is_a_fault() {
        assert_eq!(length(&File::of("src/a.rs", &"\n".repeat(LINES + 1))).len(), 1);
        assert_eq!(length(&File::of("src/a.rs", &"\n".repeat(LINES))).len(), 0);
        assert_eq!(length(&File::of("examples/a.rs", &"\n".repeat(EXAMPLE_LINES + 1))).len(), 1);
        assert_eq!(length(&File::of("examples/a.rs", &"\n".repeat(EXAMPLE_LINES))).len(), 0);
        assert_eq!(length(&File::of("Cargo.lock", &"\n".repeat(LINES + 1))).len(), 0);
        assert_eq!(length(&File::of("a.gen.ts", &"\n".repeat(LINES + 1))).len(), 0);
    }
}
