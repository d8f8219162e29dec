//! GIFT's text: escapes, markup, and the spaces that mean nothing.
//!
//! Turns no markup into plain text; it only says which it is.

/// One character of an item. Only a plain one can be a sign of the format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    Plain(char),
    Escaped(char),
}

/// How a text is marked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Markup {
    /// Moodle's own: plain text that may hold HTML.
    Moodle,
    Html,
    Plain,
    Markdown,
}

/// A text with its markup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Words {
    pub(super) markup: Markup,
    pub(super) text: String,
}

impl Words {
    /// The words of these signs, which may begin with their markup; that of `default` if they don't.
    pub(super) fn of(signs: &[Sign], default: Markup) -> Self {
        let signs = trimmed(signs);
        let named = MARKUPS.iter().find_map(|(name, markup)| Some((*markup, after(signs, name)?)));
        let (markup, signs) = named.unwrap_or((default, signs));
        Self { markup, text: text(signs) }
    }
}

/// The signs of a text: `\` takes the meaning of the sign behind it, and `\n` is a line feed.
pub(super) fn signs(source: &str) -> Vec<Sign> {
    let mut signs = Vec::with_capacity(source.len());
    let mut rest = source.chars().peekable();
    while let Some(c) = rest.next() {
        let escaped = rest.peek().copied().filter(|_| c == '\\').and_then(|next| match next {
            'n' => Some('\n'),
            '~' | '=' | '#' | '{' | '}' | ':' | '\\' => Some(next),
            _ => None,
        });
        signs.push(escaped.map_or(Sign::Plain(c), Sign::Escaped));
        if escaped.is_some() {
            rest.next();
        }
    }
    signs
}

/// The text of these signs. Plain spaces and line ends are one space; escaped line feeds stay.
pub(super) fn text(signs: &[Sign]) -> String {
    let mut text = String::with_capacity(signs.len());
    let mut space = false;
    for sign in trimmed(signs) {
        match *sign {
            Sign::Plain(c) if c.is_whitespace() && c != '\u{a0}' => space = true,
            Sign::Plain(c) | Sign::Escaped(c) => {
                if std::mem::take(&mut space) {
                    text.push(' ');
                }
                text.push(c);
            }
        }
    }
    text
}

/// The signs without plain spaces at their ends.
pub(super) fn trimmed(mut signs: &[Sign]) -> &[Sign] {
    let space = |sign: &Sign| matches!(sign, Sign::Plain(c) if c.is_whitespace());
    while let Some((first, rest)) = signs.split_first().filter(|(first, _)| space(first)) {
        let _ = first;
        signs = rest;
    }
    while let Some((last, rest)) = signs.split_last().filter(|(last, _)| space(last)) {
        let _ = last;
        signs = rest;
    }
    signs
}

/// What comes after these plain characters, if the signs begin with them.
pub(super) fn after<'s>(signs: &'s [Sign], start: &str) -> Option<&'s [Sign]> {
    let mut signs = signs;
    for c in start.chars() {
        signs = signs.strip_prefix(&[Sign::Plain(c)])?;
    }
    Some(signs)
}

/// What comes before and after the first of these plain characters in a row.
pub(super) fn split<'s>(signs: &'s [Sign], at: &str) -> Option<(&'s [Sign], &'s [Sign])> {
    let found = (0..signs.len()).find_map(|index| Some((index, after(signs.get(index..)?, at)?)));
    found.map(|(index, rest)| (signs.get(..index).unwrap_or_default(), rest))
}

const MARKUPS: [(&str, Markup); 4] = [
    ("[moodle]", Markup::Moodle),
    ("[html]", Markup::Html),
    ("[plain]", Markup::Plain),
    ("[markdown]", Markup::Markdown),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backslash_takes_the_meaning_of_signs_and_of_nothing_else() {
        assert_eq!(text(&signs(r"\~\=\#\{\}\:\\ \( \x \")), r"~=#{}:\ \( \x \");
        assert_eq!(split(&signs(r"a\=b=c"), "=").map(|(a, b)| (text(a), text(b))), Some(("a=b".into(), "c".into())));
    }

    #[test]
    fn line_ends_are_spaces_and_escaped_ones_stay() {
        assert_eq!(text(&signs(" a \n\t b\\nc \n")), "a b\nc");
    }

    #[test]
    fn markup_is_named_or_inherited() {
        let words = |source| Words::of(&signs(source), Markup::Html);
        assert_eq!(words(" [plain] a"), Words { markup: Markup::Plain, text: "a".into() });
        assert_eq!(words("[x] a"), Words { markup: Markup::Html, text: "[x] a".into() });
    }
}
