//! A server of a test's own, and clients to it.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};

use parlor::server::{Config, Handle, Server};
use parlor_bots::{Client, Error, Options, Parser, Seat, Transport};
use serde_json::{Value, json};

pub(crate) const KEY: &str = "the-host-key-of-these-tests";
/// What no player may know before the reveal; it stands in the explanation of the first question.
pub(crate) const SECRET: &str = "EXPLANATION";
/// How many questions [`PACK`] has.
pub(crate) const QUESTIONS: usize = 3;

const PACK: &str = r#"{
    "title": "One of each",
    "questions": [
        {"kind": "single", "text": "Which is a prime?", "choices": ["21", "23", "25"], "correct": [1],
         "explanation": "EXPLANATION: 23"},
        {"kind": "multiple", "text": "Which are even?", "choices": ["2", "3", "4"], "correct": [0, 2]},
        {"kind": "truefalse", "text": "Nought is even.", "correct": [0]}
    ]
}"#;

/// The right answer to each question of [`PACK`].
pub(crate) fn key(index: usize) -> Value {
    match index {
        0 => json!({"type": "answer", "index": 0, "choice": 1}),
        1 => json!({"type": "answer", "index": 1, "choices": [0, 2]}),
        _ => json!({"type": "answer", "index": index, "choice": 0}),
    }
}

/// A wrong one.
pub(crate) fn wrong(index: usize) -> Value {
    match index {
        0 => json!({"type": "answer", "index": 0, "choice": 0}),
        1 => json!({"type": "answer", "index": 1, "choices": [1]}),
        _ => json!({"type": "answer", "index": index, "choice": 1}),
    }
}

/// A running server. It stops when the test is over, whether it is told to or not.
pub(crate) struct Table {
    pub(crate) addr: SocketAddr,
    handle: Handle,
    _packs: tempfile::TempDir,
}

impl Table {
    pub(crate) async fn start() -> Self {
        Self::with(|_| {}).await
    }

    /// A server whose configuration differs from the default by what `change` does.
    pub(crate) async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let packs = tempfile::tempdir().expect("a folder can be made");
        std::fs::write(packs.path().join("kinds.json"), PACK).expect("a file can be written");
        let mut config =
            Config { packs: Some(packs.path().to_owned()), host_key: Some(KEY.into()), ..Config::default() };
        config.room.tick_threads = 1;
        // Polling clients that a test has dropped fetch nothing more.
        config.drain_ms = 500;
        change(&mut config);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
        let handle = Server::new(config).start(listener).await.expect("it starts");
        Self { addr: handle.addr(), handle, _packs: packs }
    }

    pub(crate) async fn stop(self) {
        self.handle.shutdown().await;
    }

    pub(crate) async fn client(&self, options: Options) -> Client {
        Client::connect(self.addr, options).await.expect("it connects")
    }

    /// A quiz of [`PACK`], with its host.
    pub(crate) async fn quiz(&self) -> Seat {
        self.quiz_over(Options::default()).await
    }

    pub(crate) async fn quiz_over(&self, options: Options) -> Seat {
        let ask = json!({"game": "quiz", "options": {"pack": "kinds"}, "role": "host", "key": KEY});
        Seat::take(self.addr, options, "create", ask).await.expect("a room")
    }

    pub(crate) async fn player(&self, room: &str, name: &str) -> Seat {
        self.player_over(Options::default(), room, name).await
    }

    pub(crate) async fn player_over(&self, options: Options, room: &str, name: &str) -> Seat {
        self.join(options, json!({"room": room, "name": name})).await.expect("a seat")
    }

    pub(crate) async fn join(&self, options: Options, ask: Value) -> Result<Seat, Error> {
        Seat::take(self.addr, options, "join", ask).await
    }
}

/// Both parsers over both transports.
pub(crate) fn every_way() -> impl Iterator<Item = Options> {
    let parsers = [Parser::Json, Parser::Msgpack];
    let transports = [Transport::WebSocket, Transport::Polling];
    parsers
        .into_iter()
        .flat_map(move |parser| transports.map(|transport| Options { parser, transport, ..Options::default() }))
}

/// The code of a refusal.
#[track_caller]
pub(crate) fn refused(ack: &Value) -> &str {
    assert_eq!(ack["ok"], json!(false), "{ack}");
    let words = ack["message"].as_str().unwrap_or_default();
    assert!(words.len() > 5, "a refusal has words: {ack}");
    ack["code"].as_str().expect("a refusal has a code")
}

#[track_caller]
pub(crate) fn done(ack: &Value) {
    assert_eq!(ack["ok"], json!(true), "{ack}");
}

/// Whether a quiz is in this phase of this question.
pub(crate) fn at(phase: &'static str, index: usize) -> impl Fn(&Value) -> bool {
    move |state| state["phase"] == phase && state["index"] == json!(index)
}

/// A room that has nothing to do with what goes on elsewhere, and must not notice it.
pub(crate) struct Bystander {
    host: Seat,
    player: Seat,
}

impl Bystander {
    /// A quiz in the middle of its first question.
    pub(crate) async fn new(table: &Table) -> Self {
        let mut host = table.quiz().await;
        let mut player = table.player(&host.room, "Bystander").await;
        done(&host.input(json!({"type": "start"})).await.expect("an ack"));
        done(&host.input(json!({"type": "skip"})).await.expect("an ack"));
        player.sees("the question", at("question", 0)).await.expect("a question");
        Self { host, player }
    }

    /// It still is, its time runs on as it did, and it can be played on.
    pub(crate) async fn goes_on(mut self) {
        for seat in [&mut self.host, &mut self.player] {
            done(&seat.client.request("clock", json!({"t0": 1})).await.expect("it is connected"));
        }
        self.player.hear_all().expect("what was said meanwhile");
        assert_eq!(self.player.state["phase"], "question", "the phase has changed");
        done(&self.player.input(key(0)).await.expect("an ack"));
        self.player.sees("the reveal", at("reveal", 0)).await.expect("the only player has answered");
        self.player.knows("its own answer", |you| you["correct"] == json!(true)).await.expect("it counted");
        assert_eq!(self.player.state["players"], json!(1));
        for event in &self.player.log {
            assert!(event.name != "closed", "{event:?}");
        }
        done(&self.host.input(json!({"type": "next"})).await.expect("an ack"));
    }
}
