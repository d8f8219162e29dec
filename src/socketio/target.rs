//! To whom an event goes, and how.
//!
//! Knows no members: who is in a room, each server finds out for itself.

use std::sync::Arc;
use std::time::Duration;

use super::rooms::{Names, Rooms, names};

/// Everyone in a namespace, or those in some of its rooms, but not those in others; and what is wanted of the sending.
///
/// Applications have a [`Broadcast`](super::Broadcast), which holds one of these; an [`Adapter`](super::Adapter) is handed it.
///
/// ```
/// use parlor::socketio::Target;
///
/// let target = Target::everyone().to(["red", "blue"]).except("asleep");
/// assert_eq!(target.rooms().len(), 2);
/// assert_eq!(&*target.excepted()[0], "asleep");
/// assert!(!target.flags.volatile);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Target {
    rooms: Names,
    except: Names,
    /// What is wanted of the sending.
    pub flags: Flags,
}

/// How something is sent, as the reference server's flags of a broadcast.
///
/// ```
/// let flags = parlor::socketio::Flags::default();
/// assert!(!flags.volatile && !flags.local && flags.timeout.is_none());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Flags {
    /// It may be lost where it cannot be written at once: see [`transport::Volatile`](crate::transport::Volatile).
    pub volatile: bool,
    /// Whether it is worth compressing; `None`: as the transport sees fit. Nothing is compressed on WebSocket here: this is for
    /// other servers.
    pub compress: Option<bool>,
    /// It is for the sockets of this server alone.
    pub local: bool,
    /// How long acknowledgements, and the other servers' answers, are waited for. `None`:
    /// [`Config::ack_timeout_ms`](super::Config::ack_timeout_ms).
    pub timeout: Option<Duration>,
}

impl Flags {
    pub(super) const NONE: Self = Self { volatile: false, compress: None, local: false, timeout: None };
}

impl Target {
    /// Everyone in the namespace.
    ///
    /// ```
    /// assert!(parlor::socketio::Target::everyone().rooms().is_empty());
    /// ```
    #[must_use]
    pub fn everyone() -> Self {
        Self::default()
    }

    /// Those in these rooms, besides those in rooms named before.
    ///
    /// ```
    /// use parlor::socketio::Target;
    ///
    /// assert_eq!(Target::everyone().to("a").to(["a", "b"]).rooms().len(), 2);
    /// ```
    #[must_use]
    pub fn to(mut self, rooms: impl Rooms) -> Self {
        names(&rooms, &mut self.rooms);
        self
    }

    /// Not those in these rooms, besides those excepted before.
    ///
    /// ```
    /// use parlor::socketio::Target;
    ///
    /// assert_eq!(Target::everyone().except("a").excepted().len(), 1);
    /// ```
    #[must_use]
    pub fn except(mut self, rooms: impl Rooms) -> Self {
        names(&rooms, &mut self.except);
        self
    }

    /// The rooms it goes to, each once. None: to everyone.
    ///
    /// ```
    /// assert_eq!(&*parlor::socketio::Target::everyone().to("a").rooms()[0], "a");
    /// ```
    #[must_use]
    pub fn rooms(&self) -> &[Arc<str>] {
        &self.rooms
    }

    /// The rooms whose members it does not go to, each once. A socket that does not hear itself is there by its id.
    ///
    /// ```
    /// assert!(parlor::socketio::Target::everyone().excepted().is_empty());
    /// ```
    #[must_use]
    pub fn excepted(&self) -> &[Arc<str>] {
        &self.except
    }
}
