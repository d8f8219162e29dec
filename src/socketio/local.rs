//! What one server does for a namespace: the sockets that are its own, whoever asks.
//!
//! Asks no other server: a namespace does that by its [`Adapter`](super::Adapter), which has what others ask for done here.

use std::fmt;
use std::sync::Arc;

use parlor_proto::socket::{Args, EncodeError};

use super::ack::Survey;
use super::namespace::WeakNamespace;
use super::outgoing::Envelope;
use super::recovery::Past;
use super::{EmitError, Encoded, Namespace, Outgoing, ServerAck, ServerEvent, Socket, SocketDetails, SocketId, Target};

/// A namespace's own part on this server, for its [`Adapter`](super::Adapter). Clones are the same.
///
/// It does not keep the namespace. Once that is gone, nobody is in it any more, and what is sent reaches nobody.
///
/// ```
/// use std::sync::{Arc, OnceLock};
/// use parlor::socketio::{Config, InMemory, Io, Local, Target};
///
/// let kept: Arc<OnceLock<Local>> = Arc::default();
/// let keep = Arc::clone(&kept);
/// let io = Io::with_adapter(Config::default(), move |local| {
///     keep.set(local).expect("one namespace");
///     Box::new(InMemory)
/// });
/// let local = kept.get().expect("`/` is always there");
/// assert_eq!((local.name(), local.sockets(&Target::everyone()).len()), ("/", 0));
/// drop(io);
/// assert!(local.is_gone());
/// ```
#[derive(Clone)]
pub struct Local {
    name: Arc<str>,
    namespace: WeakNamespace,
}

impl fmt::Debug for Local {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Local").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Local {
    pub(super) fn new(name: &str, namespace: WeakNamespace) -> Self {
        Self { name: name.into(), namespace }
    }

    /// The namespace's name.
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
    /// assert_eq!(local.name(), "/");
    /// ```
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether the namespace is there no longer.
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
    /// assert!(!local.is_gone());
    /// ```
    #[must_use]
    pub fn is_gone(&self) -> bool {
        self.namespace.upgrade().is_none()
    }

    /// Sends an event to this server's sockets, encoded once for each parser. Gives the number of sockets it was handed to.
    ///
    /// # Errors
    /// It cannot be encoded; then nobody gets it.
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
    /// assert_eq!(local.broadcast(Outgoing::new("news", &(1,))?, &Target::everyone().to("red"))?, 0);
    /// # Ok::<(), parlor::socketio::EmitError>(())
    /// ```
    pub fn broadcast(&self, event: Outgoing<'_>, target: &Target) -> Result<usize, EmitError> {
        let Some(namespace) = self.namespace.upgrade() else { return Ok(0) };
        match namespace.past() {
            Some(past) if !target.flags.volatile => send_and_keep(&namespace, past, event, target),
            _ => send(&namespace, &namespace.members().of(target), None, event, target),
        }
    }

    /// The same with an offset behind the event's arguments, by which its receivers say what they have got when they come back:
    /// for an adapter that [recovers](super::Adapter::recovers).
    ///
    /// # Errors
    /// It cannot be encoded; then nobody gets it.
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
    /// assert_eq!(local.broadcast_with_offset(Outgoing::new("news", &())?, &Target::everyone(), "17-0")?, 0);
    /// # Ok::<(), parlor::socketio::EmitError>(())
    /// ```
    pub fn broadcast_with_offset(
        &self,
        event: Outgoing<'_>,
        target: &Target,
        offset: &str,
    ) -> Result<usize, EmitError> {
        let Some(namespace) = self.namespace.upgrade() else { return Ok(0) };
        let sockets = namespace.members().of(target);
        let envelope = Envelope { namespace: namespace.name(), id: None, offset: Some(offset) };
        tell_listeners(&sockets, event)?;
        let encoded = event.encoded(sockets.iter().map(Socket::parser), envelope)?;
        Ok(hand_out(&sockets, &encoded, target))
    }

    /// Sends an event to this server's sockets, whose acknowledgements the survey then collects.
    ///
    /// # Errors
    /// It cannot be encoded; then nobody gets it.
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
    /// println!("{} are asked", survey.sockets().len());
    /// # Ok::<(), parlor::socketio::EmitError>(())
    /// ```
    pub fn ask(&self, event: Outgoing<'_>, target: &Target) -> Result<Survey, EmitError> {
        let Some(namespace) = self.namespace.upgrade() else { return Ok(Survey::new(0, Vec::new())) };
        let sockets = namespace.members().of(target);
        // Asked before it is sent: an answer may come while others are still being asked.
        let survey = Survey::new(namespace.next_ack(), sockets);
        send(&namespace, survey.sockets(), Some(survey.id()), event, target)?;
        Ok(survey)
    }

    /// This server's sockets that are meant, each once.
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
    /// assert!(local.sockets(&Target::everyone().except("asleep")).is_empty());
    /// ```
    #[must_use]
    pub fn sockets(&self, target: &Target) -> Vec<Socket> {
        self.namespace.upgrade().map(|namespace| namespace.members().of(target)).unwrap_or_default()
    }

    /// The same, as they are described to others.
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
    /// assert!(local.fetch(&Target::everyone()).is_empty());
    /// ```
    #[must_use]
    pub fn fetch(&self, target: &Target) -> Vec<SocketDetails> {
        self.sockets(target).iter().map(Socket::details).collect()
    }

    /// Has this server's sockets join these rooms.
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
    /// local.join(&Target::everyone().to("lobby"), &["game".into()]);
    /// ```
    pub fn join(&self, target: &Target, rooms: &[Arc<str>]) {
        self.sockets(target).iter().for_each(|socket| socket.join(rooms));
    }

    /// Has this server's sockets leave these rooms.
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
    /// local.leave(&Target::everyone(), &["lobby".into()]);
    /// ```
    pub fn leave(&self, target: &Target, rooms: &[Arc<str>]) {
        self.sockets(target).iter().for_each(|socket| socket.leave(rooms));
    }

    /// Puts this server's sockets out; with `close`, closes their connections.
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
    /// local.disconnect(&Target::everyone().to("banned"), true);
    /// ```
    pub fn disconnect(&self, target: &Target, close: bool) {
        self.sockets(target).iter().for_each(|socket| socket.disconnect(close));
    }

    /// The client of this session has come back, to this server or to another one: if the connection that it had before still looks
    /// alive here, closes that, so that the adapter is to [keep](super::Adapter::keep) the session before this returns. Whether there
    /// was one. For an adapter that [recovers](super::Adapter::recovers).
    ///
    /// ```
    /// # use std::sync::{Arc, OnceLock};
    /// # use parlor::socketio::{Config, InMemory, Io, Local, SocketId};
    /// # let kept: Arc<OnceLock<Local>> = Arc::default();
    /// # let keep = Arc::clone(&kept);
    /// # let _io = Io::with_adapter(Config::default(), move |local| {
    /// #     keep.set(local).expect("one namespace");
    /// #     Box::new(InMemory)
    /// # });
    /// # let local = kept.get().expect("`/` is always there");
    /// let secret = SocketId::parse("AAAAAAAAAAAAAAAAAAAA").expect("20 characters");
    /// assert!(!local.give_up(&secret), "nobody's");
    /// ```
    pub fn give_up(&self, pid: &SocketId) -> bool {
        let socket = self.namespace.upgrade().and_then(|namespace| namespace.members().of_session(pid));
        socket.inspect(Socket::replaced).is_some()
    }

    /// An event came from another server: calls those who [wait for it](Namespace::on_server_event). `ack` takes the answer, if one
    /// is wanted.
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
    /// let ack = ServerAck::new(|args| println!("answered: {args:?}"));
    /// local.server_event("load?", Default::default(), Some(ack));
    /// ```
    pub fn server_event(&self, name: &str, args: Args, ack: Option<ServerAck>) {
        let Some(namespace) = self.namespace.upgrade() else { return };
        namespace.servers().call(&ServerEvent::new(name.into(), args, ack));
    }
}

/// How many it was handed to.
fn send(
    namespace: &Namespace,
    sockets: &[Socket],
    id: Option<u64>,
    event: Outgoing<'_>,
    target: &Target,
) -> Result<usize, EmitError> {
    let envelope = Envelope { namespace: namespace.name(), id, offset: None };
    let encoded = event.encoded(sockets.iter().map(Socket::parser), envelope)?;
    tell_listeners(sockets, event)?;
    Ok(hand_out(sockets, &encoded, target))
}

/// The same with an offset of the namespace's own, and keeps it for those whose connection is lost.
fn send_and_keep(namespace: &Namespace, past: &Past, event: Outgoing<'_>, target: &Target) -> Result<usize, EmitError> {
    // Before the namespace is stopped, as they may want to send something.
    tell_listeners(&namespace.members().of(target), event)?;
    let mut log = past.log();
    let offset = log.offset();
    let sockets = namespace.members().of(target);
    let parsers = sockets.iter().map(Socket::parser).chain(past.parsers());
    let envelope = Envelope { namespace: namespace.name(), id: None, offset: Some(&offset) };
    let encoded = event.encoded(parsers, envelope)?;
    let receivers = hand_out(&sockets, &encoded, target);
    log.add(past, target.clone(), encoded);
    Ok(receivers)
}

/// To how many.
fn hand_out(sockets: &[Socket], encoded: &Encoded, target: &Target) -> usize {
    let hand = |socket: &Socket| {
        let frames = encoded.get(socket.parser())?;
        if target.flags.volatile { socket.send_volatile(frames).ok() } else { socket.send(frames).ok().map(|()| true) }
    };
    // One that has left meanwhile is no receiver.
    sockets.iter().filter(|socket| hand(socket) == Some(true)).count()
}

/// Those who listen to what goes out to these sockets.
fn tell_listeners(sockets: &[Socket], event: Outgoing<'_>) -> Result<(), EncodeError> {
    let mut heard = None;
    for socket in sockets.iter().filter(|socket| socket.hears_outgoing()) {
        let args = match heard.take() {
            Some(args) => args,
            None => event.args()?,
        };
        socket.heard(event.name(), &args);
        heard = Some(args);
    }
    Ok(())
}
