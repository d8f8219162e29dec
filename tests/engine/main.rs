//! Engine.IO over real sockets: a test for every point that implementations get wrong, named by its number.
//!
//! Tests no Socket.IO. Intervals are short; nothing waits without a limit.

mod bounds;
mod compression;
mod elsewhere;
mod harness;
mod heartbeat;
mod http;
mod memory;
mod polling;
mod staleness;
mod upgrade;
mod websocket;
#[cfg(feature = "webtransport")]
mod webtransport;
