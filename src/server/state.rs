//! What all connections of a server share: the rooms, the key, the packs, and what is counted by address.
//!
//! Serves nothing: it is handed to those that do.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

use super::keys::HostKey;
use super::limits::{Addresses, Limits, Rate};
use super::link::Viewer;
use crate::packs::library::Library;
use crate::room::Directory;
use crate::socketio::Handshake;

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
        self.behind(handshake.ip(), handshake.header("x-forwarded-for"))
    }

    /// Who is behind `peer`, if that is one of our proxies: the last address of the list that isn't. What stands
    /// before it was written by that one, and may say anything.
    pub(super) fn behind(&self, peer: IpAddr, forwarded: Option<&str>) -> IpAddr {
        behind(&self.proxies, peer, forwarded)
    }
}

fn behind(proxies: &[IpAddr], peer: IpAddr, forwarded: Option<&str>) -> IpAddr {
    let peer = peer.to_canonical();
    if !proxies.contains(&peer) {
        return peer;
    }
    let listed = forwarded.unwrap_or_default().rsplit(',').map_while(|item| item.trim().parse::<IpAddr>().ok());
    listed.map(|address| address.to_canonical()).find(|address| !proxies.contains(address)).unwrap_or(peer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(peer: &str, forwarded: Option<&str>, expect: &str) {
        let address = |text: &str| text.parse::<IpAddr>().expect("an address");
        let proxies = [address("10.0.0.1"), address("10.0.0.2")];
        assert_eq!(behind(&proxies, address(peer), forwarded), address(expect));
    }

    #[test]
    fn only_our_proxies_are_believed() {
        check("192.0.2.1", Some("198.51.100.9"), "192.0.2.1");
        check("10.0.0.1", Some("198.51.100.9"), "198.51.100.9");
        check("::ffff:10.0.0.1", Some("198.51.100.9"), "198.51.100.9");
        check("10.0.0.1", None, "10.0.0.1");
    }

    #[test]
    fn what_a_client_wrote_itself_is_not_believed() {
        check("10.0.0.1", Some("203.0.113.5, 198.51.100.9, 10.0.0.2"), "198.51.100.9");
        check("10.0.0.1", Some("203.0.113.5, nonsense"), "10.0.0.1");
        check("10.0.0.1", Some("10.0.0.2, 10.0.0.1"), "10.0.0.1");
    }
}
