//! The deck: a pack's questions in the order, and with the choices in the places, in which one room is asked them.
//!
//! It holds the key and judges answers by it; when the key may be shown is the phase's to say.

use std::sync::Arc;
use std::time::Duration;

use rand::SeedableRng as _;
use rand::rngs::ChaCha8Rng;
use rand::seq::SliceRandom as _;
use serde::Deserialize;

use super::pack::{Credit, Kind, MAX_CHOICES, Media, Pack, Question};

/// What is put in another order for each room.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Shuffle {
    /// Nothing: as the pack has it.
    #[default]
    None,
    /// The questions.
    Questions,
    /// The choices of each question, but not true and false.
    Choices,
    /// Questions and choices.
    Both,
}

impl Shuffle {
    const fn questions(self) -> bool {
        matches!(self, Self::Questions | Self::Both)
    }

    const fn choices(self) -> bool {
        matches!(self, Self::Choices | Self::Both)
    }
}

/// The questions of one room.
#[derive(Clone, Debug)]
pub(super) struct Deck {
    /// The pack's title.
    pub(super) title: Arc<str>,
    /// The pack's language.
    pub(super) language: Option<Arc<str>>,
    questions: Vec<Arc<Asked>>,
}

impl Deck {
    /// The questions of `pack`, shuffled as `shuffle` says by `seed` alone. No order depends on the key.
    pub(super) fn new(pack: Pack, shuffle: Shuffle, seed: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut questions: Vec<_> =
            pack.questions.into_iter().map(|question| Arc::new(Asked::new(question, shuffle, &mut rng))).collect();
        if shuffle.questions() {
            questions.shuffle(&mut rng);
        }
        Self { title: pack.title.into(), language: pack.language.map(Into::into), questions }
    }

    /// The round in which question `index` is asked, if there are so many.
    pub(super) fn round(&self, index: usize) -> Option<Round> {
        self.questions.get(index).map(|question| Round { index, question: Arc::clone(question) })
    }

    /// How many questions there are.
    pub(super) const fn len(&self) -> usize {
        self.questions.len()
    }
}

/// One question's turn.
#[derive(Clone, Debug)]
pub(super) struct Round {
    /// Which it is, from 0.
    pub(super) index: usize,
    /// What is asked.
    pub(super) question: Arc<Asked>,
}

/// A question as a room is asked it. A choice's id is its place in `choices`, which says nothing of its place in the pack.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    /// How it is answered.
    pub(super) kind: Kind,
    /// What is asked.
    pub(super) text: String,
    /// What may be chosen.
    pub(super) choices: Vec<String>,
    /// The key.
    pub(super) correct: Picks,
    /// How long it may be answered.
    pub(super) time: Duration,
    /// What an immediate right answer is worth.
    pub(super) points: u32,
    /// What is shown or played with it.
    pub(super) media: Option<Media>,
    /// Why the right answer is right.
    pub(super) explanation: Option<String>,
    /// What a part of the answer earns.
    pub(super) credit: Credit,
}

impl Asked {
    fn new(question: Question, shuffle: Shuffle, rng: &mut ChaCha8Rng) -> Self {
        let mut choices: Vec<(bool, String)> = question
            .choices
            .into_iter()
            .enumerate()
            .map(|(place, text)| (question.correct.contains(&place), text))
            .collect();
        if shuffle.choices() && question.kind != Kind::TrueFalse {
            choices.shuffle(rng);
        }
        let correct = (0..).zip(&choices).filter(|(_, (right, _))| *right).map(|(id, _)| id);
        Self {
            kind: question.kind,
            text: question.text,
            correct: correct.fold(Picks::default(), Picks::with),
            choices: choices.into_iter().map(|(_, text)| text).collect(),
            time: Duration::from_millis(question.time_ms.into()),
            points: question.points,
            media: question.media,
            explanation: question.explanation,
            credit: question.credit,
        }
    }

    /// The choices that an answer names, if it answers this question in its kind's own field: `choice` for one,
    /// `choices` for any number but none, no two alike.
    pub(super) fn picks(&self, choice: Option<u32>, choices: Option<&[u32]>) -> Option<Picks> {
        let many = matches!(self.kind, Kind::Multiple);
        match (choice, choices) {
            (Some(id), None) if !many => self.pick(Picks::default(), id),
            (None, Some([first, rest @ ..])) if many => {
                rest.iter().try_fold(self.pick(Picks::default(), *first)?, |picks, &id| self.pick(picks, id))
            }
            _ => None,
        }
    }

    fn pick(&self, picks: Picks, id: u32) -> Option<Picks> {
        let known = usize::try_from(id).is_ok_and(|id| id < self.choices.len());
        (known && !picks.has(id)).then(|| picks.with(id))
    }

    /// What part of the points an answer deserves, 0 to 1. Partly right answers to a question with partial credit get
    /// (right choices - wrong choices) / (choices of the key): choosing everything earns nothing.
    pub(super) fn worth(&self, picks: Picks) -> f64 {
        if picks == self.correct {
            return 1.0;
        }
        match self.credit {
            Credit::All => 0.0,
            Credit::Partial => {
                let right = f64::from(picks.and(self.correct).len());
                let wrong = f64::from(picks.len()) - right;
                ((right - wrong) / f64::from(self.correct.len().max(1))).clamp(0.0, 1.0)
            }
        }
    }
}

/// A set of choices.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Picks(u32);

const _: () = assert!(MAX_CHOICES <= 32, "a choice is a bit of Picks");

impl Picks {
    /// This set and `id`, which is below 32.
    pub(super) const fn with(self, id: u32) -> Self {
        Self(self.0 | 1_u32.wrapping_shl(id))
    }

    /// Whether `id` is in it.
    pub(super) const fn has(self, id: u32) -> bool {
        id < 32 && self.0 & 1_u32.wrapping_shl(id) != 0
    }

    /// What is in both.
    const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    const fn len(self) -> u32 {
        self.0.count_ones()
    }

    /// The ids in it, ascending.
    pub(super) fn ids(self) -> impl Iterator<Item = u32> {
        (0..32).filter(move |&id| self.has(id))
    }
}
