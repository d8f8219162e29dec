//! Views: what the groups of a quiz may know, and what one seat alone may.
//!
//! Shapes only: which parts of them are there in which phase is `Quiz`'s. Absent parts are left out, never null.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Serialize, Serializer};

use super::deck::Asked;
#[cfg(feature = "schema")]
use super::pack::Form;
use super::pack::{Kind, Media};
use super::phase::Stage;
use crate::contract::SeatId;

/// What a group may know: players, or hosts and spectators.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "RoomState"))]
pub struct View {
    /// Where it stands.
    pub(super) phase: Stage,
    /// Which question it is about, from 0; in the lobby 0, at the podium the last one asked.
    pub(super) index: usize,
    /// How many questions there are.
    pub(super) total: usize,
    /// The pack's title.
    #[serde(serialize_with = "text")]
    pub(super) title: Arc<str>,
    /// The pack's language, for whoever reads its words aloud.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "maybe_text")]
    pub(super) language: Option<Arc<str>>,
    /// From the question's opening on.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<Question<'_>>"))]
    pub(super) question: Option<Shown>,
    /// How many have answered. Coalesced.
    pub(super) answered: usize,
    /// How many players there are. Coalesced.
    pub(super) players: usize,
    /// Whether no more players are let in.
    pub(super) locked: bool,
    /// Whether the phase's time is stopped.
    pub(super) paused: bool,
    /// From the reveal on.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<Reveal<'_>>"))]
    pub(super) reveal: Option<Revealed>,
    /// At the leaderboard and the podium: the first 10.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) leaderboard: Option<Vec<Row>>,
    /// At the podium while its places are being shown: how many are, from the last one up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) unveiled: Option<usize>,
    /// For hosts and spectators.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub(super) backstage: Option<Backstage>,
}

/// What hosts and spectators know besides.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(super) struct Backstage {
    /// For hosts and spectators: the players who joined last. Coalesced.
    #[serde(serialize_with = "shared")]
    pub(super) roster: Arc<Roster>,
    /// For them: whether reveals and leaderboards end by themselves.
    pub(super) auto_advance: bool,
}

/// Players by seat.
pub(super) type Roster = BTreeMap<SeatId, Entry>;

/// A player in the roster.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "RosterEntry"))]
pub(super) struct Entry {
    /// The name.
    #[serde(serialize_with = "text")]
    pub(super) name: Arc<str>,
    /// Whether a socket is behind the seat.
    pub(super) connected: bool,
    /// Points of all revealed rounds.
    pub(super) score: i64,
}

/// A row of the leaderboard.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Standing"))]
pub(super) struct Row {
    /// Whose.
    pub(super) seat: SeatId,
    /// The name.
    #[serde(serialize_with = "text")]
    pub(super) name: Arc<str>,
    /// Points in all.
    pub(super) score: i64,
    /// Points of the last round.
    pub(super) gain: i64,
    /// 1 is first; equal scores share a rank.
    pub(super) rank: u32,
}

/// A question without its key, as it is shown.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct Question<'a> {
    /// How it is answered.
    kind: Kind,
    /// What is asked.
    text: &'a str,
    /// What may be chosen.
    choices: Vec<Choice<'a>>,
    /// How long it may be answered.
    time_ms: u128,
    /// What an immediate right answer is worth.
    points: u32,
    /// What is shown or played with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<Form<'_>>"))]
    media: Option<&'a Media>,
}

/// What may be chosen.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct Choice<'a> {
    /// Its number within the question.
    id: u32,
    /// Its words.
    text: &'a str,
}

/// A question without its key.
#[derive(Debug)]
pub(super) struct Shown(pub(super) Arc<Asked>);

impl Serialize for Shown {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(asked) = self;
        Question {
            kind: asked.kind,
            text: &asked.text,
            choices: (0..).zip(&asked.choices).map(|(id, text)| Choice { id, text }).collect(),
            time_ms: asked.time.as_millis(),
            points: asked.points,
            media: asked.media.as_ref(),
        }
        .serialize(serializer)
    }
}

/// The key of a question, as it is shown, and how the question was answered.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct Reveal<'a> {
    /// The ids of the right choices.
    correct: Vec<u32>,
    /// How many took each choice, by its id.
    counts: BTreeMap<String, u32>,
    /// Why that is right.
    #[serde(skip_serializing_if = "Option::is_none")]
    explanation: Option<&'a str>,
}

/// The key of a question, and how it was answered.
#[derive(Debug)]
pub(super) struct Revealed {
    /// Whose key.
    pub(super) question: Arc<Asked>,
    /// How many chose each choice.
    pub(super) counts: Vec<u32>,
}

impl Serialize for Revealed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Reveal {
            correct: self.question.correct.ids().collect(),
            counts: (0_u32..).zip(&self.counts).map(|(id, &count)| (id.to_string(), count)).collect(),
            explanation: self.question.explanation.as_deref(),
        }
        .serialize(serializer)
    }
}

/// What one player alone may know.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "You"))]
pub struct Private {
    /// Whether the current question is answered.
    pub(super) answered: bool,
    /// With what, for every kind but `multiple`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) choice: Option<u32>,
    /// With what, for `multiple`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) choices: Option<Vec<u32>>,
    /// Whether that was right. From the reveal on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) correct: Option<bool>,
    /// Points of this round. From the reveal on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) gain: Option<i64>,
    /// Points of all revealed rounds.
    pub(super) score: i64,
    /// Among all players at the last reveal.
    pub(super) rank: u32,
    /// Revealed rounds answered right in a row.
    pub(super) streak: u32,
    /// From the reveal on, for all but the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) ahead: Option<Ahead>,
}

/// Who is just ahead of a player.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(super) struct Ahead {
    /// The name.
    #[serde(serialize_with = "text")]
    pub(super) name: Arc<str>,
    /// By how many points.
    pub(super) by: i64,
}

pub(super) fn text<S: Serializer>(text: &Arc<str>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(text)
}

fn maybe_text<S: Serializer>(text: &Option<Arc<str>>, serializer: S) -> Result<S::Ok, S::Error> {
    text.as_deref().serialize(serializer)
}

fn shared<S: Serializer>(roster: &Arc<Roster>, serializer: S) -> Result<S::Ok, S::Error> {
    roster.as_ref().serialize(serializer)
}
