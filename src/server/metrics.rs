//! `/metrics`: what the floors below count, named for Prometheus and written down by its client at each scrape.
//!
//! Counts nothing itself: rooms and transports keep plain counters and know no names, and nothing is looked at between scrapes.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, State};
use axum::routing::get;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use parlor_proto::engine::Transport;
use parlor_proto::socket::Parser;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, text};
use prometheus_client::registry::Registry;
use tokio::sync::Mutex;

use super::api::refused;
use super::exposition::Exposition;
use super::keys::HostKey;
use super::process::Process;
use super::rates::{Rate, Rates};
use super::site::secured;
use super::state::Shared;
use crate::room;
use crate::socketio::Io;
use crate::transport::{Flow, Traffic};

/// What `prometheus_client` writes, which Prometheus and those that read its format take as well.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

const WRONG: &str = "The metrics' token is missing or wrong.";

/// The route, for those who have the token if there is one.
pub(super) fn routes(shared: Arc<Shared>, io: Io, token: Option<&str>) -> Router {
    let mut registry = Registry::default();
    registry.register_collector(Box::new(Process));
    let rates = parking_lot::Mutex::new(Rates::start(shared.directory.clock().now()));
    let floors = Floors { shared: Arc::clone(&shared), io, rates };
    registry.sub_registry_with_prefix("parlor").register_collector(Box::new(floors));
    let metrics =
        Metrics { registry: Arc::new(registry), shared, token: token.map(HostKey::new), scraping: Mutex::new(()) };
    Router::new().route("/metrics", get(scrape)).with_state(Arc::new(metrics))
}

struct Metrics {
    registry: Arc<Registry>,
    shared: Arc<Shared>,
    token: Option<HostKey>,
    /// One scrape at a time: each looks at every room and session, so that many at once would be an attack.
    scraping: Mutex<()>,
}

async fn scrape(
    State(metrics): State<Arc<Metrics>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: HeaderMap,
) -> Response<Body> {
    if let Some(token) = &metrics.token
        && let Some(refusal) = refused(&metrics.shared, peer, &request, token, WRONG)
    {
        return refusal;
    }
    let _alone = metrics.scraping.lock().await;
    let registry = Arc::clone(&metrics.registry);
    // Thousands of rooms and sessions take milliseconds to look at, which those who serve sockets should not wait.
    let written = tokio::task::spawn_blocking(move || {
        let mut body = String::new();
        text::encode(&mut body, &registry).map(|()| body)
    });
    let mut response = match written.await {
        Ok(Ok(body)) => Response::new(Body::from(body)),
        Ok(Err(_)) | Err(_) => {
            tracing::error!("the metrics could not be written");
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
            response
        }
    };
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(OPEN_METRICS));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    secured(response)
}

/// The floors below, as a collector of their counts.
#[derive(Debug)]
struct Floors {
    shared: Arc<Shared>,
    io: Io,
    rates: parking_lot::Mutex<Rates>,
}

impl Collector for Floors {
    fn encode(&self, encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let mut out = Exposition::new(encoder);
        out.info("build", "The version that runs", &[("version", env!("CARGO_PKG_VERSION").into())])?;
        self.ticks(&mut out)?;
        self.rooms(&mut out)?;
        self.sessions(&mut out)?;
        self.traffic(&mut out)
    }
}

impl Floors {
    fn ticks(&self, out: &mut Exposition<'_>) -> fmt::Result {
        let lanes: Vec<room::Counts> = self.shared.directory.stats().lanes().collect();
        let each = |count: fn(&room::Counts) -> u64| {
            lanes.iter().enumerate().map(move |(n, counts)| (vec![("thread", n.to_string())], count(counts)))
        };
        out.counters("ticks", "Ticks that rooms ran", each(|counts| counts.ticks))?;
        let help = "Ticks that rooms had to run at their games' rates: run, skipped, or left out by a lowered rate";
        out.counters("ticks_due", help, each(|counts| counts.due))?;
        let help = "Ticks dropped because a room was more than four behind";
        out.counters("ticks_skipped", help, each(|counts| counts.skipped))?;
        out.counters(
            "tick_overruns",
            "Steps of rooms that took longer than their period",
            each(|counts| counts.overruns),
        )?;
        let help = "Times that a room's rate was lowered because it kept overrunning";
        out.counters("room_slowdowns", help, each(|counts| counts.slowed))?;
        out.counters("room_failures", "Rooms ended because their game panicked", each(|counts| counts.failed))?;
        let help = "Rooms that this thread gave to another one, which had less to do";
        out.counters("rooms_moved", help, each(|counts| counts.moved))?;
        let help = "Steps that this thread made of rooms of another one, which did not get to them";
        out.counters("steps_helped", help, each(|counts| counts.helped))?;
        self.rates(&lanes, out)?;
        let each = |durations: fn(&room::Counts) -> &room::Durations| {
            lanes.iter().enumerate().map(move |(n, counts)| (vec![("thread", n.to_string())], durations(counts)))
        };
        out.durations("tick_lateness", "How late steps of rooms began", each(|counts| &counts.lateness))?;
        let help = "How long steps of rooms took, handing out their news included";
        out.durations("tick_duration", help, each(|counts| &counts.duration))?;
        out.durations(
            "input_age",
            "From an input's arrival to the step that applied it",
            each(|counts| &counts.input_age),
        )
    }

    fn rates(&self, lanes: &[room::Counts], out: &mut Exposition<'_>) -> fmt::Result {
        let directory = &self.shared.directory;
        let (threads, all) = self.rates.lock().take(directory.clock().now(), lanes);
        let each = |rate: fn(&Rate) -> f64| {
            threads.iter().enumerate().map(move |(n, of)| (vec![("thread", n.to_string())], rate(of)))
        };
        let help = "Ticks a second of a room that is awake, on average since the scrape before; 0 while none is";
        out.gauge("effective_hz", help, all.effective)?;
        let help = "Ticks a second that such a room's game asks for, on average";
        out.gauge("nominal_hz", help, all.nominal)?;
        let help = "The same as parlor_effective_hz, of the rooms of one thread";
        out.gauges("thread_effective_hz", help, each(|rate| rate.effective))?;
        let help = "The same as parlor_nominal_hz, of the rooms of one thread";
        out.gauges("thread_nominal_hz", help, each(|rate| rate.nominal))?;
        let rooms = directory.rooms_by_thread().into_iter().enumerate();
        let rooms = rooms.map(|(n, rooms)| (vec![("thread", n.to_string())], rooms));
        out.gauges("thread_rooms", "Rooms of one thread, those that sleep included", rooms)
    }

    fn rooms(&self, out: &mut Exposition<'_>) -> fmt::Result {
        let games = self.shared.directory.census();
        let each = |count: fn(&room::Census) -> usize| {
            games.iter().map(move |(game, census)| (vec![("game", (*game).into())], count(census)))
        };
        out.gauges("rooms", "Rooms there are, private ones included", each(|census| census.rooms))?;
        out.gauges("rooms_slowed", "Rooms whose rate is lowered at the moment", each(|census| census.slowed))?;
        let seats = games.iter().flat_map(|(game, census)| {
            let roles = [("host", census.hosts), ("player", census.players), ("spectator", census.spectators)];
            roles.map(|(role, seats)| (vec![("game", (*game).into()), ("role", role.into())], seats))
        });
        out.gauges("seats", "Seats taken, those included whose holder is away", seats)
    }

    fn sessions(&self, out: &mut Exposition<'_>) -> fmt::Result {
        let census = self.io.census();
        let sessions = census.sessions().map(|(transport, parser, sessions)| {
            let parser = match parser {
                None => "none",
                Some(Parser::Json) => "json",
                Some(Parser::Msgpack) => "msgpack",
            };
            (vec![("transport", transport.as_str().into()), ("parser", parser.into())], sessions)
        });
        let help = "Sessions open; without a parser until they join a namespace";
        out.gauges("sessions", help, sessions)?;
        let waiting = census.transport;
        out.gauge("outboxes_waiting", "Sessions for which something waits to be sent", waiting.waiting)?;
        out.gauge("outbox_packets", "Packets that wait to be sent, of all sessions", waiting.frames)?;
        let help = "Packets that wait to be sent, of the session for which the most do";
        out.gauge("outbox_packets_max", help, waiting.most_frames)?;
        out.gauge_of_bytes("outbox", "What waits to be sent, of all sessions", waiting.bytes)
    }

    fn traffic(&self, out: &mut Exposition<'_>) -> fmt::Result {
        let counts = self.io.counts();
        out.counter("sessions_opened", "Sessions opened", counts.opened)?;
        out.counter("sessions_upgraded", "Sessions upgraded from polling to WebSocket", counts.upgraded)?;
        let help = "Requests refused before they got a session, or out of place in one";
        out.counter("requests_refused", help, counts.refused)?;
        let help = "Sessions closed because their client took too little of what waited for it";
        out.counter("slow_closes", help, counts.outboxes_full)?;
        let help = "States replaced by later ones before a slow client took them";
        out.counter("states_coalesced", help, counts.states_replaced)?;
        let help = "Volatile packets dropped because they could not go out at once, and had no room to wait";
        out.counter("volatile_packets_dropped", help, counts.volatile_dropped)?;
        let transports = [
            (Transport::Polling, counts.polling),
            (Transport::Websocket, counts.websocket),
            (Transport::Webtransport, counts.webtransport),
        ];
        let each = |flow: fn(&Traffic) -> Flow| {
            transports
                .iter()
                .map(move |(transport, traffic)| (vec![("transport", transport.as_str().into())], flow(traffic)))
        };
        out.flows("received", "from clients", each(|traffic| traffic.received))?;
        out.flows("sent", "to clients", each(|traffic| traffic.sent))
    }
}
