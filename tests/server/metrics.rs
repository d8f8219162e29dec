//! `/metrics` after real traffic: who may read it, that it can be read, and that it says what was done.

use std::collections::BTreeMap;

use parlor_bots::{Options, Parser, Transport};
use reqwest::{Response, StatusCode};
use serde_json::json;

use super::table::{Table, done, every_way, key};

const TOKEN: &str = "the-token-of-these-tests";

async fn scraped() -> Table {
    Table::with(|config| {
        config.metrics = true;
        config.metrics_token = Some(TOKEN.into());
        // All that is counted is counted by one.
        config.room.tick_threads = 1;
    })
    .await
}

async fn get(table: &Table, token: Option<&str>) -> Response {
    let http = reqwest::Client::builder().no_proxy().build().expect("a client");
    let request = http.get(format!("http://{}/metrics", table.addr));
    let request = token.into_iter().fold(request, |request, token| request.bearer_auth(token));
    request.send().await.expect("a reply")
}

/// What one scrape said.
#[derive(Debug, Default)]
struct Scrape {
    /// Type and help of each family.
    families: BTreeMap<String, (String, String)>,
    /// Names of the labels of each family.
    labels: BTreeMap<String, Vec<String>>,
    samples: BTreeMap<String, f64>,
}

impl Scrape {
    async fn of(table: &Table) -> Self {
        let response = get(table, Some(TOKEN)).await;
        assert_eq!(response.status(), StatusCode::OK);
        Self::parse(&response.text().await.expect("text"))
    }

    /// A scrape that says this much: what is written reaches its client a little before it is counted.
    async fn when(table: &Table, sample: &str, value: f64) -> Self {
        for _ in 0..1_000 {
            let scrape = Self::of(table).await;
            if scrape.value(sample) >= value {
                return scrape;
            }
        }
        panic!("{sample} stays under {value}");
    }

    /// Reads OpenMetrics 1.0's text strictly: families in one piece, described before their samples, which have their
    /// suffixes; no sample twice; `# EOF` last.
    fn parse(text: &str) -> Self {
        let mut scrape = Self::default();
        let mut family = String::new();
        let body = text.strip_suffix("# EOF\n").expect("it ends with # EOF");
        for line in body.lines() {
            match line.split(' ').collect::<Vec<_>>()[..] {
                ["#", "HELP", name, ..] => {
                    name.clone_into(&mut family);
                    let help = line.trim_start_matches(&format!("# HELP {name} "));
                    let before = scrape.families.insert(family.clone(), (String::new(), help.to_owned()));
                    assert!(before.is_none(), "{name} comes twice");
                }
                ["#", "TYPE", name, kind] => {
                    assert_eq!(name, family);
                    kind.clone_into(&mut scrape.families.get_mut(name).expect("its help comes first").0);
                }
                ["#", "UNIT", name, unit] => assert!(name == family && name.ends_with(unit), "{line}"),
                [sample, value] => scrape.sample(&family, sample, value),
                _ => panic!("{line}"),
            }
        }
        scrape
    }

    fn sample(&mut self, family: &str, sample: &str, value: &str) {
        let (name, labels) = sample.split_once('{').unwrap_or((sample, "}"));
        let suffixes: &[&str] = match &*self.families[family].0 {
            "counter" => &["_total"],
            "gauge" => &[""],
            "info" => &["_info"],
            "histogram" => &["_bucket", "_sum", "_count"],
            other => panic!("{family} is a {other}"),
        };
        assert!(name.strip_prefix(family).is_some_and(|suffix| suffixes.contains(&suffix)), "{sample} of {family}");
        let labels = labels.strip_suffix('}').expect("labels are closed");
        let names = labels.split_terminator(',').map(|label| label.split_once("=\"").expect("a label").0.to_owned());
        self.labels.insert(family.to_owned(), names.filter(|name| name != "le").collect());
        let before = self.samples.insert(sample.to_owned(), value.parse().expect("a number"));
        assert!(before.is_none(), "{sample} comes twice");
    }

    #[track_caller]
    fn value(&self, sample: &str) -> f64 {
        *self.samples.get(sample).unwrap_or_else(|| panic!("no {sample} in {:?}", self.samples.keys()))
    }

    #[track_caller]
    fn check(&self, samples: &[(&str, f64)]) {
        for (sample, value) in samples {
            assert!((self.value(sample) - value).abs() < 1e-9, "{sample} is {}, not {value}", self.value(sample));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_are_served_only_where_it_is_said() {
    let table = Table::start().await;
    assert_eq!(get(&table, None).await.status(), StatusCode::NOT_FOUND);
    table.stop().await;
    let table = Table::with(|config| config.metrics = true).await;
    assert_eq!(get(&table, None).await.status(), StatusCode::OK, "no token is asked for");
    table.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_asked_for_and_cannot_be_guessed_for_long() {
    let table = Table::with(|config| {
        config.metrics = true;
        config.metrics_token = Some(TOKEN.into());
        config.limits.mistakes_per_minute = 2.0;
    })
    .await;
    let response = get(&table, Some(TOKEN)).await;
    let kind = response.headers()["content-type"].to_str().expect("ASCII").to_owned();
    assert_eq!(kind, "application/openmetrics-text; version=1.0.0; charset=utf-8");
    assert_eq!(get(&table, None).await.status(), StatusCode::UNAUTHORIZED);
    for _ in 0..2 {
        assert_eq!(get(&table, Some("guess")).await.status(), StatusCode::UNAUTHORIZED);
    }
    assert_eq!(get(&table, Some(TOKEN)).await.status(), StatusCode::TOO_MANY_REQUESTS);
    table.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_are_counted_by_transport_and_parser() {
    let table = scraped().await;
    let mut clients = Vec::new();
    for options in every_way() {
        clients.push(table.client(options).await);
    }
    clients.push(table.client(Options { parser: Parser::Msgpack, ..Options::default() }).await);
    clients.push(parlor_bots::Client::open(table.addr, Options::default()).await.expect("it opens"));
    let scrape = Scrape::of(&table).await;
    scrape.check(&[
        ("parlor_sessions{transport=\"polling\",parser=\"none\"}", 0.0),
        ("parlor_sessions{transport=\"polling\",parser=\"json\"}", 1.0),
        ("parlor_sessions{transport=\"polling\",parser=\"msgpack\"}", 1.0),
        ("parlor_sessions{transport=\"websocket\",parser=\"none\"}", 1.0),
        ("parlor_sessions{transport=\"websocket\",parser=\"json\"}", 1.0),
        ("parlor_sessions{transport=\"websocket\",parser=\"msgpack\"}", 2.0),
        ("parlor_sessions_opened_total", 6.0),
        ("parlor_sessions_upgraded_total", 0.0),
        ("parlor_slow_closes_total", 0.0),
        ("parlor_outbox_packets", 0.0),
        ("parlor_outbox_bytes", 0.0),
    ]);
    table.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn packets_and_bytes_are_counted_both_ways() {
    for transport in [Transport::WebSocket, Transport::Polling] {
        let table = scraped().await;
        let mut client = table.client(Options { transport, ..Options::default() }).await;
        let label = if transport == Transport::Polling { "polling" } else { "websocket" };
        let names = ["packets_received_total", "received_bytes_total", "packets_sent_total", "sent_bytes_total"];
        let names = names.map(|name| format!("parlor_{name}{{transport=\"{label}\"}}"));
        // CONNECT, and the answer to it after the open packet.
        let before = Scrape::when(&table, &names[0], 1.0).await;
        before.check(&[(&names[0], 1.0), (&names[2], 2.0)]);
        for _ in 0..10 {
            done(&client.request("clock", json!({"t0": 1})).await.expect("an ack"));
        }
        let all = before.value(&names[1]) + 10.0 * if transport == Transport::Polling { 21.0 } else { 27.0 };
        let after = Scrape::when(&table, &names[1], all).await;
        let [received, received_bytes, sent, sent_bytes] = names.map(|name| after.value(&name) - before.value(&name));
        assert!((received - 10.0).abs() < 1e-9, "{label}: {received} packets for ten requests");
        assert!((sent - 10.0).abs() < 1e-9, "{label}: {sent} packets for ten acks");
        // `420["clock",{"t0":1}]` is 21 bytes; on WebSocket its frame has a head of 6.
        let each = if transport == Transport::Polling { 21.0 } else { 27.0 };
        assert!((received_bytes - 10.0 * each).abs() < 1e-9, "{label}: {received_bytes} bytes received");
        assert!(sent_bytes > 200.0, "{label}: {sent_bytes} bytes sent");
        table.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rooms_seats_and_ticks_are_counted() {
    let table = scraped().await;
    let mut host = table.quiz().await;
    let mut ann = table.player(&host.room, "Ann").await;
    let _ben = table.player(&host.room, "Ben").await;
    let before = Scrape::when(&table, "parlor_seats{game=\"quiz\",role=\"player\"}", 2.0).await;
    before.check(&[
        ("parlor_rooms{game=\"quiz\"}", 1.0),
        ("parlor_rooms{game=\"arena\"}", 0.0),
        ("parlor_rooms_slowed{game=\"quiz\"}", 0.0),
        ("parlor_seats{game=\"quiz\",role=\"host\"}", 1.0),
        ("parlor_seats{game=\"quiz\",role=\"player\"}", 2.0),
        ("parlor_seats{game=\"quiz\",role=\"spectator\"}", 0.0),
        ("parlor_input_age_seconds_count{thread=\"0\"}", 0.0),
        ("parlor_room_failures_total{thread=\"0\"}", 0.0),
    ]);
    done(&host.input(json!({"type": "start"})).await.expect("an ack"));
    done(&host.input(json!({"type": "skip"})).await.expect("an ack"));
    ann.sees("the question", super::table::at("question", 0)).await.expect("a question");
    done(&ann.input(key(0)).await.expect("an ack"));
    let after = Scrape::of(&table).await;
    after.check(&[
        ("parlor_input_age_seconds_count{thread=\"0\"}", 3.0),
        ("parlor_input_age_seconds_bucket{le=\"+Inf\",thread=\"0\"}", 3.0),
    ]);
    for name in ["ticks_total", "ticks_due_total", "tick_lateness_seconds_count", "tick_duration_seconds_sum"] {
        let sample = format!("parlor_{name}{{thread=\"0\"}}");
        assert!(after.value(&sample) > before.value(&sample), "{sample} grows");
    }
    after.check(&[("parlor_thread_rooms{thread=\"0\"}", 1.0), ("parlor_rooms_moved_total{thread=\"0\"}", 0.0)]);
    let (effective, nominal) = (after.value("parlor_effective_hz"), after.value("parlor_nominal_hz"));
    assert!(effective > 0.0 && effective <= nominal, "{effective} of {nominal} Hz");
    for name in ["cpu_seconds_total", "start_time_seconds", "resident_memory_bytes", "open_fds"] {
        assert!(after.value(&format!("process_{name}")) > 0.0, "{name}");
    }
    assert!(after.value("parlor_ticks_due_total{thread=\"0\"}") >= after.value("parlor_ticks_total{thread=\"0\"}"));
    table.stop().await;
}

/// The rows `` | `name` | type | labels | words | `` of the operators' table.
fn documented() -> BTreeMap<String, (String, Vec<String>, String)> {
    let text = include_str!("../../docs/operators.md");
    let section = text.split("## Metrics").nth(1).and_then(|rest| rest.split("\n## ").next()).expect("a section");
    let rows = section.lines().filter_map(|line| {
        let cells: Vec<&str> = line.strip_prefix("| `")?.trim_end_matches(" |").split(" | ").collect();
        let [name, kind, labels, help] = cells[..] else { panic!("{line}") };
        let labels = labels.split(", ").map(|label| label.trim().trim_matches('`').to_owned());
        let labels = labels.filter(|label| !label.is_empty()).collect();
        Some((name.trim_end_matches('`').to_owned(), (kind.to_owned(), labels, help.to_owned())))
    });
    rows.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operators_table_says_what_there_is() {
    let table = scraped().await;
    let scrape = Scrape::of(&table).await;
    let told = scrape.families.iter().map(|(family, (kind, help))| {
        let suffix = match &**kind {
            "counter" => "_total",
            "info" => "_info",
            _ => "",
        };
        let labels = scrape.labels.get(family).cloned().unwrap_or_default();
        (format!("{family}{suffix}"), (kind.clone(), labels, help.trim_end_matches('.').to_owned()))
    });
    let told: BTreeMap<_, _> = told.collect();
    let documented = documented();
    for (name, told) in &told {
        assert_eq!(documented.get(name), Some(told), "{name} in docs/operators.md");
    }
    let surplus: Vec<_> = documented.keys().filter(|name| !told.contains_key(*name)).collect();
    assert!(surplus.is_empty(), "only in docs/operators.md: {surplus:?}");
    table.stop().await;
}
