//! A Rust Socket.IO client, and the bots built on it: what tests and load drive a server with.
//!
//! Uses only the protocol package: it shares no code with the server it is pointed at.
