//! Drafts: questions as other formats have them, and the honest repairs that make them playable.
//!
//! Invents nothing: a question whose right answer isn't certain is not repaired but told.

use std::collections::HashSet;
use std::fmt::{self, Display, Formatter};

use parlor_games::quiz::pack::{MAX_CHOICES, MAX_PROSE};
use serde_json::{Value, json};
use unicode_normalization::UnicodeNormalization as _;

/// A question that is not yet known to be playable.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Draft {
    pub(super) text: String,
    pub(super) choices: Vec<Choice>,
    pub(super) several: bool,
    pub(super) explanation: Option<String>,
    pub(super) repairs: Vec<Repair>,
}

/// One choice of a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Choice {
    pub(super) text: String,
    pub(super) right: bool,
}

/// What was done to make a question playable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Repair {
    /// Some of it was Windows-1252, not UTF-8.
    Windows1252,
    /// Some of its characters were damaged.
    Unreadable,
    /// The right answer matched a choice only up to case, spaces, punctuation and accents.
    LooseAnswer,
    /// So many choices were there twice.
    Duplicates(usize),
    /// So many choices were empty.
    Blanks(usize),
    /// So many wrong choices were too many.
    TooMany(usize),
    /// A choice or an answer went over more than one line.
    Continued,
    /// The choices' letters were not A, B, C in order.
    Letters,
    /// A picture, a sound or a film was left out.
    Media,
    /// Wrong choices that earned a part of the points earn nothing.
    PartialCredit,
    /// Any one of several right answers sufficed; all are to be chosen.
    SeveralRight,
    /// Its explanation was too long.
    Explanation,
}

impl Display for Repair {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Windows1252 => f.write_str("read as Windows-1252 where it was not UTF-8"),
            Self::Unreadable => f.write_str("damaged characters were mended, or are shown as \u{fffd}"),
            Self::LooseAnswer => f.write_str("the right answer was spelled differently than its choice"),
            Self::Duplicates(count) => write!(f, "duplicate choices removed: {count}"),
            Self::Blanks(count) => write!(f, "empty choices removed: {count}"),
            Self::TooMany(count) => {
                write!(f, "wrong choices removed, as a question has at most {MAX_CHOICES}: {count}")
            }
            Self::Continued => f.write_str("an answer over several lines was joined"),
            Self::Letters => f.write_str("the choices' letters were out of order"),
            Self::Media => f.write_str("a picture, sound or film was left out"),
            Self::PartialCredit => f.write_str("partial points for one of the choices were left out"),
            Self::SeveralRight => f.write_str("any of several right answers sufficed; all are to be chosen"),
            Self::Explanation => f.write_str("its explanation was too long and left out"),
        }
    }
}

impl Draft {
    /// The question as a pack has it, and what was repaired.
    pub(super) fn finish(mut self) -> Result<(Value, Vec<Repair>), String> {
        self.tidy();
        self.drop_duplicates();
        self.drop_surplus()?;
        let right = self.choices.iter().filter(|choice| choice.right).count();
        match (self.choices.len(), right) {
            (0, _) => return Err("it has no choices".to_owned()),
            (1, _) => return Err("it has only one choice".to_owned()),
            (_, 0) => return Err("none of its choices is right".to_owned()),
            (_, 2..) if !self.several => return Err(format!("{right} of its choices are right")),
            _ => {}
        }
        let mut question = self.kind();
        if let (Some(explanation), Some(fields)) = (self.explanation, question.as_object_mut()) {
            fields.insert("explanation".to_owned(), json!(explanation));
        }
        self.repairs.sort_unstable();
        self.repairs.dedup();
        Ok((question, self.repairs))
    }

    fn kind(&self) -> Value {
        let texts: Vec<_> = self.choices.iter().map(|choice| choice.text.as_str()).collect();
        let right = self.choices.iter().enumerate().filter(|(_, choice)| choice.right);
        let correct: Vec<_> = right.map(|(index, _)| index).collect();
        if self.several {
            return json!({
                "kind": "multiple", "text": self.text, "choices": texts, "correct": correct, "credit": "partial"
            });
        }
        match self.truth() {
            Some(truth) => json!({"kind": "truefalse", "text": self.text, "correct": [usize::from(!truth)]}),
            None => json!({"kind": "single", "text": self.text, "choices": texts, "correct": correct}),
        }
    }

    /// Which of `True` and `False` is right, if these are the choices.
    fn truth(&self) -> Option<bool> {
        let is = |choice: &Choice, word| choice.text.eq_ignore_ascii_case(word);
        let [first, second] = self.choices.as_slice() else { return None };
        if is(first, "true") && is(second, "false") {
            Some(first.right)
        } else if is(first, "false") && is(second, "true") {
            Some(second.right)
        } else {
            None
        }
    }

    fn tidy(&mut self) {
        self.text = tidy(&self.text);
        for choice in &mut self.choices {
            choice.text = tidy(&choice.text).replace('\n', " ");
        }
        let all = self.choices.len();
        self.choices.retain(|choice| !choice.text.is_empty());
        self.count(all, Repair::Blanks);
        self.explanation = self.explanation.take().map(|text| tidy(&text)).filter(|text| !text.is_empty());
        if self.explanation.as_ref().is_some_and(|text| text.chars().count() > MAX_PROSE) {
            self.explanation = None;
            self.repairs.push(Repair::Explanation);
        }
    }

    /// Of choices with the same text one stays, and is right if one of them was.
    fn drop_duplicates(&mut self) {
        let all = self.choices.len();
        let right: HashSet<_> = self.choices.iter().filter(|choice| choice.right).map(|c| c.text.clone()).collect();
        let mut seen = HashSet::new();
        self.choices.retain(|choice| seen.insert(choice.text.clone()));
        for choice in &mut self.choices {
            choice.right = right.contains(&choice.text);
        }
        self.count(all, Repair::Duplicates);
    }

    /// Of more choices than a question may have, the last wrong ones go.
    fn drop_surplus(&mut self) -> Result<(), String> {
        let all = self.choices.len();
        let right = self.choices.iter().filter(|choice| choice.right).count();
        let Some(mut wrong) = MAX_CHOICES.checked_sub(right) else {
            return Err(format!("{right} of its choices are right; a question has at most {MAX_CHOICES}"));
        };
        self.choices.retain(|choice| {
            let kept = choice.right || wrong > 0;
            wrong -= usize::from(kept && !choice.right);
            kept
        });
        self.count(all, Repair::TooMany);
        Ok(())
    }

    fn count(&mut self, before: usize, repair: fn(usize) -> Repair) {
        if before > self.choices.len() {
            self.repairs.push(repair(before - self.choices.len()));
        }
    }
}

/// The choice this answer means, and whether only loosely: up to case, spaces, punctuation and accents, and then only
/// if no other choice could be meant.
pub(super) fn meant(choices: &[String], answer: &str) -> Option<(usize, bool)> {
    let exact = tidy(answer);
    if let Some(index) = choices.iter().position(|choice| tidy(choice) == exact) {
        return Some((index, false));
    }
    let loose = folded(answer);
    let like = choices.iter().enumerate().filter(|(_, choice)| !loose.is_empty() && folded(choice) == loose);
    let like: Vec<_> = like.collect();
    let (first, text) = like.first()?;
    let unsure = like.iter().any(|(_, other)| tidy(other) != tidy(text));
    (!unsure).then_some((*first, true))
}

fn folded(text: &str) -> String {
    text.nfkd().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// A text without control characters, empty lines, and spaces at the ends of lines or beside others.
pub(super) fn tidy(text: &str) -> String {
    let text: String = text.nfc().filter(|c| *c == '\n' || c.is_whitespace() || !c.is_control()).collect();
    let lines = text.split('\n').map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(choices: &[&str], right: &[usize], several: bool) -> Draft {
        let choice = |(index, text): (usize, &&str)| Choice { text: (*text).to_owned(), right: right.contains(&index) };
        let choices = choices.iter().enumerate().map(choice).collect();
        Draft { text: " Q \t x? ".to_owned(), choices, several, ..Draft::default() }
    }

    fn finished(choices: &[&str], right: &[usize], several: bool) -> (Value, Vec<Repair>) {
        draft(choices, right, several).finish().expect("it is playable")
    }

    #[test]
    fn one_right_choice_makes_a_single_question() {
        let (question, repairs) = finished(&["a", "b "], &[1], false);
        assert_eq!(question, json!({"kind": "single", "text": "Q x?", "choices": ["a", "b"], "correct": [1]}));
        assert_eq!(repairs, []);
    }

    #[test]
    fn true_and_false_make_a_true_or_false_question_in_either_order() {
        for (choices, right, correct) in
            [(["True", "False"], 0, 0), (["false", "TRUE"], 0, 1), (["False", "True"], 1, 0)]
        {
            let (question, _) = finished(&choices, &[right], false);
            assert_eq!(question, json!({"kind": "truefalse", "text": "Q x?", "correct": [correct]}));
        }
    }

    #[test]
    fn duplicates_and_blanks_go_and_the_right_one_stays_right() {
        let (question, repairs) = finished(&["a", "", "b", "a ", "c"], &[3], false);
        assert_eq!((&question["choices"], &question["correct"]), (&json!(["a", "b", "c"]), &json!([0])));
        assert_eq!(repairs, [Repair::Duplicates(1), Repair::Blanks(1)]);
    }

    #[test]
    fn of_too_many_choices_the_right_one_stays() {
        let (question, repairs) = finished(&["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"], &[9], false);
        assert_eq!(question["choices"], json!(["0", "1", "2", "3", "4", "5", "6", "9"]));
        assert_eq!((&question["correct"], repairs), (&json!([7]), vec![Repair::TooMany(2)]));
    }

    #[test]
    fn what_has_no_certain_answer_is_refused() {
        let refused =
            |choices: &[&str], right: &[usize], several| draft(choices, right, several).finish().expect_err("unsure");
        assert_eq!(refused(&[], &[], false), "it has no choices");
        assert_eq!(refused(&["a", "a"], &[0], false), "it has only one choice");
        assert_eq!(refused(&["a", "b"], &[], false), "none of its choices is right");
        assert_eq!(refused(&["a", "b"], &[0, 1], false), "2 of its choices are right");
        let nine = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];
        assert!(refused(&nine, &[0, 1, 2, 3, 4, 5, 6, 7, 8], true).starts_with("9 of its choices are right"));
    }

    #[test]
    fn an_answer_means_the_choice_it_is_spelled_like() {
        let choices = ["St Peter’s Basilica".to_owned(), "CAFÉ".to_owned(), "a-b".to_owned(), "ab".to_owned()];
        assert_eq!(meant(&choices, "St Peter’s  Basilica"), Some((0, false)));
        assert_eq!(meant(&choices, "st. peters basilica"), Some((0, true)));
        assert_eq!(meant(&choices, "café"), Some((1, true)));
        assert_eq!(meant(&choices, "AB"), None, "two choices could be meant");
        assert_eq!(meant(&["+".to_owned()], "-"), None, "signs alone are not like each other");
    }
}
