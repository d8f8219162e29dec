//! What a room says, as the contract has it on the wire: each event's name, and its payload's fields in camelCase.
//!
//! Chooses no parser and sends nothing: `link` does.

mod links;

use std::sync::Arc;

use parlor_games::contract::{Refusal, Role, SeatId, Tick};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;

#[cfg(test)]
use super::contract::parts::{Json, RefusalCode, SomeOptions, State, Summary as SummaryPart, You};
use crate::room::{Answer, Branch, CloseReason, Names, Newcomer, Outgoing, ScoreRow, Seated, Tree};

pub(super) use self::links::LinksTold;

/// The event that says this; `None` for what is never sent.
pub(super) fn name(outgoing: &Outgoing) -> Option<&'static str> {
    Some(match outgoing {
        Outgoing::Nothing => return None,
        Outgoing::Snapshot { .. } => "snapshot",
        Outgoing::Delta { .. } => "delta",
        Outgoing::Packed { .. } | Outgoing::Keyframe(_) => "packed",
        Outgoing::You { .. } => "you",
        Outgoing::Score { .. } => "score",
        Outgoing::Timer { .. } => "timer",
        Outgoing::Players { .. } => "players",
        Outgoing::Event { .. } => "event",
        Outgoing::Chat { .. } => "chat",
    })
}

/// The payload that goes with [`name`].
pub(super) struct Payload<'a>(pub(super) &'a Outgoing);

impl Serialize for Payload<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Outgoing::Nothing => serializer.serialize_unit(),
            Outgoing::Snapshot { tick, t, state } => Snapshot { tick: *tick, t: *t, state }.serialize(serializer),
            Outgoing::Delta { tick, base, t, patch } => {
                Delta { tick: *tick, base: *base, t: *t, patch }.serialize(serializer)
            }
            Outgoing::Packed { delta } => serializer.serialize_bytes(delta),
            Outgoing::Keyframe(keyframe) => serializer.serialize_bytes(&keyframe.encode()),
            Outgoing::You { tick, private } => beside_tick(*tick, private, serializer),
            Outgoing::Score { tick, scores, total } => {
                Score { tick: *tick, scores: Rows(scores), total: *total }.serialize(serializer)
            }
            Outgoing::Timer { tick, phase, ends_at, left_ms, running } => {
                Timer { tick: *tick, phase, ends_at: *ends_at, left_ms: *left_ms, running: *running }
                    .serialize(serializer)
            }
            Outgoing::Players { tick, count, names } => {
                let (joined, left) =
                    names.as_ref().map(|Names { joined, left }| (Newcomers(joined), People(left))).unzip();
                Players { tick: *tick, count: *count, joined, left }.serialize(serializer)
            }
            Outgoing::Event { tick, event } => beside_tick(*tick, event, serializer),
            Outgoing::Chat { seat, name, text, t } => Line { seat: *seat, name, text, t: *t }.serialize(serializer),
        }
    }
}

/// A group's whole view.
#[derive(serde::Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Snapshot<'a> {
    tick: Tick,
    /// When that was, in milliseconds since the Unix epoch on the server's clock.
    t: f64,
    #[cfg_attr(test, schemars(with = "State"))]
    state: &'a Tree,
}

/// What turns the view of tick `base` into that of `tick`.
#[derive(serde::Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Delta<'a> {
    tick: Tick,
    base: Tick,
    /// When that was, in milliseconds since the Unix epoch on the server's clock.
    t: f64,
    /// An RFC 7396 merge patch.
    #[cfg_attr(test, schemars(with = "Json"))]
    patch: &'a Tree,
}

/// The top of the standings.
#[derive(serde::Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Score<'a> {
    tick: Tick,
    #[cfg_attr(test, schemars(with = "Vec<Row<'_>>"))]
    scores: Rows<'a>,
    /// How many there are in all.
    total: usize,
}

/// A phase's time: it ends at `endsAt` on the server's clock, or stands with `leftMs` to go.
#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Timer {
    tick: Tick,
    phase: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    ends_at: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    left_ms: Option<f64>,
    running: bool,
}

/// How many players there are, and, for those who may know, who came and went.
#[derive(serde::Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Players<'a> {
    tick: Tick,
    count: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "Option<Vec<Arrival<'_>>>"))]
    joined: Option<Newcomers<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "Option<Vec<Person<'_>>>"))]
    left: Option<People<'a>>,
}

/// Somebody's words.
#[derive(serde::Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "ChatLine"))]
pub(super) struct Line<'a> {
    seat: SeatId,
    name: &'a str,
    text: &'a str,
    t: f64,
}

/// An object of the tick and the members of a tree; of one that is no map, `value`; nothing more for `null`.
fn beside_tick<S: Serializer>(tick: Tick, tree: &Tree, serializer: S) -> Result<S::Ok, S::Error> {
    // msgpack writes how many there are first.
    let width = match tree.root() {
        Branch::Map(members) => members.len(),
        Branch::Null => 0,
        _ => 1,
    };
    let mut map = serializer.serialize_map(Some(1 + width))?;
    map.serialize_entry("tick", &tick)?;
    match tree.root() {
        Branch::Map(mut members) => members.try_for_each(|(name, member)| map.serialize_entry(&name, &member))?,
        Branch::Null => {}
        other => map.serialize_entry("value", &other)?,
    }
    map.end()
}

/// The room is over for this client.
#[derive(serde::Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Closed<'a> {
    pub(super) reason: CloseReason,
    /// Words a person can read.
    pub(super) message: &'a str,
}

/// What a request is acknowledged with.
pub(super) enum Reply<'a> {
    /// What a room answered.
    Room(&'a Answer),
    /// `clock`: the client's time and the server's.
    Clock { t0: f64, t1: f64 },
    /// `rooms`.
    Rooms(&'a [crate::room::Listing]),
    /// No.
    Refused(&'a Refusal),
}

impl Serialize for Reply<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match *self {
            Self::Room(Answer::Seated(seated)) => Seat::from(&**seated).serialize(serializer),
            Self::Room(Answer::Applied(tick)) => Applied { ok: Is, tick: *tick }.serialize(serializer),
            Self::Room(Answer::Links(rows)) => LinksTold::from(&**rows).serialize(serializer),
            Self::Room(Answer::Summary(summary)) => Summary { ok: Is, summary }.serialize(serializer),
            Self::Room(Answer::Key(key)) => RemoteKey { ok: Is, key: Some(key) }.serialize(serializer),
            Self::Room(Answer::Done) => Done { ok: Is }.serialize(serializer),
            Self::Clock { t0, t1 } => Time { ok: Is, t0, t1 }.serialize(serializer),
            Self::Rooms(rooms) => RoomList { ok: Is, rooms: Listings(rooms) }.serialize(serializer),
            Self::Room(Answer::Refused(refusal)) | Self::Refused(refusal) => {
                No { ok: Is, code: refusal.code, message: &refusal.message }.serialize(serializer)
            }
        }
    }
}

/// Always this.
pub(super) struct Is<const OK: bool>;

impl<const OK: bool> Serialize for Is<OK> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bool(OK)
    }
}

/// A seat that was taken, and all that its viewer needs to begin.
#[derive(serde::Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Seated"))]
pub(super) struct Seat<'a> {
    ok: Is<true>,
    /// The room's code.
    room: &'a str,
    /// The game's name.
    game: &'static str,
    seat: SeatId,
    /// The seat's secret: it leads back to the seat.
    token: &'a str,
    role: Role,
    /// If one was chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    avatar: Option<u16>,
    /// The room's steps a second.
    hz: u16,
    /// Those of the options which the room was opened with that everybody in it may know.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "Option<SomeOptions>"))]
    options: Option<&'a Value>,
    /// The tick of `state`.
    tick: Tick,
    /// The server's time, in milliseconds since the Unix epoch.
    time: f64,
    #[cfg_attr(test, schemars(with = "State"))]
    state: &'a Tree,
    /// `null` if this seat has no private view.
    #[cfg_attr(test, schemars(with = "You"))]
    you: &'a Tree,
}

impl<'a> From<&'a Seated> for Seat<'a> {
    fn from(seated: &'a Seated) -> Self {
        let Seated { room, game, seat, token, role, avatar, hz, options, tick, time, state, you } = seated;
        Self {
            ok: Is,
            room,
            game,
            seat: *seat,
            token,
            role: *role,
            avatar: *avatar,
            hz: *hz,
            options: options.as_deref(),
            tick: *tick,
            time: *time,
            state,
            you,
        }
    }
}

/// An input was applied.
#[derive(serde::Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Applied {
    ok: Is<true>,
    /// In this tick.
    tick: Tick,
}

/// The key by which remotes are let in; none once it was taken back.
#[derive(serde::Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct RemoteKey<'a> {
    ok: Is<true>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<&'a str>,
}

/// What the game came to.
#[derive(serde::Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "SummaryTold"))]
pub(super) struct Summary<'a> {
    ok: Is<true>,
    #[cfg_attr(test, schemars(with = "SummaryPart"))]
    summary: &'a Tree,
}

/// It was done, and there is no more to say.
#[derive(serde::Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Done {
    ok: Is<true>,
}

/// The client's time as it came, and the server's.
#[derive(serde::Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Time {
    ok: Is<true>,
    t0: f64,
    t1: f64,
}

/// The public rooms.
#[derive(serde::Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct RoomList<'a> {
    ok: Is<true>,
    #[cfg_attr(test, schemars(with = "Vec<Listed<'_>>"))]
    rooms: Listings<'a>,
}

/// A no.
#[derive(serde::Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Refused"))]
pub(super) struct No<'a> {
    ok: Is<false>,
    /// Stable.
    #[cfg_attr(test, schemars(with = "RefusalCode"))]
    code: &'static str,
    /// Words a person can read.
    message: &'a str,
}

/// The public rooms, as `/lobby` pushes them.
#[derive(serde::Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Lobby<'a> {
    #[cfg_attr(test, schemars(with = "Vec<Listed<'_>>"))]
    pub(super) rooms: Listings<'a>,
}

/// Rooms as they are listed.
pub(super) struct Listings<'a>(pub(super) &'a [crate::room::Listing]);

impl Serialize for Listings<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|listing| Listed {
            room: &listing.room,
            game: listing.game,
            players: listing.players,
            capacity: listing.capacity,
            phase: listing.phase,
        }))
    }
}

/// A public room.
#[derive(serde::Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Listing"))]
struct Listed<'a> {
    /// Its code.
    room: &'a str,
    /// Its game's name.
    game: &'a str,
    players: u32,
    /// How many it seats.
    capacity: u32,
    phase: &'a str,
}

struct Rows<'a>(&'a [ScoreRow]);

impl Serialize for Rows<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|row| Row {
            seat: row.seat,
            name: &row.name,
            score: row.score,
            gain: row.gain,
            rank: row.rank,
            avatar: row.avatar,
        }))
    }
}

/// A row of the standings.
#[derive(serde::Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "ScoreRow"))]
struct Row<'a> {
    seat: SeatId,
    name: &'a str,
    /// Points in all.
    score: i64,
    /// Points of the last round.
    gain: i64,
    /// 1 is first; equal scores share a rank.
    rank: u32,
    /// If one was chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    avatar: Option<u16>,
}

/// Who came.
struct Newcomers<'a>(&'a [Newcomer]);

impl Serialize for Newcomers<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|who| Arrival { seat: who.seat, name: &who.name, avatar: who.avatar }))
    }
}

/// Somebody who came.
#[derive(serde::Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Newcomer"))]
struct Arrival<'a> {
    seat: SeatId,
    name: &'a str,
    /// If one was chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    avatar: Option<u16>,
}

/// Who went.
struct People<'a>(&'a [(SeatId, Arc<str>)]);

impl Serialize for People<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|(seat, name)| Person { seat: *seat, name }))
    }
}

/// Somebody who went.
#[derive(serde::Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Person<'a> {
    seat: SeatId,
    name: &'a str,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::proto::engine::Message;
    use crate::proto::socket::{Data, Decoder, Limits, Parser, encode_event};

    fn tree(value: &Value) -> Arc<Tree> {
        Arc::new(Tree::of(value).expect("JSON has a form in JSON"))
    }

    /// The payload reads the same through both parsers.
    #[track_caller]
    fn check(outgoing: &Outgoing, event: &str, expect: Value) {
        assert_eq!(name(outgoing), Some(event));
        assert_eq!(serde_json::to_value(Payload(outgoing)).expect("it serializes"), expect);
        assert_eq!(through_msgpack(&Payload(outgoing)), expect);
    }

    /// What a client of the msgpack parser reads.
    #[track_caller]
    fn through_msgpack(payload: &impl Serialize) -> Value {
        let frames = encode_event(Parser::Msgpack, "/", None, "e", &(payload,)).expect("it serializes");
        let packet = frames[0].payload().to_vec().into();
        let packet = Decoder::new(Limits::default()).decode(Message::Binary(packet)).expect("a packet");
        match packet.expect("a whole one").data {
            Data::Event { args, .. } => args.iter().next().expect("an argument").parse().expect("it is read"),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn state_is_as_the_contract_has_it() {
        let state = Arc::new(json!({"a": 1}));
        let snapshot = Outgoing::Snapshot { tick: 3, t: 1.5, state: tree(&state) };
        check(&snapshot, "snapshot", json!({"tick": 3, "t": 1.5, "state": {"a": 1}}));
        let delta = Outgoing::Delta { tick: 4, base: 3, t: 2.0, patch: tree(&state) };
        check(&delta, "delta", json!({"tick": 4, "base": 3, "t": 2.0, "patch": {"a": 1}}));
    }

    #[test]
    fn what_one_seat_knows_lies_beside_the_tick() {
        let you = |private| Outgoing::You { tick: 1, private: tree(&private) };
        check(&you(json!({"score": 5})), "you", json!({"tick": 1, "score": 5}));
        check(&you(Value::Null), "you", json!({"tick": 1}));
        check(&you(json!(7)), "you", json!({"tick": 1, "value": 7}));
        let event = Outgoing::Event { tick: 1, event: Tree::of(&json!({"type": "bang"})).expect("JSON") };
        check(&event, "event", json!({"tick": 1, "type": "bang"}));
    }

    #[test]
    fn scores_timers_players_and_chat_are_as_the_contract_has_them() {
        let name: Arc<str> = "Ada".into();
        let row = ScoreRow { seat: SeatId(2), name: Arc::clone(&name), score: 10, gain: 3, rank: 1, avatar: None };
        let drawn = ScoreRow { rank: 2, avatar: Some(7), ..row.clone() };
        check(
            &Outgoing::Score { tick: 1, scores: vec![row, drawn], total: 9 },
            "score",
            json!({"tick": 1, "scores": [{"seat": 2, "name": "Ada", "score": 10, "gain": 3, "rank": 1},
                {"seat": 2, "name": "Ada", "score": 10, "gain": 3, "rank": 2, "avatar": 7}], "total": 9}),
        );
        let timer =
            |ends_at, left_ms, running| Outgoing::Timer { tick: 1, phase: "question", ends_at, left_ms, running };
        check(
            &timer(Some(9.5), Some(2.0), true),
            "timer",
            json!({"tick": 1, "phase": "question", "endsAt": 9.5, "leftMs": 2.0, "running": true}),
        );
        check(&timer(None, None, false), "timer", json!({"tick": 1, "phase": "question", "running": false}));
        let players = |names| Outgoing::Players { tick: 1, count: 2, names };
        let newcomer = |seat, avatar| Newcomer { seat: SeatId(seat), name: Arc::clone(&name), avatar };
        check(&players(None), "players", json!({"tick": 1, "count": 2}));
        check(
            &players(Some(Names {
                joined: vec![newcomer(2, None), newcomer(3, Some(0))],
                left: vec![(SeatId(1), Arc::clone(&name))],
            })),
            "players",
            json!({"tick": 1, "count": 2, "left": [{"seat": 1, "name": "Ada"}],
                "joined": [{"seat": 2, "name": "Ada"}, {"seat": 3, "name": "Ada", "avatar": 0}]}),
        );
        check(
            &Outgoing::Chat { seat: SeatId(2), name, text: "hi".into(), t: 1.0 },
            "chat",
            json!({"seat": 2, "name": "Ada", "text": "hi", "t": 1.0}),
        );
    }

    #[track_caller]
    fn check_reply(reply: &Reply<'_>, expect: Value) {
        assert_eq!(serde_json::to_value(reply).expect("it serializes"), expect);
        assert_eq!(through_msgpack(reply), expect);
    }

    #[test]
    fn a_reply_says_ok_or_why_not() {
        let refusal = Refusal::new("room_full", "This room is full.");
        let no = json!({"ok": false, "code": "room_full", "message": "This room is full."});
        check_reply(&Reply::Refused(&refusal), no.clone());
        check_reply(&Reply::Room(&Answer::Refused(refusal)), no);
        check_reply(&Reply::Room(&Answer::Key("k".into())), json!({"ok": true, "key": "k"}));
        check_reply(&Reply::Room(&Answer::Done), json!({"ok": true}));
        check_reply(&Reply::Room(&Answer::Applied(8)), json!({"ok": true, "tick": 8}));
        check_reply(&Reply::Clock { t0: 1.0, t1: 2.5 }, json!({"ok": true, "t0": 1.0, "t1": 2.5}));
    }

    #[test]
    fn whoever_is_seated_learns_all_they_need() {
        let seated = Seated {
            room: "123456".into(),
            game: "quiz",
            seat: SeatId(4),
            token: "secret".into(),
            role: Role::Host,
            avatar: None,
            hz: 20,
            options: None,
            tick: 7,
            time: 1.5,
            state: tree(&json!({"phase": "lobby"})),
            you: Arc::default(),
        };
        let options = Some(Arc::new(json!({"shuffle": "both"})));
        let drawn = Seated { avatar: Some(7), options, ..seated.clone() };
        let mut told = json!({"ok": true, "room": "123456", "game": "quiz", "seat": 4, "token": "secret", "role": "host",
            "hz": 20, "tick": 7, "time": 1.5, "state": {"phase": "lobby"}, "you": null});
        check_reply(&Reply::Room(&Answer::Seated(Box::new(seated))), told.clone());
        told["avatar"] = json!(7);
        told["options"] = json!({"shuffle": "both"});
        check_reply(&Reply::Room(&Answer::Seated(Box::new(drawn))), told);
    }

    #[test]
    fn a_listing_names_the_room_and_how_full_it_is() {
        let listing = crate::room::Listing {
            room: "123456".into(),
            game: "arena",
            players: 2,
            capacity: 8,
            phase: "play",
            locked: false,
        };
        let rows = serde_json::to_value(Lobby { rooms: Listings(&[listing]) }).expect("it serializes");
        let expect = json!({"room": "123456", "game": "arena", "players": 2, "capacity": 8, "phase": "play"});
        assert_eq!(rows, json!({ "rooms": [expect] }));
    }
}
