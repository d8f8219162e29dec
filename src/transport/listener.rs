//! Accepts sockets and serves a router on them: the engine's routes, the pages, or both.
//!
//! Speaks plain HTTP/1.1 with upgrades; TLS is a proxy's work. Knows no sessions.

use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use socket2::SockRef;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};
use tower::ServiceExt;
use tracing::{debug, warn};

use super::seldom::Seldom;
use super::table::{Crowded, Places};
use super::wire::Socket;

/// The listener's bounds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Open sockets in all. Default 110,000. More are closed as soon as they are accepted.
    ///
    /// Cost: a file descriptor and about 4 KiB each. Attack: opening sockets until descriptors or memory are gone.
    pub max_sockets: usize,
    /// Open sockets from one address (IPv6: one /64). Default 20,000. As above.
    ///
    /// Cost: one counter an address. Attack: one machine takes all sockets.
    pub max_sockets_per_address: usize,
    /// From a socket's opening, or the last reply, to the end of a request's head, in milliseconds. Default 15,000.
    ///
    /// Cost: a timer each request. Attack: heads sent a byte at a time, and sockets that ask nothing.
    pub header_read_timeout_ms: u32,
    /// Bytes of a request's head. Default 16,384; at least 8,192.
    ///
    /// Cost: as much while a head is read. Attack: endless heads.
    pub max_head_bytes: usize,
    /// Connections that wait to be accepted. Default 4,096. The system may allow fewer, of which the log tells at the start.
    ///
    /// Cost: kernel memory of some KiB each while they wait. Attack: none; of a larger burst, clients try again after a second.
    pub backlog: u32,
    /// Bytes of one socket that the kernel takes and has not sent, about; 0 leaves it to the kernel. Default 16,384.
    ///
    /// What a slow client is behind waits in its outbox, where a later state replaces it, and not in the kernel, where it
    /// must be sent. Cost: more wake-ups while something long is sent. Attack: clients that stop reading bind megabytes of the
    /// kernel's memory each, and are seconds behind when they go on.
    pub unsent_bytes: u32,
    /// How long accepting rests when descriptors or memory run out, in milliseconds. Default 100.
    ///
    /// Cost: none. Attack: without it such a state is a busy loop.
    pub backoff_ms: u32,
    /// How long requests under way may take to end at shutdown, in milliseconds. Default 10,000.
    ///
    /// Cost: none. Attack: a request that never ends holds up the shutdown.
    pub drain_ms: u32,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            max_sockets: 110_000,
            max_sockets_per_address: 20_000,
            header_read_timeout_ms: 15_000,
            max_head_bytes: 16_384,
            backlog: 4_096,
            unsent_bytes: 16_384,
            backoff_ms: 100,
            drain_ms: 10_000,
        }
    }
}

/// Serves `router` on `listeners` until `shutdown` completes; then accepts no more and waits for the requests under
/// way, for `drain_ms` at most. WebSockets are their sessions' and go on.
///
/// A GET that waits for packets is under way until [`super::Engine::close`] answers it.
///
/// ```
/// use std::time::Duration;
/// use parlor::transport::listener;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> std::io::Result<()> {
/// let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
/// let router = axum::Router::new().route("/", axum::routing::get(|| async { "Hello" }));
/// let shutdown = tokio::time::sleep(Duration::from_millis(10));
/// listener::serve(vec![listener], router, listener::Config::default(), shutdown).await;
/// # Ok(())
/// # }
/// ```
///
/// # Cancel safety
/// Dropped, it stops accepting at once; requests under way are still answered.
pub async fn serve(listeners: Vec<TcpListener>, router: Router, config: Config, shutdown: impl Future<Output = ()>) {
    let (stop, stopped) = watch::channel(());
    let places = Arc::new(Places::new(config.max_sockets, config.max_sockets_per_address));
    let refusals = Mutex::new(Seldom::new(TELL_EVERY));
    let server = Server { router, config, places, stopped, refusals };
    let accepting = listeners.into_iter().map(|listener| server.accept(listener));
    tokio::select! {
        () = shutdown => {}
        _ = futures_util::future::join_all(accepting) => {}
    }
    let drain = Duration::from_millis(server.config.drain_ms.into());
    drop(server);
    stop.send_replace(());
    if timeout(drain, stop.closed()).await.is_err() {
        warn!("requests were still under way after {drain:?}");
    }
}

/// How often the log is told of what happens all the time.
const TELL_EVERY: Duration = Duration::from_secs(10);

struct Server {
    router: Router,
    config: Config,
    places: Arc<Places>,
    stopped: watch::Receiver<()>,
    /// Sockets that were closed because there are too many.
    refusals: Mutex<Seldom>,
}

impl Server {
    async fn accept(&self, listener: TcpListener) {
        lengthen_queue(&listener, self.config.backlog);
        let mut rests = Seldom::new(TELL_EVERY);
        loop {
            match listener.accept().await {
                Ok((stream, address)) => self.welcome(stream, address),
                Err(error) if is_exhaustion(&error) => {
                    if let Some(times) = rests.happened(Instant::now()) {
                        let rest_ms = self.config.backoff_ms;
                        warn!(%error, times, rest_ms, "accepting rests, and whoever comes waits; said every 10 s at most");
                    }
                    sleep(Duration::from_millis(self.config.backoff_ms.into())).await;
                }
                // The client went away before it was accepted.
                Err(error) => debug!(%error, "a socket was not accepted"),
            }
        }
    }

    fn welcome(&self, stream: TcpStream, address: SocketAddr) {
        let place = match self.places.take(address.ip()) {
            Ok(place) => place,
            Err(Crowded::Server | Crowded::Closing) => {
                if let Some(times) = self.refusals.lock().happened(Instant::now()) {
                    warn!(max = self.config.max_sockets, times, "no place for another socket; said every 10 s at most");
                }
                return;
            }
            Err(Crowded::Address) => return debug!(%address, "no place for another socket from this address"),
        };
        // State is written in small pieces that must not wait for each other.
        if let Err(error) = stream.set_nodelay(true).and_then(|()| bound_unsent(&stream, self.config.unsent_bytes)) {
            debug!(%error, "a socket's options were not set");
        }
        let io = TokioIo::new(Socket::new(stream, Some(place)));
        let router = self.router.clone();
        let service = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(ConnectInfo(address));
            router.clone().oneshot(request.map(Body::new))
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(Duration::from_millis(self.config.header_read_timeout_ms.into()))
            .max_buf_size(self.config.max_head_bytes.max(8_192))
            .serve_connection(io, service)
            .with_upgrades();
        let mut stopped = self.stopped.clone();
        tokio::spawn(async move {
            let mut connection = pin!(connection);
            let ended = tokio::select! {
                ended = connection.as_mut() => ended,
                _ = stopped.changed() => {
                    connection.as_mut().graceful_shutdown();
                    connection.await
                }
            };
            if let Err(error) = ended {
                debug!(%error, %address, "a connection broke off");
            }
        });
    }
}

/// Lets so many connections wait, or as many as the system allows.
fn lengthen_queue(listener: &TcpListener, backlog: u32) {
    let wanted = i32::try_from(backlog).unwrap_or(i32::MAX);
    if let Err(error) = SockRef::from(listener).listen(wanted) {
        warn!(%error, backlog, "the queue of connections stays as long as the system makes it");
    }
    let allowed = std::fs::read_to_string("/proc/sys/net/core/somaxconn").ok();
    let allowed = allowed.and_then(|allowed| allowed.trim().parse::<u32>().ok());
    if let Some(allowed) = allowed.filter(|&allowed| allowed < backlog) {
        warn!(backlog, allowed, "the system lets fewer connections wait: see net.core.somaxconn");
    }
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn bound_unsent(stream: &TcpStream, bytes: u32) -> io::Result<()> {
    if bytes == 0 { Ok(()) } else { SockRef::from(stream).set_tcp_notsent_lowat(bytes) }
}

/// Where the unsent bytes have no bound of their own, the send buffer is made small.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn bound_unsent(stream: &TcpStream, bytes: u32) -> io::Result<()> {
    // Doubled, as what is under way and not acknowledged is in it too.
    if bytes == 0 { Ok(()) } else { SockRef::from(stream).set_send_buffer_size(2 * bytes as usize) }
}

/// EMFILE, ENFILE, ENOBUFS, ENOMEM: the next attempt would fail as well.
fn is_exhaustion(error: &io::Error) -> bool {
    const EXHAUSTED: [i32; 4] = [24, 23, 105, 12];
    error.raw_os_error().is_some_and(|code| EXHAUSTED.contains(&code)) || error.kind() == io::ErrorKind::OutOfMemory
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn running_out_is_told_from_a_client_that_went_away() {
        assert!(is_exhaustion(&io::Error::from_raw_os_error(24)), "EMFILE");
        assert!(!is_exhaustion(&io::ErrorKind::ConnectionAborted.into()));
    }
}
