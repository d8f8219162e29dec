//! A namespace: its sockets, its middleware, and what it does with each socket that connects.
//!
//! Knows no sessions: clients bring it their sockets.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use arc_swap::ArcSwap;
use parlor_proto::socket::{Args, Arguments};

use super::adapter::Adapter;
use super::dynamic::Dynamic;
use super::handlers::{ListenerSet, OnEvent, OnOutgoing, OnReason, OnRefused, WrapEvent};
use super::recovery::Past;
use super::rooms::Rooms;
use super::{Answers, Broadcast, ConnectError, DisconnectReason, EmitError, Event, EventError, Socket, SocketId};

/// A namespace of a server. Clones are the same namespace.
#[derive(Clone, Debug)]
pub struct Namespace {
    inner: Arc<Inner>,
}

/// Whether they are the same one.
impl PartialEq for Namespace {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.inner, &other.inner)
    }
}

impl Eq for Namespace {}

#[derive(Debug)]
struct Inner {
    name: Box<str>,
    adapter: Adapter,
    entrance: ArcSwap<Entrance>,
    listeners: ListenerSet,
    serial: AtomicU64,
    /// Ids of events whose acknowledgement is asked for: one for all receivers of a broadcast, as in the reference
    /// server. They start at 0; at a billion a second they last for centuries.
    acks: AtomicU64,
    /// Where connections can be recovered.
    past: Option<Past>,
    /// Made for the clients that asked for it, not by name.
    dynamic: Option<Dynamic>,
}

type Wrap = Arc<dyn Fn(&Socket) -> Result<(), ConnectError> + Send + Sync>;
type OnConnect = Arc<dyn Fn(&Socket) + Send + Sync>;

/// What a socket goes through on its way in.
#[derive(Clone, Default)]
struct Entrance {
    wraps: Vec<Wrap>,
    connects: Vec<OnConnect>,
}

impl std::fmt::Debug for Entrance {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Entrance").field("wraps", &self.wraps.len()).field("connects", &self.connects.len()).finish()
    }
}

/// Who comes in, and what is heard from them.
impl Namespace {
    /// Its name: `/`, or longer.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.inner.name
    }

    /// Middleware: looks at each client that wants to join, in the order they were added, and may refuse it.
    ///
    /// The socket is not connected: it can join rooms and keep data, but nothing can be emitted to it.
    ///
    /// ```no_run
    /// use parlor::socketio::{ConnectError, Io};
    ///
    /// #[derive(serde::Deserialize)]
    /// struct Auth { token: String }
    ///
    /// let io = Io::new(Default::default());
    /// io.of("/admin").wrap(|socket| match socket.handshake().auth::<Auth>() {
    ///     Ok(auth) if auth.token == "secret" => Ok(()),
    ///     _ => Err(ConnectError::new("not authorized")),
    /// });
    /// ```
    pub fn wrap(&self, wrap: impl Fn(&Socket) -> Result<(), ConnectError> + Send + Sync + 'static) {
        let wrap: Wrap = Arc::new(wrap);
        self.change(|entrance| entrance.wraps.push(Arc::clone(&wrap)));
    }

    /// Calls `listener` with each socket that has connected, before any of its events.
    pub fn on_connect(&self, listener: impl Fn(&Socket) + Send + Sync + 'static) {
        let listener: OnConnect = Arc::new(listener);
        self.change(|entrance| entrance.connects.push(Arc::clone(&listener)));
    }

    /// Middleware for events: looks at each that comes from any of its sockets, before the socket's own middleware; see
    /// [`Socket::wrap`].
    pub fn wrap_events(&self, wrap: impl Fn(&Socket, &mut Event) -> Result<(), EventError> + Send + Sync + 'static) {
        let wrap: WrapEvent = Arc::new(wrap);
        self.inner.listeners.add(|listeners| listeners.wraps.push(Arc::clone(&wrap)));
    }

    /// Calls `listener` with each event that middleware has refused.
    pub fn on_refused(&self, listener: impl Fn(&Socket, &Event, &EventError) + Send + Sync + 'static) {
        let listener: OnRefused = Arc::new(listener);
        self.inner.listeners.add(|listeners| listeners.refused.push(Arc::clone(&listener)));
    }

    /// Calls `listener` with each event of this name, from every socket, after the socket's own listeners.
    pub fn on(&self, name: &str, listener: impl Fn(&Socket, &Event) + Send + Sync + 'static) {
        let name: Arc<str> = name.into();
        let listener: OnEvent = Arc::new(listener);
        self.inner.listeners.add(|listeners| listeners.events.push((Arc::clone(&name), Arc::clone(&listener))));
    }

    /// Calls `listener` with each event from every socket, whatever its name.
    pub fn on_any(&self, listener: impl Fn(&Socket, &Event) + Send + Sync + 'static) {
        let listener: OnEvent = Arc::new(listener);
        self.inner.listeners.add(|listeners| listeners.any.push(Arc::clone(&listener)));
    }

    /// Calls `listener` with each event that is emitted to one of its sockets. Those delivered encoded are not seen.
    pub fn on_any_outgoing(&self, listener: impl Fn(&Socket, &str, &Args) + Send + Sync + 'static) {
        let listener: OnOutgoing = Arc::new(listener);
        self.inner.listeners.add(|listeners| listeners.outgoing.push(Arc::clone(&listener)));
    }

    /// Calls `listener` once for each socket that is about to leave and still is in its rooms.
    pub fn on_disconnecting(&self, listener: impl Fn(&Socket, DisconnectReason) + Send + Sync + 'static) {
        let listener: OnReason = Arc::new(listener);
        self.inner.listeners.add(|listeners| listeners.disconnecting.push(Arc::clone(&listener)));
    }

    /// Calls `listener` once for each socket that has left.
    pub fn on_disconnect(&self, listener: impl Fn(&Socket, DisconnectReason) + Send + Sync + 'static) {
        let listener: OnReason = Arc::new(listener);
        self.inner.listeners.add(|listeners| listeners.disconnect.push(Arc::clone(&listener)));
    }

    fn change(&self, change: impl Fn(&mut Entrance)) {
        self.inner.entrance.rcu(|entrance| {
            let mut next = Entrance::clone(entrance);
            change(&mut next);
            next
        });
    }
}

/// Its sockets.
impl Namespace {
    /// Sends an event to everyone in it. Gives the number of sockets it was handed to.
    ///
    /// # Errors
    /// The name is reserved, or the arguments cannot be encoded; then nobody gets it.
    pub fn emit(&self, name: &str, args: impl Arguments) -> Result<usize, EmitError> {
        self.everyone().emit(name, args)
    }

    /// Sends an event to everyone in it and waits for their acknowledgements: [`Broadcast::emit_with_ack`] of
    /// [`everyone`](Self::everyone).
    pub fn emit_with_ack<A: Arguments>(
        &self,
        name: &str,
        args: A,
        timeout: Duration,
    ) -> impl Future<Output = Result<Answers, EmitError>> + Send + use<A> {
        self.everyone().emit_with_ack(name, args, timeout)
    }

    /// Everyone in it.
    pub fn everyone(&self) -> Broadcast {
        Broadcast::new(self.clone(), None)
    }

    /// Those in these rooms, each once.
    pub fn to(&self, rooms: impl Rooms) -> Broadcast {
        self.everyone().to(rooms)
    }

    /// Everyone but those in these rooms.
    pub fn except(&self, rooms: impl Rooms) -> Broadcast {
        self.everyone().except(rooms)
    }

    /// The socket of this id, if it is connected.
    #[must_use]
    pub fn socket(&self, id: &SocketId) -> Option<Socket> {
        self.inner.adapter.find(id)
    }

    /// All its sockets.
    #[must_use]
    pub fn sockets(&self) -> Vec<Socket> {
        self.inner.adapter.everyone()
    }

    /// How many sockets it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.inner.adapter.len()
    }

    /// Whether it has no socket.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Makes all sockets join these rooms.
    pub fn sockets_join(&self, rooms: impl Rooms) {
        self.everyone().sockets_join(rooms);
    }

    /// Makes all sockets leave these rooms.
    pub fn sockets_leave(&self, rooms: impl Rooms) {
        self.everyone().sockets_leave(rooms);
    }

    /// Puts all sockets out; with `close`, closes their connections.
    pub fn disconnect_sockets(&self, close: bool) {
        self.everyone().disconnect_sockets(close);
    }
}

/// For its server, clients and sockets.
impl Namespace {
    pub(super) fn new(name: &str, past: Option<Past>, dynamic: Option<Dynamic>) -> Self {
        let inner = Inner {
            name: name.into(),
            adapter: Adapter::default(),
            entrance: ArcSwap::default(),
            listeners: ListenerSet::default(),
            serial: AtomicU64::new(0),
            acks: AtomicU64::new(0),
            past,
            dynamic,
        };
        Self { inner: Arc::new(inner) }
    }

    pub(super) fn adapter(&self) -> &Adapter {
        &self.inner.adapter
    }

    pub(super) fn listeners(&self) -> &ListenerSet {
        &self.inner.listeners
    }

    pub(super) fn next_serial(&self) -> u64 {
        self.inner.serial.fetch_add(1, Ordering::Relaxed)
    }

    pub(super) fn next_ack(&self) -> u64 {
        self.inner.acks.fetch_add(1, Ordering::Relaxed)
    }

    /// What it has sent, and who may come back for it.
    pub(super) fn past(&self) -> Option<&Past> {
        self.inner.past.as_ref()
    }

    /// What it is if it was made for its clients.
    pub(super) fn dynamic(&self) -> Option<&Dynamic> {
        self.inner.dynamic.as_ref()
    }

    /// Asks the middleware, one after the other, until one refuses.
    pub(super) fn admit(&self, socket: &Socket) -> Result<(), ConnectError> {
        self.inner.entrance.load_full().wraps.iter().try_for_each(|wrap| wrap(socket))
    }

    /// Tells those who wait for sockets.
    pub(super) fn connected(&self, socket: &Socket) {
        for listener in &self.inner.entrance.load_full().connects {
            listener(socket);
        }
    }
}
