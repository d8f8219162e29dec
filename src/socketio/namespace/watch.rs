//! Those who are told what becomes of a namespace's sockets: rooms they join and leave, their upgrade, what they show of their data.
//!
//! Changes nothing of a socket, and costs a load of a pointer where nobody is to be told.

use std::fmt;
use std::sync::Arc;

use arc_swap::ArcSwapOption;

use super::Namespace;
use crate::socketio::handlers::guarded;
use crate::socketio::{ClientDetails, Socket};

type OnRoom = Arc<dyn Fn(&Socket, &str) + Send + Sync>;
type OnSocket = Arc<dyn Fn(&Socket) + Send + Sync>;
type Describe = Arc<dyn Fn(&Socket) -> ClientDetails + Send + Sync>;

#[derive(Default)]
pub(in crate::socketio) struct Watch(ArcSwapOption<Watchers>);

#[derive(Clone, Default)]
struct Watchers {
    joined: Vec<OnRoom>,
    left: Vec<OnRoom>,
    upgraded: Vec<OnSocket>,
    shared: Vec<OnSocket>,
    describe: Option<Describe>,
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch").finish_non_exhaustive()
    }
}

impl Watch {
    pub(in crate::socketio) fn joined(&self, socket: &Socket, rooms: &[Arc<str>]) {
        self.tell(|watchers| told_of(&watchers.joined, socket, rooms));
    }

    pub(in crate::socketio) fn left(&self, socket: &Socket, rooms: &[Arc<str>]) {
        self.tell(|watchers| told_of(&watchers.left, socket, rooms));
    }

    pub(in crate::socketio) fn upgraded(&self, socket: &Socket) {
        self.tell(|watchers| watchers.upgraded.iter().for_each(|listener| guarded(|| listener(socket))));
    }

    pub(in crate::socketio) fn shared(&self, socket: &Socket) {
        self.tell(|watchers| watchers.shared.iter().for_each(|listener| guarded(|| listener(socket))));
    }

    /// Its client, if somebody describes it.
    pub(in crate::socketio) fn client_of(&self, socket: &Socket) -> Option<ClientDetails> {
        let watchers = self.0.load();
        watchers.as_deref()?.describe.as_ref().map(|describe| describe(socket))
    }

    fn tell(&self, tell: impl FnOnce(&Watchers)) {
        if let Some(watchers) = self.0.load().as_deref() {
            tell(watchers);
        }
    }

    fn add(&self, add: impl Fn(&mut Watchers)) {
        self.0.rcu(|current| {
            let mut next = current.as_deref().cloned().unwrap_or_default();
            add(&mut next);
            Some(Arc::new(next))
        });
    }
}

fn told_of(listeners: &[OnRoom], socket: &Socket, rooms: &[Arc<str>]) {
    for room in rooms {
        listeners.iter().for_each(|listener| guarded(|| listener(socket, room)));
    }
}

/// What becomes of its sockets.
impl Namespace {
    /// Calls `listener` with each room that one of its sockets joins, when it has, be it in middleware. The room of its own id is not
    /// among them. It must not wait.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").on_join(|socket, room| println!("{} is in {room}", socket.id()));
    /// ```
    pub fn on_join(&self, listener: impl Fn(&Socket, &str) + Send + Sync + 'static) {
        let listener: OnRoom = Arc::new(listener);
        self.inner.watch.add(|watchers| watchers.joined.push(Arc::clone(&listener)));
    }

    /// Calls `listener` with each room that one of its sockets leaves, when it has; with all its rooms when it leaves the namespace,
    /// after those who wait for [that](Self::on_disconnect). It must not wait.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").on_leave(|socket, room| {
    ///     if socket.namespace().to(room).sockets().is_empty() {
    ///         println!("nobody of this server is in {room} any more");
    ///     }
    /// });
    /// ```
    pub fn on_leave(&self, listener: impl Fn(&Socket, &str) + Send + Sync + 'static) {
        let listener: OnRoom = Arc::new(listener);
        self.inner.watch.add(|watchers| watchers.left.push(Arc::clone(&listener)));
    }

    /// Calls `listener` with each of its sockets whose client goes on over WebSocket, where it began with long-polling. Who comes in
    /// after that is not told of. It must not wait.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").on_upgrade(|socket| println!("{} has come over {}", socket.id(), socket.transport().as_str()));
    /// ```
    pub fn on_upgrade(&self, listener: impl Fn(&Socket) + Send + Sync + 'static) {
        let listener: OnSocket = Arc::new(listener);
        self.inner.watch.add(|watchers| watchers.upgraded.push(Arc::clone(&listener)));
    }

    /// Has other servers told what `describe` says of its sockets' clients.
    pub(in crate::socketio) fn describe(&self, describe: impl Fn(&Socket) -> ClientDetails + Send + Sync + 'static) {
        let describe: Describe = Arc::new(describe);
        self.inner.watch.add(|watchers| watchers.describe = Some(Arc::clone(&describe)));
    }

    /// Calls `listener` when a connected socket shows other data than before.
    pub(in crate::socketio) fn on_shared(&self, listener: impl Fn(&Socket) + Send + Sync + 'static) {
        let listener: OnSocket = Arc::new(listener);
        self.inner.watch.add(|watchers| watchers.shared.push(Arc::clone(&listener)));
    }
}
