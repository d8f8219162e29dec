//! A client that comes back where an adapter keeps what it missed: it waits, and goes in when the adapter has found its session.
//!
//! Looks nothing up: that is the adapter's.

use std::fmt;
use std::sync::Arc;
use std::thread::{self, ThreadId};

use parking_lot::Mutex;

use super::Restored;

/// Lets a client in, for an [`Adapter`](super::Adapter) that was asked to restore its session. Dropping it lets the client in as a
/// new one.
///
/// ```
/// use parlor::socketio::{Restored, Returning};
///
/// /// The network has answered.
/// fn found(client: Returning, session: Option<Restored>) {
///     client.enter(session);
/// }
/// ```
pub struct Returning {
    slot: Arc<Slot>,
    enter: Option<Enter>,
    had_it: bool,
}

type Enter = Box<dyn FnOnce(Option<Restored>) + Send>;

/// Where the answer is put if it comes while the question is being asked, on the same thread.
#[derive(Debug)]
pub(super) struct Slot(Mutex<State>);

#[derive(Debug)]
enum State {
    Asking(ThreadId),
    Answered(Option<Restored>),
    Asked,
}

impl fmt::Debug for Returning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Returning").finish_non_exhaustive()
    }
}

impl Returning {
    /// Calls `ask` with a way to answer. What was answered meanwhile; `None` if `enter` will be called instead, by whoever answers.
    pub(super) fn ask(
        enter: impl FnOnce(Option<Restored>) + Send + 'static,
        ask: impl FnOnce(Self),
    ) -> Option<Option<Restored>> {
        let slot = Arc::new(Slot(Mutex::new(State::Asking(thread::current().id()))));
        ask(Self { slot: Arc::clone(&slot), enter: Some(Box::new(enter)), had_it: false });
        match std::mem::replace(&mut *slot.0.lock(), State::Asked) {
            State::Answered(restored) => Some(restored),
            State::Asking(_) | State::Asked => None,
        }
    }

    /// The same connection asks once more.
    pub(super) fn again(self) -> Self {
        let mut again = self;
        again.had_it = true;
        again
    }

    /// Whether this connection of the client had the session already, and the adapter has kept it while middleware was being asked. Who
    /// has it now came later, and is not to give it up. Who comes back for the first time takes it from whoever has it: see
    /// [`Local::give_up`](super::Local::give_up).
    ///
    /// ```
    /// # use parlor::socketio::Returning;
    /// fn has_nobody_else(client: &Returning) -> bool {
    ///     client.had_it()
    /// }
    /// ```
    #[must_use]
    pub const fn had_it(&self) -> bool {
        self.had_it
    }

    /// The client goes in, as this session or, if it is not known any more, as a new one: what it has missed is sent to it, and
    /// what is broadcast after this returns reaches it as well. It returns once the client is in, or has been asked to wait its
    /// turn by the very thread that was asked. No lock that a broadcast takes may be held.
    ///
    /// ```
    /// # use parlor::socketio::Returning;
    /// fn unknown(client: Returning) {
    ///     client.enter(None);
    /// }
    /// ```
    pub fn enter(mut self, restored: Option<Restored>) {
        self.answer(restored);
    }

    fn answer(&mut self, restored: Option<Restored>) {
        let Some(enter) = self.enter.take() else { return };
        {
            let mut state = self.slot.0.lock();
            if matches!(*state, State::Asking(asker) if asker == thread::current().id()) {
                *state = State::Answered(restored);
                return;
            }
        }
        enter(restored);
    }
}

impl Drop for Returning {
    fn drop(&mut self) {
        self.answer(None);
    }
}
