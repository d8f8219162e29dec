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
///
/// ```
/// # let io = parlor::socketio::Io::new(Default::default());
/// io.of("/").on("sum", |_, event| {
///     let (Some(ack), Ok((a, b))) = (&event.ack, event.args.parse::<(u32, u32)>()) else { return };
///     // Who is gone meanwhile gets no answer.
///     drop(ack.send((a.saturating_add(b),)));
/// });
/// ```
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
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").on("slow", |_, event| {
    ///     let Some(ack) = event.ack.clone() else { return };
    ///     std::thread::spawn(move || ack.send(("done",)));
    /// });
    /// ```
    pub fn send(&self, args: impl Arguments) -> Result<(), EmitError> {
        let frames = self.encode(args)?;
        self.inner.socket.send(&frames)
    }

    /// The answer's frames, for whoever sends them along with others: [`Socket::deliver`]. The event counts as answered.
    ///
    /// # Errors
    /// It was answered before, or the arguments cannot be encoded.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").on("now", |socket, event| {
    ///     let Some(Ok(frames)) = event.ack.as_ref().map(|ack| ack.encode(())) else { return };
    ///     drop(socket.deliver(&[parlor::socketio::Item::Reliable(&frames)]));
    /// });
    /// ```
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
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let io = parlor::socketio::Io::new(Default::default());
/// let answers = io.of("/").emit_with_ack("ready?", ()).await?;
/// assert!(answers.answered.is_empty() && answers.missing.is_empty(), "nobody is there");
/// # Ok(())
/// # }
/// ```
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
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), parlor::socketio::EmitError> {
/// # use std::sync::{Arc, OnceLock};
/// # use parlor::socketio::{Config, InMemory, Io, Local, Outgoing, ServerAck, Target};
/// # let kept: Arc<OnceLock<Local>> = Arc::default();
/// # let keep = Arc::clone(&kept);
/// # let _io = Io::with_adapter(Config::default(), move |local| {
/// #     keep.set(local).expect("one namespace");
/// #     Box::new(InMemory)
/// # });
/// # let local = kept.get().expect("`/` is always there");
/// let args = ();
/// let mut survey = local.ask(Outgoing::new("ready?", &args)?, &Target::everyone())?;
/// while let Some((socket, answer)) = survey.next().await {
///     println!("{socket}: {answer:?}");
/// }
/// # Ok(())
/// # }
/// ```
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
    ///
    /// ```
    /// # use std::sync::{Arc, OnceLock};
    /// # use parlor::socketio::{Config, InMemory, Io, Local, Outgoing, ServerAck, Target};
    /// # let kept: Arc<OnceLock<Local>> = Arc::default();
    /// # let keep = Arc::clone(&kept);
    /// # let _io = Io::with_adapter(Config::default(), move |local| {
    /// #     keep.set(local).expect("one namespace");
    /// #     Box::new(InMemory)
    /// # });
    /// # let local = kept.get().expect("`/` is always there");
    /// let survey = local.ask(Outgoing::new("ready?", &())?, &Target::everyone())?;
    /// assert!(survey.sockets().is_empty());
    /// # Ok::<(), parlor::socketio::EmitError>(())
    /// ```
    #[must_use]
    pub fn sockets(&self) -> &[Socket] {
        &self.asked
    }

    /// The next answer, and whose it is; `None` when no more will come, as all have answered or left.
    ///
    /// # Cancel safety
    /// It can be dropped at any time, and no answer is lost.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), parlor::socketio::EmitError> {
    /// # use std::sync::{Arc, OnceLock};
    /// # use parlor::socketio::{Config, InMemory, Io, Local, Outgoing, ServerAck, Target};
    /// # let kept: Arc<OnceLock<Local>> = Arc::default();
    /// # let keep = Arc::clone(&kept);
    /// # let _io = Io::with_adapter(Config::default(), move |local| {
    /// #     keep.set(local).expect("one namespace");
    /// #     Box::new(InMemory)
    /// # });
    /// # let local = kept.get().expect("`/` is always there");
    /// let mut survey = local.ask(Outgoing::new("ready?", &())?, &Target::everyone())?;
    /// assert!(survey.next().await.is_none(), "nobody was asked");
    /// # Ok(())
    /// # }
    /// ```
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
///
/// ```
/// use parlor::socketio::{Args, Elsewhere};
///
/// /// One of the other servers has answered for its two clients.
/// fn heard(answers: &Elsewhere, first: Args, second: Args) {
///     if answers.asked(2) && answers.answered(first) {
///         answers.answered(second);
///     }
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Elsewhere {
    told: mpsc::UnboundedSender<Told>,
}

#[derive(Debug)]
enum Told {
    Servers(usize),
    Asked(usize),
    Answered(Args),
}

impl Elsewhere {
    /// So many servers are asked after all, where that was not yet known when [`Adapter::ask`](super::Adapter::ask) returned. Gives
    /// whether somebody still waits for that.
    ///
    /// ```
    /// # use parlor::socketio::Elsewhere;
    /// fn published(answers: &Elsewhere, subscribers: usize) {
    ///     answers.servers(subscribers);
    /// }
    /// ```
    pub fn servers(&self, servers: usize) -> bool {
        self.told.send(Told::Servers(servers)).is_ok()
    }

    /// One of the servers has sent the event to so many of its sockets. Gives whether somebody still waits for that.
    ///
    /// ```
    /// # use parlor::socketio::Elsewhere;
    /// fn nobody_is_there(answers: &Elsewhere) {
    ///     answers.asked(0);
    /// }
    /// ```
    pub fn asked(&self, sockets: usize) -> bool {
        self.told.send(Told::Asked(sockets)).is_ok()
    }

    /// One of those sockets' clients has answered. Gives whether somebody still waits for that.
    ///
    /// ```
    /// # use parlor::socketio::{Args, Elsewhere};
    /// fn heard(answers: &Elsewhere, args: Args) -> bool {
    ///     answers.answered(args)
    /// }
    /// ```
    pub fn answered(&self, args: Args) -> bool {
        self.told.send(Told::Answered(args)).is_ok()
    }

    /// Whether nobody waits any more, as all have answered or time is up: then it can be forgotten.
    ///
    /// ```
    /// # use parlor::socketio::Elsewhere;
    /// fn tidy(waiting: &mut Vec<Elsewhere>) {
    ///     waiting.retain(|answers| !answers.is_over());
    /// }
    /// ```
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
        let (mut heard, mut asked) = (0, 0_usize);
        while heard < self.servers || answers.elsewhere.len() < asked {
            match tokio::time::timeout_at(until, self.told.recv()).await {
                Ok(Some(Told::Servers(servers))) => self.servers = servers,
                Ok(Some(Told::Asked(sockets))) => {
                    heard += 1;
                    asked = asked.saturating_add(sockets);
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
