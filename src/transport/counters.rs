//! What the transports count, for operators: every drop, refusal and replacement is seen here.
//!
//! Exports nothing: whoever serves metrics reads [`Counts`].

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use parlor_proto::engine::Transport;

/// More threads than this count into shared cache lines.
const SHARDS: usize = 16;

/// A reading of an engine's counters, each from its start on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Sessions open at the moment.
    pub sessions: usize,
    /// Sessions opened.
    pub opened: u64,
    /// Sessions upgraded to WebSocket or WebTransport.
    pub upgraded: u64,
    /// Requests refused before they got a session, or out of place in one.
    pub refused: u64,
    /// Sessions closed because their outbox was full.
    pub outboxes_full: u64,
    /// Volatile packets dropped because they could not go out at once, and had no room to wait.
    pub volatile_dropped: u64,
    /// States replaced by later ones before they went out.
    pub states_replaced: u64,
    /// What went over long-polling.
    pub polling: Traffic,
    /// What went over WebSocket.
    pub websocket: Traffic,
    /// What went over WebTransport.
    pub webtransport: Traffic,
}

/// What went over one transport, both ways.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// From clients.
    pub received: Flow,
    /// To clients.
    pub sent: Flow,
}

/// Packets, and the bytes they took: of frames with their headers, control frames included, or of polling
/// bodies. Heads of HTTP requests, TCP and TLS are not counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flow {
    /// Engine.IO packets.
    pub packets: u64,
    /// Bytes.
    pub bytes: u64,
}

#[derive(Debug, Default)]
pub(super) struct Counters {
    pub(super) opened: Counter,
    pub(super) upgraded: Counter,
    pub(super) refused: Counter,
    pub(super) outboxes_full: Counter,
    pub(super) volatile_dropped: Counter,
    pub(super) states_replaced: Counter,
    flows: [Shard; SHARDS],
}

/// Whither a flow goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Received,
    Sent,
}

/// The flows that one thread counts, by transport and way. They change with every packet, so that threads which wrote one
/// cache line would wait for each other. This way to count a packet and its bytes costs two uncontended additions,
/// some 10 ns, where its write(2) takes microseconds. Aligned to two lines, as processors fetch them in pairs.
#[derive(Debug, Default)]
#[repr(align(128))]
struct Shard([[Cells; 2]; 3]);

#[derive(Debug, Default)]
struct Cells {
    packets: AtomicU64,
    bytes: AtomicU64,
}

/// The shard of the thread that asks.
fn shard() -> usize {
    static THREADS: AtomicUsize = AtomicUsize::new(0);
    thread_local! {
        static SHARD: usize = THREADS.fetch_add(1, Ordering::Relaxed) % SHARDS;
    }
    SHARD.with(|shard| *shard)
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
    /// So much went this way.
    pub(super) fn went(&self, way: Way, transport: Transport, flow: Flow) {
        if flow == Flow::default() {
            return;
        }
        let cells = &self.flows[shard()].0[transport as usize][way as usize];
        cells.packets.fetch_add(flow.packets, Ordering::Relaxed);
        cells.bytes.fetch_add(flow.bytes, Ordering::Relaxed);
    }

    fn traffic(&self, transport: Transport) -> Traffic {
        Traffic { received: self.flow(Way::Received, transport), sent: self.flow(Way::Sent, transport) }
    }

    fn flow(&self, way: Way, transport: Transport) -> Flow {
        self.flows.iter().fold(Flow::default(), |sum, shard| {
            let cells = &shard.0[transport as usize][way as usize];
            Flow {
                packets: sum.packets + cells.packets.load(Ordering::Relaxed),
                bytes: sum.bytes + cells.bytes.load(Ordering::Relaxed),
            }
        })
    }

    pub(super) fn read(&self, sessions: usize) -> Counts {
        Counts {
            sessions,
            opened: self.opened.read(),
            upgraded: self.upgraded.read(),
            refused: self.refused.read(),
            outboxes_full: self.outboxes_full.read(),
            volatile_dropped: self.volatile_dropped.read(),
            states_replaced: self.states_replaced.read(),
            polling: self.traffic(Transport::Polling),
            websocket: self.traffic(Transport::Websocket),
            webtransport: self.traffic(Transport::Webtransport),
        }
    }
}
