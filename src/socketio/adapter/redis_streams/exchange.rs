//! What the parts of one server's adapter share: its namespaces, what waits, and who waits for answers.
//!
//! Speaks to Redis nowhere: that is done by the tasks of `link`, with what is put here.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use parking_lot::{Mutex, RwLock};
use parlor_proto::socket::EncodeError;
use redis::aio::MultiplexedConnection;
use tokio::runtime::Handle;
use tokio::sync::{Notify, Semaphore, mpsc, oneshot, watch};

use super::config::{Config, Counters, count};
use super::entry::StreamId;
use super::event::Event;
use super::holders::Comers;
use super::line::{Added, EntryFields, Item, Letter, Line};
use super::message::{Bounds, Message};
use super::node::Node;
use super::requests::{Requests, random_id};
use super::returns::Arrival;
use super::streams::Streams;

pub(super) struct Exchange {
    pub(super) config: Config,
    /// Whose its publications are, for others.
    pub(super) uid: Box<str>,
    /// Where tasks are started: applications call from any thread.
    pub(super) runtime: Handle,
    pub(super) streams: Streams,
    pub(super) line: Mutex<Line>,
    /// The last entry of each stream that this server's sockets have got; none before they were first looked at.
    pub(super) positions: Mutex<Vec<StreamId>>,
    /// Something waits for Redis.
    pub(super) work: Notify,
    /// What waited has got there.
    pub(super) settled: Notify,
    nodes: RwLock<HashMap<Box<str>, Arc<Node>>>,
    pub(super) changes: watch::Sender<()>,
    pub(super) requests: Arc<Requests>,
    /// Other servers' requests that clients here are to answer.
    pub(super) surveys: Arc<Semaphore>,
    /// Clients that are coming back.
    pub(super) returning: Arc<Semaphore>,
    pub(super) comers: Arc<Comers>,
    pub(super) arrivals: mpsc::UnboundedSender<Arrival>,
    /// For what is asked of Redis beside the stream; none while it is away.
    pub(super) commands: Mutex<Option<MultiplexedConnection>>,
    pub(super) connected: watch::Sender<bool>,
    pub(super) counters: Counters,
}

impl fmt::Debug for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exchange").field("uid", &self.uid).finish_non_exhaustive()
    }
}

impl Exchange {
    /// With the end where clients arrive that come back.
    pub(super) fn new(config: Config, runtime: Handle) -> (Arc<Self>, mpsc::UnboundedReceiver<Arrival>) {
        // No more than `max_returning` are in it.
        let (arrivals, arrived) = mpsc::unbounded_channel();
        let streams = Streams::new(&config);
        let exchange = Self {
            uid: random_id(),
            runtime,
            line: Mutex::new(Line::new(&config, streams.len())),
            streams,
            positions: Mutex::default(),
            work: Notify::new(),
            settled: Notify::new(),
            nodes: RwLock::default(),
            changes: watch::Sender::new(()),
            requests: Arc::default(),
            surveys: Arc::new(Semaphore::new(config.max_requests.min(Semaphore::MAX_PERMITS))),
            returning: Arc::new(Semaphore::new(config.max_returning.min(Semaphore::MAX_PERMITS))),
            comers: Arc::default(),
            arrivals,
            commands: Mutex::default(),
            connected: watch::Sender::new(false),
            counters: Counters::default(),
            config,
        };
        (Arc::new(exchange), arrived)
    }

    pub(super) fn bounds(&self) -> Bounds {
        Bounds { bytes: self.config.max_entry_bytes, rooms: self.config.max_rooms }
    }

    pub(super) fn node(&self, namespace: &str) -> Option<Arc<Node>> {
        self.nodes.read().get(namespace).cloned()
    }

    pub(super) fn nodes(&self) -> Vec<Arc<Node>> {
        self.nodes.read().values().cloned().collect()
    }

    /// The last entry of a namespace's stream that this server's sockets have got, if that is known.
    pub(super) fn position(&self, namespace: &str) -> Option<StreamId> {
        self.positions.lock().get(self.streams.of(namespace)).copied()
    }

    pub(super) fn add(&self, node: &Arc<Node>) {
        self.nodes.write().insert(node.namespace().into(), Arc::clone(node));
        self.changes.send_replace(());
    }

    /// Forgets a namespace, unless it was made anew meanwhile.
    pub(super) fn remove(&self, node: &Arc<Node>) {
        let mut nodes = self.nodes.write();
        if nodes.get(node.namespace()).is_some_and(|other| Arc::ptr_eq(other, node)) {
            nodes.remove(node.namespace());
            drop(nodes);
            self.changes.send_replace(());
        }
    }

    /// Has an entry written to the stream. `event` is delivered when it comes back from there, or else at once.
    pub(super) fn publish(&self, namespace: &str, message: &Message, event: Option<Event>) -> Result<(), EncodeError> {
        let (stream, data) = (self.streams.of(namespace), message.entry_data(namespace)?);
        let fields = EntryFields { stream, namespace: namespace.into(), kind: message.kind(), data };
        let added = self.line.lock().publish(fields, event);
        self.added(added);
        Ok(())
    }

    /// Has a letter sent to a channel; `heard` is told how many servers have got it, or is dropped if none will.
    pub(super) fn letter(
        &self,
        channel: &str,
        namespace: &str,
        message: &Message,
        heard: Option<oneshot::Sender<usize>>,
        kind: Letter,
    ) {
        match message.letter(&self.uid, namespace) {
            Ok(letter) => self.send(Item::Letter { channel: channel.into(), letter, heard, kind }),
            Err(error) => tracing::warn!(%error, "something cannot be told to other servers"),
        }
    }

    pub(super) fn send(&self, item: Item) {
        let added = self.line.lock().send(item);
        self.added(added);
    }

    fn added(&self, added: Added) {
        self.work.notify_one();
        if added.dropped > 0 {
            count(&self.counters.dropped, added.dropped);
        }
        if added.first {
            let policy = self.config.overflow;
            tracing::warn!(?policy, "more waits for Redis than may, or is too large: other servers do not get it all");
        }
        for event in added.deliver {
            event.deliver(None);
        }
    }

    /// Returns when nothing waits for Redis, or it is away.
    pub(super) async fn drained(&self) {
        loop {
            let settled = self.settled.notified();
            {
                let line = self.line.lock();
                if line.is_idle() || line.is_away() {
                    return;
                }
            }
            settled.await;
        }
    }
}
