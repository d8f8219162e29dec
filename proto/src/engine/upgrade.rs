//! An upgrade from long-polling to a stream, from the stream's opening to its `5`.
//!
//! Moves no packets: [`super::Machine`] asks it what the second transport's packets mean.
//! Source: engine.io-protocol v4, "Upgrade".

use std::time::Instant;

use super::{Message, Packet, Transport};

/// One attempt to upgrade. A session makes one at a time; an attempt's id outlives it, so that a late word
/// from a transport that was given up is not taken for its successor's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProbeId(pub(super) u32);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Probe {
    pub(super) id: ProbeId,
    /// What it is an upgrade to.
    pub(super) over: Transport,
    /// By when `5` is due.
    pub(super) due: Instant,
    /// `2probe` has come, `3probe` has gone out: polls are released from here on.
    pub(super) answered: bool,
}

/// What a packet on a transport that is being probed means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Pong,
    Upgrade,
    Fail,
}

impl Probe {
    /// `2probe` first, then `5`; anything else ends the attempt. A probe may be repeated.
    pub(super) fn packet(&mut self, packet: &Packet) -> Step {
        match packet {
            Packet::Ping(data) if &data[..] == b"probe" => {
                self.answered = true;
                Step::Pong
            }
            Packet::Upgrade if self.answered => Step::Upgrade,
            Packet::Upgrade
            | Packet::Ping(_)
            | Packet::Open(_)
            | Packet::Close
            | Packet::Pong(_)
            | Packet::Message(Message::Text(_) | Message::Binary(_))
            | Packet::Noop => Step::Fail,
        }
    }
}
