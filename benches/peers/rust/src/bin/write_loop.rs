//! The limit: writes the bytes of an arena's states on the arena's timetable, one write for each client, and nothing else.
//!
//! Speaks as much of WebSocket and Socket.IO as lets a client in, then never reads again: inputs are not taken, nothing is
//! simulated and nothing encoded. No server that does the work can be cheaper on the same calls.

use std::io::{ErrorKind, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use parlor_peers::{Arena, Options, Timetable};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::{self, Message, WebSocket};

/// How long a client may take to get in: nobody else gets in meanwhile.
const PATIENCE: Duration = Duration::from_secs(2);
/// Players on a board.
const PLAYERS: u32 = 8;

type Rooms = Arc<Mutex<Vec<Vec<TcpStream>>>>;

fn main() -> Result<()> {
    let options = Options::given()?;
    let (hz, rooms) = (options.value("hz", 30.0)?, options.value("rooms", 1_usize)?);
    let clients: Rooms = Arc::new(Mutex::new((0..rooms.max(1)).map(|_| Vec::new()).collect()));
    let listener = TcpListener::bind(("127.0.0.1", options.value("port", 0)?))?;
    println!("listening on {}", listener.local_addr()?);
    let written = Arc::clone(&clients);
    thread::spawn(move || write(&written, hz));
    for stream in listener.incoming() {
        let taken = stream.context("accept").and_then(let_in).map(|(stream, room)| {
            if let Some(room) = lock(&clients).get_mut(room) {
                room.push(stream);
            }
        });
        if let Err(error) = taken {
            eprintln!("not let in: {error:#}");
        }
    }
    Ok(())
}

fn lock(rooms: &Rooms) -> MutexGuard<'_, Vec<Vec<TcpStream>>> {
    rooms.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The handshakes of WebSocket, Engine.IO and Socket.IO, and a place in a room.
fn let_in(stream: TcpStream) -> Result<(TcpStream, usize)> {
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let kept = stream.try_clone()?;
    let mut socket = tungstenite::accept(stream).map_err(|error| anyhow::anyhow!("handshake: {error}"))?;
    let open =
        json!({"sid": "limit", "upgrades": [], "pingInterval": 25000, "pingTimeout": 20000, "maxPayload": 1000000});
    socket.send(Message::text(format!("0{open}")))?;
    if heard(&mut socket)? != "40" {
        bail!("no CONNECT");
    }
    socket.send(Message::text(r#"40{"sid":"limit"}"#))?;
    let asked = heard(&mut socket)?;
    let asked = asked.strip_prefix("42").unwrap_or_default();
    let (id, data) = asked.split_at(asked.find('[').context("no event")?);
    let data: Value = serde_json::from_str(data)?;
    let room = data.pointer("/1/room").and_then(Value::as_str).context("no room")?.parse()?;
    socket.send(Message::text(format!(r#"43{id}[{{"ok":true}}]"#)))?;
    kept.set_nonblocking(true)?;
    Ok((kept, room))
}

fn heard(socket: &mut WebSocket<TcpStream>) -> Result<String> {
    match socket.read()? {
        Message::Text(text) => Ok(text.as_str().to_owned()),
        other => bail!("{other:?} is no text"),
    }
}

/// The loop. Rooms are spread over the period, as Parlor's are.
fn write(rooms: &Rooms, hz: f64) {
    let state = board(hz);
    let count = lock(rooms).len();
    let mut timetables: Vec<_> = (0..count).map(|room| Timetable::new(hz, room as f64 / count as f64)).collect();
    loop {
        for (room, timetable) in timetables.iter_mut().enumerate() {
            thread::sleep(timetable.due().saturating_duration_since(Instant::now()));
            let (tick, t) = timetable.take();
            let frame = frame(&format!(r#"42["snapshot",{{"tick":{tick},"t":{t:.3},"state":{state}}}]"#));
            if let Some(room) = lock(rooms).get_mut(room) {
                room.retain_mut(|client| wrote(client, &frame));
            }
        }
    }
}

/// Whether the client is still there. Who has no room for it misses it.
fn wrote(client: &mut TcpStream, frame: &[u8]) -> bool {
    match client.write(frame) {
        Ok(written) => written == frame.len(),
        Err(error) => error.kind() == ErrorKind::WouldBlock,
    }
}

/// A board of eight as JSON.
fn board(hz: f64) -> String {
    let mut arena = Arena::new(hz, PLAYERS as usize);
    (1..=PLAYERS).for_each(|id| arena.join(id));
    serde_json::to_string(&arena.view()).unwrap_or_default()
}

/// RFC 6455 §5.2: a whole text frame, not masked.
fn frame(text: &str) -> Vec<u8> {
    let mut frame = vec![0x81];
    match u16::try_from(text.len()) {
        Ok(short @ 0..=125) => frame.push(short as u8),
        Ok(middle) => {
            frame.push(126);
            frame.extend_from_slice(&middle.to_be_bytes());
        }
        Err(_) => {
            frame.push(127);
            frame.extend_from_slice(&(text.len() as u64).to_be_bytes());
        }
    }
    frame.extend_from_slice(text.as_bytes());
    frame
}
