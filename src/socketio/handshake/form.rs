//! A handshake as servers tell each other of it: the object that the reference server keeps with a socket.
//!
//! Checks nothing: who tells it is another server.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::{Duration, UNIX_EPOCH};

use parlor_proto::socket::{Raw, Value};
use percent_encoding::percent_decode_str;
use serde::de::{Deserialize, Deserializer};
use serde::ser::{Serialize, Serializer};

use super::{Handshake, Opening};

#[derive(serde::Serialize)]
struct Told<'a> {
    headers: Value,
    time: String,
    address: IpAddr,
    xdomain: bool,
    secure: bool,
    issued: u64,
    url: String,
    query: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    auth: Option<&'a Raw>,
}

impl Serialize for Handshake {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let nothing = Raw::Read(Value::Object(Vec::new()));
        let auth = if self.auth.is_absent() { &nothing } else { &self.auth };
        self.told(Some(auth), |_| true).serialize(serializer)
    }
}

/// A handshake for people to look at: without what its client has shown to be let in, and with where that is.
#[derive(Debug)]
pub(in crate::socketio) struct Shown {
    handshake: Handshake,
    address: IpAddr,
}

impl Shown {
    pub(in crate::socketio) fn new(handshake: &Handshake, proxies: &[IpAddr]) -> Self {
        Self { handshake: handshake.clone(), address: handshake.client_ip(proxies) }
    }
}

impl Serialize for Shown {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let told = self.handshake.told(None, |header| !SECRETS.contains(&header));
        Told { address: self.address, ..told }.serialize(serializer)
    }
}

/// Headers that let people in.
const SECRETS: [&str; 3] = ["authorization", "cookie", "proxy-authorization"];

impl Handshake {
    fn told<'a>(&self, auth: Option<&'a Raw>, header: impl Fn(&str) -> bool) -> Told<'a> {
        let issued = self.time().duration_since(UNIX_EPOCH).unwrap_or_default();
        let headers = self.headers().filter(|(name, _)| header(name));
        Told {
            headers: object(headers.map(|(name, value)| (name.to_owned(), value.to_owned()))),
            time: httpdate::fmt_http_date(self.time()),
            address: self.ip(),
            xdomain: self.header("origin").is_some(),
            // TLS ends at a proxy, which may say so.
            secure: self.header("x-forwarded-proto") == Some("https"),
            issued: u64::try_from(issued.as_millis()).unwrap_or(u64::MAX),
            url: format!("{}?{}", self.path(), self.query()),
            query: object(pairs(self.query())),
            auth,
        }
    }
}

fn object(pairs: impl Iterator<Item = (String, String)>) -> Value {
    Value::Object(pairs.map(|(key, value)| (key, Value::Text(value))).collect())
}

fn pairs(query: &str) -> impl Iterator<Item = (String, String)> {
    let decoded = |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    pairs.map(move |(key, value)| (decoded(key), decoded(value)))
}

#[derive(serde::Deserialize)]
#[serde(default)]
struct Heard {
    headers: HashMap<String, Value>,
    address: String,
    issued: f64,
    url: String,
    auth: Value,
}

impl Default for Heard {
    fn default() -> Self {
        let (headers, address, url) = (HashMap::new(), String::new(), String::new());
        Self { headers, address, issued: 0.0, url, auth: Value::Null }
    }
}

impl<'de> Deserialize<'de> for Handshake {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Heard { headers, address, issued, url, auth } = Heard::deserialize(deserializer)?;
        let mut lines = String::new();
        for (name, value) in &headers {
            if let Value::Text(value) = value {
                lines.extend([name.as_str(), ": ", value, "\n"]);
            }
        }
        let (path, query) = url.split_once('?').unwrap_or((&url, ""));
        let ip: IpAddr = address.parse().unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
        let opening = Opening {
            headers: lines.into(),
            path: path.into(),
            query: query.into(),
            address: SocketAddr::new(ip, 0),
            // What is no time counts as none.
            time: UNIX_EPOCH.checked_add(Duration::from_millis(issued as u64)).unwrap_or(UNIX_EPOCH),
        };
        Ok(Self::of(opening, Raw::Read(auth)))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::transport;

    #[test]
    fn what_is_told_of_a_handshake_can_be_read_again() {
        let request = http::Request::builder()
            .uri("/socket.io/?EIO=4&name=Ada+L%C3%B6we&flag")
            .header("origin", "https://a.example");
        let request = Arc::new(request.body(()).expect("a request").into_parts().0);
        let handshake = transport::Handshake { request, address: ([192, 0, 2, 1], 4000).into() };
        let auth = Raw::Json(br#"{"token":"t"}"#.to_vec().into());
        let handshake = Handshake::of(Opening::new(&handshake, 8_192), auth);
        let told = serde_json::to_value(&handshake).expect("JSON");
        assert_eq!(told["query"], serde_json::json!({"EIO": "4", "name": "Ada Löwe", "flag": ""}));
        assert_eq!(
            (&told["xdomain"], &told["secure"], &told["address"]),
            (&true.into(), &false.into(), &"192.0.2.1".into())
        );
        let again: Handshake = serde_json::from_value(told.clone()).expect("what was told");
        assert_eq!((again.path(), again.query()), (handshake.path(), handshake.query()));
        assert_eq!((again.header("origin"), again.ip()), (Some("https://a.example"), handshake.ip()));
        assert_eq!(again.auth::<HashMap<String, String>>().expect("an object")["token"], "t");
        assert_eq!(serde_json::to_value(&again).expect("JSON"), told);
    }

    #[test]
    fn people_are_shown_no_secrets() {
        let told = r#"{"headers":{"cookie":"a=b","user-agent":"x"},"auth":{"token":"t"}}"#;
        let handshake: Handshake = serde_json::from_str(told).expect("a handshake");
        let shown = serde_json::to_value(Shown::new(&handshake, &[])).expect("JSON");
        assert_eq!((&shown["headers"], shown.get("auth")), (&serde_json::json!({"user-agent": "x"}), None));
    }

    #[test]
    fn what_is_missing_or_odd_is_left_out() {
        for told in [r#"{}"#, r#"{"issued":-1,"address":"?","headers":{"set-cookie":["a","b"]},"secure":true}"#] {
            let heard: Handshake = serde_json::from_str(told).expect("a handshake of sorts");
            assert_eq!((heard.headers().count(), heard.time(), heard.path()), (0, UNIX_EPOCH, ""));
            assert!(heard.ip().is_unspecified());
        }
    }
}
