//! The reference apps of the two official test suites: an Engine.IO echo on `/engine.io/`, Socket.IO on `/socket.io/`.
//!
//! Shows no way to write a server (`chat` does): its intervals are those that the suites expect.
//! `cargo run --release --example conformance -- --port 3000`, then `npm test` in a suite's folder.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Instant;

use clap::Parser;
use parlor::proto::engine::{CloseReason, Message, Packet};
use parlor::proto::frame::Frames;
use parlor::transport::{Config, Engine, Handshake, Incoming, Service, Session, listener};
use tokio::net::TcpListener;

/// Serves the official suites' reference apps.
#[derive(Parser)]
struct Args {
    /// The port on 127.0.0.1 and ::1.
    #[arg(long, default_value_t = 3000)]
    port: u16,
}

/// Sends every message back.
struct Echo;

struct Echoing(Arc<Session>);

impl Service for Echo {
    type Session = Echoing;

    fn open(&self, session: Arc<Session>, _: Handshake) -> Echoing {
        Echoing(session)
    }
}

impl Incoming for Echoing {
    fn message(&self, message: Message, _: Instant) -> Result<(), CloseReason> {
        let frames = Frames::from_elem(Packet::Message(message).encode(), 1);
        self.0.send(&frames).map_err(|_| CloseReason::TransportClose)
    }

    fn closed(&self, _: CloseReason) {}
}

/// The suites wait for exactly these.
fn config(path: &str) -> Config {
    Config { path: path.to_owned(), ping_interval_ms: 300, ping_timeout_ms: 200, ..Config::default() }
}

#[tokio::main]
async fn main() -> io::Result<()> {
    let args = Args::parse();
    let router = Engine::new(config("/engine.io/"), Echo).router();
    let mut listeners = vec![TcpListener::bind((Ipv4Addr::LOCALHOST, args.port)).await?];
    let port = listeners[0].local_addr()?.port();
    listeners.push(TcpListener::bind(SocketAddr::from((Ipv6Addr::LOCALHOST, port))).await?);
    println!("listening on localhost:{port}");
    listener::serve(listeners, router, listener::Config::default(), std::future::pending()).await;
    Ok(())
}
