//! The handle of one listener, by which it is removed.
//!
//! Calls nothing, and keeps neither the listener nor what it was added to.

use super::handlers::ListenerId;
use super::namespace::WeakNamespace;
use super::socket::WeakSocket;
use super::{Namespace, Socket};

/// A listener of a [`Socket`] or a [`Namespace`], as what adds one gives it: `on`, `once`, `on_any` and the others. It is for who wants
/// to remove that one later. Dropping it does nothing: the listener stays.
///
/// ```
/// use parlor::socketio::Io;
///
/// let io = Io::new(Default::default());
/// io.of("/").on_connect(|socket| {
///     let strokes = socket.on("stroke", |_, event| println!("{:?}", event.args.values()));
///     socket.on("stroke", |_, _| println!("this one stays"));
///     socket.on("finished", move |_, _| {
///         strokes.off();
///     });
/// });
/// ```
#[derive(Clone, Debug)]
pub struct Listener {
    id: ListenerId,
    of: Of,
}

#[derive(Clone, Debug)]
enum Of {
    Socket(WeakSocket),
    Namespace(WeakNamespace),
}

impl Listener {
    pub(super) fn of_socket(id: ListenerId, socket: &Socket) -> Self {
        Self { id, of: Of::Socket(socket.downgrade()) }
    }

    pub(super) fn of_namespace(id: ListenerId, namespace: &Namespace) -> Self {
        Self { id, of: Of::Namespace(namespace.downgrade()) }
    }

    /// Removes it. Gives whether it was there: not if it had been removed, was to be called once and has been, or belonged to a socket
    /// that has left. An event that is being handled still gets to it.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// let greeter = io.of("/").on_connect(|socket| drop(socket.emit("hello", ())));
    /// assert!(greeter.off());
    /// assert!(!greeter.clone().off(), "it is not there any more");
    /// ```
    pub fn off(&self) -> bool {
        match &self.of {
            Of::Socket(socket) => socket.upgrade().is_some_and(|socket| socket.own_listeners().take_out(self.id)),
            Of::Namespace(namespace) => namespace.upgrade().is_some_and(|namespace| namespace.take_out(self.id)),
        }
    }
}

/// Whether they are the same one.
impl PartialEq for Listener {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Listener {}
