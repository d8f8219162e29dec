//! How a client comes into a namespace: as a new socket, or back to the session that it had.
//!
//! Knows no listeners and looks no session up: the namespace's middleware is asked whether it may come in, and its past or its
//! adapter which session that is.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use futures_util::FutureExt;
use parlor_proto::engine::CloseReason;
use parlor_proto::frame::Frames;
use parlor_proto::socket::{Parser, Raw, encode_connect, encode_event};

use super::Client;
use crate::socketio::census::label;
use crate::socketio::left::Leaving;
use crate::socketio::namespace::Admission;
use crate::socketio::recovery::{Away, Claim, Claimed, Returned};
use crate::socketio::{
    ConnectError, DisconnectReason, Handshake, Namespace, Pending, Restored, Returning, Socket, SocketId,
};

/// Who wants to come in, and where.
#[derive(Clone)]
struct Visitor {
    namespace: Namespace,
    handshake: Handshake,
    parser: Parser,
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
    Elsewhere(Claim, Restored),
}

type Done = Result<(), CloseReason>;

/// To the door.
impl Client {
    pub(super) fn connect(self: &Arc<Self>, name: &str, auth: Raw, parser: Parser) -> Done {
        if self.arriving.lock().iter().any(|namespace| namespace.name() == name) {
            tracing::debug!("a second CONNECT while the first waits for its session");
            return Err(self.forced());
        }
        if self.sockets.lock().len() + self.arriving.lock().len() >= self.shared.max_namespaces_per_client {
            return self.refuse(name, parser, &ConnectError::new("Too many namespaces"));
        }
        let handshake = Handshake::new(Arc::clone(&self.opening), auth);
        let namespace = match self.shared.namespaces.come(name, &handshake) {
            Ok(namespace) => namespace,
            Err(error) => return self.refuse(name, parser, &error),
        };
        let visitor = Visitor { namespace, handshake, parser };
        // Not a claim: the application's own auth alone.
        let claim = visitor.namespace.recovers().then(|| visitor.handshake.auth::<Claim>().ok()).flatten();
        match claim.and_then(|claim| Some((claim.pid()?, claim))) {
            Some((_, claim)) if visitor.namespace.past().is_some() => self.come_back(visitor, claim),
            Some((pid, claim)) => self.restore(visitor, pid, claim),
            None => self.come(&visitor),
        }
    }

    /// As a new socket.
    fn come(self: &Arc<Self>, visitor: &Visitor) -> Done {
        self.admit(self.socket(visitor, None), Back::No)
    }

    /// Its socket, listed before the middleware is asked: should that panic, the session's end finds it.
    fn socket(self: &Arc<Self>, visitor: &Visitor, returned: Option<Returned>) -> Socket {
        let Visitor { namespace, handshake, parser } = visitor.clone();
        let socket = Socket::new(namespace, Arc::clone(self), handshake, parser, returned);
        self.sockets.lock().push(socket.clone());
        socket
    }

    /// Back to a session that the namespace keeps itself. Whoever has it lets it go first, and has told all who wait for that.
    fn come_back(self: &Arc<Self>, visitor: Visitor, claim: Claim) -> Done {
        loop {
            let take = |returned| self.socket(&visitor, Some(returned));
            let claimed = visitor.namespace.past().map(|past| past.claim(&claim, visitor.parser, take));
            let leaving = match claimed {
                Some(Claimed::By(socket, away)) => return self.admit(socket, Back::Here(claim, away)),
                Some(Claimed::Held(socket)) => {
                    socket.replaced();
                    socket.leaving()
                }
                Some(Claimed::Leaving(leaving)) => Some(leaving),
                Some(Claimed::Unknown) | None => return self.come(&visitor),
            };
            if let Some(leaving) = leaving {
                self.wait(visitor, claim, leaving);
                return Ok(());
            }
        }
    }

    /// Another thread has just noticed that the connection before this one is lost, and is telling its listeners: comes back
    /// when it has.
    fn wait(self: &Arc<Self>, visitor: Visitor, claim: Claim, leaving: Leaving) {
        self.arriving.lock().push(visitor.namespace.clone());
        let (client, namespace) = (Arc::clone(self), visitor.namespace.clone());
        tokio::spawn(async move {
            leaving.over().await;
            if !client.arrive(&namespace, || client.come_back(visitor, claim)) {
                client.shared.namespaces.left(&namespace);
            }
        });
    }

    /// Back to a session that the adapter keeps.
    fn restore(self: &Arc<Self>, visitor: Visitor, pid: SocketId, claim: Claim) -> Done {
        let namespace = visitor.namespace.clone();
        self.arriving.lock().push(namespace.clone());
        let later = {
            let (client, visitor, claim) = (Arc::clone(self), visitor.clone(), claim.clone());
            move |restored| client.restored_later(visitor, claim, restored)
        };
        let restored = Returning::ask(later, |client| namespace.adapter().restore(pid, claim.offset(), client));
        let Some(restored) = restored else { return Ok(()) };
        self.arriving.lock().retain(|other| *other != namespace);
        self.restored(&visitor, claim, restored)
    }

    fn restored_later(self: &Arc<Self>, visitor: Visitor, claim: Claim, restored: Option<Restored>) {
        let session = restored.as_ref().map(|restored| restored.session.clone());
        if !self.arrive(&visitor.namespace, || self.restored(&visitor, claim, restored)) {
            // Gone before it was in: it may come back once more.
            session.into_iter().for_each(|session| visitor.namespace.adapter().keep(session));
            self.shared.namespaces.left(&visitor.namespace);
        }
    }

    fn restored(self: &Arc<Self>, visitor: &Visitor, claim: Claim, restored: Option<Restored>) -> Done {
        let Some(restored) = restored else { return self.come(visitor) };
        let socket = self.socket(visitor, Some(restored.session.clone().into()));
        self.admit(socket, Back::Elsewhere(claim, restored))
    }

    /// Goes on with a client that had to wait, if it is still there, between two of its packets. Whether it is.
    fn arrive(self: &Arc<Self>, namespace: &Namespace, enter: impl FnOnce() -> Done) -> bool {
        self.in_turn(|| {
            self.arriving.lock().retain(|other| other != namespace);
            enter()
        })
    }

    /// Does this between two of its packets; whether the client was still there for it.
    fn in_turn(&self, call: impl FnOnce() -> Done) -> bool {
        let called =
            self.session.in_turn(|| catch_unwind(AssertUnwindSafe(call)).unwrap_or_else(|_| Err(self.forced())));
        if let Some(Err(reason)) = called {
            self.session.close(reason);
        }
        called.is_some()
    }
}

/// Past the middleware.
impl Client {
    fn admit(self: &Arc<Self>, socket: Socket, back: Back) -> Done {
        let (pid, namespace) = (socket.pid(), socket.namespace());
        let pid = pid.as_ref().map(SocketId::as_str);
        let joined = encode_connect(socket.parser(), namespace.name(), socket.id().as_str(), pid);
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
        if let Back::Elsewhere(_, restored) = &arrival.back {
            // Servers go on meanwhile, and the client may be back on another connection before this one's drop is noticed.
            arrival.socket.lend();
            arrival.socket.namespace().adapter().keep(restored.session.clone());
        }
        let client = Arc::clone(self);
        let task = tokio::spawn(async move {
            let socket = arrival.socket.clone();
            let verdict = AssertUnwindSafe(verdict).catch_unwind().await;
            let decide = || match (verdict, arrival.back) {
                (Ok(Ok(())), Back::Elsewhere(claim, _)) => client.restore_again(arrival.socket, arrival.joined, claim),
                (Ok(verdict), back) => client.decided(Arrival { back, ..arrival }, verdict),
                (Err(_), _) => {
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

    /// The adapter had the session back while middleware was being asked: has it say once more what was missed.
    fn restore_again(self: &Arc<Self>, socket: Socket, joined: Frames, claim: Claim) -> Done {
        let Some(pid) = claim.pid() else { return Err(self.forced()) };
        let namespace = socket.namespace().clone();
        let later = {
            let (client, socket, joined, claim) = (Arc::clone(self), socket.clone(), joined.clone(), claim.clone());
            move |restored: Option<Restored>| {
                let session = restored.as_ref().map(|restored| restored.session.clone());
                let enter = || client.restored_again(socket.clone(), joined, claim, restored);
                if !client.in_turn(enter) {
                    socket.finish(DisconnectReason::TransportClose);
                    session.into_iter().for_each(|session| socket.namespace().adapter().keep(session));
                }
            }
        };
        let restored = Returning::ask(later, |client| namespace.adapter().restore(pid, claim.offset(), client.again()));
        restored.map_or(Ok(()), |restored| self.restored_again(socket, joined, claim, restored))
    }

    fn restored_again(&self, socket: Socket, joined: Frames, claim: Claim, restored: Option<Restored>) -> Done {
        // Another connection of the client has it, or it was too long: the client comes once more, as a new one.
        let Some(restored) = restored else { return Err(self.forced()) };
        socket.take_back();
        if !socket.is_joining() {
            // It was let go meanwhile, and the adapter's no more.
            socket.namespace().adapter().keep(restored.session);
            return Ok(());
        }
        self.decided(Arrival { socket, joined, back: Back::Elsewhere(claim, restored) }, Ok(()))
    }

    /// Middleware has been asked.
    fn decided(&self, arrival: Arrival, verdict: Result<(), ConnectError>) -> Done {
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
        self.enter(&socket, &joined, &back)?;
        if socket.is_connected() {
            namespace.connected(&socket);
        }
        Ok(())
    }

    /// Lets it in: the answer to its CONNECT and what it has missed come before all that is sent from here on.
    fn enter(&self, socket: &Socket, joined: &Frames, back: &Back) -> Done {
        let past = socket.namespace().past();
        // Where the namespace keeps its past, that stands still until the socket is in.
        let log = past.map(|past| (past, past.log()));
        let missed = match (back, &log) {
            (Back::Here(claim, away), Some((past, log))) => past.missed(log, away, claim),
            (Back::Elsewhere(_, restored), _) => Some(self.encoded(socket, restored)?),
            (Back::Here(..) | Back::No, _) => Some(Vec::new()),
        };
        // Middleware took so long that the log has gone on: the client comes once more, as a new one.
        let Some(missed) = missed else { return Err(self.forced()) };
        if matches!(back, Back::No) {
            // While it is not in: what is sent to it from then on stands behind that.
            socket.marks().inspect(|marks| marks.came(socket.namespace().adapter().position()));
        }
        socket.enter(log.as_ref().map(|(_, log)| &**log), || {
            self.answer(joined);
            missed.iter().for_each(|frames| self.answer(frames));
        });
        Ok(())
    }

    /// What was missed, as an adapter has kept it.
    fn encoded(&self, socket: &Socket, restored: &Restored) -> Result<Vec<Frames>, CloseReason> {
        let missed = restored.missed.iter().map(|(name, args)| {
            encode_event(socket.parser(), socket.namespace().name(), None, name, args)
                .map_err(|error| self.broken(&error))
        });
        missed.collect()
    }
}
