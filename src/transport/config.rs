//! What can be set about the transports: the reference server's options under its names, and the bounds it lacks.
//!
//! Reads no files: whoever loads the configuration deserializes this.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use http::request::Parts;
use parlor_proto::engine::{Timing, Transport};
use serde::{Deserialize, Serialize};

use super::Bounds;
use super::cors::Cors;

/// Engine.IO's options. Unknown names are refused.
///
/// ```
/// use parlor::transport::Config;
///
/// let config = Config { ping_interval_ms: 10_000, ..Config::default() };
/// assert_eq!(config, toml::from_str("ping_interval_ms = 10_000")?);
/// assert!(toml::from_str::<Config>("pingInterval = 10_000").is_err());
/// # Ok::<(), toml::de::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Where the sessions are served; slashes around it make no difference. Default `/socket.io/`.
    pub path: String,
    /// The transports a client may use. Default polling and WebSocket. Whoever lists WebTransport serves it, too (`webtransport`): clients
    /// are told that there is one.
    pub transports: Vec<Transport>,
    /// Whether a polling session may go on over WebSocket. Default `true`.
    pub allow_upgrades: bool,

    /// From a pong (or the open) to the next ping, in milliseconds. Default 25,000.
    ///
    /// Cost: a ping and a pong a session each interval. Attack: a half-open connection holds its session for the
    /// interval plus `ping_timeout_ms`.
    pub ping_interval_ms: u32,
    /// From a ping to its pong, in milliseconds. Default 20,000.
    ///
    /// Cost: none. Attack: see `ping_interval_ms`. Too short drops phones that wake up slowly.
    pub ping_timeout_ms: u32,
    /// From an upgrading WebSocket's opening to its `5`, and from any WebSocket's 101 to its stream, in milliseconds.
    /// Default 10,000.
    ///
    /// Cost: none. Attack: a WebSocket that is opened and then silent holds a socket for this long.
    pub upgrade_timeout_ms: u32,
    /// Bytes of a polling body, of a WebSocket message, and of a poll's reply. Default 1,000,000.
    ///
    /// Cost: none until used, and given back. Attack: each socket can make the server hold this many bytes, by leaving a message
    /// unfinished.
    pub max_http_buffer_size: usize,
    /// How long a polling session that the server closed waits for the GET that takes its `1`, in milliseconds.
    /// Default 30,000.
    ///
    /// Cost: the session's queue is kept. Attack: none that `max_sessions` does not bound.
    pub pending_close_ms: u32,

    /// Whether polls' replies are compressed, with the coding of `Accept-Encoding` that the client likes best: gzip, deflate or
    /// Brotli. Default `true`, as in the reference server.
    ///
    /// Cost: a core's time, some 10 ms for the longest reply, and some 300 KiB while it is made. Attack: clients that have much
    /// sent to them by polling; and where secrets are sent together with what an attacker may choose, the reply's length tells of them.
    pub http_compression: bool,
    /// Bytes of a reply from which on that is done. Default 1,024.
    ///
    /// Cost: as above. Attack: as above.
    pub http_compression_threshold: u16,

    /// The cookie a polling handshake sets, for proxies that route by it. Default none.
    pub cookie: Option<Cookie>,
    /// Who else's pages may read the replies. Default nobody's.
    pub cors: Option<Cors>,
    /// Asked before a session opens. Default: all may. Not read from files.
    #[serde(skip)]
    pub allow_request: AllowRequest,

    /// Reliable frames that wait in one session's outbox. Default 1,024. One more closes the session, `transport close`.
    ///
    /// Cost: 48 bytes each while they wait; what they point to is often shared. Attack: a client that stops reading.
    pub outbox_frames: usize,
    /// Bytes that wait in one session's outbox. Default 4,194,304. One packet alone may be larger; else as above.
    ///
    /// Cost: as much memory, unless shared. Attack: a client that stops reading.
    pub outbox_bytes: usize,
    /// What becomes of a volatile packet that cannot be written at once. Default `at_once`: it is dropped, as by the reference
    /// server.
    ///
    /// Cost: what waits counts for the two bounds above, and makes room for what must arrive. Attack: a client that stops reading
    /// has as much kept for it as they allow.
    pub volatile: Volatile,
    /// Sessions in all. Default 100,000. More are refused with 503.
    ///
    /// Cost: about 4 KiB a session. Attack: opening sessions until memory is gone.
    pub max_sessions: usize,
    /// Sessions from one address. Default 10,000: a school is one address. More are refused with 429.
    ///
    /// Cost: one counter an address. Attack: one machine takes all sessions.
    pub max_sessions_per_address: usize,
    /// Addresses of proxies whose `X-Forwarded-For` is believed, so that sessions count for the client and not for the proxy. Default
    /// none. Not read from files: `parlor serve` has `proxies` for this and all else that it counts by address.
    ///
    /// Cost: a comparison with each, for each session. Attack: whoever can reach the port from such an address, past the proxy, says
    /// with each session that it comes from elsewhere, and is not counted at all.
    #[serde(skip)]
    pub proxies: Vec<IpAddr>,
    /// From a POST's head to the end of its body, in milliseconds. Default 10,000. Later closes the session.
    ///
    /// Cost: a timer each POST. Attack: bodies sent a byte at a time.
    pub body_timeout_ms: u32,
    /// How long a closing WebSocket may take to flush and to answer the close frame, in milliseconds. Default 5,000.
    ///
    /// Cost: none. Attack: clients that never answer hold a socket for this long.
    pub close_timeout_ms: u32,
    /// A WebSocket's read buffer, in bytes. Default 512. A longer message gets memory for its own length.
    ///
    /// Cost: as much for each connected WebSocket, idle or not. Attack: none. Small ones cost more reads.
    pub websocket_read_buffer: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            path: "/socket.io/".to_owned(),
            transports: vec![Transport::Polling, Transport::Websocket],
            allow_upgrades: true,
            ping_interval_ms: 25_000,
            ping_timeout_ms: 20_000,
            upgrade_timeout_ms: 10_000,
            max_http_buffer_size: 1_000_000,
            pending_close_ms: 30_000,
            http_compression: true,
            http_compression_threshold: 1_024,
            cookie: None,
            cors: None,
            allow_request: AllowRequest::default(),
            outbox_frames: 1_024,
            outbox_bytes: 4 << 20,
            volatile: Volatile::AtOnce,
            max_sessions: 100_000,
            max_sessions_per_address: 10_000,
            proxies: Vec::new(),
            body_timeout_ms: 10_000,
            close_timeout_ms: 5_000,
            websocket_read_buffer: 512,
        }
    }
}

impl Config {
    pub(super) const fn timing(&self) -> Timing {
        Timing {
            ping_interval_ms: self.ping_interval_ms,
            ping_timeout_ms: self.ping_timeout_ms,
            upgrade_timeout_ms: self.upgrade_timeout_ms,
            pending_close_ms: self.pending_close_ms,
            close_timeout_ms: self.close_timeout_ms,
        }
    }

    /// From when something is sent to when its client has answered a later ping, or is given up.
    pub(crate) fn heartbeat(&self) -> Duration {
        Duration::from_millis(u64::from(self.ping_interval_ms) + 2 * u64::from(self.ping_timeout_ms))
    }

    /// What may wait for one session.
    pub(crate) const fn outbox(&self) -> Bounds {
        Bounds { frames: self.outbox_frames, bytes: self.outbox_bytes }
    }

    /// What a session on this transport may be upgraded to.
    pub(super) fn upgrades(&self, transport: Transport) -> &'static [Transport] {
        if transport != Transport::Polling || !self.allow_upgrades {
            return &[];
        }
        let has = |transport| self.transports.contains(&transport);
        match (has(Transport::Websocket), has(Transport::Webtransport)) {
            (true, true) => &[Transport::Websocket, Transport::Webtransport],
            (true, false) => &[Transport::Websocket],
            (false, true) => &[Transport::Webtransport],
            (false, false) => &[],
        }
    }
}

/// What becomes of a volatile packet that cannot be written at once, as other packets wait or the socket takes nothing.
///
/// Nothing else is ever dropped: a reliable packet for which there is no room, even if all volatile ones make room for it, closes
/// the session with [`CloseReason::TransportClose`](parlor_proto::engine::CloseReason::TransportClose).
///
/// ```
/// use parlor::transport::{Config, Volatile};
///
/// let config: Config = toml::from_str(r#"volatile = "newest""#)?;
/// assert_eq!(config.volatile, Volatile::Newest);
/// # Ok::<(), toml::de::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Volatile {
    /// It is dropped.
    #[default]
    AtOnce,
    /// It waits like others; it is dropped when the outbox is full.
    Wait,
    /// It waits like others; when the outbox is full, the oldest volatile one that waits is dropped for it.
    Newest,
}

/// The cookie of a polling handshake; its value is the sid.
///
/// ```
/// use parlor::transport::{Config, Cookie};
///
/// let cookie = Cookie { name: "node".into(), secure: true, ..Cookie::default() };
/// let config = Config { cookie: Some(cookie), ..Config::default() };
/// # drop(config);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Cookie {
    /// Default `io`.
    pub name: String,
    /// Default `/`.
    pub path: String,
    /// Whether scripts can't read it. Default `true`.
    pub http_only: bool,
    /// `strict`, `lax` or `none`. Default `lax`.
    pub same_site: SameSite,
    /// Only over HTTPS. Default `false`.
    pub secure: bool,
    /// Seconds that it is kept; by default until the browser closes.
    pub max_age_s: Option<u64>,
    /// The domain it is sent to; by default only the host that set it.
    pub domain: Option<String>,
}

impl Default for Cookie {
    fn default() -> Self {
        Self {
            name: "io".to_owned(),
            path: "/".to_owned(),
            http_only: true,
            same_site: SameSite::Lax,
            secure: false,
            max_age_s: None,
            domain: None,
        }
    }
}

impl Cookie {
    /// The `Set-Cookie` header's value.
    pub(super) fn encode(&self, value: &str) -> String {
        let mut text = format!("{}={value}", self.name);
        if let Some(seconds) = self.max_age_s {
            text.push_str(&format!("; Max-Age={seconds}"));
        }
        if let Some(domain) = &self.domain {
            text.push_str(&format!("; Domain={domain}"));
        }
        text.push_str(&format!("; Path={}", self.path));
        if self.http_only {
            text.push_str("; HttpOnly");
        }
        if self.secure {
            text.push_str("; Secure");
        }
        text.push_str(self.same_site.attribute());
        text
    }
}

/// A cookie's `SameSite`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SameSite {
    /// Never from another site.
    Strict,
    /// From another site only by following a link.
    Lax,
    /// Always.
    None,
}

impl SameSite {
    const fn attribute(self) -> &'static str {
        match self {
            Self::Strict => "; SameSite=Strict",
            Self::Lax => "; SameSite=Lax",
            Self::None => "; SameSite=None",
        }
    }
}

type Hook = dyn Fn(&Parts, SocketAddr) -> Result<(), String> + Send + Sync;

/// Decides whether a request may open a session; its refusal's words are the reply's `message` (code 4, 403).
///
/// It is called on the runtime's threads and must not wait.
///
/// ```
/// use parlor::transport::{AllowRequest, Config};
///
/// // A browser says where a page is from, whatever CORS headers say: others' pages open no session.
/// let allow_request = AllowRequest::new(|request, _address| {
///     let origin = request.headers.get("origin").map(|origin| origin.as_bytes());
///     match origin {
///         None | Some(b"https://chat.example") => Ok(()),
///         Some(_) => Err("This page may not connect.".into()),
///     }
/// });
/// let config = Config { allow_request, ..Config::default() };
/// # drop(config);
/// ```
#[derive(Clone, Default)]
pub struct AllowRequest(Option<Arc<Hook>>);

impl AllowRequest {
    /// Asks this function; an empty refusal says `Forbidden`.
    pub fn new(hook: impl Fn(&Parts, SocketAddr) -> Result<(), String> + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(hook)))
    }

    pub(super) fn ask(&self, request: &Parts, address: SocketAddr) -> Result<(), String> {
        self.0.as_ref().map_or(Ok(()), |hook| hook(request, address))
    }
}

/// The same hook, not one that decides the same.
impl PartialEq for AllowRequest {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (None, None) => true,
            (Some(own), Some(other)) => Arc::ptr_eq(own, other),
            (None, Some(_)) | (Some(_), None) => false,
        }
    }
}

impl fmt::Debug for AllowRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "AllowRequest(a hook)" } else { "AllowRequest(all)" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_the_reference_server_s() {
        let config: Config = toml::from_str("").expect("nothing is required");
        assert_eq!(
            (config.ping_interval_ms, config.ping_timeout_ms, config.upgrade_timeout_ms),
            (25_000, 20_000, 10_000)
        );
        assert_eq!((config.max_http_buffer_size, config.pending_close_ms), (1_000_000, 30_000));
        assert_eq!(config.transports, [Transport::Polling, Transport::Websocket]);
        assert!(config.allow_upgrades && config.cookie.is_none() && config.cors.is_none());
    }

    #[test]
    fn an_unknown_option_is_refused() {
        let error = toml::from_str::<Config>("pingInterval = 1").expect_err("a wrong name");
        assert!(error.to_string().contains("pingInterval"));
    }

    #[test]
    fn a_cookie_has_the_reference_s_defaults() {
        assert_eq!(Cookie::default().encode("x"), "io=x; Path=/; HttpOnly; SameSite=Lax");
        let cookie: Cookie = toml::from_str("name='a'\nsecure=true\nsame_site='none'\nmax_age_s=5").expect("all known");
        assert_eq!(cookie.encode("x"), "a=x; Max-Age=5; Path=/; HttpOnly; Secure; SameSite=None");
    }

    #[test]
    fn p17_only_polling_has_an_upgrade_and_only_where_allowed() {
        let mut config = Config::default();
        assert_eq!(config.upgrades(Transport::Polling), [Transport::Websocket]);
        assert!(config.upgrades(Transport::Websocket).is_empty());
        config.allow_upgrades = false;
        assert!(config.upgrades(Transport::Polling).is_empty());
    }
}
