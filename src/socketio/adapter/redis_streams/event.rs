//! An event that is kept until this server's own sockets get it.
//!
//! Asks no other server.

use std::panic::{AssertUnwindSafe, catch_unwind};

use parlor_proto::socket::Value;

use super::entry::StreamId;
use crate::socketio::{EmitError, Local, Outgoing, Target};

#[derive(Debug)]
pub(super) struct Event {
    pub(super) name: Box<str>,
    pub(super) args: Vec<Value>,
    pub(super) target: Target,
    /// Whose sockets; nobody's in tests.
    pub(super) local: Option<Local>,
}

impl Event {
    /// Hands it to the sockets; with an offset where their clients may come back for what follows.
    pub(super) fn deliver(&self, offset: Option<StreamId>) {
        let Some(local) = &self.local else { return };
        guarded(|| {
            if let Err(error) = deliver(local, &self.name, &self.args, &self.target, offset) {
                tracing::warn!(%error, event = &*self.name, "an event from Redis cannot be encoded for clients");
            }
        });
    }
}

pub(super) fn deliver(
    local: &Local,
    name: &str,
    args: &Vec<Value>,
    target: &Target,
    offset: Option<StreamId>,
) -> Result<usize, EmitError> {
    let event = Outgoing::new(name, args)?;
    match offset {
        Some(offset) => local.broadcast_with_offset(event, target, &offset.to_string()),
        None => local.broadcast(event, target),
    }
}

/// Calls what may call listeners of the application. One that panics must not end what reads for all.
pub(super) fn guarded(call: impl FnOnce()) {
    if catch_unwind(AssertUnwindSafe(call)).is_err() {
        tracing::error!("a listener panicked at an event from another server");
    }
}
