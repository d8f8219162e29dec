//! The load generator against a real server: each scenario at a small size, and what it refuses.

mod foreign;

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
    let summary = Load::new(plan).expect("a plan").run(std::future::pending()).await.expect("a report").summary;
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
        assert!(summary.is_right(), "{summary:?}");
    }
    let deltas = run(Plan { share: 0.25, seconds: 2.0, deltas: true, ..table.plan(Scenario::Slow) }).await;
    assert_eq!((deltas.tried, deltas.exact, deltas.inexact, deltas.broken), (2, 2, 0, 0), "{deltas:?}");
    let calm = run(Plan { share: 0.25, calm: true, ..table.plan(Scenario::Slow) }).await;
    assert_eq!((calm.tried, calm.expected), (0, Some(6 * 10)), "{calm:?}");
    table.handle.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quiz_is_played_to_its_podium() {
    let table = Table::start().await;
    let plan =
        Plan { rooms: 1, seconds: 60.0, host_key: Some(KEY.into()), pack: "two".into(), ..table.plan(Scenario::Quiz) };
    let summary = run(plan).await;
    assert_eq!((summary.delivered, summary.expected), (16, Some(16)), "{summary:?}");
    assert_eq!((summary.inputs, summary.answers, summary.counted), (16, 16, 16), "{summary:?}");
    assert_eq!((summary.refused, summary.scored, summary.misscored), (0, 8, 0), "{summary:?}");
    assert!(summary.is_right(), "{summary:?}");
    table.handle.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_stops_it_gets_a_summary_at_once() {
    let table = Table::start().await;
    let plan = Plan { seconds: 3_600.0, ..table.plan(Scenario::Arena) };
    let load = Load::new(plan).expect("a plan");
    let mut progress = load.progress();
    let stop = async move {
        progress.wait_for(|progress| progress.counts.delivered > 0).await.expect("it runs");
    };
    let summary = load.run(stop).await.expect("a report").summary;
    assert!(summary.interrupted && summary.seconds < 60.0, "{summary:?}");
    table.handle.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn several_processes_make_one_load_of_one_room_each_client_counted_once() {
    let table = Table::start().await;
    let plan = Plan { clients: 9, rooms: 1, processes: 3, ..table.plan(Scenario::Arena) };
    let summary = in_processes(plan).await;
    assert_eq!((summary.joined, summary.expected), (9, Some(90)));
    complete(&summary);
    let latency = summary.latency.expect("states have times");
    assert_eq!(latency.count, summary.delivered);
    let quiz = Plan { clients: 6, processes: 2, rooms: 1, seconds: 60.0, questions: 1, ..table.plan(Scenario::Quiz) };
    let summary = in_processes(Plan { host_key: Some(KEY.into()), pack: "two".into(), ..quiz }).await;
    assert_eq!((summary.questions, summary.inputs, summary.counted), (1, 6, 6), "{summary:?}");
    table.handle.shutdown().await;
}

async fn in_processes(plan: Plan) -> Summary {
    let load = Load::new(plan).expect("a plan").with(|| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_parlor"));
        command.arg("load-part");
        command
    });
    load.run(std::future::pending()).await.expect("a report").summary
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interrupt_gives_the_summary_so_far_and_ends_all_processes() {
    let table = Table::start().await;
    let addr = table.handle.addr().to_string();
    let args = ["load", "--addr", &addr, "--clients", "4", "--seconds", "600", "--processes", "2", "--json"];
    let mut command = tokio::process::Command::new(env!("CARGO_BIN_EXE_parlor"));
    let child = command.args(args).stdout(std::process::Stdio::piped()).spawn().expect("the binary runs");
    let deadline = Instant::now() + Duration::from_secs(60);
    let pid = child.id().expect("it runs").to_string();
    let others = std::path::PathBuf::from(format!("/proc/{pid}/task/{pid}/children"));
    let children = || std::fs::read_to_string(&others).unwrap_or_default().split_whitespace().count();
    while children() < 2 {
        assert!(Instant::now() < deadline, "they do not come");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let killed = Command::new("kill").args(["-INT", &pid]).status().expect("there is a kill");
    assert!(killed.success());
    let output = child.wait_with_output().await.expect("it ends");
    let said: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(said["interrupted"], true, "{said}");
    assert!(Instant::now() < deadline, "it did not end at once");
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
async fn the_command_compares_with_a_baseline_and_writes_a_page_of_it() {
    let table = Table::start().await;
    let (addr, pid) = (table.handle.addr().to_string(), std::process::id().to_string());
    let folder = tempfile::tempdir().expect("a folder can be made");
    let page = folder.path().join("load.html");
    let mut command = tokio::process::Command::new(env!("CARGO_BIN_EXE_parlor"));
    command.args(["load", "slow", "--baseline", "--rounds", "1", "--addr", &addr, "--pid", &pid, "--clients", "8"]);
    command.args(["--hz", "10", "--seconds", "2", "--share", "0.25", "--host-key", "secret", "--json", "--html"]);
    let output = command.arg(&page).output().await.expect("the binary runs");
    assert!(output.status.success(), "{output:?}");
    let said: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert!(said["interval_p99_ratio"].as_f64().is_some_and(|ratio| ratio > 0.0), "{said}");
    let (calm, rough) = (&said["calm"], &said["rough"]);
    assert_eq!((&calm["tried"], &rough["tried"], &rough["exact"]), (&0.into(), &2.into(), &2.into()));
    let page = std::fs::read_to_string(&page).expect("the page is there");
    for id in ["latency-percentiles", "inter-arrival-histogram", "connecting-percentiles", "delivered", "cpu", "memory"]
    {
        assert!(page.contains(&format!("<figure id=\"{id}\">")), "{id} is missing");
    }
    assert!(page.contains("with over without: "));
    assert!(page.contains("--host-key ...") && !page.contains("secret"));
    let again = Command::new(env!("CARGO_BIN_EXE_parlor")).args(["load", "idle", "--baseline"]).output();
    assert!(!again.expect("the binary runs").status.success(), "nobody stalls in `idle`");
    table.handle.shutdown().await;
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
