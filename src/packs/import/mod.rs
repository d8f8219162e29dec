//! Importing: question files of other programs in, playable questions and a line for every other one out.
//!
//! Reads and writes no files. Whether a question is playable is [`Pack::parse`]'s word.

mod decode;
mod draft;
mod gift;
mod opentdb;
mod opentriviaqa;
mod plain;

use std::collections::HashMap;
use std::ops::RangeInclusive;

use parlor_games::quiz::pack::Pack;
use serde_json::{Value, json};

use draft::Draft;
pub use draft::Repair;

/// What a file was written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, clap::ValueEnum)]
pub enum Format {
    /// OpenTriviaQA's category files: `#Q`, `^`, `A` to `D`.
    #[value(name = "opentriviaqa")]
    OpenTriviaQa,
    /// The Open Trivia Database's API answers: JSON in any of its encodings.
    #[value(name = "opentdb")]
    OpenTdb,
    /// Moodle's GIFT.
    #[value(name = "gift")]
    Gift,
}

impl Format {
    /// Its name on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::OpenTriviaQa => "opentriviaqa",
            Self::OpenTdb => "opentdb",
            Self::Gift => "gift",
        }
    }
}

/// What came of a file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Imported {
    /// Its questions, in order.
    pub questions: Vec<Outcome>,
    /// What else was in it: neither a question nor empty.
    pub notes: Vec<Note>,
}

/// What came of one question.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The line it begins at, from 1.
    pub line: usize,
    /// The beginning of its text, or of what stands in its place.
    pub excerpt: String,
    /// The question as a pack has it and what was repaired to get there; or why it can't be played.
    pub result: Result<(Value, Vec<Repair>), String>,
}

/// Something in a file that is no question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Its line, from 1.
    pub line: usize,
    /// What it is.
    pub message: String,
}

/// A question as a format's reader found it.
#[derive(Debug)]
struct Found {
    lines: RangeInclusive<usize>,
    excerpt: String,
    draft: Result<Draft, String>,
}

/// What a format's reader found in a file.
#[derive(Debug, Default)]
struct Findings {
    questions: Vec<Found>,
    notes: Vec<Note>,
}

/// Imports a file's bytes. `progress` is told how many questions are done, and of how many.
///
/// Never fails: a file that is not of this format has no questions, and notes that say so.
pub fn import(format: Format, bytes: &[u8], time_ms: Option<u32>, mut progress: impl FnMut(usize, usize)) -> Imported {
    let text = decode::text(bytes);
    let found = match format {
        Format::OpenTriviaQa => opentriviaqa::read(&text.text),
        Format::OpenTdb => opentdb::read(&text.text),
        Format::Gift => gift::read(&text.text),
    };
    let mut seen = HashMap::new();
    let total = found.questions.len();
    let mut questions = Vec::with_capacity(total);
    for Found { lines, excerpt, draft } in found.questions {
        let mut decoded = text.repairs(lines.clone());
        let result = draft.and_then(|draft| playable(draft, time_ms)).and_then(|(question, mut repairs)| {
            decoded.append(&mut repairs);
            match seen.insert(question.to_string(), *lines.start()) {
                Some(line) => Err(format!("the same question as in line {line}")),
                None => Ok((question, decoded)),
            }
        });
        questions.push(Outcome { line: *lines.start(), excerpt: cut(&excerpt), result });
        progress(questions.len(), total);
    }
    Imported { questions, notes: found.notes }
}

fn playable(draft: Draft, time_ms: Option<u32>) -> Result<(Value, Vec<Repair>), String> {
    let (mut question, repairs) = draft.finish()?;
    if let (Some(time_ms), Some(fields)) = (time_ms, question.as_object_mut()) {
        fields.insert("timeMs".to_owned(), json!(time_ms));
    }
    let pack = json!({"title": "-", "questions": [&question]});
    Pack::parse(pack.to_string().as_bytes()).map_err(|faults| {
        let told = faults.iter().map(|fault| fault.to_string().replacen("questions[0].", "", 1));
        told.collect::<Vec<_>>().join("; ")
    })?;
    Ok((question, repairs))
}

/// The beginning of a text on one line, without what a terminal would obey.
fn cut(text: &str) -> String {
    let line = text.split_whitespace().take(60).collect::<Vec<_>>().join(" ").replace(char::is_control, "");
    match line.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FORMATS: [Format; 3] = [Format::OpenTriviaQa, Format::OpenTdb, Format::Gift];

    #[test]
    fn a_repeated_question_is_told_and_left_out() {
        let text = b"#Q One?\n^ a\nA a\nB b\n\n#Q One?\n^ a\nA a\nB b\n";
        let imported = import(Format::OpenTriviaQa, text, None, |_, _| ());
        let second = imported.questions.get(1).expect("two questions");
        assert_eq!(second.line, 6);
        assert_eq!(second.result, Err("the same question as in line 1".to_owned()));
    }

    #[test]
    fn what_the_pack_format_refuses_is_told_in_its_words() {
        let text = format!("#Q {}?\n^ a\nA a\nB b\n", "x".repeat(2_000));
        let imported = import(Format::OpenTriviaQa, text.as_bytes(), None, |_, _| ());
        let reason = imported.questions[0].result.as_ref().expect_err("it is too long");
        assert_eq!(reason, "text: is 2001 characters long; at most 1000 are allowed");
    }

    #[test]
    fn a_time_is_set_and_progress_told() {
        let mut told = Vec::new();
        let text = b"#Q One?\n^ a\nA a\nB b\n#Q Two?\n^ b\nA a\nB b\n";
        let imported = import(Format::OpenTriviaQa, text, Some(5_000), |done, total| told.push((done, total)));
        assert_eq!(told, [(1, 2), (2, 2)]);
        let (question, _) = imported.questions[0].result.as_ref().expect("it is playable");
        assert_eq!(question["timeMs"], 5_000);
    }

    #[test]
    fn an_excerpt_is_one_short_line_without_control_characters() {
        assert_eq!(cut(" a\n\tb\u{1b}[31m\u{9b}c"), "a b[31mc");
        assert_eq!(cut(&"é".repeat(100)), format!("{}…", "é".repeat(60)));
    }

    #[test]
    fn every_beginning_of_a_file_is_read_and_accounted_for() {
        let files: [(Format, &[u8]); 3] = [
            (Format::OpenTriviaQa, include_bytes!("../../../tests/fixtures/packs/trivia.txt")),
            (Format::OpenTdb, include_bytes!("../../../tests/fixtures/packs/opentdb.json")),
            (Format::Gift, include_bytes!("../../../tests/fixtures/packs/class.gift")),
        ];
        for (format, bytes) in files {
            let whole = import(format, bytes, None, |_, _| ()).questions.len();
            for end in 0..bytes.len() {
                let imported = import(format, &bytes[..end], None, |_, _| ());
                assert!(imported.questions.len() <= whole + 1, "{format:?}, {end} bytes");
                assert!(format != Format::OpenTdb || imported.notes.len() == 1, "{end} bytes are no JSON");
            }
        }
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            for format in FORMATS {
                import(format, &bytes, None, |_, _| ());
            }
        }

        #[test]
        fn no_trivia_panics_and_each_question_is_accounted_for(
            lines in prop::collection::vec("(#Q |\\^ |A |B |C |Z )?[a-cA-C?\u{fffd}é\\r\\t ]{0,6}", 0..40)
        ) {
            let text = lines.join("\n");
            let imported = import(Format::OpenTriviaQa, text.as_bytes(), None, |_, _| ());
            let begun = lines.iter().filter(|line| line.trim_start().starts_with("#Q")).count();
            prop_assert!(imported.questions.len() >= begun);
        }

        #[test]
        fn no_gift_panics(text in "([a-c ]|[\\\\~=#{}:%>$/\\[\\]-]|\\n|T|5|<b>|html|//|::|####|\\$CATEGORY:){0,60}") {
            import(Format::Gift, text.as_bytes(), None, |_, _| ());
        }

        #[test]
        fn no_trivia_database_panics(text in r#"(\{|\}|\[|\]|"results"|"type"|"question"|"multiple"|:|,|"%4"|"&amp"|1|null){0,30}"#) {
            import(Format::OpenTdb, text.as_bytes(), None, |_, _| ());
        }
    }
}
