//! How long a client takes to answer, as its server sees it.
//!
//! Asks for nothing of its own: the handshake of a WebSocket and each ping are what a client answers anyway.

use std::time::{Duration, Instant};

/// What was asked last, and how long the last answer took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Echo {
    asked: Option<Asked>,
    took: Option<Duration>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    /// A WebSocket's client speaks as soon as it has read this.
    Handshake(Instant),
    Ping(Instant),
}

impl Echo {
    /// A session whose handshake is read before the client says anything, if it is one.
    pub(super) fn open(handshake: Option<Instant>) -> Self {
        Self { asked: handshake.map(Asked::Handshake), took: None }
    }

    /// A ping goes out.
    pub(super) const fn ping(&mut self, now: Instant) {
        self.asked = Some(Asked::Ping(now));
    }

    /// A message came.
    pub(super) fn message(&mut self, now: Instant) {
        if let Some(Asked::Handshake(at)) = self.asked {
            self.answered(now, at);
        }
    }

    /// A pong came. One that nobody asked for says nothing.
    pub(super) fn pong(&mut self, now: Instant) {
        if let Some(Asked::Ping(at)) = self.asked {
            self.answered(now, at);
        }
    }

    /// How long the last answer took.
    pub(super) const fn took(&self) -> Option<Duration> {
        self.took
    }

    fn answered(&mut self, now: Instant, asked: Instant) {
        self.asked = None;
        self.took = Some(now.saturating_duration_since(asked));
    }
}
