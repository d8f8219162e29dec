//! A namespace: its sockets, its middleware, and what it does with each socket that connects.
//!
//! Knows no sessions: clients bring it their sockets.

use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

use arc_swap::ArcSwap;
use parlor_proto::socket::{Args, Arguments};

use super::dynamic::Dynamic;
use super::handlers::{ListenerSet, OnEvent, OnOutgoing, OnReason, OnRefused, WrapEvent};
use super::members::Members;
use super::namespaces::Setup;
use super::recovery::Past;
use super::rooms::Rooms;
use super::servers::Servers;
use super::{
    Adapter, Answers, Broadcast, ConnectError, DisconnectReason, EmitError, Event, EventError, FetchError, Local,
    Outgoing, RemoteSocket, ServerAnswers, ServerEvent, Socket, SocketId,
};

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
    ) -> impl Future<Output = Result<Answers, EmitError>> + Send + use<A> {
        self.everyone().emit_with_ack(name, args)
    }

    /// Everyone in it.
    pub fn everyone(&self) -> Broadcast {
        Broadcast::new(self.clone())
    }

    /// Those in these rooms, each once.
    pub fn to(&self, rooms: impl Rooms) -> Broadcast {
        self.everyone().to(rooms)
    }

    /// Everyone but those in these rooms.
    pub fn except(&self, rooms: impl Rooms) -> Broadcast {
        self.everyone().except(rooms)
    }

    /// The same as [`to`](Self::to): the reference server's `in`.
    pub fn within(&self, rooms: impl Rooms) -> Broadcast {
        self.to(rooms)
    }

    /// Everyone on this server: see [`Broadcast::local`].
    pub fn local(&self) -> Broadcast {
        self.everyone().local()
    }

    /// Everyone to whom it can be written at once: see [`Broadcast::volatile`].
    pub fn volatile(&self) -> Broadcast {
        self.everyone().volatile()
    }

    /// Everyone, by what is worth compressing or is not: see [`Broadcast::compress`].
    pub fn compress(&self, compress: bool) -> Broadcast {
        self.everyone().compress(compress)
    }

    /// Everyone, whose acknowledgements are waited for so long: see [`Broadcast::timeout`].
    pub fn timeout(&self, timeout: Duration) -> Broadcast {
        self.everyone().timeout(timeout)
    }

    /// The socket of this id, if it is connected to this server.
    #[must_use]
    pub fn socket(&self, id: &SocketId) -> Option<Socket> {
        self.inner.members.find(id)
    }

    /// All its sockets on this server.
    #[must_use]
    pub fn sockets(&self) -> Vec<Socket> {
        self.inner.members.everyone()
    }

    /// How many sockets it has on this server.
    #[must_use]
    pub fn len(&self) -> usize {
        self.inner.members.len()
    }

    /// Whether it has no socket on this server.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All sockets wherever they are: [`Broadcast::fetch_sockets`] of [`everyone`](Self::everyone).
    ///
    /// # Errors
    /// Not all servers have answered in time.
    pub fn fetch_sockets(&self) -> impl Future<Output = Result<Vec<RemoteSocket>, FetchError>> + Send + use<> {
        self.everyone().fetch_sockets()
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

/// The other servers.
impl Namespace {
    /// Sends an event to the other servers themselves, not to clients: to those who wait for it there by
    /// [`on_server_event`](Self::on_server_event). A server that is alone sends it to nobody.
    ///
    /// ```
    /// let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").server_side_emit("reload", ("packs",))?;
    /// # Ok::<(), parlor::socketio::EmitError>(())
    /// ```
    ///
    /// # Errors
    /// The name is reserved, or the arguments cannot be encoded.
    pub fn server_side_emit(&self, name: &str, args: impl Arguments) -> Result<(), EmitError> {
        let event = Outgoing::new(name, &args)?;
        // Found out here, as an adapter sends it later.
        event.args()?;
        self.adapter().emit_to_servers(event);
        Ok(())
    }

    /// The same, and collects the servers' answers, for [`Config::ack_timeout_ms`](super::Config::ack_timeout_ms). It is sent before
    /// this returns.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), parlor::socketio::EmitError> {
    /// let io = parlor::socketio::Io::new(Default::default());
    /// let loads = io.of("/").server_side_emit_with_ack("load?", ()).await?;
    /// assert!(loads.answered.is_empty() && loads.missing == 0, "it is alone");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The name is reserved, or the arguments cannot be encoded. Who does not answer is no error.
    ///
    /// # Cancel safety
    /// Dropping the future forgets the event: answers that come later are ignored.
    pub fn server_side_emit_with_ack<A: Arguments>(
        &self,
        name: &str,
        args: A,
    ) -> impl Future<Output = Result<ServerAnswers, EmitError>> + Send + use<A> {
        let asked = Outgoing::new(name, &args).and_then(|event| {
            event.args()?;
            Ok(self.adapter().ask_servers(event, self.ack_timeout()))
        });
        async move { Ok(asked?.await) }
    }

    /// Calls `listener` with each event of this name that another server sends. It must not wait.
    ///
    /// ```
    /// let io = parlor::socketio::Io::new(Default::default());
    /// let namespace = io.of("/");
    /// let own = namespace.clone();
    /// namespace.on_server_event("load?", move |event| {
    ///     event.ack.iter().for_each(|ack| drop(ack.send((own.len(),))));
    /// });
    /// ```
    pub fn on_server_event(&self, name: &str, listener: impl Fn(&ServerEvent) + Send + Sync + 'static) {
        self.inner.servers.add(name, listener);
    }

    /// How many servers there are, this one included, as far as is known.
    ///
    /// ```
    /// assert_eq!(parlor::socketio::Io::new(Default::default()).of("/").server_count(), 1);
    /// ```
    #[must_use]
    pub fn server_count(&self) -> usize {
        self.adapter().servers()
    }
}

/// For its server, clients and sockets.
impl Namespace {
    pub(super) fn new(name: &str, setup: &Setup, dynamic: Option<Dynamic>) -> Self {
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
