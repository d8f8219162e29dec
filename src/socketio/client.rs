//! One session's client: its packets, and the sockets it has in namespaces.
//!
//! The rules of which packet may come where are here; what a packet looks like is `proto`'s.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use futures_util::FutureExt;
use parking_lot::Mutex;
use parlor_proto::engine::{CloseReason, Message};
use parlor_proto::frame::Frames;
use parlor_proto::socket::{
    Data, Decoder, EncodeError, Packet, Parser, Raw, encode_connect, encode_connect_error, encode_event,
};
use smallvec::SmallVec;
use tokio::task::AbortHandle;

use super::census::label;
use super::handshake::Opening;
use super::io::Shared;
use super::namespace::Admission;
use super::recovery::{Away, Claim, Past, Returned};
use super::{
    ConnectError, DisconnectReason, Handshake, Kept, Namespace, Pending, Restored, Returning, Socket, SocketId,
};
use crate::transport::{self, Incoming, Session};

/// What there is once for a session, whatever it has joined.
///
/// In this order, what is needed to read a packet comes first.
#[repr(C)]
pub(super) struct Client {
    sockets: Mutex<SmallVec<[Socket; 1]>>,
    decoder: Mutex<Decoder>,
    session: Arc<Session>,
    shared: Arc<Shared>,
    opening: Arc<Opening>,
    /// Closes a session that has joined nothing.
    deadline: Mutex<Option<AbortHandle>>,
    /// The namespaces whose adapter looks for the session that the client comes back to.
    arriving: Mutex<Vec<Namespace>>,
    /// Tasks in which middleware is asked that takes its time.
    asking: Mutex<Vec<AbortHandle>>,
    /// Why the server itself is closing the session.
    verdict: OnceLock<DisconnectReason>,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("session", &self.session).finish_non_exhaustive()
    }
}

impl Incoming for Client {
    fn message(self: Arc<Self>, message: Message, at: Instant) -> Result<(), CloseReason> {
        // A listener that panics ends its own client's session, and nobody else's.
        catch_unwind(AssertUnwindSafe(|| self.hear(message, at))).unwrap_or_else(|_| {
            tracing::error!("a listener panicked; its session is closed");
            Err(self.forced())
        })
    }

    fn upgraded(&self) {
        for socket in self.sockets() {
            socket.namespace().watch().upgraded(&socket);
        }
    }

    fn closed(&self, reason: CloseReason) {
        self.stop_timer();
        self.asking.lock().drain(..).for_each(|task| task.abort());
        let reason = *self.verdict.get_or_init(|| reason.into());
        for socket in self.sockets() {
            socket.finish(reason);
        }
    }
}

impl Client {
    pub(super) fn open(shared: Arc<Shared>, session: Arc<Session>, handshake: &transport::Handshake) -> Arc<Self> {
        let (limits, timeout) = (shared.limits, shared.connect_timeout);
        let opening = Opening::new(handshake, shared.handshake_bytes);
        let client = Arc::new(Self {
            shared,
            session,
            opening: Arc::new(opening),
            decoder: Mutex::new(Decoder::new(limits)),
            sockets: Mutex::new(SmallVec::new()),
            deadline: Mutex::new(None),
            arriving: Mutex::default(),
            asking: Mutex::default(),
            verdict: OnceLock::new(),
        });
        let late = Arc::downgrade(&client);
        let timer = tokio::spawn(async move {
            tokio::time::sleep(timeout).await;
            if let Some(client) = late.upgrade() {
                tracing::debug!("nothing joined in time");
                client.close(DisconnectReason::ForcedServerClose);
            }
        });
        *client.deadline.lock() = Some(timer.abort_handle());
        client
    }

    pub(super) const fn session(&self) -> &Arc<Session> {
        &self.session
    }

    /// Puts all sockets out of their namespaces, and closes the session.
    pub(super) fn disconnect(&self) {
        for socket in self.sockets() {
            socket.put_out();
        }
        self.session.close(CloseReason::ForcedClose);
    }

    /// Lets all sockets go for this reason, and closes the session.
    pub(super) fn close(&self, reason: DisconnectReason) {
        let reason = *self.verdict.get_or_init(|| reason);
        for socket in self.sockets() {
            socket.finish(reason);
        }
        self.session.close(CloseReason::ForcedClose);
    }

    /// Forgets a socket that has left.
    pub(super) fn remove(&self, namespace: &Namespace) {
        self.sockets.lock().retain(|socket| socket.namespace() != namespace);
        self.shared.namespaces.left(namespace);
    }

    fn sockets(&self) -> SmallVec<[Socket; 1]> {
        self.sockets.lock().clone()
    }

    fn find(&self, namespace: &str) -> Option<Socket> {
        self.sockets.lock().iter().find(|socket| socket.namespace().name() == namespace).cloned()
    }

    fn hear(self: &Arc<Self>, message: Message, at: Instant) -> Result<(), CloseReason> {
        let (packet, parser) = {
            let mut decoder = self.decoder.lock();
            let packet = decoder.decode(message).map_err(|error| {
                tracing::debug!(%error, "no packet");
                CloseReason::ParseError
            })?;
            (packet, decoder.parser().unwrap_or(Parser::Json))
        };
        packet.map_or(Ok(()), |packet| self.packet(packet, parser, at))
    }

    fn packet(self: &Arc<Self>, packet: Packet, parser: Parser, at: Instant) -> Result<(), CloseReason> {
        let Packet { namespace, data } = packet;
        match (self.find(&namespace), data) {
            (Some(socket), _) if socket.is_joining() => {
                tracing::debug!("a packet for a namespace whose middleware is still being asked");
                Err(self.forced())
            }
            (None, Data::Connect { auth }) => self.connect(&namespace, auth, parser),
            (Some(socket), Data::Event { name, args, id }) => {
                socket.event_came(name, args, id, at);
                Ok(())
            }
            (Some(socket), Data::Ack { id, args }) => {
                socket.waiting().answer(socket.id(), id, args);
                Ok(())
            }
            (Some(socket), Data::Disconnect) => {
                socket.finish(DisconnectReason::ClientNamespaceDisconnect);
                Ok(())
            }
            (Some(_), Data::Connect { .. } | Data::ConnectError)
            | (None, Data::Disconnect | Data::Event { .. } | Data::Ack { .. } | Data::ConnectError) => {
                tracing::debug!("a packet where it is not allowed");
                Err(self.forced())
            }
        }
    }

    fn connect(self: &Arc<Self>, namespace: &str, auth: Raw, parser: Parser) -> Result<(), CloseReason> {
        if self.sockets.lock().len() >= self.shared.max_namespaces_per_client {
            return self.refuse(namespace, parser, &ConnectError::new("Too many namespaces"));
        }
        let handshake = Handshake::new(Arc::clone(&self.opening), auth);
        let namespace = match self.shared.namespaces.come(namespace, &handshake) {
            Ok(namespace) => namespace,
            Err(error) => return self.refuse(namespace, parser, &error),
        };
        let back = match namespace.past() {
            Some(past) => claimed(past, &handshake, parser).map_or(Back::No, |(claim, away)| Back::Here(claim, away)),
            None if namespace.recovers() => match self.restored(&namespace, &handshake, parser)? {
                Some(back) => back,
                None => return Ok(()),
            },
            None => Back::No,
        };
        self.admit(namespace, handshake, parser, back)
    }

    /// Asks the adapter for the session that the client comes back to. `None`: it goes in later.
    fn restored(
        self: &Arc<Self>,
        namespace: &Namespace,
        handshake: &Handshake,
        parser: Parser,
    ) -> Result<Option<Back>, CloseReason> {
        let Ok(claim) = handshake.auth::<Claim>() else { return Ok(Some(Back::No)) };
        let Some(pid) = claim.pid() else { return Ok(Some(Back::No)) };
        if self.arriving.lock().contains(namespace) {
            self.shared.namespaces.left(namespace);
            return Err(self.forced());
        }
        self.arriving.lock().push(namespace.clone());
        let later = {
            let (client, namespace, handshake) = (Arc::clone(self), namespace.clone(), handshake.clone());
            move |restored| client.arrive(namespace, handshake, parser, Back::elsewhere(restored))
        };
        let restored = Returning::ask(later, |client| namespace.adapter().restore(pid, claim.offset(), client));
        if restored.is_some() {
            self.arriving.lock().retain(|other| other != namespace);
        }
        Ok(restored.map(Back::elsewhere))
    }

    /// Lets the client in that had to wait, if it is still there: between two of its packets.
    fn arrive(self: &Arc<Self>, namespace: Namespace, handshake: Handshake, parser: Parser, back: Back) {
        self.arriving.lock().retain(|other| *other != namespace);
        let session = back.elsewhere_kept();
        if !self.in_turn(|| self.admit(namespace.clone(), handshake, parser, back)) {
            // Gone before it was in: it may come back once more.
            session.into_iter().for_each(|session| namespace.adapter().keep(session));
            self.shared.namespaces.left(&namespace);
        }
    }

    /// Does this between two of its packets; whether the client was still there for it.
    fn in_turn(&self, call: impl FnOnce() -> Result<(), CloseReason>) -> bool {
        let called =
            self.session.in_turn(|| catch_unwind(AssertUnwindSafe(call)).unwrap_or_else(|_| Err(self.forced())));
        if let Some(Err(reason)) = called {
            self.session.close(reason);
        }
        called.is_some()
    }

    fn admit(
        self: &Arc<Self>,
        namespace: Namespace,
        handshake: Handshake,
        parser: Parser,
        back: Back,
    ) -> Result<(), CloseReason> {
        let socket = Socket::new(namespace.clone(), Arc::clone(self), handshake, parser, back.returned());
        // Listed before the middleware is asked: should that panic, the session's end finds the socket.
        self.sockets.lock().push(socket.clone());
        let pid = socket.pid();
        let pid = pid.as_ref().map(SocketId::as_str);
        let joined = encode_connect(parser, namespace.name(), socket.id().as_str(), pid);
        let joined = joined.map_err(|error| self.broken(&error))?;
        let known = socket.recovered() && self.shared.skip_middleware;
        let admission = if known { Admission::Decided(Ok(())) } else { namespace.admit(&socket) };
        let arrival = Arrival { socket, joined, back };
        match admission {
            Admission::Decided(verdict) => self.decided(arrival, verdict),
            Admission::Pending(verdict) => {
                self.ask(arrival, verdict);
                Ok(())
            }
        }
    }

    /// Waits for the middleware, for as long as the client is there.
    fn ask(self: &Arc<Self>, arrival: Arrival, verdict: Pending<Result<(), ConnectError>>) {
        let client = Arc::clone(self);
        let task = tokio::spawn(async move {
            let socket = arrival.socket.clone();
            let verdict = AssertUnwindSafe(verdict).catch_unwind().await;
            let decide = || match verdict {
                Ok(verdict) => client.decided(arrival, verdict),
                Err(_) => {
                    tracing::error!("middleware panicked; its client's session is closed");
                    Err(client.forced())
                }
            };
            if !client.in_turn(decide) {
                socket.finish(DisconnectReason::TransportClose);
            }
        });
        let mut asking = self.asking.lock();
        asking.retain(|task| !task.is_finished());
        asking.push(task.abort_handle());
    }

    /// Middleware has been asked.
    fn decided(&self, arrival: Arrival, verdict: Result<(), ConnectError>) -> Result<(), CloseReason> {
        let Arrival { socket, joined, back } = arrival;
        let (namespace, parser) = (socket.namespace(), socket.parser());
        if !socket.is_joining() {
            // It was let go meanwhile, and so was its session.
            return Ok(());
        }
        if let Err(error) = verdict {
            socket.finish(DisconnectReason::ServerNamespaceDisconnect);
            return self.refuse(namespace.name(), parser, &error);
        }
        self.stop_timer();
        self.session.label(label(Some(parser)));
        match namespace.past() {
            Some(past) => self.enter(past, &socket, &joined, back)?,
            None => {
                self.answer(&joined);
                if let Back::Elsewhere(restored) = &back {
                    self.catch_up(&socket, restored)?;
                }
                socket.enter(None);
            }
        }
        if socket.is_connected() {
            namespace.connected(&socket);
        }
        Ok(())
    }

    /// Lets it in where connections can be recovered: what it has missed comes before all that is sent from now on.
    fn enter(&self, past: &Past, socket: &Socket, joined: &Frames, back: Back) -> Result<(), CloseReason> {
        let log = past.log();
        let missed = match &back {
            Back::Here(claim, away) => past.missed(&log, away, claim),
            Back::Elsewhere(_) | Back::No => Some(Vec::new()),
        };
        // Middleware took so long that the log has gone on: the client comes once more, as a new one.
        let Some(missed) = missed else { return Err(self.forced()) };
        self.answer(joined);
        for frames in &missed {
            self.answer(frames);
        }
        socket.enter(Some(&log));
        Ok(())
    }

    /// Sends what was missed, as an adapter has kept it.
    fn catch_up(&self, socket: &Socket, restored: &Restored) -> Result<(), CloseReason> {
        for (name, args) in &restored.missed {
            let frames = encode_event(socket.parser(), socket.namespace().name(), None, name, args);
            self.answer(&frames.map_err(|error| self.broken(&error))?);
        }
        Ok(())
    }

    fn stop_timer(&self) {
        if let Some(timer) = self.deadline.lock().take() {
            timer.abort();
        }
    }

    fn refuse(&self, namespace: &str, parser: Parser, error: &ConnectError) -> Result<(), CloseReason> {
        let frames = encode_connect_error(parser, namespace, &error.message, error.data.as_ref())
            .map_err(|error| self.broken(&error))?;
        self.answer(&frames);
        Ok(())
    }

    fn answer(&self, frames: &Frames) {
        if let Err(error) = self.session.send(frames) {
            // `closed` is on its way.
            tracing::debug!(%error, "a CONNECT was not answered");
        }
    }

    fn broken(&self, error: &EncodeError) -> CloseReason {
        tracing::error!(%error, "an answer to CONNECT could not be encoded");
        self.forced()
    }

    fn forced(&self) -> CloseReason {
        self.verdict.get_or_init(|| DisconnectReason::ForcedServerClose);
        CloseReason::ForcedClose
    }
}

/// A socket on its way in.
struct Arrival {
    socket: Socket,
    /// The answer to its CONNECT.
    joined: Frames,
    back: Back,
}

/// Whether a client comes back to a session, and who has kept it.
enum Back {
    No,
    Here(Claim, Away),
    Elsewhere(Restored),
}

impl Back {
    fn elsewhere(restored: Option<Restored>) -> Self {
        restored.map_or(Self::No, Self::Elsewhere)
    }

    /// The session, where an adapter has kept it.
    fn elsewhere_kept(&self) -> Option<Kept> {
        if let Self::Elsewhere(Restored { session, .. }) = self { Some(session.clone()) } else { None }
    }

    /// What its socket takes over.
    fn returned(&self) -> Option<Returned> {
        match self {
            Self::No => None,
            Self::Here(_, away) => Some(away.into()),
            Self::Elsewhere(restored) => Some(restored.session.clone().into()),
        }
    }
}

/// The session that a client comes back to, if it says so, may do so, and what it has missed is still known.
fn claimed(past: &Past, handshake: &Handshake, parser: Parser) -> Option<(Claim, Away)> {
    // Not a claim: the application's own auth alone.
    let claim: Claim = handshake.auth().ok()?;
    let pid = claim.pid()?;
    if let Some(socket) = past.unnoticed(pid) {
        socket.replaced();
    }
    let away = past.claim(pid, parser)?;
    let known = past.missed(&past.log(), &away, &claim).is_some();
    known.then_some((claim, away))
}
