//! The load generator against a real server: each scenario at a small size, and what it refuses.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::process::Command;
use std::time::{Duration, Instant};

use parlor::server::{Config, Handle, Server};
use parlor_bots::load::{Load, LoadError, Plan, PlanError, Scenario, Summary};
use parlor_bots::{Parser, Transport};

const KEY: &str = "the-host-key-of-these-tests";
const PACK: &str = r#"{"title": "Two", "questions": [
    {"kind": "truefalse", "text": "Nought is even.", "correct": [0]},
    {"kind": "multiple", "text": "Which are even?", "choices": ["2", "3", "4"], "correct": [0, 2]}
]}"#;

struct Table {
    handle: Handle,
    _packs: tempfile::TempDir,
}

impl Table {
    async fn start() -> Self {
        let packs = tempfile::tempdir().expect("a folder can be made");
        std::fs::write(packs.path().join("two.json"), PACK).expect("a file can be written");
        let mut config =
            Config { packs: Some(packs.path().to_owned()), host_key: Some(KEY.into()), ..Config::default() };
        config.room.tick_threads = 1;
        config.drain_ms = 500;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
        let handle = Server::new(config).start(listener).await.expect("it starts");
        Self { handle, _packs: packs }
    }

    /// Eight clients in two slow rooms for a second, unless it is said otherwise.
    fn plan(&self, scenario: Scenario) -> Plan {
        Plan { scenario, clients: 8, rooms: 2, hz: 10, seconds: 1.0, ..Plan::new(self.handle.addr()) }
    }
}

async fn run(plan: Plan) -> Summary {
    let (clients, bound) = (plan.clients as u64, Duration::from_secs_f64(plan.seconds + 30.0));
    let began = Instant::now();
    let summary = Load::new(plan).expect("a plan").run(std::future::pending()).await.expect("a summary");
    assert!(began.elapsed() < bound, "it took {:?}", began.elapsed());
    assert_eq!((summary.joined, summary.failed), (clients, 0), "{summary:?}");
    summary
}

/// Ticks that a busy machine makes a server skip are not the load generator's loss: they are gaps.
fn complete(summary: &Summary) {
    let expected = summary.expected.expect("the arena is counted");
    assert!(summary.delivered <= expected, "{summary:?}");
    assert!(summary.delivered + summary.gaps >= expected, "{summary:?}");
    assert_eq!((summary.broken, summary.closed), (0, 0), "{summary:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_arena_is_counted_in_every_parser_and_transport() {
    let table = Table::start().await;
    for (parser, transport) in [
        (Parser::Json, Transport::WebSocket),
        (Parser::Msgpack, Transport::WebSocket),
        (Parser::Json, Transport::Polling),
        (Parser::Msgpack, Transport::Polling),
    ] {
        let summary = run(Plan { parser, transport, ..table.plan(Scenario::Arena) }).await;
        assert_eq!(summary.expected, Some(80));
        complete(&summary);
        assert!(summary.inputs > 0 && summary.messages >= summary.delivered, "{summary:?}");
        let latency = summary.latency.expect("states have times");
        assert!(latency.count == summary.delivered && latency.p50_ms <= latency.max_ms, "{latency:?}");
    }
    table.handle.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn idle_and_storm_connect_everybody_and_say_what_they_cost() {
    let table = Table::start().await;
    for scenario in [Scenario::Idle, Scenario::Storm] {
        let plan = Plan { clients: 50, seconds: 0.2, pid: Some(std::process::id()), ..table.plan(scenario) };
        let summary = run(plan).await;
        assert_eq!(summary.connect.map(|connect| connect.count), Some(50));
        let server = summary.server.expect("the process can be read");
        assert!(server.full_kib > 0.0 && server.peak_kib >= server.full_kib, "{server:?}");
        assert_eq!(server.after_kib.is_some(), scenario == Scenario::Idle);
    }
    table.handle.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_stalls_or_drops_is_up_to_date_again_and_the_others_miss_nothing() {
    let table = Table::start().await;
    for scenario in [Scenario::Slow, Scenario::Reconnect] {
        let summary = run(Plan { share: 0.25, seconds: 2.0, ..table.plan(scenario) }).await;
        assert_eq!(summary.expected, Some(6 * 20));
        complete(&summary);
        assert_eq!((summary.tried, summary.recovered), (2, 2), "{summary:?}");
    }
    table.handle.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quiz_is_played_to_its_podium() {
    let table = Table::start().await;
    let plan =
        Plan { rooms: 1, seconds: 60.0, host_key: Some(KEY.into()), pack: "two".into(), ..table.plan(Scenario::Quiz) };
    let summary = run(plan).await;
    assert_eq!((summary.delivered, summary.expected), (16, Some(16)), "{summary:?}");
    assert_eq!((summary.answers, summary.counted), (16, 16), "{summary:?}");
    table.handle.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_stops_it_gets_a_summary_at_once() {
    let table = Table::start().await;
    let plan = Plan { seconds: 3_600.0, ..table.plan(Scenario::Arena) };
    let load = Load::new(plan).expect("a plan");
    let tally = load.tally();
    let stop = async move {
        while tally.delivered.read() == 0 {
            tokio::task::yield_now().await;
        }
    };
    let summary = load.run(stop).await.expect("a summary");
    assert!(summary.interrupted && summary.seconds < 60.0, "{summary:?}");
    table.handle.shutdown().await;
}

#[test]
fn another_machine_is_not_loaded() {
    let there = SocketAddr::from(([192, 0, 2, 1], 3000));
    assert!(matches!(Load::new(Plan::new(there)), Err(LoadError::Plan(PlanError::Remote(addr))) if addr == there));
    let output = Command::new(env!("CARGO_BIN_EXE_parlor")).args(["load", "--url", "http://192.0.2.1:80/x/"]).output();
    let output = output.expect("the binary runs");
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("--allow-remote"), "{output:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_prints_json() {
    let table = Table::start().await;
    let addr = table.handle.addr().to_string();
    let args = ["load", "--addr", &addr, "--clients", "4", "--hz", "10", "--seconds", "0.5", "--json"];
    let mut command = tokio::process::Command::new(env!("CARGO_BIN_EXE_parlor"));
    let output = command.args(args).output().await.expect("the binary runs");
    let said: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!((&said["scenario"], &said["joined"], &said["expected"]), (&"arena".into(), &4.into(), &20.into()));
    for field in ["p50_ms", "p99_ms", "p999_ms", "max_ms"] {
        assert!(said["latency"][field].is_f64() && said["interval"][field].is_f64(), "{said}");
    }
    table.handle.shutdown().await;
}
