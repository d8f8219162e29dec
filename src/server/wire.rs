//! What a room says, as the contract has it on the wire: each event's name, and its payload's fields in camelCase.
//!
//! Chooses no parser and sends nothing: `link` does.

use std::sync::Arc;

use parlor_games::contract::{Refusal, Role, SeatId};
use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::room::{Answer, Branch, Names, Newcomer, Outgoing, ScoreRow, Seated, Tree};

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
            Outgoing::Packed { delta } => return serializer.serialize_bytes(delta),
            Outgoing::Keyframe(keyframe) => return serializer.serialize_bytes(&keyframe.encode()),
            _ => {}
        }
        let mut map = serializer.serialize_map(Some(fields(self.0)))?;
        match self.0 {
            Outgoing::Nothing | Outgoing::Packed { .. } | Outgoing::Keyframe(_) => {}
            Outgoing::Snapshot { tick, t, state } => {
                map.serialize_entry("tick", tick)?;
                map.serialize_entry("t", t)?;
                map.serialize_entry("state", state.as_ref())?;
            }
            Outgoing::Delta { tick, base, t, patch } => {
                map.serialize_entry("tick", tick)?;
                map.serialize_entry("base", base)?;
                map.serialize_entry("t", t)?;
                map.serialize_entry("patch", patch.as_ref())?;
            }
            Outgoing::You { tick, private } => {
                map.serialize_entry("tick", tick)?;
                flatten(&mut map, private)?;
            }
            Outgoing::Score { tick, scores, total } => {
                map.serialize_entry("tick", tick)?;
                map.serialize_entry("scores", &Rows(scores))?;
                map.serialize_entry("total", total)?;
            }
            Outgoing::Timer { tick, phase, ends_at, left_ms, running } => {
                map.serialize_entry("tick", tick)?;
                map.serialize_entry("phase", phase)?;
                entry(&mut map, "endsAt", ends_at.as_ref())?;
                entry(&mut map, "leftMs", left_ms.as_ref())?;
                map.serialize_entry("running", running)?;
            }
            Outgoing::Players { tick, count, names } => {
                map.serialize_entry("tick", tick)?;
                map.serialize_entry("count", count)?;
                if let Some(Names { joined, left }) = names {
                    map.serialize_entry("joined", &Newcomers(joined))?;
                    map.serialize_entry("left", &People(left))?;
                }
            }
            Outgoing::Event { tick, event } => {
                map.serialize_entry("tick", tick)?;
                flatten(&mut map, event)?;
            }
            Outgoing::Chat { seat, name, text, t } => {
                map.serialize_entry("seat", seat)?;
                map.serialize_entry("name", name.as_ref())?;
                map.serialize_entry("text", text.as_ref())?;
                map.serialize_entry("t", t)?;
            }
        }
        map.end()
    }
}

/// How many fields a payload has that is an object: msgpack writes that first.
fn fields(outgoing: &Outgoing) -> usize {
    match outgoing {
        Outgoing::Nothing | Outgoing::Packed { .. } | Outgoing::Keyframe(_) => 0,
        Outgoing::Snapshot { .. } | Outgoing::Score { .. } => 3,
        Outgoing::Delta { .. } | Outgoing::Chat { .. } => 4,
        Outgoing::You { private, .. } => 1 + width(private),
        Outgoing::Event { event, .. } => 1 + width(event),
        Outgoing::Timer { ends_at, left_ms, .. } => 3 + usize::from(ends_at.is_some()) + usize::from(left_ms.is_some()),
        Outgoing::Players { names, .. } => 2 + if names.is_some() { 2 } else { 0 },
    }
}

/// The payload of `closed`.
#[derive(serde::Serialize)]
pub(super) struct Closed<'a> {
    pub(super) reason: &'static str,
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
        let refused = match self {
            Self::Room(Answer::Refused(refusal)) => Some(refusal),
            Self::Refused(refusal) => Some(*refusal),
            Self::Room(_) | Self::Clock { .. } | Self::Rooms(_) => None,
        };
        let mut map = serializer.serialize_map(Some(self.fields()))?;
        map.serialize_entry("ok", &refused.is_none())?;
        if let Some(refusal) = refused {
            map.serialize_entry("code", refusal.code)?;
            map.serialize_entry("message", refusal.message.as_ref())?;
        }
        match self {
            Self::Room(Answer::Seated(seated)) => seat(&mut map, seated)?,
            Self::Room(Answer::Applied(tick)) => map.serialize_entry("tick", tick)?,
            Self::Room(Answer::Key(key)) => map.serialize_entry("key", key.as_ref())?,
            Self::Clock { t0, t1 } => {
                map.serialize_entry("t0", t0)?;
                map.serialize_entry("t1", t1)?;
            }
            Self::Rooms(rooms) => map.serialize_entry("rooms", &Listings(rooms))?,
            Self::Room(Answer::Done | Answer::Refused(_)) | Self::Refused(_) => {}
        }
        map.end()
    }
}

impl Reply<'_> {
    fn fields(&self) -> usize {
        match self {
            Self::Refused(_) | Self::Room(Answer::Refused(_)) | Self::Clock { .. } => 3,
            Self::Room(Answer::Seated(seated)) => {
                11 + usize::from(seated.avatar.is_some()) + usize::from(seated.options.is_some())
            }
            Self::Room(Answer::Applied(_) | Answer::Key(_)) | Self::Rooms(_) => 2,
            Self::Room(Answer::Done) => 1,
        }
    }
}

fn seat<M: SerializeMap>(map: &mut M, seated: &Seated) -> Result<(), M::Error> {
    let Seated { room, game, seat, token, role, avatar, hz, options, tick, time, state, you } = seated;
    map.serialize_entry("room", room.as_ref())?;
    map.serialize_entry("game", game)?;
    map.serialize_entry("seat", seat)?;
    map.serialize_entry("token", token.as_ref())?;
    map.serialize_entry("role", role_name(*role))?;
    entry(map, "avatar", avatar.as_ref())?;
    map.serialize_entry("hz", hz)?;
    entry(map, "options", options.as_deref())?;
    map.serialize_entry("tick", tick)?;
    map.serialize_entry("time", time)?;
    map.serialize_entry("state", state.as_ref())?;
    map.serialize_entry("you", you.as_ref())
}

const fn role_name(role: Role) -> &'static str {
    match role {
        Role::Host => "host",
        Role::Player => "player",
        Role::Spectator => "spectator",
    }
}

/// The payload of `rooms`, as `/lobby` pushes it.
#[derive(serde::Serialize)]
pub(super) struct Lobby<'a> {
    pub(super) rooms: Listings<'a>,
}

/// Rooms as they are listed.
pub(super) struct Listings<'a>(pub(super) &'a [crate::room::Listing]);

impl Serialize for Listings<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(serde::Serialize)]
        struct Row<'a> {
            room: &'a str,
            game: &'a str,
            players: u32,
            capacity: u32,
            phase: &'a str,
        }
        serializer.collect_seq(self.0.iter().map(|listing| Row {
            room: &listing.room,
            game: listing.game,
            players: listing.players,
            capacity: listing.capacity,
            phase: listing.phase,
        }))
    }
}

struct Rows<'a>(&'a [ScoreRow]);

impl Serialize for Rows<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(serde::Serialize)]
        struct Row<'a> {
            seat: SeatId,
            name: &'a str,
            score: i64,
            gain: i64,
            rank: u32,
            #[serde(skip_serializing_if = "Option::is_none")]
            avatar: Option<u16>,
        }
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

/// Who came.
struct Newcomers<'a>(&'a [Newcomer]);

impl Serialize for Newcomers<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(serde::Serialize)]
        struct Person<'a> {
            seat: SeatId,
            name: &'a str,
            #[serde(skip_serializing_if = "Option::is_none")]
            avatar: Option<u16>,
        }
        serializer.collect_seq(self.0.iter().map(|who| Person { seat: who.seat, name: &who.name, avatar: who.avatar }))
    }
}

/// Who went.
struct People<'a>(&'a [(SeatId, Arc<str>)]);

impl Serialize for People<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(serde::Serialize)]
        struct Person<'a> {
            seat: SeatId,
            name: &'a str,
        }
        serializer.collect_seq(self.0.iter().map(|(seat, name)| Person { seat: *seat, name }))
    }
}

/// An entry of what there is.
fn entry<M: SerializeMap, T: Serialize>(map: &mut M, key: &'static str, value: Option<&T>) -> Result<(), M::Error> {
    value.map_or(Ok(()), |value| map.serialize_entry(key, value))
}

/// The fields of an object beside those before it; anything else under `value`, nothing for `null`.
fn flatten<M: SerializeMap>(map: &mut M, tree: &Tree) -> Result<(), M::Error> {
    match tree.root() {
        Branch::Map(mut members) => members.try_for_each(|(name, member)| map.serialize_entry(&name, &member)),
        Branch::Null => Ok(()),
        other => map.serialize_entry("value", &other),
    }
}

/// How many fields [`flatten`] writes.
fn width(tree: &Tree) -> usize {
    match tree.root() {
        Branch::Map(members) => members.len(),
        Branch::Null => 0,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn tree(value: &Value) -> Arc<Tree> {
        Arc::new(Tree::of(value).expect("JSON has a form in JSON"))
    }

    /// The payload reads the same through both parsers.
    #[track_caller]
    fn check(outgoing: &Outgoing, event: &str, expect: Value) {
        assert_eq!(name(outgoing), Some(event));
        assert_eq!(serde_json::to_value(Payload(outgoing)).expect("it serializes"), expect);
        assert_eq!(fields(outgoing), expect.as_object().expect("an object").len(), "msgpack's count of fields");
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
        assert_eq!(reply.fields(), expect.as_object().expect("an object").len(), "msgpack's count of fields");
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
