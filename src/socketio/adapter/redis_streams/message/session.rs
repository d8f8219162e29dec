//! A session as it is kept in Redis for whichever server its client comes back to, of Node or of Parlor.
//!
//! Fetches none: `returns` does.

use std::sync::Arc;

use base64::Engine;
use parlor_proto::socket::{EncodeError, Raw, Value, read_msgpack, write_msgpack};

use super::super::entry::StreamId;
use super::{BASE64, Bounds, Fields, NESTING, Unreadable, list, object, plain, shown, unshown};
use crate::socketio::{Kept, SocketId, Stay, Target};

/// Servers of Node say nothing of the stream, and pass over what is said of it.
#[derive(Debug)]
pub(in super::super) struct Session {
    pub(in super::super) id: SocketId,
    pub(in super::super) pid: SocketId,
    rooms: Vec<Arc<str>>,
    data: Raw,
    /// The last entry before it came in.
    pub(in super::super) since: Option<StreamId>,
    stays: Vec<InRoom>,
}

/// A time in a room, by entries.
#[derive(Debug, PartialEq)]
struct InRoom {
    room: Arc<str>,
    /// The last one before.
    from: StreamId,
    /// The last one of that time.
    until: Option<StreamId>,
}

impl From<Kept> for Session {
    fn from(kept: Kept) -> Self {
        let Kept { id, pid, rooms, data, since, stays } = kept;
        let since = since.as_deref().and_then(StreamId::parse);
        let stays = stays.iter().filter_map(|stay| InRoom::of(&stay.room, &stay.from, stay.until.as_deref()));
        Self { id, pid, rooms, data, since, stays: stays.collect() }
    }
}

impl From<Session> for Kept {
    fn from(session: Session) -> Self {
        let Session { id, pid, rooms, data, since, stays } = session;
        let mark = |id: StreamId| id.to_string().into_boxed_str();
        let stay = |InRoom { room, from, until }| Stay { room, from: mark(from), until: until.map(mark) };
        Self { id, pid, rooms, data, since: since.map(mark), stays: stays.into_iter().map(stay).collect() }
    }
}

impl Session {
    pub(in super::super) fn encode(&self) -> Result<String, EncodeError> {
        let fields = [
            ("sid", plain(self.id.as_str())),
            ("pid", plain(self.pid.as_str())),
            ("rooms", list(&self.rooms)),
            ("data", shown(&self.data)),
            ("since", mark(self.since)),
            ("stays", Value::Array(self.stays.iter().map(InRoom::value).collect())),
        ];
        Ok(BASE64.encode(write_msgpack(&object(fields))?))
    }

    pub(in super::super) fn read(bytes: &[u8], bounds: Bounds) -> Result<Self, Unreadable> {
        if bytes.len() > bounds.bytes {
            return Err(Unreadable::Size);
        }
        let bytes = BASE64.decode(bytes).map_err(|_| Unreadable::Syntax)?;
        let mut fields = Fields::of(read_msgpack(&bytes.into(), NESTING).map_err(|_| Unreadable::Syntax)?)?;
        let (id, pid) = (fields.id("sid")?, fields.id("pid")?);
        let (data, _) = unshown(fields.take("data"));
        let rooms = fields.rooms("rooms", bounds)?;
        let since = text(&fields.take("since")).and_then(StreamId::parse);
        let stays = if let Value::Array(stays) = fields.take("stays") { stays } else { Vec::new() };
        // As many may have ended.
        let stays = stays.iter().take(bounds.rooms.saturating_mul(2)).filter_map(InRoom::read).collect();
        Ok(Self { id, pid, rooms, data, since, stays })
    }

    /// Whether the entry of this id was for it.
    pub(in super::super) fn was_due(&self, id: StreamId, target: &Target) -> bool {
        let was_in_one = |rooms: &[Arc<str>]| rooms.iter().any(|room| self.was_in(room, id));
        (target.rooms().is_empty() || was_in_one(target.rooms())) && !was_in_one(target.excepted())
    }

    fn was_in(&self, room: &Arc<str>, id: StreamId) -> bool {
        let stays = || self.stays.iter().filter(|stay| stay.room == *room);
        // Where nobody said when it joined, it has always been there.
        stays().any(|stay| stay.had(id)) || self.rooms.contains(room) && !stays().any(|stay| stay.until.is_none())
    }
}

impl InRoom {
    /// `None` if it says no entries' ids.
    fn of(room: &Arc<str>, from: &str, until: Option<&str>) -> Option<Self> {
        let until = match until {
            Some(until) => Some(StreamId::parse(until)?),
            None => None,
        };
        Some(Self { room: Arc::clone(room), from: StreamId::parse(from)?, until })
    }

    fn value(&self) -> Value {
        Value::Array(vec![plain(&self.room), mark(Some(self.from)), mark(self.until)])
    }

    fn read(value: &Value) -> Option<Self> {
        let Value::Array(parts) = value else { return None };
        let [room, from, until] = parts.as_slice() else { return None };
        let until = if *until == Value::Null { None } else { Some(text(until)?) };
        Self::of(&text(room)?.into(), text(from)?, until)
    }

    fn had(&self, id: StreamId) -> bool {
        self.from < id && self.until.is_none_or(|until| id <= until)
    }
}

fn mark(id: Option<StreamId>) -> Value {
    id.map_or(Value::Null, |id| Value::Text(id.to_string()))
}

fn text(value: &Value) -> Option<&str> {
    if let Value::Text(text) = value { Some(text) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDS: Bounds = Bounds { bytes: 10_000, rooms: 3 };
    const OWN: &str = "AAAAAAAAAAAAAAAAAAAA";

    fn id(text: &str) -> SocketId {
        SocketId::parse(text).expect("an id")
    }

    fn at(text: &str) -> StreamId {
        StreamId::parse(text).expect("an entry's id")
    }

    /// With stays of a room, a beginning and an end, if that is not empty.
    fn kept(rooms: &[&str], since: Option<&str>, stays: &[[&str; 3]]) -> Kept {
        let rooms = rooms.iter().map(|room| Arc::from(*room)).collect();
        let stay = |[room, from, until]: &[&str; 3]| {
            let until = Some(*until).filter(|until| !until.is_empty()).map(Box::from);
            Stay { room: Arc::from(*room), from: Box::from(*from), until }
        };
        let (since, stays) = (since.map(Box::from), stays.iter().map(stay).collect());
        Kept { id: id(OWN), pid: id(&"B".repeat(20)), rooms, data: Raw::Absent, since, stays }
    }

    /// In Redis, as a value.
    fn written(kept: Kept) -> Value {
        let session = Session::from(kept).encode().expect("text");
        read_msgpack(&BASE64.decode(&session).expect("base64").into(), 4).expect("msgpack")
    }

    fn read(value: &Value) -> Result<Session, Unreadable> {
        Session::read(BASE64.encode(write_msgpack(value).expect("msgpack")).as_bytes(), BOUNDS)
    }

    /// With other fields of these names.
    fn with(value: Value, fields: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
        let Value::Object(old) = value else { panic!("an object") };
        let is_new = |name: &str, new: &[(String, Value)]| new.iter().any(|(other, _)| other == name);
        let new: Vec<_> = fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let old = old.into_iter().filter(|(name, _)| !is_new(name, &new));
        Value::Object(old.chain(new.iter().cloned()).collect())
    }

    #[test]
    fn a_session_is_kept_as_servers_of_node_keep_it_and_says_more() {
        let whole = kept(&[OWN, "red", "blue"], Some("5-1"), &[["red", "6-0", "7-0"], ["blue", "7-0", ""]]);
        let value = written(whole.clone());
        assert_eq!(value.get("sid"), Some(&plain(OWN)));
        assert_eq!(value.get("pid"), Some(&plain(&"B".repeat(20))));
        assert_eq!(value.get("rooms"), Some(&Value::Array([OWN, "red", "blue"].map(plain).into())));
        assert_eq!(value.get("data"), Some(&Value::Object(Vec::new())));
        assert_eq!(value.get("since"), Some(&plain("5-1")));
        assert_eq!(Kept::from(read(&value).expect("a session")), whole);
        for rubbish in ["", "AAAA", "gKRzaWQ=", "?", &"A".repeat(10_001)] {
            assert!(Session::read(rubbish.as_bytes(), BOUNDS).is_err(), "{rubbish}");
        }
    }

    #[test]
    fn servers_of_node_say_nothing_of_the_stream() {
        let fields =
            [("sid", plain(OWN)), ("pid", plain(&"B".repeat(20))), ("rooms", Value::Array(vec![plain("red")]))];
        let session = read(&object(fields)).expect("a session");
        assert!(session.was_due(at("0-1"), &Target::everyone().to("red")));
        assert_eq!(Kept::from(session), kept(&["red"], None, &[]));
    }

    #[test]
    fn what_is_no_entrys_id_says_nothing() {
        let rubbish = ["", "-", "5", "-1-2", "x-y", "99999999999999999999-0", "5-1 "].map(plain);
        let other = [Value::Bool(true), Value::UInt(7), Value::Binary(vec![0; 9].into()), Value::Object(Vec::new())];
        let good = || Value::Array([plain("blue"), plain("7-0"), Value::Null].into());
        for mark in rubbish.into_iter().chain(other) {
            let stays = vec![
                mark.clone(),
                Value::Array(vec![plain("red"), mark.clone(), Value::Null]),
                Value::Array(vec![plain("red"), plain("7-0"), mark.clone()]),
                Value::Array(vec![plain("red"), plain("7-0")]),
                good(),
            ];
            let whole = written(kept(&["red", "blue"], Some("1-0"), &[]));
            let odd = with(whole.clone(), [("since", mark.clone()), ("stays", Value::Array(stays))]);
            let session = read(&odd).expect("a session");
            assert_eq!(Kept::from(session), kept(&["red", "blue"], None, &[["blue", "7-0", ""]]), "{mark:?}");
            let session = read(&with(whole, [("stays", mark)])).expect("a session");
            assert_eq!(Kept::from(session), kept(&["red", "blue"], Some("1-0"), &[]));
        }
        let many = with(written(kept(&["blue"], None, &[])), [("stays", Value::Array(vec![good(); 99]))]);
        assert_eq!(Kept::from(read(&many).expect("a session")).stays.len(), 2 * BOUNDS.rooms);
        let own = kept(&["red"], Some("soon"), &[["red", "?", ""], ["red", "1-0", "?"]]);
        assert_eq!(Kept::from(Session::from(own)), kept(&["red"], None, &[]));
    }

    #[test]
    fn what_was_for_others_was_not_missed() {
        let red = Session::from(kept(&[OWN, "red"], None, &[]));
        let due = |target: &Target| red.was_due(at("9-0"), target);
        assert!(due(&Target::everyone()) && due(&Target::everyone().to(["blue", "red"])));
        assert!(due(&Target::everyone().to(OWN).except("blue")));
        assert!(!due(&Target::everyone().to("blue")));
        assert!(!due(&Target::everyone().except("red")));
    }

    #[test]
    fn what_was_said_in_a_room_while_it_was_elsewhere_was_not_missed() {
        let stays = [["red", "5-3", "6-0"], ["red", "8-0", ""], ["blue", "5-0", "7-0"]];
        let session = Session::from(kept(&[OWN, "red"], Some("1-0"), &stays));
        let red = [
            ("1-9", false),
            ("5-3", false),
            ("5-4", true),
            ("6-0", true),
            ("6-1", false),
            ("8-0", false),
            ("8-1", true),
        ];
        for (entry, is_in) in red {
            assert_eq!(session.was_due(at(entry), &Target::everyone().to("red")), is_in, "{entry}");
            assert_eq!(session.was_due(at(entry), &Target::everyone().except("red")), !is_in, "{entry}");
            assert!(session.was_due(at(entry), &Target::everyone().to(["red", OWN])));
        }
        for (entry, is_in) in [("5-0", false), ("7-0", true), ("7-1", false)] {
            assert_eq!(session.was_due(at(entry), &Target::everyone().to("blue")), is_in, "{entry}");
        }
    }
}
