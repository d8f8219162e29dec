//! An echo over WebTransport: the stock client begins with polling, or at once with `?direct`, and goes on by HTTP/3.
//!
//! `cargo run --features webtransport --example webtransport [PORT]` prints where it listens, by TCP and UDP; `make site` first, for the
//! stock client that the page loads. Its certificate is made anew each time, and the page is told its hash: a server that others
//! reach has one of an authority's.

use std::net::Ipv4Addr;
use std::{error::Error, fs};

use axum::{Json, Router, response::Html, routing::get};
use futures_util::FutureExt;
use parlor::proto::engine::Transport;
use parlor::server::client_bundle;
use parlor::socketio::{Config, Io};
use parlor::transport::{listener, webtransport};
use wtransport::Identity;

/// A certificate as scripts may trust by its hash, by way of files, as others come.
async fn certificate() -> Result<webtransport::Certificate, Box<dyn Error>> {
    let (made, folder) = (Identity::self_signed(["127.0.0.1", "localhost"])?, tempfile::tempdir()?);
    let (chain, key) = (folder.path().join("chain.pem"), folder.path().join("key.pem"));
    let pem: String = made.certificate_chain().as_slice().iter().map(wtransport::tls::Certificate::to_pem).collect();
    fs::write(&chain, pem)?;
    fs::write(&key, made.private_key().to_secret_pem())?;
    Ok(webtransport::Certificate::load(chain, key).await?)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut config = Config::default();
    config.transport.transports = vec![Transport::Polling, Transport::Websocket, Transport::Webtransport];
    let bundle = client_bundle(&config.transport);
    let io = Io::new(config);
    io.of("/").on("say", |_, event| {
        // Nobody listens any more if that fails.
        event.ack.iter().for_each(|ack| drop(ack.send(&event.args)));
    });

    let certificate = certificate().await?;
    let hash = certificate.hash();
    let page = Router::new()
        .route("/", get(Html(include_str!("webtransport.html"))))
        .route("/hash", get(move || async move { Json(hash) }));
    let router = page.merge(bundle).merge(io.router());
    let port = std::env::args().nth(1).map_or(Ok(0), |port| port.parse())?;
    let tcp = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    let address = tcp.local_addr()?;
    let udp = webtransport::Listener::bind(address, certificate, webtransport::Config::default())?;
    println!("listening on http://{address}/");

    let stop = tokio::signal::ctrl_c().then(|_| io.close()).shared();
    let requests = listener::serve(vec![tcp], router, listener::Config::default(), stop.clone());
    tokio::join!(requests, io.serve_webtransport(udp, stop));
    Ok(())
}
