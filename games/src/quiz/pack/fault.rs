//! Faults of a pack: what is wrong, and where in the document.
//!
//! Knows no files: only a syntax fault carries a line, since it has no path.

use std::fmt::{self, Display, Formatter};

/// Something that keeps bytes from being a pack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The field or element that is at fault; the innermost enclosing one for a field that is missing.
    pub path: Path,
    /// What is wrong with it, in words for its author.
    pub message: String,
    /// Where the JSON itself breaks off; `None` if it is well-formed.
    pub place: Option<Place>,
}

impl Display for Fault {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.message)
    }
}

/// A line and a column of a text, both counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The line.
    pub line: usize,
    /// The column, in bytes.
    pub column: usize,
}

/// The way from a document's root to one of its values: `questions[3].choices[0]`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Path {
    steps: Vec<Step>,
}

/// One step of a [`Path`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// Into an object's field.
    Field(String),
    /// Into a list's element.
    Index(usize),
}

impl Path {
    /// Its steps, from the root.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The path of a field of what this path leads to.
    #[must_use]
    pub fn field(&self, name: &str) -> Self {
        self.then(Step::Field(name.to_owned()))
    }

    /// The path of an element of what this path leads to.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        self.then(Step::Index(index))
    }

    fn then(&self, step: Step) -> Self {
        Self { steps: self.steps.iter().cloned().chain([step]).collect() }
    }
}

impl Display for Path {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.steps.is_empty() {
            return f.write_str("pack");
        }
        for (depth, step) in self.steps.iter().enumerate() {
            match step {
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Field(name) if is_plain(name) => {
                    let dot = if depth == 0 { "" } else { "." };
                    write!(f, "{dot}{name}")?;
                }
                Step::Field(name) => write!(f, "[{}]", quoted(name))?,
            }
        }
        Ok(())
    }
}

fn is_plain(name: &str) -> bool {
    (1..=MAX_SHOWN).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'$')
}

/// This text in quotes, safe to print and cut to a length that can be read.
pub(super) fn quoted(text: &str) -> String {
    let mut shown: String = text.chars().take(MAX_SHOWN).flat_map(char::escape_debug).collect();
    if text.chars().nth(MAX_SHOWN).is_some() {
        shown.push('…');
    }
    format!("\"{shown}\"")
}

/// The faults found so far.
#[derive(Debug, Default)]
pub(super) struct Faults {
    found: Vec<Fault>,
    untold: usize,
}

impl Faults {
    /// Adds one.
    pub(super) fn say(&mut self, path: &Path, message: impl Into<String>) {
        if self.found.len() < super::MAX_FAULTS {
            self.found.push(Fault { path: path.clone(), message: message.into(), place: None });
        } else {
            self.untold += 1;
        }
    }

    /// `value` if nothing was at fault.
    pub(super) fn or<T>(mut self, value: Option<T>) -> Result<T, Vec<Fault>> {
        if self.untold > 0 {
            let message = format!("and {} more faults", self.untold);
            self.found.push(Fault { path: Path::default(), message, place: None });
        }
        match value {
            Some(value) if self.found.is_empty() => Ok(value),
            Some(_) | None => Err(self.found),
        }
    }
}

/// The longest part of a foreign text that is repeated in a fault, in characters.
const MAX_SHOWN: usize = 40;
