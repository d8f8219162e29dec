//! Who may come into the admin namespace: by a name and a password, or by the session that these have opened.
//!
//! Sends nothing: the id of a session that was opened is kept with its socket until that is in.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bcrypt::HashParts;
use parking_lot::Mutex;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use super::mistakes::Mistakes;
use super::sessions::{SessionStore, Sessions, is_id};
use super::{Config, Error};
use crate::socketio::{ConnectError, Socket};

pub(super) struct Gate {
    username: String,
    hash: Arc<str>,
    /// Whose word counts of where a client is.
    proxies: Arc<[IpAddr]>,
    /// Passwords that may be checked at a time.
    checks: Arc<Semaphore>,
    /// The same, and those that may wait.
    places: Semaphore,
    mistakes: Mutex<Mistakes>,
    sessions: Mutex<Sessions>,
    lifetime: Duration,
    /// Those that other servers have opened.
    store: Option<Arc<dyn SessionStore>>,
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gate").field("username", &self.username).finish_non_exhaustive()
    }
}

/// What a client says to be let in.
#[derive(Default, serde::Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Credentials {
    session_id: Option<String>,
    username: Option<String>,
    password: Option<String>,
}

/// The session that was opened for a socket's client.
pub(super) struct Opened(pub(super) Box<str>);

impl Gate {
    /// `None` if it is open.
    pub(super) fn new(
        config: &Config,
        proxies: Arc<[IpAddr]>,
        store: Option<Arc<dyn SessionStore>>,
    ) -> Result<Option<Self>, Error> {
        let Some(hash) = &config.password_hash else {
            return if config.open { Ok(None) } else { Err(Error::NoPassword) };
        };
        HashParts::from_str(hash).map_err(|_| Error::NoHash)?;
        let checks = config.checks.clamp(1, Semaphore::MAX_PERMITS / 2);
        let waiting = config.waiting_checks.min(Semaphore::MAX_PERMITS / 2);
        let lifetime = Duration::from_millis(config.session_ms);
        Ok(Some(Self {
            username: config.username.clone(),
            hash: hash.as_str().into(),
            proxies,
            checks: Arc::new(Semaphore::new(checks)),
            places: Semaphore::new(checks + waiting),
            mistakes: Mutex::new(Mistakes::new(config.mistakes_per_minute, config.addresses)),
            sessions: Mutex::new(Sessions::new(lifetime, config.max_sessions)),
            lifetime,
            store,
        }))
    }

    /// What is refused says nothing of whether there is a user of that name: that is looked at when the password has been.
    pub(super) async fn admit(&self, socket: &Socket) -> Result<(), ConnectError> {
        let Credentials { session_id, username, password } = socket.handshake().auth().unwrap_or_default();
        let address = socket.handshake().client_ip(&self.proxies);
        if let Some(id) = session_id
            && self.has_session(&id, address).await?
        {
            return Ok(());
        }
        let (Some(username), Some(password)) = (username, password) else { return Err(invalid()) };
        let is_right = self.guess(address, async { self.is_password(password).await && username == self.username });
        if !is_right.await? {
            tracing::info!(%address, "an admin's name or password was wrong");
            return Err(invalid());
        }
        let session = self.sessions.lock().open(Instant::now());
        if let Some(store) = &self.store {
            store.keep(&session, self.lifetime).await;
        }
        socket.set_data(Opened(session));
        tracing::info!(%address, socket = %socket.id(), "an admin has logged in");
        Ok(())
    }

    /// One that another server has opened is looked for as a password is: few at a time, and few wrong ones.
    async fn has_session(&self, id: &str, address: IpAddr) -> Result<bool, ConnectError> {
        if self.sessions.lock().has(id, Instant::now()) {
            return Ok(true);
        }
        let Some(store) = self.store.as_ref().filter(|_| is_id(id)) else { return Ok(false) };
        self.guess(address, async { store.has(id).await }).await
    }

    /// Whether what somebody says is right, if they may guess.
    async fn guess(&self, address: IpAddr, is_right: impl Future<Output = bool>) -> Result<bool, ConnectError> {
        let too_many = || ConnectError::new("too many attempts");
        if !self.mistakes.lock().may_guess(address, Instant::now()) {
            return Err(too_many());
        }
        let Ok(_place) = self.places.try_acquire() else {
            // It was not looked at.
            self.mistakes.lock().right(address);
            return Err(too_many());
        };
        let is_right = is_right.await;
        if is_right {
            self.mistakes.lock().right(address);
        }
        Ok(is_right)
    }

    /// Looks on a thread of its own. Whoever waits may go meanwhile: the place of a check is its own until it is done.
    async fn is_password(&self, password: String) -> bool {
        let Ok(check) = Arc::clone(&self.checks).acquire_owned().await else { return false };
        let hash = Arc::clone(&self.hash);
        let checked = spawn_blocking(move || {
            let verified = bcrypt::verify(password, &hash);
            drop(check);
            verified
        });
        match checked.await {
            Ok(Ok(is_right)) => return is_right,
            Ok(Err(error)) => tracing::error!(%error, "a password could not be checked"),
            Err(error) => tracing::error!(%error, "a password could not be checked"),
        }
        false
    }
}

/// The page knows these words.
fn invalid() -> ConnectError {
    ConnectError::new("invalid credentials")
}
