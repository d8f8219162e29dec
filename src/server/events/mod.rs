//! The events of the contract: each request of a client, from its packet to the room it is for.
//!
//! Decides nothing about a room or its game; bounds how often one socket and one address may ask.

pub(super) mod lobby;
pub(super) mod request;

use std::sync::Arc;
use std::time::Instant;

use parlor_games::contract::{Refusal, Role, SeatId};
use serde::de::{DeserializeSeed, Deserializer};
use smallvec::SmallVec;

use self::request::{Chat, Clock, Create, Join, Links, Remote, Resume, Rooms};
use super::limits::Guess;
use super::link::{Ack, NAMESPACE, Request, Ticket, Viewer};
use super::state::Shared;
use super::wire::Reply;
use crate::proto::socket::Raw;
use crate::room::{CreateRequest, JoinRequest, MOST_LINKS, Origin, RoomHandle};
use crate::socketio::{Event, Io};

/// What an event counts for in a socket's bucket: those that look at every room or at many
/// seats, or make a room, count for more.
const COSTLY: u32 = 10;

/// Listens on the game's namespace.
pub(super) fn listen(io: &Io, shared: &Arc<Shared>) {
    let shared = Arc::clone(shared);
    let namespace = io.of(NAMESPACE);
    namespace.on_connect(move |socket| {
        let address = shared.address_of(socket.handshake());
        let ticket = socket.data::<Ticket>();
        let viewer = Viewer::new(socket.clone(), address, Arc::clone(&shared), shared.now());
        socket.set_shared(Arc::clone(&viewer));
        if let Some(ticket) = ticket {
            come_back(&viewer, Ticket::clone(&ticket));
        }
        if !socket.is_connected() {
            // It was let go before it had a viewer: they would hold each other, and a seat.
            drop(viewer.gone());
            socket.set_data(());
        }
    });
    namespace.on_any(|socket, event| {
        if let Some(viewer) = socket.data::<Viewer>() {
            hear(&viewer, event);
        }
    });
    // Before what it holds is kept for its return.
    namespace.on_disconnecting(|socket, _| {
        // The viewer holds its socket: they let go of each other here.
        match socket.data::<Viewer>().and_then(|viewer| viewer.gone()) {
            Some(ticket) => socket.set_data(ticket),
            None => socket.set_data(()),
        }
    });
}

/// The client's connection was lost and is recovered. Who is cut off again and again is slowed down as who asks for a seat is.
fn come_back(viewer: &Arc<Viewer>, ticket: Ticket) {
    let shared = &viewer.shared;
    if shared.addresses.may_try(viewer.address, &[], shared.now()) {
        viewer.come_back(ticket);
    } else {
        viewer.start_over();
    }
}

/// One event of one viewer. Every request is answered exactly once, if an answer is wanted: here, or by the room.
fn hear(viewer: &Arc<Viewer>, event: &Event) {
    let weight = match &*event.name {
        "create" | "join" | "resume" | "rooms" | "links" | "summary" => COSTLY,
        _ => 1,
    };
    let heard = if viewer.may_speak(weight, event.at) { request(viewer, event) } else { Err(rate_limited()) };
    if let Err(refusal) = heard {
        Viewer::refuse(event.ack.as_ref(), &refusal);
    }
}

fn request(viewer: &Arc<Viewer>, event: &Event) -> Result<(), Refusal> {
    match &*event.name {
        "input" => input(viewer, event),
        "clock" => clock(viewer, event),
        "create" => create(viewer, event),
        "join" => join(viewer, event),
        "resume" => resume(viewer, event),
        "leave" => leave(viewer, event),
        "remote" => remote(viewer, event),
        "links" => links(viewer, event),
        "summary" => summary(viewer, event),
        "rooms" => rooms(viewer, event),
        "chat" => chat(viewer, event),
        _ => Err(Refusal::new("unknown_event", "This server does not know this event.")),
    }
}

fn create(viewer: &Arc<Viewer>, event: &Event) -> Result<(), Refusal> {
    let Create { game, options, role, name, avatar, private, sync, key } = request::read(&event.args)?;
    let shown = enter(viewer, Wish { key: key.as_deref(), ..Wish::default() }, event.at)?;
    let authorized = shown == Shown::HostKey;
    let origin = viewer.origin();
    let sync = sync.unwrap_or_default();
    let request = CreateRequest { game, options, private, origin, role, name, avatar, sync, authorized };
    viewer.shared.directory.create(request, Arc::clone(viewer), ack(event, Request::Seat));
    Ok(())
}

fn join(viewer: &Arc<Viewer>, event: &Event) -> Result<(), Refusal> {
    let Join { room, game, options, role, name, avatar, sync, key } = request::read(&event.args)?;
    let role = role.unwrap_or(Role::Player);
    if room.is_none() && game.is_none() {
        return Err(request::bad_request(&"room: missing; say a room's code, or a game for a quick match"));
    }
    let shown = enter(viewer, Wish { role: Some(role), code: room.as_deref(), key: key.as_deref() }, event.at)?;
    let authorized = shown == Shown::HostKey;
    let remote = key.filter(|_| shown == Shown::RemoteKey);
    let request = JoinRequest { role, name, avatar, sync: sync.unwrap_or_default(), authorized, remote };
    let (directory, link, ack) = (&viewer.shared.directory, Arc::clone(viewer), ack(event, Request::Seat));
    match (room, game) {
        (Some(room), _) => directory.join(&room, request, link, ack),
        (None, game) => {
            directory.quick_match(&game.unwrap_or_default(), options, viewer.origin(), request, link, ack);
        }
    }
    Ok(())
}

/// Takes a seat again with its token. On the connection that holds it already, this asks for the whole view once more.
fn resume(viewer: &Arc<Viewer>, event: &Event) -> Result<(), Refusal> {
    let Resume { token, sync } = request::read(&event.args)?;
    let ack = if viewer.holds(&token) {
        ack(event, Request::Other)
    } else {
        enter(viewer, Wish::default(), event.at)?;
        ack(event, Request::Seat)
    };
    viewer.shared.directory.resume(&token, sync.unwrap_or_default(), Arc::clone(viewer), ack);
    Ok(())
}

/// What has to be so before anybody may ask for a seat: they hold none, their address has not guessed too often, and the
/// key is right if one is shown. Which it is.
///
/// Asked before any code or key is looked at, so that the answer to one guess too many says nothing of it.
fn enter(viewer: &Arc<Viewer>, wish: Wish<'_>, now: Instant) -> Result<Shown, Refusal> {
    let Wish { role, code, key } = wish;
    let Shared { addresses, key: own, directory, .. } = &*viewer.shared;
    let guesses = [code.map(|_| Guess::Code), key.map(|_| Guess::Key)];
    let guesses: SmallVec<[Guess; 2]> = guesses.into_iter().flatten().collect();
    if !addresses.may_try(viewer.address, &guesses, now) {
        return Err(Refusal::new("too_many_attempts", "Too many attempts from your address. Wait a minute."));
    }
    let run = code.filter(|_| role == Some(Role::Host));
    let is_remote_key = |key| run.and_then(|code| directory.find(code)).is_some_and(|room| room.is_remote_key(key));
    let shown = match key {
        None => Shown::Nothing,
        Some(key) if own.is(key) => Shown::HostKey,
        Some(key) if is_remote_key(key) => Shown::RemoteKey,
        Some(_) => {
            addresses.mistake(viewer.address, Guess::Key, now);
            return Err(Refusal::new("bad_key", "The host key is missing or wrong."));
        }
    };
    viewer.ask_for_seat()?;
    Ok(shown)
}

/// What is asked for, as far as it may be guessed.
#[derive(Clone, Copy, Default)]
struct Wish<'a> {
    role: Option<Role>,
    code: Option<&'a str>,
    key: Option<&'a str>,
}

/// Which right key was shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown {
    Nothing,
    HostKey,
    /// Of the room that was asked for, by somebody who wants to run it.
    RemoteKey,
}

fn leave(viewer: &Arc<Viewer>, event: &Event) -> Result<(), Refusal> {
    let (room, seat) = viewer.seat()?;
    room.leave(seat, viewer, ack(event, Request::Leave));
    Ok(())
}

/// A key for the host's other devices, or none any more.
fn remote(viewer: &Arc<Viewer>, event: &Event) -> Result<(), Refusal> {
    let left_out = request::is_left_out(&event.args);
    let Remote { revoke } = if left_out { Remote::default() } else { request::read(&event.args)? };
    let (room, seat) = viewer.seat()?;
    room.remote(seat, viewer, revoke, ack(event, Request::Other));
    Ok(())
}

/// How players are connected.
fn links(viewer: &Arc<Viewer>, event: &Event) -> Result<(), Refusal> {
    let Links { seats } = request::read(&event.args)?;
    if seats.len() > MOST_LINKS {
        return Err(request::bad_request(&format_args!("seats: more than {MOST_LINKS}")));
    }
    let (room, seat) = viewer.seat()?;
    room.links(seat, viewer, seats, ack(event, Request::Other));
    Ok(())
}

/// What the game came to.
fn summary(viewer: &Arc<Viewer>, event: &Event) -> Result<(), Refusal> {
    let (room, seat) = viewer.seat()?;
    room.summary(seat, viewer, ack(event, Request::Other));
    Ok(())
}

fn chat(viewer: &Arc<Viewer>, event: &Event) -> Result<(), Refusal> {
    let Chat { text } = request::read(&event.args)?;
    let (room, seat) = viewer.seat()?;
    room.chat(seat, viewer, &text, ack(event, Request::Other));
    Ok(())
}

/// Read by the room's game itself, straight from the packet's bytes.
fn input(viewer: &Arc<Viewer>, event: &Event) -> Result<(), Refusal> {
    let raw = request::object(&event.args)?;
    let (room, seat) = viewer.seat()?;
    if let Raw::Json(text) = raw {
        let ack = event.ack.is_some().then(|| ack(event, Request::Other));
        room.input_json(seat, viewer, text, event.at, ack);
        return Ok(());
    }
    let asked = Asked { room: &*room, seat, viewer, event };
    if let Err(error) = raw.parse_seed(asked) {
        // The room has told the sender already: it reads no more than it needs to say no.
        tracing::trace!(%error, "an input was not read to its end");
    }
    Ok(())
}

/// An input on its way to the room.
struct Asked<'a> {
    room: &'a dyn RoomHandle<Viewer>,
    seat: SeatId,
    viewer: &'a Arc<Viewer>,
    event: &'a Event,
}

impl<'de> DeserializeSeed<'de> for Asked<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        let Self { room, seat, viewer, event } = self;
        let ack = event.ack.is_some().then(|| ack(event, Request::Other));
        let mut input = <dyn erased_serde::Deserializer<'_>>::erase(deserializer);
        room.input(seat, viewer, &mut input, event.at, ack);
        Ok(())
    }
}

fn clock(viewer: &Arc<Viewer>, event: &Event) -> Result<(), Refusal> {
    let Clock { t0 } = request::read(&event.args)?;
    let clock = viewer.shared.directory.clock();
    Viewer::reply(event.ack.as_ref(), &Reply::Clock { t0, t1: clock.wall_ms(clock.now()) });
    Ok(())
}

fn rooms(viewer: &Arc<Viewer>, event: &Event) -> Result<(), Refusal> {
    let Rooms { game } = if request::is_left_out(&event.args) { Rooms::default() } else { request::read(&event.args)? };
    let rooms = viewer.shared.directory.rooms(game.as_deref());
    Viewer::reply(event.ack.as_ref(), &Reply::Rooms(&rooms));
    Ok(())
}

fn ack(event: &Event, request: Request) -> Ack {
    Ack { socket: event.ack.clone(), request }
}

fn rate_limited() -> Refusal {
    Refusal::new("rate_limited", "Too fast. Wait a moment.")
}

impl Viewer {
    fn origin(&self) -> Origin {
        Origin(self.address.to_string().into())
    }
}
