//! Namespaces that are made when a client asks for them: for which names, and what is done with a new one.
//!
//! Keeps none: `namespaces` does.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::{Handshake, Namespace};

type Matches = Box<dyn Fn(&str, &Handshake) -> bool + Send + Sync>;
type Made = Box<dyn Fn(&Namespace) + Send + Sync>;

/// One family of namespaces.
pub(super) struct Family {
    matches: Matches,
    made: Made,
}

impl std::fmt::Debug for Family {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Family").finish_non_exhaustive()
    }
}

impl Family {
    pub(super) fn new(
        matches: impl Fn(&str, &Handshake) -> bool + Send + Sync + 'static,
        made: impl Fn(&Namespace) + Send + Sync + 'static,
    ) -> Self {
        Self { matches: Box::new(matches), made: Box::new(made) }
    }

    /// Whether this name is one of its own, for this client.
    pub(super) fn has(&self, name: &str, handshake: &Handshake) -> bool {
        (self.matches)(name, handshake)
    }
}

/// What a namespace made for its clients knows beyond others.
#[derive(Debug)]
pub(super) struct Dynamic {
    family: Arc<Family>,
    /// Sockets that are in it, on their way in or on their way out.
    guests: AtomicUsize,
}

impl Dynamic {
    pub(super) const fn new(family: Arc<Family>) -> Self {
        Self { family, guests: AtomicUsize::new(0) }
    }

    /// Has the application set it up.
    pub(super) fn prepare(&self, namespace: &Namespace) {
        (self.family.made)(namespace);
    }

    pub(super) fn come(&self) {
        self.guests.fetch_add(1, Ordering::AcqRel);
    }

    /// Whether that was the last one.
    pub(super) fn go(&self) -> bool {
        self.guests.fetch_sub(1, Ordering::AcqRel) == 1
    }

    pub(super) fn is_empty(&self) -> bool {
        self.guests.load(Ordering::Acquire) == 0
    }
}
