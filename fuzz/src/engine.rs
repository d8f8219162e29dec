//! Engine.IO: packets, payloads, and the session's state machine.
//!
//! Opens no sockets: a session here is the machine alone, with a clock made of its input.

use std::time::{Duration, Instant};

use bytes::Bytes;
use parlor_proto::engine::payload::Packets;
use parlor_proto::engine::verify::{Code, Query, Request, Verified, verify};
use parlor_proto::engine::{
    CloseReason, Effects, Machine, Message, Packet, ProbeId, Release, Timing, Transport, Verdict,
};
use parlor_proto::frame::Kind;

/// One text packet: what parses is what it is encoded to.
pub fn engine_packet(bytes: &[u8]) {
    let Ok(packet) = Packet::parse(Bytes::copy_from_slice(bytes)) else { return };
    let frame = packet.encode();
    match frame.kind() {
        Kind::Text => {
            let again = Packet::parse(Bytes::copy_from_slice(frame.payload()));
            assert_eq!(again.as_ref(), Ok(&packet), "an encoded packet is the packet");
        }
        Kind::Binary => assert!(matches!(packet, Packet::Message(Message::Binary(_))), "only messages are binary"),
    }
}

/// A polling body: it ends, and the first fault is the last thing in it.
pub fn engine_payload(bytes: &[u8]) {
    let separators = bytes.iter().filter(|byte| **byte == 0x1e).count();
    let mut packets = Packets::parse(Bytes::copy_from_slice(bytes));
    let read: Vec<_> = packets.by_ref().collect();
    assert!(!read.is_empty() && read.len() <= separators + 1, "{} packets", read.len());
    let fault = read.iter().position(Result::is_err);
    assert!(fault.is_none_or(|at| at + 1 == read.len()), "nothing is read after a fault");
    assert!(packets.next().is_none(), "a body that has ended stays so");
}

/// A request's method, headers and query: the first byte says which of them it has.
pub fn engine_query(bytes: &[u8]) {
    let (flags, query) = bytes.split_first().map_or((0, bytes), |(flags, query)| (*flags, query));
    let Ok(query) = std::str::from_utf8(query) else { return };
    let query = Query::parse(query);
    let request = Request {
        query: &query,
        is_get: flags & 1 == 0,
        is_upgrade: flags & 2 != 0,
        origin: (flags & 4 != 0).then_some(bytes),
    };
    let transports = [Transport::Polling, Transport::Websocket];
    let found = (flags & 8 != 0).then_some(Transport::Polling);
    match verify(&request, &transports, |_| found, || Ok(())) {
        Ok(Verified::Open(_)) => {
            assert!(query.sid.is_none(), "a sid, however formed, opens no session");
            assert!(request.is_get && query.eio.as_deref() == Some("4"));
        }
        Ok(Verified::Poll(sid) | Verified::Upgrade(sid)) => {
            assert!(found.is_some(), "a session that is not there is nobody's");
            assert_eq!(query.sid, Some(sid.encode()), "a sid has one spelling");
        }
        Err(refusal) => {
            assert_ne!(refusal.code, Code::Forbidden, "everybody is allowed");
            let body = String::from_utf8(refusal.body()).expect("JSON is UTF-8");
            assert!(body.starts_with(&format!("{{\"code\":{},\"message\":\"", refusal.code.number())), "{body}");
        }
    }
}

const TIMING: Timing = Timing {
    ping_interval_ms: 300,
    ping_timeout_ms: 200,
    upgrade_timeout_ms: 250,
    pending_close_ms: 400,
    close_timeout_ms: 100,
};

/// A session driven by the bytes: each is a call, some with a byte of their own.
#[expect(clippy::disallowed_methods, reason = "an instant can only be had from the clock; no other is asked for")]
pub fn engine_session(bytes: &[u8]) {
    let mut bytes = bytes.iter().copied();
    let transport = if bytes.next().unwrap_or_default() & 1 == 0 { Transport::Polling } else { Transport::Websocket };
    let now = Instant::now();
    let mut session = Session {
        machine: Machine::new(TIMING, transport, now),
        now,
        probe: None,
        close_taken: false,
        told: Told::default(),
    };
    while let Some(call) = bytes.next() {
        session.call(call, &mut bytes);
    }
    session.run_out();
}

/// What the layers around the machine were told.
#[derive(Debug, Default)]
struct Told {
    closed: Option<CloseReason>,
    ended: bool,
    upgraded: bool,
}

struct Session {
    machine: Machine,
    now: Instant,
    probe: Option<ProbeId>,
    /// A GET took the `1`.
    close_taken: bool,
    told: Told,
}

impl Session {
    fn call(&mut self, call: u8, more: &mut impl Iterator<Item = u8>) {
        let open = self.machine.is_open();
        let effects = match call & 0x0f {
            0 => {
                self.now += Duration::from_millis(10) * u32::from(more.next().unwrap_or(1));
                self.machine.timeout(self.now)
            }
            1 => self.machine.poll(false),
            2 => self.machine.poll(true),
            3 => {
                self.close_taken |= self.machine.collect() == Some(Release::Close);
                return;
            }
            4 => self.machine.poll_aborted(),
            5 => self.machine.queued(),
            6 => self.machine.post(),
            7 => {
                self.machine.posted();
                return;
            }
            8 => self.machine.post_aborted(CloseReason::TransportError),
            9 => self.machine.packet(self.now, Transport::Polling, packet(more.next())),
            10 => self.machine.packet(self.now, Transport::Websocket, packet(more.next())),
            11 => self.machine.malformed(Transport::Polling),
            12 => {
                self.probe = self.machine.probe(self.now, Transport::Websocket).or(self.probe);
                return;
            }
            13 => {
                let Some(probe) = self.probe else { return };
                let kind = more.next();
                self.machine.probe_packet(probe, (kind != Some(0xff)).then(|| packet(kind)).as_ref())
            }
            14 => {
                if let Some(probe) = self.probe {
                    self.machine.probe_lost(probe);
                }
                return;
            }
            _ => match more.next().unwrap_or_default() & 3 {
                0 => self.machine.close(self.now, CloseReason::ForcedClose),
                1 => self.machine.lost(CloseReason::TransportError),
                // Only who was told to send the `1` has sent it.
                2 if self.close_taken => self.machine.close_delivered(),
                _ => self.machine.malformed(Transport::Websocket),
            },
        };
        self.judge(&effects, open);
    }

    fn judge(&mut self, effects: &Effects, open: bool) {
        if effects.message.is_some() {
            assert!(open, "a message of a session that is closed");
        }
        if let Some(reason) = effects.closed {
            assert_eq!(self.told.closed.replace(reason), None, "the end is told once");
        }
        if effects.ended {
            assert!(!self.told.ended, "a session is forgotten once");
            assert!(self.told.closed.is_some(), "a session is forgotten after its end is told");
            self.told.ended = true;
        }
        if effects.probe == Some(Verdict::Upgrade) {
            assert!(!self.told.upgraded, "a session upgrades once");
            self.told.upgraded = true;
        }
        assert_eq!(self.machine.is_ended(), self.told.ended);
        assert_eq!(self.machine.is_open(), self.told.closed.is_none());
        if self.machine.is_ended() {
            assert_eq!(self.machine.deadline(), None, "nothing is due after the end");
        }
        if effects.poll {
            let mut copy = self.machine.clone();
            assert!(copy.collect().is_some(), "a GET that can be answered has an answer");
        }
    }

    /// Without another word from the client, every session ends, in a bounded number of steps.
    fn run_out(&mut self) {
        for _ in 0..8 {
            let Some(due) = self.machine.deadline() else { break };
            self.now = self.now.max(due);
            let open = self.machine.is_open();
            let effects = self.machine.timeout(self.now);
            self.judge(&effects, open);
        }
        assert!(self.machine.is_ended(), "a silent session outlives all its timeouts");
    }
}

fn packet(kind: Option<u8>) -> Packet {
    match kind.unwrap_or_default() & 7 {
        0 => Packet::Open(Bytes::new()),
        1 => Packet::Close,
        2 => Packet::Ping(Bytes::from_static(b"probe")),
        3 => Packet::Pong(Bytes::new()),
        4 => Packet::Message(Message::Text(Bytes::from_static(b"hello"))),
        5 => Packet::Upgrade,
        6 => Packet::Noop,
        _ => Packet::Message(Message::Binary(Bytes::from_static(b"\x00"))),
    }
}
