//! A viewer: one socket, and the seat it holds. The way from a room to the socket is [`room::Link`].
//!
//! Reads no requests (`events` does) and decides nothing about a seat: the room does.

use std::net::IpAddr;
use std::sync::{Arc, Weak};
use std::time::Instant;

use parking_lot::Mutex;
use parlor_games::contract::{Refusal, SeatId};
use smallvec::SmallVec;

use super::limits::{Bucket, Guess};
use super::state::Shared;
use super::state_json;
use super::wire::{self, Closed, Payload, Reply};
use crate::proto::frame::{Frame, Frames, Kind};
use crate::proto::socket::{EncodeError, Parser, encode_event};
use crate::room::{
    self, Answer, Answered, Broadcast, CloseReason, Condition, Item, Link, Outgoing, RoomHandle, Seated,
};
use crate::socketio::{self, Encoded, Socket};
use crate::transport;

/// The namespace of the game: its packets' prefix is the same for all who get them.
pub(super) const NAMESPACE: &str = "/";

/// One socket of the game's namespace, from its connection to its end.
///
/// The socket comes first, as most is done with it alone; then what every event needs.
#[repr(C)]
pub(super) struct Viewer {
    socket: Socket,
    pub(super) shared: Arc<Shared>,
    events: Mutex<Bucket>,
    place: Mutex<Place>,
    /// Of the person, as far as it is known: a proxy's is looked behind if it is to be believed.
    pub(super) address: IpAddr,
    /// Itself: rooms are given links by `Arc`.
    own: Weak<Self>,
}

/// Where a viewer is. One seat at a time.
#[derive(Debug, Default)]
enum Place {
    /// Nowhere.
    #[default]
    None,
    /// A seat was asked for, and the answer is due.
    Asked,
    /// In a seat. Where that was recovered, the client may not know of it until it has `asked` for it, or for something in it.
    Seated { room: Arc<dyn RoomHandle<Viewer>>, seat: SeatId, ticket: Ticket, asked: bool },
    /// The connection has ended.
    Gone,
}

/// What is kept of a viewer whose connection was lost: the token of its seat.
#[derive(Clone)]
pub(super) struct Ticket(Arc<str>);

impl std::fmt::Debug for Ticket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Ticket(..)")
    }
}

/// What a room's answer goes to.
#[derive(Debug)]
pub(super) struct Ack {
    /// `None`: the client wants none.
    pub(super) socket: Option<socketio::Ack>,
    pub(super) request: Request,
}

/// What was asked for, as far as the answer changes where a viewer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Request {
    Seat,
    /// Of the server itself, for a connection that was recovered.
    Return,
    Leave,
    Other,
}

impl std::fmt::Debug for Viewer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Viewer").field("address", &self.address).field("place", &self.place).finish_non_exhaustive()
    }
}

impl Viewer {
    pub(super) fn new(socket: Socket, address: IpAddr, shared: Arc<Shared>, now: Instant) -> Arc<Self> {
        let events = Mutex::new(Bucket::full(shared.event_rate(), now));
        Arc::new_cyclic(|own| Self { socket, address, shared, place: Mutex::default(), events, own: own.clone() })
    }

    /// Counts an event of this `weight`. Whether it may be heard; a socket that goes on and on is disconnected.
    pub(super) fn may_speak(&self, weight: u32, now: Instant) -> bool {
        let rate = self.shared.event_rate();
        let mut events = self.events.lock();
        let taken = events.take(rate, f64::from(weight), now);
        let flood = events.debt() > rate.burst * FLOOD;
        drop(events);
        if flood {
            tracing::info!(address = %self.address, "disconnected for a flood of events");
            self.socket.disconnect(true);
        }
        taken
    }

    /// The answer to a request that no room was asked about.
    pub(super) fn reply(ack: Option<&socketio::Ack>, reply: &Reply<'_>) {
        let Some(ack) = ack else { return };
        if let Err(error) = ack.send((reply,)) {
            tracing::debug!(%error, "an answer was not sent");
        }
    }

    pub(super) fn refuse(ack: Option<&socketio::Ack>, refusal: &Refusal) {
        Self::reply(ack, &Reply::Refused(refusal));
    }

    /// Takes note that a seat is asked for. One that was recovered, and that the client has shown no interest in, waits as if it had
    /// not been.
    ///
    /// # Errors
    /// When one is held, or asked for already.
    pub(super) fn ask_for_seat(self: &Arc<Self>) -> Result<(), Refusal> {
        let mut place = self.place.lock();
        match &*place {
            Place::None => {
                *place = Place::Asked;
                Ok(())
            }
            Place::Seated { room, seat, asked: false, .. } => {
                let (room, seat) = (Arc::clone(room), *seat);
                *place = Place::Asked;
                drop(place);
                room.dropped(seat, self);
                Ok(())
            }
            Place::Asked | Place::Seated { .. } => {
                Err(Refusal::new("already_seated", "You have a seat already. Leave it first."))
            }
            Place::Gone => Err(not_seated()),
        }
    }

    /// The room and the seat.
    ///
    /// # Errors
    /// When there is none.
    pub(super) fn seat(&self) -> Result<(Arc<dyn RoomHandle<Self>>, SeatId), Refusal> {
        match &mut *self.place.lock() {
            Place::Seated { room, seat, asked, .. } => {
                *asked = true;
                Ok((Arc::clone(room), *seat))
            }
            Place::None | Place::Asked | Place::Gone => Err(not_seated()),
        }
    }

    /// Whether the token is that of the seat which is held here.
    pub(super) fn holds(&self, token: &str) -> bool {
        let Ok((room, seat)) = self.seat() else { return false };
        let own = self.shared.directory.seat_of(token);
        own.is_some_and(|(of, its)| its == seat && of.code() == room.code())
    }

    /// The connection has ended: the seat waits for another. What leads back to it if this one is recovered.
    pub(super) fn gone(self: &Arc<Self>) -> Option<Ticket> {
        let place = std::mem::replace(&mut *self.place.lock(), Place::Gone);
        match place {
            Place::Seated { room, seat, ticket, .. } => {
                room.dropped(seat, self);
                Some(ticket)
            }
            Place::None | Place::Asked | Place::Gone => None,
        }
    }

    /// The client is to come again as a new one.
    pub(super) fn start_over(&self) {
        self.socket.start_over();
    }

    /// The connection was recovered: it goes on in its seat, without a word of the client's. What is asked for from here on, the
    /// room hears after that.
    pub(super) fn come_back(self: &Arc<Self>, ticket: Ticket) {
        let Some((room, seat)) = self.shared.directory.seat_of(&ticket.0) else { return self.start_over() };
        let token = Arc::clone(&ticket.0);
        *self.place.lock() = Place::Seated { room, seat, ticket, asked: false };
        let got = self.socket.offset().and_then(|offset| place(&offset));
        let ack = Ack { socket: None, request: Request::Return };
        self.shared.directory.come_back(&token, got.as_ref(), Arc::clone(self), ack);
    }

    fn seated(&self, seated: &Seated) {
        let Some(room) = self.shared.directory.find(&seated.room) else {
            // It ended while it answered; `closed` follows.
            *self.place.lock() = Place::None;
            return;
        };
        let mut place = self.place.lock();
        match *place {
            Place::Gone => {
                drop(place);
                if let Some(own) = self.own.upgrade() {
                    room.dropped(seated.seat, &own);
                }
            }
            Place::None | Place::Asked | Place::Seated { .. } => {
                let ticket = Ticket(Arc::clone(&seated.token));
                *place = Place::Seated { room, seat: seated.seat, ticket, asked: true };
            }
        }
    }

    fn unseated(&self) {
        let mut place = self.place.lock();
        match *place {
            Place::Gone => {}
            Place::None | Place::Asked | Place::Seated { .. } => *place = Place::None,
        }
    }

    /// Takes note of what an answer makes of this viewer's place.
    fn note(&self, request: Request, answer: &Answer) {
        match (answer, request) {
            // It is noted already, unless the client has asked for another meanwhile.
            (Answer::Seated(_), Request::Return) => {}
            (Answer::Seated(seated), _) => self.seated(seated),
            (Answer::Refused(refusal), Request::Seat) => {
                self.unseated();
                self.refused(refusal);
            }
            // Not all was recovered, so nothing is: the client comes as a new one, and asks for its seat if it can.
            (Answer::Refused(_), Request::Return) => {
                let is_there = matches!(&*self.place.lock(), Place::Seated { .. });
                if is_there {
                    self.start_over();
                }
            }
            (Answer::Done, Request::Leave) => self.unseated(),
            (
                Answer::Applied(_)
                | Answer::Key(_)
                | Answer::Links(_)
                | Answer::Summary(_)
                | Answer::Done
                | Answer::Refused(_),
                _,
            ) => {}
        }
    }

    /// An answer's frames, if one is wanted.
    fn said(&self, ack: &Ack, answer: &Answer) -> Option<Frames> {
        self.note(ack.request, answer);
        let frames = ack.socket.as_ref()?.encode((Reply::Room(answer),));
        frames.inspect_err(|error| tracing::debug!(%error, "an answer was not sent")).ok()
    }

    /// The frames of what must arrive, with an offset behind what is kept for those who come back.
    fn frames<'a>(&self, broadcast: &'a Broadcast<Encoded>) -> Option<&'a Frames> {
        let parser = self.socket.parser();
        let Some(place) = &broadcast.place else { return frames(broadcast, parser) };
        let frames = broadcast.encoded.once(parser, |parser| match self.socket.offset_for(&offset(place)) {
            None => encode(&broadcast.outgoing, parser),
            Some(offset) => {
                let name = wire::name(&broadcast.outgoing).unwrap_or_default();
                encode_event(parser, NAMESPACE, None, name, &(Payload(&broadcast.outgoing), offset))
            }
        });
        frames.inspect_err(unsayable).ok()
    }

    /// A wrong code counts against the address it came from.
    fn refused(&self, refusal: &Refusal) {
        if refusal.code == "unknown_room" {
            self.shared.addresses.mistake(self.address, Guess::Code, self.shared.now());
        }
    }
}

/// What stands behind an event for those who come back, and says that they have got it.
fn offset(place: &room::Place) -> String {
    format!("{}.{:x}", place.room, place.number)
}

/// The place that such an offset says.
fn place(offset: &str) -> Option<room::Place> {
    let (room, number) = offset.split_once('.')?;
    Some(room::Place { room: room.into(), number: u64::from_str_radix(number, 16).ok()? })
}

/// How many bursts of refused events a socket may owe before it is disconnected.
const FLOOD: f64 = 10.0;

fn not_seated() -> Refusal {
    Refusal::new("not_seated", "You have no seat in a room.")
}

impl Link for Viewer {
    type Encoded = Encoded;
    type Ack = Ack;

    fn deliver(&self, answers: &[Answered<Ack>], batch: &[Item<'_, Encoded>]) {
        let said: SmallVec<[Frames; 1]> =
            answers.iter().filter_map(|answered| self.said(&answered.ack, &answered.answer)).collect();
        let parser = self.socket.parser();
        // One keyframe does for a batch: a later state replaces an earlier one. It is asked for only by a client that is
        // behind, so it is encoded only then.
        let latest = batch.iter().rev().find_map(|item| match item {
            Item::State { whole, .. } => Some(*whole),
            Item::Reliable(_) => None,
        });
        let whole = || latest.map(|latest| keyframe(latest, parser)).unwrap_or_default();
        let mut items: SmallVec<[transport::Item<'_>; 4]> = said.iter().map(transport::Item::Reliable).collect();
        for item in batch {
            match item {
                Item::Reliable(broadcast) => items.extend(self.frames(broadcast).map(transport::Item::Reliable)),
                Item::State { next, .. } => {
                    items.extend(frames(next, parser).map(|next| transport::Item::State { next, whole: &whole }));
                }
            }
        }
        if let Err(error) = self.socket.deliver(&items) {
            // The session is closing, of which the room is told by `dropped`.
            tracing::trace!(%error, "a batch was not delivered");
        }
    }

    fn touch(&self) {
        self.socket.touch();
    }

    fn locality(&self) -> u32 {
        self.socket.locality()
    }

    fn condition(&self) -> Condition {
        Condition { carrier: self.socket.transport().as_str(), round_trip: self.socket.round_trip() }
    }

    fn answer(&self, ack: Ack, answer: Answer) {
        self.note(ack.request, &answer);
        Self::reply(ack.socket.as_ref(), &Reply::Room(&answer));
    }

    fn closed(&self, seat: SeatId, reason: CloseReason, message: &str) {
        let mut place = self.place.lock();
        if matches!(&*place, Place::Seated { seat: own, .. } if *own == seat) {
            *place = Place::None;
        }
        drop(place);
        if let Err(error) = self.socket.emit("closed", &(Closed { reason, message },)) {
            tracing::trace!(%error, "a viewer was not told why its seat ended");
        }
    }
}

/// The frames of a broadcast, made if this is the first who needs them. `None`: there is nothing to send.
fn frames(broadcast: &Broadcast<Encoded>, parser: Parser) -> Option<&Frames> {
    let frames = broadcast.encoded.once(parser, |parser| encode(&broadcast.outgoing, parser));
    frames.inspect_err(unsayable).ok()
}

fn unsayable(error: &EncodeError) {
    tracing::error!(%error, "what a room said could not be encoded");
}

/// The frames of a state that stands alone; Engine.IO's noop, if it cannot be said.
fn keyframe(broadcast: &Broadcast<Encoded>, parser: Parser) -> Frames {
    frames(broadcast, parser).cloned().unwrap_or_else(|| Frames::from_elem(Frame::new(Kind::Text, b"6"), 1))
}

/// What a room says, as the server sends it to its viewers: an event of the default namespace.
///
/// # Errors
/// [`Outgoing::Nothing`] is never sent.
pub fn encode(outgoing: &Outgoing, parser: Parser) -> Result<Frames, EncodeError> {
    if parser == Parser::Json
        && let Some(frame) = state_json::frame(outgoing)
    {
        return Ok(Frames::from_elem(frame, 1));
    }
    let name = wire::name(outgoing).ok_or_else(|| EncodeError::Unserializable("nothing".into()))?;
    encode_event(parser, NAMESPACE, None, name, &(Payload(outgoing),))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{Strategy, any, prop, prop_oneof, proptest};
    use serde_json::{Value, json};

    use super::*;
    use crate::room::packed::Encoder;
    use crate::room::{Shorter, Tree};

    fn broadcast() -> Broadcast<Encoded> {
        let outgoing =
            Outgoing::Snapshot { tick: 1, t: 0.5, state: Arc::new(Tree::of(&json!({"a": 1})).expect("JSON")) };
        Broadcast { outgoing, ..Broadcast::default() }
    }

    #[test]
    fn a_broadcast_is_encoded_once_for_each_parser() {
        let broadcast = broadcast();
        for parser in [Parser::Json, Parser::Msgpack] {
            let [one, two] = [(); 2].map(|()| keyframe(&broadcast, parser).remove(0));
            assert_eq!(one.wire().as_ptr(), two.wire().as_ptr(), "the same bytes, not equal ones");
        }
        let text = keyframe(&broadcast, Parser::Json).remove(0);
        assert_eq!(text.payload(), br#"42["snapshot",{"tick":1,"t":0.5,"state":{"a":1}}]"#);
        assert_ne!(keyframe(&broadcast, Parser::Msgpack).remove(0).kind(), text.kind());
    }

    #[test]
    fn packed_states_are_bytes_and_nothing_else() {
        let view = Arc::new(Tree::of(&json!({"a": 1})).expect("JSON"));
        let keyframe = Encoder::new(&view).keyframe(1, 0.5, 30, view);
        let bytes = keyframe.encode();
        for (outgoing, bytes) in
            [(Outgoing::Keyframe(keyframe), &bytes[..]), (Outgoing::Packed { delta: vec![1, 2, 3] }, &[1, 2, 3])]
        {
            let json = encode(&outgoing, Parser::Json).expect("it has a form");
            assert_eq!(json[0].payload(), br#"451-["packed",{"_placeholder":true,"num":0}]"#);
            assert_eq!((json.len(), json[1].kind(), json[1].payload()), (2, Kind::Binary, bytes));
            let msgpack = encode(&outgoing, Parser::Msgpack).expect("it has a form");
            assert!(msgpack.len() == 1 && msgpack[0].payload().ends_with(bytes));
        }
    }

    fn view() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            any::<bool>().prop_map(Value::from),
            any::<u8>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            (0..50_u8).prop_map(|tenths| Value::from(f64::from(tenths) / 10.0)),
            "[a\"\n\u{1}é]{0,9}".prop_map(Value::from),
        ];
        let names = "([a-c]|[0-9]{1,3}|[a-b\"\n\u{1}é]{1,20})";
        leaf.prop_recursive(3, 24, 5, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::hash_map(names, inner, 0..5).prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    fn long(outgoing: &Outgoing, parser: Parser) -> usize {
        let frames = encode(outgoing, parser).expect("it has a form");
        frames.iter().map(|frame| frame.wire().len()).sum()
    }

    proptest! {
        #[test]
        fn a_delta_is_never_longer_than_the_snapshot(
            mut old in view(), new in view(), kept in view(), base in prop_oneof![0..300_u64, any::<u64>()],
        ) {
            let (tick, t) = (base.saturating_add(1), 1_700_000_000_123.25);
            // Half of them have something in common, which a delta leaves out.
            let mut new = new;
            if let (Some(old), Some(new), true) = (old.as_object_mut(), new.as_object_mut(), base % 2 == 0) {
                old.insert("kept".into(), kept.clone());
                new.insert("kept".into(), kept);
            }
            let [old, new] = [old, new].map(|view| Tree::of(&view).expect("JSON"));
            let mut patch = Tree::default();
            if old.patch_or_whole(&new, base, &mut patch) == Shorter::Patch {
                let delta = Outgoing::Delta { tick, base, t, patch: Arc::new(patch) };
                let snapshot = Outgoing::Snapshot { tick, t, state: Arc::new(new) };
                for parser in [Parser::Json, Parser::Msgpack] {
                    assert!(long(&delta, parser) <= long(&snapshot, parser), "{delta:?} for {snapshot:?}");
                }
            }
        }
    }

    #[test]
    fn a_delta_is_sent_where_it_is_shorter_by_a_little() {
        let [old, new] = [1, 2].map(|a| Tree::of(&json!({"a": a, "b": 0, "c": 0, "d": 0, "e": 0})).expect("JSON"));
        assert_eq!(old.patch_or_whole(&new, 100, &mut Tree::default()), Shorter::Patch);
        let [old, new] = [1, 2].map(|a| Tree::of(&json!({"a": a, "text": "to be said only once"})).expect("JSON"));
        assert_eq!(old.patch_or_whole(&new, 100, &mut Tree::default()), Shorter::Patch);
        let [old, new] = [1, 2].map(|a| Tree::of(&json!({"a": a, "b": 0})).expect("JSON"));
        assert_eq!(old.patch_or_whole(&new, 100, &mut Tree::default()), Shorter::Whole);
        assert_eq!(old.patch_or_whole(&old, 100, &mut Tree::default()), Shorter::Nothing);
    }

    #[test]
    fn an_offset_says_the_place_that_it_was_made_of() {
        let here = room::Place { room: "123456".into(), number: 0x1f };
        assert_eq!((offset(&here).as_str(), place(&offset(&here))), ("123456.1f", Some(here)));
        for offset in ["", "123456", "123456.", "123456.-1", "123456.g", "123456.10000000000000000"] {
            assert_eq!(place(offset), None, "{offset}");
        }
    }

    #[test]
    fn nothing_is_never_sent() {
        assert!(frames(&Broadcast::default(), Parser::Json).is_none());
    }
}
