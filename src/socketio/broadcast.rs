//! An event for many sockets: to whom, and sending it.
//!
//! Encodes once for each parser, and hands the same frames to every receiver.

use std::collections::HashSet;
use std::future::Future;
use std::time::Duration;

use parlor_proto::socket::{Arguments, EncodeError};

use super::ack::Survey;
use super::outgoing::{Envelope, Outgoing};
use super::recovery::{Past, Target};
use super::rooms::{Names, Rooms, names};
use super::{Answers, EmitError, Encoded, Namespace, Socket, SocketId};

/// Receivers: everyone in a namespace, or in some of its rooms, but not those excepted.
///
/// ```no_run
/// # let io = parlor::socketio::Io::new(Default::default());
/// let namespace = io.of("/");
/// namespace.to(["red", "blue"]).except("asleep").emit("news", ("Dinner is served.",))?;
/// # Ok::<(), parlor::socketio::EmitError>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "nothing is sent before `emit`"]
pub struct Broadcast {
    namespace: Namespace,
    rooms: Names,
    except: Names,
    /// The socket that sends, which does not hear itself.
    sender: Option<(u64, SocketId)>,
    volatile: bool,
}

impl Broadcast {
    pub(super) fn new(namespace: Namespace, sender: Option<(u64, SocketId)>) -> Self {
        Self { namespace, rooms: Names::new(), except: Names::new(), sender, volatile: false }
    }

    /// Those in these rooms, besides those in rooms named before. A socket in several of them gets it once.
    pub fn to(mut self, rooms: impl Rooms) -> Self {
        names(&rooms, &mut self.rooms);
        self
    }

    /// Not those in these rooms.
    pub fn except(mut self, rooms: impl Rooms) -> Self {
        names(&rooms, &mut self.except);
        self
    }

    /// Only those to whom it can be written at once: for what is soon out of date.
    pub const fn volatile(mut self) -> Self {
        self.volatile = true;
        self
    }

    /// Sends an event. Gives the number of sockets it was handed to.
    ///
    /// # Errors
    /// The name is reserved, or the arguments cannot be encoded; then nobody gets it.
    pub fn emit(&self, name: &str, args: impl Arguments) -> Result<usize, EmitError> {
        let event = Outgoing::new(name, &args)?;
        match self.namespace.past() {
            Some(past) if !self.volatile => self.send_and_keep(past, event),
            _ => self.send(&self.sockets(), None, event),
        }
    }

    /// Sends an event and waits for the receivers' acknowledgements, or until time is up. It is sent before this returns, and
    /// encoded once for all.
    ///
    /// Volatile, those to whom it could not be written at once are missing.
    ///
    /// ```no_run
    /// # async fn ask(io: parlor::socketio::Io) -> Result<(), parlor::socketio::EmitError> {
    /// let ready = io.of("/").to("game").emit_with_ack("ready?", (), std::time::Duration::from_secs(2)).await?;
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
        timeout: Duration,
    ) -> impl Future<Output = Result<Answers, EmitError>> + Send + use<A> {
        let survey = self.ask(name, &args);
        async move { Ok(survey?.answers(timeout).await) }
    }

    fn ask(&self, name: &str, args: &impl Arguments) -> Result<Survey, EmitError> {
        let event = Outgoing::new(name, args)?;
        let sockets = self.sockets();
        // Asked before it is sent: an answer may come while others are still being asked.
        let survey = Survey::new(self.namespace.next_ack(), &sockets);
        self.send(&sockets, Some(survey.id), event)?;
        Ok(survey)
    }

    /// How many it was handed to.
    fn send(&self, sockets: &[Socket], id: Option<u64>, event: Outgoing<'_>) -> Result<usize, EmitError> {
        let envelope = Envelope { namespace: self.namespace.name(), id, offset: None };
        let encoded = event.encoded(sockets.iter().map(Socket::parser), envelope)?;
        tell_listeners(sockets, event)?;
        Ok(self.hand_out(sockets, &encoded))
    }

    /// The same with an offset, and keeps it for those whose connection is lost.
    fn send_and_keep(&self, past: &Past, event: Outgoing<'_>) -> Result<usize, EmitError> {
        // Before the namespace is stopped, as they may want to send something.
        tell_listeners(&self.sockets(), event)?;
        let mut log = past.log();
        let offset = log.offset();
        let sockets = self.sockets();
        let parsers = sockets.iter().map(Socket::parser).chain(past.parsers());
        let envelope = Envelope { namespace: self.namespace.name(), id: None, offset: Some(&offset) };
        let encoded = event.encoded(parsers, envelope)?;
        let receivers = self.hand_out(&sockets, &encoded);
        let sender = self.sender.map(|(_, id)| id);
        let to = Target { rooms: self.rooms.clone(), except: self.except.clone(), sender };
        log.add(past.options(), to, encoded);
        Ok(receivers)
    }

    /// To how many.
    fn hand_out(&self, sockets: &[Socket], encoded: &Encoded) -> usize {
        let hand = |socket: &Socket| {
            let frames = encoded.get(socket.parser())?;
            if self.volatile { socket.send_volatile(frames).ok() } else { socket.send(frames).ok().map(|()| true) }
        };
        // One that has left meanwhile is no receiver.
        sockets.iter().filter(|socket| hand(socket) == Some(true)).count()
    }

    /// The receivers, each once.
    #[must_use]
    pub fn sockets(&self) -> Vec<Socket> {
        let adapter = self.namespace.adapter();
        let mut sockets = if self.rooms.is_empty() {
            adapter.everyone()
        } else {
            adapter.members(self.rooms.iter().map(|room| &**room))
        };
        let mut excepted = HashSet::new();
        if !self.except.is_empty() {
            excepted = adapter.serials(self.except.iter().map(|room| &**room));
        }
        excepted.extend(self.sender.map(|(serial, _)| serial));
        sockets.retain(|socket| !excepted.contains(&socket.serial()));
        sockets
    }

    /// Makes the receivers join these rooms.
    pub fn sockets_join(&self, rooms: impl Rooms) {
        self.sockets().iter().for_each(|socket| socket.join(&rooms));
    }

    /// Makes the receivers leave these rooms.
    pub fn sockets_leave(&self, rooms: impl Rooms) {
        self.sockets().iter().for_each(|socket| socket.leave(&rooms));
    }

    /// Puts the receivers out of the namespace; with `close`, closes their connections.
    pub fn disconnect_sockets(&self, close: bool) {
        self.sockets().iter().for_each(|socket| socket.disconnect(close));
    }
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
