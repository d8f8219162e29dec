//! The table of cases, and the comparison of what came with what was to come.
//!
//! Connects nothing.

use std::collections::BTreeMap;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::Deserialize;
use serde_json::{Map, Value};

/// `cases.json`.
#[derive(Deserialize)]
pub(crate) struct Table {
    pub(crate) ways: BTreeMap<String, BTreeMap<String, String>>,
    pub(crate) clients: BTreeMap<String, Client>,
    pub(crate) cases: Vec<Case>,
}

#[derive(Deserialize)]
pub(crate) struct Client {
    pub(crate) lacks: BTreeMap<String, String>,
}

#[derive(Deserialize)]
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) server: String,
    #[serde(default)]
    pub(crate) needs: Vec<String>,
    pub(crate) steps: Vec<Step>,
}

/// One step: of the verbs there is one.
#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Step {
    pub(crate) at: String,
    pub(crate) connect: Option<String>,
    pub(crate) refused: Option<String>,
    pub(crate) auth: Option<Value>,
    pub(crate) error: Value,
    pub(crate) emit: Option<Vec<Value>>,
    pub(crate) hear: Option<Vec<Value>>,
    pub(crate) ask: Option<Vec<Value>>,
    pub(crate) gives: Vec<Value>,
    pub(crate) answer: Option<String>,
    pub(crate) with: Vec<Value>,
    pub(crate) burst: Option<u64>,
    pub(crate) gone: Option<String>,
    pub(crate) restart: Option<String>,
    pub(crate) back: Option<String>,
}

/// Its verb and what belongs to it, at most.
impl std::fmt::Debug for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let words = [("emit", &self.emit), ("hear", &self.hear), ("ask", &self.ask)];
        let names = [
            ("connect", &self.connect),
            ("refused", &self.refused),
            ("gone", &self.gone),
            ("restart", &self.restart),
            ("back", &self.back),
        ];
        let mut map = f.debug_map();
        map.entries(names.iter().filter_map(|(verb, name)| Some((*verb, name.as_ref()?))));
        map.entries(words.iter().filter_map(|(verb, words)| Some((*verb, words.as_ref()?))));
        map.entry(&"at", &self.at).finish()
    }
}

impl Default for Step {
    fn default() -> Self {
        Self {
            at: "/".into(),
            connect: None,
            refused: None,
            auth: None,
            error: Value::Null,
            emit: None,
            hear: None,
            ask: None,
            gives: Vec::new(),
            answer: None,
            with: Vec::new(),
            burst: None,
            gone: None,
            restart: None,
            back: None,
        }
    }
}

/// A way to a server, as `world.js` says it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Way {
    pub(crate) name: String,
    pub(crate) server: String,
    pub(crate) url: String,
    pub(crate) restart: String,
    pub(crate) ca: Option<String>,
}

/// What came with an event. The client tells of one argument of bytes, or of others.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Came {
    Bytes(Vec<u8>),
    Values(Vec<Value>),
}

/// The bytes of a value that stands for some.
pub(crate) fn bytes(value: &Value) -> Option<Vec<u8>> {
    BASE64_STANDARD.decode(value.get("$bytes")?.as_str()?).ok()
}

/// A value of the table without bytes, as it is sent.
pub(crate) fn sent(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(sent).collect(),
        Value::Object(map) => match map.get("$text").and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok()) {
            Some(letters) => Value::String("x".repeat(letters)),
            None => Value::Object(map.iter().map(|(key, each)| (key.clone(), sent(each))).collect()),
        },
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

impl Came {
    /// Whether these are the arguments that the table has.
    pub(crate) fn is(&self, args: &[Value]) -> bool {
        match self {
            Self::Bytes(came) => matches!(args, [one] if any(one) || bytes(one).as_ref() == Some(came)),
            Self::Values(came) => all(came, args),
        }
    }
}

fn any(value: &Value) -> bool {
    value.get("$any").is_some()
}

fn all(came: &[Value], values: &[Value]) -> bool {
    came.len() == values.len() && came.iter().zip(values).all(|(came, value)| matches(came, value))
}

/// Whether what came is this value of the table.
pub(crate) fn matches(came: &Value, value: &Value) -> bool {
    match (came, value) {
        _ if any(value) => true,
        (Value::Array(came), Value::Array(items)) => all(came, items),
        (Value::Object(came), Value::Object(map)) => fields(came, map),
        _ => *came == sent(value),
    }
}

fn fields(came: &Map<String, Value>, map: &Map<String, Value>) -> bool {
    let more = map.contains_key("$more");
    let mut said = map.iter().filter(|(key, _)| *key != "$more");
    (more || came.len() == map.len()) && said.all(|(key, value)| came.get(key).is_some_and(|came| matches(came, value)))
}
