//! A Socket.IO server: its namespaces, and the engine that brings it sessions.
//!
//! Binds no port: [`Io::router`] is mounted in whatever serves HTTP.

use std::borrow::Cow;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use axum::Router;
use parlor_proto::engine::CloseReason;
use parlor_proto::socket::Limits;

use super::census::Census;
use super::client::Client;
use super::dynamic::Family;
use super::namespaces::Namespaces;
use super::{Adapter, Config, DisconnectReason, Handshake, InMemory, Local, Namespace};
use crate::transport::{self, Counts, Engine, Service, Session, WeakEngine};

/// A server. Clones are the same server.
///
/// ```no_run
/// use parlor::socketio::{Config, Io};
/// use parlor::transport::listener;
///
/// # async fn run() -> std::io::Result<()> {
/// let io = Io::new(Config::default());
/// io.of("/").on("message", |socket, event| {
///     if let Err(error) = socket.emit("response", &event.args) {
///         eprintln!("{}: {error}", socket.id());
///     }
/// });
/// let listeners = vec![tokio::net::TcpListener::bind("127.0.0.1:3000").await?];
/// let shutdown = async {
///     drop(tokio::signal::ctrl_c().await);
///     io.close().await;
/// };
/// listener::serve(listeners, io.router(), listener::Config::default(), shutdown).await;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Io {
    engine: Engine<App>,
}

/// What the engine brings sessions to.
#[derive(Debug)]
pub(super) struct App {
    shared: Arc<Shared>,
}

/// What clients need of their server.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) connect_timeout: Duration,
    pub(super) handshake_bytes: usize,
    pub(super) limits: Limits,
    pub(super) max_namespaces_per_client: usize,
    /// Those whose connection is recovered come in past the middleware.
    pub(super) skip_middleware: bool,
    pub(super) namespaces: Namespaces,
    /// Whether it has an admin namespace.
    pub(super) is_instrumented: AtomicBool,
}

impl Service for App {
    type Session = Client;

    fn open(&self, session: Arc<Session>, handshake: transport::Handshake) -> Arc<Client> {
        Client::open(Arc::clone(&self.shared), session, &handshake)
    }
}

impl Io {
    /// A server with these options. The namespace `/` exists, as in the reference server.
    ///
    /// ```
    /// use parlor::socketio::{Config, Io};
    ///
    /// let io = Io::new(Config::default());
    /// assert!(io.find("/").is_some());
    /// ```
    #[must_use]
    pub fn new(config: Config) -> Self {
        Self::with_adapter(config, |_local| Box::new(InMemory))
    }

    /// A server beside others, whose namespaces have an adapter each: `make` is called for every namespace that is made, be it by
    /// [`of`](Self::of) or for a client, and must not wait. See [`Adapter`].
    ///
    /// ```
    /// use parlor::socketio::{Config, InMemory, Io};
    ///
    /// let io = Io::with_adapter(Config::default(), |local| {
    ///     println!("{} is served here", local.name());
    ///     Box::new(InMemory)
    /// });
    /// assert_eq!(io.of("/").server_count(), 1);
    /// ```
    #[must_use]
    pub fn with_adapter(config: Config, make: impl Fn(Local) -> Box<dyn Adapter> + Send + Sync + 'static) -> Self {
        let shared = Shared {
            connect_timeout: Duration::from_millis(config.connect_timeout_ms),
            handshake_bytes: config.handshake_bytes,
            limits: config.limits,
            max_namespaces_per_client: config.max_namespaces_per_client,
            skip_middleware: config.recovery.skip_middleware,
            namespaces: Namespaces::new(&config, Box::new(make)),
            is_instrumented: AtomicBool::new(false),
        };
        Self { engine: Engine::new(config.transport, App { shared: Arc::new(shared) }) }
    }

    /// The namespace of this name, made if there is none. Clients can join a namespace only once it is made, or if it is one
    /// that is made for them: [`of_dynamic`](Self::of_dynamic).
    ///
    /// The `/` before a name may be left out. A name with a comma cannot be joined: the protocol has no way to say it.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// assert_eq!(io.of("chat"), io.of("/chat"));
    /// ```
    pub fn of(&self, name: &str) -> Namespace {
        let name = if name.starts_with('/') { Cow::Borrowed(name) } else { Cow::Owned(format!("/{name}")) };
        self.shared().namespaces.of(&name)
    }

    /// Has namespaces made when a client first asks for them: those whose name `matches` says yes to, of which `made` is told
    /// before anybody is in it. Of several calls, the first that says yes makes it. A namespace that [`of`](Self::of) has made
    /// is not asked about.
    ///
    /// When its last socket has left, such a namespace is forgotten, with all that was added to it, and made anew for the
    /// next one; unless [`Config::keep_empty_namespaces`] says otherwise. There may be
    /// [`Config::max_dynamic_namespaces`]; who asks for more is refused.
    ///
    /// Both are called on the task that reads a client, and hold up that client alone; `made` also those who want to join the
    /// same namespace. `made` must not wait for them.
    ///
    /// ```no_run
    /// use parlor::socketio::Io;
    ///
    /// let io = Io::new(Default::default());
    /// let is_board = |name: &str| name.strip_prefix("/board-").is_some_and(|id| id.parse::<u32>().is_ok());
    /// io.of_dynamic(move |name, _handshake| is_board(name), |board| {
    ///     let all = board.clone();
    ///     board.on("stroke", move |socket, event| {
    ///         // Its arguments came from a client, so they can be encoded again.
    ///         drop(socket.broadcast().emit("stroke", &event.args));
    ///         println!("{} people look at {}", all.len(), all.name());
    ///     });
    /// });
    /// ```
    pub fn of_dynamic(
        &self,
        matches: impl Fn(&str, &Handshake) -> bool + Send + Sync + 'static,
        made: impl Fn(&Namespace) + Send + Sync + 'static,
    ) {
        self.shared().namespaces.add(Family::new(matches, made));
    }

    /// Calls `listener` with each namespace that is made from here on, by name or for a client, before anybody is in it: the reference
    /// server's `new_namespace`. It must not wait.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.on_namespace(|namespace| {
    ///     namespace.on_connect(|socket| socket.join("everyone"));
    /// });
    /// io.of("/chat");
    /// ```
    pub fn on_namespace(&self, listener: impl Fn(&Namespace) + Send + Sync + 'static) {
        self.shared().namespaces.on_new(listener);
    }

    /// The namespace of this name, if there is one.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// assert!(io.find("/chat").is_none());
    /// io.of("/chat");
    /// assert!(io.find("/chat").is_some());
    /// ```
    #[must_use]
    pub fn find(&self, name: &str) -> Option<Namespace> {
        self.shared().namespaces.find(name)
    }

    /// All namespaces that there are.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// assert_eq!(io.namespaces().len(), 1, "`/` alone");
    /// ```
    #[must_use]
    pub fn namespaces(&self) -> Vec<Namespace> {
        self.shared().namespaces.all()
    }

    /// Brings WebTransports to the server until `shutdown`; they go on until [`close`](Self::close). Its
    /// [`Config::transports`](transport::Config::transports) have to list them.
    ///
    /// ```no_run
    /// use parlor::proto::engine::Transport;
    /// use parlor::socketio::{Config, Io};
    /// use parlor::transport::webtransport::{self, Certificate, Listener};
    ///
    /// # async fn run() -> std::io::Result<()> {
    /// let mut config = Config::default();
    /// config.transport.transports.push(Transport::Webtransport);
    /// let io = Io::new(config);
    /// let certificate = Certificate::load("chain.pem", "key.pem").await?;
    /// let listener = Listener::bind(([0, 0, 0, 0], 3000).into(), certificate, webtransport::Config::default())?;
    /// io.serve_webtransport(listener, async { drop(tokio::signal::ctrl_c().await) }).await;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Cancel safety
    /// Dropping it closes all WebTransports at once.
    #[cfg(feature = "webtransport")]
    pub async fn serve_webtransport(
        &self,
        listener: transport::webtransport::Listener,
        shutdown: impl std::future::Future<Output = ()>,
    ) {
        transport::webtransport::serve(listener, self.engine.clone(), shutdown).await;
    }

    /// The route that clients connect to, to be merged with others: `/socket.io/` unless it is configured otherwise.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// let app: axum::Router = axum::Router::new().route("/", axum::routing::get(|| async { "hello" })).merge(io.router());
    /// # drop(app);
    /// ```
    pub fn router(&self) -> Router {
        self.engine.router()
    }

    /// A client on no socket, for tests and for measuring: see [`transport::Tap`].
    ///
    /// # Panics
    /// Outside of a tokio runtime, which keeps the time that it has to join a namespace.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// let request = http::Request::builder().uri("/socket.io/?EIO=4").body(())?;
    /// let (request, address) = (request.into_parts().0.into(), ([192, 0, 2, 1], 4000).into());
    /// let client = io.tap(parlor::transport::Handshake { request, address });
    /// client.say("40");
    /// assert_eq!(io.of("/").len(), 1);
    /// io.of("/").emit("hello", ())?;
    /// assert_eq!(client.take().pop().expect("an event").payload(), br#"42["hello"]"#);
    /// # Ok(())
    /// # }
    /// ```
    pub fn tap(&self, handshake: transport::Handshake) -> transport::Tap {
        self.engine.tap(handshake)
    }

    /// What has been counted of the sessions so far.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// assert_eq!(io.counts().sessions, 0);
    /// ```
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.engine.counts()
    }

    /// What sessions there are, and what waits for them. Looks at every session, and locks each for some nanoseconds.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// assert_eq!(io.census().transport.waiting, 0);
    /// ```
    #[must_use]
    pub fn census(&self) -> Census {
        Census { transport: self.engine.census() }
    }

    /// Takes no more clients, lets all sockets go with the reason `server shutting down`, sends what waits, and
    /// returns when the last session has ended.
    ///
    /// To be called while requests are still served: polling clients fetch what waits for them.
    /// Takes as long as the slowest client is given: `close_timeout_ms` on WebSocket, `pending_close_ms` on polling. Then the
    /// adapters say goodbye to the other servers.
    ///
    /// # Cancel safety
    /// Dropping the future stops the waiting, and nothing else.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.close().await;
    /// assert_eq!(io.counts().sessions, 0);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn close(&self) {
        // First the engine, so that nobody comes in behind.
        self.engine.close(CloseReason::ServerShuttingDown);
        for socket in self.namespaces().iter().flat_map(Namespace::sockets) {
            socket.finish(DisconnectReason::ServerShuttingDown);
        }
        self.engine.closed().await;
        for namespace in self.namespaces() {
            namespace.adapter().close().await;
        }
    }

    /// What the engine brings sessions to, for tests that have no engine.
    #[cfg(test)]
    pub(super) fn app(&self) -> &App {
        self.engine.service()
    }

    pub(super) fn shared(&self) -> &Shared {
        &self.engine.service().shared
    }

    pub(super) fn proxies(&self) -> &[IpAddr] {
        &self.engine.config().proxies
    }

    pub(super) fn downgrade(&self) -> WeakIo {
        WeakIo(self.engine.downgrade())
    }
}

/// A server that is not kept.
#[derive(Clone, Debug)]
pub(super) struct WeakIo(WeakEngine<App>);

impl WeakIo {
    pub(super) fn upgrade(&self) -> Option<Io> {
        self.0.upgrade().map(|engine| Io { engine })
    }
}
