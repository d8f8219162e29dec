//! Who listens to a socket: to what its client sends, to what it is sent, and to its end.
//!
//! Calls nobody: events come in the socket's own file, and its end is `leaving`'s.

use std::sync::Arc;

use parlor_proto::socket::Args;

use super::Socket;
use crate::socketio::handlers::{Listed, ListenerId, Listeners, OnEvent, OnOutgoing, OnReason, OnRefused, WrapEvent};
use crate::socketio::{DisconnectReason, Event, EventError, Listener};

/// Handling its events. What adds a listener gives a [`Listener`], by which it can be removed.
impl Socket {
    /// Calls `listener` with each event of this name. Several listeners are called in the order they were added.
    ///
    /// Listeners that all sockets have in common cost less on the namespace: [`Namespace::on`](crate::socketio::Namespace::on).
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").on_connect(|socket| {
    ///     socket.on("sum", |_, event| match event.args.parse::<Vec<u32>>() {
    ///         Ok(numbers) => println!("{}", numbers.iter().sum::<u32>()),
    ///         Err(error) => println!("{error}"),
    ///     });
    /// });
    /// ```
    pub fn on(&self, name: &str, listener: impl Fn(&Self, &Event) + Send + Sync + 'static) -> Listener {
        let listener = Listed::named(name, Arc::new(listener));
        self.listen(listener.id, |listeners| listeners.events.push(listener.clone()))
    }

    /// Calls `listener` with the next event of this name, and forgets it.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").on_connect(|socket| {
    ///     socket.once("ready", |socket, _| println!("{} may begin", socket.id()));
    /// });
    /// ```
    pub fn once(&self, name: &str, listener: impl Fn(&Self, &Event) + Send + Sync + 'static) -> Listener {
        let listener = Listed::once(name, listener);
        self.listen(listener.id, |listeners| listeners.events.push(listener.clone()))
    }

    /// Forgets the socket's own listeners of this name; one alone is removed by its [`Listener`]. Those of an event that is being
    /// handled are called to the end; the namespace's stay.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").on_connect(|socket| {
    ///     socket.on("stroke", |_, event| println!("{:?}", event.args.values()));
    ///     socket.on("finished", |socket, _| socket.off("stroke"));
    /// });
    /// ```
    pub fn off(&self, name: &str) {
        self.inner.listeners.remove(|listeners| listeners.events.retain(|named| !named.is_of(name)));
    }

    /// Forgets the socket's own listeners of all events, those of [`on_any`](Self::on_any) as well; not those of what goes out, nor
    /// of its end.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").on_connect(|socket| {
    ///     socket.on_any(|_, event| println!("{}", event.name));
    ///     socket.on("quiet", |socket, _| socket.off_all());
    /// });
    /// ```
    pub fn off_all(&self) {
        self.inner.listeners.remove(|listeners| {
            listeners.events.clear();
            listeners.any.clear();
        });
    }

    /// Calls `listener` with each event, whatever its name, before those that wait for the name.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").on_connect(|socket| {
    ///     socket.on_any(|_, event| println!("{}", event.name));
    /// });
    /// ```
    pub fn on_any(&self, listener: impl Fn(&Self, &Event) + Send + Sync + 'static) -> Listener {
        let listener = Listed::new(Arc::new(listener) as OnEvent);
        self.listen(listener.id, |listeners| listeners.any.push(listener.clone()))
    }

    /// As [`on_any`](Self::on_any), before all that are there.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").on_connect(|socket| {
    ///     socket.on_any(|_, event| println!("{} with {} arguments", event.name, event.args.len()));
    ///     socket.prepend_any(|socket, _| print!("{} says ", socket.id()));
    /// });
    /// ```
    pub fn prepend_any(&self, listener: impl Fn(&Self, &Event) + Send + Sync + 'static) -> Listener {
        let listener = Listed::new(Arc::new(listener) as OnEvent);
        self.listen(listener.id, |listeners| listeners.any.insert(0, listener.clone()))
    }

    /// Forgets the socket's own listeners of [`on_any`](Self::on_any) and [`prepend_any`](Self::prepend_any).
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").on_connect(|socket| {
    ///     socket.on_any(|_, event| println!("{}", event.name));
    ///     socket.on("quiet", |socket, _| socket.off_any());
    /// });
    /// ```
    pub fn off_any(&self) {
        self.inner.listeners.remove(|listeners| listeners.any.clear());
    }

    /// Calls `listener` with each event that is emitted to this socket, broadcasts included.
    ///
    /// Not called for what is delivered encoded ([`deliver`](Self::deliver)).
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").on_connect(|socket| {
    ///     socket.on_any_outgoing(|_, name, args| println!("{name}: {} arguments", args.len()));
    /// });
    /// ```
    pub fn on_any_outgoing(&self, listener: impl Fn(&Self, &str, &Args) + Send + Sync + 'static) -> Listener {
        let listener = Listed::new(Arc::new(listener) as OnOutgoing);
        self.listen(listener.id, |listeners| listeners.outgoing.push(listener.clone()))
    }

    /// As [`on_any_outgoing`](Self::on_any_outgoing), before all that are there.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").on_connect(|socket| {
    ///     socket.on_any_outgoing(|_, name, args| println!("{name}: {} arguments", args.len()));
    ///     socket.prepend_any_outgoing(|socket, _, _| print!("to {}: ", socket.id()));
    /// });
    /// ```
    pub fn prepend_any_outgoing(&self, listener: impl Fn(&Self, &str, &Args) + Send + Sync + 'static) -> Listener {
        let listener = Listed::new(Arc::new(listener) as OnOutgoing);
        self.listen(listener.id, |listeners| listeners.outgoing.insert(0, listener.clone()))
    }

    /// Forgets the socket's own listeners of [`on_any_outgoing`](Self::on_any_outgoing) and
    /// [`prepend_any_outgoing`](Self::prepend_any_outgoing).
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").on_connect(|socket| {
    ///     socket.on_any_outgoing(|_, name, _| println!("{name}"));
    ///     socket.on("quiet", |socket, _| socket.off_any_outgoing());
    /// });
    /// ```
    pub fn off_any_outgoing(&self) {
        self.inner.listeners.remove(|listeners| listeners.outgoing.clear());
    }

    /// Calls `listener` once, when the socket is about to leave and still is in its rooms.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").on_connect(|socket| {
    ///     socket.on_disconnecting(|socket, _| {
    ///         drop(socket.to(socket.rooms()).emit("left", (socket.id().as_str(),)));
    ///     });
    /// });
    /// ```
    pub fn on_disconnecting(&self, listener: impl Fn(&Self, DisconnectReason) + Send + Sync + 'static) -> Listener {
        let listener = Listed::new(Arc::new(listener) as OnReason);
        self.listen(listener.id, |listeners| listeners.disconnecting.push(listener.clone()))
    }

    /// Calls `listener` once, when the socket has left. It may run beside a listener of an event, on another thread.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").on_connect(|socket| {
    ///     socket.on_disconnect(|socket, reason| println!("{} has left: {reason}", socket.id()));
    /// });
    /// ```
    pub fn on_disconnect(&self, listener: impl Fn(&Self, DisconnectReason) + Send + Sync + 'static) -> Listener {
        let listener = Listed::new(Arc::new(listener) as OnReason);
        self.listen(listener.id, |listeners| listeners.disconnect.push(listener.clone()))
    }

    /// Middleware for events: looks at each that this client sends, in the order they were added, after the namespace's
    /// ([`wrap_events`](crate::socketio::Namespace::wrap_events)) and before all listeners. It may change the event, or refuse it:
    /// then no listener gets it, and those added by [`on_refused`](Self::on_refused) are told. An acknowledgement is left to them.
    ///
    /// ```no_run
    /// use parlor::socketio::{EventError, Io};
    ///
    /// let io = Io::new(Default::default());
    /// io.of("/").on_connect(|socket| {
    ///     socket.wrap(|_, event| match &*event.name {
    ///         "shutdown" => Err(EventError::new("not for you")),
    ///         _ => Ok(()),
    ///     });
    ///     socket.on_refused(|socket, event, error| {
    ///         // It may have gone meanwhile: then there is nobody to tell.
    ///         drop(socket.emit("refused", (&*event.name, &*error.message)));
    ///     });
    /// });
    /// ```
    pub fn wrap(&self, wrap: impl Fn(&Self, &mut Event) -> Result<(), EventError> + Send + Sync + 'static) {
        let wrap: WrapEvent = Arc::new(wrap);
        self.inner.listeners.add(|listeners| listeners.wraps.push(Arc::clone(&wrap)));
    }

    /// Calls `listener` with each event that middleware has refused.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").on_connect(|socket| {
    ///     socket.on_refused(|_, event, error| println!("{}: {error}", event.name));
    /// });
    /// ```
    pub fn on_refused(&self, listener: impl Fn(&Self, &Event, &EventError) + Send + Sync + 'static) -> Listener {
        let listener = Listed::new(Arc::new(listener) as OnRefused);
        self.listen(listener.id, |listeners| listeners.refused.push(listener.clone()))
    }

    fn listen(&self, id: ListenerId, add: impl Fn(&mut Listeners)) -> Listener {
        self.inner.listeners.add(add);
        Listener::of_socket(id, self)
    }
}
