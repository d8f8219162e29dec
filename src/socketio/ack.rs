//! Acknowledgements, both ways: the answer to a client's event, the client's to ours, and those of many to a broadcast.
//!
//! An answer is a packet of its own; nothing here knows what is said in it.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use parlor_proto::frame::Frames;
use parlor_proto::socket::{Args, Arguments, encode_ack};
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

use super::{AckError, EmitError, Socket, SocketId};

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
    answers: HashMap<u64, Waiter>,
    closed: bool,
}

/// What an answer goes to.
#[derive(Debug)]
enum Waiter {
    /// The one that was asked for.
    One(oneshot::Sender<Args>),
    /// One of many: no more come through it than sockets were asked.
    Many(mpsc::UnboundedSender<(SocketId, Args)>),
}

impl Waiting {
    /// Waits for the answer to the event of this id; whether the socket is there to give one.
    fn register(&self, id: u64, waiter: Waiter) -> bool {
        let mut state = self.state.lock();
        if !state.closed {
            state.answers.insert(id, waiter);
        }
        !state.closed
    }

    fn forget(&self, id: u64) {
        self.state.lock().answers.remove(&id);
    }

    /// This socket's answer came. One that nobody waits for is ignored.
    pub(super) fn answer(&self, socket: SocketId, id: u64, args: Args) {
        let waiting = self.state.lock().answers.remove(&id);
        let taken = match waiting {
            Some(Waiter::One(waiting)) => waiting.send(args).is_ok(),
            Some(Waiter::Many(waiting)) => waiting.send((socket, args)).is_ok(),
            None => true,
        };
        if !taken {
            // Whoever waited has given up at this very moment.
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
        let id = socket.namespace().next_ack();
        let (answer, answered) = oneshot::channel();
        if socket.waiting().register(id, Waiter::One(answer)) {
            return Ok(Self { socket: socket.clone(), id, answered });
        }
        Err(EmitError::NotConnected)
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

/// What the receivers of a broadcast have answered: see [`Broadcast::emit_with_ack`](super::Broadcast::emit_with_ack).
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Answers {
    /// Who answered what, in the order in which it came.
    pub answered: Vec<(SocketId, Args)>,
    /// Who was asked and did not answer in time, or left.
    pub missing: Vec<SocketId>,
}

/// An event that was sent to many, and whose answers are awaited. Dropping it forgets the event.
#[derive(Debug)]
pub(super) struct Survey {
    pub(super) id: u64,
    asked: Vec<Socket>,
    answers: mpsc::UnboundedReceiver<(SocketId, Args)>,
}

impl Survey {
    /// Of these sockets, which share a namespace.
    pub(super) fn new(id: u64, sockets: &[Socket]) -> Self {
        let (answer, answers) = mpsc::unbounded_channel();
        for socket in sockets {
            // One that has left meanwhile is missing.
            socket.waiting().register(id, Waiter::Many(answer.clone()));
        }
        Self { id, asked: sockets.to_vec(), answers }
    }

    pub(super) async fn answers(mut self, timeout: Duration) -> Answers {
        let until = Instant::now() + timeout;
        let mut answered = Vec::with_capacity(self.asked.len());
        // Each socket keeps its end until it answers or leaves: when all have, there is an end.
        while let Ok(Some(answer)) = tokio::time::timeout_at(until, self.answers.recv()).await {
            answered.push(answer);
        }
        let there: HashSet<SocketId> = answered.iter().map(|(id, _)| *id).collect();
        let missing = self.asked.iter().map(Socket::id).filter(|id| !there.contains(id)).collect();
        Answers { answered, missing }
    }
}

impl Drop for Survey {
    fn drop(&mut self) {
        for socket in &self.asked {
            socket.waiting().forget(self.id);
        }
    }
}
