//! A client with a seat in a room: keeps the state that it is told, as the site does.
//!
//! Plays no game: tests and bots decide what to ask for.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::timeout;

use crate::{Client, Error, Event, Options};

/// A seat, and what its viewer knows.
#[derive(Debug)]
pub struct Seat {
    /// Its connection.
    pub client: Client,
    /// The room's code.
    pub room: String,
    /// The seat's id.
    pub seat: u64,
    /// The secret that retakes it.
    pub token: String,
    /// The view of its group.
    pub state: Value,
    /// Its private view.
    pub you: Value,
    /// The tick of `state`.
    pub tick: u64,
    /// All that was heard, in order, the state's own events included.
    pub log: Vec<Event>,
}

impl Seat {
    /// Connects, and asks for a seat with `event` (`create`, `join` or `resume`).
    ///
    /// # Errors
    /// The connection fails, or the server refuses.
    pub async fn take(address: SocketAddr, options: Options, event: &str, ask: Value) -> Result<Self, Error> {
        Self::with(Client::connect(address, options).await?, event, ask).await
    }

    /// Asks for a seat on a connection that has none.
    ///
    /// # Errors
    /// The connection fails, or the server refuses.
    pub async fn with(mut client: Client, event: &str, ask: Value) -> Result<Self, Error> {
        let ack = client.request(event, ask).await?;
        if ack["ok"] != json!(true) {
            return Err(Error::Refused(ack.to_string()));
        }
        let text = |key: &str| ack[key].as_str().map(str::to_owned).ok_or_else(|| Error::Protocol(format!("no {key}")));
        let number = |key: &str| ack[key].as_u64().ok_or_else(|| Error::Protocol(format!("no {key}")));
        let (room, token) = (text("room")?, text("token")?);
        let (seat, tick) = (number("seat")?, number("tick")?);
        Ok(Self {
            client,
            room,
            seat,
            token,
            state: ack["state"].clone(),
            you: ack["you"].clone(),
            tick,
            log: Vec::new(),
        })
    }

    /// Asks the game for something, and gives the acknowledgement.
    ///
    /// # Errors
    /// The connection ends, or the server takes too long.
    pub async fn input(&mut self, input: Value) -> Result<Value, Error> {
        self.client.request("input", input).await
    }

    /// Hears one more thing, and takes it in.
    ///
    /// # Errors
    /// The connection ends, the server takes too long, or a delta does not follow on what is known.
    pub async fn hear(&mut self) -> Result<Event, Error> {
        let event = self.client.next().await?;
        self.take_in(&event)?;
        self.log.push(event.clone());
        Ok(event)
    }

    /// Takes in what has come and was not asked for yet.
    ///
    /// # Errors
    /// A delta does not follow on what is known.
    pub fn hear_all(&mut self) -> Result<(), Error> {
        for event in self.client.heard() {
            self.take_in(&event)?;
            self.log.push(event);
        }
        Ok(())
    }

    /// Hears until the state is as `seen` says.
    ///
    /// # Errors
    /// As [`Self::hear`]; or it does not come to that in time.
    pub async fn sees(&mut self, what: &str, seen: impl Fn(&Value) -> bool) -> Result<(), Error> {
        let waiting = async {
            while !seen(&self.state) {
                self.hear().await?;
            }
            Ok(())
        };
        let waited = timeout(PATIENCE, waiting).await;
        waited.unwrap_or_else(|_| Err(Error::Timeout(format!("{what}; the state is {:.300}", self.state.to_string()))))
    }

    /// Hears until the private view is as `known` says.
    ///
    /// # Errors
    /// As [`Self::sees`].
    pub async fn knows(&mut self, what: &str, known: impl Fn(&Value) -> bool) -> Result<(), Error> {
        let waiting = async {
            while !known(&self.you) {
                self.hear().await?;
            }
            Ok(())
        };
        let waited = timeout(PATIENCE, waiting).await;
        waited.unwrap_or_else(|_| Err(Error::Timeout(format!("{what}; known is {}", self.you))))
    }

    /// Hears until an event of this name comes whose payload is as `wanted` says.
    ///
    /// # Errors
    /// As [`Self::hear`]; or it does not come in time.
    pub async fn hears(&mut self, name: &str, wanted: impl Fn(&Value) -> bool) -> Result<Value, Error> {
        let waiting = async {
            loop {
                let event = self.hear().await?;
                if event.name == name && wanted(&event.payload) {
                    return Ok(event.payload);
                }
            }
        };
        timeout(PATIENCE, waiting).await.map_err(|_| Error::Timeout(name.to_owned()))?
    }

    fn take_in(&mut self, Event { name, payload }: &Event) -> Result<(), Error> {
        match name.as_str() {
            "snapshot" => self.state = payload["state"].clone(),
            "delta" => {
                if payload["base"] != json!(self.tick) {
                    return Err(Error::Protocol(format!("a delta from {} over {}", payload["base"], self.tick)));
                }
                merge(&mut self.state, &payload["patch"]);
            }
            "you" => {
                self.you = payload.clone();
                return Ok(());
            }
            _ => return Ok(()),
        }
        self.tick = payload["tick"].as_u64().ok_or_else(|| Error::Protocol("a state without a tick".into()))?;
        Ok(())
    }
}

const PATIENCE: Duration = Duration::from_secs(15);

/// RFC 7396 §2.
pub(crate) fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = json!({});
    }
    let Some(target) = target.as_object_mut() else { return };
    for (key, value) in patch {
        if value.is_null() {
            target.remove(key);
        } else {
            merge(target.entry(key.clone()).or_insert(Value::Null), value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patches_are_merged_as_the_rfc_has_it() {
        let mut state = json!({"a": "b", "c": {"d": 1, "e": 2}, "f": [1]});
        merge(&mut state, &json!({"a": null, "c": {"d": 3, "g": {"h": null, "i": 4}}, "f": [2, 3]}));
        assert_eq!(state, json!({"c": {"d": 3, "e": 2, "g": {"i": 4}}, "f": [2, 3]}));
        merge(&mut state, &json!([1]));
        assert_eq!(state, json!([1]));
    }
}
