//! A handle on one Engine.IO session: its outbox, its state machine, and the way to close it.
//!
//! Reads no sockets: polling's handlers (`polling`) and a WebSocket's task (`websocket`) do, and report here.

use std::fmt;
use std::hint::black_box;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::Waker;
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::task::AtomicWaker;
use parking_lot::{Mutex, MutexGuard};
use parlor_proto::engine::{CloseReason, Effects, Machine, Packet, ParseError, Sid, Transport, Verdict};
use parlor_proto::frame::Frames;
use tracing::error;

use super::counters::{Flow, Way};
use super::outbox::{Bounds, Full, Memory, Outbox, Sink};
use super::table::{Place, Shared};
use super::{Census, Incoming, Item, LABELS, Volatile};

/// A sid, or a public socket id, of the thread's cryptographic generator.
#[must_use]
pub fn random_sid() -> Sid {
    Sid::new(rand::random())
}

/// A frame was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// The session has ended or is closing.
    #[error("the session is closed")]
    Closed,
    /// The outbox is full; the session closes for it with [`CloseReason::TransportClose`].
    #[error("the outbox is full")]
    Full,
}

/// One session. The layer above may hold it beyond its end.
///
/// In this order, what is needed to write to a client that takes everything at once is in the first two cache lines, which
/// processors fetch as a pair: see [`Self::touch`].
#[repr(C, align(128))]
pub struct Session {
    pub(super) inner: Mutex<Inner>,
    label: AtomicU8,
    pub(super) shared: Arc<Shared>,
    sid: Sid,
    /// The session's own task: a WebSocket's connection, or polling's timer.
    pub(super) task: AtomicWaker,
    /// Locked while a message is handled, so that messages come one at a time and `closed` comes last.
    incoming: Mutex<Option<Arc<dyn Incoming>>>,
}

#[repr(C)]
pub(super) struct Inner {
    pub(super) outbox: Outbox,
    /// A write failed, or was refused: there is no use for the transport any more.
    pub(super) broken: bool,
    /// The session's task has been told that something waits to be written.
    pub(super) told: bool,
    /// Why it was closed; set from the moment on at which the machine is no longer open.
    pub(super) closed: Option<CloseReason>,
    pub(super) machine: Machine,
    /// The GET that waits.
    pub(super) poll: Option<Waker>,
    /// The POST that waits for a GET, to end it.
    pub(super) post: Option<Waker>,
    /// The WebSocket that is being probed.
    pub(super) probe: Option<Waker>,
    pub(super) place: Option<Place>,
}

impl Inner {
    fn writable(&self) -> bool {
        match self.machine.transport() {
            Transport::Polling => self.machine.is_polled(),
            Transport::Websocket | Transport::Webtransport => self.outbox.is_empty(),
        }
    }
}

/// What a session's task has to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// Go on.
    Open,
    /// Send what waits, then say goodbye.
    Closing,
    /// Say goodbye.
    Ended,
    /// Drop the transport without a word: it takes none.
    Broken,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("sid", &self.sid).finish_non_exhaustive()
    }
}

/// What the layer above uses.
impl Session {
    /// The session's id, known to its client alone.
    #[must_use]
    pub const fn sid(&self) -> &Sid {
        &self.sid
    }

    /// The transport that carries it at the moment.
    #[must_use]
    pub fn transport(&self) -> Transport {
        self.inner.lock().machine.transport()
    }

    /// How long its client took to answer the last ping, or a WebSocket's handshake while there was none; `None` before both.
    #[must_use]
    pub fn round_trip(&self) -> Option<Duration> {
        self.inner.lock().machine.round_trip()
    }

    /// Whether what is sent would go out at once: a WebSocket that nothing waits for, or a GET that waits.
    #[must_use]
    pub fn writable(&self) -> bool {
        let inner = self.inner.lock();
        inner.machine.is_open() && inner.writable()
    }

    /// Sorts it under this label, of [`LABELS`], in [`Engine::census`](super::Engine::census). At first it is 0. What they mean is the layer
    /// above's to say.
    pub fn label(&self, label: u8) {
        self.label.store(label, Ordering::Relaxed);
    }

    /// Sends frames that must arrive, in order: at once if that is possible, or else they wait.
    ///
    /// # Errors
    /// They did not fit, or the session is closed.
    pub fn send(&self, frames: &Frames) -> Result<(), SendError> {
        self.deliver(&[Item::Reliable(frames)])
    }

    /// Sends frames if they go out at once, all of them, and otherwise does with them what [`Config::volatile`](super::Config) says.
    /// Whether they were sent, or wait.
    pub fn send_volatile(&self, frames: &Frames) -> bool {
        let mut inner = self.inner.lock();
        let taken = if inner.machine.is_open() { self.volatile(&mut inner, frames) } else { Ok(false) };
        inner.broken |= taken.is_err();
        self.settle(inner, Effects::default());
        let taken = taken.unwrap_or(false);
        self.shared.counters.volatile_dropped.add(usize::from(!taken));
        taken
    }

    fn volatile(&self, inner: &mut Inner, frames: &Frames) -> io::Result<bool> {
        if inner.writable() && inner.outbox.volatile(frames)? {
            return Ok(true);
        }
        Ok(match self.shared.config.volatile {
            Volatile::AtOnce => false,
            Volatile::Wait => inner.outbox.wait_volatile(frames, self.bounds(), false),
            Volatile::Newest => inner.outbox.wait_volatile(frames, self.bounds(), true),
        })
    }

    /// All that one moment has for this client, in order, in one write if the socket takes it.
    ///
    /// # Errors
    /// As [`Session::send`]. If the outbox is full, some of the items may have been sent.
    pub fn deliver(&self, items: &[Item<'_>]) -> Result<(), SendError> {
        let mut inner = self.inner.lock();
        // As good as the machine's word, which is a cache miss further.
        if inner.closed.is_some() {
            return Err(SendError::Closed);
        }
        match inner.outbox.deliver(items, self.bounds()) {
            Ok(Ok(_)) if inner.outbox.is_empty() => {
                let sent = inner.outbox.take_sent();
                drop(inner);
                // Nothing else takes all there is at once.
                self.shared.counters.went(Way::Sent, Transport::Websocket, sent);
                Ok(())
            }
            Ok(Ok(replaced)) => {
                self.shared.counters.states_replaced.add(replaced);
                self.settle(inner, Effects::default());
                Ok(())
            }
            Ok(Err(Full)) => {
                self.shared.counters.outboxes_full.add(1);
                self.break_off(inner);
                Err(SendError::Full)
            }
            Err(_) => {
                self.break_off(inner);
                Err(SendError::Closed)
            }
        }
    }

    /// Has the processor fetch what [`deliver`](Self::deliver) needs, and does nothing: done for a dozen sessions before they
    /// are delivered to, their cache misses overlap, which otherwise come one after the other.
    pub fn touch(&self) {
        black_box((self.inner.is_locked(), Arc::as_ptr(&self.shared)));
    }

    /// Where its connection lies among others. What the system keeps of connections accepted one after the other lies one after
    /// the other: to write to thousands in the order of this number takes less than in any. It is the socket's descriptor, or
    /// 0 while there is no WebSocket.
    #[must_use]
    pub fn locality(&self) -> u32 {
        self.inner.lock().outbox.sink.descriptor()
    }

    /// Calls this between two of the session's messages, if [`Incoming::closed`] has not been called yet; not to be used by what
    /// handles a message.
    pub fn in_turn<T>(&self, call: impl FnOnce() -> T) -> Option<T> {
        let incoming = self.incoming.lock();
        incoming.as_ref().map(|_| call())
    }

    /// Closes the session: what is queued goes out first, then the client is told. Messages stop at once;
    /// [`Incoming::closed`] is called with this reason, later and from the session's own task.
    pub fn close(&self, reason: CloseReason) {
        let mut inner = self.inner.lock();
        let effects = inner.machine.close(Instant::now(), reason);
        self.settle(inner, effects);
    }
}

/// What the transports use.
impl Session {
    pub(super) fn new(shared: Arc<Shared>, machine: Machine, place: Option<Place>) -> Self {
        let inner = Inner {
            machine,
            outbox: Outbox::default(),
            poll: None,
            post: None,
            probe: None,
            closed: None,
            broken: false,
            told: false,
            place,
        };
        let (incoming, inner) = (Mutex::new(None), Mutex::new(inner));
        Self { sid: random_sid(), shared, task: AtomicWaker::new(), incoming, label: AtomicU8::new(0), inner }
    }

    /// The layer above takes the messages from here on.
    pub(super) fn bind(&self, incoming: Arc<dyn Incoming>) {
        *self.incoming.lock() = Some(incoming);
    }

    /// Adds what there is of it to the census.
    pub(super) fn count_in(&self, census: &mut Census) {
        let label = usize::from(self.label.load(Ordering::Relaxed)).min(LABELS - 1);
        let (transport, depth) = {
            let inner = self.inner.lock();
            (inner.machine.transport(), inner.outbox.depth())
        };
        let sessions = match transport {
            Transport::Polling => &mut census.polling,
            Transport::Websocket => &mut census.websocket,
            Transport::Webtransport => &mut census.webtransport,
        };
        sessions[label] += 1;
        census.waiting += usize::from(depth.frames > 0);
        census.frames += depth.frames;
        census.most_frames = census.most_frames.max(depth.frames);
        census.bytes += depth.bytes;
    }

    /// As [`touch`](Self::touch), of what a packet from the client needs.
    pub(super) fn touch_to_hear(&self) {
        black_box((self.inner.is_locked(), self.incoming.is_locked()));
    }

    /// A packet came. Whether it was in place.
    pub(super) fn packet(&self, from: Transport, packet: Result<Packet, ParseError>, at: Instant) -> bool {
        self.shared.counters.went(Way::Received, from, Flow { packets: 1, bytes: 0 });
        let incoming = self.incoming.lock();
        let mut inner = self.inner.lock();
        let mut effects = match packet {
            Ok(packet) => inner.machine.packet(at, from, packet),
            Err(_) => inner.machine.malformed(from),
        };
        let (message, refused) = (effects.message.take(), effects.refused);
        self.settle(inner, effects);
        if let (Some(message), Some(incoming)) = (message, &*incoming) {
            match guarded(|| Arc::clone(incoming).message(message, at)) {
                Some(Ok(())) => {}
                Some(Err(reason)) => self.close(reason),
                None => self.close(CloseReason::TransportError),
            }
        }
        !refused
    }

    /// Time has passed; returns when to call again.
    pub(super) fn timeout(&self, now: Instant) -> Option<Instant> {
        let mut inner = self.inner.lock();
        if inner.machine.deadline().is_some_and(|due| due <= now) {
            let effects = inner.machine.timeout(now);
            self.settle(inner, effects);
            inner = self.inner.lock();
        }
        inner.machine.deadline()
    }

    /// Calls `upgraded`. Not while the session is locked.
    pub(super) fn tell_upgraded(&self) {
        if let Some(incoming) = &*self.incoming.lock()
            && guarded(|| incoming.upgraded()).is_none()
        {
            self.close(CloseReason::TransportError);
        }
    }

    /// Calls `closed` if that is due. To be called by the session's task alone.
    pub(super) fn tell_closed(&self) {
        let Some(reason) = self.inner.lock().closed else { return };
        let incoming = self.incoming.lock().take();
        if let Some(incoming) = incoming {
            // What has panicked is over either way.
            let _panicked = guarded(|| incoming.closed(reason));
        }
    }

    pub(super) fn stage(&self) -> Stage {
        let inner = self.inner.lock();
        if inner.broken {
            Stage::Broken
        } else if inner.machine.is_ended() {
            Stage::Ended
        } else if inner.machine.is_open() {
            Stage::Open
        } else {
            Stage::Closing
        }
    }

    /// The transport is gone, or its bytes make no sense.
    pub(super) fn lost(&self, reason: CloseReason) {
        let mut inner = self.inner.lock();
        let effects = inner.machine.lost(reason);
        self.settle(inner, effects);
    }

    /// Why the session was closed, if it was.
    pub(super) fn close_reason(&self) -> Option<CloseReason> {
        self.inner.lock().closed
    }

    pub(super) fn bounds(&self) -> Bounds {
        self.shared.config.outbox()
    }

    /// The client is too slow or gone: nothing more can be said to it, not even goodbye.
    pub(super) fn break_off(&self, mut inner: MutexGuard<'_, Inner>) {
        inner.broken = true;
        let effects = inner.machine.lost(CloseReason::TransportClose);
        self.settle(inner, effects);
    }

    /// Carries out effects, lets go of the lock, and wakes the session's task if it has something to do.
    pub(super) fn settle(&self, mut inner: MutexGuard<'_, Inner>, effects: Effects) {
        let mut wake = effects.ended || effects.closed.is_some() || inner.broken;
        self.apply(&mut inner, effects);
        if !inner.outbox.is_empty() {
            match inner.machine.transport() {
                Transport::Polling => {
                    let effects = inner.machine.queued();
                    self.apply(&mut inner, effects);
                }
                Transport::Websocket | Transport::Webtransport => wake |= !std::mem::replace(&mut inner.told, true),
            }
        }
        let (transport, sent) = (inner.machine.transport(), inner.outbox.take_sent());
        let displaced = inner.outbox.take_displaced();
        drop(inner);
        self.shared.counters.went(Way::Sent, transport, sent);
        self.shared.counters.volatile_dropped.add(displaced);
        if wake {
            self.task.wake();
        }
    }

    fn apply(&self, inner: &mut Inner, effects: Effects) {
        if effects.ping {
            inner.outbox.own(Packet::Ping(Bytes::new()).encode());
        }
        if effects.poll
            && let Some(poll) = inner.poll.take()
        {
            poll.wake();
        }
        if effects.probe == Some(Verdict::Close)
            && let Some(probe) = inner.probe.take()
        {
            probe.wake();
        }
        if effects.closed.is_some() {
            inner.closed = effects.closed;
        }
        if effects.ended {
            inner.outbox.clear();
            inner.place = None;
            self.shared.remove(&self.sid);
        }
    }
}

/// Calls the layer above, whose panic costs its own session and no other; `None` if it panicked.
pub(super) fn guarded<T>(call: impl FnOnce() -> T) -> Option<T> {
    let called = catch_unwind(AssertUnwindSafe(call));
    if called.is_err() {
        error!("a session's handler panicked; the session closes");
    }
    called.ok()
}

/// A detached session's other end: see [`super::Tap`].
impl Session {
    pub(super) fn tap_open(&self) {
        let memory = Memory { room: usize::MAX, ..Memory::default() };
        self.inner.lock().outbox.sink = Sink::Memory(Box::new(memory));
    }

    pub(super) fn tap_take(&self) -> Vec<u8> {
        match &mut self.inner.lock().outbox.sink {
            Sink::Memory(memory) => std::mem::take(&mut memory.written),
            Sink::None | Sink::Direct(_) | Sink::Void => Vec::new(),
        }
    }

    pub(super) fn tap_writes(&self) -> usize {
        match &self.inner.lock().outbox.sink {
            Sink::Memory(memory) => memory.writes,
            Sink::None | Sink::Direct(_) | Sink::Void => 0,
        }
    }

    pub(super) fn tap_void(&self) {
        self.inner.lock().outbox.sink = Sink::Void;
    }

    pub(super) fn tap_stall(&self, stalled: bool) {
        let mut inner = self.inner.lock();
        if let Sink::Memory(memory) = &mut inner.outbox.sink {
            memory.room = if stalled { 0 } else { usize::MAX };
        }
        inner.broken |= inner.outbox.flush().is_err();
    }
}
