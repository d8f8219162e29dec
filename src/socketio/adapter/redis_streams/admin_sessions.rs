//! The sessions of admins, kept in Redis for all servers, as `RedisStore` of Node's `@socket.io/admin-ui` keeps them.
//!
//! Checks no password, and opens no session: `admin` does.

use std::sync::Arc;
use std::time::Duration;

use redis::RedisResult;
use redis::aio::MultiplexedConnection;

use super::Tasks;
use super::exchange::Exchange;
use crate::socketio::{Pending, admin};

/// Who has logged in on one server's [admin namespace](crate::socketio::admin) is let in by all on the same Redis, those of Node
/// included: see [`RedisStreams::admin_sessions`](super::RedisStreams::admin_sessions). While Redis is away, each server knows those that
/// logged in on itself.
///
/// ```
/// use parlor::socketio::admin::SessionStore;
/// use parlor::socketio::adapter::redis_streams::{Config, RedisStreams};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let redis = RedisStreams::start(Config { url: "redis+unix:///nowhere".to_owned(), ..Config::default() })?;
/// assert!(!redis.admin_sessions().has("0123456789abcdef").await, "Redis is away");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct AdminSessions {
    exchange: Arc<Exchange>,
    /// They end with the last who needs them.
    _tasks: Arc<Tasks>,
}

impl AdminSessions {
    pub(super) const fn new(exchange: Arc<Exchange>, tasks: Arc<Tasks>) -> Self {
        Self { exchange, _tasks: tasks }
    }

    fn key(&self, id: &str) -> String {
        format!("{}#{id}", self.exchange.config.admin_prefix)
    }

    fn connection(&self) -> Option<MultiplexedConnection> {
        let connection = self.exchange.commands.lock().clone();
        if connection.is_none() {
            tracing::warn!(
                "Redis is out of reach: other servers' admins have to log in here, and those of this one there"
            );
        }
        connection
    }
}

impl admin::SessionStore for AdminSessions {
    fn keep(&self, id: &str, lifetime: Duration) -> Pending<()> {
        let lifetime = u64::try_from(lifetime.as_millis()).unwrap_or(u64::MAX).max(1);
        let mut keep = redis::cmd("SET");
        keep.arg(self.key(id)).arg("true").arg("PX").arg(lifetime);
        let connection = self.connection();
        Box::pin(async move {
            let Some(mut connection) = connection else { return };
            let kept: RedisResult<()> = keep.query_async(&mut connection).await;
            if let Err(error) = kept {
                tracing::warn!(%error, "an admin's session is not kept for other servers");
            }
        })
    }

    fn has(&self, id: &str) -> Pending<bool> {
        let mut ask = redis::cmd("EXISTS");
        ask.arg(self.key(id));
        let connection = self.connection();
        Box::pin(async move {
            let Some(mut connection) = connection else { return false };
            let has: RedisResult<bool> = ask.query_async(&mut connection).await;
            has.unwrap_or_else(|error| {
                tracing::warn!(%error, "an admin's session cannot be looked for");
                false
            })
        })
    }
}
