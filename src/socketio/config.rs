//! The options of a Socket.IO server.
//!
//! Engine.IO's own are the transport's [`Config`](crate::transport::Config), which is a field here.

use parlor_proto::socket::Limits;
use serde::{Deserialize, Serialize};

use crate::transport;

/// Options of a server, with the reference server's names and defaults where it has them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Milliseconds in which a client must join a namespace after its session has opened. It runs until the
    /// first join and is not started again.
    ///
    /// Default 45,000. Cost: a timer and a session per client that has not joined.
    /// Attack: sessions that are opened and left, each holding its place for as long as it answers pings.
    pub connect_timeout_ms: u64,
    /// Bytes of a request's headers that are kept with the sockets of its session. A header that does not fit beside
    /// those before it is left out.
    ///
    /// Default 8,192. Cost: what the headers take, some 200 to 1,000 bytes, for as long as the session lasts.
    /// Attack: sessions opened with as many headers as the listener takes, and kept.
    pub handshake_bytes: usize,
    /// The bounds of what a packet may hold.
    pub limits: Limits,
    /// The options of the sessions below.
    pub transport: transport::Config,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            connect_timeout_ms: 45_000,
            handshake_bytes: 8_192,
            limits: Limits::default(),
            transport: transport::Config::default(),
        }
    }
}
