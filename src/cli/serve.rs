//! `parlor serve`: configure, bind, run, drain.
//!
//! Serves nothing itself: that is `server`'s. What it prints to the standard output is for people and scripts; logs go to the
//! standard error.

use std::io::{self, IsTerminal, Write};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tracing_subscriber::EnvFilter;

use super::links::{Links, reached};
use crate::server::{Config, ConfigError, Handle, HostKey, Layers, Server, StartError};

/// Serve the pages, the sockets and the rooms, until told to stop.
///
/// Every setting can also come from the environment (PARLOR_ADDR, PARLOR_LIMITS_EVENTS_BURST, ...) or from a TOML file; flags
/// go before the environment, that before the file.
#[derive(Debug, Args)]
pub(super) struct ServeCommand {
    /// Where to listen; port 0 lets the system choose [default: 0.0.0.0:3000]
    #[arg(long)]
    addr: Option<String>,
    /// The folder of the packs [default: packs, if it is there]
    #[arg(long, value_name = "DIR")]
    packs: Option<String>,
    /// Where to keep what outlives the server, such as a random host key [default: nothing is kept]
    #[arg(long, value_name = "DIR")]
    data: Option<String>,
    /// The key that makes a host [default: a random one]
    #[arg(long, value_name = "KEY")]
    host_key: Option<String>,
    /// A TOML file of settings
    #[arg(long, value_name = "FILE", env = "PARLOR_CONFIG")]
    config: Option<PathBuf>,
    /// Record each room into a file of JSON lines in this folder
    #[arg(long, value_name = "DIR")]
    record: Option<String>,
    /// What to log, as tracing directives [default: info]
    #[arg(long, value_name = "DIRECTIVES")]
    log: Option<String>,
    /// Print the settings as a TOML file, the secrets left out, and exit
    #[arg(long)]
    print_config: bool,
}

/// Why the server did not start, in one line.
#[derive(Debug, thiserror::Error)]
enum Fault {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error("{path}: {error}")]
    File { path: String, error: io::Error },
    #[error("cannot listen on {addr}: {words}")]
    Bind { addr: String, words: String },
    #[error("{0}")]
    Log(String),
    #[error("{0}")]
    Start(String),
    #[error(transparent)]
    Server(#[from] StartError),
}

impl ServeCommand {
    pub(super) fn run(self) -> ExitCode {
        match self.configured().and_then(|config| serve(config, self.print_config)) {
            Ok(()) => ExitCode::SUCCESS,
            Err(fault) => {
                eprintln!("parlor: {fault}");
                ExitCode::FAILURE
            }
        }
    }

    fn configured(&self) -> Result<Config, Fault> {
        let mut layers = Layers::default();
        if let Some(path) = &self.config {
            let name = path.display().to_string();
            let text = std::fs::read_to_string(path).map_err(|error| Fault::File { path: name.clone(), error })?;
            layers = layers.file(&name, &text)?;
        }
        let flags = [
            ("--addr", "addr", &self.addr),
            ("--packs", "packs", &self.packs),
            ("--data", "data", &self.data),
            ("--host-key", "host_key", &self.host_key),
            ("--record", "record", &self.record),
            ("--log", "log", &self.log),
        ];
        layers = layers.env(std::env::vars_os().filter_map(|(name, value)| {
            // What is no text names no setting, and is none's value.
            Some((name.into_string().ok()?, value.into_string().ok()?))
        }))?;
        for (name, path, value) in flags {
            layers = layers.flag(name, path, value.clone())?;
        }
        Ok(layers.finish()?)
    }
}

fn serve(mut config: Config, print_config: bool) -> Result<(), Fault> {
    if print_config {
        print!("{}", config.to_toml());
        return Ok(());
    }
    log(&config.log)?;
    let key = host_key(&config)?;
    config.host_key = Some(key.reveal().to_owned());
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Fault::Start(format!("cannot start the runtime: {error}")))?;
    runtime.block_on(run(config, &key))
}

async fn run(config: Config, key: &HostKey) -> Result<(), Fault> {
    // Before the listener, so that a signal after the printed line always drains.
    let signals = Signals::new().map_err(|error| Fault::Start(format!("cannot wait for signals: {error}")))?;
    let listener = bind(&config.addr)?;
    report_file_limit(raise_file_limit(), config.listener.max_sockets);
    let handle = Server::new(config).start(listener).await?;
    announce(&handle, key);
    drain(handle, signals).await;
    Ok(())
}

fn bind(addr: &str) -> Result<TcpListener, Fault> {
    TcpListener::bind(addr).map_err(|error| {
        let words = match error.kind() {
            io::ErrorKind::AddrInUse => "another program listens there already".into(),
            io::ErrorKind::PermissionDenied => "this user may not (ports under 1024 need a privilege)".into(),
            _ => error.to_string(),
        };
        Fault::Bind { addr: addr.into(), words }
    })
}

/// A closed standard output is no reason not to serve.
fn announce(handle: &Handle, key: &HostKey) {
    let mut out = io::stdout();
    let bound = handle.addr();
    let written = writeln!(out, "listening on {bound}").and_then(|()| {
        Links::new(bound, reached(bound.ip()), key.reveal()).print(&mut out, io::stdout().is_terminal())
    });
    if let Err(error) = written {
        tracing::warn!(%error, "the links could not be printed");
    }
}

/// Waits for a first signal, then drains; a second one ends the process at once.
async fn drain(handle: Handle, mut signals: Signals) {
    let first = signals.next().await;
    tracing::info!(signal = first, "draining");
    tokio::select! {
        () = handle.shutdown() => {}
        second = signals.next() => {
            tracing::warn!(signal = second, "not waiting for the drain");
            std::process::exit(130);
        }
    }
}

struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    fn new() -> io::Result<Self> {
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    /// # Cancel safety
    /// No signal is lost: `recv` is cancel safe.
    async fn next(&mut self) -> &'static str {
        tokio::select! {
            _ = self.interrupt.recv() => "SIGINT",
            _ = self.terminate.recv() => "SIGTERM",
        }
    }
}

fn log(directives: &str) -> Result<(), Fault> {
    let filter = EnvFilter::try_new(directives).map_err(|error| Fault::Log(format!("log: `{directives}`: {error}")))?;
    let subscriber = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    let subscriber = subscriber.with_ansi(io::stderr().is_terminal());
    subscriber.try_init().map_err(|error| Fault::Log(error.to_string()))
}

fn host_key(config: &Config) -> Result<HostKey, Fault> {
    match (&config.host_key, &config.data) {
        (Some(key), _) if key.trim().is_empty() => Err(Fault::Start("host_key: an empty key lets nobody in".into())),
        (Some(key), _) => Ok(HostKey::new(key.as_str())),
        (None, Some(data)) => {
            HostKey::kept(data).map_err(|error| Fault::File { path: data.display().to_string(), error })
        }
        (None, None) => Ok(HostKey::random()),
    }
}

/// A connection takes a file descriptor, and systems give a process 1,024 unless it asks. How many there are to have, if they
/// are counted.
pub(super) fn raise_file_limit() -> Option<u64> {
    let limit = getrlimit(Resource::Nofile);
    if limit.current == limit.maximum {
        return limit.current;
    }
    match setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit }) {
        Ok(()) => {
            tracing::info!(from = ?limit.current, to = ?limit.maximum, "raised the limit of open files");
            limit.maximum
        }
        Err(error) => {
            tracing::warn!(%error, limit = ?limit.current, "could not raise the limit of open files");
            limit.current
        }
    }
}

/// Says so if descriptors run out before the places for sockets do.
fn report_file_limit(limit: Option<u64>, max_sockets: usize) {
    if let Some(limit) = limit.filter(|&limit| limit < max_sockets as u64) {
        tracing::warn!(
            limit,
            max_sockets,
            "fewer files may be open than sockets: past that, connections wait (ulimit -Hn)"
        );
    }
}
