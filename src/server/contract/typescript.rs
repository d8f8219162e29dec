//! JSON Schemas as types of TypeScript, laid out as the site's formatter would.
//!
//! Understands what our own types come to, and nothing else of JSON Schema: on anything else it panics.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::parts::{PART, SOME};

/// The file of these types.
pub(super) fn file(shapes: &Map<String, Value>) -> String {
    let generic = generic(shapes);
    let reader = Reader { generic: &generic };
    let mut file = HEAD.to_owned();
    let codes = refusal_codes().into_iter().map(|code| Type::Word(format!("{code:?}"))).collect();
    declare(
        &mut file,
        "A stable code of a refusal, as docs/events.md explains it.",
        "RefusalCode",
        &Type::Union(codes),
    );
    for (name, shape) in shapes {
        let words = shape["description"].as_str().unwrap_or_default();
        let name = if generic.contains(name) { format!("{name}<G extends AnyGame>") } else { name.clone() };
        declare(&mut file, words, &name, &reader.read(shape));
    }
    file + FOOT
}

/// The codes that the docs list; `tests/tidy` holds that list to the source.
fn refusal_codes() -> Vec<&'static str> {
    let docs = include_str!("../../../docs/events.md");
    let table = docs.split("\n## Refusals\n").nth(1).and_then(|rest| rest.split("\n#").next()).expect("it is there");
    table.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect()
}

/// The types that speak of a game, themselves or by others.
fn generic(shapes: &Map<String, Value>) -> BTreeSet<String> {
    let mut generic = BTreeSet::new();
    loop {
        let speaks = |shape: &Value| {
            let text = shape.to_string();
            text.contains(PART) || generic.iter().any(|name| text.contains(&format!("\"#/$defs/{name}\"")))
        };
        let found: BTreeSet<_> =
            shapes.iter().filter(|(_, shape)| speaks(shape)).map(|(name, _)| name.clone()).collect();
        if found == generic {
            return generic;
        }
        generic = found;
    }
}

enum Type {
    Word(String),
    Union(Vec<Self>),
    All(Vec<Self>),
    List(Box<Self>),
    Record(Box<Self>),
    Object(Vec<Member>),
}

struct Member {
    words: String,
    name: String,
    optional: bool,
    is: Type,
}

struct Reader<'a> {
    generic: &'a BTreeSet<String>,
}

impl Reader<'_> {
    #[track_caller]
    fn read(&self, schema: &Value) -> Type {
        if let Some(path) = schema["$ref"].as_str() {
            let name = path.rsplit('/').next().unwrap_or(path);
            return Type::Word(if self.generic.contains(name) { format!("{name}<G>") } else { name.to_owned() });
        }
        if let Some(part) = schema[PART].as_str() {
            let part = format!("G[{part:?}]");
            return Type::Word(if schema[SOME] == true { format!("Partial<{part}>") } else { part });
        }
        if schema.get("not").is_some() {
            // Of an enum without variants.
            return Type::Word("never".into());
        }
        if let Some(value) = schema.get("const") {
            return Type::Word(value.to_string());
        }
        if let Some(values) = schema["enum"].as_array() {
            return union(values.iter().map(|value| Type::Word(value.to_string())));
        }
        if let Some(all) = schema["allOf"].as_array() {
            return Type::All(all.iter().map(|each| self.read(each)).collect());
        }
        let choices = schema["oneOf"].as_array().or_else(|| schema["anyOf"].as_array());
        match (choices, schema.get("properties")) {
            (None, _) => self.typed(schema),
            (Some(choices), None) => union(choices.iter().map(|each| self.read(each))),
            (Some(choices), Some(_)) => {
                Type::All(vec![self.object(schema), union(choices.iter().map(|each| self.read(each)))])
            }
        }
    }

    #[track_caller]
    fn typed(&self, schema: &Value) -> Type {
        match &schema["type"] {
            Value::String(name) => self.named(name, schema),
            Value::Array(names) => union(names.iter().filter_map(Value::as_str).map(|name| self.named(name, schema))),
            _ => panic!("a schema without a type: {schema}"),
        }
    }

    #[track_caller]
    fn named(&self, name: &str, schema: &Value) -> Type {
        match name {
            "integer" | "number" => Type::Word("number".into()),
            "string" | "boolean" | "null" => Type::Word(name.into()),
            "array" => Type::List(Box::new(self.read(&schema["items"]))),
            "object" => self.object(schema),
            other => panic!("a type that is not known: {other}"),
        }
    }

    #[track_caller]
    fn object(&self, schema: &Value) -> Type {
        let patterns = schema["patternProperties"].as_object().and_then(|patterns| patterns.values().next());
        let values = patterns.or_else(|| schema.get("additionalProperties").filter(|rest| rest.is_object()));
        if let Some(values) = values {
            return Type::Record(Box::new(self.read(values)));
        }
        let none = Map::new();
        let required = schema["required"].as_array().map(Vec::as_slice).unwrap_or_default();
        let members = schema["properties"].as_object().unwrap_or(&none).iter().map(|(name, schema)| {
            let optional = !required.iter().any(|required| required == name);
            let is = self.read(schema);
            let is = if optional { without_null(is) } else { is };
            let words = schema["description"].as_str().unwrap_or_default().to_owned();
            let is_name = name.chars().all(|c| c.is_ascii_alphanumeric());
            let name = if is_name { name.clone() } else { format!("{name:?}") };
            Member { words, name, optional, is }
        });
        Type::Object(members.collect())
    }
}

/// One of these, each once.
fn union(types: impl Iterator<Item = Type>) -> Type {
    let mut types: Vec<_> = types.collect();
    match types.len() {
        0 => Type::Word("never".into()),
        1 => types.remove(0),
        _ => Type::Union(types),
    }
}

/// What may be left out is, and never `null`.
fn without_null(is: Type) -> Type {
    match is {
        Type::Union(types) => {
            union(types.into_iter().filter(|each| !matches!(each, Type::Word(word) if word == "null")))
        }
        other => other,
    }
}

/// The longest line.
const WIDTH: usize = 110;

fn declare(file: &mut String, words: &str, name: &str, is: &Type) {
    file.push('\n');
    comment(file, words, "");
    if let Type::Object(members) = is {
        let _ = writeln!(file, "export interface {name} {}", block(members, ""));
    } else {
        let start = format!("export type {name} =");
        let line = format!("{start} {};", flat(is));
        let text = match is {
            Type::Union(types) if line.len() > WIDTH => format!("{start}{};", rows(types, "  ")),
            Type::All(types) if line.len() > WIDTH => match &types[..] {
                [first, Type::Union(types)] => format!("{start} {} & ({}\n);", flat(first), rows(types, "  ")),
                _ => line,
            },
            _ => line,
        };
        let _ = writeln!(file, "{text}");
    }
}

/// The members, a line each.
fn block(members: &[Member], indent: &str) -> String {
    if members.is_empty() {
        return "{}".into();
    }
    let inner = format!("{indent}  ");
    let mut text = "{\n".to_owned();
    for member in members {
        comment(&mut text, &member.words, &inner);
        let start = format!("{inner}{}:", head(member));
        let line = format!("{start} {};", flat(&member.is));
        let line = match &member.is {
            Type::Union(types) if line.len() > WIDTH => format!("{start}{};", rows(types, &format!("{inner}  "))),
            Type::Object(members) if line.len() > WIDTH => format!("{start} {};", block(members, &inner)),
            _ => line,
        };
        text.push_str(&line);
        text.push('\n');
    }
    text + indent + "}"
}

/// The alternatives, a line each.
fn rows(types: &[Type], indent: &str) -> String {
    types.iter().fold(String::new(), |text, each| {
        let line = format!("{indent}| {}", flat(each));
        match each {
            Type::Object(members) if line.len() > WIDTH => {
                format!("{text}\n{indent}| {}", block(members, &format!("{indent}  ")))
            }
            _ => format!("{text}\n{line}"),
        }
    })
}

fn head(member: &Member) -> String {
    format!("readonly {}{}", member.name, if member.optional { "?" } else { "" })
}

/// On one line.
fn flat(is: &Type) -> String {
    let joined = |types: &[Type], by: &str| types.iter().map(flat).collect::<Vec<_>>().join(by);
    match is {
        Type::Word(word) => word.clone(),
        Type::Union(types) => joined(types, " | "),
        Type::All(types) => {
            let each = types.iter().map(|each| match each {
                Type::Union(_) => format!("({})", flat(each)),
                _ => flat(each),
            });
            each.collect::<Vec<_>>().join(" & ")
        }
        Type::List(of) => match **of {
            Type::Union(_) | Type::All(_) => format!("readonly ({})[]", flat(of)),
            _ => format!("readonly {}[]", flat(of)),
        },
        Type::Record(of) => format!("Readonly<Record<string, {}>>", flat(of)),
        Type::Object(members) if members.is_empty() => "Readonly<Record<string, never>>".into(),
        Type::Object(members) => {
            let members = members.iter().map(|member| format!("{}: {}", head(member), flat(&member.is)));
            format!("{{ {} }}", members.collect::<Vec<_>>().join("; "))
        }
    }
}

/// A comment, in as many lines as it takes.
fn comment(text: &mut String, words: &str, indent: &str) {
    // Links between Rust's items lead nowhere here.
    let words = words.replace("[`", "`").replace("`]", "`");
    if words.is_empty() {
        return;
    }
    let mut lines = vec![String::new()];
    for word in words.split_whitespace() {
        let line = lines.last_mut().expect("there is a line");
        if !line.is_empty() && indent.len() + 3 + line.len() + 1 + word.len() > WIDTH - 4 {
            lines.push(word.to_owned());
        } else {
            line.push_str(if line.is_empty() { "" } else { " " });
            line.push_str(word);
        }
    }
    if let [line] = &lines[..] {
        let _ = writeln!(text, "{indent}/** {line} */");
        return;
    }
    let _ = writeln!(text, "{indent}/**");
    for line in lines {
        let _ = writeln!(text, "{indent} * {line}");
    }
    let _ = writeln!(text, "{indent} */");
}

const HEAD: &str = r"// The types of what clients and server say to each other. Made by `make types` from the server's own types.
// It is not to be edited: src/wire.ts is where the site says what of it it uses, and how.

/** JSON of any shape. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Bytes, as a client's runtime hands them over. */
export type Bytes = ArrayBuffer | Uint8Array;

/** What is of a tick: a step of a room, by its number. */
export interface Ticked {
  readonly tick: number;
}

/** A game as its types: `Quiz`, `Arena`, or one of your own. */
export interface AnyGame {
  /** What it is opened with. */
  readonly options: object;
  /** What a seat may ask it for. */
  readonly input: object;
  /** What a group may know. */
  readonly state: object;
  /** What one seat alone may know. */
  readonly you: object | null;
  /** Its one-shot things. */
  readonly event: object;
  /** What the whole of it came to. */
  readonly summary: object;
}
";

const FOOT: &str = r#"
/** What is heard of a server in a game's room, for `Socket` of socket.io-client. */
export type ServerEvents<G extends AnyGame> = {
  [E in keyof Broadcasts<G>]: (said: Broadcasts<G>[E]) => void;
};

/** What is asked of it, for the same. */
export type ClientEvents<G extends AnyGame> = {
  [E in keyof Requests<G>]: (
    say: Requests<G>[E]["say"],
    answer?: (got: Requests<G>[E]["get"] | Refused) => void,
  ) => void;
};

/** What is heard in the namespace `/lobby`, for the same. */
export type LobbyEvents = { [E in keyof LobbyBroadcasts]: (said: LobbyBroadcasts[E]) => void };
"#;
