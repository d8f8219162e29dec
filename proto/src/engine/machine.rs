//! A session's state machine: heartbeat, polling concurrency, upgrade, and the ways to end.
//!
//! Carries no bytes and has no clock: inputs and `now` go in, [`Effects`] come out, [`Machine::deadline`] says when to
//! call again. Packets to send wait in the caller's outbox; the machine decides who may take them.

use std::time::{Duration, Instant};

use super::echo::Echo;
use super::effects::{Effects, Release, Verdict};
use super::heartbeat::{Beat, Heartbeat};
use super::upgrade::{Probe, ProbeId, Step};
use super::{CloseReason, Packet, Transport};

/// How long things may take, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// From a pong (or the open) to the next ping.
    pub ping_interval_ms: u32,
    /// From a ping to its pong.
    pub ping_timeout_ms: u32,
    /// From a second transport's opening to its `5`.
    pub upgrade_timeout_ms: u32,
    /// How long a closed polling session waits for the GET that takes its `1`.
    pub pending_close_ms: u32,
    /// How long a closing WebSocket may take to flush and to answer the close frame.
    pub close_timeout_ms: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Poll {
    Idle,
    Waiting,
    Released(Release),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Open,
    /// Closed by the server; the client is still to be told, until then at the latest.
    Closing(Instant),
    Ended,
}

/// One session. In this order, what is asked with every packet is in one cache line, and begins it.
#[derive(Clone, Debug)]
#[repr(C)]
pub struct Machine {
    phase: Phase,
    transport: Transport,
    poll: Poll,
    posting: bool,
    probes: u32,
    heartbeat: Heartbeat,
    probe: Option<Probe>,
    timing: Timing,
    echo: Echo,
}

impl Machine {
    /// A session that opened on this transport.
    #[must_use]
    pub fn new(timing: Timing, transport: Transport, now: Instant) -> Self {
        Self {
            timing,
            phase: Phase::Open,
            transport,
            heartbeat: Heartbeat::open(now, millis(timing.ping_interval_ms)),
            poll: Poll::Idle,
            posting: false,
            probe: None,
            probes: 0,
            echo: Echo::open(transport.is_stream().then_some(now)),
        }
    }

    /// The transport that carries the session.
    #[must_use]
    pub const fn transport(&self) -> Transport {
        self.transport
    }

    /// How long the client took to answer what was last asked of it: a ping, or a stream's handshake. `None` before that.
    #[must_use]
    pub const fn round_trip(&self) -> Option<Duration> {
        self.echo.took()
    }

    /// Whether messages may be sent and are taken.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.phase == Phase::Open
    }

    /// Whether nothing can happen any more.
    #[must_use]
    pub fn is_ended(&self) -> bool {
        self.phase == Phase::Ended
    }

    /// Whether a GET waits, so that what is queued goes out at once.
    #[must_use]
    pub fn is_polled(&self) -> bool {
        matches!(self.poll, Poll::Waiting | Poll::Released(Release::Data)) && self.transport == Transport::Polling
    }

    /// Whether this attempt to upgrade is still under way.
    #[must_use]
    pub fn is_probed_by(&self, id: ProbeId) -> bool {
        self.probe.is_some_and(|probe| probe.id == id)
    }

    /// When to call [`Machine::timeout`].
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        let due = match self.phase {
            Phase::Open => self.heartbeat.deadline(),
            Phase::Closing(until) => until,
            Phase::Ended => return None,
        };
        Some(self.probe.map_or(due, |probe| probe.due.min(due)))
    }

    /// Time has passed.
    pub fn timeout(&mut self, now: Instant) -> Effects {
        let mut effects = Effects::default();
        if self.probe.is_some_and(|probe| probe.due <= now) {
            self.fail_probe(&mut effects);
        }
        match self.phase {
            Phase::Open => match self.heartbeat.timeout(now, millis(self.timing.ping_timeout_ms)) {
                Some(Beat::Ping) => {
                    self.echo.ping(now);
                    effects.ping = true;
                }
                Some(Beat::Timeout) => self.end(CloseReason::PingTimeout, &mut effects),
                None => {}
            },
            Phase::Closing(until) if until <= now => self.forget(&mut effects),
            Phase::Closing(_) | Phase::Ended => {}
        }
        effects
    }

    /// A GET came. `queued` says whether something waits for it.
    ///
    /// It waits until [`Machine::collect`] gives something, which may be at once, and must be reported by
    /// [`Machine::poll_aborted`] if it goes away before. "Two GETs at once: the first answers 200 with `1`, the second
    /// 400, the session is gone."
    pub fn poll(&mut self, queued: bool) -> Effects {
        let mut effects = Effects { refused: true, ..Effects::default() };
        if self.transport != Transport::Polling || self.phase == Phase::Ended {
            return effects;
        }
        if self.poll != Poll::Idle {
            self.end(CloseReason::TransportError, &mut effects);
            return effects;
        }
        effects.refused = false;
        self.poll = Poll::Waiting;
        if matches!(self.phase, Phase::Closing(_)) {
            self.release(Release::Close, &mut effects);
        } else if self.probe.is_some_and(|probe| probe.answered) {
            self.release(Release::Noop, &mut effects);
        } else if queued {
            self.release(Release::Data, &mut effects);
        }
        effects
    }

    /// What the waiting GET is to be answered with, if it is to be. The GET is then done.
    #[must_use]
    pub fn collect(&mut self) -> Option<Release> {
        let Poll::Released(release) = self.poll else { return None };
        self.poll = Poll::Idle;
        Some(release)
    }

    /// The client dropped its waiting GET.
    pub fn poll_aborted(&mut self) -> Effects {
        let mut effects = Effects::default();
        if self.poll != Poll::Idle {
            self.poll = Poll::Idle;
            self.end(CloseReason::TransportError, &mut effects);
        }
        effects
    }

    /// The `1` of [`Release::Close`] has been handed out.
    pub fn close_delivered(&mut self) -> Effects {
        let mut effects = Effects::default();
        self.forget(&mut effects);
        effects
    }

    /// Something was queued: a waiting GET takes it.
    pub fn queued(&mut self) -> Effects {
        let mut effects = Effects::default();
        if self.phase == Phase::Open && !self.probe.is_some_and(|probe| probe.answered) {
            self.release(Release::Data, &mut effects);
        }
        effects
    }

    /// A POST came. "Two POSTs at once: the second gets 400 and the session closes."
    pub fn post(&mut self) -> Effects {
        let mut effects = Effects { refused: true, ..Effects::default() };
        if self.transport != Transport::Polling || self.phase == Phase::Ended {
            return effects;
        }
        if self.posting {
            self.end(CloseReason::TransportError, &mut effects);
            return effects;
        }
        effects.refused = false;
        self.posting = true;
        effects
    }

    /// The POST's body has been read and its packets put in.
    pub fn posted(&mut self) {
        self.posting = false;
    }

    /// The POST broke off, or its body is of a kind that is refused; `reason` is what that means.
    pub fn post_aborted(&mut self, reason: CloseReason) -> Effects {
        let mut effects = Effects::default();
        self.posting = false;
        if self.transport == Transport::Polling {
            self.end(reason, &mut effects);
        }
        effects
    }

    /// A packet came, on the transport `from`.
    ///
    /// "Only a pong counts. A client's `2` closes the session; an unsolicited `3` doesn't; `0`, `5`, `6` out of place
    /// are ignored; `1` closes at once."
    pub fn packet(&mut self, now: Instant, from: Transport, packet: Packet) -> Effects {
        let mut effects = Effects::default();
        if from != self.transport || self.phase != Phase::Open {
            effects.refused = true;
            return effects;
        }
        match packet {
            Packet::Message(message) => {
                self.echo.message(now);
                effects.message = Some(message);
            }
            Packet::Pong(_) => {
                self.echo.pong(now);
                self.heartbeat.pong(now, millis(self.timing.ping_interval_ms));
            }
            Packet::Ping(_) => self.end(CloseReason::TransportError, &mut effects),
            Packet::Close => {
                // A pending GET gets `6`, as the client knows already.
                self.release(Release::Noop, &mut effects);
                self.end(CloseReason::TransportClose, &mut effects);
            }
            Packet::Open(_) | Packet::Upgrade | Packet::Noop => {}
        }
        effects
    }

    /// What came, on the transport `from`, is no packet.
    pub fn malformed(&mut self, from: Transport) -> Effects {
        let mut effects = Effects::default();
        if from == self.transport && self.phase == Phase::Open {
            self.end(CloseReason::ParseError, &mut effects);
        }
        effects
    }

    /// A second transport, `over` which it may go on, opened for this session; `None` if it is to be closed.
    pub fn probe(&mut self, now: Instant, over: Transport) -> Option<ProbeId> {
        if self.phase != Phase::Open || self.transport != Transport::Polling || self.probe.is_some() {
            return None;
        }
        self.probes = self.probes.wrapping_add(1);
        let id = ProbeId(self.probes);
        let due = now + millis(self.timing.upgrade_timeout_ms);
        self.probe = Some(Probe { id, over, due, answered: false });
        Some(id)
    }

    /// A packet came on the second transport; `None` is what is no packet.
    ///
    /// "`2probe` gets `3probe` at once; from then until `5`, every pending or new GET is released with `6`."
    pub fn probe_packet(&mut self, id: ProbeId, packet: Option<&Packet>) -> Effects {
        let mut effects = Effects::default();
        let Some(probe) = self.probe.as_mut().filter(|probe| probe.id == id) else {
            effects.probe = Some(Verdict::Close);
            return effects;
        };
        match packet.map_or(Step::Fail, |packet| probe.packet(packet)) {
            Step::Pong => {
                effects.probe = Some(Verdict::Pong);
                self.release(Release::Noop, &mut effects);
            }
            Step::Upgrade => {
                self.transport = probe.over;
                self.probe = None;
                effects.probe = Some(Verdict::Upgrade);
                self.release(Release::Noop, &mut effects);
            }
            Step::Fail => self.fail_probe(&mut effects),
        }
        effects
    }

    /// The second transport is gone.
    pub fn probe_lost(&mut self, id: ProbeId) {
        if self.is_probed_by(id) {
            self.probe = None;
        }
    }

    /// The transport is gone, or its bytes make no sense.
    pub fn lost(&mut self, reason: CloseReason) -> Effects {
        let mut effects = Effects::default();
        self.end(reason, &mut effects);
        effects
    }

    /// The server closes the session, the queued packets first.
    pub fn close(&mut self, now: Instant, reason: CloseReason) -> Effects {
        let mut effects = Effects::default();
        if self.phase != Phase::Open {
            return effects;
        }
        let wait = match self.transport {
            Transport::Polling => self.timing.pending_close_ms,
            Transport::Websocket | Transport::Webtransport => self.timing.close_timeout_ms,
        };
        self.phase = Phase::Closing(now + millis(wait));
        // A client that has its `3probe` polls no more: if its `5` comes, it is told on the second transport.
        if !self.probe.is_some_and(|probe| probe.answered) {
            self.fail_probe(&mut effects);
        }
        self.release(Release::Close, &mut effects);
        effects.closed = Some(reason);
        effects
    }

    fn release(&mut self, release: Release, effects: &mut Effects) {
        let later = match (self.poll, release) {
            (Poll::Idle, _) | (Poll::Released(Release::Close | Release::Noop), _) => false,
            (Poll::Waiting, _) | (Poll::Released(Release::Data), Release::Close) => true,
            (Poll::Released(Release::Data), Release::Data | Release::Noop) => false,
        };
        if later {
            self.poll = Poll::Released(release);
            effects.poll = true;
        }
    }

    fn fail_probe(&mut self, effects: &mut Effects) {
        if self.probe.take().is_some() {
            effects.probe = Some(Verdict::Close);
        }
    }

    fn end(&mut self, reason: CloseReason, effects: &mut Effects) {
        if self.phase == Phase::Open {
            effects.closed = Some(reason);
        }
        self.forget(effects);
    }

    fn forget(&mut self, effects: &mut Effects) {
        if self.phase == Phase::Ended {
            return;
        }
        self.phase = Phase::Ended;
        effects.ended = true;
        self.fail_probe(effects);
        self.release(Release::Close, effects);
    }
}

fn millis(ms: u32) -> Duration {
    Duration::from_millis(u64::from(ms))
}

#[cfg(test)]
mod tests;
