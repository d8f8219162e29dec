//! Many clients of Colyseus's own protocol: they join, send inputs and count patches, as `parlor load` does with states.
//!
//! Reads no state but the `t` that leads each patch: a whole client of the library for each would be measured itself.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use futures_util::{SinkExt as _, StreamExt as _};
use hdrhistogram::Histogram;
use parlor_peers::{Options, epoch_ms};
use rand::RngExt as _;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep, sleep_until, timeout};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

/// First bytes of Colyseus's frames.
const JOIN_ROOM: u8 = 10;
const ERROR: u8 = 11;
const ROOM_DATA: u8 = 13;
const ROOM_STATE_PATCH: u8 = 15;
/// In a patch: the root's first field, a float64, was replaced.
const FIRST_FIELD: u8 = 0x80;

/// An hour, longer than any run.
const LONGEST_US: u64 = 3_600_000_000;
/// Clients that connect at the same time.
const DOORS: usize = 64;
/// Bytes read at once.
const READ: usize = 4 * 1024;
const PATIENCE: Duration = Duration::from_secs(20);
/// As `parlor load` has them.
const SETTLE: Duration = Duration::from_millis(1000);
const LATE: Duration = Duration::from_millis(500);

struct Plan {
    addr: SocketAddr,
    clients: usize,
    rooms: usize,
    hz: f64,
    input_hz: f64,
    seconds: f64,
    pid: Option<u32>,
}

#[derive(Clone, Copy)]
struct Window {
    from: Instant,
    to: Instant,
}

/// What all clients count together.
struct Tally {
    joined: AtomicU64,
    failed: AtomicU64,
    closed: AtomicU64,
    delivered: AtomicU64,
    bytes: AtomicU64,
    inputs: AtomicU64,
    latency: Mutex<Histogram<u64>>,
    interval: Mutex<Histogram<u64>>,
    fault: Mutex<Option<String>>,
}

/// What the matchmaker gives.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Reservation {
    session_id: String,
    room_id: String,
    process_id: String,
}

#[derive(Serialize)]
struct Input {
    r#type: &'static str,
    seq: u64,
    dx: f64,
    dy: f64,
}

#[tokio::main]
async fn main() -> Result<()> {
    let options = Options::given()?;
    let clients = options.value("clients", 800)?;
    let plan = Plan {
        addr: options.value("addr", SocketAddr::from(([127, 0, 0, 1], 3000)))?,
        clients,
        rooms: options.value("rooms", clients.div_ceil(8))?.max(1),
        hz: options.value("hz", 30.0)?,
        input_hz: options.value("input-hz", 10.0)?,
        seconds: options.value("seconds", 10.0)?,
        pid: Some(options.value("pid", 0)?).filter(|pid| *pid != 0),
    };
    if !plan.addr.ip().is_loopback() {
        bail!("{}: only this machine is loaded", plan.addr);
    }
    println!("{:#}", run(Arc::new(plan)).await?);
    Ok(())
}

async fn run(plan: Arc<Plan>) -> Result<Value> {
    let tally = Arc::new(Tally::new()?);
    let rest = plan.pid.map(memory_kib).transpose()?;
    let stage = watch::Sender::new(None);
    let doors = Arc::new(Semaphore::new(DOORS));
    let mut clients = JoinSet::new();
    for nth in 0..plan.clients {
        let (plan, tally, doors, stage) = (plan.clone(), tally.clone(), doors.clone(), stage.subscribe());
        clients.spawn(live(nth, plan, tally, doors, stage));
    }
    let until = Instant::now() + Duration::from_secs(20) + Duration::from_millis(plan.clients as u64 * 10);
    let there = || tally.joined.load(Ordering::Relaxed) + tally.failed.load(Ordering::Relaxed);
    while there() < plan.clients as u64 && Instant::now() < until {
        sleep(Duration::from_millis(20)).await;
    }
    let from = Instant::now() + SETTLE;
    let window = Window { from, to: from + Duration::from_secs_f64(plan.seconds) };
    stage.send_replace(Some(window));
    sleep_until(window.from).await;
    let before = plan.pid.map(|pid| cpu_s(&pid.to_string())).transpose()?;
    let own_before = cpu_s("self")?;
    sleep_until(window.to).await;
    let after = plan.pid.map(|pid| cpu_s(&pid.to_string())).transpose()?;
    let own_after = cpu_s("self")?;
    let full = plan.pid.map(memory_kib).transpose()?;
    sleep(LATE).await;
    clients.shutdown().await;
    let own = (own_after.0 - own_before.0 + own_after.1 - own_before.1) / plan.seconds;
    Ok(summary(&plan, &tally, before.zip(after), rest.zip(full), own))
}

type Cpu = (f64, f64);

/// As `parlor load --json` has it.
fn summary(plan: &Plan, tally: &Tally, cpu: Option<(Cpu, Cpu)>, memory: Option<(f64, f64)>, own: f64) -> Value {
    let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
    let (joined, messages) = (read(&tally.joined), read(&tally.delivered));
    let server = cpu.zip(memory).map(|((before, after), (rest, full))| {
        let each = |seconds: f64| seconds * 1e6 / messages.max(1) as f64;
        json!({
            "user_us_per_message": each(after.0 - before.0), "system_us_per_message": each(after.1 - before.1),
            "cores": (after.0 - before.0 + after.1 - before.1) / plan.seconds,
            "rest_kib": rest, "full_kib": full, "client_kib": (full - rest) / joined.max(1) as f64,
        })
    });
    json!({
        "clients": plan.clients, "rooms": plan.rooms, "hz": plan.hz, "input_hz": plan.input_hz, "seconds": plan.seconds,
        "joined": joined, "failed": read(&tally.failed), "closed": read(&tally.closed), "fault": *lock(&tally.fault),
        "delivered": messages, "expected": (plan.clients as f64 * plan.hz * plan.seconds).round(),
        "messages": messages, "states": messages, "bytes_per_message": read(&tally.bytes) as f64 / messages.max(1) as f64,
        "inputs": read(&tally.inputs), "latency": spread(&lock(&tally.latency)), "interval": spread(&lock(&tally.interval)),
        "server": server, "generator_cores": own,
    })
}

fn spread(histogram: &Histogram<u64>) -> Option<Value> {
    let at = |quantile| histogram.value_at_quantile(quantile) as f64 / 1000.0;
    (!histogram.is_empty()).then(|| {
        json!({"count": histogram.len(), "p50_ms": at(0.5), "p99_ms": at(0.99), "p999_ms": at(0.999),
               "max_ms": histogram.max() as f64 / 1000.0})
    })
}

/// The whole life of a client.
async fn live(
    nth: usize,
    plan: Arc<Plan>,
    tally: Arc<Tally>,
    doors: Arc<Semaphore>,
    stage: watch::Receiver<Option<Window>>,
) {
    let socket = {
        let Ok(_door) = doors.acquire().await else { return };
        match timeout(PATIENCE, join(&plan, nth * plan.rooms / plan.clients)).await {
            Ok(Ok(socket)) => socket,
            Ok(Err(error)) => return tally.lost(&tally.failed, &format!("{error:#}")),
            Err(_) => return tally.lost(&tally.failed, "waited too long for a seat"),
        }
    };
    tally.joined.fetch_add(1, Ordering::Relaxed);
    if let Err(error) = play(socket, &plan, &tally, stage).await {
        tally.lost(&tally.closed, &format!("{error:#}"));
    }
}

/// Asks the matchmaker for a seat and takes it.
async fn join(plan: &Plan, room: usize) -> Result<WebSocketStream<TcpStream>> {
    let url = format!("http://{}/matchmake/joinOrCreate/arena", plan.addr);
    // A client of HTTP for each, as each is a player of its own.
    let asked = reqwest::Client::new().post(url).json(&json!({"room": room.to_string()})).send().await?;
    let reserved: Reservation = asked.error_for_status()?.json().await?;
    let Reservation { session_id, room_id, process_id } = reserved;
    let stream = TcpStream::connect(plan.addr).await?;
    stream.set_nodelay(true)?;
    let url = format!("ws://{}/{process_id}/{room_id}?sessionId={session_id}", plan.addr);
    let config = WebSocketConfig::default().read_buffer_size(READ);
    let (mut socket, _) = client_async_with_config(url, stream, Some(config)).await?;
    while let Some(message) = socket.next().await {
        let Message::Binary(bytes) = message? else { continue };
        match bytes.first() {
            Some(&JOIN_ROOM) => {
                socket.send(Message::binary(vec![JOIN_ROOM])).await?;
                return Ok(socket);
            }
            Some(&ERROR) => bail!("refused: {}", String::from_utf8_lossy(&bytes)),
            _ => {}
        }
    }
    bail!("closed before it was let in")
}

async fn play(
    mut socket: WebSocketStream<TcpStream>,
    plan: &Plan,
    tally: &Tally,
    mut stage: watch::Receiver<Option<Window>>,
) -> Result<()> {
    let every = Duration::from_secs_f64(1.0 / plan.input_hz.max(0.001));
    let mut inputs = interval_at(Instant::now() + every.mul_f64(rand::rng().random_range(0.0..1.0)), every);
    inputs.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let (mut window, mut seq, mut before): (Option<Window>, u64, Option<Instant>) = (None, 0, None);
    loop {
        tokio::select! {
            changed = stage.changed(), if window.is_none() => {
                changed?;
                window = *stage.borrow_and_update();
                inputs.reset_after(every.mul_f64(rand::rng().random_range(0.0..1.0)));
            }
            message = socket.next() => {
                let Message::Binary(bytes) = message.context("end of stream")?? else { continue };
                let now = Instant::now();
                let measured = window.is_some_and(|window| (window.from..window.to).contains(&now));
                if bytes.first() != Some(&ROOM_STATE_PATCH) || !measured {
                    continue;
                }
                tally.patch(&bytes, now, before.replace(now), plan.hz);
            }
            _ = inputs.tick(), if plan.input_hz > 0.0 && window.is_some_and(|window| Instant::now() < window.to) => {
                seq += 1;
                socket.send(Message::binary(input(seq)?)).await?;
                if window.is_some_and(|window| Instant::now() >= window.from) {
                    tally.inputs.fetch_add(1, Ordering::Relaxed);
                }
            }
        }
    }
}

/// A message of the type "input", as the library's own client writes it: both parts are msgpack.
fn input(seq: u64) -> Result<Vec<u8>> {
    let direction = || rand::rng().random_range(-1000..=1000) as f64 / 1000.0;
    let input = Input { r#type: "move", seq, dx: direction(), dy: direction() };
    let mut bytes = vec![ROOM_DATA];
    rmp_serde::encode::write(&mut bytes, "input")?;
    rmp_serde::encode::write_named(&mut bytes, &input)?;
    Ok(bytes)
}

impl Tally {
    fn new() -> Result<Self> {
        Ok(Self {
            joined: AtomicU64::new(0),
            failed: AtomicU64::new(0),
            closed: AtomicU64::new(0),
            delivered: AtomicU64::new(0),
            bytes: AtomicU64::new(0),
            inputs: AtomicU64::new(0),
            latency: Mutex::new(Histogram::new_with_bounds(1, LONGEST_US, 3)?),
            interval: Mutex::new(Histogram::new_with_bounds(1, LONGEST_US, 3)?),
            fault: Mutex::new(None),
        })
    }

    fn patch(&self, bytes: &[u8], now: Instant, before: Option<Instant>, hz: f64) {
        self.delivered.fetch_add(1, Ordering::Relaxed);
        let header = if bytes.len() < 126 { 2 } else { 4 };
        self.bytes.fetch_add((bytes.len() + header) as u64, Ordering::Relaxed);
        let led = bytes.strip_prefix(&[ROOM_STATE_PATCH, FIRST_FIELD]).and_then(|rest| rest.first_chunk::<8>());
        if let Some(t) = led {
            let late_us = (epoch_ms() - f64::from_le_bytes(*t)) * 1000.0;
            lock(&self.latency).saturating_record(late_us.max(1.0) as u64);
        }
        if let Some(before) = before {
            let waited = (now - before).as_micros() as u64;
            // It is within the bounds: no run is that long.
            let _ = lock(&self.interval).record_correct(waited, (1e6 / hz) as u64);
        }
    }

    fn lost(&self, count: &AtomicU64, words: &str) {
        count.fetch_add(1, Ordering::Relaxed);
        lock(&self.fault).get_or_insert_with(|| words.to_owned());
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// User and system time of a process in seconds: the 14th and 15th field of proc(5)'s stat, in hundredths.
fn cpu_s(pid: &str) -> Result<Cpu> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let (_, rest) = stat.rsplit_once(')').context("not as proc(5) has it")?;
    let mut fields = rest.split_whitespace().skip(11).map(|field| field.parse::<f64>().map(|ticks| ticks / 100.0));
    Ok((fields.next().context("no user time")??, fields.next().context("no system time")??))
}

fn memory_kib(pid: u32) -> Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
    Ok(line.trim().trim_end_matches("kB").trim().parse()?)
}
