//! An event for many sockets, and what else is had done with many: to whom, and how.
//!
//! Sends nothing itself: this server's part is done by `local`, the others' is the adapter's.

use std::future::Future;
use std::time::Duration;

use parlor_proto::socket::Arguments;

use super::ack::{Others, Survey, elsewhere};
use super::rooms::{Names, Rooms, names};
use super::{Answers, EmitError, FetchError, Flags, Namespace, Outgoing, RemoteSocket, Socket, Target};

/// Receivers: everyone in a namespace, or in some of its rooms, but not those excepted; and how it is sent to them.
///
/// With an [`Adapter`](super::Adapter) that knows other servers, all but [`sockets`](Self::sockets) is for their sockets as well,
/// unless it is [`local`](Self::local).
///
/// ```
/// use parlor::socketio::Io;
///
/// let io = Io::new(Default::default());
/// let sent = io.of("/").to(["red", "blue"]).except("asleep").emit("news", ("Dinner is served.",))?;
/// assert_eq!(sent, 0, "nobody is there");
/// # Ok::<(), parlor::socketio::EmitError>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "nothing is sent before `emit`"]
pub struct Broadcast {
    namespace: Namespace,
    target: Target,
}

/// To whom, and how.
impl Broadcast {
    pub(super) fn new(namespace: Namespace) -> Self {
        Self { namespace, target: Target::everyone() }
    }

    pub(super) const fn with(mut self, flags: Flags) -> Self {
        self.target.flags = flags;
        self
    }

    /// Those in these rooms, besides those in rooms named before. A socket in several of them gets it once.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").to("red").to(["green", "blue"]).emit("colours", ())?;
    /// # Ok::<(), parlor::socketio::EmitError>(())
    /// ```
    pub fn to(mut self, rooms: impl Rooms) -> Self {
        self.target = self.target.to(rooms);
        self
    }

    /// The same as [`to`](Self::to), where that reads better: the reference server's `in`.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").within("lobby").sockets_join("game");
    /// ```
    pub fn within(self, rooms: impl Rooms) -> Self {
        self.to(rooms)
    }

    /// Not those in these rooms.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").to("red").except(["asleep", "away"]).emit("go", ())?;
    /// # Ok::<(), parlor::socketio::EmitError>(())
    /// ```
    pub fn except(mut self, rooms: impl Rooms) -> Self {
        self.target = self.target.except(rooms);
        self
    }

    /// Only those to whom it can be written at once: for what is soon out of date. What becomes of it for the others,
    /// [`transport::Volatile`](crate::transport::Volatile) says.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").to("map").volatile().emit("position", (3, 4))?;
    /// # Ok::<(), parlor::socketio::EmitError>(())
    /// ```
    pub const fn volatile(mut self) -> Self {
        self.target.flags.volatile = true;
        self
    }

    /// Only the sockets of this server.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").local().emit("restart", ("This server restarts.",))?;
    /// # Ok::<(), parlor::socketio::EmitError>(())
    /// ```
    pub const fn local(mut self) -> Self {
        self.target.flags.local = true;
        self
    }

    /// Whether it is worth compressing: see [`Flags::compress`].
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").compress(false).emit("noise", ())?;
    /// # Ok::<(), parlor::socketio::EmitError>(())
    /// ```
    pub const fn compress(mut self, compress: bool) -> Self {
        self.target.flags.compress = Some(compress);
        self
    }

    /// How long acknowledgements, or the other servers' answers, are waited for; otherwise
    /// [`Config::ack_timeout_ms`](super::Config::ack_timeout_ms).
    ///
    /// ```
    /// # use std::time::Duration;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), parlor::socketio::EmitError> {
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").to("red").timeout(Duration::from_secs(1)).emit_with_ack("ready?", ()).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.target.flags.timeout = Some(timeout);
        self
    }
}

/// What is done.
impl Broadcast {
    /// Sends an event. Gives the number of this server's sockets that it was handed to.
    ///
    /// # Errors
    /// The name is reserved, or the arguments cannot be encoded; then nobody gets it.
    ///
    /// ```
    /// use parlor::socketio::{EmitError, Io};
    ///
    /// let io = Io::new(Default::default());
    /// assert_eq!(io.of("/").to("red").emit("hello", ("world",)), Ok(0));
    /// assert_eq!(io.of("/").to("red").emit("connect", ()), Err(EmitError::Reserved("connect".into())));
    /// ```
    pub fn emit(&self, name: &str, args: impl Arguments) -> Result<usize, EmitError> {
        let event = Outgoing::new(name, &args)?;
        let local = self.namespace.here();
        if self.target.flags.local {
            return local.broadcast(event, &self.target);
        }
        self.namespace.adapter().broadcast(local, event, &self.target)
    }

    /// Sends an event and waits for the receivers' acknowledgements, or until time is up. It is sent before this returns, and
    /// encoded once for all.
    ///
    /// Volatile, those to whom it could not be written at once are missing.
    ///
    /// ```no_run
    /// # async fn ask(io: parlor::socketio::Io) -> Result<(), parlor::socketio::EmitError> {
    /// let ready = io.of("/").to("game").timeout(std::time::Duration::from_secs(2)).emit_with_ack("ready?", ()).await?;
    /// println!("{} are ready, {} are silent", ready.answered.len(), ready.missing.len());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The name is reserved, or the arguments cannot be encoded; then nobody gets it. Who does not answer is no error.
    ///
    /// # Cancel safety
    /// Dropping the future forgets the event: answers that come later are ignored.
    pub fn emit_with_ack<A: Arguments>(
        &self,
        name: &str,
        args: A,
    ) -> impl Future<Output = Result<Answers, EmitError>> + Send + use<A> {
        let asked = self.ask(name, &args);
        let timeout = self.patience();
        async move {
            let (survey, others) = asked?;
            Ok(survey.answers(others, timeout).await)
        }
    }

    fn ask(&self, name: &str, args: &impl Arguments) -> Result<(Survey, Others), EmitError> {
        let event = Outgoing::new(name, args)?;
        let survey = self.namespace.here().ask(event, &self.target)?;
        let (answers, mut others) = elsewhere();
        self.others(|adapter, target| others.servers = adapter.ask(event, target, answers));
        Ok((survey, others))
    }

    /// The receivers on this server, each once.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// assert!(io.of("/").to("red").sockets().is_empty());
    /// ```
    #[must_use]
    pub fn sockets(&self) -> Vec<Socket> {
        self.namespace.members().of(&self.target)
    }

    /// The receivers wherever they are, as they are at the moment.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), parlor::socketio::FetchError> {
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// let sockets = io.of("/").to("red").fetch_sockets().await?;
    /// assert!(sockets.iter().all(|socket| socket.rooms().iter().any(|room| **room == *"red")));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Not all servers have answered in time.
    ///
    /// # Cancel safety
    /// It can be dropped at any time.
    pub fn fetch_sockets(&self) -> impl Future<Output = Result<Vec<RemoteSocket>, FetchError>> + Send + use<> {
        let mut fetched = None;
        self.others(|adapter, target| fetched = Some(adapter.fetch(target, self.patience())));
        let (namespace, target) = (self.namespace.clone(), self.target.clone());
        async move {
            let mut found = namespace.here().fetch(&target);
            if let Some(fetched) = fetched {
                found.extend(fetched.await?);
            }
            Ok(found.into_iter().map(|details| RemoteSocket::new(namespace.clone(), details)).collect())
        }
    }

    /// Makes the receivers join these rooms.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").to("lobby").sockets_join(["game", "chat"]);
    /// ```
    pub fn sockets_join(&self, rooms: impl Rooms) {
        let rooms = listed(rooms);
        self.others(|adapter, target| adapter.join(target, &rooms));
        self.namespace.here().join(&self.target, &rooms);
    }

    /// Makes the receivers leave these rooms.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").to("game").sockets_leave("lobby");
    /// ```
    pub fn sockets_leave(&self, rooms: impl Rooms) {
        let rooms = listed(rooms);
        self.others(|adapter, target| adapter.leave(target, &rooms));
        self.namespace.here().leave(&self.target, &rooms);
    }

    /// Puts the receivers out of the namespace; with `close`, closes their connections.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").to("banned").disconnect_sockets(true);
    /// ```
    pub fn disconnect_sockets(&self, close: bool) {
        self.others(|adapter, target| adapter.disconnect(target, close));
        self.namespace.here().disconnect(&self.target, close);
    }

    /// Has the adapter do the other servers' part, if they have one.
    fn others(&self, ask: impl FnOnce(&dyn super::Adapter, &Target)) {
        if !self.target.flags.local {
            ask(self.namespace.adapter(), &self.target);
        }
    }

    fn patience(&self) -> Duration {
        self.target.flags.timeout.unwrap_or(self.namespace.ack_timeout())
    }
}

fn listed(rooms: impl Rooms) -> Names {
    let mut list = Names::new();
    names(&rooms, &mut list);
    list
}
