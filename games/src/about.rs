//! What a game says of itself to whoever chooses one: a title, how many it seats, and what it is opened with.
//!
//! Binds nobody: which options make a room is the game's own `open` to say.

use serde::Serialize;

/// A game, as it is listed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct About {
    /// What people call it.
    pub title: &'static str,
    /// Whether a room of it needs a host, who must show the host key.
    pub hosted: bool,
    /// Whether quick match may choose its rooms.
    pub quick_match: bool,
    /// How many players a room of it seats, if the game says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seats: Option<Seats>,
    /// What it may be opened with.
    pub options: Vec<Parameter>,
}

impl About {
    /// A game of this title, of which nothing else is known.
    #[must_use]
    pub const fn titled(title: &'static str) -> Self {
        Self { title, hosted: false, quick_match: false, seats: None, options: Vec::new() }
    }
}

/// How many players a room seats. The runtime's own limit may be lower.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Seats {
    /// Unless the options say otherwise.
    pub default: u32,
    /// Whatever they say.
    pub most: u32,
}

/// One of the options that a game may be opened with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "GameOption"))]
pub struct Parameter {
    /// Its name in `options`.
    pub name: &'static str,
    /// What it may be.
    #[serde(flatten)]
    pub takes: Takes,
}

/// What an option may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Takes {
    /// A whole number from `least` to `most`.
    Number {
        /// The smallest.
        least: u32,
        /// The largest.
        most: u32,
        /// What it is unless it is given; `None`: it is not, then.
        #[serde(skip_serializing_if = "Option::is_none")]
        default: Option<u32>,
    },
    /// Yes or no.
    Flag {
        /// What it is unless it is given.
        default: bool,
    },
    /// One of these words.
    Word {
        /// The words; the first is the default.
        words: &'static [&'static str],
    },
    /// The name of one of the server's documents. It has to be given.
    Document {
        /// Of this kind, such as `"pack"`.
        document: &'static str,
    },
}
