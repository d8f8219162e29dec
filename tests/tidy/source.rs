//! A Rust source file, reduced to what the rules look at: its tokens without comments and literals.
//!
//! Parses no grammar: it knows comments, literals, identifiers and single punctuation marks.

/// A word or a single mark, and the line it is on (counted from 1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) line: usize,
    pub(crate) text: String,
}

/// The source with comments and literals blanked out; line breaks stay where they are.
pub(crate) fn code_only(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    let mut rest = source;
    let mut after_word = false;
    while let Some(first) = rest.chars().next() {
        let taken = match skipped(rest, after_word) {
            0 => {
                out.push(first);
                first.len_utf8()
            }
            length => {
                out.extend(rest[..length].chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
                length
            }
        };
        after_word = first.is_alphanumeric() || first == '_';
        rest = &rest[taken..];
    }
    out
}

/// How many bytes of a comment or literal `rest` begins with; 0 if it begins with code.
fn skipped(rest: &str, after_word: bool) -> usize {
    if rest.starts_with("//") {
        return rest.find('\n').unwrap_or(rest.len());
    }
    if rest.starts_with("/*") {
        return block_comment(rest);
    }
    if let Some(body) = rest.strip_prefix('"') {
        return 1 + quoted(body, '"');
    }
    if rest.starts_with('\'') {
        return character(rest);
    }
    if after_word {
        return 0;
    }
    for prefix in ["br", "cr", "r"] {
        let hashes =
            rest.strip_prefix(prefix).map_or("", |tail| &tail[..tail.len() - tail.trim_start_matches('#').len()]);
        let open = format!("{prefix}{hashes}\"");
        if rest.starts_with(&open) {
            let close = format!("\"{hashes}");
            let body = &rest[open.len()..];
            return body.find(&close).map_or(rest.len(), |at| open.len() + at + close.len());
        }
    }
    0
}

fn block_comment(rest: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < rest.len() {
        if rest[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += rest[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

/// The length of a quoted body with its closing quote.
fn quoted(body: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in body.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return at + 1,
            _ => {}
        }
    }
    body.len()
}

/// The length of a character literal; 0 if the quote begins a lifetime.
fn character(rest: &str) -> usize {
    let mut chars = rest.char_indices().skip(1);
    match (chars.next(), chars.next()) {
        (Some((_, '\\')), _) => 1 + quoted(&rest[1..], '\''),
        (Some(_), Some((at, '\''))) => at + 1,
        _ => 0,
    }
}

/// The tokens of source that has been through [`code_only`].
pub(crate) fn tokens(code: &str) -> Vec<Token> {
    let mut out = Vec::new();
    for (index, text) in code.lines().enumerate() {
        let line = index + 1;
        let mut word = String::new();
        for c in text.chars().chain([' ']) {
            if c.is_alphanumeric() || c == '_' {
                word.push(c);
                continue;
            }
            if !word.is_empty() {
                out.push(Token { line, text: std::mem::take(&mut word) });
            }
            if !c.is_whitespace() {
                out.push(Token { line, text: c.to_string() });
            }
        }
    }
    out
}

#[test]
fn comments_and_literals_are_blanked() {
    let source = "a /* x /* y */ \n z */ b // c\nlet d = \"e \\\" f\"; r#\"g \" h\"# 'i' '\\'' &'static j br\"k\"";
    let words: Vec<_> = tokens(&code_only(source)).into_iter().map(|t| t.text).collect();
    assert_eq!(words, ["a", "b", "let", "d", "=", ";", "&", "'", "static", "j"]);
}

#[test]
fn lines_are_counted_through_comments_and_literals() {
    let found = tokens(&code_only("/* 1\n2 */ \"3\n\" last"));
    assert_eq!(found, [Token { line: 3, text: "last".into() }]);
}

#[test]
fn an_unfinished_literal_or_comment_ends_with_the_file() {
    for source in ["\"abc", "/* abc", "r#\"abc\"", "'\\"] {
        assert!(tokens(&code_only(source)).is_empty(), "{source}");
    }
}
