//! The summary: what a whole quiz came to, question by question and player by player, for whoever ran it.
//!
//! Counts nothing anew: rounds are counted where they are settled (`tally`), ranks where they are given (`players`).

use std::sync::Arc;

use serde::Serialize;

use super::host::wrong_phase;
use super::pack::{Credit, Kind};
use super::phase::Phase;
use super::tally::Tally;
use super::view::text;
use super::{Quiz, pace};
use crate::contract::{Refusal, SeatId};

/// What a quiz came to.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "QuizSummary"))]
pub struct Summary {
    /// How many players there are at the end.
    players: usize,
    /// How many answers were given, to all questions together.
    answered: usize,
    /// How many of them were right.
    right: usize,
    /// The place in `questions` of the one whose answers were the least right, where one stands out.
    #[serde(skip_serializing_if = "Option::is_none")]
    hardest: Option<usize>,
    /// The place in `questions` of the one that was answered the fastest, where one stands out.
    #[serde(skip_serializing_if = "Option::is_none")]
    fastest: Option<usize>,
    /// Those whose answer was revealed, as they were asked.
    questions: Vec<Played>,
    /// The first 1,000 of the standings.
    results: Vec<Outcome>,
}

/// A question that was asked, and how it was answered.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "PlayedQuestion"))]
struct Played {
    /// How it is answered.
    kind: Kind,
    /// What was asked.
    text: String,
    /// What could be chosen, each in the place that is its id.
    choices: Vec<Taken>,
    /// How many could answer.
    players: usize,
    /// How many did.
    answered: usize,
    /// How many of them were right.
    right: usize,
    /// How many of them were right in part.
    partly: usize,
    /// Where a part of the answer earns a part of the points: how right the answers were on average, 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    worth: Option<f64>,
    /// The median of how long an answer took, pauses left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    median_ms: Option<u128>,
}

/// A choice, and how often it was taken.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "PlayedChoice"))]
struct Taken {
    /// Its words.
    text: String,
    /// Whether it is right.
    correct: bool,
    /// How many took it.
    count: u32,
}

/// What a player came to.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "PlayerResult"))]
struct Outcome {
    /// Whose.
    seat: SeatId,
    /// The name.
    #[serde(serialize_with = "text")]
    name: Arc<str>,
    /// Points in all.
    score: i64,
    /// 1 is first; equal scores share a rank.
    rank: u32,
    /// The points for each question; `null` where this player gave no answer.
    gains: Vec<Option<u32>>,
}

impl Quiz {
    /// What it came to, once that is decided and everybody has seen it.
    pub(super) fn sum_up(&self) -> Result<Summary, Refusal> {
        let decided = matches!(self.phase, Phase::Podium { .. } | Phase::Over);
        if !decided || self.next_place_at().is_some() {
            return Err(wrong_phase());
        }
        Ok(Summary {
            players: self.players.len(),
            answered: self.tallies.iter().map(Tally::answered).sum(),
            right: self.tallies.iter().map(|tally| tally.right).sum(),
            hardest: least(self.tallies.iter().map(Tally::worth), f64::total_cmp),
            fastest: least(self.tallies.iter().map(Tally::median), Ord::cmp),
            questions: self.tallies.iter().map(Played::from).collect(),
            results: self.players.standings(pace::RESULTS).filter_map(|(row, _)| self.outcome(row.seat)).collect(),
        })
    }

    fn outcome(&self, seat: SeatId) -> Option<Outcome> {
        let player = self.players.player(seat)?;
        let (name, gains) = (Arc::clone(&player.name), player.gains.clone());
        Some(Outcome { seat, name, score: player.score, rank: player.rank, gains })
    }
}

impl From<&Tally> for Played {
    fn from(tally: &Tally) -> Self {
        let question = &tally.question;
        let choices = (0..).zip(&question.choices).zip(&tally.counts);
        Self {
            kind: question.kind,
            text: question.text.clone(),
            choices: choices
                .map(|((id, text), &count)| Taken { text: text.clone(), correct: question.correct.has(id), count })
                .collect(),
            players: tally.players,
            answered: tally.answered(),
            right: tally.right,
            partly: tally.partly,
            worth: tally.worth().filter(|_| question.credit == Credit::Partial),
            median_ms: tally.median().map(|time| time.as_millis()),
        }
    }
}

/// Where the least of these is; the first of equals. `None` if all there are are equal.
fn least<T: Copy>(
    values: impl Iterator<Item = Option<T>>,
    order: impl Fn(&T, &T) -> std::cmp::Ordering,
) -> Option<usize> {
    let known: Vec<(usize, T)> = (0..).zip(values).filter_map(|(place, value)| Some((place, value?))).collect();
    let &(place, value) = known.iter().min_by(|(_, one), (_, other)| order(one, other))?;
    known.iter().any(|(_, other)| order(&value, other).is_lt()).then_some(place)
}
