//! The Open Trivia Database: answers of its API, in HTML entities, percent signs or base64.
//!
//! Asks no API: the answers come from files.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use parlor_games::quiz::pack::Path;
use percent_encoding::percent_decode_str;
use serde::Deserialize;
use serde_json::Value;

use super::draft::{Choice, Draft};
use super::plain::unescaped;
use super::{Findings, Found, Note, cut};
use crate::packs::locate::places;

/// All questions of an answer, or of a bare list of them.
pub(super) fn read(text: &str) -> Findings {
    let noted = |line, message| Findings { notes: vec![Note { line, message }], ..Findings::default() };
    let document: Value = match serde_json::from_str(text) {
        Ok(document) => document,
        Err(error) => return noted(error.line().max(1), format!("is not JSON: {error}")),
    };
    let (root, results) = match document {
        Value::Array(results) => (Path::default(), results),
        Value::Object(mut answer) => match answer.remove("results") {
            Some(Value::Array(results)) => (Path::default().field("results"), results),
            _ => return noted(1, "has no list of results".to_owned()),
        },
        _ => return noted(1, "is neither an answer of the API nor a list of results".to_owned()),
    };
    if results.is_empty() {
        return noted(1, "has an empty list of results".to_owned());
    }
    let encoding = Encoding::of(&results);
    let paths: Vec<_> = (0..results.len()).map(|index| root.index(index)).collect();
    let lines = places(text.as_bytes(), &paths).into_iter().map(|place| place.line);
    let questions = lines.zip(results).map(|(line, result)| found(line, result, encoding));
    Findings { questions: questions.collect(), notes: Vec::new() }
}

#[derive(Deserialize)]
struct Answer {
    #[serde(rename = "type")]
    kind: String,
    question: String,
    correct_answer: String,
    incorrect_answers: Vec<String>,
}

fn found(line: usize, result: Value, encoding: Encoding) -> Found {
    let excerpt = cut(&result.to_string());
    let read = serde_json::from_value::<Answer>(result).map_err(|error| error.to_string());
    match read.and_then(|result| result.decoded(encoding)) {
        Ok(result) => Found { lines: line..=line, excerpt: result.question.clone(), draft: result.draft() },
        Err(reason) => Found { lines: line..=line, excerpt, draft: Err(reason) },
    }
}

impl Answer {
    fn decoded(self, encoding: Encoding) -> Result<Self, String> {
        Ok(Self {
            kind: encoding.decode(&self.kind)?,
            question: encoding.decode(&self.question)?,
            correct_answer: encoding.decode(&self.correct_answer)?,
            incorrect_answers: self
                .incorrect_answers
                .iter()
                .map(|text| encoding.decode(text))
                .collect::<Result<_, _>>()?,
        })
    }

    fn draft(self) -> Result<Draft, String> {
        if !matches!(self.kind.as_str(), "multiple" | "boolean") {
            return Err(format!("its type is {:?}; only \"multiple\" and \"boolean\" are known", cut(&self.kind)));
        }
        let wrong = self.incorrect_answers.into_iter().map(|text| Choice { text, right: false });
        let mut choices: Vec<_> = wrong.collect();
        // The right answer is told apart in the file. Its place must not be, and be the same at each import.
        let place = spread(&self.question) % (choices.len() + 1);
        choices.insert(place, Choice { text: self.correct_answer, right: true });
        Ok(Draft { text: self.question, choices, ..Draft::default() })
    }
}

/// How an answer's texts are written: the API's `encode` parameter. The answer doesn't say which it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Encoding {
    /// The default: HTML entities.
    Entities,
    /// `url3986` and `urlLegacy`: percent signs; spaces as `%20` or `+`.
    Percent,
    /// `base64`.
    Base64,
}

impl Encoding {
    fn of(results: &[Value]) -> Self {
        let of = |key| results.iter().filter_map(move |result| result.get(key)?.as_str());
        let is_kind = |text: &str| Self::Base64.decode(text).is_ok_and(|kind| kind == "multiple" || kind == "boolean");
        if of("type").any(is_kind) {
            return Self::Base64;
        }
        // A text of several words has either spaces, or something in their place.
        let spaced = of("question").chain(of("correct_answer")).any(|text| text.contains(' '));
        let percent = of("question").any(|text| text.contains('%') || text.contains('+'));
        if percent && !spaced { Self::Percent } else { Self::Entities }
    }

    fn decode(self, text: &str) -> Result<String, String> {
        match self {
            Self::Entities => Ok(unescaped(text)),
            Self::Percent => {
                let spaced = text.replace('+', " ");
                let decoded = percent_decode_str(&spaced).decode_utf8();
                decoded.map(Into::into).map_err(|_| format!("is not UTF-8 in percent signs: {}", cut(text)))
            }
            Self::Base64 => {
                let decoded = STANDARD.decode(text).ok().and_then(|bytes| String::from_utf8(bytes).ok());
                decoded.ok_or_else(|| format!("is not UTF-8 in base64: {}", cut(text)))
            }
        }
    }
}

/// A number that differs from text to text (FNV-1a).
fn spread(text: &str) -> usize {
    let hash = text.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    usize::try_from(hash >> 8).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn drafts(document: &Value) -> Vec<Draft> {
        let found = read(&document.to_string());
        assert_eq!(found.notes, []);
        found.questions.into_iter().map(|found| found.draft.expect("it is playable")).collect()
    }

    fn right(draft: &Draft) -> Vec<&str> {
        draft.choices.iter().filter(|choice| choice.right).map(|choice| choice.text.as_str()).collect()
    }

    fn answer(kind: &str, question: &str, correct: &str, incorrect: &[&str]) -> Value {
        json!({"response_code": 0, "results": [{"type": kind, "difficulty": "easy", "category": "c",
            "question": question, "correct_answer": correct, "incorrect_answers": incorrect}]})
    }

    #[test]
    fn all_encodings_of_the_api_are_read() {
        let answers = [
            answer("multiple", "What&#039;s &quot;caf&eacute;&quot;?", "A &amp; B", &["C", "D"]),
            answer("multiple", "What%27s%20%22caf%C3%A9%22%3F", "A%20%26%20B", &["C", "D"]),
            answer("multiple", "What%27s+%22caf%C3%A9%22%3F", "A+%26+B", &["C", "D"]),
            answer("bXVsdGlwbGU=", "V2hhdCdzICJjYWbDqSI/", "QSAmIEI=", &["Qw==", "RA=="]),
        ];
        for answer in answers {
            let drafts = drafts(&answer);
            assert_eq!(drafts[0].text, "What's \"café\"?");
            assert_eq!((right(&drafts[0]), drafts[0].choices.len()), (vec!["A & B"], 3));
        }
    }

    #[test]
    fn a_percent_sign_in_plain_words_is_itself() {
        let drafts = drafts(&answer("multiple", "How much is 100%25 of 1+1?", "2", &["3"]));
        assert_eq!(drafts[0].text, "How much is 100%25 of 1+1?");
    }

    #[test]
    fn the_right_answer_has_no_place_of_its_own() {
        let mut seen = [0; 4];
        for n in 0..100 {
            let drafts = drafts(&answer("multiple", &format!("Question {n}?"), "r", &["a", "b", "c"]));
            seen[drafts[0].choices.iter().position(|choice| choice.right).expect("one is right")] += 1;
        }
        assert!(seen.iter().all(|count| *count > 10), "{seen:?}");
    }

    #[test]
    fn what_is_no_question_is_told_with_its_line() {
        let text = "[\n{\"type\": \"open\", \"question\": \"Q?\", \"correct_answer\": \"a\", \"incorrect_answers\": []},\n{\"type\": \"multiple\"}\n, 5]";
        let told: Vec<_> = read(text)
            .questions
            .into_iter()
            .map(|found| (*found.lines.start(), found.draft.expect_err("it is no question")))
            .collect();
        assert_eq!(told[0], (2, "its type is \"open\"; only \"multiple\" and \"boolean\" are known".to_owned()));
        assert_eq!(told[1], (3, "missing field `question`".to_owned()));
        assert_eq!(told[2].0, 4);
    }

    #[test]
    fn what_is_no_answer_of_the_api_is_noted() {
        for text in ["", "{}", "5", "[]", "{\"response_code\": 1, \"results\": []}", "{\"results\": [}"] {
            let found = read(text);
            assert_eq!((found.questions.len(), found.notes.len()), (0, 1), "{text:?}");
        }
    }
}
