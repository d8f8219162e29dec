//! Joins the wire and the rooms: the only floor that knows event names and both sides.
//!
//! Speaks no protocol itself (`socketio`) and keeps no game state (`room`).

mod api;
mod bundle;
mod config;
#[cfg(test)]
mod contract;
mod embedded;
mod events;
mod exposition;
mod journal;
mod keys;
mod layers;
mod limits;
mod link;
mod metrics;
mod offline;
mod process;
mod rates;
mod service;
mod site;
mod state;
mod state_json;
mod wire;

pub use bundle::client_bundle;
pub use config::Config;
pub use keys::HostKey;
pub use layers::{ConfigError, Layers};
pub use limits::Limits;
pub use link::encode;
pub use offline::Offline;
pub use service::{Handle, Server, StartError};
