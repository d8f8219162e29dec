//! One client in one namespace.
//!
//! Reads no packets: its client hands it those that are its own. Nothing here waits.

mod data;
mod direct;
mod leaving;
mod listening;
mod membership;
mod sending;

use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Weak};
use std::time::Instant;

pub(super) use self::data::Data;
pub use self::direct::Direct;
use parking_lot::Mutex;
use parlor_proto::socket::{Args, Parser};

use super::ack::Waiting;
use super::client::Client;
use super::handlers::{ListenerSet, Snapshot};
use super::marks::Marks;
use super::recovery::{Claim, Log, Past, Recoverable, Returned};
use super::rooms::Names;
use super::{Ack, DisconnectReason, Event, Handshake, Namespace, SocketId};
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

/// A socket that is not kept.
#[derive(Clone, Debug)]
pub(super) struct WeakSocket(Weak<Inner>);

impl WeakSocket {
    pub(super) fn upgrade(&self) -> Option<Socket> {
        self.0.upgrade().map(|inner| Socket { inner })
    }
}

/// In this order, what is needed to send is in the first cache line, and what is needed to hear an event comes next.
#[repr(C)]
struct Inner {
    /// The client's, one step nearer for what is sent.
    session: Arc<Session>,
    parser: Parser,
    phase: AtomicU8,
    /// Locked while it comes in and its client is told so.
    entering: Mutex<()>,
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
    /// Where connections can be recovered. Elsewhere it takes no room.
    recoverable: Option<Box<Recoverable>>,
    recovered: bool,
}

/// In middleware: not in the namespace.
const JOINING: u8 = 0;
/// In the namespace, and its client is just being told so.
const ENTERING: u8 = 1;
const CONNECTED: u8 = 2;
const GONE: u8 = 3;

impl std::fmt::Debug for Socket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Socket")
            .field("id", &self.inner.id)
            .field("namespace", &self.inner.namespace.name())
            .finish_non_exhaustive()
    }
}

/// Being one socket.
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
        let phase = self.inner.phase.load(Ordering::Acquire);
        phase == CONNECTED || phase == ENTERING && self.has_entered()
    }

    /// Waits until its client has been told that it is in: nothing comes before that.
    #[cold]
    fn has_entered(&self) -> bool {
        drop(self.inner.entering.lock());
        self.inner.phase.load(Ordering::Acquire) == CONNECTED
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
            entering: Mutex::new(()),
            rooms: Mutex::new(Some(names)),
            listeners: ListenerSet::default(),
            waiting: Waiting::default(),
            data: Mutex::new(data),
            recoverable: recoverable.map(Box::new),
            recovered,
        };
        Self { inner: Arc::new(inner) }
    }

    pub(in crate::socketio) fn downgrade(&self) -> WeakSocket {
        WeakSocket(Arc::downgrade(&self.inner))
    }

    /// Its own listeners, without the namespace's.
    pub(in crate::socketio) fn own_listeners(&self) -> &ListenerSet {
        &self.inner.listeners
    }

    /// The namespace's past and its own part of it, where connections can be recovered.
    pub(in crate::socketio) fn past(&self) -> Option<(&Past, &Recoverable)> {
        self.inner.namespace.past().zip(self.inner.recoverable.as_deref())
    }

    /// Where the adapter's stream stood when it came and joined its rooms, if the adapter keeps the session.
    pub(in crate::socketio) fn marks(&self) -> Option<&Marks> {
        let own = self.inner.recoverable.as_deref().filter(|_| self.inner.namespace.past().is_none());
        own.map(|own| &own.marks)
    }

    /// The secret by which its client may come back.
    pub(in crate::socketio) fn pid(&self) -> Option<SocketId> {
        self.inner.recoverable.as_ref().map(|own| own.pid)
    }

    /// The same, where an adapter keeps the session.
    pub(in crate::socketio) fn pid_elsewhere(&self) -> Option<SocketId> {
        self.pid().filter(|_| self.inner.namespace.past().is_none())
    }

    /// Lets it go, with all of its client's, as its client has come back on another connection.
    pub(in crate::socketio) fn replaced(&self) {
        self.inner.client.close(DisconnectReason::TransportClose);
    }

    /// Whether middleware is still being asked whether it may come in.
    pub(in crate::socketio) fn is_joining(&self) -> bool {
        self.inner.phase.load(Ordering::Acquire) == JOINING
    }

    /// Whether it is on its way from the one to the other, for tests that hold it there.
    #[cfg(test)]
    pub(in crate::socketio) fn is_entering(&self) -> bool {
        self.inner.phase.load(Ordering::Acquire) == ENTERING
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

    /// From middleware into the namespace, where `tell` tells its client so. Whoever finds it there before that waits until it has
    /// been told: nothing reaches the client earlier, and nothing is missed from then on. Nothing comes of it if the session was
    /// closed meanwhile. Where connections can be recovered, the log says from when on what is sent is for it.
    pub(in crate::socketio) fn enter(&self, log: Option<&Log>, tell: impl FnOnce()) {
        let Inner { namespace, phase, rooms, .. } = &*self.inner;
        let _told = self.inner.entering.lock();
        if phase.compare_exchange(JOINING, ENTERING, Ordering::AcqRel, Ordering::Acquire).is_err() {
            return;
        }
        if let (Some(log), Some((past, own))) = (log, self.past()) {
            own.came(log);
            past.came(self, own.pid);
        }
        namespace.members().add(self);
        if self.inner.recovered {
            rooms.lock().iter().flatten().for_each(|room| namespace.members().join(room, self));
        }
        tell();
        phase.store(CONNECTED, Ordering::Release);
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
