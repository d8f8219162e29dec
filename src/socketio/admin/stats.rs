//! What this server tells of itself every two seconds: who is there, and how much came and went since the last time.
//!
//! Counts nothing: the transport does, for operators too.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::Serialize;
use tokio::time::{Instant, MissedTickBehavior, interval};

use super::Config;
use super::line::Line;
use crate::socketio::io::WeakIo;
use crate::socketio::{Io, Namespace};
use crate::transport::{Counts, Flow};

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Stats<'a> {
    server_id: &'a str,
    hostname: &'a str,
    pid: u32,
    /// Seconds.
    uptime: f64,
    clients_count: usize,
    polling_clients_count: usize,
    aggregated_events: Vec<Aggregate>,
    namespaces: Vec<Members>,
}

/// How often something has happened.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Aggregate {
    /// Milliseconds, to the second.
    timestamp: u64,
    #[serde(rename = "type")]
    kind: &'static str,
    count: u64,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Members {
    name: String,
    sockets_count: usize,
}

/// Who says this of itself.
pub(super) struct Pulse {
    server_id: String,
    hostname: String,
    listed: usize,
    started: Instant,
    before: Counts,
}

impl Pulse {
    pub(super) fn new(config: &Config, io: &Io) -> Self {
        let hostname = rustix::system::uname().nodename().to_string_lossy().into_owned();
        let server_id = config.server_id.clone().unwrap_or_else(|| hostname.clone());
        Self { server_id, hostname, listed: config.listed, started: Instant::now(), before: io.counts() }
    }

    /// Tells it for as long as the server is there.
    pub(super) async fn beat(mut self, every: Duration, io: WeakIo, line: Line) {
        let mut beats = interval(every.max(Duration::from_millis(1)));
        beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            beats.tick().await;
            let Some(io) = io.upgrade() else { return };
            let counts = io.counts();
            let happened = since(&self.before, &counts, SystemTime::now());
            self.before = counts;
            if line.is_heard() {
                line.say("server_stats", (self.stats(&io, &counts, happened),));
            }
        }
    }

    fn stats(&self, io: &Io, counts: &Counts, happened: Vec<Aggregate>) -> Stats<'_> {
        Stats {
            server_id: &self.server_id,
            hostname: &self.hostname,
            pid: std::process::id(),
            uptime: self.started.elapsed().as_secs_f64(),
            clients_count: counts.sessions,
            polling_clients_count: io.census().transport.polling.iter().sum(),
            aggregated_events: happened,
            namespaces: members(&io.namespaces(), self.listed),
        }
    }
}

/// The largest, if there are too many.
fn members(namespaces: &[Namespace], listed: usize) -> Vec<Members> {
    let of = |namespace: &Namespace| Members { name: namespace.name().to_owned(), sockets_count: namespace.len() };
    let mut members: Vec<_> = namespaces.iter().map(of).collect();
    members.sort_unstable_by(|a, b| b.sockets_count.cmp(&a.sockets_count).then_with(|| a.name.cmp(&b.name)));
    members.truncate(listed);
    members
}

/// What has happened between two counts, in the page's words.
fn since(before: &Counts, counts: &Counts, now: SystemTime) -> Vec<Aggregate> {
    let timestamp = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs() * 1_000;
    let (received, sent) = (received(counts).since(received(before)), sent(counts).since(sent(before)));
    let closed = |counts: &Counts| counts.opened.saturating_sub(counts.sessions as u64);
    let happened = [
        ("rawConnection", counts.opened.saturating_sub(before.opened)),
        ("rawDisconnection", closed(counts).saturating_sub(closed(before))),
        ("packetsIn", received.packets),
        ("packetsOut", sent.packets),
        ("bytesIn", received.bytes),
        ("bytesOut", sent.bytes),
    ];
    let happened = happened.into_iter().filter(|(_, count)| *count > 0);
    happened.map(|(kind, count)| Aggregate { timestamp, kind, count }).collect()
}

/// Over all transports.
const fn received(counts: &Counts) -> Way {
    Way::of(counts.polling.received, counts.websocket.received)
}

const fn sent(counts: &Counts) -> Way {
    Way::of(counts.polling.sent, counts.websocket.sent)
}

#[derive(Clone, Copy)]
struct Way {
    packets: u64,
    bytes: u64,
}

impl Way {
    const fn of(polling: Flow, websocket: Flow) -> Self {
        Self { packets: polling.packets + websocket.packets, bytes: polling.bytes + websocket.bytes }
    }

    const fn since(self, before: Self) -> Self {
        Self { packets: self.packets.saturating_sub(before.packets), bytes: self.bytes.saturating_sub(before.bytes) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::Traffic;

    fn counts(opened: u64, sessions: usize, packets: u64) -> Counts {
        let flow = Flow { packets, bytes: packets * 10 };
        let traffic = Traffic { received: flow, sent: Flow::default() };
        Counts { opened, sessions, polling: traffic, websocket: traffic, ..Counts::default() }
    }

    #[test]
    fn what_has_happened_is_told_once_by_the_second() {
        let now = UNIX_EPOCH + Duration::from_millis(7_900);
        let happened = since(&counts(3, 2, 1), &counts(8, 4, 5), now);
        let told: Vec<_> = happened.iter().map(|one| (one.kind, one.count)).collect();
        assert_eq!(told, [("rawConnection", 5), ("rawDisconnection", 3), ("packetsIn", 8), ("bytesIn", 80)]);
        assert!(happened.iter().all(|one| one.timestamp == 7_000));
        assert_eq!(since(&counts(8, 4, 5), &counts(8, 4, 5), now), []);
    }

    #[test]
    fn of_many_namespaces_the_largest_are_listed() {
        let io = Io::new(crate::socketio::Config::default());
        ["/b", "/a"].iter().for_each(|name| drop(io.of(name)));
        let names: Vec<_> = members(&io.namespaces(), 2).into_iter().map(|one| one.name).collect();
        assert_eq!(names, ["/", "/a"]);
    }
}
