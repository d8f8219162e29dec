//! What the task of a WebSocket or WebTransport asks of the session it carries, or may come to carry.
//!
//! Reads and writes nothing itself: `websocket` does. Counterpart of the methods for long-polling in `polling`.

use std::io;
use std::task::Waker;
use std::time::Instant;

use bytes::Bytes;
use parlor_proto::engine::{CloseReason, Effects, Packet, ProbeId, Transport, Verdict};

use super::Session;
use super::counters::{Flow, Way};
use super::outbox::{Outbox, Sink};

impl Session {
    /// Goes out over this sink from its opening on, the open packet first.
    pub(super) fn open_on(&self, sink: Sink) {
        let mut inner = self.inner.lock();
        inner.outbox.sink = sink;
        let opening = self.open_packet(inner.machine.transport());
        inner.outbox.own(opening);
        inner.broken |= inner.outbox.flush().is_err();
        self.settle(inner, Effects::default());
    }

    /// Queues what tungstenite wrote. Whoever makes it answer more than the outbox holds is closed.
    pub(super) fn control(&self, bytes: Bytes) {
        let mut inner = self.inner.lock();
        if inner.outbox.control(bytes, self.bounds()).is_err() {
            self.shared.counters.outboxes_full.add(1);
            self.break_off(inner);
        }
    }

    /// Writes what waits. Whether that was all; if not, the task waits for the socket and needs no waking.
    pub(super) fn flush(&self, write: impl FnOnce(&mut Outbox) -> io::Result<bool>) -> io::Result<bool> {
        let mut inner = self.inner.lock();
        let flushed = write(&mut inner.outbox);
        inner.told = matches!(flushed, Ok(false));
        let (transport, sent) = (inner.machine.transport(), inner.outbox.take_sent());
        drop(inner);
        self.shared.counters.went(Way::Sent, transport, sent);
        flushed
    }

    /// What is left to be sent when the session is over for the layers above. The session ends here.
    pub(super) fn take_outbox(&self) -> Outbox {
        let mut inner = self.inner.lock();
        let outbox = std::mem::take(&mut inner.outbox);
        let effects = inner.machine.lost(CloseReason::TransportClose);
        self.settle(inner, effects);
        outbox
    }

    /// A second transport came for this session; `None` if it is to be closed.
    pub(super) fn probe_begin(&self, over: Transport) -> Option<ProbeId> {
        let id = self.inner.lock().machine.probe(Instant::now(), over);
        // The attempt's deadline may come before the one that polling's timer is set to.
        self.task.wake();
        id
    }

    /// Whether the attempt goes on. The task is woken when it does not any more.
    pub(super) fn probe_wait(&self, id: ProbeId, waker: &Waker) -> bool {
        let mut inner = self.inner.lock();
        let probed = inner.machine.is_probed_by(id);
        if probed {
            inner.probe = Some(waker.clone());
        }
        probed
    }

    /// A packet came on the transport that is probed. If it is upgraded to, `outbox` holds the session's from there
    /// on: "Packets queued meanwhile go out once, in order, on exactly one transport."
    pub(super) fn probe_packet(
        &self,
        id: ProbeId,
        over: Transport,
        packet: Option<&Packet>,
        outbox: &mut Outbox,
    ) -> Verdict {
        self.shared.counters.went(Way::Received, over, Flow { packets: 1, bytes: 0 });
        let mut inner = self.inner.lock();
        let effects = inner.machine.probe_packet(id, packet);
        let verdict = effects.probe.unwrap_or(Verdict::Close);
        if verdict == Verdict::Upgrade {
            inner.probe = None;
            inner.outbox.adopt(std::mem::take(outbox));
            self.shared.counters.upgraded.add(1);
            // Polling's timer ends; the second transport's task takes its place.
            self.task.wake();
        }
        self.settle(inner, effects);
        if verdict == Verdict::Upgrade {
            self.tell_upgraded();
        }
        verdict
    }

    pub(super) fn probe_lost(&self, id: ProbeId) {
        self.inner.lock().machine.probe_lost(id);
    }
}
