//! Sending to a socket's client, and from a socket to others.
//!
//! Encodes for one; what goes to many is encoded by `broadcast`.

use std::future::Future;
use std::hint::black_box;
use std::time::Duration;

use parlor_proto::engine::Transport;
use parlor_proto::frame::Frames;
use parlor_proto::socket::{Args, Arguments};

use super::Socket;
use crate::socketio::ack::Question;
use crate::socketio::outgoing::{Envelope, Outgoing};
use crate::socketio::{AckError, Broadcast, EmitError, Item, Rooms};

/// Sending.
impl Socket {
    /// Sends an event to this client. Where connections can be recovered ([`Config::recovery`](crate::socketio::Config::recovery))
    /// and the client's is lost, it is kept for its return; once the client is back, it reaches the socket that it has come back to.
    ///
    /// # Errors
    /// The socket is not connected, the name is reserved, or the arguments cannot be encoded.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").on_connect(|socket| {
    ///     match socket.emit("hello", ("world", 7)) {
    ///         Ok(()) => println!("on its way"),
    ///         Err(error) => println!("{error}"),
    ///     }
    /// });
    /// ```
    pub fn emit(&self, name: &str, args: impl Arguments) -> Result<(), EmitError> {
        if self.inner.namespace.recovers() {
            let is_known = || self.past().is_some_and(|(past, own)| past.knows(own.pid));
            if !self.is_connected() && !is_known() {
                return Err(EmitError::NotConnected);
            }
            // By way of the room of its own id, which others send to as well: then all has one order.
            return self.inner.namespace.to(self.id()).emit(name, args).map(drop);
        }
        let frames = self.event(name, None, &args)?;
        self.send(&frames)
    }

    /// Whether it was sent.
    pub(super) fn emit_volatile(&self, name: &str, args: &impl Arguments) -> Result<bool, EmitError> {
        let frames = self.event(name, None, args)?;
        self.send_volatile(&frames)
    }

    /// Sends an event and waits for the client's acknowledgement, for [`Config::ack_timeout_ms`](crate::socketio::Config::ack_timeout_ms)
    /// if no [`timeout`](Self::timeout) is named. It is sent before this returns.
    ///
    /// ```
    /// use std::time::Duration;
    /// use parlor::socketio::Io;
    ///
    /// let io = Io::new(Default::default());
    /// io.of("/").on_connect(|socket| {
    ///     let name = socket.timeout(Duration::from_secs(60)).emit_with_ack("who are you?", ());
    ///     tokio::spawn(async move {
    ///         match name.await.map(|answer| answer.get::<String>(0)) {
    ///             Ok(Ok(name)) => println!("this is {name}"),
    ///             Ok(Err(error)) => println!("that is no name: {error}"),
    ///             Err(error) => println!("no answer: {error}"),
    ///         }
    ///     });
    /// });
    /// ```
    ///
    /// # Errors
    /// It could not be sent, the client did not answer in time, or it is gone.
    ///
    /// # Cancel safety
    /// Dropping the future forgets the event: an answer that comes later is ignored.
    pub fn emit_with_ack<A: Arguments>(
        &self,
        name: &str,
        args: A,
    ) -> impl Future<Output = Result<Args, AckError>> + Send + use<A> {
        self.timeout(self.inner.namespace.ack_timeout()).emit_with_ack(name, args)
    }

    /// Hands encoded frames to the session in one go: the way of broadcasts that are encoded once for many.
    ///
    /// The frames must be of this socket's namespace and parser.
    ///
    /// # Errors
    /// The socket is not connected, or what waits for it is too much and its session closes.
    ///
    /// ```
    /// use parlor::socketio::{Encoded, Io, Item, encode_event};
    ///
    /// /// The same for all, encoded once for each parser.
    /// fn tick(io: &Io, number: u64) -> Result<(), parlor::socketio::EmitError> {
    ///     let encoded = Encoded::default();
    ///     for socket in io.of("/").sockets() {
    ///         let frames = encoded.once(socket.parser(), |parser| encode_event(parser, "/", None, "tick", &(number,)))?;
    ///         socket.deliver(&[Item::Reliable(frames)])?;
    ///     }
    ///     Ok(())
    /// }
    /// # tick(&Io::new(Default::default()), 7)?;
    /// # Ok::<(), parlor::socketio::EmitError>(())
    /// ```
    pub fn deliver(&self, items: &[Item<'_>]) -> Result<(), EmitError> {
        if self.is_connected() {
            return self.inner.session.deliver(items).map_err(|_| EmitError::NotConnected);
        }
        Err(EmitError::NotConnected)
    }

    /// Has the processor fetch what [`deliver`](Self::deliver) needs, and does nothing: see
    /// [`Session::touch`](crate::transport::Session::touch).
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// let sockets = io.of("/").sockets();
    /// sockets.iter().for_each(|socket| socket.touch());
    /// ```
    pub fn touch(&self) {
        black_box((self.is_connected(), self.parser()));
        self.inner.session.touch();
    }

    /// Where its connection lies among others: see [`Session::locality`](crate::transport::Session::locality).
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// let mut sockets = io.of("/").sockets();
    /// sockets.sort_by_cached_key(|socket| socket.locality());
    /// ```
    #[must_use]
    pub fn locality(&self) -> u32 {
        self.inner.session.locality()
    }

    /// Whether something sent would be written at once.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").on_connect(|socket| {
    ///     if socket.writable() {
    ///         drop(socket.emit("picture", (parlor::socketio::Binary::from(vec![0; 100_000]),)));
    ///     }
    /// });
    /// ```
    #[must_use]
    pub fn writable(&self) -> bool {
        self.is_connected() && self.inner.client.session().writable()
    }

    /// The transport that carries its session at the moment.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").on_connect(|socket| {
    ///     println!("{} comes by {}", socket.id(), socket.transport().as_str());
    /// });
    /// ```
    #[must_use]
    pub fn transport(&self) -> Transport {
        self.inner.session.transport()
    }

    /// How long its client took to answer when it was last asked: see
    /// [`Session::round_trip`](crate::transport::Session::round_trip).
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").on_connect(|socket| {
    ///     println!("{:?}", socket.round_trip());
    /// });
    /// ```
    #[must_use]
    pub fn round_trip(&self) -> Option<Duration> {
        self.inner.session.round_trip()
    }

    /// Everyone in these rooms but this socket.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").on_connect(|socket| {
    ///     drop(socket.to("lobby").emit("hello", ()));
    /// });
    /// ```
    pub fn to(&self, rooms: impl Rooms) -> Broadcast {
        self.broadcast().to(rooms)
    }

    /// Everyone in the namespace but this socket and those in these rooms.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").on_connect(|socket| {
    ///     drop(socket.except("asleep").emit("hello", ()));
    /// });
    /// ```
    pub fn except(&self, rooms: impl Rooms) -> Broadcast {
        self.broadcast().except(rooms)
    }

    /// Everyone in the namespace but this socket.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").on_connect(|socket| {
    ///     drop(socket.broadcast().emit("hello", ()));
    /// });
    /// ```
    pub fn broadcast(&self) -> Broadcast {
        Broadcast::new(self.inner.namespace.clone()).except(self.inner.id)
    }

    pub(super) fn ask(&self, name: &str, args: &impl Arguments, volatile: bool) -> Result<Question, EmitError> {
        let question = Question::new(self)?;
        let frames = self.event(name, Some(question.id), args)?;
        if volatile { self.send_volatile(&frames).map(drop) } else { self.send(&frames) }?;
        Ok(question)
    }

    fn event(&self, name: &str, id: Option<u64>, args: &impl Arguments) -> Result<Frames, EmitError> {
        let event = Outgoing::new(name, args)?;
        if self.hears_outgoing() {
            self.heard(name, &event.args()?);
        }
        let envelope = Envelope { namespace: self.inner.namespace.name(), id, offset: None };
        Ok(event.frames(self.inner.parser, envelope)?)
    }

    pub(in crate::socketio) fn hears_outgoing(&self) -> bool {
        let (own, namespace) = self.listeners();
        !(own.outgoing.is_empty() && namespace.outgoing.is_empty())
    }

    /// Tells those who listen to what goes out.
    pub(in crate::socketio) fn heard(&self, name: &str, args: &Args) {
        let (own, namespace) = self.listeners();
        own.outgoing.iter().chain(&namespace.outgoing).for_each(|listener| listener(self, name, args));
    }

    pub(in crate::socketio) fn send(&self, frames: &Frames) -> Result<(), EmitError> {
        if !self.is_connected() {
            return Err(EmitError::NotConnected);
        }
        // An error means that the session is closing: the socket is as good as gone.
        self.inner.client.session().send(frames).map_err(|_| EmitError::NotConnected)
    }

    /// Whether it was sent.
    pub(in crate::socketio) fn send_volatile(&self, frames: &Frames) -> Result<bool, EmitError> {
        if !self.is_connected() {
            return Err(EmitError::NotConnected);
        }
        Ok(self.inner.client.session().send_volatile(frames))
    }
}
