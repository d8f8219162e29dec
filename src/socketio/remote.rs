//! Sockets as they are seen from anywhere: a description of each, and what can be had done with it wherever it is.
//!
//! Asks nobody: a broadcast fetches them.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use parlor_proto::socket::{Args, ArgsError, Arguments, Raw};
use serde::de::DeserializeOwned;

use super::{AckError, Broadcast, EmitError, Handshake, Namespace, Rooms, SocketId};

/// What is told of a socket to other servers.
///
/// ```
/// use parlor::socketio::{Handshake, Raw, SocketDetails, SocketId};
///
/// let handshake: Handshake = serde_json::from_str("{}")?;
/// let id = SocketId::parse("AAAAAAAAAAAAAAAAAAAA").expect("an id");
/// let details = SocketDetails { id, rooms: vec![id.as_str().into()], handshake, data: Raw::Absent, client: None };
/// assert_eq!(details.rooms.len(), 1);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct SocketDetails {
    /// Its id.
    pub id: SocketId,
    /// The rooms it is in, that of its own id first.
    pub rooms: Vec<Arc<str>>,
    /// What its client said when it came.
    pub handshake: Handshake,
    /// What it shows of its data: see [`Socket::share_data`](super::Socket::share_data).
    pub data: Raw,
    /// Its client, where the server tells [admins](super::Io::instrument) of it.
    pub client: Option<ClientDetails>,
}

/// What admins are told of a socket's client.
///
/// ```
/// let client = parlor::socketio::ClientDetails { id: "7f".into(), transport: "websocket".into() };
/// assert_eq!(client.clone(), client);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientDetails {
    /// The same for all of its sockets, and no secret.
    pub id: Box<str>,
    /// The transport's name.
    pub transport: Box<str>,
}

/// A socket of this server or of another one, as it was when it was fetched: see [`Broadcast::fetch_sockets`].
///
/// ```no_run
/// # async fn run(io: parlor::socketio::Io) -> Result<(), Box<dyn std::error::Error>> {
/// for socket in io.of("/").to("red").fetch_sockets().await? {
///     if socket.handshake().query().contains("bot=1") {
///         socket.emit("go", ("blue",))?;
///         socket.join("blue");
///         socket.leave("red");
///     }
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct RemoteSocket {
    namespace: Namespace,
    details: SocketDetails,
    timeout: Option<Duration>,
}

impl RemoteSocket {
    pub(super) const fn new(namespace: Namespace, details: SocketDetails) -> Self {
        Self { namespace, details, timeout: None }
    }

    /// Its public id.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// for socket in io.of("/").fetch_sockets().await? {
    ///     println!("{}", socket.id());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub const fn id(&self) -> SocketId {
        self.details.id
    }

    /// The rooms it was in, that of its own id first.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// for socket in io.of("/").fetch_sockets().await? {
    ///     println!("{:?}", socket.rooms());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn rooms(&self) -> &[Arc<str>] {
        &self.details.rooms
    }

    /// What its client said when it came.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// for socket in io.of("/").fetch_sockets().await? {
    ///     println!("{}", socket.handshake().ip());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub const fn handshake(&self) -> &Handshake {
        &self.details.handshake
    }

    /// What it showed of its data ([`Socket::share_data`](super::Socket::share_data)), as a `T`. If it showed nothing, that is
    /// `null`.
    ///
    /// # Errors
    /// It is not a `T`.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// for socket in io.of("/").fetch_sockets().await? {
    ///     let name: Option<String> = socket.data()?;
    ///     println!("{name:?}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn data<T: DeserializeOwned>(&self) -> Result<T, ArgsError> {
        self.details.data.parse()
    }

    /// Sends it an event.
    ///
    /// # Errors
    /// The name is reserved, or the arguments cannot be encoded. That it has left meanwhile is none.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// for socket in io.of("/").fetch_sockets().await? {
    ///     socket.emit("hello", ("world",))?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn emit(&self, name: &str, args: impl Arguments) -> Result<(), EmitError> {
        self.itself().emit(name, args).map(drop)
    }

    /// The same socket, whose acknowledgements are waited for so long: see [`Broadcast::timeout`].
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// for socket in io.of("/").fetch_sockets().await? {
    ///     let second = std::time::Duration::from_secs(1);
    ///     println!("{:?}", socket.timeout(second).emit_with_ack("ready?", ()).await);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn timeout(&self, timeout: Duration) -> Self {
        Self { timeout: Some(timeout), ..self.clone() }
    }

    /// Sends it an event and waits for its client's acknowledgement. It is sent before this returns.
    ///
    /// # Errors
    /// It could not be sent, or the client did not answer in time, be it because it is gone.
    ///
    /// # Cancel safety
    /// Dropping the future forgets the event: an answer that comes later is ignored.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// for socket in io.of("/").fetch_sockets().await? {
    ///     println!("{:?}", socket.emit_with_ack("ready?", ()).await?.values());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn emit_with_ack<A: Arguments>(
        &self,
        name: &str,
        args: A,
    ) -> impl Future<Output = Result<Args, AckError>> + Send + use<A> {
        let answers = self.itself().emit_with_ack(name, args);
        async move {
            let answers = answers.await?;
            let here = answers.answered.into_iter().map(|(_, args)| args);
            here.chain(answers.elsewhere).next().ok_or(AckError::Timeout)
        }
    }

    /// Has it join these rooms.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// for socket in io.of("/").fetch_sockets().await? {
    ///     socket.join(["game", "red"]);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn join(&self, rooms: impl Rooms) {
        self.itself().sockets_join(rooms);
    }

    /// Has it leave these rooms.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// for socket in io.of("/").fetch_sockets().await? {
    ///     socket.leave("lobby");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn leave(&self, rooms: impl Rooms) {
        self.itself().sockets_leave(rooms);
    }

    /// Puts it out of its namespace; with `close`, closes its connection.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// for socket in io.of("/").fetch_sockets().await? {
    ///     socket.disconnect(false);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn disconnect(&self, close: bool) {
        self.itself().disconnect_sockets(close);
    }

    /// What admins are told of its client.
    pub(super) const fn client(&self) -> Option<&ClientDetails> {
        self.details.client.as_ref()
    }

    fn itself(&self) -> Broadcast {
        let itself = self.namespace.to(self.id());
        match self.timeout {
            Some(timeout) => itself.timeout(timeout),
            None => itself,
        }
    }
}
