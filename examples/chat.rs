//! The first program of every Socket.IO tutorial: a `message` comes in, a `response` goes out to everyone.
//!
//! Keeps nothing. `cargo run --example chat`, then open <http://127.0.0.1:3000/> in two windows; `make build` first, for
//! the stock client that the page loads.

use std::io;

use axum::Router;
use axum::response::Html;
use axum::routing::get;
use parlor::server::client_bundle;
use parlor::socketio::{Config, Io};
use parlor::transport::listener;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> io::Result<()> {
    let config = Config::default();
    let client = client_bundle(&config.transport);
    let io = Io::new(config);
    let chat = io.of("/");
    chat.on_connect(|socket| println!("{} is here", socket.id()));
    chat.on("message", |socket, event| {
        // What came may be of any form: only text is passed on.
        let Ok((text,)) = event.args.parse::<(String,)>() else { return };
        if let Err(error) = socket.namespace().emit("response", (socket.id().as_str(), text)) {
            eprintln!("{error}");
        }
    });
    chat.on_disconnect(|socket, reason| println!("{} has left: {reason}", socket.id()));

    let page = get(|| async { Html(include_str!("chat.html")) });
    let router = Router::new().route("/", page).merge(client).merge(io.router());
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:3000".into());
    let listener = TcpListener::bind(address).await?;
    println!("listening on http://{}/", listener.local_addr()?);
    let shutdown = async {
        drop(tokio::signal::ctrl_c().await);
        io.close().await;
    };
    listener::serve(vec![listener], router, listener::Config::default(), shutdown).await;
    Ok(())
}
