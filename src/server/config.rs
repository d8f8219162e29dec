//! What a server is started with: its own settings and those of the floors below, in one tree.
//!
//! Reads no file and no environment (`layers` puts those over the defaults), and binds nothing.

use std::net::IpAddr;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::limits::Limits;
use crate::room;
use crate::socketio::{self, admin};
use crate::transport::listener;

/// Everything that can be configured. Each bound's documentation says its default, its cost, and what it is against.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Where to listen. Default `0.0.0.0:3000`; port 0 lets the system choose.
    pub addr: String,
    /// The folder of the packs, read once, at the start; the sample packs are there besides. Default: `packs`, if it is there.
    pub packs: Option<PathBuf>,
    /// Where the server keeps what outlives it: the host key, if it was not given. Default: nothing is kept.
    pub data: Option<PathBuf>,
    /// The key that makes a host. Default: a random one, printed at the start.
    pub host_key: Option<String>,
    /// The folder to record rooms into, one file of JSON lines each. Default: nothing is recorded.
    pub record: Option<PathBuf>,
    /// What to log, as `tracing` directives. Default `info`.
    pub log: String,
    /// Addresses of proxies whose `X-Forwarded-For` is believed. Default: none, as anybody could write one, and so
    /// escape what is counted by address.
    pub proxies: Vec<IpAddr>,
    /// Whether `/metrics` is served, for Prometheus. Default: not, as it tells whoever can reach the port how busy the server
    /// is, and what with. Cost: some milliseconds of one core a scrape, for thousands of sessions; one is made at a time.
    pub metrics: bool,
    /// The bearer token that a scrape must show. Default: none is asked for, so `/metrics` must be kept in by a firewall or a
    /// proxy. Wrong ones are counted like wrong host keys.
    pub metrics_token: Option<String>,
    /// How long a server that was told to stop waits for what it has said to go out, in milliseconds. Default 5,000. Cost: none. Without
    /// it one client that reads nothing keeps the process alive.
    pub drain_ms: u64,
    /// Bounds of one address and one socket.
    pub limits: Limits,
    /// Bounds of rooms and seats.
    pub room: room::Config,
    /// Bounds of open sockets and requests' heads.
    pub listener: listener::Config,
    /// Socket.IO's options, and Engine.IO's.
    pub socketio: socketio::Config,
    /// The admin namespace, which is there if it has a `password_hash` or is `open`. Default: it is not.
    pub admin: admin::Config,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            addr: "0.0.0.0:3000".into(),
            packs: None,
            data: None,
            host_key: None,
            record: None,
            log: "info".into(),
            proxies: Vec::new(),
            metrics: false,
            metrics_token: None,
            drain_ms: 5_000,
            limits: Limits::default(),
            room: room::Config::default(),
            listener: listener::Config::default(),
            socketio: socketio::Config::default(),
            admin: admin::Config::default(),
        }
    }
}

impl Config {
    /// As a TOML file that says the same, with the secrets left out.
    #[must_use]
    pub fn to_toml(&self) -> String {
        let admin = admin::Config { password_hash: None, ..self.admin.clone() };
        let shown = Self { host_key: None, metrics_token: None, admin, ..self.clone() };
        // Every key is a string and every value is TOML's; a failure would be a field of a type that isn't, which the tests find.
        toml::to_string(&shown).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_reads_back_as_the_same() {
        let config = Config { addr: "127.0.0.1:0".into(), packs: Some("p".into()), ..Config::default() };
        let read: Config = toml::from_str(&config.to_toml()).expect("it is TOML");
        assert_eq!(read, config);
    }

    #[test]
    fn secrets_are_not_printed() {
        let secret = Some("sesame".into());
        let admin = admin::Config { password_hash: secret.clone(), ..admin::Config::default() };
        let config = Config { host_key: secret.clone(), metrics_token: secret, admin, ..Config::default() };
        assert!(!config.to_toml().contains("sesame"));
    }
}
