//! Parsing of packs: from bytes to a valid pack, or to everything that is wrong with them.
//!
//! Repairs nothing: what is not as the format says is a fault.

use std::ops::RangeInclusive;

use super::fault::{Fault, Faults, Path, Place, quoted};
use super::json::Json;
use super::{
    Credit, DEFAULT_POINTS, DEFAULT_TIME_MS, Kind, MAX_BYTES, MAX_CHOICE, MAX_CHOICES, MAX_POINTS, MAX_PROSE,
    MAX_QUESTIONS, MAX_TEXT, MAX_TITLE, MAX_URL, Media, MediaKind, Pack, Question, TIME_MS, TRUE_FALSE,
};

/// See [`Pack::parse`].
pub(super) fn pack(bytes: &[u8]) -> Result<Pack, Vec<Fault>> {
    let mut faults = Faults::default();
    let root = Path::default();
    if bytes.len() > MAX_BYTES {
        faults.say(&root, format!("is {} bytes long; at most {MAX_BYTES} are allowed", bytes.len()));
        return faults.or(None);
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let json: Json = serde_json::from_slice(bytes).map_err(|error| vec![syntax(&error)])?;
    let pack = document(&json, &root, &mut faults);
    faults.or(pack)
}

fn syntax(error: &serde_json::Error) -> Fault {
    let place = Place { line: error.line(), column: error.column().max(1) };
    let words = error.to_string();
    // serde_json ends its words with the place, which is told apart.
    let words = words.split(" at line ").next().unwrap_or_default();
    Fault { path: Path::default(), message: format!("is not JSON: {words}"), place: Some(place) }
}

fn document(json: &Json, path: &Path, faults: &mut Faults) -> Option<Pack> {
    let known = ["title", "language", "description", "author", "questions"];
    let fields = Fields::open(json, path, &known, faults)?;
    let title = fields.required("title", faults).and_then(|at| at.text(MAX_TITLE, faults));
    let language = fields.optional("language").and_then(|at| at.language(faults));
    let description = fields.optional("description").and_then(|at| at.text(MAX_PROSE, faults));
    let author = fields.optional("author").and_then(|at| at.text(MAX_TITLE, faults));
    let questions = fields.required("questions", faults).and_then(|at| questions(&at, faults));
    Some(Pack { title: title?, language, description, author, questions: questions? })
}

fn questions(at: &At<'_>, faults: &mut Faults) -> Option<Vec<Question>> {
    let list = at.list(1..=MAX_QUESTIONS, faults)?;
    list.iter().map(|at| question(at, faults)).fold(Some(Vec::new()), both)
}

fn question(at: &At<'_>, faults: &mut Faults) -> Option<Question> {
    let known = ["kind", "text", "choices", "correct", "timeMs", "points", "credit", "media", "explanation"];
    let fields = Fields::open(at.json, &at.path, &known, faults)?;
    let kind = fields.required("kind", faults).and_then(|at| kind(&at, faults));
    let text = fields.required("text", faults).and_then(|at| at.text(MAX_TEXT, faults));
    let choices = choices(&fields, kind, faults);
    let correct = correct(&fields, kind, choices.as_deref(), faults);
    let time_ms = fields.optional("timeMs").map_or(Some(DEFAULT_TIME_MS), |at| at.whole(TIME_MS, faults));
    let points = fields.optional("points").map_or(Some(DEFAULT_POINTS), |at| at.whole(0..=MAX_POINTS, faults));
    let credit = credit(&fields, kind, faults);
    let media = fields.optional("media").and_then(|at| media(&at, faults));
    let explanation = fields.optional("explanation").and_then(|at| at.text(MAX_PROSE, faults));
    Some(Question {
        kind: kind?,
        text: text?,
        choices: choices?,
        correct: correct?,
        time_ms: time_ms?,
        points: points?,
        credit: credit?,
        media,
        explanation,
    })
}

fn kind(at: &At<'_>, faults: &mut Faults) -> Option<Kind> {
    at.one_of(Kind::ALL.map(|kind| (kind.name(), kind)), faults)
}

fn credit(fields: &Fields<'_>, kind: Option<Kind>, faults: &mut Faults) -> Option<Credit> {
    let Some(at) = fields.optional("credit") else { return Some(Credit::All) };
    if matches!(kind, Some(Kind::Single | Kind::TrueFalse)) {
        faults.say(&at.path, "is only for questions of kind \"multiple\"");
        return None;
    }
    at.one_of([("all", Credit::All), ("partial", Credit::Partial)], faults)
}

fn choices(fields: &Fields<'_>, kind: Option<Kind>, faults: &mut Faults) -> Option<Vec<String>> {
    let bounds = match kind {
        Some(Kind::TrueFalse) if fields.optional("choices").is_none() => {
            return Some(TRUE_FALSE.map(str::to_owned).to_vec());
        }
        Some(Kind::TrueFalse) => 2..=2,
        Some(Kind::Single | Kind::Multiple) => 2..=MAX_CHOICES,
        // Whether they may be left out depends on a kind that is at fault itself.
        None => {
            fields.optional("choices")?;
            2..=MAX_CHOICES
        }
    };
    let list = fields.required("choices", faults)?.list(bounds, faults)?;
    let texts: Vec<_> = list.iter().map(|at| at.text(MAX_CHOICE, faults)).collect();
    for (index, (at, text)) in list.iter().zip(&texts).enumerate() {
        let Some(text) = text else { continue };
        let same = |other: &Option<String>| other.as_ref().is_some_and(|other| other.trim() == text.trim());
        if let Some(first) = texts.iter().take(index).position(same) {
            faults.say(&at.path, format!("is the same as choice {first}"));
        }
    }
    texts.into_iter().collect()
}

fn correct(
    fields: &Fields<'_>,
    kind: Option<Kind>,
    choices: Option<&[String]>,
    faults: &mut Faults,
) -> Option<Vec<usize>> {
    let last = choices.map_or(MAX_CHOICES, <[String]>::len).saturating_sub(1);
    let bounds = match kind {
        Some(Kind::Single | Kind::TrueFalse) => 1..=1,
        Some(Kind::Multiple) | None => 1..=MAX_CHOICES,
    };
    let list = fields.required("correct", faults)?.list(bounds, faults)?;
    let last = u32::try_from(last).unwrap_or(u32::MAX);
    let mut correct: Vec<usize> = Vec::new();
    let mut whole = true;
    for at in &list {
        let Some(index) = at.whole(0..=last, faults).and_then(|index| usize::try_from(index).ok()) else {
            whole = false;
            continue;
        };
        if correct.contains(&index) {
            faults.say(&at.path, format!("names choice {index} a second time"));
        }
        correct.push(index);
    }
    correct.sort_unstable();
    whole.then_some(correct)
}

fn media(at: &At<'_>, faults: &mut Faults) -> Option<Media> {
    let fields = Fields::open(at.json, &at.path, &["image", "audio", "video", "alt"], faults)?;
    let mut named = MediaKind::ALL.into_iter().filter_map(|kind| Some((kind, fields.optional(kind.name())?)));
    let first = named.next();
    if let Some((_, second)) = named.next() {
        faults.say(&second.path, "is too much: a question has one of image, audio and video");
    }
    if first.is_none() {
        faults.say(&at.path, "has none of image, audio and video");
    }
    let alt = fields.required("alt", faults).and_then(|at| at.text(MAX_TEXT, faults));
    let (kind, address) = first?;
    Some(Media { kind, url: address.url(faults)?, alt: alt? })
}

/// Both or neither, so that one fault doesn't end the search for others.
fn both<T>(list: Option<Vec<T>>, item: Option<T>) -> Option<Vec<T>> {
    let mut list = list?;
    list.push(item?);
    Some(list)
}

/// The fields of an object, and the way to it.
struct Fields<'a> {
    path: Path,
    fields: &'a [(String, Json)],
}

impl<'a> Fields<'a> {
    /// The fields of what must be an object with no field but the `known`, none of them twice.
    fn open(json: &'a Json, path: &Path, known: &[&str], faults: &mut Faults) -> Option<Self> {
        let Json::Object(fields) = json else {
            faults.say(path, format!("is {}; it must be an object", json.what()));
            return None;
        };
        for (name, _) in fields {
            if !known.contains(&name.as_str()) {
                faults.say(&path.field(name), format!("is not a field here; these are: {}", known.join(", ")));
            }
        }
        for name in known {
            if fields.iter().filter(|(other, _)| other == name).nth(1).is_some() {
                faults.say(&path.field(name), "is there twice");
            }
        }
        Some(Self { path: path.clone(), fields })
    }

    fn optional(&self, name: &str) -> Option<At<'a>> {
        let (_, json) = self.fields.iter().find(|(other, _)| other == name)?;
        Some(At { path: self.path.field(name), json })
    }

    fn required(&self, name: &str, faults: &mut Faults) -> Option<At<'a>> {
        let at = self.optional(name);
        if at.is_none() {
            faults.say(&self.path, format!("lacks the field {}", quoted(name)));
        }
        at
    }
}

/// A value, and the way to it.
struct At<'a> {
    path: Path,
    json: &'a Json,
}

impl<'a> At<'a> {
    fn list(&self, bounds: RangeInclusive<usize>, faults: &mut Faults) -> Option<Vec<Self>> {
        let Json::List(list) = self.json else {
            return self.must_be("a list", faults);
        };
        if !bounds.contains(&list.len()) {
            let (least, most) = (bounds.start(), bounds.end());
            let bounds = if least == most { format!("exactly {least}") } else { format!("{least} to {most}") };
            faults.say(&self.path, format!("has {} elements; it must have {bounds}", list.len()));
        }
        let most = list.iter().take(MAX_QUESTIONS.max(*bounds.end()));
        Some(most.enumerate().map(|(index, json)| Self { path: self.path.index(index), json }).collect())
    }

    /// A text that shows something, of at most `most` characters, without control characters but tab and line feed.
    fn text(&self, most: usize, faults: &mut Faults) -> Option<String> {
        let text = self.any_text(faults)?;
        let length = text.chars().count();
        if text.chars().all(is_unseen) {
            faults.say(&self.path, "is empty");
        } else if length > most {
            faults.say(&self.path, format!("is {length} characters long; at most {most} are allowed"));
        } else if let Some(control) = text.chars().find(|c| c.is_control() && !matches!(c, '\t' | '\n')) {
            faults.say(&self.path, format!("has the control character U+{:04X}", u32::from(control)));
        } else {
            return Some(text.to_owned());
        }
        None
    }

    fn language(&self, faults: &mut Faults) -> Option<String> {
        let text = self.any_text(faults)?;
        if is_language(text) {
            return Some(text.to_owned());
        }
        faults.say(&self.path, format!("is {}; it must be a language tag such as \"en\" or \"pt-BR\"", quoted(text)));
        None
    }

    fn url(&self, faults: &mut Faults) -> Option<String> {
        let text = self.any_text(faults)?;
        if is_media_url(text) {
            return Some(text.to_owned());
        }
        let wanted = "an http or https address, or a relative path, without spaces";
        faults.say(&self.path, format!("is {}; it must be {wanted}", quoted(text)));
        None
    }

    fn any_text(&self, faults: &mut Faults) -> Option<&'a str> {
        match self.json {
            Json::Text(text) => Some(text),
            Json::Null | Json::Bool | Json::Number(_) | Json::List(_) | Json::Object(_) => {
                self.must_be("a text", faults)
            }
        }
    }

    fn whole(&self, bounds: RangeInclusive<u32>, faults: &mut Faults) -> Option<u32> {
        let Json::Number(number) = *self.json else {
            return self.must_be("a number", faults);
        };
        let inside = number.fract() == 0.0 && (f64::from(*bounds.start())..=f64::from(*bounds.end())).contains(&number);
        if !inside {
            let (least, most) = (bounds.start(), bounds.end());
            faults.say(&self.path, format!("is {number}; it must be a whole number from {least} to {most}"));
        }
        inside.then_some(number as u32)
    }

    fn one_of<T: Copy, const N: usize>(&self, words: [(&str, T); N], faults: &mut Faults) -> Option<T> {
        let text = self.any_text(faults)?;
        let found = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        if found.is_none() {
            let words = words.map(|(word, _)| word).join(", ");
            faults.say(&self.path, format!("is {}; it must be one of: {words}", quoted(text)));
        }
        found
    }

    fn must_be<T>(&self, wanted: &str, faults: &mut Faults) -> Option<T> {
        faults.say(&self.path, format!("is {}; it must be {wanted}", self.json.what()));
        None
    }
}

/// Whether this leaves no mark on the screen: spaces, and the characters of no width.
fn is_unseen(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

/// The shape of a BCP 47 tag; whether such a language exists is not looked up.
fn is_language(text: &str) -> bool {
    let mut parts = text.split('-');
    let first = parts.next().unwrap_or_default();
    text.len() <= 35
        && (2..=3).contains(&first.len())
        && first.bytes().all(|b| b.is_ascii_alphabetic())
        && parts.all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()))
}

/// Whether a browser takes this for `http`, `https` or a path of the site itself - and for no other scheme or host.
fn is_media_url(text: &str) -> bool {
    let odd = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '\\' | '"' | '<' | '>' | '\u{feff}');
    if text.is_empty() || text.chars().count() > MAX_URL || text.contains(odd) {
        return false;
    }
    match text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")) {
        Some(rest) => {
            let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
            !host.is_empty() && !host.contains('@')
        }
        None => !text.contains(':') && !text.starts_with("//"),
    }
}
