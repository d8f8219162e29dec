//! What can be asked of a namespace by anybody in it.

use std::sync::atomic::{AtomicU64, Ordering};

use parlor::socketio::{Args, Binary, EmitError, Event, Namespace, Socket, Value};

/// All that can be asked of a namespace.
pub(crate) fn listen(namespace: &Namespace) {
    namespace.on_connect(|socket| {
        if socket.recovered() {
            return;
        }
        socket.set_data(AtomicU64::new(0));
        let auth = socket.handshake().auth::<Value>().unwrap_or_default();
        if socket.namespace().name() != "/quiet" {
            said(socket, socket.emit("welcome", (socket.namespace().name(), auth)));
        }
    });
    namespace.on("echo", |socket, event| match &event.ack {
        Some(ack) => said(socket, ack.send(&event.args)),
        None => said(socket, socket.emit("echo", &event.args)),
    });
    namespace.on("where", |socket, event| answer(socket, event, socket.namespace().name()));
    namespace.on("process", |socket, event| answer(socket, event, std::process::id()));
    namespace.on("bytes", |socket, event| answer(socket, event, Binary::from(vec![0, 127, 128, 255])));
    namespace.on("put-me-out", |socket, _| socket.disconnect(false));
    namespace.on("ask-me", |socket, event| {
        // The first argument is the event to ask with, and the others go with it.
        let Ok(mut args) = event.args.values() else { return };
        let Some(Value::Text(name)) = (!args.is_empty()).then(|| args.remove(0)) else { return };
        let (socket, question) = (socket.clone(), socket.emit_with_ack(&name, args));
        tokio::spawn(async move {
            let answers: Args = question.await.unwrap_or_default();
            said(&socket, socket.emit("answer", &answers));
        });
    });
    namespace.on("count", |socket, event| {
        // It says the number that is its turn, beginning with 0.
        let turn = socket.data::<AtomicU64>().map(|turn| turn.fetch_add(1, Ordering::Relaxed));
        match event.args.get::<u64>(0) {
            Ok(number) if Some(number) == turn => {}
            other => said(socket, socket.emit("disorder", (format!("{other:?} came, and it was {turn:?}'s turn"),))),
        }
    });
    namespace.on("counted", |socket, event| {
        let counted = socket.data::<AtomicU64>().map_or(0, |turn| turn.load(Ordering::Relaxed));
        answer(socket, event, counted);
    });
    namespace.on("all", |socket, event| {
        if let Err(error) = socket.namespace().emit("all", &event.args) {
            eprintln!("{}: {error}", socket.id());
        }
    });
}

pub(crate) fn answer(socket: &Socket, event: &Event, answer: impl serde::Serialize) {
    if let Some(ack) = &event.ack {
        said(socket, ack.send((answer,)));
    }
}

pub(crate) fn said(socket: &Socket, sent: Result<(), EmitError>) {
    if let Err(error) = sent {
        eprintln!("{}: {error}", socket.id());
    }
}
