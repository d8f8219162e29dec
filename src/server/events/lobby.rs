//! `/lobby`: pushes the public rooms to whoever connects, at once and then as they change, at most once a second.
//!
//! Takes no requests: `rooms` on the game's namespace asks.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use crate::server::state::Shared;
use crate::server::wire::{Listings, Lobby};
use crate::socketio::{Io, Socket};

const NAMESPACE: &str = "/lobby";
/// Changes within this of a push go out together.
const PERIOD: Duration = Duration::from_secs(1);

/// Answers connections, and pushes until the task is dropped.
pub(in crate::server) async fn serve(io: Io, shared: Arc<Shared>) {
    let namespace = io.of(NAMESPACE);
    let greeting = Arc::clone(&shared);
    namespace.on_connect(move |socket: &Socket| {
        let rooms = greeting.directory.rooms(None);
        if let Err(error) = socket.emit("rooms", &(Lobby { rooms: Listings(&rooms) },)) {
            tracing::trace!(%error, "a lobby's viewer was gone at once");
        }
    });
    let mut changes = shared.directory.changes();
    while changes.changed().await.is_ok() {
        let pushed = Instant::now();
        let rooms = shared.directory.rooms(None);
        if let Err(error) = namespace.emit("rooms", &(Lobby { rooms: Listings(&rooms) },)) {
            tracing::error!(%error, "the lobby could not be encoded");
        }
        sleep_until(pushed + PERIOD).await;
    }
}
