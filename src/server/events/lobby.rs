//! `/lobby`: pushes the public rooms to whoever connects, at once and then as they change, at most once a second.
//!
//! Takes no requests: `rooms` on the game's namespace asks.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use crate::server::state::Shared;
use crate::server::wire::{Listings, Lobby};
use crate::socketio::{Io, Namespace, Socket};

const NAMESPACE: &str = "/lobby";
/// Changes within this of a push go out together.
const PERIOD: Duration = Duration::from_secs(1);

/// Answers connections. What this returns pushes, for as long as it is run.
pub(in crate::server) fn listen(io: &Io, shared: &Arc<Shared>) -> impl Future<Output = ()> + Send + use<> {
    let namespace = io.of(NAMESPACE);
    let greeting = Arc::clone(shared);
    namespace.on_connect(move |socket: &Socket| {
        let rooms = greeting.directory.rooms(None);
        if let Err(error) = socket.emit("rooms", (Lobby { rooms: Listings(&rooms) },)) {
            tracing::trace!(%error, "a lobby's viewer was gone at once");
        }
    });
    // From this moment on, whenever the task comes to run.
    let changes = shared.directory.changes();
    push(namespace, Arc::clone(shared), changes)
}

async fn push(namespace: Namespace, shared: Arc<Shared>, mut changes: watch::Receiver<u64>) {
    while changes.changed().await.is_ok() {
        let pushed = Instant::now();
        let rooms = shared.directory.rooms(None);
        if let Err(error) = namespace.emit("rooms", (Lobby { rooms: Listings(&rooms) },)) {
            tracing::error!(%error, "the lobby could not be encoded");
        }
        sleep_until(pushed + PERIOD).await;
    }
}
