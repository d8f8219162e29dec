//! The options of an adapter over Redis, and what has been counted of it.
//!
//! Checks no address: that is done when it starts.

use std::fmt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Options of [`RedisStreams`](super::RedisStreams). Servers that are to find each other need the same `stream`, `channel_prefix` and
/// `session_prefix`; the defaults are those of Node's adapter.
///
/// ```
/// use parlor::socketio::adapter::redis_streams::{Config, Overflow};
///
/// let config: Config = toml::from_str("url = \"redis://10.0.0.7:6379/2\"\noverflow = \"drop_newest\"\nrecovery = true")?;
/// assert!(config.recovery && config.overflow == Overflow::DropNewest && config.max_len == 10_000);
/// # Ok::<(), toml::de::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Where Redis is: `redis://[[USER]:PASSWORD@]HOST[:PORT][/DATABASE]`, the same with `rediss` for TLS (cargo feature `redis-tls`), or
    /// `redis+unix:///PATH`. Default `redis://127.0.0.1:6379`.
    ///
    /// Attack: whoever can write to that Redis speaks for every server. It belongs into a private network, with a password.
    pub url: String,
    /// With TLS, the file of the authorities that its certificate may be of, in PEM. Default: the system's.
    pub tls_ca: Option<PathBuf>,
    /// With TLS, the file of this server's own certificate, in PEM: Redis asks for one unless its `tls-auth-clients` is `no`. Default none.
    pub tls_cert: Option<PathBuf>,
    /// The file of the key to that, in PEM. Default none.
    pub tls_key: Option<PathBuf>,
    /// The stream's key. Default `socket.io`; `streamName` in Node.
    pub stream: String,
    /// Streams that the namespaces are spread over, 1,000 at most. Default 1; `streamCount` in Node, and the same on all servers. Of several,
    /// each one's key is `stream` with a number behind it. On one Redis it changes nothing but the keys: it is for servers of Node that
    /// are used to a cluster of Redis.
    ///
    /// Cost: each is read, twice as many but one: Node's adapter puts some namespaces into a stream of a negative number, where its
    /// own servers do not look. Attack: none.
    pub stream_count: usize,
    /// Entries that the stream keeps, about. Default 10,000; `maxLen` in Node.
    ///
    /// Cost: memory of Redis. Who was away for more entries than that, a server or a client that comes back, has missed some. Attack:
    /// clients that cause many events push out what others have missed.
    pub max_len: usize,
    /// What the names of channels begin with. Default `socket.io`; `channelPrefix` in Node.
    pub channel_prefix: String,
    /// Whether channels are those of shards, which Redis has since 7.0. Default no; `useShardedPubSub` in Node, and the same on all
    /// servers. Cost: none to speak of. Attack: none.
    pub sharded_channels: bool,
    /// What the keys of sessions begin with. Default `sio:session:`.
    pub session_prefix: String,
    /// What the keys of admins' sessions begin with, before a `#`. Default `socket.io-admin`, as that of Node's `RedisStore`.
    pub admin_prefix: String,
    /// Whether clients may come back to any of the servers and get what they missed: connection state recovery. Default no.
    ///
    /// Cost: a broadcast goes to Redis and back before this server's own sockets get it, so that all servers' have one order. While
    /// Redis is out of reach it reaches them at once, without an offset, and once more those that come back from before that time.
    /// For each socket and each of its rooms some 50 bytes say where the stream stood when it came.
    pub recovery: bool,
    /// Milliseconds for which a session may be away. Default 120,000. Cost: some 300 bytes each in Redis. Attack: clients that come and go.
    pub max_disconnection_ms: u32,
    /// Events that a client may have missed. Default 500, about half of what an outbox holds
    /// ([`outbox_frames`](crate::transport::Config::outbox_frames)). Who missed more is a new socket.
    ///
    /// Cost: as many events in memory, for each client that comes back. Attack: clients that come back for as much as they can.
    pub missed_packets: usize,
    /// Bytes of these events, as they are in Redis. Default 2,097,152. As above.
    pub missed_bytes: usize,
    /// Milliseconds in which the server that holds the session of a client which has come back is to give it up: it may not have noticed
    /// that the client was gone. Default 2,000. Servers of Parlor are asked, and answer at once.
    ///
    /// Cost: while a server does not answer, who comes back too late for recovery waits for so long. Attack: clients with made-up
    /// secrets cause a question to each server, and take places of `max_returning`.
    pub give_up_ms: u64,
    /// Milliseconds for which a session is looked for that none of those has, if there are servers of Node: they cannot be asked, and the
    /// one that it was with may be about to notice. Default 250. Cost: as above. Attack: as above.
    pub notice_ms: u64,
    /// Clients that may be coming back at a time. Default 1,000; more are new sockets. Cost and attack: as above.
    pub max_returning: usize,
    /// What may wait for Redis: events for other servers, answers to them, sessions. Default 10,000.
    ///
    /// Cost: some 300 bytes each, and their own. Attack: clients that cause many events while Redis is slow or away.
    pub queue_entries: usize,
    /// The same in bytes. Default 16,777,216.
    pub queue_bytes: usize,
    /// What becomes of more. Default `drop_oldest`, as a stream that is full forgets its oldest, too.
    pub overflow: Overflow,
    /// Entries written to Redis at once. Default 256. Cost: none to speak of. Attack: none.
    pub batch_entries: usize,
    /// Entries read from the stream at once. Default 100; `readCount` in Node. Cost: so many entries of `max_entry_bytes` in memory.
    pub read_entries: usize,
    /// Bytes of one entry. Default 4,194,304. Larger ones are neither written nor taken.
    ///
    /// Cost: as above. Attack: somebody who can write to Redis. What Redis itself takes is its `proto-max-bulk-len`: as much is in memory
    /// before it is dropped.
    pub max_entry_bytes: usize,
    /// Rooms that one entry may name. Default 10,000. Cost: each is compared with those before it. Attack: as above.
    pub max_rooms: usize,
    /// Requests that wait for other servers' answers, and others' that clients here are to answer. Default 10,000 of each.
    ///
    /// Cost: some 500 bytes each. Attack: servers that ask and ask.
    pub max_requests: usize,
    /// Milliseconds for which a request of another server, that says no other time, waits for clients here. Default 5,000. No request
    /// waits for more than ten times as long. Cost and attack: as above.
    pub request_ms: u64,
    /// Milliseconds in which Redis is to answer. Default 2,000. Cost: none. Attack: a Redis that accepts and says nothing; its
    /// silence is an outage after that time.
    pub answer_ms: u64,
    /// Milliseconds for which one read waits for entries. Default 5,000; `blockTimeInMs` in Node. Cost: none to speak of. Attack: none.
    pub block_ms: u64,
    /// Milliseconds before the first attempt to reach Redis again, at most. Default 100; each later one waits for up to twice as long.
    ///
    /// How long, between that and half of it, is left to chance, so that servers don't come all at once. Cost: connections. Attack: none.
    pub retry_ms: u64,
    /// The longest such wait. Default 5,000.
    pub max_retry_ms: u64,
    /// Milliseconds that [`Io::close`](crate::socketio::Io::close) gives to what waits for Redis. Default 2,000. Cost: as much time. Attack: none.
    pub close_ms: u64,
    /// Milliseconds between two counts of the servers. Default 5,000. Cost: one command. Attack: none.
    pub count_ms: u64,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            url: "redis://127.0.0.1:6379".to_owned(),
            tls_ca: None,
            tls_cert: None,
            tls_key: None,
            stream: "socket.io".to_owned(),
            stream_count: 1,
            max_len: 10_000,
            channel_prefix: "socket.io".to_owned(),
            sharded_channels: false,
            session_prefix: "sio:session:".to_owned(),
            admin_prefix: "socket.io-admin".to_owned(),
            recovery: false,
            max_disconnection_ms: 120_000,
            missed_packets: 500,
            missed_bytes: 2 << 20,
            give_up_ms: 2_000,
            notice_ms: 250,
            max_returning: 1_000,
            queue_entries: 10_000,
            queue_bytes: 16 << 20,
            overflow: Overflow::DropOldest,
            batch_entries: 256,
            read_entries: 100,
            max_entry_bytes: 4 << 20,
            max_rooms: 10_000,
            max_requests: 10_000,
            request_ms: 5_000,
            answer_ms: 2_000,
            block_ms: 5_000,
            retry_ms: 100,
            max_retry_ms: 5_000,
            close_ms: 2_000,
            count_ms: 5_000,
        }
    }
}

/// All but the address, which may hold a password.
impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config").field("stream", &self.stream).field("recovery", &self.recovery).finish_non_exhaustive()
    }
}

impl Config {
    pub(super) const fn has_certificates(&self) -> bool {
        self.tls_ca.is_some() || self.tls_cert.is_some() || self.tls_key.is_some()
    }

    pub(super) const fn answer(&self) -> Duration {
        Duration::from_millis(self.answer_ms)
    }

    pub(super) const fn block(&self) -> Duration {
        Duration::from_millis(self.block_ms)
    }

    /// How long a request of another server waits that wants to wait for so long.
    pub(super) fn patience(&self, wanted: Option<Duration>) -> Duration {
        let usual = Duration::from_millis(self.request_ms);
        wanted.map_or(usual, |wanted| wanted.min(usual.saturating_mul(10)))
    }
}

/// What becomes of what cannot wait for Redis any more. This server's own sockets get their events in any case, though perhaps before
/// some that were sent earlier, if connections can be recovered.
///
/// ```
/// use parlor::socketio::adapter::redis_streams::Overflow;
///
/// assert_eq!(Overflow::default(), Overflow::DropOldest);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Overflow {
    /// The oldest is not published.
    #[default]
    DropOldest,
    /// The newest is not published.
    DropNewest,
}

/// What has been counted since the start.
///
/// ```
/// use parlor::socketio::adapter::redis_streams::Counts;
///
/// assert_eq!(Counts::default().dropped, 0);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counts {
    /// Entries written to the stream.
    pub published: u64,
    /// Entries read from the stream, this server's own included.
    pub received: u64,
    /// What was not published, as too much waited, or because it was too large, or was of use only at a time when Redis was away.
    pub dropped: u64,
    /// What came from Redis and could not be read.
    pub unreadable: u64,
    /// How often Redis was lost.
    pub outages: u64,
    /// How often entries may have been lost with the stream, or been pushed out of it before they were read.
    pub gaps: u64,
}

/// The same while it is being counted.
#[derive(Debug, Default)]
pub(super) struct Counters {
    pub(super) published: AtomicU64,
    pub(super) received: AtomicU64,
    pub(super) dropped: AtomicU64,
    pub(super) unreadable: AtomicU64,
    pub(super) outages: AtomicU64,
    pub(super) gaps: AtomicU64,
}

/// Counts, and gives how many there are.
pub(super) fn count(counter: &AtomicU64, more: usize) -> u64 {
    let more = u64::try_from(more).unwrap_or(u64::MAX);
    counter.fetch_add(more, Ordering::Relaxed).saturating_add(more)
}

impl Counters {
    pub(super) fn counts(&self) -> Counts {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Counts {
            published: read(&self.published),
            received: read(&self.received),
            dropped: read(&self.dropped),
            unreadable: read(&self.unreadable),
            outages: read(&self.outages),
            gaps: read(&self.gaps),
        }
    }

    /// Something could not be read. Said the first time, and then less and less often, as somebody may send a lot of it.
    pub(super) fn unreadable(&self, what: &dyn fmt::Display, why: &dyn fmt::Display) {
        let so_far = count(&self.unreadable, 1);
        if so_far.is_power_of_two() {
            tracing::warn!(%what, %why, so_far, "something in Redis cannot be read and is passed over");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_not_shown() {
        let config = Config { url: "redis://:secret@example.org".to_owned(), ..Config::default() };
        assert!(!format!("{config:?}").contains("secret"));
    }

    #[test]
    fn another_servers_request_does_not_wait_for_ever() {
        let config = Config::default();
        assert_eq!(config.patience(None), Duration::from_secs(5));
        assert_eq!(config.patience(Some(Duration::from_millis(10))), Duration::from_millis(10));
        assert_eq!(config.patience(Some(Duration::MAX)), Duration::from_secs(50));
    }
}
