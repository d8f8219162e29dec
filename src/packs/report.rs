//! Reports of imports: for each file what was read, repaired and skipped, with lines and reasons; a table; JSON.
//!
//! Imports nothing, and prints nothing by itself.

use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};
use std::path::PathBuf;

use serde::Serialize;

use super::import::{Format, Imported, Outcome};
use super::write::Written;

/// What came of an import.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The format's name on the command line.
    pub from: &'static str,
    /// Each file, in the order they were given.
    pub files: Vec<FileReport>,
    /// All files together.
    pub total: Counts,
}

/// Numbers of questions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// All that were found.
    pub read: usize,
    /// Those that can be played.
    pub playable: usize,
    /// Those of them that something was repaired in.
    pub repaired: usize,
    /// Those that can't be played.
    pub skipped: usize,
}

/// What came of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FileReport {
    /// The file.
    pub file: PathBuf,
    /// Why it was not read, or not written.
    pub failure: Option<String>,
    /// How many questions.
    #[serde(flatten)]
    pub counts: Counts,
    /// The packs that were made of it.
    pub packs: Vec<Written>,
    /// What was repaired, by line.
    pub repairs: Vec<Line>,
    /// What was skipped, by line.
    pub skips: Vec<Line>,
    /// What was neither a question nor empty, by line.
    pub notes: Vec<Line>,
}

/// Something about a line of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// The line, from 1; that of the question's beginning.
    pub line: usize,
    /// The beginning of the question; empty for what is none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub question: String,
    /// What there is to say.
    pub message: String,
}

impl FileReport {
    /// The report of a file that could not be read.
    #[must_use]
    pub fn failed(file: PathBuf, failure: String) -> Self {
        Self { failure: Some(failure), ..Self::empty(file) }
    }

    /// The report of an imported file of which no pack is written yet.
    #[must_use]
    pub fn of(file: PathBuf, imported: &Imported) -> Self {
        let mut report = Self::empty(file);
        report.counts.read = imported.questions.len();
        for question in &imported.questions {
            report.count(question);
        }
        let notes = imported.notes.iter();
        let line = |line, message: &String| Line { line, question: String::new(), message: message.clone() };
        report.notes = notes.map(|note| line(note.line, &note.message)).collect();
        report
    }

    fn empty(file: PathBuf) -> Self {
        let counts = Counts::default();
        let (packs, repairs, skips, notes) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Self { file, failure: None, counts, packs, repairs, skips, notes }
    }

    fn count(&mut self, Outcome { line, excerpt, result }: &Outcome) {
        let line = |message| Line { line: *line, question: excerpt.clone(), message };
        match result {
            Ok((_, repairs)) => {
                self.counts.playable += 1;
                if !repairs.is_empty() {
                    self.counts.repaired += 1;
                    let told: Vec<_> = repairs.iter().map(ToString::to_string).collect();
                    self.repairs.push(line(told.join("; ")));
                }
            }
            Err(reason) => {
                self.counts.skipped += 1;
                self.skips.push(line(reason.clone()));
            }
        }
    }
}

impl Display for FileReport {
    /// One line for each thing there is to say, `file:line` first.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let file = self.file.display();
        let told = [("repaired", &self.repairs), ("skipped", &self.skips), ("note", &self.notes)];
        for (what, lines) in told {
            for Line { line, question, message } in lines {
                let quoted = if question.is_empty() { String::new() } else { format!(" [{question}]") };
                writeln!(f, "{file}:{line}: {what}: {message}{quoted}")?;
            }
        }
        if let Some(failure) = &self.failure {
            writeln!(f, "{file}: failed: {failure}")?;
        }
        for pack in &self.packs {
            writeln!(f, "{file}: wrote {} ({} questions)", pack.file.display(), pack.questions)?;
        }
        Ok(())
    }
}

impl Report {
    /// The report of these files.
    #[must_use]
    pub fn of(format: Format, files: Vec<FileReport>) -> Self {
        let total = files.iter().fold(Counts::default(), |total, file| total.plus(file.counts));
        Self { from: format.name(), files, total }
    }

    /// Whether each file was read and gave a pack.
    #[must_use]
    pub fn is_success(&self) -> bool {
        self.files.iter().all(|file| file.failure.is_none() && !file.packs.is_empty())
    }

    /// Why questions were skipped, the most frequent reason first. What differs from question to question (after a
    /// colon) is left out.
    #[must_use]
    pub fn reasons(&self) -> Vec<(String, usize)> {
        let mut reasons = BTreeMap::<&str, usize>::new();
        for line in self.files.iter().flat_map(|file| &file.skips) {
            let reason = line.message.split(": ").next().unwrap_or_default();
            *reasons.entry(reason).or_default() += 1;
        }
        let mut reasons: Vec<_> = reasons.into_iter().map(|(reason, count)| (reason.to_owned(), count)).collect();
        reasons.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        reasons
    }
}

impl Display for Report {
    /// The summary: a table of the files, and the reasons for skipping.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let name = |file: &FileReport| file.file.display().to_string();
        let width = self.files.iter().map(|file| name(file).chars().count()).chain([5]).max().unwrap_or_default();
        writeln!(
            f,
            "{:width$}  {:>7}  {:>8}  {:>6}  {:>8}  {:>7}  {:>5}",
            "file", "read", "playable", "", "repaired", "skipped", "packs"
        )?;
        let mut row = |name: &str, counts: Counts, packs: usize| {
            let Counts { read, playable, repaired, skipped } = counts;
            let share = counts.share();
            writeln!(f, "{name:width$}  {read:>7}  {playable:>8}  {share:>6}  {repaired:>8}  {skipped:>7}  {packs:>5}")
        };
        for file in &self.files {
            row(&name(file), file.counts, file.packs.len())?;
        }
        row("total", self.total, self.files.iter().map(|file| file.packs.len()).sum())?;
        for (reason, count) in self.reasons() {
            writeln!(f, "skipped {count}: {reason}")?;
        }
        Ok(())
    }
}

impl Counts {
    const fn plus(self, other: Self) -> Self {
        Self {
            read: self.read + other.read,
            playable: self.playable + other.playable,
            repaired: self.repaired + other.repaired,
            skipped: self.skipped + other.skipped,
        }
    }

    /// The playable part in percent, rounded down so that 100 means all.
    fn share(self) -> String {
        match (self.playable * 1_000).checked_div(self.read) {
            Some(mille) => format!("{}.{}%", mille / 10, mille % 10),
            None => "-".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packs::import::import;

    #[test]
    fn every_question_is_in_the_report() {
        let text = b"stray\n#Q One?\n^ a\nA a\nB b\nC a\n\n#Q Two?\n^ c\nA a\nB b\n\n#Q Three?\n^ d\nA a\nB b\n";
        let imported = import(Format::OpenTriviaQa, text, None, |_, _| ());
        let report = Report::of(Format::OpenTriviaQa, vec![FileReport::of("a.txt".into(), &imported)]);
        assert_eq!(report.total, Counts { read: 3, playable: 1, repaired: 1, skipped: 2 });
        assert_eq!(
            report.files[0].to_string(),
            "a.txt:2: repaired: duplicate choices removed: 1 [One?]\n\
             a.txt:8: skipped: the right answer is none of the choices: c [Two?]\n\
             a.txt:13: skipped: the right answer is none of the choices: d [Three?]\n\
             a.txt:1: note: belongs to no question: stray\n"
        );
        assert_eq!(
            report.to_string(),
            "file      read  playable          repaired  skipped  packs\n\
             a.txt        3         1   33.3%         1        2      0\n\
             total        3         1   33.3%         1        2      0\n\
             skipped 2: the right answer is none of the choices\n"
        );
    }

    #[test]
    fn a_file_that_gave_no_pack_is_no_success() {
        let empty = FileReport::of("a".into(), &Imported::default());
        assert!(!Report::of(Format::Gift, vec![empty]).is_success());
        assert_eq!(Counts::default().share(), "-");
    }
}
