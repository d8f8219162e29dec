//! Whom a namespace reaches: its sockets, all or some of them, and the other servers that serve it.
//!
//! Sends nothing itself: a broadcast does, and the adapter.

use std::future::Future;
use std::time::Duration;

use parlor_proto::socket::Arguments;

use super::Namespace;
use crate::socketio::{
    Answers, Broadcast, EmitError, FetchError, Outgoing, RemoteSocket, Rooms, ServerAnswers, ServerEvent, Socket,
    SocketId,
};

/// Its sockets.
impl Namespace {
    /// Sends an event to everyone in it. Gives the number of sockets it was handed to.
    ///
    /// # Errors
    /// The name is reserved, or the arguments cannot be encoded; then nobody gets it.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").emit("news", ("Dinner is served.", 19))?;
    /// # Ok::<(), parlor::socketio::EmitError>(())
    /// ```
    pub fn emit(&self, name: &str, args: impl Arguments) -> Result<usize, EmitError> {
        self.everyone().emit(name, args)
    }

    /// Sends an event to everyone in it and waits for their acknowledgements: [`Broadcast::emit_with_ack`] of
    /// [`everyone`](Self::everyone).
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// let answers = io.of("/").emit_with_ack("ready?", ()).await?;
    /// println!("{} are silent", answers.missing.len());
    /// # Ok(())
    /// # }
    /// ```
    pub fn emit_with_ack<A: Arguments>(
        &self,
        name: &str,
        args: A,
    ) -> impl Future<Output = Result<Answers, EmitError>> + Send + use<A> {
        self.everyone().emit_with_ack(name, args)
    }

    /// Everyone in it.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").everyone().emit("news", ())?;
    /// # Ok::<(), parlor::socketio::EmitError>(())
    /// ```
    pub fn everyone(&self) -> Broadcast {
        Broadcast::new(self.clone())
    }

    /// Those in these rooms, each once.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").to(["red", "blue"]).emit("news", ())?;
    /// # Ok::<(), parlor::socketio::EmitError>(())
    /// ```
    pub fn to(&self, rooms: impl Rooms) -> Broadcast {
        self.everyone().to(rooms)
    }

    /// Everyone but those in these rooms.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").except("asleep").emit("news", ())?;
    /// # Ok::<(), parlor::socketio::EmitError>(())
    /// ```
    pub fn except(&self, rooms: impl Rooms) -> Broadcast {
        self.everyone().except(rooms)
    }

    /// The same as [`to`](Self::to): the reference server's `in`.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").within("lobby").sockets_join("game");
    /// ```
    pub fn within(&self, rooms: impl Rooms) -> Broadcast {
        self.to(rooms)
    }

    /// Everyone on this server: see [`Broadcast::local`].
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").local().emit("restart", ())?;
    /// # Ok::<(), parlor::socketio::EmitError>(())
    /// ```
    pub fn local(&self) -> Broadcast {
        self.everyone().local()
    }

    /// Everyone to whom it can be written at once: see [`Broadcast::volatile`].
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").volatile().emit("position", (3, 4))?;
    /// # Ok::<(), parlor::socketio::EmitError>(())
    /// ```
    pub fn volatile(&self) -> Broadcast {
        self.everyone().volatile()
    }

    /// Everyone, by what is worth compressing or is not: see [`Broadcast::compress`].
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").compress(false).emit("noise", ())?;
    /// # Ok::<(), parlor::socketio::EmitError>(())
    /// ```
    pub fn compress(&self, compress: bool) -> Broadcast {
        self.everyone().compress(compress)
    }

    /// Everyone, whose acknowledgements are waited for so long: see [`Broadcast::timeout`].
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// let second = std::time::Duration::from_secs(1);
    /// io.of("/").timeout(second).emit_with_ack("ready?", ()).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn timeout(&self, timeout: Duration) -> Broadcast {
        self.everyone().timeout(timeout)
    }

    /// The socket of this id, if it is connected to this server.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// let id = parlor::socketio::SocketId::parse("AAAAAAAAAAAAAAAAAAAA").expect("an id");
    /// assert!(io.of("/").socket(&id).is_none());
    /// ```
    #[must_use]
    pub fn socket(&self, id: &SocketId) -> Option<Socket> {
        self.inner.members.find(id)
    }

    /// All its sockets on this server.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// for socket in io.of("/").sockets() {
    ///     println!("{} is in {:?}", socket.id(), socket.rooms());
    /// }
    /// ```
    #[must_use]
    pub fn sockets(&self) -> Vec<Socket> {
        self.inner.members.everyone()
    }

    /// How many sockets it has on this server.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// assert_eq!(io.of("/").len(), 0);
    /// ```
    #[must_use]
    pub fn len(&self) -> usize {
        self.inner.members.len()
    }

    /// Whether it has no socket on this server.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// assert!(io.of("/").is_empty());
    /// ```
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All sockets wherever they are: [`Broadcast::fetch_sockets`] of [`everyone`](Self::everyone).
    ///
    /// # Errors
    /// Not all servers have answered in time.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// for socket in io.of("/").fetch_sockets().await? {
    ///     println!("{} is in {:?}", socket.id(), socket.rooms());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn fetch_sockets(&self) -> impl Future<Output = Result<Vec<RemoteSocket>, FetchError>> + Send + use<> {
        self.everyone().fetch_sockets()
    }

    /// Makes all sockets join these rooms.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").sockets_join("game");
    /// ```
    pub fn sockets_join(&self, rooms: impl Rooms) {
        self.everyone().sockets_join(rooms);
    }

    /// Makes all sockets leave these rooms.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").sockets_leave(["lobby", "game"]);
    /// ```
    pub fn sockets_leave(&self, rooms: impl Rooms) {
        self.everyone().sockets_leave(rooms);
    }

    /// Puts all sockets out; with `close`, closes their connections.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").disconnect_sockets(true);
    /// ```
    pub fn disconnect_sockets(&self, close: bool) {
        self.everyone().disconnect_sockets(close);
    }
}

/// The other servers.
impl Namespace {
    /// Sends an event to the other servers themselves, not to clients: to those who wait for it there by
    /// [`on_server_event`](Self::on_server_event). A server that is alone sends it to nobody.
    ///
    /// ```
    /// let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").server_side_emit("reload", ("packs",))?;
    /// # Ok::<(), parlor::socketio::EmitError>(())
    /// ```
    ///
    /// # Errors
    /// The name is reserved, or the arguments cannot be encoded.
    pub fn server_side_emit(&self, name: &str, args: impl Arguments) -> Result<(), EmitError> {
        let event = Outgoing::new(name, &args)?;
        // Found out here, as an adapter sends it later.
        event.args()?;
        self.adapter().emit_to_servers(event);
        Ok(())
    }

    /// The same, and collects the servers' answers, for [`Config::ack_timeout_ms`](crate::socketio::Config::ack_timeout_ms). It is sent before
    /// this returns.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), parlor::socketio::EmitError> {
    /// let io = parlor::socketio::Io::new(Default::default());
    /// let loads = io.of("/").server_side_emit_with_ack("load?", ()).await?;
    /// assert!(loads.answered.is_empty() && loads.missing == 0, "it is alone");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The name is reserved, or the arguments cannot be encoded. Who does not answer is no error.
    ///
    /// # Cancel safety
    /// Dropping the future forgets the event: answers that come later are ignored.
    pub fn server_side_emit_with_ack<A: Arguments>(
        &self,
        name: &str,
        args: A,
    ) -> impl Future<Output = Result<ServerAnswers, EmitError>> + Send + use<A> {
        let asked = Outgoing::new(name, &args).and_then(|event| {
            event.args()?;
            Ok(self.adapter().ask_servers(event, self.ack_timeout()))
        });
        async move { Ok(asked?.await) }
    }

    /// Calls `listener` with each event of this name that another server sends. It must not wait.
    ///
    /// ```
    /// let io = parlor::socketio::Io::new(Default::default());
    /// let namespace = io.of("/");
    /// let own = namespace.clone();
    /// namespace.on_server_event("load?", move |event| {
    ///     event.ack.iter().for_each(|ack| drop(ack.send((own.len(),))));
    /// });
    /// ```
    pub fn on_server_event(&self, name: &str, listener: impl Fn(&ServerEvent) + Send + Sync + 'static) {
        self.inner.servers.add(name, listener);
    }

    /// How many servers there are, this one included, as far as is known.
    ///
    /// ```
    /// assert_eq!(parlor::socketio::Io::new(Default::default()).of("/").server_count(), 1);
    /// ```
    #[must_use]
    pub fn server_count(&self) -> usize {
        self.adapter().servers()
    }
}
