//! The options of the admin namespace, and why there can't be one.
//!
//! Reads no files and checks nothing: [`Io::instrument`](super::super::Io::instrument) does.

use serde::{Deserialize, Serialize};

/// Options of the admin namespace, with the reference server's defaults where it has them.
///
/// ```
/// use parlor::socketio::admin::{Config, Mode};
///
/// let config: Config = toml::from_str("username = \"ada\"\nmode = \"production\"")?;
/// assert_eq!((&*config.namespace, config.mode, config.readonly), ("/admin", Mode::Production, false));
/// # Ok::<(), toml::de::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// The namespace's name. Default `/admin`.
    pub namespace: String,
    /// Who may come in. Default `admin`.
    pub username: String,
    /// The bcrypt hash of the password by which they may: `htpasswd -nBC 10 admin` makes one, behind the name. Default none, and
    /// then there is no admin namespace unless it is `open`.
    ///
    /// Cost: each factor more doubles the work of a guess, and of a check. Attack: a password that is found by trying.
    pub password_hash: Option<String>,
    /// Whether anybody may come in, without a name or a password. Default `false`.
    pub open: bool,
    /// Whether admins may look only: no emitting, joining, leaving and disconnecting. Default `false`.
    pub readonly: bool,
    /// What is told. Default `development`, which is for few clients.
    pub mode: Mode,
    /// This server's name among others. Default: the machine's. Servers of one machine need one each.
    pub server_id: Option<String>,
    /// Milliseconds between two `server_stats`. Default 2,000; the page takes a server for unhealthy after 10,000.
    ///
    /// Cost: a look at every session, while somebody watches. Attack: none.
    pub stats_interval_ms: u32,
    /// Passwords that are checked at a time. Default 1.
    ///
    /// Cost: a thread and a core for each, some 60 ms for a hash of factor 10. Attack: guesses that take all cores.
    pub checks: usize,
    /// Guesses that wait to be checked. Default 16. More are refused at once.
    ///
    /// Cost: a socket each. Attack: guesses from many addresses, so that whoever knows the password waits as long as these take.
    pub waiting_checks: usize,
    /// Guesses of one address a minute; right ones are not counted. Default 10. An address of IPv6 counts as its /64 network,
    /// and that of a client behind one of [`transport::Config::proxies`](crate::transport::Config::proxies) as its own.
    ///
    /// Cost: none. Attack: a password that is found by trying.
    pub mistakes_per_minute: u32,
    /// Addresses that are remembered with their guesses. Default 1,024. Past it, those of more than a minute ago are forgotten,
    /// else all.
    ///
    /// Cost: 50 bytes each. Attack: guesses from more addresses than that, which `checks` bounds still.
    pub addresses: usize,
    /// Milliseconds for which a browser is let in again without a password. Default 86,400,000, a day. Those who are there stay.
    ///
    /// Cost: see `max_sessions`. Attack: a session's id that was found on somebody's machine.
    pub session_ms: u64,
    /// Such sessions that are remembered; the oldest goes for one more. Default 1,000.
    ///
    /// Cost: 100 bytes each. Attack: an admin who logs in again and again.
    pub max_sessions: usize,
    /// Events of clients, and to them, that are told a second, for `development`. Default 500. Of more, nothing is said.
    ///
    /// Cost: an encoding each, and its bytes for every admin. Attack: clients who send much; a broadcast is told once for each of
    /// its receivers.
    pub events_per_second: u32,
    /// Bytes of an event's arguments that are shown, for `development`. Default 16,384. Of larger ones only their size is.
    ///
    /// Cost: as above. Attack: clients who send large events.
    pub event_bytes: usize,
    /// Sockets that an admin is shown on coming in, for `development`, and namespaces that `server_stats` lists. Default 2,000.
    ///
    /// Cost: some 1,000 bytes of one packet for each socket, and 40 for each namespace. Attack: an admin's page that is loaded
    /// again and again on a server of many.
    pub listed: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            namespace: "/admin".to_owned(),
            username: "admin".to_owned(),
            password_hash: None,
            open: false,
            readonly: false,
            mode: Mode::Development,
            server_id: None,
            stats_interval_ms: 2_000,
            checks: 1,
            waiting_checks: 16,
            mistakes_per_minute: 10,
            addresses: 1_024,
            session_ms: 86_400_000,
            max_sessions: 1_000,
            events_per_second: 500,
            event_bytes: 16_384,
            listed: 2_000,
        }
    }
}

/// What admins are told.
///
/// ```
/// assert_eq!(parlor::socketio::admin::Mode::default(), parlor::socketio::admin::Mode::Development);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Every socket, room and event, when it happens. Each event that is emitted is encoded once more.
    #[default]
    Development,
    /// Counts alone, every two seconds: clients, namespaces, packets and bytes. Costs nothing between these.
    Production,
}

/// Why there is no admin namespace.
///
/// ```
/// use parlor::socketio::{Io, admin};
///
/// let io = Io::new(Default::default());
/// assert_eq!(io.instrument(admin::Config::default()), Err(admin::Error::NoPassword));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// It has no password, and is not said to be open.
    #[error("the admin namespace has no password_hash, and is not open")]
    NoPassword,
    /// What is given for a bcrypt hash is none.
    #[error("the password_hash of the admin namespace is no bcrypt hash")]
    NoHash,
    /// The server has one already.
    #[error("there is an admin namespace already")]
    Twice,
}
