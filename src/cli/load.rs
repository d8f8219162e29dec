//! `parlor load`: many clients against a server on this machine, and what came of it.
//!
//! Reads the arguments, shows the progress and prints the summary; the load is `parlor_bots::load`'s.

mod html;
mod progress;

use std::io::{self, Write};
use std::net::{SocketAddr, ToSocketAddrs};
use std::os::fd::AsFd;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use clap::{Args, ValueEnum};
use parlor_bots::load::{Comparison, Foreign, Load, Named, Plan, Report, Scenario, take_part};
use parlor_bots::{Parser, Transport};
use tokio::runtime::Runtime;
use tokio::signal::unix::{SignalKind, signal};

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
    /// How many processes the clients are spread over: a system bounds the files that one may open
    #[arg(long, default_value_t = 1)]
    processes: usize,
    /// Run `slow` or `reconnect` in turn with the same load in which nobody stalls or drops, and compare
    #[arg(long)]
    baseline: bool,
    /// How many times each, with --baseline
    #[arg(long, default_value_t = 3, requires = "baseline")]
    rounds: usize,
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
    /// End the quiz after so many questions [default: all of its pack]
    #[arg(long, default_value_t = 0, hide_default_value = true)]
    questions: usize,
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
    /// Fail if the server ever had more memory than this, in MiB (needs --pid)
    #[arg(long, value_name = "MIB", requires = "pid")]
    peak_mib: Option<f64>,
    /// Print the summary as JSON
    #[arg(long)]
    json: bool,
    /// Write a page with the figures and plots, which needs no network
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
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
    /// The arena; a share of the clients stop reading for three eighths of the time
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

/// One of the processes of `parlor load --processes`: told what to do by the one that was started.
#[derive(Debug, Args)]
pub(super) struct PartCommand {}

impl PartCommand {
    pub(super) fn run(self) -> ExitCode {
        let Self {} = self;
        raise_file_limit();
        let taken = runtime().and_then(|runtime| {
            let part = async {
                // Ctrl-C on a terminal reaches all processes; it is the first one's to end the others.
                let _ignored = interrupted();
                let orders = piped(io::stdin()).map_err(|error| error.to_string())?;
                let news = piped(io::stdout()).map_err(|error| error.to_string())?;
                take_part(tokio::io::BufReader::new(orders), news).await.map_err(|error| error.to_string())
            };
            let taken = runtime.block_on(part);
            runtime.shutdown_background();
            taken
        });
        exit(taken.map(|()| true))
    }
}

impl LoadCommand {
    pub(super) fn run(self) -> ExitCode {
        exit(self.load())
    }

    /// Whether the server kept to the bounds that were given, and lost nothing that it mustn't lose.
    fn load(self) -> Result<bool, String> {
        raise_file_limit();
        let plan = self.plan()?;
        let runtime = runtime()?;
        let result = if self.baseline { self.compare(&runtime, plan) } else { self.single(&runtime, plan) };
        // Whoever is still connecting is not waited for.
        runtime.shutdown_background();
        result
    }

    fn single(&self, runtime: &Runtime, plan: Plan) -> Result<bool, String> {
        let report = once(runtime, plan)?;
        if self.json {
            let json = serde_json::to_string_pretty(&report.summary).map_err(|error| error.to_string())?;
            print(&format!("{json}\n"))?;
        } else {
            print(&report.summary.to_string())?;
        }
        self.write_page(&[("", &report)], None)?;
        Ok(self.holds(&report))
    }

    fn compare(&self, runtime: &Runtime, plan: Plan) -> Result<bool, String> {
        if !matches!(plan.scenario, Scenario::Slow | Scenario::Reconnect) {
            return Err("--baseline: for `slow` and `reconnect`".into());
        }
        let mut pairs = Vec::new();
        for round in 0..self.rounds.max(1) {
            // First the one and then the other, so that neither always comes after the other.
            let first = once(runtime, Plan { calm: round % 2 == 0, ..plan.clone() })?;
            let second = once(runtime, Plan { calm: round % 2 == 1, ..plan.clone() })?;
            let (calm, rough) = if round % 2 == 0 { (first, second) } else { (second, first) };
            let interrupted = calm.summary.interrupted || rough.summary.interrupted;
            pairs.push((calm, rough));
            if interrupted {
                break;
            }
        }
        let compared = Comparison::of(pairs).map_err(|error| error.to_string())?;
        let json = || compared.to_json().map(|json| format!("{json}\n")).map_err(|error| error.to_string());
        print(&if self.json { json()? } else { compared.to_string() })?;
        self.write_page(&[("without", &compared.calm), ("with", &compared.rough)], Some(compared.verdict()))?;
        Ok(self.holds(&compared.calm) && self.holds(&compared.rough))
    }

    fn write_page(&self, runs: &[Named<'_>], verdict: Option<String>) -> Result<(), String> {
        self.html.as_ref().map_or(Ok(()), |path| html::write(path, runs, verdict))
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
            processes: self.processes,
            questions: self.questions,
            deltas: self.deltas,
            foreign,
            allow_remote: self.allow_remote,
            ..Plan::new(resolved(addr)?)
        })
    }

    fn holds(&self, report: &Report) -> bool {
        let within =
            |most: Option<f64>, value: Option<f64>| most.is_none_or(|most| value.is_some_and(|value| value <= most));
        let server = report.summary.server.as_ref();
        report.summary.is_right()
            && within(self.rest_mib, server.map(|server| server.rest_kib / 1024.0))
            && within(self.peak_mib, server.map(|server| server.peak_kib / 1024.0))
            && within(self.each_kib, server.map(|server| server.client_kib))
    }
}

/// The standard input or output as a file, without the buffers and locks that are for people.
fn piped(end: impl AsFd) -> io::Result<tokio::fs::File> {
    let end = end.as_fd().try_clone_to_owned()?;
    Ok(tokio::fs::File::from_std(end.into()))
}

fn exit(result: Result<bool, String>) -> ExitCode {
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(words) => {
            eprintln!("parlor load: {words}");
            ExitCode::FAILURE
        }
    }
}

fn runtime() -> Result<Runtime, String> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.map_err(|error| format!("cannot start the runtime: {error}"))
}

/// Runs one load, and shows how it goes.
fn once(runtime: &Runtime, plan: Plan) -> Result<Report, String> {
    let clients = plan.clients as u64;
    let program = std::env::current_exe().map_err(|error| format!("this program is not to be found: {error}"))?;
    let load = Load::new(plan).map_err(|error| error.to_string())?.with(move || {
        let mut command = Command::new(&program);
        command.arg("load-part");
        command
    });
    runtime.block_on(async {
        let shown = tokio::spawn(progress::show(load.progress(), clients));
        let report = load.run(interrupted()).await;
        shown.abort();
        // It says nothing of use once it is stopped.
        let _ = shown.await;
        report.map_err(|error| error.to_string())
    })
}

fn print(words: &str) -> Result<(), String> {
    io::stdout().lock().write_all(words.as_bytes()).map_err(|error| error.to_string())
}

/// Names such as `localhost` are looked up; where they lead to is what counts.
fn resolved(addr: &str) -> Result<SocketAddr, String> {
    let mut found = addr.to_socket_addrs().map_err(|error| format!("{addr}: {error}"))?;
    found.next().ok_or_else(|| format!("{addr}: no address"))
}

/// Ends with the first Ctrl-C; from its making on none is missed, and none ends the process.
fn interrupted() -> impl Future<Output = ()> {
    let signals = signal(SignalKind::interrupt());
    async {
        match signals {
            Ok(mut signals) => drop(signals.recv().await),
            // Without signals the load ends when its time is over.
            Err(_) => std::future::pending().await,
        }
    }
}
