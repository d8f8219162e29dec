//! The whole server, over real sockets on a port of its own: every event, every page, every hostile client.

mod bench;
mod cli;
mod events;
#[cfg(target_os = "linux")]
mod files;
mod hostile;
mod links;
mod metrics;
mod own_game;
mod pages;
mod quiz;
mod remote;
mod table;
