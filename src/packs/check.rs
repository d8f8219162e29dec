//! Checking of pack files: a valid pack, or each fault with its file, line, column and field.
//!
//! Which packs are valid is not decided here, but by [`Pack::parse`].

use std::fmt::{self, Display, Formatter};
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use parlor_games::quiz::pack::{Fault, MAX_BYTES, Pack, Place};

use super::locate::{Lines, places};

/// A file that is no valid pack, with the reasons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Faulty {
    /// The file.
    pub file: PathBuf,
    /// What is wrong with it; never empty.
    pub faults: Vec<Placed>,
}

/// A fault, and where in its file it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// Line and column, if the file could be read; the column counts characters.
    pub place: Option<Place>,
    /// The field: `questions[3].text`.
    pub field: String,
    /// What is wrong with it.
    pub message: String,
}

impl Display for Faulty {
    /// One line for each fault: `file:line:column: field: message`.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (index, Placed { place, field, message }) in self.faults.iter().enumerate() {
            let feed = if index == 0 { "" } else { "\n" };
            write!(f, "{feed}{}:", self.file.display())?;
            if let Some(Place { line, column }) = place {
                write!(f, "{line}:{column}:")?;
            }
            write!(f, " {field}: {message}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Faulty {}

/// The pack in this file, and its bytes.
///
/// # Errors
/// When it can't be read, is larger than [`MAX_BYTES`], or is no valid pack.
pub fn read(file: &Path) -> Result<(Pack, Vec<u8>), Faulty> {
    let faulty = |faults| Faulty { file: file.to_owned(), faults };
    let unread = |message| vec![Placed { place: None, field: "file".to_owned(), message }];
    let bytes = read_bounded(file, MAX_BYTES).map_err(|error| faulty(unread(error.to_string())))?;
    let pack = check(&bytes).map_err(faulty)?;
    Ok((pack, bytes))
}

/// The pack in these bytes.
///
/// # Errors
/// When it is no valid pack.
pub fn check(bytes: &[u8]) -> Result<Pack, Vec<Placed>> {
    Pack::parse(bytes).map_err(|faults| placed(bytes, faults))
}

fn placed(bytes: &[u8], faults: Vec<Fault>) -> Vec<Placed> {
    let paths: Vec<_> = faults.iter().map(|fault| fault.path.clone()).collect();
    let lines = Lines::of(bytes);
    let of_syntax = |place: Place| lines.in_line(place.line, place.column.saturating_sub(1));
    // A text that isn't JSON has the place where it breaks off, and no paths to look for.
    let found = if faults.iter().any(|fault| fault.place.is_some()) { Vec::new() } else { places(bytes, &paths) };
    let found = found.into_iter().map(Some).chain(std::iter::repeat(None));
    let placed = faults.into_iter().zip(found);
    placed
        .map(|(fault, place)| Placed {
            place: fault.place.map(of_syntax).or(place),
            field: fault.path.to_string(),
            message: fault.message,
        })
        .collect()
}

/// All bytes of a file of at most `most` bytes. Reads no further than that, whatever the file claims to be.
pub(crate) fn read_bounded(file: &Path, most: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let limit = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
    File::open(file)?.take(limit).read_to_end(&mut bytes)?;
    if bytes.len() > most {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("is larger than {most} bytes")));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn told(text: &str) -> String {
        let faults = check(text.as_bytes()).expect_err("it is faulty");
        Faulty { file: "a.json".into(), faults }.to_string()
    }

    #[test]
    fn each_fault_is_a_line_with_file_line_column_and_field() {
        let text = "{\n  \"title\": \"ü\", \"x\": 1,\n  \"questions\": [\n    {\"kind\": \"truefalse\", \"text\": \"\", \"correct\": [2]}\n  ]\n}";
        assert_eq!(
            told(text),
            "a.json:2:17: x: is not a field here; these are: title, language, description, author, questions\n\
             a.json:4:27: questions[0].text: is empty\n\
             a.json:4:51: questions[0].correct[0]: is 2; it must be a whole number from 0 to 1"
        );
    }

    #[test]
    fn a_missing_field_is_told_at_its_object() {
        assert_eq!(told("\n{\"title\": \"T\"}"), "a.json:2:1: pack: lacks the field \"questions\"");
    }

    #[test]
    fn a_break_in_the_json_is_told_with_its_place_in_characters() {
        assert_eq!(told("{\"ü\": 1,\n \"ä\" 2}"), "a.json:2:6: pack: is not JSON: expected `:`");
        assert_eq!(told(""), "a.json:1:1: pack: is not JSON: EOF while parsing a value");
    }

    #[test]
    fn a_file_that_is_not_there_has_a_fault_without_a_place() {
        let faulty = read(Path::new("/nowhere/a.json")).expect_err("it isn't there");
        assert!(faulty.to_string().starts_with("/nowhere/a.json: file: "), "{faulty}");
    }

    #[test]
    fn a_file_that_never_ends_is_refused() {
        let faulty = read(Path::new("/dev/zero")).expect_err("it is endless");
        assert!(faulty.to_string().contains("is larger than"), "{faulty}");
    }

    proptest! {
        #[test]
        fn every_fault_is_placed_inside_of_the_text(text in r#"([\[\]{}:,\n ü1]|"title"|"questions"|"kind"|"x"){0,40}"#) {
            for fault in check(text.as_bytes()).err().unwrap_or_default() {
                let place = fault.place.expect("a text that was read has places");
                let line = text.split('\n').nth(place.line - 1).expect("the line is there");
                prop_assert!((1..=line.chars().count() + 1).contains(&place.column), "{place:?}");
            }
        }
    }
}
