//! What all connections of a server share: the rooms, the key, the packs, and what is counted by address.
//!
//! Serves nothing: it is handed to those that do.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

use http::HeaderMap;

use super::keys::HostKey;
use super::limits::{Addresses, Limits, Rate};
use super::link::Viewer;
use crate::packs::library::Library;
use crate::room::Directory;
use crate::socketio::Handshake;
use crate::transport::forwarded::behind_request;

/// A server's state, without its sockets.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) directory: Directory<Viewer>,
    pub(super) addresses: Addresses,
    pub(super) key: HostKey,
    pub(super) packs: Arc<Library>,
    pub(super) limits: Limits,
    pub(super) proxies: Vec<IpAddr>,
}

impl Shared {
    /// This moment on the rooms' clock.
    pub(super) fn now(&self) -> Instant {
        self.directory.clock().now()
    }

    /// How many events a socket may send.
    pub(super) fn event_rate(&self) -> Rate {
        Rate { per_second: self.limits.events_per_second, burst: self.limits.events_burst }
    }

    /// Where a session's person is.
    pub(super) fn address_of(&self, handshake: &Handshake) -> IpAddr {
        handshake.client_ip(&self.proxies)
    }

    /// Who is behind `peer`, which sent a request with these headers.
    pub(super) fn behind(&self, peer: IpAddr, request: &HeaderMap) -> IpAddr {
        behind_request(&self.proxies, peer, request)
    }
}
