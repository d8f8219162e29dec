//! Another Socket.IO server that does the arena's work under other names, driven by those names.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use parking_lot::Mutex;
use parlor::socketio::{Config, Io, Namespace};
use parlor::transport::listener;
use parlor_bots::load::{Foreign, Plan};
use parlor_bots::{Parser, Transport};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::{complete, run};

/// How often everybody is told the state.
const TICK: Duration = Duration::from_millis(100);

/// What the server has been asked.
#[derive(Debug, Default)]
struct Heard {
    rooms: Mutex<BTreeSet<String>>,
    inputs: AtomicU64,
}

/// `sit` takes a place in a room, `turn` is an input, `board` the state.
fn board(namespace: &Namespace, heard: &Arc<Heard>) {
    let known = Arc::clone(heard);
    namespace.on("sit", move |socket, event| {
        let (asked,) = event.args.parse::<(Value,)>().expect("an object");
        let room = asked["room"].as_str().expect("a room's name").to_owned();
        assert!(asked["name"].is_string(), "{asked}");
        socket.join(room.as_str());
        known.rooms.lock().insert(room);
        let ack = event.ack.as_ref().expect("an acknowledgement is asked for");
        ack.send((json!({"seat": 1}),)).expect("it is JSON");
    });
    let heard = Arc::clone(heard);
    namespace.on("turn", move |_, event| {
        let (input,) = event.args.parse::<(Value,)>().expect("an object");
        assert!(input["type"] == "move" && input["dx"].is_number() && input["seq"].is_u64(), "{input}");
        heard.inputs.fetch_add(1, Ordering::Relaxed);
    });
}

/// At its place on the timetable, everybody's state of everybody's room.
async fn tell(namespace: Namespace, heard: Arc<Heard>) {
    let now_ms = || SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs_f64() * 1_000.0;
    let (began_ms, mut timetable) = (now_ms(), tokio::time::interval(TICK));
    for tick in 0_u64.. {
        timetable.tick().await;
        let t = began_ms + TICK.as_secs_f64() * 1_000.0 * tick as f64;
        let rooms: Vec<_> = heard.rooms.lock().iter().cloned().collect();
        for room in rooms {
            let state = json!({"tick": tick, "t": t, "state": {"room": room}});
            namespace.to(room.as_str()).emit("board", (state,)).expect("it is JSON");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_server_is_driven_by_its_own_event_names() {
    let (io, heard) = (Io::new(Config::default()), Arc::<Heard>::default());
    board(&io.of("/"), &heard);
    let telling = tokio::spawn(tell(io.of("/"), Arc::clone(&heard)));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port is free");
    let addr = listener.local_addr().expect("it is bound");
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let shutdown = async { drop(stopped.await) };
    let serving = tokio::spawn(listener::serve(vec![listener], io.router(), listener::Config::default(), shutdown));
    for (parser, transport) in [(Parser::Json, Transport::WebSocket), (Parser::Msgpack, Transport::Polling)] {
        let names = Foreign { join: "sit".into(), input: "turn".into(), state: "board".into() };
        let plan = Plan { parser, transport, clients: 8, rooms: 2, hz: 10, seconds: 1.0, ..Plan::new(addr) };
        let summary = run(Plan { foreign: Some(names), ..plan }).await;
        assert_eq!(summary.expected, Some(80));
        complete(&summary);
        assert!(summary.states > 0 && summary.states <= summary.messages, "{summary:?}");
        assert!(summary.latency.as_ref().is_some_and(|latency| latency.count == summary.delivered), "{summary:?}");
        assert!(summary.inputs > 0 && heard.inputs.swap(0, Ordering::Relaxed) >= summary.inputs, "{summary:?}");
    }
    assert_eq!(heard.rooms.lock().iter().map(String::as_str).collect::<Vec<_>>(), ["0", "1"]);
    telling.abort();
    io.close().await;
    drop(stop);
    serving.await.expect("it serves to the end");
}
