//! The server that stock clients are tried with: an event or two for each thing that a client must be able to do.
//!
//! Shows no way to write a server (`chat` does). What clients do with it is in `tests/interop/stock/cases.json`, and how long they
//! can go on with that, in `tests/interop/endurance`. `cargo run --example interop -- 127.0.0.1:3000`, with `recovery` behind it if
//! connections are to be recovered.

mod events;
mod rooms;

use std::io;
use std::time::Duration;

use parlor::socketio::{Config, ConnectError, Io, Namespace, Recovery, Value};
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

fn furnish(namespace: &Namespace) {
    events::listen(namespace);
    rooms::listen(namespace);
}

#[tokio::main]
async fn main() -> io::Result<()> {
    let recovery = Recovery { enabled: std::env::args().any(|arg| arg == "recovery"), ..Recovery::default() };
    let io = Io::new(Config { recovery, ..Config::default() });
    for name in ["/", "/custom", "/guarded", "/quiet"] {
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
