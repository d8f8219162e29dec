//! What stands between a namespace and the other servers that serve it too.
//!
//! Keeps no sockets and writes to none: a namespace has its own server's, and an adapter brings in the others'.

#[cfg(feature = "redis")]
pub mod redis_streams;

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use super::{
    Elsewhere, EmitError, FetchError, Kept, Local, Outgoing, Returning, ServerAnswers, SocketDetails, SocketId, Target,
};

/// What will be known later.
///
/// ```
/// use parlor::socketio::Pending;
///
/// let known: Pending<u32> = Box::pin(async { 7 });
/// # drop(known);
/// ```
pub type Pending<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// Joins the namespaces of one name on several servers into one.
///
/// Every namespace has an adapter of its own, made with the namespace: see [`Io::with_adapter`](super::Io::with_adapter). What
/// each method does by default is right for a server that is alone, and [`InMemory`] is an adapter with nothing else.
///
/// All but [`broadcast`](Self::broadcast) is about the other servers alone: the namespace does its own server's part itself,
/// after it has called the adapter, and does not call it for what is [local](super::Flags::local). What comes from
/// others goes to the [`Local`] that the adapter was made with.
///
/// Methods are called wherever the application calls its namespace, on many threads at a time. None may wait: what takes time
/// is done by a task of the adapter's. They are called once for an operation, however many sockets it is for.
///
/// An adapter of two namespaces in one process, for tests:
///
/// ```
/// use std::sync::{Arc, OnceLock};
/// use parlor::socketio::{Adapter, Config, EmitError, Io, Local, Outgoing, Target};
///
/// /// Hands what is broadcast to one other server as well.
/// #[derive(Debug)]
/// struct Pair(Arc<OnceLock<Local>>);
///
/// impl Adapter for Pair {
///     fn broadcast(&self, local: &Local, event: Outgoing<'_>, target: &Target) -> Result<usize, EmitError> {
///         if let Some(other) = self.0.get() {
///             other.broadcast(event, target)?;
///         }
///         local.broadcast(event, target)
///     }
/// }
///
/// let (left, right) = (Arc::new(OnceLock::new()), Arc::new(OnceLock::new()));
/// let server = |own: Arc<OnceLock<Local>>, other: Arc<OnceLock<Local>>| {
///     Io::with_adapter(Config::default(), move |local| {
///         own.set(local).expect("one namespace");
///         Box::new(Pair(Arc::clone(&other)))
///     })
/// };
/// let (one, _two) = (server(Arc::clone(&left), Arc::clone(&right)), server(right, left));
/// assert_eq!(one.of("/").emit("to both", ()), Ok(0));
/// ```
pub trait Adapter: fmt::Debug + Send + Sync + 'static {
    /// The namespace is there, and [`Local`] works from here on. Called once, before anybody is in it.
    fn start(&self) {}

    /// The server is closing: says goodbye to the others. A namespace that is forgotten drops its adapter instead.
    fn close(&self) -> Pending<()> {
        Box::pin(std::future::ready(()))
    }

    /// How many servers there are, this one included, as far as is known.
    fn servers(&self) -> usize {
        1
    }

    /// Sends an event to the sockets of all servers: to this one's by [`Local::broadcast`], or, where recovery is the adapter's
    /// ([`recovers`](Self::recovers)), by [`Local::broadcast_with_offset`], at once or when the offset is known. Gives the number of
    /// sockets that it was handed to here.
    ///
    /// # Errors
    /// It cannot be encoded. That other servers are out of reach is none.
    fn broadcast(&self, local: &Local, event: Outgoing<'_>, target: &Target) -> Result<usize, EmitError> {
        local.broadcast(event, target)
    }

    /// Sends an event to the sockets of the other servers, and has `answers` told what their clients answer. Gives how many servers
    /// are asked, as far as is known: [`Elsewhere::servers`] corrects it, unless it was none.
    fn ask(&self, event: Outgoing<'_>, target: &Target, answers: Elsewhere) -> usize {
        let _nobody = (event, target, answers);
        0
    }

    /// The sockets of the other servers. They are to answer within `timeout`.
    fn fetch(&self, target: &Target, timeout: Duration) -> Pending<Result<Vec<SocketDetails>, FetchError>> {
        let _nobody = (target, timeout);
        Box::pin(std::future::ready(Ok(Vec::new())))
    }

    /// Has the sockets of the other servers join these rooms.
    fn join(&self, target: &Target, rooms: &[Arc<str>]) {
        let _nobody = (target, rooms);
    }

    /// Has the sockets of the other servers leave these rooms.
    fn leave(&self, target: &Target, rooms: &[Arc<str>]) {
        let _nobody = (target, rooms);
    }

    /// Puts the sockets of the other servers out; with `close`, closes their connections.
    fn disconnect(&self, target: &Target, close: bool) {
        let _nobody = (target, close);
    }

    /// Sends an event to the other servers themselves: to their [`Local::server_event`].
    fn emit_to_servers(&self, event: Outgoing<'_>) {
        let _nobody = event;
    }

    /// The same, and collects their answers, which are to come within `timeout`.
    fn ask_servers(&self, event: Outgoing<'_>, timeout: Duration) -> Pending<ServerAnswers> {
        let _nobody = (event, timeout);
        Box::pin(std::future::ready(ServerAnswers::default()))
    }

    /// Whether it keeps what connection state recovery needs, so that a client may come back to another server. Otherwise the
    /// namespace does, for clients that come back to this one.
    fn recovers(&self) -> bool {
        false
    }

    /// Where its stream of events stands: all up to there has been handed to this server's sockets, and nothing behind it. It is asked
    /// before a new socket comes into the namespace, before a socket joins a room, and when it has left one: what the adapter says goes
    /// into [`Kept::since`] and [`Kept::stays`], from where it can tell what was for a client, even if that has received nothing yet.
    /// `None` while that is not known: then such a client comes back as a new one. Asked only of an adapter that [recovers](Self::recovers).
    ///
    /// ```
    /// use parlor::socketio::{Adapter, InMemory};
    ///
    /// assert_eq!(InMemory.position(), None, "it has no stream");
    /// ```
    fn position(&self) -> Option<Box<str>> {
        None
    }

    /// Keeps a session whose client may come back. Asked only of an adapter that [recovers](Self::recovers).
    fn keep(&self, session: Kept) {
        let _ended = session;
    }

    /// A client has come back: finds its session and what it has missed since `offset`, or, if it says none or one from before that,
    /// since it came in ([`Kept::since`]), and lets it in by [`Returning::enter`], now or later. The session is taken: the secret is good
    /// for one try. Where middleware has to be waited for, the session is given back to be [kept](Self::keep) meanwhile, and asked for
    /// once more at the end, as others go on sending. Asked only of an adapter that [recovers](Self::recovers).
    fn restore(&self, pid: SocketId, offset: Option<&str>, client: Returning) {
        let _unknown = (pid, offset);
        client.enter(None);
    }
}

/// The adapter of a server that is alone, which is that of every [`Io::new`](super::Io::new).
///
/// ```
/// use parlor::socketio::{Adapter, InMemory};
///
/// assert_eq!(InMemory.servers(), 1);
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct InMemory;

impl Adapter for InMemory {}
