//! One session's client: its packets, and the sockets it has in namespaces.
//!
//! The rules of which packet may come where are here, and those of coming in are `arrival`'s; what a packet looks like is `proto`'s.

mod arrival;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use parking_lot::Mutex;
use parlor_proto::engine::{CloseReason, Message};
use parlor_proto::frame::Frames;
use parlor_proto::socket::{Data, Decoder, EncodeError, Packet, Parser, encode_connect_error};
use smallvec::SmallVec;
use tokio::task::AbortHandle;

use super::handshake::Opening;
use super::io::Shared;
use super::{ConnectError, DisconnectReason, Namespace, Socket};
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
    /// The namespaces in which the session that the client comes back to is not at hand yet.
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
