//! Acknowledgements, both ways: the answer to a client's event, and the client's to ours.
//!
//! An answer is a packet of its own; nothing here knows what is said in it.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use parlor_proto::frame::Frames;
use parlor_proto::socket::{Args, Arguments, encode_ack};
use tokio::sync::oneshot;

use super::{AckError, EmitError, Socket};

/// The way to answer one event. Clones answer the same event, and only the first answer is sent.
#[derive(Clone, Debug)]
pub struct Ack {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    socket: Socket,
    id: u64,
    sent: AtomicBool,
}

impl Ack {
    pub(super) fn new(socket: Socket, id: u64) -> Self {
        Self { inner: Arc::new(Inner { socket, id, sent: AtomicBool::new(false) }) }
    }

    /// Answers, from any thread, now or later.
    ///
    /// # Errors
    /// It was answered before, the socket is gone, or the arguments cannot be encoded.
    pub fn send(&self, args: impl Arguments) -> Result<(), EmitError> {
        let frames = self.encode(args)?;
        self.inner.socket.send(&frames)
    }

    /// The answer's frames, for whoever sends them along with others: [`Socket::deliver`]. The event counts as answered.
    ///
    /// # Errors
    /// It was answered before, or the arguments cannot be encoded.
    pub fn encode(&self, args: impl Arguments) -> Result<Frames, EmitError> {
        let socket = &self.inner.socket;
        let frames = encode_ack(socket.parser(), socket.namespace().name(), self.inner.id, &args)?;
        if self.inner.sent.swap(true, Ordering::AcqRel) {
            return Err(EmitError::Acknowledged);
        }
        Ok(frames)
    }
}

/// The events of one socket that wait for its client's answer.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Ids start at 0. At a billion a second they last for centuries.
    next: u64,
    answers: HashMap<u64, oneshot::Sender<Args>>,
    closed: bool,
}

impl Waiting {
    /// An id for an event, and what its answer will come through; `None` if the socket is gone.
    fn register(&self) -> Option<(u64, oneshot::Receiver<Args>)> {
        let mut state = self.state.lock();
        if state.closed {
            return None;
        }
        let id = state.next;
        state.next += 1;
        let (answer, answered) = oneshot::channel();
        state.answers.insert(id, answer);
        Some((id, answered))
    }

    fn forget(&self, id: u64) {
        self.state.lock().answers.remove(&id);
    }

    /// An answer came. One that nobody waits for is ignored.
    pub(super) fn answer(&self, id: u64, args: Args) {
        let waiting = self.state.lock().answers.remove(&id);
        // Whoever waited may have given up at this very moment.
        if let Some(waiting) = waiting
            && waiting.send(args).is_err()
        {
            tracing::trace!(id, "an answer came too late");
        }
    }

    /// Nothing more will come: all who wait are told.
    pub(super) fn close(&self) {
        let answers = {
            let mut state = self.state.lock();
            state.closed = true;
            std::mem::take(&mut state.answers)
        };
        drop(answers);
    }
}

/// An event that was sent, and whose answer is awaited. Dropping it forgets the event.
#[derive(Debug)]
pub(super) struct Question {
    socket: Socket,
    pub(super) id: u64,
    answered: oneshot::Receiver<Args>,
}

impl Question {
    pub(super) fn new(socket: &Socket) -> Result<Self, EmitError> {
        let (id, answered) = socket.waiting().register().ok_or(EmitError::NotConnected)?;
        Ok(Self { socket: socket.clone(), id, answered })
    }

    pub(super) async fn answer(mut self, timeout: Duration) -> Result<Args, AckError> {
        match tokio::time::timeout(timeout, &mut self.answered).await {
            Ok(Ok(args)) => Ok(args),
            Ok(Err(_)) => Err(AckError::Disconnected),
            Err(_) => Err(AckError::Timeout),
        }
    }
}

impl Drop for Question {
    fn drop(&mut self) {
        self.socket.waiting().forget(self.id);
    }
}
