//! What a server really said, one of each shape: a quiz and an arena are played on a server without a network.
//!
//! Judges nothing: the compiler of TypeScript holds each sample to the type it should have.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::time::Duration;

use axum::extract::ConnectInfo;
use http_body_util::BodyExt as _;
use serde_json::{Map, Value, json};
use tower::Service as _;

use crate::proto::frame::Kind;
use crate::room::{Outgoing, Tree};
use crate::server::wire::{Listings, Lobby, Payload};
use crate::server::{Config, Offline, api};
use crate::transport::Tap;

/// The file of samples.
pub(super) async fn file() -> String {
    let mut album = Album::default();
    quiz(&mut album).await;
    arena(&mut album);
    // No game that comes with Parlor has one.
    let event = Outgoing::Event { tick: 1, event: Tree::of(&json!({"type": "bang"})).expect("it is JSON") };
    let event = serde_json::to_value(Payload(&event)).expect("it is JSON");
    album.put("anybody", r#"Broadcasts<AnyGame & { event: { type: string } }>["event"]"#, event);
    album.file + FOOT
}

const KEY: &str = "the-host-key";
const PACK: &str = r#"{
    "title": "One of each", "language": "en", "description": "All there is.", "author": "Ada",
    "questions": [
        {"kind": "single", "text": "Which is a prime?", "choices": ["21", "23", "25"], "correct": [1],
         "media": {"image": "/prime.png", "alt": "A prime."}, "explanation": "21 is 3 times 7."},
        {"kind": "multiple", "text": "Which are even?", "choices": ["2", "3", "4"], "correct": [0, 2],
         "media": {"audio": "/even.ogg", "alt": "Counting."}, "credit": "partial"},
        {"kind": "truefalse", "text": "Nought is even.", "correct": [0], "media": {"video": "/nought.webm", "alt": "Nought."}},
        {"kind": "single", "text": "Which is odd?", "choices": ["2", "3"], "correct": [1], "timeMs": 30000, "points": 500}
    ]
}"#;

/// A quiz with a pack of every kind of question, from its opening to its end, as every role sees it.
async fn quiz(album: &mut Album) {
    let packs = tempfile::tempdir().expect("a folder can be made");
    std::fs::write(packs.path().join("kinds.json"), PACK).expect("a file can be written");
    let config = Config { packs: Some(packs.path().to_owned()), host_key: Some(KEY.into()), ..Config::default() };
    let mut party = Party::new("Quiz", config, album);
    let [host, watcher, ann, bob, cy] = ["host", "spectator", "player", "player", "player"].map(|who| party.enter(who));
    let options = json!({"pack": "kinds", "autoAdvance": false, "shuffle": "none"});
    let opened = party.ask(host, "create", json!({"game": "quiz", "options": options, "role": "host", "key": KEY}));
    let room = opened["room"].clone();
    party.ask(watcher, "join", json!({"room": room, "role": "spectator"}));
    party.ask(ann, "join", json!({"room": room, "name": "Ann", "avatar": 7}));
    let seat = party.ask(bob, "join", json!({"room": room, "name": "Bob", "sync": "snapshot"}))["seat"].clone();
    party.ask(cy, "join", json!({"room": room, "name": "Cy", "sync": "packed"}));
    party.pages().await;
    party.ask(ann, "chat", json!({"text": "Hello."}));
    party.ask(ann, "clock", json!({"t0": 0.5}));
    party.ask(ann, "rooms", json!({"game": "quiz"}));
    party.ask(ann, "input", json!({"type": "start"}));
    party.ask(host, "links", json!({"seats": [seat]}));

    let key = party.ask(host, "remote", json!({}))["key"].clone();
    let remote = party.enter("remote");
    party.ask(remote, "join", json!({"room": room, "role": "host", "key": key}));
    party.ask(host, "remote", json!({"revoke": true}));

    party.ask(host, "input", json!({"type": "lock", "locked": true}));
    party.ask(host, "input", json!({"type": "start"}));
    for (index, right) in [json!({"choice": 1}), json!({"choices": [0, 2]}), json!({"choice": 0})].iter().enumerate() {
        party.ask(host, "input", json!({"type": "skip"}));
        party.ask(host, "input", json!({"type": "pause"}));
        party.ask(host, "input", json!({"type": "resume"}));
        party.ask(host, "input", json!({"type": "extend", "ms": 5000}));
        let mut answer = json!({"type": "answer", "index": index});
        answer.as_object_mut().expect("an object").extend(right.as_object().expect("an object").clone());
        party.ask(ann, "input", answer.clone());
        party.ask(ann, "input", answer);
        if index == 1 {
            party.ask(cy, "input", json!({"type": "answer", "index": index, "choices": [0]}));
        }
        party.pass(Duration::from_secs(30));
        party.ask(host, "input", json!({"type": "next"}));
        party.ask(host, "input", json!({"type": "next"}));
    }
    party.ask(host, "input", json!({"type": "kick", "seat": seat}));
    let token = party.taken[ann].clone();
    let again = party.enter("player");
    party.ask(again, "resume", json!({"token": token, "sync": "delta"}));
    party.ask(host, "input", json!({"type": "end"}));
    party.ask(host, "summary", json!({}));
    party.pass(Duration::from_secs(10));
    party.ask(host, "summary", json!({}));
    party.ask(cy, "leave", json!({}));
    party.ask(host, "input", json!({"type": "end"}));
}

/// An arena: somebody comes, moves and is sent away by the server's end.
fn arena(album: &mut Album) {
    let mut party = Party::new("Arena", Config::default(), album);
    let [ada, bo, eve] = ["player", "player", "spectator"].map(|who| party.enter(who));
    // Too large a board for chance to bring anybody to a coin, or to its edge.
    let options = json!({"hz": 10, "size": 100_000, "seats": 8, "coins": 4, "visible": 8});
    let opened =
        party.ask(ada, "create", json!({"game": "arena", "options": options, "name": "Ada", "private": false}));
    party.ask(bo, "join", json!({"game": "arena", "options": options, "name": "Bo", "avatar": 0}));
    party.ask(eve, "join", json!({"room": opened["room"], "role": "spectator", "sync": "snapshot"}));
    let place = &opened["state"]["players"][opened["seat"].to_string()];
    let dx = if place["x"].as_f64().expect("a place") < 50_000.0 { 1 } else { -1 };
    party.ask(ada, "input", json!({"type": "move", "seq": 1, "dx": dx, "dy": 0}));
    party.server.close();
    party.pass(STEP);
}

/// How long a request has until the next.
const STEP: Duration = Duration::from_millis(200);

/// A server, and who is connected to it.
struct Party<'a> {
    /// The game, as its types.
    game: &'static str,
    server: Offline,
    guests: Vec<(&'static str, Tap)>,
    /// The token of each guest's seat.
    taken: Vec<Value>,
    album: &'a mut Album,
}

impl<'a> Party<'a> {
    fn new(game: &'static str, config: Config, album: &'a mut Album) -> Self {
        let server = Offline::start(config).expect("its packs are there");
        Self { game, server, guests: Vec::new(), taken: Vec::new(), album }
    }

    /// Somebody connects, to be this.
    fn enter(&mut self, who: &'static str) -> usize {
        let tap = self.server.connect(([192, 0, 2, 1], 4000).into());
        assert!(tap.say_at("40", self.server.now()));
        drop(tap.take());
        self.guests.push((who, tap));
        self.taken.push(Value::Null);
        self.guests.len() - 1
    }

    /// Asks for something. The answer, as it really was.
    fn ask(&mut self, guest: usize, event: &str, say: Value) -> Value {
        let (who, tap) = &self.guests[guest];
        assert!(tap.say_at(format!("420{}", json!([event, say])), self.server.now()));
        self.album.put(who, &format!("Requests<{}>[{event:?}][\"say\"]", self.game), say);
        let answer = self.pass(STEP).expect("an answer");
        let kind = match answer["ok"] == json!(true) {
            true => format!("Requests<{}>[{event:?}][\"get\"]", self.game),
            false => "Refused".to_owned(),
        };
        if answer["token"].is_string() {
            self.taken[guest] = answer["token"].clone();
        }
        self.album.put(self.guests[guest].0, &kind, answer.clone());
        answer
    }

    /// Lets time pass. The answer that came meanwhile.
    fn pass(&mut self, time: Duration) -> Option<Value> {
        self.server.pass(time);
        let mut answer = None;
        for (who, tap) in &self.guests {
            for frame in tap.take() {
                let Some(text) = std::str::from_utf8(frame.payload()).ok().filter(|_| frame.kind() == Kind::Text)
                else {
                    // The attachment of what was told before.
                    continue;
                };
                if let Some(told) = text.strip_prefix("430") {
                    let [told] = serde_json::from_str::<[Value; 1]>(told).expect("an acknowledgement");
                    answer = Some(told);
                    continue;
                }
                let told = text.trim_start_matches(|c: char| c != '[');
                let (event, told): (String, Value) = serde_json::from_str(told).expect("an event");
                self.album.put(who, &format!("Broadcasts<{}>[{event:?}]", self.game), told);
            }
        }
        answer
    }

    /// What is told outside of rooms.
    async fn pages(&mut self) {
        let rooms = self.server.shared().directory.rooms(None);
        let lobby = serde_json::to_value(Lobby { rooms: Listings(&rooms) }).expect("it is JSON");
        self.album.put("anybody", r#"LobbyBroadcasts["rooms"]"#, lobby);
        for (path, key, kind) in [
            ("/api/games", "", r#"Pages["/api/games"]"#),
            ("/api/packs", KEY, r#"Pages["/api/packs"]"#),
            ("/api/packs/kinds", KEY, r#"Pages["/api/packs/{id}"]"#),
            ("/api/packs", "", "Denied"),
        ] {
            let peer: SocketAddr = ([192, 0, 2, 1], 4000).into();
            let request = http::Request::get(path)
                .header("authorization", format!("Bearer {key}"))
                .extension(ConnectInfo(peer))
                .body(axum::body::Body::empty())
                .expect("a request");
            let mut routes = api::routes(self.server.shared().clone());
            let response = routes.call(request).await.expect("it never fails");
            let body = response.into_body().collect().await.expect("a body").to_bytes();
            let mut said: Value = serde_json::from_slice(&body).expect("it is JSON");
            if let Some(packs) = said.get_mut("packs").and_then(Value::as_array_mut) {
                // Which others come with Parlor is no matter of shape.
                packs.retain(|pack| pack["id"] == json!("kinds"));
            }
            self.album.put("anybody", kind, said);
        }
    }
}

/// Samples, one of each shape.
struct Album {
    file: String,
    shapes: BTreeSet<String>,
}

impl Default for Album {
    fn default() -> Self {
        Self { file: HEAD.to_owned(), shapes: BTreeSet::new() }
    }
}

impl Album {
    /// Takes a sample of this type, if there is none of its shape.
    fn put(&mut self, who: &str, kind: &str, sample: Value) {
        if !self.shapes.insert(format!("{kind} {}", shape(&sample))) {
            return;
        }
        let text = match sample["_placeholder"] {
            Value::Null => settled("", sample).to_string(),
            _ => "new Uint8Array()".to_owned(),
        };
        let _ = writeln!(self.file, "  // {who}\n  {text} satisfies {kind},");
    }
}

/// What a value is made of: its names, and of what kind each is.
fn shape(value: &Value) -> String {
    match value {
        Value::Null => "null".into(),
        Value::Bool(_) => "bool".into(),
        Value::Number(_) => "number".into(),
        // A word of a few counts by itself; a sentence, or a secret, is one as another.
        Value::String(text) if text.chars().all(|c| c.is_ascii_lowercase()) => text.clone(),
        Value::String(_) => "text".into(),
        Value::Array(items) => format!("{:?}", items.iter().map(shape).collect::<BTreeSet<_>>()),
        Value::Object(members) => {
            format!("{:?}", members.iter().map(|(name, member)| (name, shape(member))).collect::<Vec<_>>())
        }
    }
}

/// The value, with the same in the place of what chance or the moment chose.
fn settled(name: &str, value: Value) -> Value {
    match value {
        Value::String(_) if matches!(name, "room" | "token" | "key") => json!(name),
        Value::Number(_) if MOMENTS.contains(&name) => json!(1000.5),
        Value::Number(_) if matches!(name, "tick" | "base") => json!(1),
        Value::Number(_) if matches!(name, "x" | "y" | "dx" | "rtt") => json!(1.5),
        Value::Array(items) => items.into_iter().map(|item| settled(name, item)).collect(),
        Value::Object(members) => {
            let members = members.into_iter().map(|(name, member)| {
                let member = settled(&name, member);
                (name, member)
            });
            Value::Object(members.collect::<Map<_, _>>())
        }
        other => other,
    }
}

const MOMENTS: [&str; 6] = ["t", "time", "t0", "t1", "endsAt", "leftMs"];

const HEAD: &str = "// What a server really said to the players of a quiz and of an arena, one of each shape. Made by `make types`.
// It runs nowhere: the compiler holds each to its type.
import type { AnyGame, Arena, Broadcasts, Denied, LobbyBroadcasts, Pages, Quiz, Refused, Requests } from \"./types.gen.ts\";

/** Each after whom it was said to, or who said it. */
export default [
";
const FOOT: &str = "] as const;\n";

#[tokio::test]
async fn there_is_a_sample_of_everything() {
    let samples = file().await;
    let shapes = super::shapes::shapes();
    let members = |name: &str| shapes[name]["properties"].as_object().expect("an object").keys();
    let said = |kind: &str| samples.contains(&format!("satisfies {kind},"));
    for event in members("Requests") {
        assert!(said(&format!("Requests<Quiz>[{event:?}][\"say\"]")), "{event} is not asked for");
        assert!(said(&format!("Requests<Quiz>[{event:?}][\"get\"]")), "{event} is not answered");
    }
    for event in members("Broadcasts").filter(|event| *event != "event") {
        assert!(said(&format!("Broadcasts<Quiz>[{event:?}]")), "{event} is not said");
    }
    for path in members("Pages") {
        assert!(said(&format!("Pages[{path:?}]")), "{path} is not asked for");
    }
    for (name, shape) in &shapes {
        for member in shape["properties"].as_object().into_iter().flat_map(Map::keys) {
            let is_map = ["Quiz", "Arena", "Requests", "Broadcasts", "LobbyBroadcasts", "Pages"].contains(&&**name);
            assert!(is_map || samples.contains(&format!("{member:?}:")), "no sample has the {member} of {name}");
        }
    }
    for name in ["Phase", "QuestionKind", "Role"] {
        let each = shapes[name]["oneOf"].as_array().expect("it is one of some words");
        assert!(each.len() > 2, "{name} is one of few: {each:?}");
        for word in each.iter().map(|each| &each["const"]) {
            assert!(samples.contains(&format!(":{word}")), "no sample has the {name} {word}");
        }
    }
}
