//! OpenTriviaQA: `#Q` begins a question, `^` its right answer, a letter each of its choices.
//!
//! Knows no rules of packs; questions may go over several lines, which may begin with a letter as well.

use super::draft::{Choice, Draft, Repair, meant};
use super::{Findings, Found, Note};

/// All questions of a file.
pub(super) fn read(text: &str) -> Findings {
    let mut reader = Reader::default();
    for (index, line) in text.lines().enumerate() {
        reader.line(index + 1, line);
    }
    reader.finish_block();
    reader.finish_strays();
    reader.findings
}

#[derive(Default)]
struct Reader {
    findings: Findings,
    block: Option<Block>,
    /// Lines in a row that belong to no question: a note for all of them, and how many they are.
    strays: Option<(Note, usize)>,
}

/// A question whose end hasn't been seen.
#[derive(Default)]
struct Block {
    first: usize,
    last: usize,
    text: String,
    answers: Vec<String>,
    choices: Vec<String>,
    part: Part,
    repairs: Vec<Repair>,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Part {
    #[default]
    Text,
    Answer,
    Choices,
    /// Choices, and an empty line after them.
    Over,
}

impl Reader {
    fn line(&mut self, number: usize, line: &str) {
        if let Some(text) = line.trim_start().strip_prefix("#Q") {
            self.finish_block();
            self.finish_strays();
            self.block = Some(Block { first: number, last: number, text: text.to_owned(), ..Block::default() });
        } else if !self.block.as_mut().is_some_and(|block| block.line(number, line)) && !line.trim().is_empty() {
            let note = || Note { line: number, message: format!("belongs to no question: {}", super::cut(line)) };
            self.strays.get_or_insert_with(|| (note(), 0)).1 += 1;
        }
    }

    /// A file of another format has as many strays as lines; they must not take a note each.
    fn finish_strays(&mut self) {
        let Some((mut note, count)) = self.strays.take() else { return };
        if count > 1 {
            note.message += &format!(" (and {} more lines)", count - 1);
        }
        self.findings.notes.push(note);
    }

    fn finish_block(&mut self) {
        let Some(block) = self.block.take() else { return };
        let (lines, excerpt) = (block.first..=block.last, block.text.clone());
        self.findings.questions.push(Found { lines, excerpt, draft: block.draft() });
    }
}

impl Block {
    /// Takes a line of this question; `false` if it isn't one of it.
    fn line(&mut self, number: usize, line: &str) -> bool {
        let trimmed = line.trim();
        if let Some(answer) = trimmed.strip_prefix('^') {
            self.answers.push(answer.to_owned());
            self.part = Part::Answer;
        } else if self.part == Part::Text {
            self.text.push('\n');
            self.text.push_str(line);
        } else if let Some((letter, choice)) = lettered(line) {
            self.choice(letter, choice);
        } else if trimmed.is_empty() {
            if self.part == Part::Choices {
                self.part = Part::Over;
            }
            return true;
        } else if self.part == Part::Over {
            return false;
        } else {
            self.proceed(trimmed);
        }
        self.last = number;
        true
    }

    fn choice(&mut self, letter: char, choice: &str) {
        if ('A'..).nth(self.choices.len()) != Some(letter) && !self.repairs.contains(&Repair::Letters) {
            self.repairs.push(Repair::Letters);
        }
        self.choices.push(choice.to_owned());
        self.part = Part::Choices;
    }

    /// A line that goes on with the answer or the choice before it.
    fn proceed(&mut self, line: &str) {
        let before = if self.part == Part::Answer { self.answers.last_mut() } else { self.choices.last_mut() };
        if let Some(before) = before {
            before.push(' ');
            before.push_str(line);
            self.repairs.push(Repair::Continued);
        }
    }

    fn draft(self) -> Result<Draft, String> {
        if self.text.trim().is_empty() {
            return Err("it has no text".to_owned());
        }
        let answer = match self.answers.as_slice() {
            [answer] => answer,
            [] => return Err("no line beginning with ^ names the right answer".to_owned()),
            more => return Err(format!("{} lines beginning with ^ name right answers", more.len())),
        };
        if self.choices.is_empty() {
            return Err("it has no choices".to_owned());
        }
        let Some((right, loosely)) = meant(&self.choices, answer) else {
            return Err(format!("the right answer is none of the choices: {}", super::cut(answer)));
        };
        let mut repairs = self.repairs;
        if loosely {
            repairs.push(Repair::LooseAnswer);
        }
        let choices = self.choices.into_iter().enumerate().map(|(index, text)| Choice { text, right: index == right });
        Ok(Draft { text: self.text, choices: choices.collect(), repairs, ..Draft::default() })
    }
}

/// The letter and the rest of a line that begins with a capital letter and a space.
fn lettered(line: &str) -> Option<(char, &str)> {
    let mut rest = line.chars();
    let letter = rest.next().filter(char::is_ascii_uppercase)?;
    let rest = rest.as_str();
    (rest.is_empty() || rest.starts_with(char::is_whitespace)).then_some((letter, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only(text: &str) -> Result<Draft, String> {
        let mut findings = read(text);
        assert_eq!((findings.questions.len(), findings.notes.len()), (1, 0));
        findings.questions.remove(0).draft
    }

    #[test]
    fn a_question_may_go_over_lines_that_look_like_choices() {
        let draft = only("#Q Which film?\nA hero says:\n\nI am.\n^ Jaws\nA Alien\nB Jaws\n").expect("it is playable");
        assert_eq!(draft.text, " Which film?\nA hero says:\n\nI am.");
        let choices: Vec<_> = draft.choices.iter().map(|choice| (choice.text.trim(), choice.right)).collect();
        assert_eq!(choices, [("Alien", false), ("Jaws", true)]);
    }

    #[test]
    fn what_is_repaired_is_told() {
        let draft = only("#Q Q?\n^ the\nwhale\nA The whale.\nC Shark\nof the sea\n").expect("it is playable");
        assert_eq!(draft.repairs, [Repair::Continued, Repair::Letters, Repair::Continued, Repair::LooseAnswer]);
    }

    #[test]
    fn what_is_no_question_is_told_with_the_reason() {
        let table = [
            ("#Q \n^ a\nA a\nB b", "it has no text"),
            ("#Q Q?\nA a\nB b", "no line beginning with ^ names the right answer"),
            ("#Q Q?\n^ a\n^ b\nA a\nB b", "2 lines beginning with ^ name right answers"),
            ("#Q Q?\n^ a\n", "it has no choices"),
            ("#Q Q?\n^ c\nA a\nB b", "the right answer is none of the choices: c"),
        ];
        for (text, reason) in table {
            assert_eq!(only(text).expect_err("it has no certain answer"), reason, "{text:?}");
        }
    }

    #[test]
    fn lines_outside_of_questions_are_noted() {
        let findings = read("stray\n#Q Q?\n^ a\nA a\nB b\n\nmore\n\nand\nmore\n");
        let notes: Vec<_> = findings.notes.iter().map(|note| (note.line, note.message.as_str())).collect();
        assert_eq!(
            notes,
            [(1, "belongs to no question: stray"), (7, "belongs to no question: more (and 2 more lines)")]
        );
    }

    #[test]
    fn questions_need_no_empty_line_between_them() {
        let findings = read("#Q Q?\n^ a\nA a\nB b\n#Q R?\n^ b\nA a\nB b");
        let lines: Vec<_> = findings.questions.iter().map(|found| found.lines.clone()).collect();
        assert_eq!(lines, [1..=4, 5..=8]);
    }
}
