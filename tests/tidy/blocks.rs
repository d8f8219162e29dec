//! Examples in the documents: each is in a language that something reads, and Rust is compiled.
//!
//! Reads TOML and JSON itself. `tests/interop/docs.test.js` reads the other languages, and `src/lib.rs` has Rust compiled.

use super::{Fault, File};

/// Where the documents with Rust in them are named.
pub(crate) const COMPILED: &str = "src/lib.rs";

/// What `tests/interop/docs.test.js` reads, and what is no program: a command, bytes with their meaning, another program's settings.
const READ_ELSEWHERE: &[&str] = &["js", "ts", "python", "rs", "", "hex", "yaml"];

/// An example: where it begins, its language and its text.
type Block = (usize, String, String);

/// Examples of one document that nothing reads, or that cannot be read. `compiled` is the text of [`COMPILED`].
pub(crate) fn check(file: &File, compiled: &str) -> Vec<Fault> {
    if !file.path.ends_with(".md") {
        return Vec::new();
    }
    let fault = |(line, language, text): Block| {
        let why = match &*language {
            "rust" if compiled.contains(&format!("include_str!(\"../{}\")", file.path)) => None,
            "rust" => Some(format!("{COMPILED} does not include this document")),
            "toml" => text.parse::<toml::Table>().err().map(|error| error.to_string()),
            "json" => serde_json::from_str::<serde_json::Value>(&text).err().map(|error| error.to_string()),
            language if READ_ELSEWHERE.contains(&language) => None,
            language => Some(format!("nothing reads `{language}`")),
        };
        why.map(|why| file.fault(line, "blocks", why))
    };
    blocks(&file.text).into_iter().filter_map(fault).collect()
}

/// The fenced blocks.
pub(crate) fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for (index, line) in text.lines().enumerate() {
        match (line.strip_prefix("```"), &mut open) {
            (Some(language), None) => open = Some((index + 1, language.to_owned(), String::new())),
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (None, Some((_, _, text))) => text.extend([line, "\n"]),
            (None, None) => {}
        }
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nothing_reads_is_found() {
        let faults = |text: &str| -> Vec<String> {
            let file = File::of("docs/a.md", text);
            check(&file, r#"include_str!("../docs/b.md")"#).iter().map(ToString::to_string).collect()
        };
        assert!(faults("# A\n```js\n(\n```\n```toml\na = 1\n```\n```json\n{}\n```\n").is_empty());
        assert_eq!(faults("```rust\n```\n"), ["docs/a.md:1: [blocks] src/lib.rs does not include this document"]);
        assert_eq!(faults("\n```cobol\n```\n"), ["docs/a.md:2: [blocks] nothing reads `cobol`"]);
        assert_eq!(faults("```toml\na =\n```\n```json\n{\n```\n").len(), 2);
        assert!(check(&File::of("docs/b.md", "```rust\n```\n"), r#"include_str!("../docs/b.md")"#).is_empty());
    }
}
