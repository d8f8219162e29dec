//! What is emitted to one socket with flags: `socket.volatile()`, `socket.timeout(...)`.
//!
//! Encodes nothing: the socket does.

use std::future::Future;
use std::time::Duration;

use parlor_proto::socket::{Args, Arguments};

use super::Socket;
use crate::socketio::{AckError, Broadcast, EmitError, Flags, Rooms};

/// A socket, and flags for what is emitted to it or, by [`to`](Self::to) and the others, to those beside it.
///
/// ```
/// use std::time::Duration;
/// use parlor::socketio::Io;
///
/// let io = Io::new(Default::default());
/// io.of("/").on("typing", |socket, event| {
///     // Nobody misses it.
///     drop(socket.volatile().to("lobby").emit("typing", &event.args));
///     let sure = socket.timeout(Duration::from_secs(5)).emit_with_ack("still there?", ());
///     tokio::spawn(async move { println!("{:?}", sure.await) });
/// });
/// ```
#[derive(Clone, Copy, Debug)]
#[must_use = "nothing is sent before `emit`"]
pub struct Direct<'a> {
    socket: &'a Socket,
    flags: Flags,
}

/// Flags.
impl Socket {
    /// What is emitted next may be lost if it cannot be written at once: for what is soon out of date. What becomes of it then,
    /// [`transport::Volatile`](crate::transport::Volatile) says.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").on_connect(|socket| {
    ///     drop(socket.volatile().emit("position", (3, 4)));
    /// });
    /// ```
    pub fn volatile(&self) -> Direct<'_> {
        self.direct().volatile()
    }

    /// Whether what is emitted next is worth compressing: see [`Flags::compress`].
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").on_connect(|socket| {
    ///     drop(socket.compress(false).emit("noise", ()));
    /// });
    /// ```
    pub fn compress(&self, compress: bool) -> Direct<'_> {
        self.direct().compress(compress)
    }

    /// How long the acknowledgement of what is emitted next is waited for.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").on_connect(|socket| {
    ///     let answer = socket.timeout(std::time::Duration::from_secs(1)).emit_with_ack("ready?", ());
    ///     tokio::spawn(async move { println!("{:?}", answer.await) });
    /// });
    /// ```
    pub fn timeout(&self, timeout: Duration) -> Direct<'_> {
        self.direct().timeout(timeout)
    }

    /// Everyone on this server but this socket: see [`Flags::local`].
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").on_connect(|socket| {
    ///     drop(socket.local().emit("hello", ()));
    /// });
    /// ```
    pub fn local(&self) -> Broadcast {
        self.broadcast().local()
    }

    const fn direct(&self) -> Direct<'_> {
        Direct { socket: self, flags: Flags::NONE }
    }
}

impl Direct<'_> {
    /// See [`Socket::volatile`].
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").on_connect(|socket| {
    ///     drop(socket.compress(true).volatile().emit("position", (3, 4)));
    /// });
    /// ```
    pub const fn volatile(mut self) -> Self {
        self.flags.volatile = true;
        self
    }

    /// See [`Socket::compress`].
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").on_connect(|socket| {
    ///     drop(socket.volatile().compress(true).emit("position", (3, 4)));
    /// });
    /// ```
    pub const fn compress(mut self, compress: bool) -> Self {
        self.flags.compress = Some(compress);
        self
    }

    /// See [`Socket::timeout`].
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").on_connect(|socket| {
    ///     let second = std::time::Duration::from_secs(1);
    ///     drop(socket.volatile().timeout(second).emit_with_ack("ready?", ()));
    /// });
    /// ```
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.flags.timeout = Some(timeout);
        self
    }

    /// Sends an event to the socket's client. Gives whether it was: what is not volatile always is, be it later.
    ///
    /// # Errors
    /// As [`Socket::emit`].
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").on_connect(|socket| {
    ///     match socket.volatile().emit("position", (3, 4)) {
    ///         Ok(sent) => println!("sent: {sent}"),
    ///         Err(error) => println!("{error}"),
    ///     }
    /// });
    /// ```
    pub fn emit(self, name: &str, args: impl Arguments) -> Result<bool, EmitError> {
        if self.flags.volatile {
            return self.socket.emit_volatile(name, &args);
        }
        self.socket.emit(name, args).map(|()| true)
    }

    /// Sends an event and waits for the client's acknowledgement. It is sent before this returns. Volatile, it is not sent where
    /// that can't be done at once, and time runs out.
    ///
    /// # Errors
    /// It could not be sent, the client did not answer in time, or it is gone.
    ///
    /// # Cancel safety
    /// Dropping the future forgets the event: an answer that comes later is ignored.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").on_connect(|socket| {
    ///     let answer = socket.timeout(std::time::Duration::from_secs(9)).emit_with_ack("name?", ());
    ///     tokio::spawn(async move { println!("{:?}", answer.await.map(|args| args.get::<String>(0))) });
    /// });
    /// ```
    pub fn emit_with_ack<A: Arguments>(
        self,
        name: &str,
        args: A,
    ) -> impl Future<Output = Result<Args, AckError>> + Send + use<A> {
        let question = self.socket.ask(name, &args, self.flags.volatile);
        let timeout = self.flags.timeout.unwrap_or(self.socket.namespace().ack_timeout());
        async move { question?.answer(timeout).await }
    }

    /// Everyone in these rooms but the socket.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").on_connect(|socket| {
    ///     drop(socket.volatile().to("map").emit("position", (3, 4)));
    /// });
    /// ```
    pub fn to(self, rooms: impl Rooms) -> Broadcast {
        self.broadcast().to(rooms)
    }

    /// Everyone in the namespace but the socket and those in these rooms.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").on_connect(|socket| {
    ///     drop(socket.volatile().except("asleep").emit("position", (3, 4)));
    /// });
    /// ```
    pub fn except(self, rooms: impl Rooms) -> Broadcast {
        self.broadcast().except(rooms)
    }

    /// Everyone in the namespace but the socket.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").on_connect(|socket| {
    ///     drop(socket.volatile().broadcast().emit("position", (3, 4)));
    /// });
    /// ```
    pub fn broadcast(self) -> Broadcast {
        self.socket.broadcast().with(self.flags)
    }

    /// Everyone on this server but the socket.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").on_connect(|socket| {
    ///     drop(socket.volatile().local().emit("position", (3, 4)));
    /// });
    /// ```
    pub fn local(self) -> Broadcast {
        self.broadcast().local()
    }
}
