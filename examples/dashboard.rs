//! A dashboard: this machine's processors, memory and connections, pushed each second to everyone who looks.
//!
//! Reads `/proc`, which Linux has. `cargo run --example dashboard [PORT]` prints where it listens; `make site` first, for the stock
//! client that the page loads.

use std::collections::VecDeque;
use std::time::{Duration, SystemTime};
use std::{error::Error, fs, io, sync::Arc};

use axum::{Router, response::Html, routing::get};
use futures_util::FutureExt;
use parking_lot::Mutex;
use parlor::socketio::{Config, Io};
use parlor::{server::client_bundle, transport::listener};
use serde::Serialize;

/// Two minutes, which whoever comes gets at once.
const MAX_SAMPLES: usize = 120;

#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct Sample {
    /// Milliseconds since 1970.
    at: u64,
    /// Percent of all processors' time since the sample before.
    cpu: f64,
    /// Bytes in use, and those that there are.
    memory: u64,
    memory_total: u64,
    /// Sockets on this server.
    connections: usize,
}

/// Ticks of all processors since the machine was started: all of them, and those with nothing to do.
fn ticks() -> io::Result<(u64, u64)> {
    // The first line: `cpu  user nice system idle iowait irq softirq steal ...`.
    let stat = fs::read_to_string("/proc/stat")?;
    let fields = stat.lines().next().unwrap_or_default().split_whitespace().skip(1).take(8);
    let ticks: Vec<u64> = fields.filter_map(|ticks| ticks.parse().ok()).collect();
    Ok((ticks.iter().sum(), ticks.iter().skip(3).take(2).sum()))
}

/// Bytes of a line of `/proc/meminfo`, which is `MemTotal:  1024 kB`.
fn bytes(meminfo: &str, name: &str) -> u64 {
    let line = meminfo.lines().find(|line| line.starts_with(name)).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kib| kib.parse::<u64>().ok()).unwrap_or_default() * 1_024
}

/// Pushes samples for as long as the machine can be read.
async fn push(io: Io, samples: Arc<Mutex<VecDeque<Sample>>>) -> Result<(), Box<dyn Error>> {
    let (mut every, mut before) = (tokio::time::interval(Duration::from_secs(1)), ticks()?);
    loop {
        every.tick().await;
        let (now, meminfo) = (ticks()?, fs::read_to_string("/proc/meminfo")?);
        let (all, idle) = (now.0.saturating_sub(before.0).max(1), now.1.saturating_sub(before.1));
        before = now;
        let memory_total = bytes(&meminfo, "MemTotal:");
        let sample = Sample {
            at: SystemTime::UNIX_EPOCH.elapsed()?.as_millis() as u64,
            cpu: (100.0 - 100.0 * idle as f64 / all as f64).max(0.0),
            memory: memory_total.saturating_sub(bytes(&meminfo, "MemAvailable:")),
            memory_total,
            connections: io.of("/").len(),
        };
        // Locked until it is sent, so that who comes gets each sample once. Who can't take it at once gets the next one.
        let mut samples = samples.lock();
        io.of("/").everyone().volatile().emit("sample", (&sample,))?;
        samples.push_back(sample);
        if samples.len() > MAX_SAMPLES {
            samples.pop_front();
        }
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let (io, samples) = (Io::new(Config::default()), Arc::<Mutex<VecDeque<Sample>>>::default());
    let known = Arc::clone(&samples);
    io.of("/").on_connect(move |socket| {
        // An error means that it has gone again.
        drop(socket.emit("samples", (&*known.lock(),)));
    });
    let page = Router::new().route("/", get(Html(include_str!("dashboard.html"))));
    let router = page.merge(client_bundle(&Config::default().transport)).merge(io.router());
    let port = std::env::args().nth(1).map_or(Ok(0), |port| port.parse())?;
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    println!("listening on http://{}/", listener.local_addr()?);
    let stop = tokio::signal::ctrl_c().then(|_| io.close());
    tokio::select! {
        () = listener::serve(vec![listener], router, listener::Config::default(), stop) => Ok(()),
        pushed = push(io.clone(), samples) => pushed,
    }
}
