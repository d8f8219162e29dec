//! Browsers that were let in, and may come again without a password.
//!
//! Knows no passwords. Who is let in by a session gets no other, so that none lasts longer than it was given.

use std::fmt;
use std::time::{Duration, Instant};

use indexmap::IndexMap;

use crate::socketio::Pending;

/// Where servers keep the sessions of admins for each other, so that who has logged in on one is let in by all: see
/// [`Io::instrument_with`](crate::socketio::Io::instrument_with). On Redis it is
/// [`AdminSessions`](crate::socketio::adapter::redis_streams::AdminSessions).
///
/// A server knows the sessions that it has opened itself, and asks for others alone.
///
/// ```
/// use std::collections::HashSet;
/// use std::sync::{Arc, Mutex, PoisonError};
/// use std::time::Duration;
/// use parlor::socketio::{Io, Pending, admin};
///
/// /// Of several servers in one process, for tests.
/// #[derive(Debug, Default)]
/// struct Shared(Mutex<HashSet<String>>);
///
/// impl admin::SessionStore for Shared {
///     fn keep(&self, id: &str, _lifetime: Duration) -> Pending<()> {
///         self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(id.to_owned());
///         Box::pin(std::future::ready(()))
///     }
///
///     fn has(&self, id: &str) -> Pending<bool> {
///         let has = self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(id);
///         Box::pin(std::future::ready(has))
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), admin::Error> {
/// let store = Arc::new(Shared::default());
/// for _ in 0..2 {
///     let io = Io::new(Default::default());
///     let hash = Some("$2b$06$parlorparlorparlorparerMakVbQRvvGdvJkLxv9jO1HPvokjDTi".to_owned());
///     io.instrument_with(admin::Config { password_hash: hash, ..Default::default() }, Arc::clone(&store) as _)?;
/// }
/// # Ok(())
/// # }
/// ```
pub trait SessionStore: fmt::Debug + Send + Sync + 'static {
    /// Keeps a session for so long. If that cannot be done, other servers ask for the password once more.
    fn keep(&self, id: &str, lifetime: Duration) -> Pending<()>;

    /// Whether it is one that was kept: no, if that cannot be known. It is asked only for what looks like an id: digits from `0` to
    /// `f`, 64 at most.
    fn has(&self, id: &str) -> Pending<bool>;
}

/// Whether it may be the id of a session, of this server or of another one, which may be of Node.
pub(super) fn is_id(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

#[derive(Debug)]
pub(super) struct Sessions {
    lifetime: Duration,
    most: usize,
    /// Until when, the oldest first.
    known: IndexMap<Box<str>, Instant>,
}

impl Sessions {
    pub(super) fn new(lifetime: Duration, most: usize) -> Self {
        Self { lifetime, most, known: IndexMap::new() }
    }

    /// A session's id: 128 bits that nobody can guess.
    pub(super) fn open(&mut self, now: Instant) -> Box<str> {
        let id: Box<str> = format!("{:032x}", rand::random::<u128>()).into();
        while self.known.len() >= self.most.max(1) {
            self.known.shift_remove_index(0);
        }
        self.known.insert(id.clone(), now + self.lifetime);
        id
    }

    pub(super) fn has(&self, id: &str, now: Instant) -> bool {
        self.known.get(id).is_some_and(|until| now < *until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3_600);

    #[test]
    fn a_session_is_known_until_its_time_is_over() {
        let start = Instant::now();
        let mut sessions = Sessions::new(HOUR, 9);
        let id = sessions.open(start);
        assert_eq!(id.len(), 32);
        assert!(sessions.has(&id, start) && sessions.has(&id, start + HOUR / 2));
        assert!(!sessions.has(&id, start + HOUR) && !sessions.has("", start) && !sessions.has(&id[1..], start));
    }

    #[test]
    fn an_id_is_of_hexadecimal_digits() {
        let own = Sessions::new(HOUR, 1).open(Instant::now());
        assert!(is_id(&own) && is_id("0123456789abcdef") && is_id(&"a".repeat(64)));
        for other in ["", "x", "A", "a b", "a*", "é", &"a".repeat(65)] {
            assert!(!is_id(other), "{other}");
        }
    }

    #[test]
    fn the_oldest_goes_for_one_more() {
        let start = Instant::now();
        let mut sessions = Sessions::new(HOUR, 2);
        let [a, b, c] = [(); 3].map(|()| sessions.open(start));
        assert_eq!([a, b, c].map(|id| sessions.has(&id, start)), [false, true, true]);
    }
}
