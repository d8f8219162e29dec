//! A chat: rooms, names, who is typing, and the last words of each room for those who come later. Keeps all in memory.
//!
//! `cargo run --example chat [PORT]` prints where it listens; `make site` first, for the stock client that the page loads.

use std::collections::{HashMap, VecDeque};
use std::{error::Error, sync::Arc, time::SystemTime};

use axum::{Router, response::Html, routing::get};
use futures_util::FutureExt;
use parking_lot::Mutex;
use parlor::socketio::{Config, EmitError, Event, Io, Recovery, Socket};
use parlor::{server::client_bundle, transport::listener};
use serde_json::{Value, json};

/// How much a room remembers, and how many rooms do when nobody is in them.
const MAX_SAID: usize = 100;
const MAX_ROOMS: usize = 1_000;

/// What was said in each room. Locked while something is said, so that who joins gets it once: from here or as an event.
type Rooms = HashMap<String, VecDeque<Value>>;

/// What a socket that has joined keeps.
struct Person {
    room: String,
    name: String,
}

/// What a person wrote, if that is from one to so many characters.
fn written(text: &str, most: usize) -> Option<String> {
    let text: String = text.trim().chars().filter(|char| !char.is_control()).collect();
    (1..=most).contains(&text.chars().count()).then_some(text)
}

/// Tells a socket's room who is in it. One that is back from a lost connection is there already.
fn tell_people(socket: &Socket) {
    let Some(person) = socket.data::<Person>() else { return };
    let room = socket.namespace().to(&person.room);
    let people = room.sockets().into_iter().filter_map(|socket| socket.data::<Person>());
    done(room.emit("people", (people.map(|person| person.name.clone()).collect::<Vec<_>>(),)));
}

fn join(rooms: &mut Rooms, socket: &Socket, event: &Event) -> Result<Value, Box<dyn Error>> {
    let (room, name): (String, String) = event.args.parse()?;
    let (room, name) = written(&room, 24).zip(written(&name, 24)).ok_or("Names have 1 to 24 characters.")?;
    socket.data::<Person>().map_or(Ok(()), |_| Err("Leave the other room first."))?;
    // With a sign that is in no socket's id: each socket is in a room of that name, where nobody else belongs.
    let room = format!("#{room}");
    if rooms.len() >= MAX_ROOMS {
        rooms.retain(|other, _| *other == room || !socket.namespace().to(other).sockets().is_empty());
    }
    socket.set_data(Person { room: room.clone(), name });
    socket.join(&room);
    tell_people(socket);
    Ok(json!({ "ok": true, "said": rooms.entry(room).or_default() }))
}

fn say(rooms: &mut Rooms, socket: &Socket, event: &Event) -> Result<Value, Box<dyn Error>> {
    let text = written(&event.args.get::<String>(0)?, 500).ok_or("A text has 1 to 500 characters.")?;
    let Person { room, name } = &*socket.data::<Person>().ok_or("Join a room first.")?;
    let (at, said) = (SystemTime::UNIX_EPOCH.elapsed()?.as_millis() as u64, rooms.entry(room.clone()).or_default());
    said.push_back(json!({ "by": socket.id().as_str(), "name": name, "text": text, "at": at }));
    said.drain(..said.len().saturating_sub(MAX_SAID));
    done(socket.namespace().to(room).emit("said", (said.back(),)));
    Ok(json!({ "ok": true }))
}

/// What is sent is ours and can be encoded: an error means that whoever it was for has gone.
fn done<T>(sent: Result<T, EmitError>) {
    sent.map_or_else(|error| eprintln!("{error}"), drop);
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let config = Config { recovery: Recovery { enabled: true, ..Recovery::default() }, ..Config::default() };
    let page = Router::new().route("/", get(Html(include_str!("chat.html")))).merge(client_bundle(&config.transport));
    let (io, rooms) = (Io::new(config), Arc::new(Mutex::new(Rooms::new())));
    let chat = io.of("/");
    for (name, handle) in [("join", join as fn(&mut Rooms, &Socket, &Event) -> _), ("say", say)] {
        let rooms = Arc::clone(&rooms);
        chat.on(name, move |socket, event| {
            let answer = handle(&mut rooms.lock(), socket, event);
            let answer = answer.unwrap_or_else(|why| json!({ "ok": false, "message": why.to_string() }));
            event.ack.iter().for_each(|ack| done(ack.send((&answer,))));
        });
    }
    chat.on("typing", |socket, event| {
        let (Some(person), Ok(typing)) = (socket.data::<Person>(), event.args.get::<bool>(0)) else { return };
        done(socket.to(&person.room).volatile().emit("typing", (&person.name, typing)));
    });
    chat.on("leave", |socket, _| socket.disconnect(false));
    chat.on_connect(tell_people);
    chat.on_disconnect(|socket, _| tell_people(socket));
    let port = std::env::args().nth(1).map_or(Ok(0), |port| port.parse())?;
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    println!("listening on http://{}/", listener.local_addr()?);
    let (router, stop) = (page.merge(io.router()), tokio::signal::ctrl_c().then(|_| io.close()));
    listener::serve(vec![listener], router, listener::Config::default(), stop).await;
    Ok(())
}
