//! Socket.IO packets as a client writes and reads them, in both parsers, without attachments.
//!
//! Sends nothing, and knows no event of Parlor's.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Error, Message};

/// How packets are written down.
#[derive(Deserialize, Serialize, Clone, Copy, Debug, Default, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Parser {
    /// The default parser.
    #[default]
    Json,
    /// `socket.io-msgpack-parser`.
    Msgpack,
}

/// A packet's type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Asks to come into a namespace, or says that one is in.
    Connect = 0,
    /// Leaves a namespace, or says that one is put out.
    Disconnect = 1,
    /// Has a name and arguments.
    Event = 2,
    /// Answers an event that asked for it.
    Ack = 3,
    /// Says that one may not come into a namespace.
    ConnectError = 4,
}

/// One packet.
#[derive(Clone, Debug, PartialEq)]
pub struct Packet {
    /// What it is.
    pub kind: Kind,
    /// Its namespace.
    pub namespace: String,
    /// The id that an acknowledgement is asked for with, or given to.
    pub id: Option<u64>,
    /// Its data.
    pub data: Option<Value>,
}

#[derive(Serialize, Deserialize)]
struct Wire {
    r#type: u8,
    nsp: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    data: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    id: Option<u64>,
}

impl Packet {
    /// The message it travels as.
    #[must_use]
    pub fn encode(&self, parser: Parser) -> Message {
        match parser {
            Parser::Json => Message::Text(self.text()),
            Parser::Msgpack => {
                let (nsp, data) = (self.namespace.clone(), self.data.clone());
                let wire = Wire { r#type: self.kind as u8, nsp, data, id: self.id };
                // JSON's values always have a msgpack form.
                Message::Binary(rmp_serde::to_vec_named(&wire).unwrap_or_default())
            }
        }
    }

    fn text(&self) -> String {
        let namespace = if self.namespace == "/" { String::new() } else { format!("{},", self.namespace) };
        let id = self.id.map(|id| id.to_string()).unwrap_or_default();
        let data = self.data.as_ref().map(Value::to_string).unwrap_or_default();
        format!("4{}{namespace}{id}{data}", self.kind as u8)
    }

    /// The packet of a message that carries one.
    ///
    /// # Errors
    /// It carries none.
    pub fn decode(message: &Message) -> Result<Self, Error> {
        match message {
            Message::Text(text) => Self::of_text(text).ok_or_else(|| Error::Protocol(text.clone())),
            Message::Binary(bytes) => {
                let wire: Wire = rmp_serde::from_slice(bytes).map_err(|error| Error::Protocol(error.to_string()))?;
                let kind = kind(wire.r#type).ok_or_else(|| Error::Protocol(format!("type {}", wire.r#type)))?;
                Ok(Self { kind, namespace: wire.nsp, id: wire.id, data: wire.data })
            }
        }
    }

    fn of_text(text: &str) -> Option<Self> {
        let rest = text.strip_prefix('4')?;
        let kind = kind(u8::try_from(rest.chars().next()?.to_digit(10)?).ok()?)?;
        let rest = rest.get(1..)?;
        let (namespace, rest) = match rest.strip_prefix('/') {
            Some(named) => {
                let (name, rest) = named.split_once(',').unwrap_or((named, ""));
                (format!("/{name}"), rest)
            }
            None => ("/".to_owned(), rest),
        };
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let (id, data) = rest.split_at_checked(digits)?;
        let id = if id.is_empty() { None } else { Some(id.parse().ok()?) };
        let data = if data.is_empty() { None } else { Some(serde_json::from_str(data).ok()?) };
        Some(Self { kind, namespace, id, data })
    }
}

fn kind(number: u8) -> Option<Kind> {
    Some(match number {
        0 => Kind::Connect,
        1 => Kind::Disconnect,
        2 => Kind::Event,
        3 => Kind::Ack,
        4 => Kind::ConnectError,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_packet_reads_as_it_was_written() {
        for namespace in ["/", "/lobby"] {
            for id in [None, Some(7)] {
                let packet = Packet {
                    kind: Kind::Event,
                    namespace: namespace.into(),
                    id,
                    data: Some(json!(["e", {"a": [1.5]}])),
                };
                for parser in [Parser::Json, Parser::Msgpack] {
                    assert_eq!(Packet::decode(&packet.encode(parser)), Ok(packet.clone()));
                }
            }
        }
    }

    #[test]
    fn text_is_the_protocols() {
        let packet = Packet { kind: Kind::Connect, namespace: "/".into(), id: None, data: None };
        assert_eq!(packet.encode(Parser::Json), Message::Text("40".into()));
        assert!(Packet::decode(&Message::Text("49".into())).is_err());
        assert!(Packet::decode(&Message::Text("2".into())).is_err());
    }
}
