//! Who is in a namespace, and in which of its rooms.
//!
//! Sends nothing. Sockets and rooms lie in shards, each behind a lock of its own that is held for a look-up
//! or a copy of a member list, never while something is sent.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use parking_lot::Mutex;

use super::{Socket, SocketId, Target};

const SHARDS: usize = 16;

/// A room's members by their serial number.
type Room = HashMap<u64, Socket>;

/// One shard's sockets, by an id.
type Sockets = Mutex<HashMap<SocketId, Socket>>;

/// The sockets and rooms of one namespace. Every socket is in the room of its own id without taking a place there.
#[derive(Debug)]
pub(super) struct Members {
    sockets: [Sockets; SHARDS],
    rooms: [Mutex<HashMap<Arc<str>, Room>>; SHARDS],
    /// By the secret of their sessions, where an adapter recovers these.
    returnable: [Sockets; SHARDS],
    hasher: RandomState,
}

impl Default for Members {
    fn default() -> Self {
        let (sockets, rooms, returnable) = Default::default();
        Self { sockets, rooms, returnable, hasher: RandomState::new() }
    }
}

impl Members {
    pub(super) fn add(&self, socket: &Socket) {
        if let Some(pid) = socket.pid_elsewhere() {
            self.shard_of(&self.returnable, &pid).lock().insert(pid, socket.clone());
        }
        self.shard_of(&self.sockets, &socket.id()).lock().insert(socket.id(), socket.clone());
    }

    /// Takes this one out, and not another of the same ids: its client may have come back.
    pub(super) fn remove(&self, socket: &Socket) {
        let forget = |shards, id| {
            let mut sockets = self.shard_of(shards, &id).lock();
            if sockets.get(&id).is_some_and(|other| other.serial() == socket.serial()) {
                sockets.remove(&id);
            }
        };
        forget(&self.sockets, socket.id());
        socket.pid_elsewhere().into_iter().for_each(|pid| forget(&self.returnable, pid));
    }

    /// The socket of this session, where an adapter recovers it.
    pub(super) fn of_session(&self, pid: &SocketId) -> Option<Socket> {
        self.shard_of(&self.returnable, pid).lock().get(pid).cloned()
    }

    pub(super) fn find(&self, id: &SocketId) -> Option<Socket> {
        self.shard_of(&self.sockets, id).lock().get(id).cloned()
    }

    pub(super) fn len(&self) -> usize {
        self.sockets.iter().map(|shard| shard.lock().len()).sum()
    }

    pub(super) fn join(&self, room: &Arc<str>, socket: &Socket) {
        self.rooms_shard(room).lock().entry(Arc::clone(room)).or_default().insert(socket.serial(), socket.clone());
    }

    /// Takes a member out. A room without members is no more.
    pub(super) fn leave(&self, room: &str, serial: u64) {
        let mut shard = self.rooms_shard(room).lock();
        if let Some(members) = shard.get_mut(room) {
            members.remove(&serial);
            if members.is_empty() {
                shard.remove(room);
            }
        }
    }

    /// All sockets.
    pub(super) fn everyone(&self) -> Vec<Socket> {
        let mut sockets = Vec::new();
        for shard in &self.sockets {
            sockets.extend(shard.lock().values().cloned());
        }
        sockets
    }

    /// Those that are meant, each once.
    pub(super) fn of(&self, target: &Target) -> Vec<Socket> {
        let mut sockets = if target.rooms().is_empty() { self.everyone() } else { self.in_rooms(target.rooms()) };
        if !target.excepted().is_empty() {
            let excepted = self.serials(target.excepted());
            sockets.retain(|socket| !excepted.contains(&socket.serial()));
        }
        sockets
    }

    fn in_rooms(&self, rooms: &[Arc<str>]) -> Vec<Socket> {
        let mut members = Vec::new();
        for room in rooms {
            self.collect(room, &mut members);
        }
        if rooms.len() > 1 {
            members.sort_unstable_by_key(Socket::serial);
            members.dedup_by_key(|socket| socket.serial());
        }
        members
    }

    /// The serial numbers of these rooms' members.
    fn serials(&self, rooms: &[Arc<str>]) -> HashSet<u64> {
        let mut serials = HashSet::new();
        for room in rooms {
            serials.extend(SocketId::parse(room).and_then(|id| self.find(&id)).map(|socket| socket.serial()));
            if let Some(members) = self.rooms_shard(room).lock().get(&**room) {
                serials.extend(members.keys());
            }
        }
        serials
    }

    fn collect(&self, room: &str, into: &mut Vec<Socket>) {
        let own = SocketId::parse(room).and_then(|id| self.find(&id));
        let owner = own.as_ref().map(Socket::serial);
        into.extend(own);
        if let Some(members) = self.rooms_shard(room).lock().get(room) {
            into.extend(members.values().filter(|socket| Some(socket.serial()) != owner).cloned());
        }
    }

    /// Nobody comes in, nor is found, until this is dropped: for tests that look at who stands before the door.
    #[cfg(test)]
    pub(super) fn hold(&self) -> impl Sized {
        self.sockets.each_ref().map(|shard| shard.lock())
    }

    fn shard_of<'a>(&self, shards: &'a [Sockets; SHARDS], id: &SocketId) -> &'a Sockets {
        // The hash's low bits choose the shard: always one of them.
        let [first, ..] = shards;
        shards.get(self.shard(id.as_str())).unwrap_or(first)
    }

    fn rooms_shard(&self, room: &str) -> &Mutex<HashMap<Arc<str>, Room>> {
        let [first, ..] = &self.rooms;
        self.rooms.get(self.shard(room)).unwrap_or(first)
    }

    fn shard(&self, name: &str) -> usize {
        usize::try_from(self.hasher.hash_one(name) % SHARDS as u64).unwrap_or_default()
    }
}
