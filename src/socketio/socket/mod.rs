//! One client in one namespace.
//!
//! Reads no packets: its client hands it those that are its own. Nothing here waits.

mod data;
mod direct;
mod leaving;
mod membership;
mod sending;

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Instant;

pub(super) use self::data::Data;
pub use self::direct::Direct;
use parking_lot::Mutex;
use parlor_proto::socket::{Args, Parser};

use super::ack::Waiting;
use super::client::Client;
use super::handlers::{ListenerSet, Named, OnEvent, OnOutgoing, OnReason, OnRefused, Snapshot, WrapEvent};
use super::recovery::{Claim, Log, Past, Recoverable, Returned};
use super::rooms::Names;
use super::{Ack, DisconnectReason, Event, EventError, Handshake, Namespace, SocketId};
use crate::transport::Session;

/// A client's socket in a namespace. Clones are the same socket.
///
/// Its listeners are called one at a time, in the order in which the client sent the events, by the task that
/// reads its session: one that takes long holds up that client, and no other. Long work belongs into a task.
///
/// What is emitted reaches the client in order. When its outbox is full the session is closed (see
/// [`transport::Config`](crate::transport::Config)); nothing is left out without a word but what is volatile.
///
/// ```
/// # let io = parlor::socketio::Io::new(Default::default());
/// io.of("/").on_connect(|socket| {
///     socket.join("lobby");
///     socket.on("message", |socket, event| {
///         // Those who have left meanwhile miss it.
///         drop(socket.to("lobby").emit("message", &event.args));
///     });
/// });
/// ```
#[derive(Clone)]
pub struct Socket {
    inner: Arc<Inner>,
}

/// In this order, what is needed to send is in the first cache line, and what is needed to hear an event comes next.
#[repr(C)]
struct Inner {
    /// The client's, one step nearer for what is sent.
    session: Arc<Session>,
    parser: Parser,
    phase: AtomicU8,
    namespace: Namespace,
    listeners: ListenerSet,
    data: Mutex<Option<Data>>,
    client: Arc<Client>,
    id: SocketId,
    serial: u64,
    handshake: Handshake,
    /// `None` once it has left for good.
    rooms: Mutex<Option<Names>>,
    waiting: Waiting,
    /// Where connections can be recovered.
    recoverable: Option<Recoverable>,
    recovered: bool,
}

/// In middleware: not in the namespace.
const JOINING: u8 = 0;
const CONNECTED: u8 = 1;
const GONE: u8 = 2;

impl std::fmt::Debug for Socket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Socket")
            .field("id", &self.inner.id)
            .field("namespace", &self.inner.namespace.name())
            .finish_non_exhaustive()
    }
}

/// Being one socket, and handling its events.
impl Socket {
    /// Its public id, which others may know.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").on_connect(|socket| {
    ///     println!("{} is here", socket.id());
    /// });
    /// ```
    #[must_use]
    pub fn id(&self) -> SocketId {
        self.inner.id
    }

    /// The namespace it is in.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").on_connect(|socket| {
    ///     println!("{} are in {}", socket.namespace().len(), socket.namespace().name());
    /// });
    /// ```
    #[must_use]
    pub fn namespace(&self) -> &Namespace {
        &self.inner.namespace
    }

    /// What its client said when it came.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").on_connect(|socket| {
    ///     println!("{} by {:?}", socket.handshake().ip(), socket.handshake().header("user-agent"));
    /// });
    /// ```
    #[must_use]
    pub fn handshake(&self) -> &Handshake {
        &self.inner.handshake
    }

    /// The parser its client has chosen.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").on_connect(|socket| {
    ///     println!("{:?}", socket.parser());
    /// });
    /// ```
    #[must_use]
    pub fn parser(&self) -> Parser {
        self.inner.parser
    }

    /// Whether it is in its namespace.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").on_connect(|socket| {
    ///     assert!(socket.is_connected());
    /// });
    /// ```
    #[must_use]
    pub fn is_connected(&self) -> bool {
        self.inner.phase.load(Ordering::Acquire) == CONNECTED
    }

    /// Middleware for events: looks at each that this client sends, in the order they were added, after the namespace's
    /// ([`Namespace::wrap_events`]) and before all listeners. It may change the event, or refuse it: then no listener gets
    /// it, and those added by [`on_refused`](Self::on_refused) are told. An acknowledgement is left to them.
    ///
    /// ```no_run
    /// use parlor::socketio::{EventError, Io};
    ///
    /// let io = Io::new(Default::default());
    /// io.of("/").on_connect(|socket| {
    ///     socket.wrap(|_, event| match &*event.name {
    ///         "shutdown" => Err(EventError::new("not for you")),
    ///         _ => Ok(()),
    ///     });
    ///     socket.on_refused(|socket, event, error| {
    ///         // It may have gone meanwhile: then there is nobody to tell.
    ///         drop(socket.emit("refused", (&*event.name, &*error.message)));
    ///     });
    /// });
    /// ```
    pub fn wrap(&self, wrap: impl Fn(&Self, &mut Event) -> Result<(), EventError> + Send + Sync + 'static) {
        let wrap = Arc::new(wrap) as WrapEvent;
        self.inner.listeners.add(|listeners| listeners.wraps.push(Arc::clone(&wrap)));
    }

    /// Calls `listener` with each event that middleware has refused.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").on_connect(|socket| {
    ///     socket.on_refused(|_, event, error| println!("{}: {error}", event.name));
    /// });
    /// ```
    pub fn on_refused(&self, listener: impl Fn(&Self, &Event, &EventError) + Send + Sync + 'static) {
        let listener = Arc::new(listener) as OnRefused;
        self.inner.listeners.add(|listeners| listeners.refused.push(Arc::clone(&listener)));
    }

    /// Whether its client had lost its connection and has come back: the id, rooms and data are those of the socket that it had,
    /// and what was sent meanwhile follows. See [`Config::recovery`](super::Config::recovery).
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").on_connect(|socket| {
    ///     if !socket.recovered() {
    ///         drop(socket.emit("welcome", ()));
    ///     }
    /// });
    /// ```
    #[must_use]
    pub fn recovered(&self) -> bool {
        self.inner.recovered
    }

    /// What the application gave to [`offset_for`](Self::offset_for) for the last event of it that the client got, if it has come back
    /// since it got one.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").on_connect(|socket| {
    ///     if let Some(last) = socket.offset() {
    ///         println!("{} has got all up to {last}", socket.id());
    ///     }
    /// });
    /// ```
    #[must_use]
    pub fn offset(&self) -> Option<String> {
        let claim = self.recovered().then(|| self.handshake().auth::<Claim>().ok()).flatten()?;
        claim.own().map(str::to_owned)
    }

    /// The last argument of an event that the application [delivers](Self::deliver) itself, and sends again itself to a client that
    /// comes back: what it then finds as [`offset`](Self::offset). The event must be encoded after those that were emitted before
    /// it. `None` without recovery, when there is to be no such argument.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").on_connect(|socket| {
    ///     assert_eq!(socket.offset_for("17"), None, "there is no recovery");
    /// });
    /// ```
    #[must_use]
    pub fn offset_for(&self, own: &str) -> Option<String> {
        self.inner.namespace.past().map(|past| past.own_offset(own))
    }

    /// Calls `listener` with each event of this name. Several listeners are called in the order they were added.
    ///
    /// Listeners that all sockets have in common cost less on the namespace: [`Namespace::on`].
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").on_connect(|socket| {
    ///     socket.on("sum", |_, event| match event.args.parse::<Vec<u32>>() {
    ///         Ok(numbers) => println!("{}", numbers.iter().sum::<u32>()),
    ///         Err(error) => println!("{error}"),
    ///     });
    /// });
    /// ```
    pub fn on(&self, name: &str, listener: impl Fn(&Self, &Event) + Send + Sync + 'static) {
        let name: Arc<str> = name.into();
        let listener = Arc::new(listener) as OnEvent;
        self.inner
            .listeners
            .add(|listeners| listeners.events.push(Named::new(Arc::clone(&name), Arc::clone(&listener))));
    }

    /// Calls `listener` with the next event of this name, and forgets it.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").on_connect(|socket| {
    ///     socket.once("ready", |socket, _| println!("{} may begin", socket.id()));
    /// });
    /// ```
    pub fn once(&self, name: &str, listener: impl Fn(&Self, &Event) + Send + Sync + 'static) {
        let named = Named::once(name.into(), listener);
        self.inner.listeners.add(|listeners| listeners.events.push(named.clone()));
    }

    /// Forgets the socket's own listeners of this name. Those of an event that is being handled are called to the end; the
    /// namespace's stay.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").on_connect(|socket| {
    ///     socket.on("stroke", |_, event| println!("{:?}", event.args.values()));
    ///     socket.on("finished", |socket, _| socket.off("stroke"));
    /// });
    /// ```
    pub fn off(&self, name: &str) {
        self.inner.listeners.remove(|listeners| listeners.events.retain(|named| !named.is_of(name)));
    }

    /// Forgets the socket's own listeners of all events, those of [`on_any`](Self::on_any) as well.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").on_connect(|socket| {
    ///     socket.on_any(|_, event| println!("{}", event.name));
    ///     socket.on("quiet", |socket, _| socket.off_all());
    /// });
    /// ```
    pub fn off_all(&self) {
        self.inner.listeners.remove(|listeners| {
            listeners.events.clear();
            listeners.any.clear();
        });
    }

    /// Calls `listener` with each event, whatever its name, before those that wait for the name.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").on_connect(|socket| {
    ///     socket.on_any(|_, event| println!("{}", event.name));
    /// });
    /// ```
    pub fn on_any(&self, listener: impl Fn(&Self, &Event) + Send + Sync + 'static) {
        let listener = Arc::new(listener) as OnEvent;
        self.inner.listeners.add(|listeners| listeners.any.push(Arc::clone(&listener)));
    }

    /// Calls `listener` with each event that is emitted to this socket, broadcasts included.
    ///
    /// Not called for what is delivered encoded ([`deliver`](Self::deliver)).
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").on_connect(|socket| {
    ///     socket.on_any_outgoing(|_, name, args| println!("{name}: {} arguments", args.len()));
    /// });
    /// ```
    pub fn on_any_outgoing(&self, listener: impl Fn(&Self, &str, &Args) + Send + Sync + 'static) {
        let listener = Arc::new(listener) as OnOutgoing;
        self.inner.listeners.add(|listeners| listeners.outgoing.push(Arc::clone(&listener)));
    }

    /// Calls `listener` once, when the socket is about to leave and still is in its rooms.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").on_connect(|socket| {
    ///     socket.on_disconnecting(|socket, _| {
    ///         drop(socket.to(socket.rooms()).emit("left", (socket.id().as_str(),)));
    ///     });
    /// });
    /// ```
    pub fn on_disconnecting(&self, listener: impl Fn(&Self, DisconnectReason) + Send + Sync + 'static) {
        let listener = Arc::new(listener) as OnReason;
        self.inner.listeners.add(|listeners| listeners.disconnecting.push(Arc::clone(&listener)));
    }

    /// Calls `listener` once, when the socket has left. It may run beside a listener of an event, on another thread.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").on_connect(|socket| {
    ///     socket.on_disconnect(|socket, reason| println!("{} has left: {reason}", socket.id()));
    /// });
    /// ```
    pub fn on_disconnect(&self, listener: impl Fn(&Self, DisconnectReason) + Send + Sync + 'static) {
        let listener = Arc::new(listener) as OnReason;
        self.inner.listeners.add(|listeners| listeners.disconnect.push(Arc::clone(&listener)));
    }
}

/// For its client and its namespace.
impl Socket {
    pub(in crate::socketio) fn new(
        namespace: Namespace,
        client: Arc<Client>,
        handshake: Handshake,
        parser: Parser,
        back: Option<Returned>,
    ) -> Self {
        let recovered = back.is_some();
        let (id, names, recoverable, data) = match back {
            Some(Returned { id, rooms, recoverable, data }) => (id, rooms, Some(recoverable), data),
            None => (SocketId::generate(), Names::new(), namespace.recovers().then(Recoverable::new), None),
        };
        let inner = Inner {
            id,
            serial: namespace.next_serial(),
            namespace,
            session: Arc::clone(client.session()),
            client,
            handshake,
            parser,
            phase: AtomicU8::new(JOINING),
            rooms: Mutex::new(Some(names)),
            listeners: ListenerSet::default(),
            waiting: Waiting::default(),
            data: Mutex::new(data),
            recoverable,
            recovered,
        };
        Self { inner: Arc::new(inner) }
    }

    /// Its own listeners, without the namespace's.
    pub(in crate::socketio) fn own_listeners(&self) -> &ListenerSet {
        &self.inner.listeners
    }

    /// The namespace's past and its own part of it, where connections can be recovered.
    pub(in crate::socketio) fn past(&self) -> Option<(&Past, &Recoverable)> {
        self.inner.namespace.past().zip(self.inner.recoverable.as_ref())
    }

    /// The secret by which its client may come back.
    pub(in crate::socketio) fn pid(&self) -> Option<SocketId> {
        self.inner.recoverable.as_ref().map(|own| own.pid)
    }

    /// Lets it go, with all of its client's, as its client has come back on another connection.
    pub(in crate::socketio) fn replaced(&self) {
        self.inner.client.close(DisconnectReason::TransportClose);
    }

    /// Whether middleware is still being asked whether it may come in.
    pub(in crate::socketio) fn is_joining(&self) -> bool {
        self.inner.phase.load(Ordering::Acquire) == JOINING
    }

    pub(in crate::socketio) fn session(&self) -> &Session {
        &self.inner.session
    }

    /// A number that no other socket of the namespace has had.
    pub(in crate::socketio) fn serial(&self) -> u64 {
        self.inner.serial
    }

    pub(in crate::socketio) fn waiting(&self) -> &Waiting {
        &self.inner.waiting
    }

    /// From middleware into the namespace. Nothing comes of it if the session was closed meanwhile. Where connections can be
    /// recovered, the log says from when on what is sent is for it.
    pub(in crate::socketio) fn enter(&self, log: Option<&Log>) {
        let Inner { namespace, phase, id, serial, .. } = &*self.inner;
        if let (Some(log), Some((past, own))) = (log, self.past()) {
            own.came(log);
            past.came(self, own.pid);
        }
        let entered = phase.compare_exchange(JOINING, CONNECTED, Ordering::AcqRel, Ordering::Acquire);
        let members = namespace.members();
        // Before anybody finds it: whoever has it join a room holds this lock and waits for the log.
        let mut rooms = Names::new();
        if self.inner.recovered {
            rooms.extend(self.inner.rooms.lock().iter().flatten().cloned());
        }
        if entered.is_ok() {
            members.add(self.clone());
            rooms.iter().for_each(|room| members.join(room, self));
        }
        if !self.is_connected() {
            // It was let go before it was added.
            members.remove(id);
            rooms.iter().for_each(|room| members.leave(room, *serial));
            self.past().inspect(|(past, own)| past.ended(own.pid));
        }
    }

    pub(in crate::socketio) fn event_came(&self, name: Box<str>, args: Args, id: Option<u64>, at: Instant) {
        let ack = id.map(|id| Ack::new(self.clone(), id));
        let mut event = Event::new(name, args, ack, at);
        let (mut own, mut namespace) = self.listeners();
        if !(own.wraps.is_empty() && namespace.wraps.is_empty()) {
            for wrap in namespace.wraps.iter().chain(&own.wraps) {
                if let Err(error) = wrap(self, &mut event) {
                    let (own, namespace) = self.listeners();
                    own.refused.iter().chain(&namespace.refused).for_each(|listener| listener(self, &event, &error));
                    return;
                }
            }
            // Middleware may have added listeners.
            (own, namespace) = self.listeners();
        }
        for listener in own.of_event(&event.name).chain(namespace.of_event(&event.name)) {
            // A listener may have put the socket out.
            if self.is_connected() {
                listener(self, &event);
            }
        }
    }

    /// Its own and the namespace's, as they are at this moment.
    pub(in crate::socketio) fn listeners(&self) -> (Snapshot, Snapshot) {
        (self.inner.listeners.load(), self.inner.namespace.listeners().load())
    }
}
