//! The library: a folder of packs in memory, for rooms that open with them.
//!
//! Reads the disk only when it is opened and reloaded; looking a pack up never waits.

use std::collections::BTreeMap;
use std::fs::read_dir;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arc_swap::ArcSwap;
use parlor_games::contract;
use parlor_games::quiz::pack::Pack;
use serde::Serialize;

use super::check::{self, Faulty, Placed};

/// What a library holds.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Config {
    /// The folder whose `*.json` files are packs; one that isn't there counts as empty. Default: `packs`.
    pub folder: PathBuf,
    /// Whether the sample packs are there as well, those that no file of the folder has the name of. Default: yes.
    pub samples: bool,
    /// The most packs. Default 10,000. Cost: each is read at the start and listed to hosts. Attack: a folder that
    /// others may write to.
    pub max_packs: usize,
    /// The most bytes of packs. Default 256 MiB. Cost: all are kept in memory. Attack: as above.
    pub max_bytes: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self { folder: "packs".into(), samples: true, max_packs: 10_000, max_bytes: 256 << 20 }
    }
}

impl Config {
    /// The default library of this folder.
    #[must_use]
    pub fn of(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into(), ..Self::default() }
    }
}

/// What hosts are shown of a pack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Listing {
    /// The name that a room is opened with: the file's, without `.json`.
    pub id: String,
    /// See [`Pack::title`].
    pub title: String,
    /// See [`Pack::language`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// See [`Pack::description`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// See [`Pack::author`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// How many questions it has.
    pub questions: usize,
    /// How many of them are of each kind, by the kind's name.
    pub kinds: BTreeMap<&'static str, usize>,
}

impl Listing {
    fn of(id: &str, pack: &Pack) -> Self {
        Self {
            id: id.to_owned(),
            title: pack.title.clone(),
            language: pack.language.clone(),
            description: pack.description.clone(),
            author: pack.author.clone(),
            questions: pack.questions.len(),
            kinds: pack.kinds().into_iter().map(|(kind, count)| (kind.name(), count)).collect(),
        }
    }
}

/// Packs in memory. Shared by all who open rooms; a reload replaces all packs at once.
#[derive(Debug)]
pub struct Library {
    config: Config,
    shelf: ArcSwap<Shelf>,
}

#[derive(Debug, Default)]
struct Shelf {
    packs: BTreeMap<String, Entry>,
    bytes: usize,
}

#[derive(Debug)]
struct Entry {
    listing: Listing,
    document: Arc<[u8]>,
}

impl Library {
    /// The library of this configuration, and the files that were left out of it, each with its faults.
    ///
    /// Reads files: not for the threads that serve sockets.
    ///
    /// # Errors
    /// When the folder is there but can't be listed.
    pub fn open(config: Config) -> io::Result<(Self, Vec<Faulty>)> {
        let library = Self { config, shelf: ArcSwap::default() };
        let left_out = library.reload()?;
        Ok((library, left_out))
    }

    /// Reads the folder again. Rooms that are open keep the pack they opened with.
    ///
    /// Reads files: not for the threads that serve sockets.
    ///
    /// # Errors
    /// When the folder is there but can't be listed; the library has changed nothing then.
    pub fn reload(&self) -> io::Result<Vec<Faulty>> {
        let mut shelf = Shelf::default();
        let mut left_out = Vec::new();
        for file in files(&self.config.folder)? {
            if let Err(faulty) = shelf.take(&file, &self.config) {
                left_out.push(faulty);
            }
        }
        if self.config.samples {
            left_out.extend(shelf.take_samples());
        }
        self.shelf.store(Arc::new(shelf));
        Ok(left_out)
    }

    /// All packs, ordered by id.
    #[must_use]
    pub fn listings(&self) -> Vec<Listing> {
        self.shelf.load().packs.values().map(|entry| entry.listing.clone()).collect()
    }

    /// The pack of this id.
    #[must_use]
    pub fn listing(&self, id: &str) -> Option<Listing> {
        self.shelf.load().packs.get(id).map(|entry| entry.listing.clone())
    }

    /// All of the pack of this id, its right answers too. It is read from its bytes anew, which takes some milliseconds.
    #[must_use]
    pub fn pack(&self, id: &str) -> Option<Pack> {
        let document = self.shelf.load().packs.get(id).map(|entry| Arc::clone(&entry.document))?;
        // It was checked when it was put there.
        check::check(&document).ok()
    }
}

impl contract::Library for Library {
    fn document(&self, kind: &str, name: &str) -> Option<Arc<[u8]>> {
        let shelf = self.shelf.load();
        let entry = shelf.packs.get(name).filter(|_| kind == "pack")?;
        Some(Arc::clone(&entry.document))
    }
}

impl Shelf {
    fn take(&mut self, file: &Path, config: &Config) -> Result<(), Faulty> {
        let refused = |message: String| Faulty {
            file: file.to_owned(),
            faults: vec![Placed { place: None, field: "file".to_owned(), message }],
        };
        let id = file.file_stem().and_then(|stem| stem.to_str()).filter(|id| is_id(id));
        let id = id.ok_or_else(|| {
            refused(format!(
                "its name may have up to {MAX_ID} letters a-z and A-Z, digits, '-' and '_' before \".json\""
            ))
        })?;
        if self.packs.len() >= config.max_packs {
            return Err(refused(format!("is one too many: the library holds at most {} packs", config.max_packs)));
        }
        let (pack, bytes) = check::read(file)?;
        if self.bytes + bytes.len() > config.max_bytes {
            return Err(refused(format!("does not fit: the library holds at most {} bytes", config.max_bytes)));
        }
        self.put(id, &pack, &bytes);
        Ok(())
    }

    fn take_samples(&mut self) -> Vec<Faulty> {
        let mut left_out = Vec::new();
        for (id, text) in SAMPLES {
            match check::check(text.as_bytes()) {
                Ok(_) if self.packs.contains_key(id) => {}
                Ok(pack) => self.put(id, &pack, text.as_bytes()),
                Err(faults) => left_out.push(Faulty { file: format!("{id}.json").into(), faults }),
            }
        }
        left_out
    }

    fn put(&mut self, id: &str, pack: &Pack, bytes: &[u8]) {
        self.bytes += bytes.len();
        self.packs.insert(id.to_owned(), Entry { listing: Listing::of(id, pack), document: bytes.into() });
    }
}

/// The packs of a folder, ordered by name, so that which are too many does not depend on the disk.
fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut files = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "json") && path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// Whether this may name a pack: in a path and in an address it stands for itself.
fn is_id(id: &str) -> bool {
    (1..=MAX_ID).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}

/// The longest name of a pack, in bytes.
pub(super) const MAX_ID: usize = 80;

/// The packs that come with the binary.
const SAMPLES: [(&str, &str); 3] = [
    ("general-knowledge", include_str!("../../packs/general-knowledge.json")),
    ("science", include_str!("../../packs/science.json")),
    ("how-this-protocol-works", include_str!("../../packs/how-this-protocol-works.json")),
];

#[cfg(test)]
mod tests {
    use std::fs;

    use contract::Library as _;

    use super::*;

    const PACK: &str =
        r#"{"title": "T", "language": "en", "questions": [{"kind": "truefalse", "text": "Q", "correct": [0]}]}"#;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder can be made");
        for (name, text) in files {
            fs::write(folder.path().join(name), text).expect("a file can be written");
        }
        folder
    }

    fn ids(library: &Library) -> Vec<String> {
        library.listings().into_iter().map(|listing| listing.id).collect()
    }

    #[test]
    fn an_empty_or_missing_folder_has_the_samples() {
        for path in [folder(&[]).path().to_owned(), "/nowhere/packs".into()] {
            let (library, left_out) = Library::open(Config::of(path)).expect("it opens");
            assert_eq!(left_out, []);
            assert_eq!(ids(&library), ["general-knowledge", "how-this-protocol-works", "science"]);
        }
    }

    #[test]
    fn the_files_of_the_folder_are_listed_and_looked_up() {
        let folder = folder(&[("a.json", PACK), ("notes.txt", "no pack"), ("science.json", PACK)]);
        let (library, left_out) = Library::open(Config::of(folder.path())).expect("it opens");
        assert_eq!(left_out, []);
        assert_eq!(ids(&library), ["a", "general-knowledge", "how-this-protocol-works", "science"]);
        assert_eq!(
            serde_json::to_value(library.listing("a")).expect("listings can be written"),
            serde_json::json!({"id": "a", "title": "T", "language": "en", "questions": 1, "kinds": {"truefalse": 1}})
        );
        assert_eq!(library.document("pack", "science").as_deref(), Some(PACK.as_bytes()));
        assert_eq!(library.document("pack", "../a"), None);
        assert_eq!(library.document("map", "a"), None);
    }

    #[test]
    fn broken_packs_are_left_out_and_told() {
        let folder = folder(&[("a.json", PACK), ("b.json", "{}"), ("c d.json", PACK)]);
        let (library, left_out) =
            Library::open(Config { samples: false, ..Config::of(folder.path()) }).expect("it opens");
        assert_eq!(ids(&library), ["a"]);
        let told: Vec<_> = left_out.iter().map(ToString::to_string).collect();
        assert_eq!(told.len(), 2);
        assert!(told[0].contains("b.json:1:1: pack: lacks the field \"title\""), "{}", told[0]);
        assert!(told[1].contains("c d.json: file: its name may have"), "{}", told[1]);
    }

    #[test]
    fn what_is_too_much_is_left_out() {
        let folder = folder(&[("a.json", PACK), ("b.json", PACK), ("c.json", PACK)]);
        let config = Config { samples: false, ..Config::of(folder.path()) };
        let (library, left_out) = Library::open(Config { max_packs: 2, ..config.clone() }).expect("it opens");
        assert_eq!((ids(&library).len(), left_out.len()), (2, 1));
        let (library, left_out) = Library::open(Config { max_bytes: PACK.len(), ..config }).expect("it opens");
        assert_eq!((ids(&library).len(), left_out.len()), (1, 2));
    }

    #[test]
    fn a_reload_sees_what_came_and_went() {
        let folder = folder(&[("a.json", PACK)]);
        let (library, _) = Library::open(Config { samples: false, ..Config::of(folder.path()) }).expect("it opens");
        fs::rename(folder.path().join("a.json"), folder.path().join("b.json")).expect("it can be renamed");
        assert_eq!(ids(&library), ["a"]);
        assert_eq!(library.reload().expect("it reads"), []);
        assert_eq!(ids(&library), ["b"]);
    }
}
