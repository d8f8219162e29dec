//! What clients ask for, typed: one struct for each event of the contract, read straight from the packet's bytes.
//!
//! Grants nothing. Unknown fields are ignored, so that a client of a later version is understood as far as it can be.

use parlor_games::contract::{Refusal, Role, SeatId};
use serde::de::{Deserialize, Deserializer, Error};
use serde_json::Value;

use crate::proto::socket::{self, Args, Raw};
use crate::room::SyncBy;
#[cfg(test)]
use crate::server::contract::parts::Options;

/// The longest detail that is shown of what was wrong with a request.
const DETAIL_CHARS: usize = 200;

/// `create`: a room of this game, with oneself in it.
#[derive(Debug, PartialEq, serde::Deserialize)]
#[serde(expecting = "an object")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(in crate::server) struct Create {
    pub(super) game: String,
    #[cfg_attr(test, schemars(with = "Option<Options>"))]
    pub(super) options: Option<Value>,
    pub(super) role: Option<Role>,
    pub(super) name: Option<String>,
    pub(super) avatar: Option<u16>,
    #[serde(default)]
    pub(super) private: bool,
    pub(super) sync: Option<SyncBy>,
    pub(super) key: Option<String>,
}

/// `join`: a seat in the room of this code, or in any room of this game.
#[derive(Debug, PartialEq, serde::Deserialize)]
#[serde(expecting = "an object")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(in crate::server) struct Join {
    pub(super) room: Option<String>,
    pub(super) game: Option<String>,
    #[cfg_attr(test, schemars(with = "Option<Options>"))]
    pub(super) options: Option<Value>,
    pub(super) role: Option<Role>,
    pub(super) name: Option<String>,
    pub(super) avatar: Option<u16>,
    pub(super) sync: Option<SyncBy>,
    pub(super) key: Option<String>,
}

/// `resume`: the seat of this token.
#[derive(Debug, PartialEq, serde::Deserialize)]
#[serde(expecting = "an object")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(in crate::server) struct Resume {
    pub(super) token: String,
    pub(super) sync: Option<SyncBy>,
}

/// `clock`: the server's time.
#[derive(Debug, PartialEq, serde::Deserialize)]
#[serde(expecting = "an object")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(in crate::server) struct Clock {
    /// The client's time, given back as it came.
    pub(super) t0: f64,
}

/// `rooms`: the public ones, of this game.
#[derive(Debug, Default, PartialEq, serde::Deserialize)]
#[serde(expecting = "an object")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(in crate::server) struct Rooms {
    pub(super) game: Option<String>,
}

/// `remote`: a key for the host's other devices.
#[derive(Debug, Default, PartialEq, serde::Deserialize)]
#[serde(expecting = "an object")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(in crate::server) struct Remote {
    /// Rather no key at all.
    #[serde(default)]
    pub(super) revoke: bool,
}

/// `links`: how the players of these seats are connected.
#[derive(Debug, PartialEq, serde::Deserialize)]
#[serde(expecting = "an object")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(in crate::server) struct Links {
    pub(super) seats: Vec<SeatId>,
}

/// `chat`: words for everyone in the room.
#[derive(Debug, PartialEq, serde::Deserialize)]
#[serde(expecting = "an object")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(in crate::server) struct Chat {
    pub(super) text: String,
}

/// The request in an event's first argument; what follows it is ignored.
///
/// # Errors
/// `bad_request`, with the field that is not as it should be.
pub(super) fn read<T: for<'de> Deserialize<'de>>(args: &Args) -> Result<T, Refusal> {
    let raw = object(args)?;
    raw.parse::<Traced<T>>().map(|traced| traced.0).map_err(|error| bad_request(&error))
}

/// The first argument, if it may be an object.
///
/// # Errors
/// `bad_request`: there is none, or it is a list, of which serde would take the items for fields.
pub(super) fn object(args: &Args) -> Result<&Raw, Refusal> {
    let raw = args.iter().next().ok_or_else(|| bad_request(&"the request is missing"))?;
    let list = match raw {
        Raw::Absent => false,
        Raw::Json(text) => text.trim_ascii_start().first() == Some(&b'['),
        // The format's three headers of arrays: fixarray, array 16, array 32.
        Raw::Msgpack(bytes) => bytes.first().is_some_and(|byte| matches!(byte, 0x90..=0x9f | 0xdc | 0xdd)),
        Raw::Read(value) => matches!(value, socket::Value::Array(_)),
    };
    if list { Err(bad_request(&"the request is a list, and should be an object")) } else { Ok(raw) }
}

/// Whether a request of which nothing is required was left out.
pub(super) fn is_left_out(args: &Args) -> bool {
    args.iter().next().is_none_or(|raw| raw.is_absent() || raw.value() == Ok(socket::Value::Null))
}

/// What was sent is no request: `why` names the field, and quotes nothing but what the sender wrote.
pub(super) fn bad_request(why: &impl std::fmt::Display) -> Refusal {
    let why = why.to_string();
    // Where in the packet's own text is of no use to somebody who called a library.
    let why = why.split(" at line ").next().unwrap_or_default();
    Refusal::new("bad_request", why.chars().take(DETAIL_CHARS).collect::<String>())
}

/// A `T` whose error names the field it was found in.
struct Traced<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Traced<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut track = serde_path_to_error::Track::new();
        match T::deserialize(serde_path_to_error::Deserializer::new(deserializer, &mut track)) {
            Ok(value) => Ok(Self(value)),
            Err(error) => {
                let path = track.path().to_string();
                let field = if path == "." { "the request" } else { &path };
                Err(D::Error::custom(format_args!("{field}: {error}")))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::engine::Message;
    use crate::proto::socket::{Data, Decoder, Limits};

    fn args(json: &str) -> Args {
        let text = format!("2[\"e\"{}{json}]", if json.is_empty() { "" } else { "," });
        let packet = Decoder::new(Limits::default()).decode(Message::Text(text.into())).expect("a packet");
        match packet.expect("a whole one").data {
            Data::Event { args, .. } => args,
            other => panic!("{other:?}"),
        }
    }

    #[track_caller]
    fn check_join(json: &str, words: &str) {
        let refusal = read::<Join>(&args(json)).expect_err("no request");
        assert_eq!(refusal.code, "bad_request");
        assert!(refusal.message.contains(words), "{}", refusal.message);
    }

    #[test]
    fn a_fault_names_its_field() {
        check_join(r#"{"room":123456,"name":"A"}"#, "room: invalid type");
        check_join(r#"{"room":"123456","name":{"a":1}}"#, "name: invalid type");
        check_join(r#"{"room":"123456","role":"god"}"#, "role: unknown variant");
        for avatar in ["-1", "65536", "1.5", "\"7\"", "[7]"] {
            check_join(&format!(r#"{{"room":"123456","avatar":{avatar}}}"#), "avatar: invalid");
        }
        check_join("", "missing");
        check_join("null", "the request: invalid type: null, expected an object");
        check_join("7", "the request: invalid type: integer `7`, expected an object");
        check_join(r#"["123456"]"#, "list");
        assert_eq!(read::<Create>(&args("{}")).expect_err("no game").message, "the request: missing field `game`");
    }

    #[test]
    fn a_fault_is_cut_to_its_bound() {
        let long = format!(r#"{{"role":"{}"}}"#, "x".repeat(100_000));
        let refusal = read::<Join>(&args(&long)).expect_err("no role");
        assert!(refusal.message.len() <= DETAIL_CHARS);
    }

    #[test]
    fn absent_and_unknown_fields_are_no_fault() {
        let join: Join = read(&args(r#"{"room":"123456","colour":"red","role":null}"#)).expect("a request");
        assert_eq!(join.room.as_deref(), Some("123456"));
        assert_eq!((join.role, join.avatar), (None, None));
        let join: Join = read(&args(r#"{"room":"123456","avatar":65535}"#)).expect("a request");
        assert_eq!(join.avatar, Some(u16::MAX));
        assert!(is_left_out(&args("")) && is_left_out(&args("null")) && !is_left_out(&args("{}")));
    }
}
