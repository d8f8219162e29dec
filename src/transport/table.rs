//! The sessions there are, and how many one address has.
//!
//! Takes no global lock: sids are spread over shards, and so are addresses.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use parking_lot::{Mutex, RwLock};
use parlor_proto::engine::Sid;
use tokio::sync::Notify;

use super::Session;
use super::config::Config;
use super::counters::Counters;

const SHARDS: usize = 64;

/// What all sessions of an engine share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) config: Config,
    pub(super) counters: Counters,
    pub(super) table: Table,
    pub(super) places: Arc<Places>,
    /// WebSockets that have a task, those that say goodbye included.
    connections: AtomicUsize,
    idle: Notify,
}

impl Shared {
    pub(super) fn new(config: Config) -> Self {
        let places = Places::new(config.max_sessions, config.max_sessions_per_address);
        Self {
            config,
            counters: Counters::default(),
            table: Table::default(),
            places: Arc::new(places),
            connections: AtomicUsize::new(0),
            idle: Notify::new(),
        }
    }

    pub(super) fn remove(&self, sid: &Sid) {
        self.table.remove(sid);
        self.idle.notify_waiters();
    }

    /// Waits until there is neither a session nor a WebSocket.
    pub(super) async fn idle(&self) {
        loop {
            let changed = self.idle.notified();
            if self.connections.load(Ordering::SeqCst) == 0 && self.table.len() == 0 {
                return;
            }
            changed.await;
        }
    }
}

/// A WebSocket that is counted for as long as this lives.
#[derive(Debug)]
pub(super) struct Counted(Arc<Shared>);

impl Counted {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        shared.connections.fetch_add(1, Ordering::SeqCst);
        Self(shared)
    }
}

impl Counted {
    pub(super) fn counters(&self) -> &Counters {
        &self.0.counters
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.connections.fetch_sub(1, Ordering::SeqCst);
        self.0.idle.notify_waiters();
    }
}

/// Sid to session.
#[derive(Debug)]
pub(super) struct Table {
    shards: [RwLock<HashMap<Sid, Arc<Session>>>; SHARDS],
}

impl Default for Table {
    fn default() -> Self {
        Self { shards: std::array::from_fn(|_| RwLock::default()) }
    }
}

impl Table {
    pub(super) fn find(&self, sid: &Sid) -> Option<Arc<Session>> {
        self.shard(sid).read().get(sid).cloned()
    }

    pub(super) fn insert(&self, session: Arc<Session>) {
        self.shard(session.sid()).write().insert(*session.sid(), session);
    }

    pub(super) fn remove(&self, sid: &Sid) {
        let removed = self.shard(sid).write().remove(sid);
        // Dropped here, not under the shard's lock.
        drop(removed);
    }

    pub(super) fn all(&self) -> Vec<Arc<Session>> {
        self.shards.iter().flat_map(|shard| shard.read().values().cloned().collect::<Vec<_>>()).collect()
    }

    pub(super) fn len(&self) -> usize {
        self.shards.iter().map(|shard| shard.read().len()).sum()
    }

    fn shard(&self, sid: &Sid) -> &RwLock<HashMap<Sid, Arc<Session>>> {
        &self.shards[usize::from(sid.shard()) % SHARDS]
    }
}

/// Why there is no place for another session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Crowded {
    /// The server is going away.
    Closing,
    /// `max_sessions`.
    Server,
    /// `max_sessions_per_address`.
    Address,
}

/// Counts sessions, in all and for each address.
#[derive(Debug)]
pub(super) struct Places {
    max: usize,
    max_per_address: usize,
    taken: AtomicUsize,
    hasher: RandomState,
    addresses: [Mutex<HashMap<IpAddr, usize>>; SHARDS],
}

/// One session's place; dropping it frees it.
#[derive(Debug)]
pub(super) struct Place {
    places: Arc<Places>,
    address: IpAddr,
}

impl Places {
    pub(super) fn new(max: usize, max_per_address: usize) -> Self {
        Self {
            max,
            max_per_address,
            taken: AtomicUsize::new(0),
            hasher: RandomState::new(),
            addresses: std::array::from_fn(|_| Mutex::default()),
        }
    }

    /// A place for a session from this address.
    pub(super) fn take(self: &Arc<Self>, address: IpAddr) -> Result<Place, Crowded> {
        let address = network(address);
        let taken = |taken| (taken < self.max).then_some(taken + 1);
        self.taken.fetch_update(Ordering::Relaxed, Ordering::Relaxed, taken).map_err(|_| Crowded::Server)?;
        {
            let mut addresses = self.shard(address).lock();
            let count = addresses.entry(address).or_default();
            if *count < self.max_per_address {
                *count += 1;
                return Ok(Place { places: self.clone(), address });
            }
        }
        self.taken.fetch_sub(1, Ordering::Relaxed);
        Err(Crowded::Address)
    }

    fn shard(&self, address: IpAddr) -> &Mutex<HashMap<IpAddr, usize>> {
        #[expect(clippy::cast_possible_truncation, reason = "any of the hash's bits will do")]
        let hash = self.hasher.hash_one(address) as usize;
        &self.addresses[hash % SHARDS]
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.places.taken.fetch_sub(1, Ordering::Relaxed);
        let mut addresses = self.places.shard(self.address).lock();
        if let Some(count) = addresses.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                addresses.remove(&self.address);
            }
        }
    }
}

/// Whoever has one IPv6 address has its /64.
pub(crate) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(v4) => v4.into(),
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn places_are_bounded_in_all_and_by_address_and_come_back() {
        let places = Arc::new(Places::new(3, 2));
        let a = places.take(address("10.0.0.1")).expect("a first");
        let _b = places.take(address("::ffff:10.0.0.1")).expect("a second, the same in IPv6's clothes");
        assert_eq!(places.take(address("10.0.0.1")).expect_err("full"), Crowded::Address);
        let _c = places.take(address("10.0.0.2")).expect("another's first");
        assert_eq!(places.take(address("10.0.0.3")).expect_err("full"), Crowded::Server);
        drop(a);
        places.take(address("10.0.0.1")).expect("the place that came back");
    }

    #[test]
    fn ipv6_is_counted_by_its_64() {
        let places = Arc::new(Places::new(9, 1));
        let _a = places.take(address("2001:db8::1")).expect("a first");
        assert_eq!(places.take(address("2001:db8::2")).expect_err("its neighbour"), Crowded::Address);
        places.take(address("2001:db8:0:1::1")).expect("another network");
    }

    #[test]
    fn a_freed_address_is_forgotten() {
        let places = Arc::new(Places::new(9, 9));
        drop(places.take(address("10.0.0.1")).expect("a place"));
        assert!(places.addresses.iter().all(|shard| shard.lock().is_empty()));
    }
}
