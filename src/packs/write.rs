//! Writing of packs: whole or not at all, and over no other file unasked.
//!
//! Checks nothing twice: what is written has been through the pack format's own parser.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use parlor_games::quiz::pack::{MAX_QUESTIONS, MAX_TITLE, Pack};
use serde::Serialize;
use serde_json::{Value, json};
use unicode_normalization::UnicodeNormalization as _;

use super::library::MAX_ID;

/// How questions become pack files.
#[derive(Clone, Debug)]
pub struct Target {
    /// The folder; made if it isn't there.
    pub folder: PathBuf,
    /// The packs' language, if it is known.
    pub language: Option<String>,
    /// The most questions of a pack; more are spread evenly over several. At most [`MAX_QUESTIONS`].
    pub max_per_pack: usize,
    /// Whether files that are there are replaced.
    pub force: bool,
}

/// A pack that was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Written {
    /// Its file.
    pub file: PathBuf,
    /// Its title.
    pub title: String,
    /// How many questions it has.
    pub questions: usize,
}

impl Target {
    /// Writes these playable questions as one or more packs, named after `source`.
    ///
    /// # Errors
    /// When a pack isn't valid, a file is there and `force` isn't set, or the disk refuses. Packs that were written
    /// before stay.
    pub fn write(&self, source: &Path, questions: Vec<Value>) -> io::Result<Vec<Written>> {
        let stem = source.file_stem().unwrap_or_default().to_string_lossy();
        let most = self.max_per_pack.clamp(1, MAX_QUESTIONS);
        let packs = questions.len().div_ceil(most);
        fs::create_dir_all(&self.folder)?;
        let mut written = Vec::with_capacity(packs);
        let mut rest = questions.into_iter();
        for index in 0..packs {
            let size = rest.len().div_ceil(packs - index);
            let part: Vec<_> = rest.by_ref().take(size).collect();
            written.push(self.write_one(&stem, (index, packs), &part)?);
        }
        Ok(written)
    }

    fn write_one(&self, stem: &str, (index, packs): (usize, usize), questions: &[Value]) -> io::Result<Written> {
        let (of, number) = if packs == 1 {
            (String::new(), String::new())
        } else {
            (format!(" {}/{packs}", index + 1), number(index, packs))
        };
        let title = format!("{}{of}", title(stem));
        let mut pack = json!({"title": title, "questions": questions});
        if let (Some(language), Some(fields)) = (&self.language, pack.as_object_mut()) {
            fields.shift_insert(1, "language".to_owned(), json!(language));
        }
        let text = format!("{}\n", serde_json::to_string_pretty(&pack)?);
        Pack::parse(text.as_bytes()).map_err(|faults| {
            let told: Vec<_> = faults.iter().map(ToString::to_string).collect();
            io::Error::new(io::ErrorKind::InvalidData, told.join("; "))
        })?;
        let file = self.folder.join(format!("{}{number}.json", slug(stem)));
        self.put(&file, &text)?;
        Ok(Written { file, title, questions: questions.len() })
    }

    /// Writes beside the file and moves it there, so that nobody reads half a pack.
    fn put(&self, file: &Path, text: &str) -> io::Result<()> {
        let mut builder = tempfile::Builder::new();
        #[cfg(unix)]
        builder.permissions(<fs::Permissions as std::os::unix::fs::PermissionsExt>::from_mode(0o666));
        let mut beside = builder.tempfile_in(&self.folder)?;
        beside.write_all(text.as_bytes())?;
        beside.as_file().sync_all()?;
        let moved = if self.force { beside.persist(file) } else { beside.persist_noclobber(file) };
        moved.map(drop).map_err(|error| {
            let kind = error.error.kind();
            io::Error::new(kind, format!("{}: {}", file.display(), error.error))
        })
    }
}

/// A number with as many digits as the last one, so that files sort by it.
fn number(index: usize, packs: usize) -> String {
    format!("-{:0width$}", index + 1, width = packs.to_string().len())
}

/// What a pack made of this file is called: its name in words.
fn title(stem: &str) -> String {
    let words = stem.replace(['-', '_', '.'], " ");
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let words: String = words.chars().filter(|c| !c.is_control()).take(MAX_TITLE - 20).collect();
    let mut chars = words.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => "Questions".to_owned(),
    }
}

/// A name for a file in which nothing is special to a shell, a path or an address.
fn slug(stem: &str) -> String {
    let mut slug = String::new();
    for c in stem.nfkd().filter(|c| !unicode_normalization::char::is_combining_mark(*c)) {
        if c.is_ascii_alphanumeric() {
            slug.push(c.to_ascii_lowercase());
        } else if !slug.ends_with('-') && !slug.is_empty() {
            slug.push('-');
        }
        if slug.len() >= MAX_ID - 10 {
            break;
        }
    }
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() { "pack".to_owned() } else { slug.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn questions(count: usize) -> Vec<Value> {
        (0..count).map(|n| json!({"kind": "truefalse", "text": format!("Q{n}"), "correct": [0]})).collect()
    }

    fn target(folder: &Path) -> Target {
        Target { folder: folder.join("out"), language: Some("en".into()), max_per_pack: 4, force: false }
    }

    #[test]
    fn questions_are_spread_evenly_and_in_order() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let written = target(folder.path()).write(Path::new("x/for-kids.txt"), questions(9)).expect("it writes");
        let told: Vec<_> = written.iter().map(|pack| (pack.title.as_str(), pack.questions)).collect();
        assert_eq!(told, [("For kids 1/3", 3), ("For kids 2/3", 3), ("For kids 3/3", 3)]);
        let last = fs::read(folder.path().join("out/for-kids-3.json")).expect("it is there");
        let last = Pack::parse(&last).expect("it is valid");
        assert_eq!((last.questions[2].text.as_str(), last.language.as_deref()), ("Q8", Some("en")));
    }

    #[test]
    fn a_file_that_is_there_is_replaced_only_when_asked() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let target = target(folder.path());
        target.write(Path::new("a"), questions(1)).expect("it writes");
        let refused = target.write(Path::new("a"), questions(2)).expect_err("it is there");
        assert_eq!(refused.kind(), io::ErrorKind::AlreadyExists);
        let forced = Target { force: true, ..target };
        assert_eq!(forced.write(Path::new("a"), questions(2)).expect("it writes")[0].questions, 2);
        assert_eq!(fs::read_dir(&forced.folder).expect("it can be listed").count(), 1, "nothing is left beside");
    }

    #[cfg(unix)]
    #[test]
    fn others_may_read_what_is_written() {
        use std::os::unix::fs::PermissionsExt as _;

        let folder = tempfile::tempdir().expect("a folder can be made");
        fs::write(folder.path().join("usual"), "").expect("a file can be written");
        let mode = |path: &Path| fs::metadata(path).expect("it is there").permissions().mode();
        let written = target(folder.path()).write(Path::new("a"), questions(1)).expect("it writes");
        assert_eq!(mode(&written[0].file), mode(&folder.path().join("usual")));
    }

    #[test]
    fn a_language_that_is_none_is_refused() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let target = Target { language: Some("engl".into()), ..target(folder.path()) };
        assert_eq!(target.write(Path::new("a"), questions(1)).map_err(|e| e.kind()), Err(io::ErrorKind::InvalidData));
    }

    #[test]
    fn names_are_safe() {
        for (stem, safe) in [
            ("Über Größe & mehr", "uber-gro-e-mehr"),
            ("../../etc", "etc"),
            ("日本", "pack"),
            ("", "pack"),
            ("a--b_", "a-b"),
        ] {
            assert_eq!(slug(stem), safe);
        }
        assert!(slug(&"x".repeat(500)).len() <= MAX_ID - 10);
        assert_eq!(title("\u{7}"), "Questions");
    }
}
