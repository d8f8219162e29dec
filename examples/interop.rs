//! The server that stock clients are tried with: an event or two for each thing that a client must be able to do.
//!
//! Shows no way to write a server (`chat` does). What clients do with it is in `tests/interop/stock/cases.json`.
//! `cargo run --example interop -- 127.0.0.1:3000`.

use std::io;
use std::time::Duration;

use parlor::socketio::{Args, Binary, Config, ConnectError, EmitError, Event, Io, Namespace, Socket, Value};
use parlor::transport::listener;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

/// Some clients leave sessions behind without a word: they are not waited for, as `parlor serve` does not.
const DRAIN: Duration = Duration::from_secs(3);

/// What a client of `/guarded` has to show.
#[derive(serde::Deserialize)]
struct Auth {
    token: String,
}

/// All that can be asked of a namespace.
fn furnish(namespace: &Namespace) {
    namespace.on_connect(|socket| {
        let auth = socket.handshake().auth::<Value>().unwrap_or_default();
        said(socket, socket.emit("welcome", (socket.namespace().name(), auth)));
    });
    namespace.on("echo", |socket, event| match &event.ack {
        Some(ack) => said(socket, ack.send(&event.args)),
        None => said(socket, socket.emit("echo", &event.args)),
    });
    namespace.on("where", |socket, event| answer(socket, event, socket.namespace().name()));
    namespace.on("process", |socket, event| answer(socket, event, std::process::id()));
    namespace.on("bytes", |socket, event| answer(socket, event, Binary::from(vec![0, 127, 128, 255])));
    namespace.on("put-me-out", |socket, _| socket.disconnect(false));
    namespace.on("ask-me", |socket, event| {
        // The first argument is the event to ask with, and the others go with it.
        let Ok(mut args) = event.args.values() else { return };
        let Some(Value::Text(name)) = (!args.is_empty()).then(|| args.remove(0)) else { return };
        let (socket, question) = (socket.clone(), socket.emit_with_ack(&name, args));
        tokio::spawn(async move {
            let answers: Args = question.await.unwrap_or_default();
            said(&socket, socket.emit("answer", &answers));
        });
    });
    namespace.on("all", |socket, event| {
        if let Err(error) = socket.namespace().emit("all", &event.args) {
            eprintln!("{}: {error}", socket.id());
        }
    });
}

fn answer(socket: &Socket, event: &Event, answer: impl serde::Serialize) {
    if let Some(ack) = &event.ack {
        said(socket, ack.send((answer,)));
    }
}

fn said(socket: &Socket, sent: Result<(), EmitError>) {
    if let Err(error) = sent {
        eprintln!("{}: {error}", socket.id());
    }
}

#[tokio::main]
async fn main() -> io::Result<()> {
    let io = Io::new(Config::default());
    for name in ["/", "/custom", "/guarded"] {
        furnish(&io.of(name));
    }
    io.of("/guarded").wrap(|socket| match socket.handshake().auth::<Auth>() {
        Ok(auth) if auth.token == "right" => Ok(()),
        _ => {
            let data = vec![("code".to_owned(), Value::Text("E401".to_owned())), ("left".to_owned(), Value::UInt(2))];
            Err(ConnectError::new("not authorized").with_data(Value::Object(data)))
        }
    });
    let is_board = |name: &str| name.strip_prefix("/board-").is_some_and(|id| id.parse::<u32>().is_ok());
    io.of_dynamic(move |name, _| is_board(name), furnish);

    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:0".to_owned());
    let listener = TcpListener::bind(address).await?;
    println!("listening on {}", listener.local_addr()?);
    let (mut terminate, router) = (signal(SignalKind::terminate())?, io.router());
    let shutdown = async move {
        terminate.recv().await;
        if tokio::time::timeout(DRAIN, io.close()).await.is_err() {
            eprintln!("a client was not there to be told of the end");
        }
    };
    listener::serve(vec![listener], router, listener::Config::default(), shutdown).await;
    Ok(())
}
