//! What the transports count, for operators: every drop, refusal and replacement is seen here.
//!
//! Exports nothing: whoever serves metrics reads [`Counts`].

use std::sync::atomic::{AtomicU64, Ordering};

/// A reading of an engine's counters, each from its start on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Sessions open at the moment.
    pub sessions: usize,
    /// Sessions opened.
    pub opened: u64,
    /// Sessions upgraded to WebSocket.
    pub upgraded: u64,
    /// Requests refused before they got a session, or out of place in one.
    pub refused: u64,
    /// Sessions closed because their outbox was full.
    pub outboxes_full: u64,
    /// Volatile packets dropped because they could not go out at once.
    pub volatile_dropped: u64,
    /// States replaced by later ones before they went out.
    pub states_replaced: u64,
}

#[derive(Debug, Default)]
pub(super) struct Counters {
    pub(super) opened: Counter,
    pub(super) upgraded: Counter,
    pub(super) refused: Counter,
    pub(super) outboxes_full: Counter,
    pub(super) volatile_dropped: Counter,
    pub(super) states_replaced: Counter,
}

#[derive(Debug, Default)]
pub(super) struct Counter(AtomicU64);

impl Counter {
    pub(super) fn add(&self, count: usize) {
        if count > 0 {
            self.0.fetch_add(count as u64, Ordering::Relaxed);
        }
    }

    fn read(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl Counters {
    pub(super) fn read(&self, sessions: usize) -> Counts {
        Counts {
            sessions,
            opened: self.opened.read(),
            upgraded: self.upgraded.read(),
            refused: self.refused.read(),
            outboxes_full: self.outboxes_full.read(),
            volatile_dropped: self.volatile_dropped.read(),
            states_replaced: self.states_replaced.read(),
        }
    }
}
