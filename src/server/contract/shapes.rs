//! What clients and server say to each other, by event: which type of the wire belongs to which name.
//!
//! Knows no TypeScript; gives JSON Schemas, by the names of the types.

use parlor_games::arena::Arena;
use parlor_games::catalog::{self, Visitor};
use parlor_games::contract::Game;
use parlor_games::quiz::Quiz;
use parlor_games::quiz::pack::Pack;
use schemars::generate::{SchemaGenerator, SchemaSettings};
use schemars::{JsonSchema, Schema};
use serde_json::{Map, Value, json};

use super::parts::{Bytes, EventAt, Input, YouAt};
use crate::server::api::{Games, Packs, Refused};
use crate::server::events::request::{Chat, Clock, Create, Join, Links, Remote, Resume, Rooms};
use crate::server::wire::{
    Applied, Closed, Delta, Done, Line, LinksTold, Lobby, No, Players, RemoteKey, RoomList, Score, Seat, Snapshot,
    Summary, Time, Timer,
};

/// Every type of the contract by its name.
pub(super) fn shapes() -> Map<String, Value> {
    let settings = SchemaSettings::draft2020_12;
    let mut both = Both {
        heard: settings().for_deserialize().into_generator(),
        said: settings().for_serialize().into_generator(),
    };
    let games = [both.game::<Quiz>("A quiz, as its types."), both.game::<Arena>("An arena, as its types.")];
    let requests = requests(&mut both);
    let said = &mut both.said;
    let broadcasts = object(
        "What the server says unasked in the default namespace, by event.",
        [
            ("snapshot", said.subschema_for::<Snapshot<'_>>()),
            ("delta", said.subschema_for::<Delta<'_>>()),
            ("packed", said.subschema_for::<Bytes>()),
            ("you", said.subschema_for::<YouAt>()),
            ("score", said.subschema_for::<Score<'_>>()),
            ("timer", said.subschema_for::<Timer>()),
            ("players", said.subschema_for::<Players<'_>>()),
            ("event", said.subschema_for::<EventAt>()),
            ("chat", said.subschema_for::<Line<'_>>()),
            ("closed", said.subschema_for::<Closed<'_>>()),
        ],
    );
    let lobby = [("rooms", said.subschema_for::<Lobby<'_>>())];
    let lobby = object("What the server says in the namespace `/lobby`, by event.", lobby);
    let pages = object(
        "What the server answers over plain HTTP, by path; or a `Denied`.",
        [
            ("/api/games", said.subschema_for::<Games>()),
            ("/api/packs", said.subschema_for::<Packs<'_>>()),
            ("/api/packs/{id}", said.subschema_for::<Pack>()),
        ],
    );
    said.subschema_for::<No<'_>>();
    said.subschema_for::<Refused>();
    let mut shapes: Map<String, Value> = NAMES.into_iter().map(str::to_owned).zip(games).collect();
    for (name, shape) in
        [("Requests", requests), ("Broadcasts", broadcasts), ("LobbyBroadcasts", lobby), ("Pages", pages)]
    {
        shapes.insert(name.to_owned(), shape);
    }
    for generator in [&mut both.heard, &mut both.said] {
        for (name, shape) in generator.take_definitions(true) {
            let known = shapes.entry(name.clone()).or_insert_with(|| shape.clone());
            assert_eq!(*known, shape, "two types are called {name}");
        }
    }
    shapes
}

/// The games as types, in the order of the catalog.
const NAMES: [&str; 2] = ["Quiz", "Arena"];

/// What a client asks for, by event: what it says, and what it is answered with, unless that is a refusal.
fn requests(both: &mut Both) -> Value {
    let asked = [
        ("create", both.asked::<Create, Seat<'_>>()),
        ("join", both.asked::<Join, Seat<'_>>()),
        ("resume", both.asked::<Resume, Seat<'_>>()),
        ("leave", both.asked::<Nothing, Done>()),
        ("input", both.asked::<Input, Applied>()),
        ("clock", both.asked::<Clock, Time>()),
        ("rooms", both.asked::<Rooms, RoomList<'_>>()),
        ("chat", both.asked::<Chat, Done>()),
        ("links", both.asked::<Links, LinksTold<'_>>()),
        ("remote", both.asked::<Remote, RemoteKey<'_>>()),
        ("summary", both.asked::<Nothing, Summary<'_>>()),
    ];
    object(
        "What a client asks for, by event: what it says, and what it gets unless that is a `Refused`.",
        asked.map(|(event, asked)| (event, asked.try_into().expect("an object is a schema"))),
    )
}

/// A request without fields.
#[derive(JsonSchema)]
#[schemars(inline)]
struct Nothing {}

/// Types that are read, and types that are written: what may be left out differs.
struct Both {
    heard: SchemaGenerator,
    said: SchemaGenerator,
}

impl Both {
    fn asked<S: JsonSchema, G: JsonSchema>(&mut self) -> Value {
        let (say, get) = (self.heard.subschema_for::<S>(), self.said.subschema_for::<G>());
        json!({"type": "object", "properties": {"say": say, "get": get}, "required": ["say", "get"]})
    }

    fn game<G: Game>(&mut self, words: &str) -> Value
    where
        G::Options: JsonSchema,
        G::Input: JsonSchema,
        G::View: JsonSchema,
        G::Private: JsonSchema,
        G::Event: JsonSchema,
        G::Summary: JsonSchema,
    {
        // Its words are about games without events, and not about this one's.
        let mut event = self.said.subschema_for::<G::Event>();
        event.remove("description");
        let mut summary = self.said.subschema_for::<G::Summary>();
        summary.remove("description");
        object(
            words,
            [
                ("options", self.heard.subschema_for::<G::Options>()),
                ("input", self.heard.subschema_for::<G::Input>()),
                ("state", self.said.subschema_for::<G::View>()),
                ("you", self.said.subschema_for::<G::Private>()),
                ("event", event),
                ("summary", summary),
            ],
        )
    }
}

/// An object that has all of these.
fn object<const N: usize>(words: &str, members: [(&str, Schema); N]) -> Value {
    let required: Vec<_> = members.iter().map(|(name, _)| *name).collect();
    let properties: Map<_, _> = members.iter().map(|(name, schema)| ((*name).to_owned(), json!(schema))).collect();
    json!({"type": "object", "description": words, "properties": properties, "required": required})
}

struct Names(Vec<&'static str>);

impl Visitor for Names {
    fn visit<G: Game>(&mut self) {
        self.0.push(G::NAME);
    }
}

#[test]
fn every_game_of_the_catalog_has_its_types() {
    let mut names = Names(Vec::new());
    catalog::each(&mut names);
    assert_eq!(names.0, NAMES.map(str::to_lowercase));
}

#[test]
fn every_request_that_is_heard_has_its_types() {
    let source = include_str!("../events/mod.rs");
    let arms = source.split("fn request(").nth(1).and_then(|rest| rest.split("\n}").next()).expect("it is there");
    let mut heard: Vec<_> = arms.lines().filter_map(|line| line.trim().strip_prefix('"')?.split('"').next()).collect();
    heard.sort_unstable();
    let shapes = shapes();
    let mut typed: Vec<_> = shapes["Requests"]["properties"].as_object().expect("an object").keys().collect();
    typed.sort_unstable();
    assert_eq!(typed, heard);
}
