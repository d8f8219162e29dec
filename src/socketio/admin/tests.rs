//! The admin namespace, tried over sessions that have no socket.
//!
//! That the page itself gets on with it is seen in a browser, in `clients/web/e2e/examples`.

use std::sync::atomic::AtomicUsize;
use std::time::Duration;

use parking_lot::Mutex;
use serde_json::{Value, json};
use tokio::task::yield_now;
use tokio::time::timeout;

use super::*;
use crate::socketio::{self, Pending};
use crate::transport::{Handshake, Tap};

/// Of "sesame", with the lowest factor there is.
const HASH: &str = "$2b$04$parlorparlorparlorparebXbsxBoRFTZgGtJE5QO2Sf/UvfP1B2m";

fn server(config: Config) -> Io {
    let io = Io::new(socketio::Config::default());
    io.instrument(config).expect("an admin namespace");
    io
}

/// Anybody may come in.
fn open() -> Config {
    Config { open: true, ..Config::default() }
}

fn guarded() -> Config {
    Config { password_hash: Some(HASH.to_owned()), ..Config::default() }
}

fn client(io: &Io) -> Tap {
    client_behind(io, "b")
}

/// One whose proxy, if that is what its peer is, says that it comes from there.
fn client_behind(io: &Io, address: &str) -> Tap {
    let request = http::Request::builder().uri("/socket.io/?EIO=4&a=b").header("cookie", "secret");
    let request = request.header("x-forwarded-for", address);
    let request = request.body(()).expect("a request").into_parts().0.into();
    io.tap(Handshake { request, address: ([192, 0, 2, 1], 4000).into() })
}

/// What came, as the type and the data of each packet.
fn heard(tap: &Tap) -> Vec<(String, Value)> {
    let read = |frame: &socketio::Frame| {
        let text = std::str::from_utf8(frame.payload()).expect("text").to_owned();
        let at = text.find(['{', '[']).unwrap_or(text.len());
        let (head, data) = text.split_at(at);
        (head.to_owned(), serde_json::from_str(data).unwrap_or_default())
    };
    tap.take().iter().map(read).collect()
}

/// The same, when something has come.
async fn hears(tap: &Tap) -> Vec<(String, Value)> {
    let came = async {
        loop {
            let heard = heard(tap);
            if !heard.is_empty() {
                return heard;
            }
            yield_now().await;
        }
    };
    timeout(Duration::from_secs(60), came).await.expect("an answer")
}

/// The events of this name that came, without their names.
fn named(heard: &[(String, Value)], name: &str) -> Vec<Value> {
    let events = heard.iter().filter_map(|(_, data)| data.as_array()).filter(|event| event[0] == name);
    events.map(|event| Value::Array(event[1..].to_vec())).collect()
}

/// Somebody who watches, and has been told of all there is.
async fn admin(io: &Io) -> Tap {
    let admin = client(io);
    admin.say("40/admin");
    while !heard(&admin).iter().any(|(_, data)| data[0] == "all_sockets") {
        yield_now().await;
    }
    admin
}

/// A client in `/`, and the id of its socket.
fn guest(io: &Io) -> (Tap, String) {
    let guest = client(io);
    guest.say("40");
    let id = heard(&guest)[0].1["sid"].as_str().expect("an id").to_owned();
    (guest, id)
}

/// Tries to come in, and gives the answer to that.
async fn comes_in(tap: &Tap, auth: Value) -> (String, Value) {
    tap.say(format!("40/admin,{auth}"));
    hears(tap).await.swap_remove(0)
}

#[tokio::test]
async fn without_a_password_or_with_no_hash_there_is_none() {
    let io = Io::new(socketio::Config::default());
    assert_eq!(io.instrument(Config::default()), Err(Error::NoPassword));
    let plain = Config { password_hash: Some("sesame".to_owned()), ..Config::default() };
    assert_eq!(io.instrument(plain), Err(Error::NoHash));
    assert_eq!(io.find("/admin"), None);
    assert_eq!(io.instrument(open()), Ok(()));
    assert_eq!(io.instrument(open()), Err(Error::Twice));
}

#[tokio::test]
async fn a_name_and_a_password_let_in_and_so_does_the_session_that_they_opened() {
    let io = server(guarded());
    let tap = client(&io);
    for wrong in [
        json!({}),
        json!({"username": "admin", "password": "wrong"}),
        json!({"username": "nobody", "password": "sesame"}),
        json!({"username": "admin", "password": 7}),
        json!({"username": ["admin"], "password": {}}),
        json!({"sessionId": ""}),
        json!({"sessionId": null}),
        json!({"sessionId": "00000000000000000000000000000000"}),
    ] {
        let refused = ("44/admin,".to_owned(), json!({"message": "invalid credentials"}));
        assert_eq!(comes_in(&tap, wrong.clone()).await, refused, "{wrong}");
    }
    tap.say(r#"40/admin,{"username":"admin","password":"sesame"}"#);
    let heard = hears(&tap).await;
    assert_eq!(heard[0].0, "40/admin,");
    let session = named(&heard, "session")[0][0].as_str().expect("an id").to_owned();
    let again = client(&io);
    again.say(format!(r#"40/admin,{{"sessionId":"{session}"}}"#));
    let heard = hears(&again).await;
    assert_eq!((heard[0].0.as_str(), named(&heard, "session").len()), ("40/admin,", 0));
}

/// Sessions of several servers, and how often was asked for one.
#[derive(Debug, Default)]
struct Shared {
    kept: Mutex<Vec<(String, Duration)>>,
    asked: AtomicUsize,
}

impl SessionStore for Shared {
    fn keep(&self, id: &str, lifetime: Duration) -> Pending<()> {
        self.kept.lock().push((id.to_owned(), lifetime));
        Box::pin(std::future::ready(()))
    }

    fn has(&self, id: &str) -> Pending<bool> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let has = self.kept.lock().iter().any(|(kept, _)| kept == id);
        Box::pin(std::future::ready(has))
    }
}

#[tokio::test]
async fn who_has_logged_in_on_one_server_is_let_in_by_another_one() {
    let store = Arc::new(Shared::default());
    let [left, right] = [(); 2].map(|()| {
        let io = Io::new(socketio::Config::default());
        let config = Config { session_ms: 7_000, mistakes_per_minute: 2, ..guarded() };
        io.instrument_with(config, Arc::clone(&store) as _).expect("an admin namespace");
        io
    });
    let tap = client(&left);
    tap.say(r#"40/admin,{"username":"admin","password":"sesame"}"#);
    let session = named(&hears(&tap).await, "session")[0][0].as_str().expect("an id").to_owned();
    assert_eq!(*store.kept.lock(), [(session.clone(), Duration::from_secs(7))]);
    for (io, asked) in [(&left, 0), (&right, 1), (&right, 2)] {
        assert_eq!(comes_in(&client(io), json!({ "sessionId": session })).await.0, "40/admin,");
        assert_eq!(store.asked.load(Ordering::Relaxed), asked, "its own are known");
    }
    let guess = |id: &str| {
        let (tap, auth) = (client(&right), json!({ "sessionId": id }));
        async move { comes_in(&tap, auth).await.1["message"].clone() }
    };
    for none in ["", "x", &"0".repeat(65)] {
        assert_eq!(guess(none).await, "invalid credentials");
    }
    assert_eq!(store.asked.load(Ordering::Relaxed), 2, "what is no id is not looked for");
    assert_eq!(
        [guess("00").await, guess("01").await, guess("02").await],
        ["invalid credentials", "invalid credentials", "too many attempts"]
    );
    assert_eq!(store.asked.load(Ordering::Relaxed), 4);
}

#[tokio::test]
async fn an_address_that_guesses_has_to_wait() {
    let io = server(Config { mistakes_per_minute: 2, ..guarded() });
    let tap = client(&io);
    let mut answers = Vec::new();
    for password in ["a", "b", "sesame"] {
        answers.push(comes_in(&tap, json!({"username": "admin", "password": password})).await.1["message"].clone());
    }
    assert_eq!(answers, ["invalid credentials", "invalid credentials", "too many attempts"]);
}

#[tokio::test]
async fn behind_a_trusted_proxy_each_address_is_one() {
    let mut options = socketio::Config::default();
    options.transport.proxies = vec![[192, 0, 2, 1].into()];
    let io = Io::new(options);
    io.instrument(Config { mistakes_per_minute: 1, ..guarded() }).expect("an admin namespace");
    let (wrong, right) =
        (json!({"username": "admin", "password": "x"}), json!({"username": "admin", "password": "sesame"}));
    let (here, there) = (client_behind(&io, "198.51.100.1"), client_behind(&io, "198.51.100.2"));
    assert_eq!(comes_in(&here, wrong).await.1["message"], "invalid credentials");
    assert_eq!(comes_in(&here, right.clone()).await.1["message"], "too many attempts");
    there.say(format!("40/admin,{right}"));
    let mut news = Vec::new();
    while named(&news, "all_sockets").is_empty() {
        news.extend(hears(&there).await);
    }
    assert_eq!(named(&news, "all_sockets")[0][0][0]["handshake"]["address"], "198.51.100.2");
}

#[tokio::test]
async fn guesses_are_checked_one_at_a_time_and_few_wait() {
    let io = server(Config { waiting_checks: 1, ..guarded() });
    let taps = [(); 3].map(|()| client(&io));
    for tap in &taps {
        tap.say(r#"40/admin,{"username":"admin","password":"x"}"#);
    }
    let mut answers = Vec::new();
    for tap in &taps {
        answers.push(hears(tap).await[0].1["message"].clone());
    }
    assert_eq!(answers, ["invalid credentials", "invalid credentials", "too many attempts"]);
}

#[tokio::test]
async fn who_is_not_in_yet_may_say_nothing() {
    let io = server(guarded());
    let tap = client(&io);
    tap.say(r#"40/admin,{"username":"admin","password":"sesame"}"#);
    tap.say(r#"42/admin,["_disconnect","/",true]"#);
    assert_eq!(tap.closed(), Some(parlor_proto::engine::CloseReason::ForcedClose));
    let right = json!({"username": "admin", "password": "sesame"});
    assert_eq!(comes_in(&client(&io), right).await.0, "40/admin,", "others may come still");
}

#[tokio::test]
async fn an_admin_is_told_what_the_server_can_do() {
    let features = |config: Config| async move {
        let tap = client(&server(config));
        tap.say("40/admin");
        named(&heard(&tap), "config").swap_remove(0)[0]["supportedFeatures"].clone()
    };
    let commands =
        json!(["EMIT", "JOIN", "LEAVE", "DISCONNECT", "MJOIN", "MLEAVE", "MDISCONNECT", "AGGREGATED_EVENTS"]);
    assert_eq!(features(Config { mode: Mode::Production, ..open() }).await, commands);
    let readonly = Config { readonly: true, ..open() };
    assert_eq!(features(readonly).await, json!(["AGGREGATED_EVENTS", "ALL_EVENTS"]));
}

#[tokio::test]
async fn whoever_comes_and_goes_is_told_of_with_rooms_and_data_and_without_secrets() {
    let io = server(open());
    io.of("/").on_connect(|socket| {
        socket.join("lobby");
        socket.share_data(json!({"name": "Ada"}));
    });
    let admin = admin(&io).await;
    let (guest, id) = guest(&io);
    let news = heard(&admin);
    let joined = named(&news, "room_joined");
    assert_eq!([&joined[0][1], &joined[1][1]], [&json!(id), &json!("lobby")]);
    let told = named(&news, "socket_connected").swap_remove(0);
    let socket = &told[0];
    assert_eq!((&socket["id"], &socket["nsp"], &socket["transport"]), (&json!(id), &json!("/"), &json!("websocket")));
    assert_eq!(socket["clientId"].as_str().map(str::len), Some(16));
    assert_eq!(socket["handshake"]["headers"], json!({"x-forwarded-for": "b"}));
    assert_eq!(socket["handshake"]["address"], "192.0.2.1", "what the client says itself does not count");
    assert_eq!((&socket["handshake"]["query"]["a"], socket["handshake"].get("auth")), (&json!("b"), None));
    assert_eq!(named(&news, "socket_updated")[0][0], json!({"id": id, "nsp": "/", "data": {"name": "Ada"}}));

    let late = client(&io);
    late.say("40/admin");
    let mut news = Vec::new();
    while named(&news, "all_sockets").is_empty() {
        news.extend(hears(&late).await);
    }
    let all = named(&news, "all_sockets").swap_remove(0);
    let all = all[0].as_array().expect("a list");
    let known = all.iter().find(|socket| socket["id"] == id).expect("the guest");
    assert_eq!((&known["rooms"], &known["data"]["name"]), (&json!([id, "lobby"]), &json!("Ada")));
    assert_eq!(all.len(), 3, "the guest, and two admins");

    heard(&admin);
    guest.say("41");
    let news = heard(&admin);
    let gone = named(&news, "socket_disconnected").swap_remove(0);
    assert_eq!([&gone[0], &gone[1], &gone[2]], [&json!("/"), &json!(id), &json!("client namespace disconnect")]);
    let left: Vec<_> = named(&news, "room_left").iter().map(|left| left[1].clone()).collect();
    assert_eq!(left, [json!(id), json!("lobby")]);
}

#[tokio::test]
async fn events_are_told_of_both_ways_and_those_of_namespaces_to_come() {
    let io = server(Config { event_bytes: 20, ..open() });
    io.of("/chat").on("say", |socket, event| socket.emit("said", &event.args).expect("a connected socket"));
    io.of("/chat").wrap_events(|_, event| match &*event.name {
        "bad" => Err(socketio::EventError::new("no")),
        _ => Ok(()),
    });
    let admin = admin(&io).await;
    let guest = client(&io);
    guest.say("40/chat");
    let id = heard(&guest)[0].1["sid"].clone();
    heard(&admin);
    for packet in [r#"42/chat,7["say",1,"a"]"#, r#"42/chat,["bad"]"#, r#"42/chat,["large","0123456789012345678"]"#] {
        guest.say(packet);
    }
    let news = heard(&admin);
    let received = named(&news, "event_received");
    let events: Vec<_> = received.iter().map(|event| event[2].clone()).collect();
    assert_eq!(events, [json!(["say", 1, "a"]), json!(["bad"]), json!(["large", "21 bytes"])]);
    assert_eq!([&received[0][0], &received[0][1]], [&json!("/chat"), &id]);
    assert_eq!(received[0][3].as_str().map(str::len), Some(24));
    assert_eq!(named(&news, "event_sent")[0][2], json!(["said", 1, "a"]));
}

#[tokio::test]
async fn of_too_many_events_nothing_is_said() {
    let io = server(Config { events_per_second: 3, ..open() });
    let admin = admin(&io).await;
    let (guest, _) = guest(&io);
    heard(&admin);
    for _ in 0..5 {
        guest.say(r#"42["a"]"#);
    }
    assert_eq!(named(&heard(&admin), "event_received").len(), 3);
}

#[tokio::test]
async fn in_production_nothing_is_told_but_counts() {
    let io = server(Config { mode: Mode::Production, ..open() });
    let admin = client(&io);
    admin.say("40/admin");
    heard(&admin);
    let (guest, _) = guest(&io);
    guest.say(r#"42["a"]"#);
    assert_eq!(heard(&admin), []);
}

#[tokio::test(start_paused = true)]
async fn every_two_seconds_the_server_tells_of_itself() {
    let io = server(Config { server_id: Some("one".to_owned()), mode: Mode::Production, ..open() });
    let admin = client(&io);
    admin.say("40/admin");
    let (_guest, _) = guest(&io);
    let mut told = Vec::new();
    while told.len() < 2 {
        tokio::time::sleep(Duration::from_secs(1)).await;
        told.extend(named(&heard(&admin), "server_stats"));
    }
    let (first, second) = (&told[0][0], &told[1][0]);
    assert_eq!(
        (&first["serverId"], &first["clientsCount"], &first["pollingClientsCount"]),
        (&json!("one"), &json!(2), &json!(0))
    );
    let namespaces = json!([{"name": "/", "socketsCount": 1}, {"name": "/admin", "socketsCount": 1}]);
    assert_eq!(first["namespaces"], namespaces);
    assert_eq!((&first["pid"], first["hostname"].is_string()), (&json!(std::process::id()), true));
    let uptime = |stats: &Value| stats["uptime"].as_f64().expect("seconds");
    assert!((uptime(second) - uptime(first) - 2.0).abs() < 0.5, "{told:?}");
    let kinds = |stats: &Value| {
        stats["aggregatedEvents"].as_array().expect("a list").iter().map(|one| one["type"].clone()).collect::<Vec<_>>()
    };
    assert!(kinds(first).contains(&json!("packetsIn")) && !kinds(second).contains(&json!("packetsIn")), "{told:?}");
}

#[tokio::test]
async fn an_admin_has_sockets_join_leave_get_events_and_go() {
    let io = server(open());
    let admin = admin(&io).await;
    let ((a, id), (b, _)) = (guest(&io), guest(&io));
    let rooms = |room: &str| io.of("/").to(room).sockets().len();
    admin.say(format!(r#"42/admin,["join","/","red","{id}"]"#));
    assert_eq!(rooms("red"), 1);
    admin.say(r#"42/admin,["join","/","all"]"#);
    assert_eq!(rooms("all"), 2);
    admin.say(r#"42/admin,["emit","/","red","hello",1,{"a":null}]"#);
    assert_eq!((heard(&a), heard(&b)), (vec![("42".to_owned(), json!(["hello", 1, {"a": null}]))], vec![]));
    admin.say(r#"42/admin,["emit","/",null,"all"]"#);
    assert_eq!((heard(&a).len(), heard(&b).len()), (1, 1));
    admin.say(r#"42/admin,["leave","/","all","red"]"#);
    assert_eq!(rooms("all"), 1);
    admin.say(r#"42/admin,["_disconnect","/",false,"red"]"#);
    assert_eq!((heard(&a)[0].0.as_str(), heard(&b), io.of("/").len()), ("41", vec![], 1));
    assert_eq!(a.closed(), None, "its connection is left");
    admin.say(r#"42/admin,["_disconnect","/",true]"#);
    assert!(b.closed().is_some());
}

#[tokio::test]
async fn what_is_no_command_does_nothing() {
    let io = server(open());
    let admin = admin(&io).await;
    let (guest, _) = guest(&io);
    for command in [
        r#"["join"]"#,
        r#"["join","/"]"#,
        r#"["join",7,"red"]"#,
        r#"["join","/",{}]"#,
        r#"["join","/","red",["x"]]"#,
        r#"["join","/none","red"]"#,
        r#"["emit","/",null]"#,
        r#"["emit","/",null,"connect"]"#,
        r#"["emit",null,null,"a"]"#,
        r#"["_disconnect","/","yes"]"#,
        r#"["_disconnect"]"#,
        r#"["leave","/",null]"#,
    ] {
        assert!(admin.say(format!("42/admin,{command}")), "{command}");
        assert_eq!((heard(&guest), admin.closed()), (vec![], None), "{command}");
    }
    assert!(io.of("/").to("red").sockets().is_empty() && io.find("/none").is_none());
}

#[tokio::test]
async fn who_may_look_only_changes_nothing() {
    let io = server(Config { readonly: true, ..open() });
    let admin = admin(&io).await;
    let (guest, _) = guest(&io);
    for command in [r#"["join","/","red"]"#, r#"["emit","/",null,"a"]"#, r#"["_disconnect","/",true]"#] {
        admin.say(format!("42/admin,{command}"));
    }
    assert_eq!((heard(&guest), guest.closed(), io.of("/").to("red").sockets().len()), (vec![], None, 0));
}

#[tokio::test]
async fn a_server_that_is_let_go_of_is_gone() {
    let io = server(open());
    let weak = io.downgrade();
    drop(io);
    assert!(weak.upgrade().is_none(), "neither the namespace nor the statistics keep it");
}
