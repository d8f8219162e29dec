//! What a client said when it came: the request that opened its session, and its auth.
//!
//! Kept for as long as the socket, so it is kept small: the head's text, not a map of it.

mod form;

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::SystemTime;

use parlor_proto::socket::{ArgsError, Raw, Value};
use serde::de::DeserializeOwned;

pub(super) use self::form::Shown;
use crate::transport;
use crate::transport::forwarded::{FORWARDED, behind};

/// A socket's handshake.
///
/// It serializes to what servers of Node tell each other of one, and is read from that; then its headers are those that were told,
/// and its address has no port.
///
/// ```
/// use parlor::socketio::Handshake;
///
/// let told = r#"{"headers":{"user-agent":"x"},"address":"192.0.2.1","issued":0,"url":"/socket.io/?EIO=4","auth":{"token":"t"}}"#;
/// let handshake: Handshake = serde_json::from_str(told)?;
/// assert_eq!((handshake.header("user-agent"), handshake.query()), (Some("x"), "EIO=4"));
/// assert_eq!(handshake.ip(), std::net::Ipv4Addr::new(192, 0, 2, 1));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Handshake {
    opening: Arc<Opening>,
    auth: Raw,
}

/// What all sockets of one session have in common.
#[derive(Debug)]
pub(super) struct Opening {
    /// `name: value` lines.
    headers: Box<str>,
    path: Box<str>,
    query: Box<str>,
    address: SocketAddr,
    time: SystemTime,
}

impl Opening {
    /// Keeps headers up to `most` bytes.
    pub(super) fn new(handshake: &transport::Handshake, most: usize) -> Self {
        let mut headers = String::new();
        for (name, value) in &handshake.request.headers {
            // What is not text cannot be asked for as text.
            let Ok(value) = value.to_str() else { continue };
            let line = [name.as_str(), ": ", value, "\n"];
            if headers.len() + line.iter().map(|part| part.len()).sum::<usize>() <= most {
                headers.extend(line);
            }
        }
        Self {
            headers: headers.into(),
            path: handshake.request.uri.path().into(),
            query: handshake.request.uri.query().unwrap_or_default().into(),
            address: handshake.address,
            time: SystemTime::now(),
        }
    }
}

impl Handshake {
    /// For adapters: that of a socket of another server, which has told of it.
    fn of(opening: Opening, auth: Raw) -> Self {
        Self { opening: Arc::new(opening), auth }
    }

    pub(super) const fn new(opening: Arc<Opening>, auth: Raw) -> Self {
        Self { opening, auth }
    }

    /// The request's headers, names in lower case. Left out are values that are not ASCII, and headers
    /// that do not fit into [`handshake_bytes`](super::Config::handshake_bytes).
    ///
    /// ```
    /// # let told = r#"{"headers":{"user-agent":"x"},"address":"192.0.2.1","issued":0,"url":"/socket.io/?EIO=4","auth":{"token":"t"}}"#;
    /// # let handshake: parlor::socketio::Handshake = serde_json::from_str(told)?;
    /// assert_eq!(handshake.headers().next(), Some(("user-agent", "x")));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.opening.headers.lines().filter_map(|line| line.split_once(": "))
    }

    /// The first header of this name, in lower case.
    ///
    /// ```
    /// # let told = r#"{"headers":{"user-agent":"x"},"address":"192.0.2.1","issued":0,"url":"/socket.io/?EIO=4","auth":{"token":"t"}}"#;
    /// # let handshake: parlor::socketio::Handshake = serde_json::from_str(told)?;
    /// assert_eq!((handshake.header("user-agent"), handshake.header("cookie")), (Some("x"), None));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers().find(|(other, _)| *other == name).map(|(_, value)| value)
    }

    /// The request's path.
    ///
    /// ```
    /// # let told = r#"{"headers":{"user-agent":"x"},"address":"192.0.2.1","issued":0,"url":"/socket.io/?EIO=4","auth":{"token":"t"}}"#;
    /// # let handshake: parlor::socketio::Handshake = serde_json::from_str(told)?;
    /// assert_eq!(handshake.path(), "/socket.io/");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn path(&self) -> &str {
        &self.opening.path
    }

    /// The request's query, as it was written.
    ///
    /// ```
    /// # let told = r#"{"headers":{"user-agent":"x"},"address":"192.0.2.1","issued":0,"url":"/socket.io/?EIO=4","auth":{"token":"t"}}"#;
    /// # let handshake: parlor::socketio::Handshake = serde_json::from_str(told)?;
    /// assert_eq!(handshake.query(), "EIO=4");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn query(&self) -> &str {
        &self.opening.query
    }

    /// The address the client was accepted from: a proxy's, if there is one.
    ///
    /// ```
    /// # let told = r#"{"headers":{"user-agent":"x"},"address":"192.0.2.1","issued":0,"url":"/socket.io/?EIO=4","auth":{"token":"t"}}"#;
    /// # let handshake: parlor::socketio::Handshake = serde_json::from_str(told)?;
    /// assert_eq!(handshake.address().port(), 0, "no port is told between servers");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.opening.address
    }

    /// The address without its port.
    ///
    /// ```
    /// # let told = r#"{"headers":{"user-agent":"x"},"address":"192.0.2.1","issued":0,"url":"/socket.io/?EIO=4","auth":{"token":"t"}}"#;
    /// # let handshake: parlor::socketio::Handshake = serde_json::from_str(told)?;
    /// assert!(handshake.ip().is_ipv4());
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn ip(&self) -> IpAddr {
        self.opening.address.ip()
    }

    /// Where the client is: who is behind the peer, if that is one of these proxies.
    pub(crate) fn client_ip(&self, proxies: &[IpAddr]) -> IpAddr {
        let lists: Vec<_> = self.headers().filter(|(name, _)| *name == FORWARDED).map(|(_, list)| list).collect();
        behind(proxies, self.ip(), lists.into_iter())
    }

    /// When the session was opened.
    ///
    /// ```
    /// # let told = r#"{"headers":{"user-agent":"x"},"address":"192.0.2.1","issued":0,"url":"/socket.io/?EIO=4","auth":{"token":"t"}}"#;
    /// # let handshake: parlor::socketio::Handshake = serde_json::from_str(told)?;
    /// assert_eq!(handshake.time(), std::time::UNIX_EPOCH);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn time(&self) -> SystemTime {
        self.opening.time
    }

    /// What the client gave as `auth`, as a `T`. If it gave nothing, that is an empty object.
    ///
    /// # Errors
    /// It is not a `T`.
    ///
    /// ```
    /// # let told = r#"{"headers":{"user-agent":"x"},"address":"192.0.2.1","issued":0,"url":"/socket.io/?EIO=4","auth":{"token":"t"}}"#;
    /// # let handshake: parlor::socketio::Handshake = serde_json::from_str(told)?;
    /// #[derive(serde::Deserialize)]
    /// struct Auth { token: String }
    ///
    /// assert!(handshake.auth::<Auth>().is_ok_and(|auth| auth.token == "t"));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn auth<T: DeserializeOwned>(&self) -> Result<T, ArgsError> {
        if self.auth.is_absent() { Raw::Read(Value::Object(Vec::new())).parse() } else { self.auth.parse() }
    }
}
