//! A Socket.IO server: its namespaces, and the service that the transport brings sessions to.
//!
//! Binds no port: [`Io::router`] is mounted in whatever serves HTTP.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::RwLock;

use super::client::{Client, Link};
use super::{Config, DisconnectReason, Namespace};
use crate::transport::{self, Session};

/// A server. Clones are the same server.
#[derive(Clone, Debug)]
pub struct Io {
    shared: Arc<Shared>,
}

/// What clients need of their server.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) config: Config,
    namespaces: RwLock<HashMap<Box<str>, Namespace>>,
}

impl Shared {
    pub(super) fn find(&self, name: &str) -> Option<Namespace> {
        self.namespaces.read().get(name).cloned()
    }
}

impl Io {
    /// A server with these options. The namespace `/` exists, as in the reference server.
    #[must_use]
    pub fn new(config: Config) -> Self {
        let namespaces = HashMap::from([("/".into(), Namespace::new("/"))]);
        Self { shared: Arc::new(Shared { config, namespaces: RwLock::new(namespaces) }) }
    }

    /// The namespace of this name, made if there is none. Clients can join a
    /// namespace only once it is made. The `/` before a name may be left out.
    pub fn of(&self, name: &str) -> Namespace {
        let name = if name.starts_with('/') { name.to_owned() } else { format!("/{name}") };
        let mut namespaces = self.shared.namespaces.write();
        namespaces.entry(name.into()).or_insert_with_key(|name| Namespace::new(name)).clone()
    }

    /// Lets all sockets go with the reason `server shutting down`.
    fn dismiss(&self) {
        let namespaces: Vec<Namespace> = self.shared.namespaces.read().values().cloned().collect();
        for socket in namespaces.iter().flat_map(Namespace::sockets) {
            socket.finish(DisconnectReason::ServerShuttingDown);
        }
    }
}

impl transport::Service for Io {
    type Session = Link;

    fn open(&self, session: Arc<Session>, handshake: transport::Handshake) -> Link {
        Link(Client::open(Arc::clone(&self.shared), session, &handshake))
    }
}
