//! The options of a Socket.IO server.
//!
//! Engine.IO's own are the transport's [`Config`](crate::transport::Config), which is a field here.

use parlor_proto::socket::Limits;
use serde::{Deserialize, Serialize};

use super::Recovery;
use crate::transport;

/// Options of a server, with the reference server's names and defaults where it has them.
///
/// ```
/// use parlor::socketio::Config;
///
/// let config: Config = toml::from_str("connect_timeout_ms = 10_000\nrecovery.enabled = true")?;
/// assert!(config.recovery.enabled && config.ack_timeout_ms == 5_000);
/// # Ok::<(), toml::de::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Milliseconds in which a client must join a namespace after its session has opened. It runs until the
    /// first join and is not started again.
    ///
    /// Default 45,000. Cost: a timer and a session per client that has not joined.
    /// Attack: sessions that are opened and left, each holding its place for as long as it answers pings.
    pub connect_timeout_ms: u64,
    /// Milliseconds for which an acknowledgement is waited for where no other time is named: of a client, and of other servers.
    ///
    /// Default 5,000. Cost: some 100 bytes for each event and socket that is asked. Attack: clients that never answer hold
    /// that for so long.
    pub ack_timeout_ms: u64,
    /// Bytes of a request's headers that are kept with the sockets of its session. A header that does not fit beside
    /// those before it is left out.
    ///
    /// Default 8,192. Cost: what the headers take, some 200 to 1,000 bytes, for as long as the session lasts.
    /// Attack: sessions opened with as many headers as the listener takes, and kept.
    pub handshake_bytes: usize,
    /// Namespaces that may be there because clients asked for them: see [`Io::of_dynamic`](super::Io::of_dynamic).
    ///
    /// Default 10,000. Cost: some 2 KiB each, and what the application keeps for it.
    /// Attack: a client that asks for one name after another, each of which is made.
    pub max_dynamic_namespaces: usize,
    /// Whether they stay when their last socket has left. Those made by [`Io::of`](super::Io::of) always do.
    ///
    /// Default no. Cost: they count for `max_dynamic_namespaces` until the end. Attack: as there.
    pub keep_empty_namespaces: bool,
    /// Namespaces that one client may be in at a time.
    ///
    /// Default 100. Cost: a socket, some 500 bytes, each. Attack: a client that joins everything there is.
    pub max_namespaces_per_client: usize,
    /// Connection state recovery: clients that return within some minutes get what they missed.
    pub recovery: Recovery,
    /// The bounds of what a packet may hold.
    pub limits: Limits,
    /// The options of the sessions below.
    pub transport: transport::Config,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            connect_timeout_ms: 45_000,
            ack_timeout_ms: 5_000,
            handshake_bytes: 8_192,
            max_dynamic_namespaces: 10_000,
            keep_empty_namespaces: false,
            max_namespaces_per_client: 100,
            recovery: Recovery::default(),
            limits: Limits::default(),
            transport: transport::Config::default(),
        }
    }
}
