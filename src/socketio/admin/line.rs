//! The way to those who watch: admins of this server, and by its adapter of the others.
//!
//! Keeps nothing for who is not there. It does not keep the namespace either, as that keeps it.

use parlor_proto::socket::Arguments;

use crate::socketio::namespace::WeakNamespace;
use crate::socketio::{Namespace, Socket};

#[derive(Clone, Debug)]
pub(super) struct Line(WeakNamespace);

impl Line {
    pub(super) fn new(admin: &Namespace) -> Self {
        Self(admin.downgrade())
    }

    /// Whether anybody would hear: to be asked before what is said is put together.
    pub(super) fn is_heard(&self) -> bool {
        self.0.upgrade().is_some_and(|admin| !admin.is_empty() || admin.server_count() > 1)
    }

    pub(super) fn say(&self, name: &str, args: impl Arguments) {
        let Some(admin) = self.0.upgrade() else { return };
        if let Err(error) = admin.emit(name, args) {
            tracing::error!(%error, event = name, "admins could not be told");
        }
    }

    /// The same, for what is not worth waiting for: who is too slow misses it.
    pub(super) fn mention(&self, name: &str, args: impl Arguments) {
        let Some(admin) = self.0.upgrade() else { return };
        if let Err(error) = admin.volatile().emit(name, args) {
            tracing::debug!(%error, event = name, "admins could not be told");
        }
    }

    /// To one of them.
    pub(super) fn tell(admin: &Socket, name: &str, args: impl Arguments) {
        if let Err(error) = admin.emit(name, args) {
            tracing::debug!(%error, event = name, "an admin could not be told");
        }
    }
}
