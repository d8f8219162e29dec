//! The namespace that `@socket.io/admin-ui`'s page speaks with: who is there, what happens, and what an admin has done about it.
//!
//! Serves no page: people take that of the npm package, or of <https://admin.socket.io>. It stands on the server API alone, so a server
//! that has none pays nothing for it.
//!
//! | the page's event | when |
//! |---|---|
//! | `session` | somebody has come in by a password: comes in by this the next time |
//! | `config` | on coming in: what this server can do |
//! | `server_stats` | every two seconds, of every server |
//! | `all_sockets` | on coming in, in [development](Mode::Development) |
//! | `socket_connected`, `socket_updated`, `socket_disconnected`, `room_joined`, `room_left`, `event_received`, `event_sent` | when it happens, in development |
//!
//! and, unless [`readonly`](Config::readonly), it may say `emit`, `join`, `leave` and `_disconnect`, for the sockets of a namespace, of
//! a room, or one.
//!
//! Where it differs from the reference server's: guesses of passwords, sessions, and what is told of events are bounded; an id that the
//! page shows of a client is not a part of its secret one; headers that let somebody in (`cookie`, `authorization`) are not shown;
//! a namespace that is not there is not made by a command.

mod commands;
mod config;
mod gate;
mod line;
mod mistakes;
mod news;
mod sessions;
mod stats;
#[cfg(test)]
mod tests;
mod told;

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

pub use self::config::{Config, Error, Mode};
use self::gate::{Gate, Opened};
use self::line::Line;
use self::news::News;
pub use self::sessions::SessionStore;
use self::stats::Pulse;
use super::io::WeakIo;
use super::{Io, Namespace, Socket};

impl Io {
    /// Makes the [admin namespace](self), to be called once, after the server is made and before it is served.
    ///
    /// Pages of other origins - the one at `admin.socket.io` is one - come in only if
    /// [`transport::Config::cors`](crate::transport::Config::cors) lets them, with `credentials`.
    ///
    /// ```
    /// use parlor::socketio::{Config, Io, admin};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), admin::Error> {
    /// let io = Io::new(Config::default());
    /// io.instrument(admin::Config {
    ///     username: "ada".to_owned(),
    ///     // Of "sesame": htpasswd -nbBC 10 ada sesame
    ///     password_hash: Some("$2b$06$parlorparlorparlorparerMakVbQRvvGdvJkLxv9jO1HPvokjDTi".to_owned()),
    ///     mode: admin::Mode::Production,
    ///     ..admin::Config::default()
    /// })?;
    /// assert!(io.find("/admin").is_some());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// It has no password and is not said to be open, the password's hash is none of bcrypt, or there is one already.
    ///
    /// # Panics
    /// Outside of a tokio runtime, on which the server tells of itself.
    pub fn instrument(&self, config: Config) -> Result<(), Error> {
        self.open_to_admins(config, None)
    }

    /// The same for one of several servers: who has logged in on one of them is let in by all that have the same store, as a page
    /// does that loses its server and comes to another one.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use parlor::socketio::adapter::redis_streams::{self, RedisStreams};
    /// use parlor::socketio::{Io, admin};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let config = redis_streams::Config { url: "redis+unix:///nowhere".to_owned(), ..Default::default() };
    /// let redis = RedisStreams::start(config)?;
    /// let adapter = redis.clone();
    /// let io = Io::with_adapter(Default::default(), move |local| adapter.adapter(local));
    /// let hash = "$2b$06$parlorparlorparlorparerMakVbQRvvGdvJkLxv9jO1HPvokjDTi";
    /// let config = admin::Config { password_hash: Some(hash.to_owned()), ..Default::default() };
    /// io.instrument_with(config, Arc::new(redis.admin_sessions()))?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`instrument`](Self::instrument).
    ///
    /// # Panics
    /// As well.
    pub fn instrument_with(&self, config: Config, store: Arc<dyn SessionStore>) -> Result<(), Error> {
        self.open_to_admins(config, Some(store))
    }

    fn open_to_admins(&self, config: Config, store: Option<Arc<dyn SessionStore>>) -> Result<(), Error> {
        let proxies: Arc<[IpAddr]> = self.proxies().into();
        let gate = Gate::new(&config, Arc::clone(&proxies), store)?;
        if self.shared().is_instrumented.swap(true, Ordering::AcqRel) {
            return Err(Error::Twice);
        }
        let (admin, io) = (self.of(&config.namespace), self.downgrade());
        match gate {
            Some(gate) => guard(&admin, gate),
            None => tracing::warn!(namespace = admin.name(), "anybody may come into the admin namespace"),
        }
        if !config.readonly {
            commands::listen(&admin, &io);
        }
        let line = Line::new(&admin);
        let news =
            (config.mode == Mode::Development).then(|| follow(self, &admin, News::new(&config, proxies, line.clone())));
        greet(&admin, &io, &config, news);
        let every = Duration::from_millis(config.stats_interval_ms.into());
        tokio::spawn(Pulse::new(&config, self).beat(every, io, line));
        Ok(())
    }
}

fn guard(admin: &Namespace, gate: Gate) {
    let gate = Arc::new(gate);
    admin.wrap_async(move |socket| {
        let gate = Arc::clone(&gate);
        async move { gate.admit(&socket).await }
    });
    admin.on_connect(|socket| {
        if let Some(opened) = socket.data::<Opened>() {
            Line::tell(socket, "session", (&*opened.0,));
        }
    });
}

/// Tells of all namespaces, those to come included.
fn follow(io: &Io, admin: &Namespace, news: News) -> Arc<News> {
    let news = Arc::new(news);
    let own = Arc::clone(&news);
    let there = io.shared().namespaces.on_new(move |namespace| own.follow(namespace, false));
    for namespace in there {
        news.follow(&namespace, namespace == *admin);
    }
    news
}

/// Tells whoever comes in what there is.
fn greet(admin: &Namespace, io: &WeakIo, config: &Config, news: Option<Arc<News>>) {
    let features = features(config);
    let (io, listed) = (io.clone(), config.listed);
    admin.on_connect(move |socket| {
        Line::tell(socket, "config", (&features,));
        if let Some(news) = &news {
            tokio::spawn(show_everyone(Arc::clone(news), io.clone(), socket.clone(), listed));
        }
    });
}

async fn show_everyone(news: Arc<News>, io: WeakIo, admin: Socket, listed: usize) {
    let Some(io) = io.upgrade() else { return };
    let everyone = news.everyone(&io, listed).await;
    Line::tell(&admin, "all_sockets", (everyone,));
}

/// What this server can do, in the page's names.
#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct Features {
    supported_features: Vec<&'static str>,
}

fn features(config: &Config) -> Features {
    let commands = commands::FEATURES.into_iter().filter(|_| !config.readonly);
    let events = (config.mode == Mode::Development).then_some("ALL_EVENTS");
    Features { supported_features: commands.chain(["AGGREGATED_EVENTS"]).chain(events).collect() }
}
