//! Paragraphs: a GIFT file without its comments and categories, cut into one text for each item.
//!
//! Knows nothing of what an item holds but its braces.

use std::ops::RangeInclusive;

/// The lines of one item.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Paragraph {
    pub(super) lines: RangeInclusive<usize>,
    pub(super) text: String,
}

/// The paragraphs of a file: they are separated by empty lines.
///
/// An empty line among answers does not end an item, if the answers end before another item can begin.
pub(super) fn paragraphs(source: &str) -> Vec<Paragraph> {
    let mut paragraphs: Vec<Paragraph> = Vec::new();
    let mut open = false;
    for next in plain_paragraphs(source) {
        match paragraphs.last_mut() {
            Some(before) if open && braces(&next.text).closes_first => {
                open = braces(&next.text).open;
                before.lines = *before.lines.start()..=*next.lines.end();
                before.text.push('\n');
                before.text.push_str(&next.text);
            }
            _ => {
                open = braces(&next.text).open;
                paragraphs.push(next);
            }
        }
    }
    paragraphs
}

fn plain_paragraphs(source: &str) -> Vec<Paragraph> {
    let mut paragraphs: Vec<Paragraph> = Vec::new();
    let mut ended = true;
    for (index, line) in source.lines().enumerate() {
        let (number, trimmed) = (index + 1, line.trim());
        if trimmed.is_empty() {
            ended = true;
        }
        if trimmed.is_empty() || trimmed.starts_with("//") || trimmed.starts_with("$CATEGORY:") {
            continue;
        }
        match paragraphs.last_mut().filter(|_| !ended) {
            Some(paragraph) => {
                paragraph.lines = *paragraph.lines.start()..=number;
                paragraph.text.push('\n');
                paragraph.text.push_str(line);
            }
            None => paragraphs.push(Paragraph { lines: number..=number, text: line.to_owned() }),
        }
        ended = false;
    }
    paragraphs
}

struct Braces {
    /// The last unescaped brace opens.
    open: bool,
    /// The first unescaped brace closes.
    closes_first: bool,
}

fn braces(text: &str) -> Braces {
    let mut braces = Braces { open: false, closes_first: false };
    let (mut first, mut escaped) = (true, false);
    for c in text.chars() {
        if !escaped && matches!(c, '{' | '}') {
            braces.open = c == '{';
            braces.closes_first |= first && c == '}';
            first = false;
        }
        escaped = !escaped && c == '\\';
    }
    braces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(source: &str) -> Vec<(RangeInclusive<usize>, String)> {
        paragraphs(source).into_iter().map(|paragraph| (paragraph.lines, paragraph.text)).collect()
    }

    #[test]
    fn empty_lines_separate_and_comments_and_categories_are_passed_over() {
        let source = "// c\n$CATEGORY: a/b\n\none\n  // c\ntwo\n \nthree";
        assert_eq!(cut(source), [(4..=6, "one\ntwo".to_owned()), (8..=8, "three".to_owned())]);
    }

    #[test]
    fn an_empty_line_among_answers_ends_nothing() {
        assert_eq!(cut("Q {\n=a\n\n~b\n}"), [(1..=5, "Q {\n=a\n~b\n}".to_owned())]);
    }

    #[test]
    fn answers_without_an_end_do_not_take_the_next_item() {
        assert_eq!(cut("Q {=a ~b\n\nR {T}").len(), 2);
        assert_eq!(cut("Q \\{\n\nR }").len(), 2);
    }
}
