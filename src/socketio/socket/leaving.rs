//! How a socket leaves its namespace, once.
//!
//! Ends no session but when asked to: that is the client's.

use std::sync::atomic::Ordering;

use parlor_proto::socket::encode_disconnect;

use super::{GONE, JOINING, Socket};
use crate::socketio::handlers::{Listed, Listeners, OnReason, guarded};
use crate::socketio::left::Leaving;
use crate::socketio::recovery::Recoverable;
use crate::socketio::rooms::Names;
use crate::socketio::{DisconnectReason, Kept};

/// Leaving.
impl Socket {
    /// Puts the socket out of its namespace; with `close`, the client's other sockets too, and closes its connection.
    ///
    /// Its listeners have been told when this returns. Nothing is done if it is not connected.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").on("bye", |socket, _| socket.disconnect(true));
    /// ```
    pub fn disconnect(&self, close: bool) {
        if !self.is_connected() {
            return;
        }
        if close {
            self.inner.client.disconnect();
        } else {
            self.put_out();
        }
    }

    /// Closes its connection, and has the client come again as a new one, whatever it could have come back to: for an application
    /// that finds what it kept for a [recovered](Self::recovered) client gone. Stock clients return by themselves.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").on_connect(|socket| {
    ///     if socket.recovered() && socket.data::<String>().is_none() {
    ///         socket.start_over();
    ///     }
    /// });
    /// ```
    pub fn start_over(&self) {
        self.inner.recoverable.as_deref().into_iter().for_each(Recoverable::give_up);
        self.inner.client.close(DisconnectReason::ForcedServerClose);
    }

    /// Tells the client that this socket is out, and lets it go.
    pub(in crate::socketio) fn put_out(&self) {
        match encode_disconnect(self.inner.parser, self.inner.namespace.name()) {
            Ok(frames) => {
                if let Err(error) = self.send(&frames) {
                    tracing::debug!(%error, "a DISCONNECT was not sent");
                }
            }
            Err(error) => tracing::error!(%error, "a DISCONNECT could not be encoded"),
        }
        self.finish(DisconnectReason::ServerNamespaceDisconnect);
    }

    /// Lets the socket go. Whoever comes first says why, and does it all; nothing is done after that.
    pub(in crate::socketio) fn finish(&self, reason: DisconnectReason) {
        let before = {
            // Whose client is being told that it is in, is in first.
            let _told = self.inner.entering.lock();
            self.inner.phase.swap(GONE, Ordering::AcqRel)
        };
        if before == GONE {
            return;
        }
        let was_in = before != JOINING;
        if was_in {
            self.tell(reason, |listeners| &listeners.disconnecting);
        }
        if was_in || self.inner.recovered {
            // Who came back, and was gone again before it was in, may try once more.
            self.part(reason);
        }
        let rooms = self.cleanup();
        if was_in {
            self.tell(reason, |listeners| &listeners.disconnect);
        }
        self.inner.namespace.watch().left(self, &rooms);
        // What they hold may hold this socket.
        self.inner.listeners.clear();
        *self.inner.data.lock() = None;
        self.inner.recoverable.iter().for_each(|own| own.end().done());
    }

    /// Calls those of its listeners and the namespace's that there are at this moment.
    fn tell(&self, reason: DisconnectReason, of: impl Fn(&Listeners) -> &Vec<Listed<OnReason>>) {
        let (own, namespace) = self.listeners();
        for listener in of(&own).iter().chain(of(&namespace)) {
            guarded(|| listener(self, reason));
        }
    }

    /// When its drop was noticed on another thread, which has not told all listeners yet: the time until it has.
    pub(in crate::socketio) fn leaving(&self) -> Option<Leaving> {
        self.inner.recoverable.as_ref()?.end().leaving()
    }

    /// The adapter has its session while middleware is being asked.
    pub(in crate::socketio) fn lend(&self) {
        self.inner.recoverable.iter().for_each(|own| own.lend(true));
    }

    /// Its session is its own again.
    pub(in crate::socketio) fn take_back(&self) {
        self.inner.recoverable.iter().for_each(|own| own.lend(false));
    }

    /// Where connections can be recovered: whether its client may come back depends on why it left. Before it leaves its
    /// rooms, so that nothing is sent to them that is not kept for it.
    fn part(&self, reason: DisconnectReason) {
        let Some(own) = &self.inner.recoverable else { return };
        let may_return = reason.may_return() && own.is_its_own();
        match self.inner.namespace.past() {
            Some(past) if may_return => past.went(self, own, self.inner.data.lock().clone()),
            Some(past) => past.ended(own.pid),
            None if may_return => {
                let (id, rooms, data) = (self.id(), self.rooms(), self.shown());
                let (since, stays) = own.marks.kept();
                self.inner.namespace.adapter().keep(Kept { id, pid: own.pid, rooms, data, since, stays });
            }
            None => {}
        }
    }

    /// The rooms that it was in.
    fn cleanup(&self) -> Names {
        let inner = &*self.inner;
        let Some(joined) = inner.rooms.lock().take() else { return Names::new() };
        for room in &joined {
            inner.namespace.members().leave(room, inner.serial);
        }
        inner.namespace.members().remove(self);
        inner.client.remove(&inner.namespace);
        inner.waiting.close();
        joined
    }
}
