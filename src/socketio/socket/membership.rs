//! The rooms a socket is in.
//!
//! Who else is in them, `members` knows.

use std::sync::Arc;

use super::Socket;
use crate::socketio::rooms::{Names, Rooms, names};

/// Rooms.
impl Socket {
    /// Joins rooms. Those it is in stay as they are.
    ///
    /// In middleware too: what is sent to the room reaches the socket from its connection on.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").on_connect(|socket| {
    ///     socket.join("lobby");
    ///     socket.join(["red", "captains"]);
    /// });
    /// ```
    pub fn join(&self, rooms: impl Rooms) {
        let mut joined = self.inner.rooms.lock();
        let Some(joined) = joined.as_mut() else { return };
        let mut wanted = Names::new();
        names(&rooms, &mut wanted);
        let log = self.past().map(|(past, own)| (past.log(), own));
        for room in wanted {
            if *room != *self.inner.id.as_str() && !joined.contains(&room) {
                self.inner.namespace.members().join(&room, self);
                log.as_ref().inspect(|(log, own)| own.joined(&room, log));
                joined.push(room);
            }
        }
    }

    /// Leaves rooms. The room of its own id cannot be left.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").on_connect(|socket| {
    ///     socket.leave("lobby");
    /// });
    /// ```
    pub fn leave(&self, rooms: impl Rooms) {
        let mut joined = self.inner.rooms.lock();
        let Some(joined) = joined.as_mut() else { return };
        let log = self.past().map(|(past, own)| (past.log(), own));
        rooms.each(|room| {
            if let Some(at) = joined.iter().position(|other| **other == *room) {
                joined.remove(at);
                self.inner.namespace.members().leave(room, self.inner.serial);
                log.as_ref().inspect(|(log, own)| own.left(room, log));
            }
        });
    }

    /// The rooms it is in, that of its own id first. None once it has left.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").on_connect(|socket| {
    ///     socket.join("lobby");
    ///     assert_eq!(&*socket.rooms()[1], "lobby");
    /// });
    /// ```
    #[must_use]
    pub fn rooms(&self) -> Vec<Arc<str>> {
        match self.inner.rooms.lock().as_ref() {
            Some(joined) => std::iter::once(Arc::from(self.inner.id.as_str())).chain(joined.iter().cloned()).collect(),
            None => Vec::new(),
        }
    }
}
