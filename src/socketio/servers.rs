//! Events that servers send each other: those who wait for them, and their answers.
//!
//! Carries nothing between servers: that is the adapter's.

use std::fmt;
use std::sync::Arc;

use arc_swap::ArcSwap;
use parking_lot::Mutex;
use parlor_proto::socket::{Args, Arguments};

use super::handlers::guarded;
use super::{EmitError, Outgoing};

/// An event that came from another server: see [`Namespace::on_server_event`](super::Namespace::on_server_event).
///
/// ```
/// # let io = parlor::socketio::Io::new(Default::default());
/// io.of("/").on_server_event("reload", |event| println!("{:?}", event.args.get::<String>(0)));
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ServerEvent {
    /// Its name.
    pub name: Box<str>,
    /// What it came with.
    pub args: Args,
    /// The way to answer, if the other server waits for that. May be cloned and used later, once.
    pub ack: Option<ServerAck>,
}

impl ServerEvent {
    pub(super) const fn new(name: Box<str>, args: Args, ack: Option<ServerAck>) -> Self {
        Self { name, args, ack }
    }
}

type Answer = Box<dyn FnOnce(Args) + Send>;

/// The way to answer another server's event. Clones answer the same event, and only the first answer is sent.
///
/// ```
/// use parlor::socketio::{EmitError, ServerAck};
///
/// let ack = ServerAck::new(|args| assert_eq!(args.get::<u32>(0), Ok(7)));
/// assert_eq!(ack.send((7,)), Ok(()));
/// assert_eq!(ack.send((8,)), Err(EmitError::Acknowledged));
/// ```
#[derive(Clone)]
pub struct ServerAck {
    answer: Arc<Mutex<Option<Answer>>>,
}

impl fmt::Debug for ServerAck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerAck").finish_non_exhaustive()
    }
}

impl ServerAck {
    /// For adapters: what is answered is handed to `answer`.
    ///
    /// ```
    /// let ack = parlor::socketio::ServerAck::new(|args| println!("{args:?}"));
    /// # drop(ack);
    /// ```
    pub fn new(answer: impl FnOnce(Args) + Send + 'static) -> Self {
        Self { answer: Arc::new(Mutex::new(Some(Box::new(answer)))) }
    }

    /// Answers, from any thread, now or later. Servers of Node take the first argument alone.
    ///
    /// # Errors
    /// It was answered before, or the arguments cannot be encoded.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").on_server_event("load?", |event| {
    ///     if let Some(ack) = &event.ack {
    ///         ack.send((0.5,)).expect("nobody has answered it");
    ///     }
    /// });
    /// ```
    pub fn send(&self, args: impl Arguments) -> Result<(), EmitError> {
        let args = Outgoing::new("ack", &args)?.args()?;
        let answer = self.answer.lock().take();
        answer.map(|answer| answer(args)).ok_or(EmitError::Acknowledged)
    }
}

/// What the other servers have answered: see
/// [`Namespace::server_side_emit_with_ack`](super::Namespace::server_side_emit_with_ack).
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let io = parlor::socketio::Io::new(Default::default());
/// let answers = io.of("/").server_side_emit_with_ack("load?", ()).await?;
/// assert_eq!((answers.answered.len(), answers.missing), (0, 0), "it is alone");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ServerAnswers {
    /// What was answered, in the order in which it came.
    pub answered: Vec<Args>,
    /// How many servers did not answer in time.
    pub missing: usize,
}

type OnServerEvent = Arc<dyn Fn(&ServerEvent) + Send + Sync>;

/// Who waits for events of other servers.
#[derive(Default)]
pub(super) struct Servers {
    listeners: ArcSwap<Vec<(Box<str>, OnServerEvent)>>,
}

impl fmt::Debug for Servers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Servers").finish_non_exhaustive()
    }
}

impl Servers {
    pub(super) fn add(&self, name: &str, listener: impl Fn(&ServerEvent) + Send + Sync + 'static) {
        let listener: OnServerEvent = Arc::new(listener);
        self.listeners.rcu(|listeners| {
            let mut next = Vec::clone(listeners);
            next.push((name.into(), Arc::clone(&listener)));
            next
        });
    }

    pub(super) fn call(&self, event: &ServerEvent) {
        for (_, listener) in self.listeners.load().iter().filter(|(name, _)| *name == event.name) {
            guarded(|| listener(event));
        }
    }
}
