//! Joins servers by a stream of Redis, as `@socket.io/redis-streams-adapter` 0.3 does: servers of Node and of Parlor may share one.
//!
//! Does not speak to the pub/sub adapter `@socket.io/redis-adapter`, nor to versions before 0.3, nor to a cluster of Redis.
//!
//! What goes to clients (events, joining and leaving rooms, putting sockets out) are entries of the stream, which every server reads
//! in the same order and goes on reading after an outage. Questions and their answers are letters on channels, of use at once or not
//! at all. Sessions whose clients may come back are keys that expire.
//!
//! With [`recovery`](Config::recovery), the id of its entry is an event's offset. Sockets then get this server's own broadcasts when
//! they come back from the stream, so that everybody's are in one order, and what a client missed is what stands behind its offset,
//! or, as long as it has none, behind the last entry before it came in. Its session says which that was, and when it was in which room:
//! servers of Node pass over that, and don't say it.
//! Events for a room reach those who are in it at that moment, a little later than `emit` returns.

mod address;
mod admin_sessions;
mod backoff;
mod channels;
mod config;
mod entry;
mod event;
mod exchange;
mod holders;
mod line;
mod link;
mod message;
mod node;
mod publisher;
mod reader;
mod requests;
mod returns;
mod streams;

use std::sync::Arc;

use tokio::runtime::Handle;
use tokio::task::AbortHandle;

pub use self::address::StartError;
pub use self::admin_sessions::AdminSessions;
pub use self::config::{Config, Counts, Overflow};
use self::exchange::Exchange;
use self::link::Link;
use self::node::RedisAdapter;
use self::reader::Reader;
use crate::socketio::{Adapter, Local};

/// One server's way to the others. It has an adapter for each of its namespaces; clones are the same.
///
/// While Redis is out of reach, clients stay connected and this server's own get their events. What is for other servers waits, within
/// bounds ([`Config::queue_entries`], [`Config::overflow`]), and is published once Redis is there again; what others have said meanwhile
/// is read then. Questions to other servers fail.
///
/// ```no_run
/// use parlor::socketio::Io;
/// use parlor::socketio::adapter::redis_streams::{Config, RedisStreams};
///
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// let redis = RedisStreams::start(Config { url: "redis://10.0.0.7".to_owned(), ..Config::default() })?;
/// let io = Io::with_adapter(Default::default(), move |local| redis.adapter(local));
/// io.of("/").emit("hello", ("to the clients of all servers",))?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct RedisStreams {
    exchange: Arc<Exchange>,
    tasks: Arc<Tasks>,
}

/// What runs until the last who needs it is gone.
#[derive(Debug)]
struct Tasks(AbortHandle);

impl Drop for Tasks {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl RedisStreams {
    /// Begins to connect. It returns at once, and goes on trying for as long as there is somebody who needs it.
    ///
    /// # Errors
    /// The address, or a file of certificates, cannot be read.
    ///
    /// # Panics
    /// Outside of a tokio runtime, where its tasks run.
    ///
    /// ```
    /// use parlor::socketio::adapter::redis_streams::{Config, RedisStreams};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let redis = RedisStreams::start(Config { url: "redis+unix:///nowhere".to_owned(), ..Config::default() })?;
    /// assert!(!redis.is_connected());
    /// # Ok(())
    /// # }
    /// ```
    pub fn start(config: Config) -> Result<Self, StartError> {
        let client = address::client(&config)?;
        let (exchange, arrivals) = Exchange::new(config, Handle::current());
        let link = Link::new(Arc::clone(&exchange), client, Reader::new(arrivals));
        let task = tokio::spawn(link.keep());
        Ok(Self { exchange, tasks: Arc::new(Tasks(task.abort_handle())) })
    }

    /// The adapter of a namespace, for [`Io::with_adapter`](crate::socketio::Io::with_adapter). All are to be of one server.
    ///
    /// ```
    /// use parlor::socketio::Io;
    /// use parlor::socketio::adapter::redis_streams::{Config, RedisStreams};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let redis = RedisStreams::start(Config { url: "redis+unix:///nowhere".to_owned(), ..Config::default() })?;
    /// let io = Io::with_adapter(Default::default(), move |local| redis.adapter(local));
    /// assert_eq!(io.of("/").emit("hello", ()), Ok(0), "it goes on alone");
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn adapter(&self, local: Local) -> Box<dyn Adapter> {
        Box::new(RedisAdapter::new(Arc::clone(&self.exchange), Arc::clone(&self.tasks), local))
    }

    /// Where this server and the others keep the sessions of admins for each other, for
    /// [`Io::instrument_with`](crate::socketio::Io::instrument_with).
    ///
    /// ```no_run
    /// use std::sync::Arc;
    /// use parlor::socketio::{Io, admin};
    /// # fn open(io: &Io, redis: &parlor::socketio::adapter::redis_streams::RedisStreams) -> Result<(), admin::Error> {
    /// io.instrument_with(admin::Config { open: true, ..Default::default() }, Arc::new(redis.admin_sessions()))
    /// # }
    /// ```
    #[must_use]
    pub fn admin_sessions(&self) -> AdminSessions {
        AdminSessions::new(Arc::clone(&self.exchange), Arc::clone(&self.tasks))
    }

    /// Whether Redis is there.
    ///
    /// ```no_run
    /// # fn ready(redis: &parlor::socketio::adapter::redis_streams::RedisStreams) -> bool {
    /// redis.is_connected()
    /// # }
    /// ```
    #[must_use]
    pub fn is_connected(&self) -> bool {
        *self.exchange.connected.borrow()
    }

    /// Returns when Redis is there: at once, if it is.
    ///
    /// # Cancel safety
    /// It can be dropped at any time.
    ///
    /// ```no_run
    /// # async fn ready(redis: &parlor::socketio::adapter::redis_streams::RedisStreams) {
    /// redis.connected().await;
    /// # }
    /// ```
    pub async fn connected(&self) {
        // Its other end is kept here, so there is no error.
        drop(self.exchange.connected.subscribe().wait_for(|connected| *connected).await);
    }

    /// What has been counted so far.
    ///
    /// ```no_run
    /// # fn report(redis: &parlor::socketio::adapter::redis_streams::RedisStreams) {
    /// println!("{} outages of Redis", redis.counts().outages);
    /// # }
    /// ```
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.exchange.counters.counts()
    }
}
