//! A whiteboard: everyone draws on it, sees the others' pens, undoes what was their own, and hands out pictures of it.
//!
//! `cargo run --example whiteboard [PORT]` prints where it listens; `make site` first, for the client that the page loads.

use std::{error::Error, sync::Arc};

use axum::{Router, response::Html, routing::get};
use futures_util::FutureExt;
use parking_lot::Mutex;
use parlor::socketio::{Binary, Config, EmitError, Io, Namespace, Recovery, Socket};
use parlor::{server::client_bundle, transport::listener};
use serde::{Deserialize, Serialize};

/// Points on the board, each stroke being one more; beyond that the oldest strokes go.
const MAX_POINTS: usize = 50_000;

/// A stroke, or a part that continues it. A client numbers its own; what numbers of colours and widths look like, pages know.
#[derive(Clone, Serialize, Deserialize)]
struct Stroke {
    #[serde(skip_deserializing)]
    by: String,
    number: u32,
    colour: u8,
    width: u8,
    points: Vec<[u16; 2]>,
}

/// Strokes are locked while parts of them are sent, so that all see the same.
fn draw(strokes: &mut Vec<Stroke>, socket: &Socket, mut part: Stroke) {
    part.by = socket.id().to_string();
    done(socket.broadcast().emit("draw", (&part,)));
    match strokes.iter_mut().rfind(|stroke| stroke.number == part.number && stroke.by == part.by) {
        Some(stroke) => stroke.points.append(&mut part.points),
        None => strokes.push(part),
    }
    let mut points: usize = strokes.iter().map(|stroke| stroke.points.len() + 1).sum();
    while points > MAX_POINTS {
        let gone = strokes.remove(0);
        points -= gone.points.len() + 1;
        done(socket.namespace().emit("undo", (gone.by, gone.number)));
    }
}

fn undo(strokes: &mut Vec<Stroke>, socket: &Socket) {
    let own = strokes.iter().rposition(|stroke| stroke.by == socket.id().as_str());
    if let Some(Stroke { by, number, .. }) = own.map(|at| strokes.remove(at)) {
        done(socket.namespace().emit("undo", (by, number)));
    }
}

/// Tells everyone who is there; a socket's data is its person's name.
fn tell_people(board: &Namespace) {
    let person = |socket: &Socket| (socket.id().to_string(), socket.data::<String>().map(|name| name.to_string()));
    done(board.emit("people", (board.sockets().iter().map(person).collect::<Vec<_>>(),)));
}

/// What is sent is ours and can be encoded: an error means that whoever it was for has gone.
fn done<T>(sent: Result<T, EmitError>) {
    sent.map_or_else(|error| eprintln!("{error}"), drop);
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let config = Config { recovery: Recovery { enabled: true, ..Recovery::default() }, ..Config::default() };
    let page =
        Router::new().route("/", get(Html(include_str!("whiteboard.html")))).merge(client_bundle(&config.transport));
    let (io, strokes) = (Io::new(config), Arc::new(Mutex::new(Vec::new())));
    let (board, drawn, undone, shown) = (io.of("/"), strokes.clone(), strokes.clone(), strokes);
    board.on("draw", move |socket, event| drop(event.args.get(0).map(|part| draw(&mut drawn.lock(), socket, part))));
    board.on("undo", move |socket, _| undo(&mut undone.lock(), socket));
    board.on("pen", |socket, event| {
        let Ok(at) = event.args.get::<Option<[u16; 2]>>(0) else { return };
        done(socket.broadcast().volatile().emit("pen", (socket.id().as_str(), at)));
    });
    board.on("name", |socket, event| {
        let name = event.args.get::<String>(0).unwrap_or_default();
        socket.set_data(name.trim().chars().filter(|char| !char.is_control()).take(24).collect::<String>());
        tell_people(socket.namespace());
    });
    board.on("picture", |socket, event| {
        if let Some(png) = event.args.get::<Binary>(0).ok().filter(|bytes| bytes.as_ref().starts_with(b"\x89PNG\r\n")) {
            done(socket.namespace().emit("picture", (socket.id().as_str(), png)));
        }
    });
    board.on_connect(move |socket| {
        // Who comes back from a lost connection gets what was missed by itself.
        if !socket.recovered() {
            done(socket.emit("board", (&*shown.lock(),)));
        }
        tell_people(socket.namespace());
    });
    board.on_disconnect(|socket, _| tell_people(socket.namespace()));
    let port = std::env::args().nth(1).map_or(Ok(0), |port| port.parse())?;
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    println!("listening on http://{}/", listener.local_addr()?);
    let (router, stop) = (page.merge(io.router()), tokio::signal::ctrl_c().then(|_| io.close()));
    listener::serve(vec![listener], router, listener::Config::default(), stop).await;
    Ok(())
}
