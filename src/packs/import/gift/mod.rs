//! GIFT: Moodle's text format for questions (docs.moodle.org/en/GIFT_format).
//!
//! Reads all of the format; makes drafts of multiple choice and true or false, and says why of no other.

mod item;
mod paragraphs;
mod text;

use super::draft::{Choice, Draft, Repair};
use super::plain::{Tags, plain};
use super::{Findings, Found, cut};
use item::{Answer, Answers, Item};
use paragraphs::paragraphs;
use text::{Markup, Words};

/// All questions of a file. Categories are no questions, and are passed over.
pub(super) fn read(source: &str) -> Findings {
    let questions = paragraphs(source).into_iter().map(|paragraph| {
        let excerpt = cut(&paragraph.text);
        let draft = Item::parse(&paragraph.text).and_then(Item::draft);
        Found { lines: paragraph.lines, excerpt, draft }
    });
    Findings { questions: questions.collect(), notes: Vec::new() }
}

impl Item {
    /// The question, if it is of a kind that can be played.
    fn draft(self) -> Result<Draft, String> {
        let not_playable = |kind| Err(format!("{kind} can't be played"));
        let mut repairs = Vec::new();
        let text = shown(&self.stem, &mut repairs);
        if text.trim().is_empty() {
            return Err("it has no text".to_owned());
        }
        let feedback = self.feedback.map(|words| shown(&words, &mut repairs));
        let draft = match self.answers {
            None => return not_playable("a description, which asks nothing,"),
            Some(Answers::Essay) => return not_playable("an essay question"),
            Some(Answers::Short(_)) => return not_playable("a question with a typed answer"),
            Some(Answers::Numerical(_)) => return not_playable("a question with a number for an answer"),
            Some(Answers::Matching(_)) => return not_playable("a matching question"),
            Some(Answers::TrueFalse { truth, if_wrong, .. }) => {
                let choice = |word: &str, right| Choice { text: word.to_owned(), right };
                let choices = vec![choice("True", truth), choice("False", !truth)];
                let explanation = feedback.or_else(|| if_wrong.map(|words| shown(&words, &mut repairs)));
                Draft { choices, explanation, ..Draft::default() }
            }
            Some(Answers::Choice(answers)) => multiple_choice(&answers, feedback, &mut repairs)?,
        };
        Ok(Draft { text, repairs, ..draft })
    }
}

/// Which choices are right: those worth all points; else those whose parts make up all points together.
fn multiple_choice(answers: &[Answer], feedback: Option<String>, repairs: &mut Vec<Repair>) -> Result<Draft, String> {
    let worth = |answer: &Answer| answer.weight.unwrap_or(if answer.right { 100.0 } else { 0.0 });
    let full = |answer: &Answer| worth(answer) >= ALL;
    let part = |answer: &Answer| worth(answer) > 0.0;
    let fully = answers.iter().filter(|answer| full(answer)).count();
    let parts: f64 = answers.iter().map(worth).filter(|worth| *worth > 0.0).sum();
    let several = fully != 1;
    if fully == 0 && parts < ALL {
        return Err(format!("its right choices are worth {parts} percent together"));
    }
    if fully > 1 {
        repairs.push(Repair::SeveralRight);
    }
    if fully > 0 && answers.iter().any(|answer| part(answer) && !full(answer)) {
        repairs.push(Repair::PartialCredit);
    }
    let mut explanation = feedback;
    let mut choices = Vec::new();
    for answer in answers {
        let right = if fully > 0 { full(answer) } else { part(answer) };
        if let Some(words) = answer.feedback.as_ref().filter(|_| right && !several && explanation.is_none()) {
            explanation = Some(shown(words, repairs));
        }
        choices.push(Choice { text: shown(&answer.text, repairs), right });
    }
    Ok(Draft { choices, several, explanation, ..Draft::default() })
}

/// These words as plain text. Markdown stays as it is: it was made to be read so.
fn shown(words: &Words, repairs: &mut Vec<Repair>) -> String {
    let plain = match words.markup {
        // In HTML a line ends where a tag says so.
        Markup::Html => plain(&words.text.replace('\n', " "), Tags::All),
        Markup::Moodle => plain(&words.text, Tags::Known),
        Markup::Plain | Markup::Markdown => return words.text.clone(),
    };
    if plain.media_left_out {
        repairs.push(Repair::Media);
    }
    plain.text
}

/// The percent that are all points; three thirds of 33.33 are as well.
const ALL: f64 = 99.0;

#[cfg(test)]
mod tests;
