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
    /// What sockets of other servers answered. Who they are is not told between servers.
    pub elsewhere: Vec<Args>,
    /// How many sockets of other servers were asked and did not answer.
    pub missing_elsewhere: usize,
    /// How many servers did not say in time whom they asked.
    pub silent_servers: usize,
}

/// An event that was sent to this server's sockets, and whose answers are awaited: see [`Local::ask`](super::Local::ask). Dropping it
/// forgets the event.
#[derive(Debug)]
pub struct Survey {
    id: u64,
    asked: Vec<Socket>,
    answers: mpsc::UnboundedReceiver<(SocketId, Args)>,
}

impl Survey {
    /// Of these sockets, which share a namespace.
    pub(super) fn new(id: u64, asked: Vec<Socket>) -> Self {
        let (answer, answers) = mpsc::unbounded_channel();
        for socket in &asked {
            // One that has left meanwhile is missing.
            socket.waiting().register(id, Waiter::Many(answer.clone()));
        }
        Self { id, asked, answers }
    }

    pub(super) const fn id(&self) -> u64 {
        self.id
    }

    /// Who is asked.
    #[must_use]
    pub fn sockets(&self) -> &[Socket] {
        &self.asked
    }

    /// The next answer, and whose it is; `None` when no more will come, as all have answered or left.
    ///
    /// # Cancel safety
    /// It can be dropped at any time, and no answer is lost.
    pub async fn next(&mut self) -> Option<(SocketId, Args)> {
        // Each socket keeps its end until it answers or leaves: when all have, there is an end.
        self.answers.recv().await
    }

    pub(super) async fn answers(mut self, others: Others, timeout: Duration) -> Answers {
        let until = Instant::now() + timeout;
        let mut answered = Vec::with_capacity(self.asked.len());
        while let Ok(Some(answer)) = tokio::time::timeout_at(until, self.next()).await {
            answered.push(answer);
        }
        let there: HashSet<SocketId> = answered.iter().map(|(id, _)| *id).collect();
        let missing = self.asked.iter().map(Socket::id).filter(|id| !there.contains(id)).collect();
        others.add_to(Answers { answered, missing, ..Answers::default() }, until).await
    }
}

impl Drop for Survey {
    fn drop(&mut self) {
        for socket in &self.asked {
            socket.waiting().forget(self.id);
        }
    }
}

/// Where an adapter says what becomes of an event at the other servers: see [`Adapter::ask`](super::Adapter::ask).
#[derive(Clone, Debug)]
pub struct Elsewhere {
    told: mpsc::UnboundedSender<Told>,
}

#[derive(Debug)]
enum Told {
    Asked(usize),
    Answered(Args),
}

impl Elsewhere {
    /// One of the servers has sent the event to so many of its sockets. Gives whether somebody still waits for that.
    pub fn asked(&self, sockets: usize) -> bool {
        self.told.send(Told::Asked(sockets)).is_ok()
    }

    /// One of those sockets' clients has answered. Gives whether somebody still waits for that.
    pub fn answered(&self, args: Args) -> bool {
        self.told.send(Told::Answered(args)).is_ok()
    }

    /// Whether nobody waits any more, as all have answered or time is up: then it can be forgotten.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.told.is_closed()
    }
}

/// The other servers' part of a survey.
#[derive(Debug)]
pub(super) struct Others {
    /// How many of them were asked.
    pub(super) servers: usize,
    told: mpsc::UnboundedReceiver<Told>,
}

pub(super) fn elsewhere() -> (Elsewhere, Others) {
    let (answer, told) = mpsc::unbounded_channel();
    (Elsewhere { told: answer }, Others { servers: 0, told })
}

impl Others {
    async fn add_to(mut self, mut answers: Answers, until: Instant) -> Answers {
        let (mut heard, mut asked) = (0, 0);
        while heard < self.servers || answers.elsewhere.len() < asked {
            match tokio::time::timeout_at(until, self.told.recv()).await {
                Ok(Some(Told::Asked(sockets))) => {
                    heard += 1;
                    asked += sockets;
                }
                Ok(Some(Told::Answered(args))) => answers.elsewhere.push(args),
                Ok(None) | Err(_) => break,
            }
        }
        answers.missing_elsewhere = asked.saturating_sub(answers.elsewhere.len());
        answers.silent_servers = self.servers.saturating_sub(heard);
        answers
    }
}
