//! Items: what one paragraph of GIFT says, whether it can be played or not.
//!
//! Refuses only what has no meaning in the format.

use super::text::{Markup, Sign, Words, after, signs, split, text, trimmed};

/// A question, or a description.
#[derive(Debug)]
pub(super) struct Item {
    /// Moodle's name for it; players never see it.
    #[cfg_attr(not(test), expect(dead_code, reason = "read so that it doesn't end up in the text"))]
    pub(super) title: Option<String>,
    pub(super) stem: Words,
    /// The answers stand inside of the text, where it has a blank.
    #[cfg_attr(not(test), expect(dead_code, reason = "the text says it by its blank"))]
    pub(super) embedded: bool,
    /// `None`: a description.
    pub(super) answers: Option<Answers>,
    /// What is said to everyone afterwards.
    pub(super) feedback: Option<Words>,
}

/// The answers of a question, by its kind.
#[derive(Debug)]
pub(super) enum Answers {
    Essay,
    TrueFalse {
        truth: bool,
        if_wrong: Option<Words>,
        #[cfg_attr(not(test), expect(dead_code, reason = "praise explains nothing"))]
        if_right: Option<Words>,
    },
    Choice(Vec<Answer>),
    Short(#[cfg_attr(not(test), expect(dead_code, reason = "not playable"))] Vec<Answer>),
    Numerical(#[cfg_attr(not(test), expect(dead_code, reason = "not playable"))] Vec<Answer>),
    Matching(#[cfg_attr(not(test), expect(dead_code, reason = "not playable"))] Vec<(Words, String)>),
}

/// One answer.
#[derive(Debug)]
pub(super) struct Answer {
    /// It begins with `=`.
    pub(super) right: bool,
    /// The percent of the points it earns, if it says so.
    pub(super) weight: Option<f64>,
    pub(super) text: Words,
    pub(super) feedback: Option<Words>,
}

impl Item {
    /// The item of this paragraph.
    pub(super) fn parse(paragraph: &str) -> Result<Self, String> {
        let signs = signs(paragraph);
        let (title, rest) = titled(trimmed(&signs));
        let (before, braced) = match split(rest, "{") {
            Some((before, braced)) => (before, Some(braced)),
            None => (rest, None),
        };
        if split(before, "}").is_some() {
            return Err("a } stands before any {".to_owned());
        }
        let Some(braced) = braced else {
            let stem = Words::of(before, Markup::Moodle);
            return Ok(Self { title, stem, embedded: false, answers: None, feedback: None });
        };
        let Some((inside, behind)) = split(braced, "}") else { return Err("its { has no }".to_owned()) };
        if split(inside, "{").is_some() {
            return Err("a { stands inside of its answers".to_owned());
        }
        if split(behind, "{").or_else(|| split(behind, "}")).is_some() {
            return Err("it has more than one { or }".to_owned());
        }
        let (stem, embedded) = stem(before, trimmed(behind));
        let (inside, feedback) = match split(inside, "####") {
            Some((inside, feedback)) => (inside, words(feedback, stem.markup)),
            None => (inside, None),
        };
        let answers = Answers::parse(trimmed(inside), stem.markup)?;
        Ok(Self { title, stem, embedded, answers: Some(answers), feedback })
    }
}

fn titled(signs: &[Sign]) -> (Option<String>, &[Sign]) {
    let titled = after(signs, "::").and_then(|rest| split(rest, "::"));
    titled.map_or((None, signs), |(title, rest)| (Some(text(title)), rest))
}

fn stem(before: &[Sign], behind: &[Sign]) -> (Words, bool) {
    let stem = Words::of(before, Markup::Moodle);
    if behind.is_empty() {
        return (stem, false);
    }
    let parts = [stem.text.as_str(), "_____", &text(behind)].join(" ");
    (Words { text: parts.trim().to_owned(), ..stem }, true)
}

impl Answers {
    fn parse(signs: &[Sign], markup: Markup) -> Result<Self, String> {
        if signs.is_empty() {
            return Ok(Self::Essay);
        }
        if let Some(numbers) = after(signs, "#") {
            return Ok(Self::Numerical(answers(trimmed(numbers), markup)?));
        }
        if let Some(answer) = truth(signs, markup) {
            return Ok(answer);
        }
        let is_pair = |signs: &[Sign]| split(signs, "->").is_some();
        let marked = |mark| split(signs, mark).is_some();
        if marked("=") && !marked("~") && parts(signs)?.iter().all(|(_, part)| is_pair(part)) {
            return Ok(Self::Matching(pairs(signs, markup)?));
        }
        let answers = answers(signs, markup)?;
        Ok(if marked("~") { Self::Choice(answers) } else { Self::Short(answers) })
    }
}

fn truth(signs: &[Sign], markup: Markup) -> Option<Answers> {
    let (word, feedback) = split(signs, "#").map_or((signs, None), |(word, rest)| (word, Some(rest)));
    let truth = match text(word).to_ascii_uppercase().as_str() {
        "T" | "TRUE" => true,
        "F" | "FALSE" => false,
        _ => return None,
    };
    let feedback = feedback.unwrap_or_default();
    let (if_wrong, if_right) = split(feedback, "#").unwrap_or((feedback, &[]));
    Some(Answers::TrueFalse { truth, if_wrong: words(if_wrong, markup), if_right: words(if_right, markup) })
}

fn pairs(signs: &[Sign], markup: Markup) -> Result<Vec<(Words, String)>, String> {
    let split = parts(signs)?.into_iter().filter_map(|(_, part)| split(part, "->"));
    Ok(split.map(|(left, right)| (Words::of(left, markup), text(right))).collect())
}

fn answers(signs: &[Sign], markup: Markup) -> Result<Vec<Answer>, String> {
    Ok(parts(signs)?.into_iter().map(|(right, part)| answer(right, part, markup)).collect())
}

fn answer(right: bool, signs: &[Sign], markup: Markup) -> Answer {
    let signs = trimmed(signs);
    let weighed = after(signs, "%").and_then(|rest| split(rest, "%"));
    let weighed = weighed.and_then(|(weight, rest)| Some((text(weight).parse::<f64>().ok()?, rest)));
    let (weight, signs) = match weighed.filter(|(weight, _)| weight.is_finite()) {
        Some((weight, rest)) => (Some(weight), rest),
        None => (None, signs),
    };
    let (signs, feedback) = split(signs, "#").unwrap_or((signs, &[]));
    Answer { right, weight, text: Words::of(signs, markup), feedback: words(feedback, markup) }
}

/// The answers, each begun by `=` (right) or `~`; one without either is right.
fn parts(signs: &[Sign]) -> Result<Vec<(bool, &[Sign])>, String> {
    let is_mark = |sign: &Sign| matches!(sign, Sign::Plain('=' | '~'));
    let mut parts = Vec::new();
    let (first, mut rest) = signs.split_at(signs.iter().position(is_mark).unwrap_or(signs.len()));
    if rest.is_empty() {
        return Ok(vec![(true, first)]);
    }
    if !trimmed(first).is_empty() {
        return Err("its answers begin with neither = nor ~".to_owned());
    }
    while let Some((mark, behind)) = rest.split_first() {
        let (part, next) = behind.split_at(behind.iter().position(is_mark).unwrap_or(behind.len()));
        parts.push((*mark == Sign::Plain('='), part));
        rest = next;
    }
    Ok(parts)
}

fn words(signs: &[Sign], markup: Markup) -> Option<Words> {
    (!trimmed(signs).is_empty()).then(|| Words::of(signs, markup))
}
