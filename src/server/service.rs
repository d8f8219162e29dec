//! A server from its parts: state, namespaces, pages and routes, bound to a listener, and drained at its end.
//!
//! Holds no rule of an event or a page: it starts those who do, and stops them in the order that loses nothing.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use parlor_games::contract::Game;
use parlor_proto::engine::Transport;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout_at};

use super::bundle::client_bundle;
use super::journal::Recorder;
use super::limits::Addresses;
use super::link::Viewer;
use super::state::Shared;
use super::{Config, HostKey, api, events, metrics, site};
use crate::packs::library::{self, Library};
use crate::room::{self, Catalog, Clock, Directory, Journal, SystemClock};
use crate::socketio::{self, Io, admin};
use crate::transport::listener;

/// A server that is not started yet.
#[derive(Debug)]
pub struct Server {
    config: Config,
    catalog: Catalog<Viewer>,
    clock: Arc<dyn Clock>,
}

/// A running server. Dropped, it accepts nobody more; whoever is connected plays on.
#[derive(Debug)]
pub struct Handle {
    addr: SocketAddr,
    drain: Duration,
    shared: Arc<Shared>,
    io: Io,
    recorder: Option<Arc<Recorder>>,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<()>,
    lobby: JoinHandle<()>,
}

/// Why a server did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The folder of packs that was named is not there.
    #[error("there is no folder of packs at {0}")]
    NoPacks(PathBuf),
    /// The folder of packs cannot be read.
    #[error("packs: {0}: {1}")]
    Packs(PathBuf, #[source] io::Error),
    /// Nothing can be recorded there.
    #[error("record: {0}: {1}")]
    Record(PathBuf, #[source] io::Error),
    /// It listens to TCP alone.
    #[error("socketio.transport.transports: webtransport is for servers of one's own on the library")]
    Webtransport,
    /// The admin namespace can't be had as it is configured.
    #[error(transparent)]
    Admin(#[from] admin::Error),
    /// The system gives no threads, or not this listener.
    #[error(transparent)]
    System(#[from] io::Error),
}

impl Server {
    /// A server of the games that come with Parlor.
    #[must_use]
    pub fn new(config: Config) -> Self {
        Self { config, catalog: Catalog::shipped(), clock: Arc::new(SystemClock::start()) }
    }

    /// Serves one more game.
    #[must_use]
    pub fn game<G: Game>(self) -> Self {
        Self { catalog: self.catalog.with::<G>(), ..self }
    }

    /// Goes by this clock. Default: the machine's.
    #[must_use]
    pub fn clock(self, clock: Arc<dyn Clock>) -> Self {
        Self { clock, ..self }
    }

    /// Serves on this listener, on the runtime it is called on, until [`Handle::shutdown`]. Connections are accepted when
    /// this returns.
    ///
    /// # Errors
    /// The packs or the place to record into cannot be had, or the system gives no threads.
    pub async fn start(self, listener: TcpListener) -> Result<Handle, StartError> {
        let Self { config, catalog, clock } = self;
        let drain = Duration::from_millis(config.drain_ms);
        if config.socketio.transport.transports.contains(&Transport::Webtransport) {
            return Err(StartError::Webtransport);
        }
        listener.set_nonblocking(true)?;
        let listener = tokio::net::TcpListener::from_std(listener)?;
        let addr = listener.local_addr()?;
        let opening = config.clone();
        let opened = tokio::task::spawn_blocking(move || (packs(&opening), recorder(&opening)));
        let (packs, recorder) = opened.await.map_err(io::Error::from)?;
        let (packs, recorder) = (packs?, recorder?);
        let shared = shared(&config, catalog, clock, packs, recorder.clone());
        shared.directory.start_threads()?;

        let io = Io::new(socketio(&config));
        events::listen(&io, &shared);
        instrument(&io, &config.admin)?;
        let lobby = tokio::spawn(events::lobby::listen(&io, &shared));
        let router = routes(&io, &config, &shared);
        let (stop, stopped) = oneshot::channel();
        let serving = tokio::spawn(listener::serve(vec![listener], router, config.listener, async {
            // A handle that is dropped ends the accepting as well.
            let _ = stopped.await;
        }));
        Ok(Handle { addr, drain, shared, io, recorder, stop, serving, lobby })
    }
}

impl Handle {
    /// Where it listens: the port that the system chose, if it was asked to.
    #[must_use]
    pub const fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Ends every room, tells everyone in it why, lets what was said go out, and closes. Takes `drain_ms` and half a second at most, and
    /// what the disk takes for the rest of what is recorded.
    pub async fn shutdown(self) {
        let Self { drain, shared, io, recorder, stop, serving, lobby, .. } = self;
        lobby.abort();
        let ended = tokio::task::spawn_blocking(move || {
            shared.directory.shutdown(room::CloseReason::Shutdown);
            if let Some(recorder) = recorder {
                recorder.finish();
            }
        });
        if let Err(error) = ended.await {
            tracing::error!(%error, "the rooms did not end well");
        }
        let until = Instant::now() + drain;
        if timeout_at(until, io.close()).await.is_err() {
            tracing::warn!(?drain, "some clients did not take what was left for them");
        }
        // The listener goes last: who polls has to come once more to be told. Whoever serves may be gone already; then
        // there is nobody to stop.
        let _ = stop.send(());
        match timeout_at(until.max(Instant::now() + REQUESTS), serving).await {
            Ok(Ok(())) => tracing::info!("drained"),
            Ok(Err(error)) => tracing::error!(%error, "serving did not end well"),
            Err(_) => tracing::warn!("requests were still under way"),
        }
    }
}

/// How long requests under way have at the least, when the sessions took all the time there was.
const REQUESTS: Duration = Duration::from_millis(500);

/// Socket.IO's options, with what of the server's own concerns its sessions.
fn socketio(config: &Config) -> socketio::Config {
    let mut options = config.socketio.clone();
    options.transport.proxies.clone_from(&config.proxies);
    options
}

pub(super) fn packs(config: &Config) -> Result<Library, StartError> {
    let library = match &config.packs {
        Some(folder) if !folder.is_dir() => return Err(StartError::NoPacks(folder.clone())),
        Some(folder) => library::Config::of(folder),
        None => library::Config::default(),
    };
    let folder = library.folder.clone();
    let (packs, left_out) = Library::open(library).map_err(|error| StartError::Packs(folder, error))?;
    for faulty in left_out {
        tracing::warn!("left out: {faulty}");
    }
    tracing::info!(packs = packs.listings().len(), "packs are loaded");
    Ok(packs)
}

fn recorder(config: &Config) -> Result<Option<Arc<Recorder>>, StartError> {
    let Some(folder) = &config.record else { return Ok(None) };
    let recorder = Recorder::start(folder).map_err(|error| StartError::Record(folder.clone(), error))?;
    Ok(Some(Arc::new(recorder)))
}

/// What all connections have in common. Nothing ticks yet.
pub(super) fn shared(
    config: &Config,
    catalog: Catalog<Viewer>,
    clock: Arc<dyn Clock>,
    packs: Library,
    recorder: Option<Arc<Recorder>>,
) -> Arc<Shared> {
    let packs = Arc::new(packs);
    let library = Arc::clone(&packs);
    let journal = recorder.map(|recorder| -> Arc<dyn Journal> { recorder });
    let mut rooms = config.room.clone();
    if !config.socketio.recovery.enabled {
        // Nobody comes back for it.
        rooms.kept_events = 0;
    }
    let directory = Directory::new(rooms, clock, library, catalog, journal);
    let key = config.host_key.as_deref().map_or_else(HostKey::random, HostKey::new);
    let limits = config.limits.clone();
    let addresses = Addresses::new(limits.clone());
    Arc::new(Shared { directory, addresses, key, packs, limits, proxies: config.proxies.clone() })
}

/// The admin namespace, if there is to be one.
fn instrument(io: &Io, config: &admin::Config) -> Result<(), admin::Error> {
    if config.password_hash.is_none() && !config.open {
        return Ok(());
    }
    io.instrument(config.clone())
}

fn routes(io: &Io, config: &Config, shared: &Arc<Shared>) -> Router {
    let bundle = client_bundle(&config.socketio.transport);
    let router = io.router().merge(bundle).merge(api::routes(Arc::clone(shared))).merge(site::routes());
    if !config.metrics {
        return router;
    }
    router.merge(metrics::routes(Arc::clone(shared), io.clone(), config.metrics_token.as_deref()))
}
