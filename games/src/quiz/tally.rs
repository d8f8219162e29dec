//! A tally: what one settled round came to, counted as its answers are judged.
//!
//! Judges nothing and knows no player; `players` hands it each answer with what it is worth.

use std::sync::Arc;
use std::time::Duration;

use super::deck::Asked;
use super::players::Answer;

/// What a settled round came to.
#[derive(Clone, Debug)]
pub(super) struct Tally {
    /// What was asked.
    pub(super) question: Arc<Asked>,
    /// How many could answer.
    pub(super) players: usize,
    /// How many chose each choice.
    pub(super) counts: Vec<u32>,
    /// How many were right.
    pub(super) right: usize,
    /// How many were right in part.
    pub(super) partly: usize,
    /// The sum of what the answers were worth.
    worth: f64,
    /// How long each answer took; ascending once the tally is closed.
    times: Vec<Duration>,
}

impl Tally {
    /// Of a round that nobody has answered of so many.
    pub(super) fn new(question: Arc<Asked>, players: usize) -> Self {
        let counts = vec![0; question.choices.len()];
        Self { question, players, counts, right: 0, partly: 0, worth: 0.0, times: Vec::new() }
    }

    /// One answer more, and what part of the points it deserves.
    pub(super) fn add(&mut self, answer: Answer, worth: f64) {
        for (id, count) in (0..).zip(&mut self.counts) {
            *count = count.saturating_add(u32::from(answer.picks.has(id)));
        }
        self.right = self.right.saturating_add(usize::from(worth >= 1.0));
        self.partly = self.partly.saturating_add(usize::from(worth > 0.0 && worth < 1.0));
        self.worth += worth;
        self.times.push(answer.spent);
    }

    /// No answer follows.
    pub(super) fn close(&mut self) {
        self.times.sort_unstable();
        self.times.shrink_to_fit();
    }

    /// How many answered.
    pub(super) const fn answered(&self) -> usize {
        self.times.len()
    }

    /// How right the answers were on average, 0 to 1; `None` without any.
    pub(super) fn worth(&self) -> Option<f64> {
        let answered = u32::try_from(self.answered()).ok().filter(|&answered| answered > 0)?;
        Some(self.worth / f64::from(answered))
    }

    /// What half of the answers took no longer than; between the middle two of an even number. `None` without any.
    pub(super) fn median(&self) -> Option<Duration> {
        let half = self.times.len() / 2;
        let upper = *self.times.get(half)?;
        let lower = if self.times.len().is_multiple_of(2) {
            half.checked_sub(1).and_then(|at| self.times.get(at))
        } else {
            None
        };
        Some(lower.map_or(upper, |&lower| lower.saturating_add(upper) / 2))
    }
}
