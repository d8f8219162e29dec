//! When a session is to be pinged, and by when its pong is due.
//!
//! Sends nothing: [`super::Machine`] asks it. Source: engine.io-protocol v4, "Heartbeat".

use std::time::{Duration, Instant};

/// A timer that fires this late or less is taken to have fired in time, so that lateness does not add up.
const SLACK: Duration = Duration::from_millis(100);

/// What is awaited. Exactly one of both is at any time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Heartbeat {
    /// The next ping goes out at this time.
    Ping(Instant),
    /// A ping is out; its pong is due by this time.
    Pong(Instant),
}

/// What a heartbeat's deadline asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Beat {
    /// Send a ping.
    Ping,
    /// The client is gone.
    Timeout,
}

impl Heartbeat {
    /// "The first ping goes out pingInterval after the open, not before."
    pub(super) fn open(now: Instant, interval: Duration) -> Self {
        Self::Ping(now + interval)
    }

    pub(super) const fn deadline(self) -> Instant {
        match self {
            Self::Ping(at) | Self::Pong(at) => at,
        }
    }

    /// A pong came: the next ping is due pingInterval after it, asked for or not.
    pub(super) fn pong(&mut self, now: Instant, interval: Duration) {
        *self = Self::Ping(now + interval);
    }

    /// What is due, if anything is.
    ///
    /// The pong is due pingTimeout after the ping *was due*: sessions end when they should though timers fire late.
    /// After a stall of the whole process the time counts from the real ping, or every client would be dropped at once.
    pub(super) fn timeout(&mut self, now: Instant, timeout: Duration) -> Option<Beat> {
        match *self {
            Self::Ping(due) if due <= now => {
                let sent = if now - due <= SLACK { due } else { now };
                *self = Self::Pong(sent + timeout);
                Some(Beat::Ping)
            }
            Self::Pong(due) if due <= now => Some(Beat::Timeout),
            Self::Ping(_) | Self::Pong(_) => None,
        }
    }
}
