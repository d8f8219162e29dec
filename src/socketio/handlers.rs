//! What a socket's or a namespace's listeners are, and the event they are called with.
//!
//! Runs nothing: sockets call them, in order, without a lock held, so that they may add more.

use std::ops::Deref;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;

use arc_swap::{ArcSwapOption, Guard};
use parlor_proto::socket::Args;

use super::{Ack, DisconnectReason, EventError, Socket};

/// An event that came from a client.
///
/// ```
/// # let io = parlor::socketio::Io::new(Default::default());
/// io.of("/").on("move", |socket, event| {
///     println!("{} {} {:?} after {:?}", socket.id(), event.name, event.args.values(), event.at.elapsed());
/// });
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Event {
    /// Its name.
    pub name: Box<str>,
    /// What it came with.
    pub args: Args,
    /// The way to answer, if the client waits for an acknowledgement. May be cloned and used later, once.
    pub ack: Option<Ack>,
    /// When it was read from the socket.
    pub at: Instant,
}

impl Event {
    pub(super) const fn new(name: Box<str>, args: Args, ack: Option<Ack>, at: Instant) -> Self {
        Self { name, args, ack, at }
    }
}

pub(super) type OnEvent = Arc<dyn Fn(&Socket, &Event) + Send + Sync>;
pub(super) type OnOutgoing = Arc<dyn Fn(&Socket, &str, &Args) + Send + Sync>;
pub(super) type WrapEvent = Arc<dyn Fn(&Socket, &mut Event) -> Result<(), EventError> + Send + Sync>;
pub(super) type OnRefused = Arc<dyn Fn(&Socket, &Event, &EventError) + Send + Sync>;
pub(super) type OnReason = Arc<dyn Fn(&Socket, DisconnectReason) + Send + Sync>;

/// Calls a listener that has no session to end. If it panics, the others are called all the same.
pub(super) fn guarded(call: impl FnOnce()) {
    if catch_unwind(AssertUnwindSafe(call)).is_err() {
        tracing::error!(
            "a listener panicked that is no client's: of a socket's state or end, or of another server's event"
        );
    }
}

/// Tells one listener from all others of this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ListenerId(u64);

impl ListenerId {
    fn next() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

/// A listener, and which one it is.
#[derive(Clone)]
pub(super) struct Listed<F> {
    pub(super) id: ListenerId,
    call: F,
}

impl<F> Listed<F> {
    pub(super) fn new(call: F) -> Self {
        Self { id: ListenerId::next(), call }
    }
}

impl<F> Deref for Listed<F> {
    type Target = F;

    fn deref(&self) -> &F {
        &self.call
    }
}

/// Takes the one of this id out; whether it was there.
pub(super) fn take_out<F>(listeners: &mut Vec<Listed<F>>, id: ListenerId) -> bool {
    let before = listeners.len();
    listeners.retain(|listener| listener.id != id);
    listeners.len() < before
}

/// All listeners of a socket, or those that a namespace has for each of its sockets.
#[derive(Clone, Default)]
pub(super) struct Listeners {
    pub(super) wraps: Vec<WrapEvent>,
    pub(super) refused: Vec<Listed<OnRefused>>,
    pub(super) events: Vec<Listed<Named>>,
    pub(super) any: Vec<Listed<OnEvent>>,
    pub(super) outgoing: Vec<Listed<OnOutgoing>>,
    pub(super) disconnecting: Vec<Listed<OnReason>>,
    pub(super) disconnect: Vec<Listed<OnReason>>,
}

/// A listener of one event.
#[derive(Clone)]
pub(super) struct Named {
    name: Arc<str>,
    listener: OnEvent,
}

impl Listed<Named> {
    pub(super) fn named(name: &str, listener: OnEvent) -> Self {
        Self::new(Named { name: name.into(), listener })
    }

    /// One that is called with the first event and, being on its `socket` alone, forgotten then.
    pub(super) fn once(name: &str, listener: impl Fn(&Socket, &Event) + Send + Sync + 'static) -> Self {
        let (id, spent) = (ListenerId::next(), AtomicBool::new(false));
        let call = move |socket: &Socket, event: &Event| {
            if !spent.swap(true, Ordering::AcqRel) {
                // Before it is called: it may emit the event to itself, or be added once more.
                socket.own_listeners().take_out(id);
                listener(socket, event);
            }
        };
        Self { id, call: Named { name: name.into(), listener: Arc::new(call) } }
    }
}

impl Named {
    pub(super) fn is_of(&self, name: &str) -> bool {
        *self.name == *name
    }
}

/// Listeners that are read without a lock and replaced whole when one is added or removed.
#[derive(Default)]
pub(super) struct ListenerSet(ArcSwapOption<Listeners>);

impl std::fmt::Debug for ListenerSet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ListenerSet").finish_non_exhaustive()
    }
}

impl ListenerSet {
    pub(super) fn add(&self, add: impl Fn(&mut Listeners)) {
        self.0.rcu(|current| {
            let mut next = current.as_deref().cloned().unwrap_or_default();
            add(&mut next);
            Some(Arc::new(next))
        });
    }

    /// Forgets some.
    pub(super) fn remove(&self, remove: impl Fn(&mut Listeners)) {
        self.0.rcu(|current| {
            let mut next = Listeners::clone(current.as_deref()?);
            remove(&mut next);
            Some(Arc::new(next))
        });
    }

    /// Forgets the one of this id; whether it was there.
    pub(super) fn take_out(&self, id: ListenerId) -> bool {
        let mut was_there = false;
        self.0.rcu(|current| {
            let mut next = Listeners::clone(current.as_deref()?);
            was_there = next.take_out(id);
            Some(Arc::new(next))
        });
        was_there
    }

    /// Forgets all listeners, and what they hold.
    pub(super) fn clear(&self) {
        self.0.store(None);
    }

    /// What there is at this moment, whatever is added later: it may be kept while listeners run.
    pub(super) fn load(&self) -> Snapshot {
        Snapshot(self.0.load())
    }
}

/// The listeners of one moment.
pub(super) struct Snapshot(Guard<Option<Arc<Listeners>>>);

static NONE: Listeners = Listeners {
    wraps: Vec::new(),
    refused: Vec::new(),
    events: Vec::new(),
    any: Vec::new(),
    outgoing: Vec::new(),
    disconnecting: Vec::new(),
    disconnect: Vec::new(),
};

impl Deref for Snapshot {
    type Target = Listeners;

    fn deref(&self) -> &Listeners {
        self.0.as_deref().unwrap_or(&NONE)
    }
}

impl Listeners {
    fn take_out(&mut self, id: ListenerId) -> bool {
        take_out(&mut self.events, id)
            || take_out(&mut self.any, id)
            || take_out(&mut self.outgoing, id)
            || take_out(&mut self.refused, id)
            || take_out(&mut self.disconnecting, id)
            || take_out(&mut self.disconnect, id)
    }

    /// Those to call with this event: catch-alls first.
    pub(super) fn of_event(&self, name: &str) -> impl Iterator<Item = &OnEvent> {
        let named = self.events.iter().filter(move |named| named.is_of(name)).map(|named| &named.listener);
        self.any.iter().map(|any| &**any).chain(named)
    }
}
