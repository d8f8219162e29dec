//! A namespace: its sockets, its middleware, and what it does with each socket that connects.
//!
//! Knows no sessions: clients bring it their sockets.

mod entrance;
mod reach;
mod watch;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Once, Weak};
use std::time::Duration;

use arc_swap::ArcSwap;
use parlor_proto::socket::Args;

pub(super) use self::entrance::Admission;
use self::entrance::{Entrance, OnConnect, Wrap};
use self::watch::Watch;
use super::dynamic::Dynamic;
use super::handlers::{
    Listed, ListenerId, ListenerSet, Listeners, OnEvent, OnOutgoing, OnReason, OnRefused, WrapEvent, take_out,
};
use super::members::Members;
use super::namespaces::{Births, Setup};
use super::recovery::Past;
use super::servers::Servers;
use super::{Adapter, ConnectError, DisconnectReason, Event, EventError, Listener, Local, Pending, Socket};

/// A namespace of a server. Clones are the same namespace.
///
/// ```
/// # let io = parlor::socketio::Io::new(Default::default());
/// let chat = io.of("/chat");
/// chat.on_connect(|socket| socket.join("lobby"));
/// assert!(chat.is_empty());
/// ```
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

/// A namespace that is not kept.
#[derive(Clone, Debug)]
pub(super) struct WeakNamespace(Weak<Inner>);

impl WeakNamespace {
    pub(super) fn upgrade(&self) -> Option<Namespace> {
        self.0.upgrade().map(|inner| Namespace { inner })
    }
}

#[derive(Debug)]
struct Inner {
    local: Local,
    members: Members,
    adapter: Box<dyn Adapter>,
    servers: Servers,
    ack_timeout: Duration,
    entrance: ArcSwap<Entrance>,
    listeners: ListenerSet,
    serial: AtomicU64,
    /// Ids of events whose acknowledgement is asked for: one for all receivers of a broadcast, as in the reference
    /// server. They start at 0; at a billion a second they last for centuries.
    acks: AtomicU64,
    /// Whether connections can be recovered.
    recovers: bool,
    /// Where that is by what this server keeps itself.
    past: Option<Past>,
    /// Made for the clients that asked for it, not by name.
    dynamic: Option<Dynamic>,
    watch: Watch,
    /// Those who are to be told of it, and whether they have been.
    births: Arc<Births>,
    told: Once,
}

/// Who comes in, and what is heard from them. What adds a listener gives a [`Listener`], by which it can be removed.
impl Namespace {
    /// Its name: `/`, or longer.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// assert_eq!(io.of("chat").name(), "/chat");
    /// ```
    #[must_use]
    pub fn name(&self) -> &str {
        self.inner.local.name()
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
        let wrap = Wrap::Prompt(Arc::new(wrap));
        self.change(|entrance| entrance.wraps.push(wrap.clone()));
    }

    /// Middleware that may wait: for a database, or another server. The client is let in, or refused, when all has been asked in the
    /// order it was added; it has [`Config::connect_timeout_ms`](super::Config::connect_timeout_ms) for its first namespace. Nobody
    /// else waits for it, nor do its sockets in other namespaces.
    ///
    /// If the client goes meanwhile, the future is dropped where it waits.
    ///
    /// ```no_run
    /// use parlor::socketio::{ConnectError, Io};
    ///
    /// async fn is_member(name: &str) -> bool {
    ///     // Asks a database.
    /// #   !name.is_empty()
    /// }
    ///
    /// let io = Io::new(Default::default());
    /// io.of("/club").wrap_async(async |socket| {
    ///     let name: String = socket.handshake().header("x-name").unwrap_or_default().to_owned();
    ///     if is_member(&name).await { Ok(()) } else { Err(ConnectError::new("members only")) }
    /// });
    /// ```
    pub fn wrap_async<F>(&self, wrap: impl Fn(Socket) -> F + Send + Sync + 'static)
    where
        F: Future<Output = Result<(), ConnectError>> + Send + 'static,
    {
        let wrap = move |socket| -> Pending<Result<(), ConnectError>> { Box::pin(wrap(socket)) };
        let wrap = Wrap::Waits(Arc::new(wrap));
        self.change(|entrance| entrance.wraps.push(wrap.clone()));
    }

    /// Calls `listener` with each socket that has connected, before any of its events.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").on_connect(|socket| println!("{} is here", socket.id()));
    /// ```
    pub fn on_connect(&self, listener: impl Fn(&Socket) + Send + Sync + 'static) -> Listener {
        let listener = Listed::new(Arc::new(listener) as OnConnect);
        self.change(|entrance| entrance.connects.push(listener.clone()));
        Listener::of_namespace(listener.id, self)
    }

    /// Middleware for events: looks at each that comes from any of its sockets, before the socket's own middleware; see
    /// [`Socket::wrap`].
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").wrap_events(|socket, event| {
    ///     tracing::debug!(socket = %socket.id(), event = &*event.name);
    ///     Ok(())
    /// });
    /// ```
    pub fn wrap_events(&self, wrap: impl Fn(&Socket, &mut Event) -> Result<(), EventError> + Send + Sync + 'static) {
        let wrap: WrapEvent = Arc::new(wrap);
        self.inner.listeners.add(|listeners| listeners.wraps.push(Arc::clone(&wrap)));
    }

    /// Calls `listener` with each event that middleware has refused.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").on_refused(|socket, event, error| println!("{} of {}: {error}", event.name, socket.id()));
    /// ```
    pub fn on_refused(&self, listener: impl Fn(&Socket, &Event, &EventError) + Send + Sync + 'static) -> Listener {
        let listener = Listed::new(Arc::new(listener) as OnRefused);
        self.listen(listener.id, |listeners| listeners.refused.push(listener.clone()))
    }

    /// Calls `listener` with each event of this name, from every socket, after the socket's own listeners.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").on("message", |socket, event| {
    ///     // It may be gone meanwhile.
    ///     drop(socket.broadcast().emit("message", &event.args));
    /// });
    /// ```
    pub fn on(&self, name: &str, listener: impl Fn(&Socket, &Event) + Send + Sync + 'static) -> Listener {
        let listener = Listed::named(name, Arc::new(listener));
        self.listen(listener.id, |listeners| listeners.events.push(listener.clone()))
    }

    /// Calls `listener` with each event from every socket, whatever its name.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").on_any(|socket, event| println!("{} says {}", socket.id(), event.name));
    /// ```
    pub fn on_any(&self, listener: impl Fn(&Socket, &Event) + Send + Sync + 'static) -> Listener {
        let listener = Listed::new(Arc::new(listener) as OnEvent);
        self.listen(listener.id, |listeners| listeners.any.push(listener.clone()))
    }

    /// Calls `listener` with each event that is emitted to one of its sockets. Those delivered encoded are not seen.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").on_any_outgoing(|socket, name, args| println!("{name} to {}: {} arguments", socket.id(), args.len()));
    /// ```
    pub fn on_any_outgoing(&self, listener: impl Fn(&Socket, &str, &Args) + Send + Sync + 'static) -> Listener {
        let listener = Listed::new(Arc::new(listener) as OnOutgoing);
        self.listen(listener.id, |listeners| listeners.outgoing.push(listener.clone()))
    }

    /// Calls `listener` once for each socket that is about to leave and still is in its rooms.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").on_disconnecting(|socket, _| println!("{} leaves {:?}", socket.id(), socket.rooms()));
    /// ```
    pub fn on_disconnecting(&self, listener: impl Fn(&Socket, DisconnectReason) + Send + Sync + 'static) -> Listener {
        let listener = Listed::new(Arc::new(listener) as OnReason);
        self.listen(listener.id, |listeners| listeners.disconnecting.push(listener.clone()))
    }

    /// Calls `listener` once for each socket that has left.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").on_disconnect(|socket, reason| println!("{} has left: {reason}", socket.id()));
    /// ```
    pub fn on_disconnect(&self, listener: impl Fn(&Socket, DisconnectReason) + Send + Sync + 'static) -> Listener {
        let listener = Listed::new(Arc::new(listener) as OnReason);
        self.listen(listener.id, |listeners| listeners.disconnect.push(listener.clone()))
    }

    fn listen(&self, id: ListenerId, add: impl Fn(&mut Listeners)) -> Listener {
        self.inner.listeners.add(add);
        Listener::of_namespace(id, self)
    }

    fn change(&self, mut change: impl FnMut(&mut Entrance)) {
        self.inner.entrance.rcu(|entrance| {
            let mut next = Entrance::clone(entrance);
            change(&mut next);
            next
        });
    }
}

/// For its server, clients and sockets.
impl Namespace {
    pub(super) fn new(name: &str, setup: &Setup, dynamic: Option<Dynamic>, births: Arc<Births>) -> Self {
        let inner = Arc::new_cyclic(|inner| {
            let local = Local::new(name, WeakNamespace(Weak::clone(inner)));
            let adapter = setup.adapter(local.clone());
            let past = if adapter.recovers() { None } else { setup.past() };
            let recovers = past.is_some() || adapter.recovers();
            Inner {
                recovers,
                local,
                members: Members::default(),
                adapter,
                servers: Servers::default(),
                ack_timeout: setup.ack_timeout,
                entrance: ArcSwap::default(),
                listeners: ListenerSet::default(),
                serial: AtomicU64::new(0),
                acks: AtomicU64::new(0),
                past,
                dynamic,
                watch: Watch::default(),
                births,
                told: Once::new(),
            }
        });
        inner.adapter.start();
        Self { inner }
    }

    /// What this server does for it.
    pub(super) fn here(&self) -> &Local {
        &self.inner.local
    }

    /// What the others do.
    pub(super) fn adapter(&self) -> &dyn Adapter {
        &*self.inner.adapter
    }

    pub(super) fn members(&self) -> &Members {
        &self.inner.members
    }

    /// Who waits for events of other servers.
    pub(super) fn servers(&self) -> &Servers {
        &self.inner.servers
    }

    pub(super) fn ack_timeout(&self) -> Duration {
        self.inner.ack_timeout
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

    /// Whether connections can be recovered.
    pub(super) fn recovers(&self) -> bool {
        self.inner.recovers
    }

    /// What it has sent, and who may come back for it, if this server keeps that itself.
    pub(super) fn past(&self) -> Option<&Past> {
        self.inner.past.as_ref()
    }

    /// What it is if it was made for its clients.
    pub(super) fn dynamic(&self) -> Option<&Dynamic> {
        self.inner.dynamic.as_ref()
    }

    /// Tells those who wait for namespaces, and has the application set it up if it was made for clients: once, and whoever else
    /// wants to come in waits for that. Should that panic, the next one's attempt is another.
    pub(super) fn prepare(&self) {
        self.inner.told.call_once_force(|_| {
            self.inner.births.iter().for_each(|listener| listener(self));
            self.inner.dynamic.iter().for_each(|dynamic| dynamic.prepare(self));
        });
    }

    /// Those who are told what becomes of its sockets.
    pub(super) fn watch(&self) -> &Watch {
        &self.inner.watch
    }

    pub(super) fn downgrade(&self) -> WeakNamespace {
        WeakNamespace(Arc::downgrade(&self.inner))
    }

    /// Removes a listener; whether it was there.
    pub(super) fn take_out(&self, id: ListenerId) -> bool {
        let mut was_there = self.inner.listeners.take_out(id);
        if !was_there {
            self.change(|entrance| was_there = take_out(&mut entrance.connects, id));
        }
        was_there
    }

    /// As [`on_connect`](Self::on_connect), before all others.
    pub(super) fn on_connect_first(&self, listener: impl Fn(&Socket) + Send + Sync + 'static) {
        let listener = Listed::new(Arc::new(listener) as OnConnect);
        self.change(|entrance| entrance.connects.insert(0, listener.clone()));
    }

    /// Looks at each event that comes, before all middleware.
    pub(super) fn on_event_first(&self, listener: impl Fn(&Socket, &Event) + Send + Sync + 'static) {
        let look: WrapEvent = Arc::new(move |socket, event| {
            listener(socket, event);
            Ok(())
        });
        self.inner.listeners.add(|listeners| listeners.wraps.insert(0, Arc::clone(&look)));
    }

    /// Asks the middleware, one after the other, until one refuses.
    pub(super) fn admit(&self, socket: &Socket) -> Admission {
        Entrance::admit(&self.inner.entrance.load_full(), socket)
    }

    /// Tells those who wait for sockets.
    pub(super) fn connected(&self, socket: &Socket) {
        for listener in &self.inner.entrance.load_full().connects {
            listener(socket);
        }
    }
}
