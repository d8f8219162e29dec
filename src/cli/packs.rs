//! `parlor packs`: checking packs, and making them of other programs' question files.
//!
//! Says what came of it; what is checked and imported, and how, is `parlor::packs`' alone.

use std::fs;
use std::io::{self, IsTerminal as _, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use parlor_games::quiz::pack::{MAX_QUESTIONS, Pack, TIME_MS};

use crate::packs::check::{self, read_bounded};
use crate::packs::import::{Format, import};
use crate::packs::report::{FileReport, Report};
use crate::packs::write::Target;

/// What can be done with packs.
#[derive(Debug, Subcommand)]
pub enum PacksCommand {
    /// Check pack files; each fault is told with its file, line, column and field.
    Check {
        /// The pack files.
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// Make packs of question files; what can't be played is told with its line and the reason.
    Import(Import),
}

/// What `parlor packs import` is told.
#[derive(Debug, Args)]
pub struct Import {
    /// What the files were written for.
    #[arg(long, value_enum)]
    from: Format,
    /// The question files.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// The folder the packs are written to.
    #[arg(long)]
    out: PathBuf,
    /// The questions' language, as a tag: en, pt-BR.
    #[arg(long)]
    language: Option<String>,
    /// The time for each question, in milliseconds.
    #[arg(long, value_parser = clap::value_parser!(u32).range(i64::from(*TIME_MS.start())..=i64::from(*TIME_MS.end())))]
    time_ms: Option<u32>,
    /// The most questions of a pack; more are spread over several.
    #[arg(long, default_value_t = MAX_QUESTIONS, value_parser = max_per_pack)]
    max_per_pack: usize,
    /// Replace packs that are there.
    #[arg(long)]
    force: bool,
    /// Also write the report to this file, as JSON.
    #[arg(long)]
    report: Option<PathBuf>,
}

impl PacksCommand {
    /// Does it. Fails if a pack is faulty, or a file gave none.
    #[must_use]
    pub fn run(self) -> ExitCode {
        let done = match self {
            Self::Check { files } => check(&files, &mut io::stdout().lock()),
            Self::Import(command) => command.run(&mut io::stdout().lock()),
        };
        match done {
            Ok(true) => ExitCode::SUCCESS,
            Ok(false) => ExitCode::FAILURE,
            // Whoever read the output has seen enough.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::FAILURE,
            Err(error) => {
                eprintln!("parlor packs: {error}");
                ExitCode::FAILURE
            }
        }
    }
}

fn check(files: &[PathBuf], out: &mut impl Write) -> io::Result<bool> {
    let mut valid = true;
    for file in files {
        match check::read(file) {
            Ok((pack, _)) => writeln!(out, "{}: {}", file.display(), summary(&pack))?,
            Err(faulty) => {
                valid = false;
                writeln!(out, "{faulty}")?;
            }
        }
    }
    Ok(valid)
}

fn summary(pack: &Pack) -> String {
    let kinds: Vec<_> = pack.kinds().into_iter().map(|(kind, count)| format!("{count} {}", kind.name())).collect();
    let count = pack.questions.len();
    let questions = if count == 1 { "question" } else { "questions" };
    format!("\"{}\", {count} {questions} ({})", pack.title, kinds.join(", "))
}

impl Import {
    fn run(self, out: &mut impl Write) -> io::Result<bool> {
        let target =
            Target { folder: self.out, language: self.language, max_per_pack: self.max_per_pack, force: self.force };
        let mut files = Vec::with_capacity(self.files.len());
        for file in self.files {
            let report = import_file(self.from, file, self.time_ms, &target);
            write!(out, "{report}")?;
            files.push(report);
        }
        let report = Report::of(self.from, files);
        write!(out, "\n{report}")?;
        if let Some(file) = self.report {
            let text = serde_json::to_string_pretty(&report)?;
            fs::write(&file, text + "\n")
                .map_err(|error| io::Error::new(error.kind(), format!("the report {}: {error}", file.display())))?;
        }
        Ok(report.is_success())
    }
}

fn import_file(format: Format, file: PathBuf, time_ms: Option<u32>, target: &Target) -> FileReport {
    let bytes = match read_bounded(&file, MAX_IMPORT_BYTES) {
        Ok(bytes) => bytes,
        Err(error) => return FileReport::failed(file, error.to_string()),
    };
    let progress = Progress::of(&file);
    let imported = import(format, &bytes, time_ms, |done, total| progress.tell(done, total));
    progress.finish();
    let mut report = FileReport::of(file, &imported);
    let playable: Vec<_> =
        imported.questions.into_iter().filter_map(|question| Some(question.result.ok()?.0)).collect();
    match target.write(&report.file, playable) {
        Ok(written) => report.packs = written,
        Err(error) => {
            let hint = if error.kind() == io::ErrorKind::AlreadyExists { "; --force replaces it" } else { "" };
            report.failure = Some(format!("not written: {error}{hint}"));
        }
    }
    report
}

/// A bar on a terminal; elsewhere nothing, since the report's lines say all of it.
struct Progress {
    bar: ProgressBar,
}

impl Progress {
    fn of(file: &Path) -> Self {
        let bar = if io::stderr().is_terminal() { ProgressBar::new(0) } else { ProgressBar::hidden() };
        if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} questions") {
            bar.set_style(style);
        }
        bar.set_message(file.display().to_string());
        Self { bar }
    }

    fn tell(&self, done: usize, total: usize) {
        self.bar.set_length(u64::try_from(total).unwrap_or(u64::MAX));
        self.bar.set_position(u64::try_from(done).unwrap_or(u64::MAX));
    }

    fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

fn max_per_pack(text: &str) -> Result<usize, String> {
    let count = text.parse().ok().filter(|count| (1..=MAX_QUESTIONS).contains(count));
    count.ok_or_else(|| format!("must be from 1 to {MAX_QUESTIONS}"))
}

/// The largest file that is imported, in bytes. Cost: it is read whole, and is some
/// times over in memory while it is imported. Attack: a file somebody else gave to whoever imports it.
const MAX_IMPORT_BYTES: usize = 16 << 20;
