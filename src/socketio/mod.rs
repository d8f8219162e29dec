//! The Socket.IO server API: namespaces, sockets, rooms, acks, middleware, emit.
//!
//! Knows nothing of games, nor how bytes reach a client (`transport`). Source: socket.io-protocol v5.
//!
//! Named after the reference server's API, so that what is known of that can be used here:
//!
//! | in JavaScript | here |
//! |---|---|
//! | `new Server(httpServer, options)` | [`Io::new`] with a [`Config`], and [`Io::router`] for whatever serves HTTP |
//! | `io.of("/x")`; `io` itself is `/` | [`Io::of`] |
//! | `nsp.use((socket, next) => ...)` | [`Namespace::wrap`], which refuses with a [`ConnectError`]; [`Namespace::wrap_async`] if it waits |
//! | `socket.use(([event, ...args], next) => ...)`, `socket.on("error", ...)` | [`Socket::wrap`], [`Socket::on_refused`] |
//! | `io.of(/^\/room-\d+$/)`, `io.of((name, auth, next) => ...)` | [`Io::of_dynamic`] |
//! | `io.on("new_namespace", (namespace) => ...)` | [`Io::on_namespace`] |
//! | `nsp.adapter.on("join-room", ...)`, `"leave-room"`; `socket.conn.on("upgrade", ...)` | [`Namespace::on_join`], [`Namespace::on_leave`]; [`Namespace::on_upgrade`] |
//! | `instrument(io, { auth })` of `@socket.io/admin-ui` | [`Io::instrument`] |
//! | `nsp.on("connection", (socket) => ...)` | [`Namespace::on_connect`] |
//! | `socket.on("event", (a, b, callback) => ...)` | [`Socket::on`], or for all sockets at once [`Namespace::on`]; the listener gets an [`Event`] with [`Args`] and perhaps an [`Ack`] |
//! | `socket.once`, `socket.off("event")`, `socket.removeAllListeners()` | [`Socket::once`], [`Socket::off`], [`Socket::off_all`] |
//! | `socket.off("event", listener)`, `socket.offAny(listener)` and the like | [`Listener::off`] of what `on` or `on_any` gave |
//! | `socket.onAny`, `prependAny`, `offAny` | [`Socket::on_any`], [`Socket::prepend_any`], [`Socket::off_any`] |
//! | `socket.onAnyOutgoing`, `prependAnyOutgoing`, `offAnyOutgoing` | [`Socket::on_any_outgoing`], [`Socket::prepend_any_outgoing`], [`Socket::off_any_outgoing`] |
//! | `socket.on("disconnect", (reason) => ...)` | [`Socket::on_disconnect`] with a [`DisconnectReason`] |
//! | `socket.emit("event", a, b)` | [`Socket::emit`] with a tuple: `socket.emit("event", (a, b))` |
//! | `socket.volatile.emit(...)` | the same: [`Socket::volatile`] |
//! | `await socket.timeout(ms).emitWithAck(...)` | the same: [`Socket::timeout`] |
//! | `await io.to("a").timeout(ms).emitWithAck(...)` | the same: [`Broadcast::emit_with_ack`], which says who did not answer |
//! | `io.to("a").to("b").except("c").local.volatile.emit(...)` | the same: [`Broadcast`] |
//! | `await io.in("a").fetchSockets()`, `socketsJoin`, `socketsLeave`, `disconnectSockets` | [`Broadcast::fetch_sockets`] and those beside it |
//! | `io.serverSideEmit(...)`, `io.on("event", ...)` of another server | [`Namespace::server_side_emit`], [`Namespace::on_server_event`] |
//! | `new Server({ adapter })` | [`Io::with_adapter`]; for several servers on one Redis, [`adapter::redis_streams`] |
//! | `socket.join("a")`, `socket.leave("a")`, `socket.rooms` | [`Socket::join`], [`Socket::leave`], [`Socket::rooms`] |
//! | `connectionStateRecovery`, `socket.recovered` | [`Config::recovery`], [`Socket::recovered`] |
//! | `socket.data` | [`Socket::set_data`], [`Socket::data`]; what others are to see, [`Socket::share_data`] |
//! | `socket.disconnect(true)`, `io.close()` | [`Socket::disconnect`], [`Io::close`] |
//!
//! Listeners are plain functions that do not wait: long work belongs into a task, which may keep the socket and
//! the ack. Arguments are checked by their types where they are read:
//!
//! ```
//! use parlor::socketio::{Config, Io};
//!
//! #[derive(serde::Deserialize)]
//! struct Move { x: f32, y: f32 }
//!
//! let io = Io::new(Config::default());
//! io.of("/").on("move", |socket, event| match event.args.parse::<(Move, Option<u32>)>() {
//!     Ok((to, seq)) => println!("{} goes to {}, {} ({seq:?})", socket.id(), to.x, to.y),
//!     Err(error) => println!("{} is not understood: {error}", socket.id()),
//! });
//! assert!(io.of("/").sockets().is_empty());
//! ```
//!
//! For state that many get many times a second, encode once and [`deliver`](Socket::deliver): [`Encoded`] keeps an
//! event's frames for each parser, and nothing is allocated for a receiver.

mod ack;
pub mod adapter;
pub mod admin;
mod broadcast;
mod census;
mod client;
mod config;
mod dynamic;
mod encoded;
mod error;
mod handlers;
mod handshake;
mod id;
mod io;
mod kept;
mod left;
mod listener;
mod local;
mod marks;
mod members;
mod namespace;
mod namespaces;
mod outgoing;
mod reason;
mod recovery;
mod remote;
mod returning;
mod rooms;
mod servers;
mod socket;
mod target;
#[cfg(test)]
mod tests;

pub use ack::{Ack, Answers, Elsewhere, Survey};
pub use adapter::{Adapter, InMemory, Pending};
pub use broadcast::Broadcast;
pub use census::Census;
pub use config::Config;
pub use encoded::Encoded;
pub use error::{AckError, ConnectError, EmitError, EventError, FetchError};
pub use handlers::Event;
pub use handshake::Handshake;
pub use id::SocketId;
pub use io::Io;
pub use kept::{Kept, Restored, Stay};
pub use listener::Listener;
pub use local::Local;
pub use namespace::Namespace;
pub use outgoing::Outgoing;
pub use reason::DisconnectReason;
pub use recovery::Recovery;
pub use remote::{ClientDetails, RemoteSocket, SocketDetails};
pub use returning::Returning;
pub use rooms::Rooms;
pub use servers::{ServerAck, ServerAnswers, ServerEvent};
pub use socket::{Direct, Socket};
pub use target::{Flags, Target};

pub use crate::transport::Item;
pub use parlor_proto::frame::{Frame, Frames};
pub use parlor_proto::socket::{
    Args, ArgsError, Arguments, Binary, EncodeError, Limits, Parser, Raw, Value, encode_event,
};
