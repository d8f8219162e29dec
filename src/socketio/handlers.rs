//! What a socket's or a namespace's listeners are, and the event they are called with.
//!
//! Runs nothing: sockets call them, in order, without a lock held, so that they may add more.

use std::ops::Deref;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
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

/// All listeners of a socket, or those that a namespace has for each of its sockets.
#[derive(Clone, Default)]
pub(super) struct Listeners {
    pub(super) wraps: Vec<WrapEvent>,
    pub(super) refused: Vec<OnRefused>,
    pub(super) events: Vec<Named>,
    pub(super) any: Vec<OnEvent>,
    pub(super) outgoing: Vec<OnOutgoing>,
    pub(super) disconnecting: Vec<OnReason>,
    pub(super) disconnect: Vec<OnReason>,
}

/// A listener of one event.
#[derive(Clone)]
pub(super) struct Named {
    name: Arc<str>,
    call: OnEvent,
    /// Whether it has been called, if that is to be once.
    spent: Option<Arc<AtomicBool>>,
}

impl Named {
    pub(super) const fn new(name: Arc<str>, call: OnEvent) -> Self {
        Self { name, call, spent: None }
    }

    /// One that is called with the first event and, being on its `socket` alone, forgotten then.
    pub(super) fn once(name: Arc<str>, listener: impl Fn(&Socket, &Event) + Send + Sync + 'static) -> Self {
        let spent = Arc::new(AtomicBool::new(false));
        let own = Arc::clone(&spent);
        let call = move |socket: &Socket, event: &Event| {
            if !own.swap(true, Ordering::AcqRel) {
                // Before it is called: it may emit the event to itself, or be added once more.
                socket.own_listeners().remove(|listeners| listeners.events.retain(|named| !named.is_spent()));
                listener(socket, event);
            }
        };
        Self { name, call: Arc::new(call), spent: Some(spent) }
    }

    pub(super) fn is_of(&self, name: &str) -> bool {
        *self.name == *name
    }

    fn is_spent(&self) -> bool {
        self.spent.as_ref().is_some_and(|spent| spent.load(Ordering::Acquire))
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
    /// Those to call with this event: catch-alls first.
    pub(super) fn of_event(&self, name: &str) -> impl Iterator<Item = &OnEvent> {
        let named = self.events.iter().filter(move |named| named.is_of(name)).map(|named| &named.call);
        self.any.iter().chain(named)
    }
}
