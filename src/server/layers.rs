//! The layers of a configuration: defaults, file, environment, flags; each lies over the one before.
//!
//! Knows no single setting: it walks the tree of the defaults, and what isn't in there is refused with its path.

use serde_json::{Map, Value};

use super::Config;

/// A configuration in the making.
#[derive(Clone, Debug)]
pub struct Layers {
    tree: Value,
    known: Value,
}

/// Why a layer was refused: where it came from, and the path of the key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// The file is not TOML.
    #[error("{source_name}: line {line}: {message}")]
    Syntax {
        /// Which file.
        source_name: String,
        /// Counted from 1.
        line: usize,
        /// The parser's words.
        message: String,
    },
    /// There is no such key.
    #[error("{source_name}: there is no setting `{path}`")]
    Unknown {
        /// Which layer.
        source_name: String,
        /// The key with those it lies under.
        path: String,
    },
    /// The key's value is not of its type, or out of its range.
    #[error("{source_name}: `{path}`: {message}")]
    Value {
        /// Which layer.
        source_name: String,
        /// The key with those it lies under.
        path: String,
        /// What is wrong with it.
        message: String,
    },
}

impl Default for Layers {
    fn default() -> Self {
        let known = serde_json::to_value(Config::default()).unwrap_or_default();
        Self { tree: known.clone(), known }
    }
}

impl Layers {
    /// Lays a TOML file's text over what is there.
    ///
    /// # Errors
    /// When it is not TOML, or has a key or a value that is not ours.
    pub fn file(self, name: &str, text: &str) -> Result<Self, ConfigError> {
        let over: Value = toml::from_str(text).map_err(|error| ConfigError::Syntax {
            source_name: name.into(),
            line: error
                .span()
                .map_or(1, |span| text.bytes().take(span.start).filter(|byte| *byte == b'\n').count() + 1),
            message: error.message().into(),
        })?;
        self.lay(name, over)
    }

    /// Lays environment variables over what is there: `PARLOR_LIMITS_EVENTS_BURST` is `limits.events_burst`.
    ///
    /// A variable that names no setting is left alone, because others (such as Kubernetes for a service called `parlor`)
    /// also name theirs so.
    ///
    /// # Errors
    /// When a value is not ours.
    pub fn env(mut self, variables: impl IntoIterator<Item = (String, String)>) -> Result<Self, ConfigError> {
        for (name, text) in variables {
            let Some(path) = name.strip_prefix("PARLOR_").and_then(|name| find(&self.known, name)) else { continue };
            let value = read(&text, at(&self.known, &path));
            self = self.lay(&name, nest(&path, value))?;
        }
        Ok(self)
    }

    /// Lays one flag over what is there, if it was given.
    ///
    /// # Errors
    /// When the value is not ours.
    pub fn flag(self, name: &str, path: &str, value: Option<impl Into<Value>>) -> Result<Self, ConfigError> {
        let Some(value) = value else { return Ok(self) };
        let path: Vec<String> = path.split('.').map(String::from).collect();
        self.lay(name, nest(&path, value.into()))
    }

    /// What all layers together say.
    ///
    /// # Errors
    /// Never for layers that were laid: each is checked when it is.
    pub fn finish(self) -> Result<Config, ConfigError> {
        parse("the configuration", &self.tree)
    }

    fn lay(mut self, name: &str, over: Value) -> Result<Self, ConfigError> {
        check(name, &self.known, &over, &mut Vec::new())?;
        merge(&mut self.tree, over);
        parse(name, &self.tree)?;
        Ok(self)
    }
}

fn parse(name: &str, tree: &Value) -> Result<Config, ConfigError> {
    serde_path_to_error::deserialize(tree).map_err(|error| ConfigError::Value {
        source_name: name.into(),
        path: error.path().to_string(),
        message: error.inner().to_string(),
    })
}

/// Refuses keys that the defaults do not have. Where they hold no table, any value is the parser's to judge.
fn check<'a>(name: &str, known: &Value, over: &'a Value, path: &mut Vec<&'a str>) -> Result<(), ConfigError> {
    let (Value::Object(known), Value::Object(over)) = (known, over) else { return Ok(()) };
    for (key, value) in over {
        path.push(key);
        let Some(known) = known.get(key) else {
            return Err(ConfigError::Unknown { source_name: name.into(), path: path.join(".") });
        };
        check(name, known, value, path)?;
        path.pop();
    }
    Ok(())
}

fn merge(tree: &mut Value, over: Value) {
    match (tree, over) {
        (Value::Object(tree), Value::Object(over)) => {
            for (key, value) in over {
                merge(tree.entry(key).or_insert(Value::Null), value);
            }
        }
        (tree, over) => *tree = over,
    }
}

/// The path of the setting whose keys, joined by `_` in capitals, are `name`.
fn find(known: &Value, name: &str) -> Option<Vec<String>> {
    let Value::Object(known) = known else { return None };
    known.iter().find_map(|(key, value)| {
        let rest = name.strip_prefix(key.to_ascii_uppercase().as_str())?;
        if rest.is_empty() {
            return (!value.is_object()).then(|| vec![key.clone()]);
        }
        let mut path = find(value, rest.strip_prefix('_')?)?;
        path.insert(0, key.clone());
        Some(path)
    })
}

fn at<'a>(tree: &'a Value, path: &[String]) -> &'a Value {
    path.iter().fold(tree, |tree, key| tree.get(key).unwrap_or(&Value::Null))
}

fn nest(path: &[String], value: Value) -> Value {
    path.iter().rev().fold(value, |value, key| Value::Object(Map::from_iter([(key.clone(), value)])))
}

/// A variable's text as the type its default has: text stays text, a list is split at commas, anything else is JSON.
/// What is not set by default is text, unless it is written as a table.
fn read(text: &str, default: &Value) -> Value {
    let json = || serde_json::from_str(text).unwrap_or_else(|_| Value::from(text));
    match default {
        Value::Null if text.starts_with('{') => json(),
        Value::String(_) | Value::Null => Value::from(text),
        Value::Array(_) if text.starts_with('[') => json(),
        Value::Array(_) => text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(Value::from).collect(),
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => json(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env(name: &str, value: &str) -> Result<Layers, ConfigError> {
        Layers::default().env([(name.to_owned(), value.to_owned())])
    }

    #[test]
    fn flags_lie_over_the_environment_over_the_file_over_defaults() {
        let file = "addr = \"a:1\"\nlog = \"warn\"\n[limits]\nevents_burst = 7.0\naddresses = 3\n";
        let config = Layers::default()
            .file("parlor.toml", file)
            .and_then(|layers| {
                layers.env([("PARLOR_ADDR".into(), "b:2".into()), ("PARLOR_LOG".into(), "debug".into())])
            })
            .and_then(|layers| layers.flag("--addr", "addr", Some("c:3")))
            .and_then(|layers| layers.flag("--log", "log", None::<String>))
            .and_then(Layers::finish)
            .expect("all is well");
        assert_eq!((config.addr.as_str(), config.log.as_str()), ("c:3", "debug"));
        assert_eq!((config.limits.events_burst, config.limits.addresses), (7.0, 3));
        assert_eq!(config.limits.attempts_per_minute, Config::default().limits.attempts_per_minute);
    }

    #[test]
    fn an_unknown_key_is_refused_with_its_path() {
        let error = Layers::default().file("parlor.toml", "[limits]\nevents_brust = 1").expect_err("a typo");
        assert_eq!(error.to_string(), "parlor.toml: there is no setting `limits.events_brust`");
    }

    #[test]
    fn a_value_of_the_wrong_type_is_refused_with_its_path() {
        let error = Layers::default().file("parlor.toml", "[limits]\naddresses = \"many\"").expect_err("no number");
        assert!(matches!(&error, ConfigError::Value { path, .. } if path == "limits.addresses"), "{error}");
        let error = env("PARLOR_LIMITS_ADDRESSES", "-1").expect_err("negative");
        assert!(error.to_string().starts_with("PARLOR_LIMITS_ADDRESSES: `limits.addresses`"), "{error}");
    }

    #[test]
    fn a_file_that_is_not_toml_is_refused_with_its_line() {
        let error = Layers::default().file("parlor.toml", "addr = \"a\"\nlog = = 3").expect_err("not TOML");
        assert!(error.to_string().starts_with("parlor.toml: line 2: "), "{error}");
    }

    #[test]
    fn a_variable_reaches_its_setting_however_deep() {
        let config = env("PARLOR_LIMITS_EVENTS_PER_SECOND", "5").and_then(Layers::finish).expect("a number");
        assert_eq!(config.limits.events_per_second, 5.0);
        let config = env("PARLOR_HOST_KEY", "1234").and_then(Layers::finish).expect("text, though of digits");
        assert_eq!(config.host_key.as_deref(), Some("1234"));
        let config = env("PARLOR_PROXIES", "127.0.0.1, ::1").and_then(Layers::finish).expect("a list");
        assert_eq!(config.proxies.len(), 2);
    }

    #[test]
    fn what_is_off_by_default_is_turned_on_from_a_file_or_the_environment() {
        let file = Layers::default().file("parlor.toml", "[socketio.transport.cors]\norigin = \"https://a.example\"\n");
        let variable = env("PARLOR_SOCKETIO_TRANSPORT_CORS", r#"{"origin": "https://a.example"}"#);
        let [file, variable] = [file, variable].map(|layers| layers.and_then(Layers::finish).expect("a table"));
        assert_eq!(file, variable);
        assert!(file.socketio.transport.cors.is_some());
        let error =
            Layers::default().file("parlor.toml", "[socketio.transport.cors]\norigins = 1").expect_err("a typo");
        assert!(error.to_string().contains("socketio.transport.cors"), "{error}");
    }

    #[test]
    fn anothers_variable_is_left_alone() {
        let config = env("PARLOR_SERVICE_HOST", "10.0.0.1").and_then(Layers::finish).expect("not ours");
        assert_eq!(config, Config::default());
    }
}
