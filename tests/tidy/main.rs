//! Walks the tree and fails, with file, line and rule, where the house's own rules are broken.

mod blocks;
mod codes;
mod floors;
mod heads;
mod links;
mod paths;
mod points;
mod source;
mod words;

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

/// A text file of the tree.
struct File {
    /// From the tree's root, with `/`.
    path: String,
    text: String,
}

impl File {
    fn of(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned() }
    }

    fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(index, line)| (index + 1, line))
    }

    fn fault(&self, line: usize, rule: &'static str, words: String) -> Fault {
        Fault { path: self.path.clone(), line, rule, words }
    }
}

/// A broken rule, and where.
#[derive(Debug)]
struct Fault {
    path: String,
    line: usize,
    rule: &'static str,
    words: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: [{}] {}", self.path, self.line, self.rule, self.words)
    }
}

/// Folders that are made, not written.
const MADE: &[&str] = &[
    "target",
    "node_modules",
    ".git",
    "dist",
    "dist-client",
    ".svelte-kit",
    "test-results",
    "playwright-report",
    "corpus",
    "artifacts",
    ".venv",
    "__pycache__",
    ".pytest_cache",
    "coverage",
    "proptest-regressions",
];

/// Endings of text files; a file without an ending is read if it is one of [`NAMED`].
const TEXT: &[&str] = &[
    "rs", "toml", "md", "ts", "js", "mjs", "cjs", "svelte", "css", "html", "json", "py", "sh", "yml", "yaml", "txt",
    "conf", "service",
];
const NAMED: &[&str] = &["Makefile", "run", ".gitignore", "Dockerfile"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn tree() -> Vec<File> {
    let mut files = Vec::new();
    walk(root(), &mut files);
    assert!(files.iter().any(|file| file.path == "src/lib.rs"), "the tree was not found at {}", root().display());
    files
}

fn walk(folder: &Path, files: &mut Vec<File>) {
    let entries = fs::read_dir(folder).expect("a folder of the tree can be listed");
    let mut entries: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry can be read").path()).collect();
    entries.sort();
    for path in entries {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if path.is_symlink() || MADE.contains(&name) {
            continue;
        }
        if path.is_dir() {
            walk(&path, files);
        } else if is_text(name)
            && let Ok(text) = fs::read_to_string(&path)
        {
            let path = path.strip_prefix(root()).expect("it is below the root");
            files.push(File { path: path.to_string_lossy().replace('\\', "/"), text });
        }
    }
}

fn is_text(name: &str) -> bool {
    NAMED.contains(&name) || name.rsplit_once('.').is_some_and(|(_, ending)| TEXT.contains(&ending))
}

fn assert_none(check: impl Fn(&File) -> Vec<Fault>) {
    let faults: Vec<_> = tree().iter().flat_map(check).map(|fault| fault.to_string()).collect();
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn arrows_point_down() {
    assert_none(floors::check);
}

#[test]
fn heads_say_what_a_file_is_and_what_it_does_not_do() {
    assert_none(heads::head);
}

#[test]
fn files_are_short() {
    assert_none(heads::length);
}

#[test]
fn text_has_no_notes_and_no_places() {
    assert_none(words::text);
}

#[test]
fn names_are_the_houses_and_exceptions_have_reasons() {
    assert_none(words::rust);
}

#[test]
fn links_lead_somewhere() {
    let read = |path: &Path| {
        let path = root().join(path);
        // A picture is led to as well, and has no headings.
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        if path.is_dir() { Some(String::new()) } else { fs::read(path).ok().map(text) }
    };
    assert_none(|file| links::check(file, &read));
}

#[test]
fn examples_in_documents_are_read_by_something() {
    let compiled = fs::read_to_string(root().join(blocks::COMPILED)).expect("it is there");
    assert_none(|file| blocks::check(file, &compiled));
}

#[test]
fn points_of_conformance_have_tests() {
    let files = tree();
    assert!(files.iter().any(|file| file.path == points::LIST), "{} is missing", points::LIST);
    let faults: Vec<_> = points::check(&files).iter().map(ToString::to_string).collect();
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn refusal_codes_are_listed_in_the_docs() {
    let files = tree();
    assert!(files.iter().any(|file| file.path == codes::LIST), "{} is missing", codes::LIST);
    let faults: Vec<_> = codes::check(&files).iter().map(ToString::to_string).collect();
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}
