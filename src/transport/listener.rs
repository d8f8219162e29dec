//! Accepts sockets and serves a router on them: the engine's routes, the pages, or both.
//!
//! Speaks plain HTTP/1.1 with upgrades; TLS is a proxy's work. Knows no sessions.

use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use serde::{Deserialize, Serialize};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};
use tower::ServiceExt;
use tracing::{debug, warn};

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
/// # Cancel safety
/// Dropped, it stops accepting at once; requests under way are still answered.
pub async fn serve(listeners: Vec<TcpListener>, router: Router, config: Config, shutdown: impl Future<Output = ()>) {
    let (stop, stopped) = watch::channel(());
    let places = Arc::new(Places::new(config.max_sockets, config.max_sockets_per_address));
    let server = Server { router, config, places, stopped };
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

struct Server {
    router: Router,
    config: Config,
    places: Arc<Places>,
    stopped: watch::Receiver<()>,
}

impl Server {
    async fn accept(&self, listener: TcpListener) {
        loop {
            match listener.accept().await {
                Ok((stream, address)) => self.welcome(stream, address),
                Err(error) if is_exhaustion(&error) => {
                    warn!(%error, "accepting rests for {} ms", self.config.backoff_ms);
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
                return warn!(max = self.config.max_sockets, "no place for another socket");
            }
            Err(Crowded::Address) => return debug!(%address, "no place for another socket from this address"),
        };
        // State is written in small pieces that must not wait for each other.
        if let Err(error) = stream.set_nodelay(true) {
            debug!(%error, "no TCP_NODELAY");
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
