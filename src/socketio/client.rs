//! One session's client: its packets, and the sockets it has in namespaces.
//!
//! The rules of which packet may come where are here; what a packet looks like is `proto`'s.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, OnceLock};
use std::time::Instant;

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
use super::recovery::{Away, Claim, Past, Returned};
use super::{ConnectError, DisconnectReason, Handshake, Namespace, Restored, Returning, Socket, SocketId};
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

    fn closed(&self, reason: CloseReason) {
        self.stop_timer();
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
        let arrived = self.session.in_turn(|| {
            let admit = AssertUnwindSafe(|| self.admit(namespace.clone(), handshake, parser, back));
            catch_unwind(admit).unwrap_or_else(|_| Err(self.forced()))
        });
        match arrived {
            Some(Ok(())) => {}
            Some(Err(reason)) => self.session.close(reason),
            None => self.shared.namespaces.left(&namespace),
        }
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
        if let Err(error) = if known { Ok(()) } else { namespace.admit(&socket) } {
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
