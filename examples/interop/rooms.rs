//! Rooms, whom they reach by which flags, and what is had done with all in them.

use std::sync::Arc;
use std::time::Duration;

use parlor::socketio::{Broadcast, Namespace, RemoteSocket, SocketId, Value};

use crate::events::{answer, said};

/// For those who acknowledge.
const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) fn listen(namespace: &Namespace) {
    namespace.on("join", |socket, event| {
        event.args.get::<String>(0).iter().for_each(|room| socket.join(room.as_str()));
        answer(socket, event, "joined");
    });
    namespace.on("tell", |socket, event| {
        let Ok((room, name, what)) = event.args.parse::<(String, String, Value)>() else { return };
        if let Err(error) = socket.namespace().to(room).emit(&name, (what,)) {
            eprintln!("{}: {error}", socket.id());
        }
    });
    namespace.on("flagged", |socket, event| {
        let Ok(flag) = event.args.get::<String>(0) else { return };
        let own = socket.namespace().to(socket.id());
        let flagged = match &*flag {
            "local" => own.local(),
            "compress" => own.compress(true),
            "volatile" => own.volatile(),
            "all of them" => own.local().volatile().compress(false),
            _ => return,
        };
        let socket = socket.clone();
        tokio::spawn(async move {
            // What is volatile goes out at once or not at all: between two polls it does not.
            while socket.is_connected() && flagged.emit("flagged", (&flag,)) == Ok(0) {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        });
    });
    // The same of one socket: it is asked for by its own room, as any other would be.
    namespace.on("be-moved", |socket, event| {
        let Ok((how, room)) = event.args.parse::<(String, String)>() else { return };
        let own = socket.namespace().to(socket.id());
        match &*how {
            "into" => own.sockets_join(room.as_str()),
            "out of" => own.sockets_leave(room.as_str()),
            _ => {}
        }
        answer(socket, event, "moved");
    });
    namespace.on("be-put-out", |socket, _| socket.namespace().to(socket.id()).disconnect_sockets(false));
    namespace.on("be-fetched", |socket, event| {
        socket.share_data(("what it shows", event.args.len()));
        let (socket, ack, fetched) = (socket.clone(), event.ack.clone(), fetch(socket.namespace().to(socket.id())));
        tokio::spawn(async move {
            let fetched = fetched.await;
            ack.iter().for_each(|ack| said(&socket, ack.send((&fetched,))));
        });
    });
    namespace.on("ask-all-in", |socket, event| {
        let Ok((room, question)) = event.args.parse::<(String, String)>() else { return };
        let asked = socket.namespace().to(room).timeout(PATIENCE).emit_with_ack(&question, ());
        let socket = socket.clone();
        tokio::spawn(async move {
            let answered = asked.await.map(|answers| answers.answered).unwrap_or_default();
            let first = answered.first().and_then(|(_, args)| args.get::<Value>(0).ok());
            said(&socket, socket.emit("answers", (answered.len(), first)));
        });
    });
    namespace.on("ask-servers", |socket, event| {
        let asked = socket.namespace().server_side_emit_with_ack("load?", ());
        let (socket, ack) = (socket.clone(), event.ack.clone());
        tokio::spawn(async move {
            let servers = asked.await.map(|answers| (answers.answered.len(), answers.missing)).unwrap_or((0, 1));
            ack.iter().for_each(|ack| said(&socket, ack.send((servers.0, servers.1))));
        });
    });
}

/// The rooms of the sockets that are meant, but for each one's own, and what they show.
async fn fetch(target: Broadcast) -> Vec<(Vec<String>, Value)> {
    let sockets = target.fetch_sockets().await.unwrap_or_default();
    let rooms = |socket: &RemoteSocket| {
        let own = |room: &&Arc<str>| SocketId::parse(room) != Some(socket.id());
        socket.rooms().iter().filter(own).map(ToString::to_string).collect()
    };
    sockets.iter().map(|socket| (rooms(socket), socket.data::<Value>().unwrap_or_default())).collect()
}
