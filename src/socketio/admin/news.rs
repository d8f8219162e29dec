//! What happens to sockets, told when it does: they come and go, join and leave rooms, get events and send them.
//!
//! Only where a server is developed, as each of these costs an encoding. Nothing is put together while nobody watches.

use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use parking_lot::Mutex;
use parlor_proto::socket::Args;

use super::Config;
use super::line::Line;
use super::told::{ToldEvent, ToldSocket, Update, moment, shown};
use crate::socketio::{ClientDetails, DisconnectReason, Io, Namespace, Socket};

pub(super) struct News {
    line: Line,
    /// Whose word counts of where a client is.
    proxies: Arc<[IpAddr]>,
    /// Makes of a session's secret id one that may be shown.
    clients: RandomState,
    event_bytes: usize,
    budget: Mutex<Budget>,
}

impl News {
    pub(super) fn new(config: &Config, proxies: Arc<[IpAddr]>, line: Line) -> Self {
        let budget = Mutex::new(Budget::new(config.events_per_second));
        Self { line, proxies, clients: RandomState::new(), event_bytes: config.event_bytes, budget }
    }

    /// Tells of a namespace's sockets; of events only where they are the application's.
    pub(super) fn follow(self: &Arc<Self>, namespace: &Namespace, is_admin: bool) {
        let news = || Arc::clone(self);
        let own = news();
        namespace.describe(move |socket| own.client(socket));
        let own = news();
        namespace.on_connect_first(move |socket| own.came(socket));
        let own = news();
        namespace.on_disconnect(move |socket, reason| own.went(socket, reason));
        let own = news();
        namespace.on_join(move |socket, room| own.room("room_joined", socket, room));
        let own = news();
        namespace.on_leave(move |socket, room| own.room("room_left", socket, room));
        let own = news();
        namespace.on_upgrade(move |socket| own.upgraded(socket));
        let own = news();
        namespace.on_shared(move |socket| own.shared(socket));
        if is_admin {
            return;
        }
        let own = news();
        namespace.on_event_first(move |socket, event| own.event("event_received", socket, &event.name, &event.args));
        let own = news();
        namespace.on_any_outgoing(move |socket, name, args| own.event("event_sent", socket, name, args));
    }

    /// All sockets of all servers, or as many as are listed.
    pub(super) async fn everyone(&self, io: &Io, listed: usize) -> Vec<ToldSocket> {
        let mut all = Vec::new();
        for namespace in io.namespaces() {
            let left = listed.saturating_sub(all.len());
            match namespace.fetch_sockets().await {
                Ok(sockets) => {
                    all.extend(sockets.iter().take(left).map(|socket| match namespace.socket(&socket.id()) {
                        Some(socket) => self.described(&socket),
                        None => ToldSocket::elsewhere(socket, namespace.name(), &self.proxies),
                    }))
                }
                Err(error) => {
                    tracing::warn!(%error, namespace = namespace.name(), "admins are shown the sockets of this server alone");
                    all.extend(namespace.sockets().iter().take(left).map(|socket| self.described(socket)));
                }
            }
        }
        all
    }

    fn described(&self, socket: &Socket) -> ToldSocket {
        ToldSocket::here(socket, self.client(socket), &self.proxies)
    }

    fn client(&self, socket: &Socket) -> ClientDetails {
        let client = self.clients.hash_one(socket.session().sid());
        ClientDetails { id: format!("{client:016x}").into(), transport: socket.transport().as_str().into() }
    }

    fn came(&self, socket: &Socket) {
        if !self.line.is_heard() {
            return;
        }
        // The room of its own id, as the reference server; and those it comes back to.
        for room in socket.rooms().iter().take(if socket.recovered() { usize::MAX } else { 1 }) {
            self.room("room_joined", socket, room);
        }
        self.line.say("socket_connected", (self.described(socket), now()));
    }

    fn went(&self, socket: &Socket, reason: DisconnectReason) {
        if self.line.is_heard() {
            let (nsp, id) = names(socket);
            self.line.say("socket_disconnected", (nsp, id.as_str(), reason.as_str(), now()));
            self.room("room_left", socket, id.as_str());
        }
    }

    fn room(&self, what: &str, socket: &Socket, room: &str) {
        if self.line.is_heard() {
            let (nsp, id) = names(socket);
            self.line.say(what, (nsp, room, id.as_str(), now()));
        }
    }

    fn upgraded(&self, socket: &Socket) {
        self.update(socket, |update| update.transport = Some(socket.transport().as_str()));
    }

    fn shared(&self, socket: &Socket) {
        self.update(socket, |update| update.data = Some(shown(socket)));
    }

    fn update(&self, socket: &Socket, what: impl FnOnce(&mut Update<'_>)) {
        if self.line.is_heard() {
            let (nsp, id) = names(socket);
            let mut update = Update { id: id.as_str(), nsp, transport: None, data: None };
            what(&mut update);
            self.line.say("socket_updated", (update,));
        }
    }

    fn event(&self, what: &str, socket: &Socket, name: &str, args: &Args) {
        if self.line.is_heard() && self.budget.lock().take(Instant::now()) {
            let (nsp, id) = names(socket);
            let event = ToldEvent::new(name, args, self.event_bytes);
            self.line.mention(what, (nsp, id.as_str(), event, now()));
        }
    }
}

fn names(socket: &Socket) -> (&str, crate::socketio::SocketId) {
    (socket.namespace().name(), socket.id())
}

fn now() -> String {
    moment(SystemTime::now())
}

/// How much may be said of events.
#[derive(Debug)]
struct Budget {
    per_second: u32,
    /// The second that is running, and how much it has had.
    since: Instant,
    said: u32,
}

impl Budget {
    fn new(per_second: u32) -> Self {
        Self { per_second, since: Instant::now(), said: 0 }
    }

    fn take(&mut self, now: Instant) -> bool {
        if now.saturating_duration_since(self.since) >= Duration::from_secs(1) {
            (self.since, self.said) = (now, 0);
        }
        let may = self.said < self.per_second;
        self.said += u32::from(may);
        may
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_has_its_share() {
        let mut budget = Budget::new(2);
        let start = budget.since;
        assert_eq!([(); 3].map(|()| budget.take(start)), [true, true, false]);
        assert!(!budget.take(start + Duration::from_millis(999)));
        assert!(budget.take(start + Duration::from_secs(1)));
    }
}
