//! Packs: what a quiz's questions are written in, and which packs are valid.
//!
//! Reads bytes, never files, and plays nothing. Where a fault stands in its file is `parlor::packs`' to say.

mod fault;
mod json;
mod parse;

use serde::{Serialize, Serializer};

pub use fault::{Fault, Path, Place, Step};

/// A valid set of questions. Made by [`Pack::parse`] alone, so whoever holds one need not check it.
///
/// How long its texts and lists may be is in this module's constants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "WholePack", description = "All of a pack, with its right answers.")
)]
#[non_exhaustive]
pub struct Pack {
    /// What it is called.
    pub title: String,
    /// The language of its questions, as a BCP 47 tag: `"en"`, `"pt-BR"`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// What it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Who wrote it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// What is asked, in order. At least one.
    pub questions: Vec<Question>,
}

/// One question of a valid pack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "PackQuestion"))]
#[non_exhaustive]
pub struct Question {
    /// How it is answered.
    pub kind: Kind,
    /// What is asked.
    pub text: String,
    /// What may be chosen: at least two, no two alike. For `truefalse` the words for true and for false, in this
    /// order; `True` and `False` if the pack gave none.
    pub choices: Vec<String>,
    /// Which choices are right, as indices in ascending order. At least one; exactly one for every kind
    /// but `multiple`.
    pub correct: Vec<usize>,
    /// How long it may be answered, in milliseconds; it is not said where it is the usual time.
    #[serde(skip_serializing_if = "is_default_time")]
    pub time_ms: u32,
    /// What an immediate right answer is worth; it is not said where it is the usual worth.
    #[serde(skip_serializing_if = "is_default_points")]
    pub points: u32,
    /// What a partly right answer is worth: `all`, which is not said, for every kind but `multiple`.
    #[serde(skip_serializing_if = "is_default_credit")]
    pub credit: Credit,
    /// What is shown or played with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<Form<'_>>"))]
    pub media: Option<Media>,
    /// Why the right answer is right, shown with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explanation: Option<String>,
}

/// How a question is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "QuestionKind"))]
pub enum Kind {
    /// One choice, of which one is right.
    Single,
    /// Any number of choices, of which one or more are right.
    Multiple,
    /// True (choice 0) or false (choice 1).
    TrueFalse,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Single, Self::Multiple, Self::TrueFalse];

    /// Its name in a pack and on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Single => "single",
            Self::Multiple => "multiple",
            Self::TrueFalse => "truefalse",
        }
    }
}

/// What an answer to a `multiple` question earns when only a part of it is right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Credit {
    /// Nothing: all right choices and no other must be chosen.
    #[default]
    All,
    /// A part of the points.
    Partial,
}

/// Something shown or played with a question.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Media {
    /// What it is.
    pub kind: MediaKind,
    /// Where it is: an `http` or `https` address, or a path relative to the site.
    pub url: String,
    /// Words for those who can't see or hear it.
    pub alt: String,
}

/// What a [`Media`] is; in a pack, the field that holds its address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MediaKind {
    /// A picture.
    Image,
    /// A sound.
    Audio,
    /// A film.
    Video,
}

impl MediaKind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Image, Self::Audio, Self::Video];

    /// Its name in a pack and on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Audio => "audio",
            Self::Video => "video",
        }
    }
}

impl Serialize for Media {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { kind, url, alt } = self;
        match kind {
            MediaKind::Image => Form::Image { image: url, alt },
            MediaKind::Audio => Form::Audio { audio: url, alt },
            MediaKind::Video => Form::Video { video: url, alt },
        }
        .serialize(serializer)
    }
}

/// How a [`Media`] is written: what it is names the field that holds its address.
#[derive(Serialize)]
#[serde(untagged)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Media"))]
pub(super) enum Form<'a> {
    Image { image: &'a str, alt: &'a str },
    Audio { audio: &'a str, alt: &'a str },
    Video { video: &'a str, alt: &'a str },
}

impl Pack {
    /// The pack in these bytes of JSON (UTF-8, with or without a byte order mark).
    ///
    /// # Errors
    /// All its faults, in the order of the file; never an empty list. After [`MAX_FAULTS`] they are only counted.
    pub fn parse(bytes: &[u8]) -> Result<Self, Vec<Fault>> {
        parse::pack(bytes)
    }

    /// How many questions there are of each kind, leaving out kinds that don't occur.
    #[must_use]
    pub fn kinds(&self) -> Vec<(Kind, usize)> {
        let count = |kind| self.questions.iter().filter(|question| question.kind == kind).count();
        Kind::ALL.into_iter().map(|kind| (kind, count(kind))).filter(|(_, n)| *n > 0).collect()
    }
}

/// The largest pack, in bytes. Cost: the tree of a file is held while it is parsed. Attack: a huge file in a folder
/// that others may write to.
pub const MAX_BYTES: usize = 8 << 20;
/// The most questions of a pack. Cost: each is held by every room that plays it. Attack: a quiz without end.
pub const MAX_QUESTIONS: usize = 1_000;
/// The most choices of a question. Cost: each is a button on a phone and a count in every reveal.
pub const MAX_CHOICES: usize = 8;
/// The longest title and author, in characters. Cost: shown in listings.
pub const MAX_TITLE: usize = 120;
/// The longest question, in characters. Cost: sent to every player, shown on a phone.
pub const MAX_TEXT: usize = 1_000;
/// The longest choice, in characters. Cost: as for the question's text.
pub const MAX_CHOICE: usize = 300;
/// The longest description and explanation, in characters. Cost: an explanation is sent to every player.
pub const MAX_PROSE: usize = 2_000;
/// The longest address of a media file, in characters.
pub const MAX_URL: usize = 2_000;
/// The shortest and the longest time for a question, in milliseconds. Attack: a room that waits for hours.
pub const TIME_MS: std::ops::RangeInclusive<u32> = 1_000..=600_000;
/// The time for a question that names none, in milliseconds.
pub const DEFAULT_TIME_MS: u32 = 20_000;
/// The most points for a question; times [`MAX_QUESTIONS`] it must fit a score.
pub const MAX_POINTS: u32 = 100_000;
/// The points for a question that names none.
pub const DEFAULT_POINTS: u32 = 1_000;
/// How many faults of one file are told. Attack: a file of millions of them.
pub const MAX_FAULTS: usize = 1_000;
/// The words for true and for false of a question that names none.
pub const TRUE_FALSE: [&str; 2] = ["True", "False"];

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
const fn is_default_time(ms: &u32) -> bool {
    *ms == DEFAULT_TIME_MS
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
const fn is_default_points(points: &u32) -> bool {
    *points == DEFAULT_POINTS
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn is_default_credit(credit: &Credit) -> bool {
    *credit == Credit::All
}

#[cfg(test)]
mod tests;
