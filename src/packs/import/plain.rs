//! HTML to plain text, as far as questions use it.
//!
//! Builds no document: tags go, line breaks and raised digits stay, entities are decoded.

/// A plain text, and whether something that only a browser shows was left out of it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Plain {
    pub(super) text: String,
    pub(super) media_left_out: bool,
}

/// Which `<...>` are tags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tags {
    /// All that look like one: the text is HTML.
    All,
    /// Those that HTML knows: the text may be HTML, or say `a<b and b>c`.
    Known,
}

/// The text of this HTML. Takes time in proportion to its length, whatever it holds.
pub(super) fn plain(html: &str, tags: Tags) -> Plain {
    let lower = html.to_ascii_lowercase();
    let mut stripper = Stripper {
        html,
        lower: &lower,
        at: 0,
        text: String::new(),
        media_left_out: false,
        raised: None,
        missing: Vec::new(),
    };
    stripper.run(tags);
    Plain { text: htmlize::unescape(stripper.text.as_str()).into_owned(), media_left_out: stripper.media_left_out }
}

/// The text of HTML that has entities but no tags.
pub(super) fn unescaped(html: &str) -> String {
    htmlize::unescape(html).into_owned()
}

struct Stripper<'t> {
    html: &'t str,
    /// The same in lower case, byte for byte.
    lower: &'t str,
    at: usize,
    text: String,
    media_left_out: bool,
    /// Where in `text` a `<sup>` or `<sub>` began, and its digits.
    raised: Option<(usize, [char; 10])>,
    /// Ends that come no more: looking for them at each `<` would take the square of the length.
    missing: Vec<&'static str>,
}

impl Stripper<'_> {
    fn run(&mut self, tags: Tags) {
        while let Some(offset) = self.rest().find('<') {
            let end = self.at + offset;
            self.text.push_str(self.html.get(self.at..end).unwrap_or_default());
            self.at = end;
            if !self.tag(tags) {
                self.text.push('<');
                self.at += 1;
            }
        }
        self.text.push_str(self.html.get(self.at..).unwrap_or_default());
    }

    fn rest(&self) -> &str {
        self.lower.get(self.at..).unwrap_or_default()
    }

    /// Passes the tag or comment that begins here; `false` if none does.
    fn tag(&mut self, tags: Tags) -> bool {
        if self.rest().starts_with("<!--") {
            return self.pass("-->");
        }
        let name_at = self.rest().get(1..).unwrap_or_default();
        let closing = name_at.starts_with('/');
        let name = name_at.strip_prefix('/').unwrap_or(name_at);
        let length = name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len());
        let name = name.get(..length).unwrap_or_default();
        if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return false;
        }
        let Some(tag) = KNOWN.iter().find(|tag| **tag == name) else {
            return tags == Tags::All && self.pass(">");
        };
        if !self.pass(">") {
            return false;
        }
        self.effect(tag, closing);
        true
    }

    fn effect(&mut self, tag: &str, closing: bool) {
        match tag {
            "br" | "p" | "div" | "li" | "tr" | "ul" | "ol" | "dl" | "table" | "blockquote" | "pre" | "hr" | "h1"
            | "h2" | "h3" | "h4" | "h5" | "h6" => self.text.push('\n'),
            "td" | "th" => self.text.push(' '),
            "img" | "audio" | "video" | "iframe" | "object" | "embed" | "svg" => self.media_left_out = true,
            "script" | "style" if !closing && !self.pass(if tag == "script" { "</script>" } else { "</style>" }) => {
                self.at = self.html.len();
            }
            "sup" if !closing => self.raised = Some((self.text.len(), RAISED)),
            "sub" if !closing => self.raised = Some((self.text.len(), LOWERED)),
            "sup" | "sub" => self.raise(),
            _ => {}
        }
    }

    /// Raises or lowers what stands between `<sup>` or `<sub>` and its end, if it is a number.
    fn raise(&mut self) {
        let Some((start, digits)) = self.raised.take() else { return };
        let between = self.text.get(start..).unwrap_or_default();
        let raised: Option<String> =
            between.chars().map(|c| digits.get(usize::try_from(c.to_digit(10)?).ok()?).copied()).collect();
        if let Some(raised) = raised {
            self.text.truncate(start);
            self.text.push_str(&raised);
        }
    }

    /// Passes everything to the end of the next `end`; `false`, and stays, if there is none.
    fn pass(&mut self, end: &'static str) -> bool {
        if self.missing.contains(&end) {
            return false;
        }
        let Some(offset) = self.rest().find(end) else {
            self.missing.push(end);
            return false;
        };
        self.at += offset + end.len();
        true
    }
}

const RAISED: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
const LOWERED: [char; 10] = ['₀', '₁', '₂', '₃', '₄', '₅', '₆', '₇', '₈', '₉'];

/// The tags that question editors write.
const KNOWN: [&str; 52] = [
    "a",
    "abbr",
    "audio",
    "b",
    "big",
    "blockquote",
    "br",
    "center",
    "cite",
    "code",
    "dd",
    "del",
    "div",
    "dl",
    "dt",
    "em",
    "embed",
    "font",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "iframe",
    "img",
    "ins",
    "li",
    "object",
    "ol",
    "p",
    "pre",
    "q",
    "s",
    "script",
    "small",
    "span",
    "strike",
    "strong",
    "style",
    "sub",
    "sup",
    "svg",
    "table",
    "td",
    "th",
    "tr",
    "u",
    "ul",
    "video",
];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text(html: &str, tags: Tags) -> String {
        plain(html, tags).text
    }

    #[test]
    fn tags_go_and_lines_and_digits_stay() {
        let html = "<P class='a'>10<sup>3</sup> &lt; H<sub>2</sub>O<br/>1<sup>st</sup>&nbsp;<b>x</b></p>";
        assert_eq!(text(html, Tags::All), "\n10³ < H₂O\n1st\u{a0}x\n");
    }

    #[test]
    fn what_is_no_tag_stays() {
        assert_eq!(text("1 < 2, <3, </, <", Tags::All), "1 < 2, <3, </, <");
        assert_eq!(text("if x<y and y>z", Tags::Known), "if x<y and y>z");
        assert_eq!(text("if x<y and y>z", Tags::All), "if xz");
        assert_eq!(text("&lt;br&gt;", Tags::All), "<br>");
    }

    #[test]
    fn scripts_and_comments_go_with_what_is_in_them() {
        assert_eq!(text("a<script>b<i>c</SCRIPT>d<!-- <b> -->e<style>f", Tags::All), "ade");
    }

    #[test]
    fn media_are_told() {
        assert!(plain("<img src=x>", Tags::Known).media_left_out);
        assert!(!plain("<b>x</b>", Tags::Known).media_left_out);
    }

    #[test]
    fn many_open_tags_take_no_more_time_than_their_length() {
        for html in ["<a ", "<!--", "<script", "<", "<p><script>"] {
            let html = html.repeat(200_000);
            assert!(plain(&html, Tags::All).text.len() <= html.len());
        }
    }

    proptest! {
        #[test]
        fn no_html_panics(html in "(<|>|/|!--|-->|script|sup|[a-c1é&;# ]){0,60}") {
            let _ = plain(&html, Tags::All);
            let _ = plain(&html, Tags::Known);
        }
    }
}
