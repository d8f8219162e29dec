//! `parlor load`: many clients against a server on this machine, and what came of it.
//!
//! Reads the arguments, shows the progress and prints the summary; the load is `parlor_bots::load`'s.

use std::io::{self, Write};
use std::net::{SocketAddr, ToSocketAddrs};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use parlor_bots::load::{Foreign, Load, Plan, Scenario, Summary, Tally};
use parlor_bots::{Parser, Transport};

use super::serve::raise_file_limit;

/// Load a server on this machine with many clients, and say how it bore it.
///
/// A load generator is a weapon: it refuses any other machine unless --allow-remote says that it is yours to load.
#[derive(Debug, Args)]
pub(super) struct LoadCommand {
    /// What the clients do
    #[arg(value_enum, default_value = "arena")]
    scenario: What,
    /// Where the server listens
    #[arg(long, default_value = "127.0.0.1:3000")]
    addr: String,
    /// The same as a URL, with the path of its Socket.IO: http://127.0.0.1:3000/socket.io/
    #[arg(long, conflicts_with = "addr")]
    url: Option<String>,
    /// How many clients
    #[arg(long, default_value_t = 800)]
    clients: usize,
    /// How many rooms [default: eight clients to a room; one quiz]
    #[arg(long, default_value_t = 0, hide_default_value = true)]
    rooms: usize,
    /// Ticks a second of each room, 1 to 128
    #[arg(long, default_value_t = 30)]
    hz: u8,
    /// Inputs a second of each client
    #[arg(long, default_value_t = 10.0)]
    input_hz: f64,
    /// How long it is measured, once everybody is there
    #[arg(long, default_value_t = 10.0)]
    seconds: f64,
    /// Connections a second of the scenario `idle`
    #[arg(long, default_value_t = 1_000)]
    rate: u32,
    /// How packets are written down
    #[arg(long, value_enum, default_value = "json")]
    parser: By,
    /// What the sessions run over
    #[arg(long, value_enum, default_value = "websocket")]
    transport: Over,
    /// The share of clients that `slow` and `reconnect` are about, 0 to 1
    #[arg(long, default_value_t = 0.1)]
    share: f64,
    /// Follow by deltas rather than by the whole state every tick
    #[arg(long)]
    deltas: bool,
    /// The server's process, to read its CPU time and memory
    #[arg(long)]
    pid: Option<u32>,
    /// The server's host key, for the scenario `quiz`
    #[arg(long, value_name = "KEY", env = "PARLOR_HOST_KEY", hide_env_values = true)]
    host_key: Option<String>,
    /// The pack of the scenario `quiz`
    #[arg(long, default_value = "general-knowledge")]
    pack: String,
    /// Another server's event that carries the state; with the two below, for the scenario `arena`
    #[arg(long, value_name = "NAME")]
    event_state: Option<String>,
    /// Another server's event that carries an input
    #[arg(long, value_name = "NAME", requires = "event_state", default_value = "input")]
    event_input: String,
    /// Another server's event that asks for a place in a room [default: connecting is enough]
    #[arg(long, value_name = "NAME", requires = "event_state")]
    event_join: Option<String>,
    /// Fail if the server at rest has more memory than this, in MiB (needs --pid)
    #[arg(long, value_name = "MIB", requires = "pid")]
    rest_mib: Option<f64>,
    /// Fail if a client costs the server more memory than this, in KiB (needs --pid)
    #[arg(long, value_name = "KIB", requires = "pid")]
    each_kib: Option<f64>,
    /// Print the summary as JSON
    #[arg(long)]
    json: bool,
    /// Load a server that is not on this machine: yours, or you have leave to
    #[arg(long)]
    allow_remote: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum What {
    /// Move about in rooms; every tick the whole state comes back
    Arena,
    /// Connect at an even pace, and do nothing
    Idle,
    /// Connect all at once, and do nothing
    Storm,
    /// The arena; a share of the clients stop reading for half of the time
    Slow,
    /// The arena; a share of the clients lose their connection, and resume
    Reconnect,
    /// A quiz from the lobby to the podium; everybody answers everything
    Quiz,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum By {
    Json,
    Msgpack,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Over {
    Websocket,
    Polling,
}

impl LoadCommand {
    pub(super) fn run(self) -> ExitCode {
        match self.load() {
            Ok(true) => ExitCode::SUCCESS,
            Ok(false) => ExitCode::FAILURE,
            Err(words) => {
                eprintln!("parlor load: {words}");
                ExitCode::FAILURE
            }
        }
    }

    /// Whether the server kept to the bounds that were given.
    fn load(self) -> Result<bool, String> {
        let load = Load::new(self.plan()?).map_err(|error| error.to_string())?;
        raise_file_limit();
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
        let runtime = runtime.map_err(|error| format!("cannot start the runtime: {error}"))?;
        let summary = runtime.block_on(async {
            let shown = tokio::spawn(show(load.tally(), self.clients as u64));
            let summary = load.run(interrupted()).await;
            shown.abort();
            // It says nothing of use once it is stopped.
            let _ = shown.await;
            summary.map_err(|error| error.to_string())
        });
        // Whoever is still connecting is not waited for.
        runtime.shutdown_background();
        let summary = summary?;
        self.print(&summary).map_err(|error| error.to_string())?;
        Ok(self.holds(&summary))
    }

    fn plan(&self) -> Result<Plan, String> {
        let (addr, path) = match &self.url {
            Some(url) => {
                let rest = url.strip_prefix("http://").or_else(|| url.strip_prefix("ws://"));
                let rest = rest.ok_or("--url: http:// or ws:// and no other")?;
                rest.find('/').map_or((rest, "/socket.io/"), |at| rest.split_at(at))
            }
            None => (self.addr.as_str(), "/socket.io/"),
        };
        let foreign = self.event_state.as_ref().map(|state| Foreign {
            join: self.event_join.clone().unwrap_or_default(),
            input: self.event_input.clone(),
            state: state.clone(),
        });
        Ok(Plan {
            scenario: match self.scenario {
                What::Arena => Scenario::Arena,
                What::Idle => Scenario::Idle,
                What::Storm => Scenario::Storm,
                What::Slow => Scenario::Slow,
                What::Reconnect => Scenario::Reconnect,
                What::Quiz => Scenario::Quiz,
            },
            path: path.to_owned(),
            clients: self.clients,
            rooms: self.rooms,
            hz: self.hz,
            input_hz: self.input_hz,
            seconds: self.seconds,
            rate: self.rate,
            parser: match self.parser {
                By::Json => Parser::Json,
                By::Msgpack => Parser::Msgpack,
            },
            transport: match self.transport {
                Over::Websocket => Transport::WebSocket,
                Over::Polling => Transport::Polling,
            },
            pid: self.pid,
            host_key: self.host_key.clone(),
            pack: self.pack.clone(),
            share: self.share,
            deltas: self.deltas,
            foreign,
            allow_remote: self.allow_remote,
            ..Plan::new(resolved(addr)?)
        })
    }

    fn print(&self, summary: &Summary) -> io::Result<()> {
        let mut out = io::stdout().lock();
        if self.json {
            serde_json::to_writer_pretty(&mut out, summary)?;
            return writeln!(out);
        }
        write!(out, "{summary}")
    }

    fn holds(&self, summary: &Summary) -> bool {
        let within =
            |most: Option<f64>, value: Option<f64>| most.is_none_or(|most| value.is_some_and(|value| value <= most));
        let server = summary.server.as_ref();
        within(self.rest_mib, server.map(|server| server.rest_kib / 1024.0))
            && within(self.each_kib, server.map(|server| server.client_kib))
    }
}

/// Names such as `localhost` are looked up; where they lead to is what counts.
fn resolved(addr: &str) -> Result<SocketAddr, String> {
    let mut found = addr.to_socket_addrs().map_err(|error| format!("{addr}: {error}"))?;
    found.next().ok_or_else(|| format!("{addr}: no address"))
}

async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        // Without signals the load ends when its time is over.
        std::future::pending::<()>().await;
    }
}

/// On a terminal, how it goes; elsewhere `indicatif` shows nothing.
async fn show(tally: Arc<Tally>, clients: u64) {
    let style = ProgressStyle::with_template("{spinner} {pos} of {len} clients  {msg}  {elapsed}");
    let bar = ProgressBar::new(clients).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    let _cleared = Cleared(bar.clone());
    let (mut pause, mut before) = (tokio::time::interval(EVERY), 0);
    loop {
        pause.tick().await;
        let messages = tally.messages.read();
        let rate = (messages - before) * 1_000 / EVERY.as_millis() as u64;
        before = messages;
        bar.set_position(tally.joined.read());
        bar.set_message(format!(
            "{messages} messages, {rate}/s, {} failed, {} cut off",
            tally.failed.read(),
            tally.closed.read()
        ));
        bar.tick();
    }
}

/// Wipes the line when the showing ends, however it ends.
struct Cleared(ProgressBar);

impl Drop for Cleared {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

/// How often the progress is drawn.
const EVERY: Duration = Duration::from_millis(250);
