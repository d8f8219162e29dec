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
use parlor::socketio::{self, EmitError, Io, Socket, Value};
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

    fn open(&self, session: Arc<Session>, _: Handshake) -> Arc<Echoing> {
        Arc::new(Echoing(session))
    }
}

impl Incoming for Echoing {
    fn message(self: Arc<Self>, message: Message, _: Instant) -> Result<(), CloseReason> {
        let frames = Frames::from_elem(Packet::Message(message).encode(), 1);
        self.0.send(&frames).map_err(|_| CloseReason::TransportClose)
    }

    fn closed(&self, _: CloseReason) {}
}

/// The suites wait for exactly these.
fn config(path: &str) -> Config {
    Config { path: path.to_owned(), ping_interval_ms: 300, ping_timeout_ms: 200, ..Config::default() }
}

/// On `/` and `/custom`: `auth` with what the client gave, and its messages sent back.
fn socketio() -> Io {
    let transport = config("/socket.io/");
    let io = Io::new(socketio::Config { connect_timeout_ms: 1_000, transport, ..socketio::Config::default() });
    for namespace in [io.of("/"), io.of("/custom")] {
        namespace.on_connect(|socket| {
            let auth = socket.handshake().auth::<Value>().unwrap_or_default();
            said(socket, socket.emit("auth", (auth,)));
        });
        namespace.on("message", |socket, event| said(socket, socket.emit("message-back", &event.args)));
        namespace.on("message-with-ack", |socket, event| {
            if let Some(ack) = &event.ack {
                said(socket, ack.send(&event.args));
            }
        });
    }
    io
}

fn said(socket: &Socket, sent: Result<(), EmitError>) {
    if let Err(error) = sent {
        eprintln!("{}: {error}", socket.id());
    }
}

/// On one thread: the suites send a GET and a POST at once, and count on the server seeing them in that order.
#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let args = Args::parse();
    let router = Engine::new(config("/engine.io/"), Echo).router().merge(socketio().router());
    let mut listeners = vec![TcpListener::bind((Ipv4Addr::LOCALHOST, args.port)).await?];
    let port = listeners[0].local_addr()?.port();
    listeners.push(TcpListener::bind(SocketAddr::from((Ipv6Addr::LOCALHOST, port))).await?);
    println!("listening on localhost:{port}");
    listener::serve(listeners, router, listener::Config::default(), std::future::pending()).await;
    Ok(())
}
