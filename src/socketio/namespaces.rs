//! The namespaces of a server by name: those the application has made, and those made for clients.
//!
//! Lets nobody in: clients ask here for the namespace that they want to join, and its middleware decides.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use parking_lot::RwLock;

use super::dynamic::{Dynamic, Family};
use super::recovery::Past;
use super::{Adapter, Config, ConnectError, Handshake, Local, Namespace, Recovery};
use crate::transport::Bounds;

#[derive(Debug)]
pub(super) struct Namespaces {
    known: RwLock<Known>,
    /// Changed while `known` is locked: so each namespace is either there already for whoever waits, or told of.
    births: ArcSwap<Births>,
    families: ArcSwap<Vec<Arc<Family>>>,
    max_dynamic: usize,
    keep_empty: bool,
    setup: Setup,
}

type OnNamespace = Arc<dyn Fn(&Namespace) + Send + Sync>;

/// Those who are told of each namespace that is made.
#[derive(Clone, Default)]
pub(super) struct Births(Vec<OnNamespace>);

impl Births {
    pub(super) fn iter(&self) -> impl Iterator<Item = &OnNamespace> {
        self.0.iter()
    }
}

impl fmt::Debug for Births {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Births").field(&self.0.len()).finish()
    }
}

/// What every namespace is made with.
pub(super) struct Setup {
    recovery: Recovery,
    /// What recovery may send at once.
    resent: Bounds,
    /// See [`transport::Config::heartbeat`](crate::transport::Config).
    heartbeat: Duration,
    pub(super) ack_timeout: Duration,
    make_adapter: MakeAdapter,
}

/// Makes a namespace's adapter.
pub(super) type MakeAdapter = Box<dyn Fn(Local) -> Box<dyn Adapter> + Send + Sync>;

impl fmt::Debug for Setup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Setup").field("recovery", &self.recovery).finish_non_exhaustive()
    }
}

impl Setup {
    fn new(config: &Config, make_adapter: MakeAdapter) -> Self {
        let Bounds { frames, bytes } = config.transport.outbox();
        Self {
            recovery: config.recovery.clone(),
            // The other half is for what is sent meanwhile.
            resent: Bounds { frames: frames / 2, bytes: bytes / 2 },
            heartbeat: config.transport.heartbeat(),
            ack_timeout: Duration::from_millis(config.ack_timeout_ms),
            make_adapter,
        }
    }

    pub(super) fn past(&self) -> Option<Past> {
        Past::new(&self.recovery, self.heartbeat, self.resent)
    }

    pub(super) fn adapter(&self, local: Local) -> Box<dyn Adapter> {
        (self.make_adapter)(local)
    }
}

#[derive(Debug, Default)]
struct Known {
    by_name: HashMap<Box<str>, Namespace>,
    /// How many of them are dynamic.
    dynamic: usize,
}

impl Namespaces {
    /// With `/` alone, which exists always, as in the reference server.
    pub(super) fn new(config: &Config, make_adapter: MakeAdapter) -> Self {
        let namespaces = Self {
            known: RwLock::default(),
            births: ArcSwap::default(),
            families: ArcSwap::default(),
            max_dynamic: config.max_dynamic_namespaces,
            keep_empty: config.keep_empty_namespaces,
            setup: Setup::new(config, make_adapter),
        };
        namespaces.of("/");
        namespaces
    }

    /// The application's, made if there is none.
    pub(super) fn of(&self, name: &str) -> Namespace {
        if let Some(namespace) = self.find(name) {
            return namespace;
        }
        let namespace = {
            let mut known = self.known.write();
            match known.by_name.entry(name.into()) {
                // Whoever has made it a moment ago tells of it.
                Entry::Occupied(there) => return there.get().clone(),
                Entry::Vacant(place) => {
                    let namespace = Namespace::new(name, &self.setup, None, self.births.load_full());
                    place.insert(namespace).clone()
                }
            }
        };
        namespace.prepare();
        namespace
    }

    /// Has `listener` told of each namespace that is made from here on. Those that there are.
    pub(super) fn on_new(&self, listener: impl Fn(&Namespace) + Send + Sync + 'static) -> Vec<Namespace> {
        let known = self.known.write();
        let mut births = Births::clone(&self.births.load());
        births.0.push(Arc::new(listener));
        self.births.store(Arc::new(births));
        known.by_name.values().cloned().collect()
    }

    pub(super) fn find(&self, name: &str) -> Option<Namespace> {
        self.known.read().by_name.get(name).cloned()
    }

    pub(super) fn all(&self) -> Vec<Namespace> {
        self.known.read().by_name.values().cloned().collect()
    }

    /// The first family that has a name makes the namespace.
    pub(super) fn add(&self, family: Family) {
        let family = Arc::new(family);
        self.families.rcu(|families| {
            let mut next = Vec::clone(families);
            next.push(Arc::clone(&family));
            next
        });
    }

    /// The namespace for a client that comes in by this name. It counts as there until [`left`](Self::left) is called.
    pub(super) fn come(&self, name: &str, handshake: &Handshake) -> Result<Namespace, ConnectError> {
        if let Some(namespace) = self.known.read().by_name.get(name) {
            // Under the lock, as it must not be taken for empty meanwhile.
            namespace.dynamic().inspect(|dynamic| dynamic.come());
            let namespace = namespace.clone();
            return Ok(self.prepared(namespace));
        }
        // No lock is held while the application is asked.
        let families = self.families.load_full();
        let family = families.iter().find(|family| family.has(name, handshake));
        let family = family.ok_or_else(|| ConnectError::new("Invalid namespace"))?;
        self.make(name, family).map(|namespace| self.prepared(namespace))
    }

    fn make(&self, name: &str, family: &Arc<Family>) -> Result<Namespace, ConnectError> {
        let mut known = self.known.write();
        if !known.by_name.contains_key(name) && known.dynamic >= self.max_dynamic {
            tracing::debug!(most = self.max_dynamic, "no more namespaces are made for clients");
            return Err(ConnectError::new("Too many namespaces"));
        }
        let Known { by_name, dynamic } = &mut *known;
        let namespace = by_name.entry(name.into()).or_insert_with_key(|name| {
            *dynamic += 1;
            Namespace::new(name, &self.setup, Some(Dynamic::new(Arc::clone(family))), self.births.load_full())
        });
        namespace.dynamic().inspect(|dynamic| dynamic.come());
        Ok(namespace.clone())
    }

    /// A client has left the namespace, or was not let in.
    pub(super) fn left(&self, namespace: &Namespace) {
        let Some(dynamic) = namespace.dynamic() else { return };
        if !dynamic.go() || self.keep_empty {
            return;
        }
        let mut known = self.known.write();
        // Somebody may have come before the lock was ours, or may have made it anew.
        let is_it = known.by_name.get(namespace.name()).is_some_and(|other| other == namespace);
        if is_it && dynamic.is_empty() {
            known.by_name.remove(namespace.name());
            known.dynamic -= 1;
        }
    }

    /// Set up by the application, if it has to be.
    fn prepared(&self, namespace: Namespace) -> Namespace {
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| namespace.prepare())) {
            self.left(&namespace);
            resume_unwind(panic);
        }
        namespace
    }
}
