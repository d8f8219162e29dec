//! The arena on socketioxide: rooms of the library, one broadcast to a room each tick.

use std::collections::BTreeMap;
use std::future::{Ready, ready};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::Result;
use axum::serve::ListenerExt as _;
use parlor_peers::{Arena, Direction, Options, Timetable, View, phase};
use serde::{Deserialize, Serialize};
use serde_json::json;
use socketioxide::extract::{AckSender, Data, SocketRef, State};
use socketioxide::{SocketIo, TransportType};
use tokio::net::TcpListener;

/// What a client asks to join with.
#[derive(Deserialize)]
struct Ask {
    room: String,
}

#[derive(Serialize)]
struct Snapshot {
    tick: u64,
    t: f64,
    state: View,
}

#[derive(Clone)]
struct House {
    hz: f64,
    visible: usize,
    rooms: Arc<Mutex<BTreeMap<String, Arc<Room>>>>,
}

struct Room {
    code: String,
    inner: Mutex<Inner>,
}

struct Inner {
    arena: Arena,
    seats: u32,
    over: bool,
}

impl House {
    /// Takes a seat; the first of a room opens it.
    fn seat(&self, io: &SocketIo, code: String) -> (Arc<Room>, u32) {
        let mut rooms = lock(&self.rooms);
        let phase = phase(rooms.len());
        let room = rooms.entry(code).or_insert_with_key(|code| {
            let inner = Inner { arena: Arena::new(self.hz, self.visible), seats: 0, over: false };
            let room = Arc::new(Room { code: code.clone(), inner: Mutex::new(inner) });
            tokio::spawn(Arc::clone(&room).run(io.clone(), self.hz, phase));
            room
        });
        let mut inner = lock(&room.inner);
        inner.seats += 1;
        let seat = inner.seats;
        inner.arena.join(seat);
        drop(inner);
        (Arc::clone(room), seat)
    }

    fn leave(&self, room: &Room, seat: u32) {
        let mut rooms = lock(&self.rooms);
        let mut inner = lock(&room.inner);
        if !inner.arena.leave(seat) {
            inner.over = true;
            rooms.remove(&room.code);
        }
    }
}

impl Room {
    async fn run(self: Arc<Self>, io: SocketIo, hz: f64, phase: f64) {
        let mut timetable = Timetable::new(hz, phase);
        loop {
            tokio::time::sleep_until(timetable.due().into()).await;
            let (tick, t) = timetable.take();
            let state = {
                let mut inner = lock(&self.inner);
                if inner.over {
                    return;
                }
                inner.arena.step();
                inner.arena.view()
            };
            // A client whose buffer is full misses this state; the library says so here.
            let _ = io.to(self.code.clone()).emit("snapshot", &Snapshot { tick, t, state }).await;
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Not an `async fn`: the library polls what this returns in a task of its own, and the `join` of a quick client may come before
/// that task. Nobody would answer it.
fn connected(socket: SocketRef) -> Ready<()> {
    socket.on(
        "join",
        async |io: SocketIo, socket: SocketRef, Data::<Ask>(ask), State::<House>(house), ack: AckSender| {
            let (room, seat) = house.seat(&io, ask.room);
            socket.join(room.code.clone());
            let heard = Arc::clone(&room);
            socket.on("input", async move |Data::<Direction>(input)| lock(&heard.inner).arena.turn(seat, input));
            let code = room.code.clone();
            socket.on_disconnect(async move || house.leave(&room, seat));
            // Who is gone by then wants no answer.
            let _ = ack.send(&json!({"ok": true, "room": code, "seat": seat}));
        },
    );
    ready(())
}

#[tokio::main]
async fn main() -> Result<()> {
    let options = Options::given()?;
    let house = House { hz: options.value("hz", 30.0)?, visible: options.value("visible", 8)?, rooms: Arc::default() };
    let (layer, io) = SocketIo::builder().transports([TransportType::Websocket]).with_state(house).build_layer();
    io.ns("/", connected);
    let listener = TcpListener::bind(("127.0.0.1", options.value("port", 0)?)).await?;
    println!("listening on {}", listener.local_addr()?);
    // As Node's servers have it. Without, a state waits for the acknowledgement of the one before: cheaper, and 20 ms late.
    let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    axum::serve(listener, axum::Router::new().layer(layer)).await?;
    Ok(())
}
