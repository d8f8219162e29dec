//! One client in one namespace.
//!
//! Reads no packets: its client hands it those that are its own. Nothing here waits.

use std::any::Any;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use parlor_proto::frame::Frames;
use parlor_proto::socket::{Args, Arguments, Parser, encode_disconnect, encode_event, is_reserved};

use super::ack::{Question, Waiting};
use super::broadcast::outgoing_args;
use super::client::Client;
use super::handlers::{ListenerSet, OnEvent, OnOutgoing, OnReason, guarded};
use super::rooms::{Names, Rooms, names};
use super::{Ack, AckError, Broadcast, DisconnectReason, EmitError, Event, Handshake, Item, Namespace, SocketId};

/// A client's socket in a namespace. Clones are the same socket.
///
/// Its listeners are called one at a time, in the order in which the client sent the events, by the task that
/// reads its session: one that takes long holds up that client, and no other. Long work belongs into a task.
///
/// What is emitted reaches the client in order. When its outbox is full the session is closed (see
/// [`transport::Config`](crate::transport::Config)); nothing is left out without a word but what is volatile.
#[derive(Clone)]
pub struct Socket {
    inner: Arc<Inner>,
}

struct Inner {
    id: SocketId,
    serial: u64,
    namespace: Namespace,
    client: Arc<Client>,
    handshake: Handshake,
    parser: Parser,
    phase: AtomicU8,
    /// `None` once it has left for good.
    rooms: Mutex<Option<Names>>,
    listeners: ListenerSet,
    waiting: Waiting,
    data: Mutex<Option<Arc<dyn Any + Send + Sync>>>,
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
    #[must_use]
    pub fn id(&self) -> SocketId {
        self.inner.id
    }

    /// The namespace it is in.
    #[must_use]
    pub fn namespace(&self) -> &Namespace {
        &self.inner.namespace
    }

    /// What its client said when it came.
    #[must_use]
    pub fn handshake(&self) -> &Handshake {
        &self.inner.handshake
    }

    /// The parser its client has chosen.
    #[must_use]
    pub fn parser(&self) -> Parser {
        self.inner.parser
    }

    /// Whether it is in its namespace.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        self.inner.phase.load(Ordering::Acquire) == CONNECTED
    }

    /// Calls `listener` with each event of this name. Several listeners are called in the order they were added.
    ///
    /// Listeners that all sockets have in common cost less on the namespace: [`Namespace::on`].
    pub fn on(&self, name: &str, listener: impl Fn(&Self, &Event) + Send + Sync + 'static) {
        let name: Arc<str> = name.into();
        let listener = Arc::new(listener) as OnEvent;
        self.inner.listeners.add(|listeners| listeners.events.push((Arc::clone(&name), Arc::clone(&listener))));
    }

    /// Calls `listener` with each event, whatever its name, before those that wait for the name.
    pub fn on_any(&self, listener: impl Fn(&Self, &Event) + Send + Sync + 'static) {
        let listener = Arc::new(listener) as OnEvent;
        self.inner.listeners.add(|listeners| listeners.any.push(Arc::clone(&listener)));
    }

    /// Calls `listener` with each event that is emitted to this socket, broadcasts included.
    ///
    /// Not called for what is delivered encoded ([`deliver`](Self::deliver)).
    pub fn on_any_outgoing(&self, listener: impl Fn(&Self, &str, &Args) + Send + Sync + 'static) {
        let listener = Arc::new(listener) as OnOutgoing;
        self.inner.listeners.add(|listeners| listeners.outgoing.push(Arc::clone(&listener)));
    }

    /// Calls `listener` once, when the socket is about to leave and still is in its rooms.
    pub fn on_disconnecting(&self, listener: impl Fn(&Self, DisconnectReason) + Send + Sync + 'static) {
        let listener = Arc::new(listener) as OnReason;
        self.inner.listeners.add(|listeners| listeners.disconnecting.push(Arc::clone(&listener)));
    }

    /// Calls `listener` once, when the socket has left. It may run beside a listener of an event, on another thread.
    pub fn on_disconnect(&self, listener: impl Fn(&Self, DisconnectReason) + Send + Sync + 'static) {
        let listener = Arc::new(listener) as OnReason;
        self.inner.listeners.add(|listeners| listeners.disconnect.push(Arc::clone(&listener)));
    }

    /// Keeps `data` with the socket, in place of what was kept, until its last `on_disconnect` listener has been called.
    pub fn set_data<T: Send + Sync + 'static>(&self, data: T) {
        *self.inner.data.lock() = Some(Arc::new(data));
    }

    /// What is kept with the socket, if it is a `T`.
    #[must_use]
    pub fn data<T: Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        let data = self.inner.data.lock().clone()?;
        data.downcast().ok()
    }
}

/// Sending.
impl Socket {
    /// Sends an event to this client.
    ///
    /// # Errors
    /// The socket is not connected, the name is reserved, or the arguments cannot be encoded.
    pub fn emit(&self, name: &str, args: impl Arguments) -> Result<(), EmitError> {
        let frames = self.event(name, None, &args)?;
        self.send(&frames)
    }

    /// Sends an event if that can be done at once, and else lets it go: for what is soon out of date.
    /// Gives whether it was sent.
    ///
    /// # Errors
    /// The socket is not connected, the name is reserved, or the arguments cannot be encoded.
    pub fn emit_volatile(&self, name: &str, args: impl Arguments) -> Result<bool, EmitError> {
        let frames = self.event(name, None, &args)?;
        self.send_volatile(&frames)
    }

    /// Sends an event and waits for the client's acknowledgement. It is sent before this returns.
    ///
    /// # Errors
    /// It could not be sent, the client did not answer in time, or it is gone.
    ///
    /// # Cancel safety
    /// Dropping the future forgets the event: an answer that comes later is ignored.
    pub fn emit_with_ack<A: Arguments>(
        &self,
        name: &str,
        args: A,
        timeout: Duration,
    ) -> impl Future<Output = Result<Args, AckError>> + Send + use<A> {
        let question = self.ask(name, &args);
        async move { question?.answer(timeout).await }
    }

    /// Hands encoded frames to the session in one go: the way of broadcasts that are encoded once for many.
    ///
    /// The frames must be of this socket's namespace and parser.
    ///
    /// # Errors
    /// The socket is not connected, or what waits for it is too much and its session closes.
    pub fn deliver(&self, items: &[Item<'_>]) -> Result<(), EmitError> {
        if self.is_connected() {
            return self.inner.client.session().deliver(items).map_err(|_| EmitError::NotConnected);
        }
        Err(EmitError::NotConnected)
    }

    /// Whether something sent would be written at once.
    #[must_use]
    pub fn writable(&self) -> bool {
        self.is_connected() && self.inner.client.session().writable()
    }

    /// Everyone in these rooms but this socket.
    pub fn to(&self, rooms: impl Rooms) -> Broadcast {
        self.broadcast().to(rooms)
    }

    /// Everyone in the namespace but this socket and those in these rooms.
    pub fn except(&self, rooms: impl Rooms) -> Broadcast {
        self.broadcast().except(rooms)
    }

    /// Everyone in the namespace but this socket.
    pub fn broadcast(&self) -> Broadcast {
        Broadcast::new(self.inner.namespace.clone(), Some(self.inner.serial))
    }

    fn ask(&self, name: &str, args: &impl Arguments) -> Result<Question, EmitError> {
        let question = Question::new(self)?;
        let frames = self.event(name, Some(question.id), args)?;
        self.send(&frames)?;
        Ok(question)
    }

    fn event(&self, name: &str, id: Option<u64>, args: &impl Arguments) -> Result<Frames, EmitError> {
        if is_reserved(name) {
            return Err(EmitError::Reserved(name.into()));
        }
        if self.hears_outgoing() {
            self.heard(name, &outgoing_args(name, args)?);
        }
        Ok(encode_event(self.inner.parser, self.inner.namespace.name(), id, name, args)?)
    }

    pub(super) fn hears_outgoing(&self) -> bool {
        self.inner.listeners.has_outgoing() || self.inner.namespace.listeners().has_outgoing()
    }

    /// Tells those who listen to what goes out.
    pub(super) fn heard(&self, name: &str, args: &Args) {
        let namespace = self.inner.namespace.listeners().outgoing();
        for listener in self.inner.listeners.outgoing().iter().chain(&namespace) {
            listener(self, name, args);
        }
    }

    pub(super) fn send(&self, frames: &Frames) -> Result<(), EmitError> {
        if !self.is_connected() {
            return Err(EmitError::NotConnected);
        }
        // An error means that the session is closing: the socket is as good as gone.
        self.inner.client.session().send(frames).map_err(|_| EmitError::NotConnected)
    }

    /// Whether it was sent.
    pub(super) fn send_volatile(&self, frames: &Frames) -> Result<bool, EmitError> {
        if !self.is_connected() {
            return Err(EmitError::NotConnected);
        }
        Ok(self.inner.client.session().send_volatile(frames))
    }
}

/// Rooms.
impl Socket {
    /// Joins rooms. Those it is in stay as they are.
    ///
    /// In middleware too: what is sent to the room reaches the socket from its connection on.
    pub fn join(&self, rooms: impl Rooms) {
        let mut joined = self.inner.rooms.lock();
        let Some(joined) = joined.as_mut() else { return };
        let mut wanted = Names::new();
        names(&rooms, &mut wanted);
        for room in wanted {
            if *room != *self.inner.id.as_str() && !joined.contains(&room) {
                self.inner.namespace.adapter().join(&room, self);
                joined.push(room);
            }
        }
    }

    /// Leaves rooms. The room of its own id cannot be left.
    pub fn leave(&self, rooms: impl Rooms) {
        let mut joined = self.inner.rooms.lock();
        let Some(joined) = joined.as_mut() else { return };
        rooms.each(|room| {
            if let Some(at) = joined.iter().position(|other| **other == *room) {
                joined.remove(at);
                self.inner.namespace.adapter().leave(room, self.inner.serial);
            }
        });
    }

    /// The rooms it is in, that of its own id first. None once it has left.
    #[must_use]
    pub fn rooms(&self) -> Vec<Arc<str>> {
        match self.inner.rooms.lock().as_ref() {
            Some(joined) => std::iter::once(Arc::from(self.inner.id.as_str())).chain(joined.iter().cloned()).collect(),
            None => Vec::new(),
        }
    }
}

/// Leaving.
impl Socket {
    /// Puts the socket out of its namespace; with `close`, the client's other sockets too, and closes its connection.
    ///
    /// Its listeners have been told when this returns. Nothing is done if it is not connected.
    pub fn disconnect(&self, close: bool) {
        if !self.is_connected() {
            return;
        }
        if close {
            self.inner.client.disconnect();
        } else {
            self.put_out();
        }
    }

    /// Tells the client that this socket is out, and lets it go.
    pub(super) fn put_out(&self) {
        match encode_disconnect(self.inner.parser, self.inner.namespace.name()) {
            Ok(frames) => {
                if let Err(error) = self.send(&frames) {
                    tracing::debug!(%error, "a DISCONNECT was not sent");
                }
            }
            Err(error) => tracing::error!(%error, "a DISCONNECT could not be encoded"),
        }
        self.finish(DisconnectReason::ServerNamespaceDisconnect);
    }

    /// Lets the socket go. Whoever comes first says why; nothing is done after that.
    pub(super) fn finish(&self, reason: DisconnectReason) {
        if self.inner.phase.swap(GONE, Ordering::AcqRel) == CONNECTED {
            let inner = &*self.inner;
            let namespace = inner.namespace.listeners();
            for listener in inner.listeners.disconnecting().iter().chain(&namespace.disconnecting()) {
                guarded(|| listener(self, reason));
            }
            self.cleanup();
            for listener in inner.listeners.disconnect().iter().chain(&namespace.disconnect()) {
                guarded(|| listener(self, reason));
            }
        } else {
            self.cleanup();
        }
        // What they hold may hold this socket.
        self.inner.listeners.clear();
        *self.inner.data.lock() = None;
    }

    fn cleanup(&self) {
        let inner = &*self.inner;
        let joined = inner.rooms.lock().take();
        for room in joined.into_iter().flatten() {
            inner.namespace.adapter().leave(&room, inner.serial);
        }
        inner.namespace.adapter().remove(&inner.id);
        inner.client.remove(&inner.namespace);
        inner.waiting.close();
    }
}

/// For its client and its namespace.
impl Socket {
    pub(super) fn new(namespace: Namespace, client: Arc<Client>, handshake: Handshake, parser: Parser) -> Self {
        let inner = Inner {
            id: SocketId::generate(),
            serial: namespace.next_serial(),
            namespace,
            client,
            handshake,
            parser,
            phase: AtomicU8::new(JOINING),
            rooms: Mutex::new(Some(Names::new())),
            listeners: ListenerSet::default(),
            waiting: Waiting::default(),
            data: Mutex::new(None),
        };
        Self { inner: Arc::new(inner) }
    }

    /// A number that no other socket of the namespace has had.
    pub(super) fn serial(&self) -> u64 {
        self.inner.serial
    }

    pub(super) fn waiting(&self) -> &Waiting {
        &self.inner.waiting
    }

    /// From middleware into the namespace. Nothing comes of it if the session was closed meanwhile.
    pub(super) fn enter(&self) {
        let entered = self.inner.phase.compare_exchange(JOINING, CONNECTED, Ordering::AcqRel, Ordering::Acquire);
        if entered.is_ok() {
            self.inner.namespace.adapter().add(self.clone());
            if !self.is_connected() {
                // It was let go before it was added.
                self.inner.namespace.adapter().remove(&self.inner.id);
            }
        }
    }

    pub(super) fn event_came(&self, name: Box<str>, args: Args, id: Option<u64>, at: Instant) {
        let namespace = self.inner.namespace.listeners().of_event(&name);
        let own = self.inner.listeners.of_event(&name);
        let ack = id.map(|id| Ack::new(self.clone(), id));
        let event = Event::new(name, args, ack, at);
        for listener in own.iter().chain(&namespace) {
            // A listener may have put the socket out.
            if self.is_connected() {
                listener(self, &event);
            }
        }
    }
}
