//! What admins are told, as the page reads it: sockets, events, moments.
//!
//! Tells nobody, and knows no server.

use std::net::IpAddr;
use std::time::{SystemTime, UNIX_EPOCH};

use parlor_proto::socket::{Args, Raw, Value};
use serde::ser::{Serialize, SerializeSeq, Serializer};

use crate::socketio::handshake::Shown;
use crate::socketio::{ClientDetails, RemoteSocket, Socket};

/// A socket.
#[derive(Debug, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ToldSocket {
    id: String,
    client_id: Box<str>,
    transport: Box<str>,
    nsp: String,
    data: Raw,
    handshake: Shown,
    rooms: Vec<String>,
}

impl ToldSocket {
    /// One of this server.
    pub(super) fn here(socket: &Socket, client: ClientDetails, proxies: &[IpAddr]) -> Self {
        Self {
            id: socket.id().to_string(),
            client_id: client.id,
            transport: client.transport,
            nsp: socket.namespace().name().to_owned(),
            data: shown(socket),
            handshake: Shown::new(socket.handshake(), proxies),
            rooms: socket.rooms().iter().map(ToString::to_string).collect(),
        }
    }

    /// One of another server. If that tells nothing of its client, it counts for one of its own.
    pub(super) fn elsewhere(socket: &RemoteSocket, namespace: &str, proxies: &[IpAddr]) -> Self {
        let id = socket.id().to_string();
        let unknown = || ClientDetails { id: id.as_str().into(), transport: "websocket".into() };
        let client = socket.client().cloned().unwrap_or_else(unknown);
        let data = socket.data().ok().filter(|data| matches!(data, Value::Object(_)));
        Self {
            id,
            client_id: client.id,
            transport: client.transport,
            nsp: namespace.to_owned(),
            data: Raw::Read(data.unwrap_or_else(|| Value::Object(Vec::new()))),
            handshake: Shown::new(socket.handshake(), proxies),
            rooms: socket.rooms().iter().map(ToString::to_string).collect(),
        }
    }
}

/// What a socket of this server shows of its data.
pub(super) fn shown(socket: &Socket) -> Raw {
    match socket.shown() {
        Raw::Absent => Raw::Read(Value::Object(Vec::new())),
        shown => shown,
    }
}

/// What has changed of a socket.
#[derive(Debug, serde::Serialize)]
pub(super) struct Update<'a> {
    pub(super) id: &'a str,
    pub(super) nsp: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) transport: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) data: Option<Raw>,
}

/// An event: a list of its name and its arguments. Of large ones, how large they are.
#[derive(Debug)]
pub(super) struct ToldEvent<'a> {
    name: &'a str,
    args: &'a Args,
    /// Bytes, if they are not shown.
    size: Option<usize>,
}

impl<'a> ToldEvent<'a> {
    pub(super) fn new(name: &'a str, args: &'a Args, most: usize) -> Self {
        let size = args.iter().map(size).sum();
        Self { name, args, size: (size > most).then_some(size) }
    }
}

impl Serialize for ToldEvent<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(1 + self.args.len()))?;
        list.serialize_element(self.name)?;
        match self.size {
            Some(size) => list.serialize_element(&format!("{size} bytes"))?,
            None => self.args.iter().try_for_each(|arg| list.serialize_element(arg))?,
        }
        list.end()
    }
}

/// About how many bytes.
fn size(raw: &Raw) -> usize {
    match raw {
        Raw::Absent => 0,
        Raw::Json(bytes) | Raw::Msgpack(bytes) => bytes.len(),
        Raw::Read(value) => size_of_value(value),
    }
}

fn size_of_value(value: &Value) -> usize {
    match value {
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::UInt(_) | Value::Float(_) => 8,
        Value::Text(text) => text.len(),
        Value::Binary(bytes) => bytes.len(),
        Value::Array(values) => values.iter().map(|value| 8 + size_of_value(value)).sum(),
        Value::Object(pairs) => pairs.iter().map(|(key, value)| key.len() + size_of_value(value)).sum(),
    }
}

/// A moment as JavaScript writes a date: to the millisecond, in UTC.
pub(super) fn moment(at: SystemTime) -> String {
    let since = at.duration_since(UNIX_EPOCH).unwrap_or_default();
    let (days, second) = (since.as_secs() / 86_400, since.as_secs() % 86_400);
    let (year, month, day) = date(days);
    let (hour, minute, second, millis) = (second / 3_600, second / 60 % 60, second % 60, since.subsec_millis());
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z")
}

/// The date so many days after that of the epoch.
fn date(mut days: u64) -> (u64, u64, u64) {
    let is_leap = |year: u64| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    // The calendar repeats itself after 400 years.
    let mut year = 1970 + days / 146_097 * 400;
    days %= 146_097;
    while days >= 365 + u64::from(is_leap(year)) {
        days -= 365 + u64::from(is_leap(year));
        year += 1;
    }
    let mut month = 1;
    for length in [31, 28 + u64::from(is_leap(year)), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if days < length {
            break;
        }
        days -= length;
        month += 1;
    }
    (year, month, days + 1)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_moment_is_written_as_in_javascript() {
        for (millis, written) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (951_782_399_999, "2000-02-28T23:59:59.999Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (1_767_225_599_001, "2025-12-31T23:59:59.001Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
            (13_574_563_200_000, "2400-02-29T00:00:00.000Z"),
        ] {
            assert_eq!(moment(UNIX_EPOCH + Duration::from_millis(millis)), written);
        }
    }

    #[test]
    fn of_a_large_event_its_size_is_told() {
        let args: Args = [Value::Text("a".repeat(90)), Value::Binary(vec![0; 20].into())].into_iter().collect();
        let told = |most| serde_json::to_value(ToldEvent::new("file", &args, most)).expect("JSON");
        assert_eq!(told(109), serde_json::json!(["file", "110 bytes"]));
        assert_eq!(told(110)[1], "a".repeat(90));
        let nested = Value::Array(vec![Value::Object(vec![("k".into(), Value::Null)]), Value::Bool(true)]);
        assert_eq!(size_of_value(&nested), 33);
    }
}
