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
        let mut wanted = Names::new();
        names(&rooms, &mut wanted);
        self.enter_rooms(&mut wanted);
        // No lock is held: who is told may want to look.
        self.inner.namespace.watch().joined(self, &wanted);
    }

    /// Leaves in `wanted` those that it was not in.
    fn enter_rooms(&self, wanted: &mut Names) {
        // The log first, always: whoever comes in holds it when its rooms are looked at.
        let log = self.past().map(|(past, own)| (past.log(), own));
        // Before it is in any of them: what is sent to it there from then on stands behind that.
        let position = self.marks().and_then(|marks| Some((marks, self.inner.namespace.adapter().position()?)));
        let mut joined = self.inner.rooms.lock();
        let Some(joined) = joined.as_mut() else { return wanted.clear() };
        wanted.retain(|room| {
            if **room == *self.inner.id.as_str() || joined.contains(room) {
                return false;
            }
            self.inner.namespace.members().join(room, self);
            log.as_ref().inspect(|(log, own)| own.joined(room, log));
            position.as_ref().inspect(|(marks, position)| marks.joined(room, position));
            joined.push(Arc::clone(room));
            true
        });
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
        let left = self.leave_rooms(rooms);
        self.inner.namespace.watch().left(self, &left);
    }

    /// Those of them that it was in.
    fn leave_rooms(&self, rooms: impl Rooms) -> Names {
        let mut left = Names::new();
        {
            let log = self.past().map(|(past, own)| (past.log(), own));
            let mut joined = self.inner.rooms.lock();
            let Some(joined) = joined.as_mut() else { return left };
            rooms.each(|room| {
                if let Some(at) = joined.iter().position(|other| **other == *room) {
                    left.push(joined.remove(at));
                    self.inner.namespace.members().leave(room, self.inner.serial);
                    log.as_ref().inspect(|(log, own)| own.left(room, log));
                }
            });
        }
        if let Some(marks) = self.marks().filter(|_| !left.is_empty()) {
            marks.left(&left, self.inner.namespace.adapter().position().as_deref());
        }
        left
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
