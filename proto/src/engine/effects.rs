//! What a session's state machine asks its caller to do.
//!
//! Does none of it: one value leaves the machine for each input.

use super::{CloseReason, Message};

/// What the caller is to do, in the order of the fields.
#[must_use]
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Effects {
    /// The input was out of place; the request is answered 400, or the WebSocket is closed.
    pub refused: bool,
    /// A message for the layer above.
    pub message: Option<Message>,
    /// Queue a ping for the client.
    pub ping: bool,
    /// The waiting GET can be answered: see [`Machine::collect`](super::Machine::collect).
    pub poll: bool,
    /// What becomes of the WebSocket that is being probed.
    pub probe: Option<Verdict>,
    /// The layer above is to be told, once its current message is done.
    pub closed: Option<CloseReason>,
    /// Forget the session, and what it has queued.
    pub ended: bool,
}

/// What becomes of a WebSocket that is being probed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Answer `3probe`.
    Pong,
    /// It carries the session from here on, the queued packets first.
    Upgrade,
    /// Close it; the session stays where it was.
    Close,
}

/// What a GET is answered with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Release {
    /// What is queued.
    Data,
    /// `6`.
    Noop,
    /// What is queued, and `1` when that was all of it.
    Close,
}
