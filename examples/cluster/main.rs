//! One of several servers on one Redis. Its clients have it do things in `/`, to try what becomes of that on the others.
//!
//! Shows no way to write a server (`chat` does). What is done with it is in `tests/interop/redis`.
//! `cargo run --example cluster -- NAME 'url = "redis://127.0.0.1:6379"' 'recovery = true' [admin] [asked]`.

mod orders;

use std::{error::Error, sync::Arc, time::Duration};

use parking_lot::Mutex;
use parlor::socketio::adapter::redis_streams::{Config, RedisStreams};
use parlor::socketio::{Io, Value, admin};
use parlor::transport::listener;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use orders::{Server, order};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    let mut args = std::env::args().skip(1);
    let name = args.next().ok_or("a name is missing")?;
    let (options, words): (Vec<_>, Vec<_>) = args.partition(|arg| arg.contains('='));
    let is_said = |word: &str| words.iter().any(|other| other == word);
    // Tests may be slow, as all that they need shares one machine; then clients miss much.
    let usual = "count_ms = 200\nmax_len = 50000\nmissed_packets = 10000\ngive_up_ms = 4000\n";
    let redis = RedisStreams::start(toml::from_str::<Config>(&format!("{usual}{}", options.join("\n")))?)?;
    let mut config = parlor::socketio::Config::default();
    config.transport.outbox_frames = 65_536;
    config.recovery.skip_middleware = !is_said("asked");
    let adapter = redis.clone();
    let io = Io::with_adapter(config, move |local| adapter.adapter(local));
    if is_said("admin") {
        // Of "sesame".
        let hash = "$2b$06$parlorparlorparlorparerMakVbQRvvGdvJkLxv9jO1HPvokjDTi";
        let config = admin::Config {
            password_hash: Some(hash.to_owned()),
            server_id: Some(name.clone()),
            ..admin::Config::default()
        };
        io.instrument_with(config, Arc::new(redis.admin_sessions()))?;
    }
    let server = Arc::new(Server { all: io.of("/"), redis, heard: Mutex::default() });
    server.all.on_connect(|socket| {
        let auth: Value = socket.handshake().auth().unwrap_or_default();
        if let Some(Value::Text(room)) = auth.get("room") {
            socket.join(room);
        }
        socket.share_data(auth);
    });
    if is_said("asked") {
        server.all.wrap_async(async |socket| {
            let waits = if socket.recovered() { Duration::from_millis(100) } else { Duration::ZERO };
            tokio::time::sleep(waits).await;
            Ok(())
        });
    }
    let own = Arc::clone(&server);
    server.all.on_server_event("news", move |event| own.heard.lock().extend(event.args.values().unwrap_or_default()));
    server.all.on_server_event("who?", move |event| event.ack.iter().for_each(|ack| drop(ack.send((&name,)))));
    io.of("/control").on_any(move |_, event| {
        let (order, ack) = (order(Arc::clone(&server), event.name.clone(), event.args.clone()), event.ack.clone());
        tokio::spawn(async move {
            let answer = order.await.unwrap_or_else(|error| json!({ "error": error.to_string() }));
            ack.iter().for_each(|ack| drop(ack.send((&answer,))));
        });
    });
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("listening on {}", listener.local_addr()?);
    let (mut terminate, router) = (signal(SignalKind::terminate())?, io.router());
    let shutdown = async move {
        terminate.recv().await;
        drop(tokio::time::timeout(Duration::from_secs(3), io.close()).await);
    };
    listener::serve(vec![listener], router, listener::Config::default(), shutdown).await;
    Ok(())
}
