//! What admins have done: events emitted, sockets that join, leave and are put out, in any namespace.
//!
//! Asks nobody whether they may: who is not let in is in no position to ask, and where admins may look only, nobody listens.

use parlor_proto::socket::{Args, ArgsError, Value};

use crate::socketio::io::WeakIo;
use crate::socketio::{Broadcast, Event, Namespace, Socket};

/// The page's names for what this server can do.
pub(super) const FEATURES: [&str; 7] = ["EMIT", "JOIN", "LEAVE", "DISCONNECT", "MJOIN", "MLEAVE", "MDISCONNECT"];

/// What is done with the sockets that are meant; the arguments are the command's.
type Command = fn(&Broadcast, &Args) -> Result<(), ArgsError>;

/// Each command's name, and where it says of which room it means the sockets.
const COMMANDS: [(&str, usize, Command); 4] =
    [("emit", 1, emit), ("join", 2, join), ("leave", 2, leave), ("_disconnect", 2, disconnect)];

pub(super) fn listen(admin: &Namespace, io: &WeakIo) {
    for (name, filter, command) in COMMANDS {
        let io = io.clone();
        admin.on(name, move |socket, event| {
            if let Err(error) = obey(&io, socket, event, filter, command) {
                tracing::debug!(admin = %socket.id(), command = name, %error, "is not understood");
            }
        });
    }
}

fn obey(io: &WeakIo, admin: &Socket, event: &Event, filter: usize, command: Command) -> Result<(), ArgsError> {
    let name: String = event.args.get(0)?;
    // An id is the room of one socket. Without a room it is for all.
    let room: Option<String> = event.args.get(filter)?;
    let room = room.filter(|room| !room.is_empty());
    // Not `of`, as that would make it.
    let Some(namespace) = io.upgrade().and_then(|io| io.find(&name)) else {
        tracing::debug!(namespace = name, "is not there");
        return Ok(());
    };
    tracing::info!(admin = %admin.id(), command = &*event.name, namespace = name, room, "an admin's command");
    let sockets = room.map_or_else(|| namespace.everyone(), |room| namespace.to(room));
    command(&sockets, &event.args)
}

fn emit(sockets: &Broadcast, args: &Args) -> Result<(), ArgsError> {
    let name: String = args.get(2)?;
    let args: Vec<Value> = args.values()?.into_iter().skip(3).collect();
    if let Err(error) = sockets.emit(&name, args) {
        tracing::info!(%error, "an admin's event was not emitted");
    }
    Ok(())
}

fn join(sockets: &Broadcast, args: &Args) -> Result<(), ArgsError> {
    sockets.sockets_join(args.get::<String>(1)?);
    Ok(())
}

fn leave(sockets: &Broadcast, args: &Args) -> Result<(), ArgsError> {
    sockets.sockets_leave(args.get::<String>(1)?);
    Ok(())
}

fn disconnect(sockets: &Broadcast, args: &Args) -> Result<(), ArgsError> {
    sockets.disconnect_sockets(args.get(1)?);
    Ok(())
}
