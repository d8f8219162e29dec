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
    pub fn volatile(&self) -> Direct<'_> {
        self.direct().volatile()
    }

    /// Whether what is emitted next is worth compressing: see [`Flags::compress`].
    pub fn compress(&self, compress: bool) -> Direct<'_> {
        self.direct().compress(compress)
    }

    /// How long the acknowledgement of what is emitted next is waited for.
    pub fn timeout(&self, timeout: Duration) -> Direct<'_> {
        self.direct().timeout(timeout)
    }

    /// Everyone on this server but this socket: see [`Flags::local`].
    pub fn local(&self) -> Broadcast {
        self.broadcast().local()
    }

    const fn direct(&self) -> Direct<'_> {
        Direct { socket: self, flags: Flags::NONE }
    }
}

impl Direct<'_> {
    /// See [`Socket::volatile`].
    pub const fn volatile(mut self) -> Self {
        self.flags.volatile = true;
        self
    }

    /// See [`Socket::compress`].
    pub const fn compress(mut self, compress: bool) -> Self {
        self.flags.compress = Some(compress);
        self
    }

    /// See [`Socket::timeout`].
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.flags.timeout = Some(timeout);
        self
    }

    /// Sends an event to the socket's client. Gives whether it was: what is not volatile always is, be it later.
    ///
    /// # Errors
    /// As [`Socket::emit`].
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
    pub fn to(self, rooms: impl Rooms) -> Broadcast {
        self.broadcast().to(rooms)
    }

    /// Everyone in the namespace but the socket and those in these rooms.
    pub fn except(self, rooms: impl Rooms) -> Broadcast {
        self.broadcast().except(rooms)
    }

    /// Everyone in the namespace but the socket.
    pub fn broadcast(self) -> Broadcast {
        self.socket.broadcast().with(self.flags)
    }

    /// Everyone on this server but the socket.
    pub fn local(self) -> Broadcast {
        self.broadcast().local()
    }
}
