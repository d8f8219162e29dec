//! What live-quiz servers get wrong, tried by a hostile client on a real socket, beside a room that must not notice.

use std::time::Duration;

use parlor_bots::{Client, Message, Options, Parser, Seat, Transport};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::table::{Bystander, KEY, SECRET, Table, at, done, every_way, key, refused, wrong};

const REQUESTS: [&str; 8] = ["create", "join", "resume", "leave", "input", "clock", "rooms", "chat"];

/// What is sent where an object is due.
fn malformed() -> Vec<Value> {
    let deep = (0..60).fold(json!(1), |inner, _| json!([inner]));
    vec![
        Value::Null,
        json!([]),
        json!([{}]),
        json!(0),
        json!(-1e300),
        json!(""),
        json!("x".repeat(100_000)),
        json!(true),
        deep.clone(),
        json!({"type": null, "game": null, "room": null, "token": null, "text": null}),
        json!({"type": [], "game": {}, "room": 1, "token": [], "text": {}, "name": [], "options": 3, "t0": "x"}),
        json!({"type": deep, "options": {"pack": {}}, "game": "quiz", "role": "host", "key": KEY}),
        json!({"game": "quiz", "options": [], "role": "king"}),
        json!({"__proto__": {"ok": true}, "constructor": 1}),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn h01_a_malformed_request_is_refused_and_nothing_else_happens() {
    let table = Table::with(|config| config.limits.events_burst = 1e6).await;
    let bystander = Bystander::new(&table).await;
    for options in every_way() {
        let mut client = table.client(options).await;
        for name in REQUESTS {
            for payload in malformed() {
                let ack = client.ask(json!([name, payload])).await.expect("an answer, and no close");
                if ack["ok"] == json!(false) {
                    assert!(!refused(&ack).is_empty());
                    assert!(ack["message"].as_str().is_some_and(|words| words.len() < 1000), "short words: {ack}");
                } else {
                    assert_eq!(name, "rooms", "{name} took {payload:.80}: {ack}");
                }
            }
            let bare = client.ask(json!([name])).await.expect("an answer, and no close");
            assert!(bare["ok"].is_boolean(), "{name}: {bare}");
        }
        for fault in [json!(["join", {"room": 7}]), json!(["chat", {"text": 7}]), json!(["resume", {"token": 7}])] {
            let ack = client.ask(fault.clone()).await.expect("an answer");
            assert_eq!(refused(&ack), "bad_request");
            let field = fault[1].as_object().and_then(|it| it.keys().next()).expect("a field").clone();
            assert!(ack["message"].as_str().is_some_and(|words| words.contains(&field)), "{ack} names {field}");
        }
        assert_eq!(refused(&client.ask(json!(["error", {"message": "x"}])).await.expect("no crash")), "unknown_event");
        assert_eq!(refused(&client.ask(json!(["nonsense"])).await.expect("an answer")), "unknown_event");
    }
    bystander.is_unaffected().await;
    table.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn h01_a_malformed_packet_closes_its_own_connection_alone() {
    let table = Table::start().await;
    let bystander = Bystander::new(&table).await;
    let texts = ["", "4", "42", "42[]", "42{}", "42[null]", "42[\"a\"", "4", "49", "z"];
    let nested = format!("42[\"input\",{}1{}]", "[".repeat(5000), "]".repeat(5000));
    for text in texts.into_iter().chain([nested.as_str()]) {
        let mut client = table.client(Options::default()).await;
        client.raw(Message::Text(text.into())).expect("sent");
        client.ended().await.unwrap_or_else(|error| panic!("{text:.40} closes: {error}"));
    }
    for bytes in [&b""[..], b"\xc1", b"\x85\xa4type\x02", b"\x93\x01\x02\x03"] {
        let mut client = table.client(Options { parser: Parser::Msgpack, ..Options::default() }).await;
        client.raw(Message::Binary(bytes.to_vec())).expect("sent");
        client.ended().await.unwrap_or_else(|error| panic!("{bytes:?} closes: {error}"));
    }
    bystander.is_unaffected().await;
    table.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn h02_knowing_the_code_makes_nobody_host_or_lets_them_see_the_key() {
    let table = Table::start().await;
    let host = table.quiz().await;
    for options in every_way() {
        for ask in [
            json!({"room": host.room, "role": "host"}),
            json!({"room": host.room, "role": "host", "key": ""}),
            json!({"room": host.room, "role": "host", "key": "guess"}),
            json!({"room": host.room, "role": "host", "key": &KEY[..KEY.len() - 1]}),
            json!({"room": host.room, "role": "host", "key": format!("{KEY}x")}),
        ] {
            let mut client = table.client(options.clone()).await;
            assert_eq!(refused(&client.request("join", ask).await.expect("an ack")), "bad_key");
            assert_eq!(
                refused(&client.request("input", json!({"type": "start"})).await.expect("an ack")),
                "not_seated"
            );
        }
    }
    let mut host = host;
    let mut watcher = table.join(Options::default(), json!({"room": host.room, "role": "spectator"})).await;
    if let Ok(watcher) = &mut watcher {
        done(&host.input(json!({"type": "start"})).await.expect("an ack"));
        done(&host.input(json!({"type": "skip"})).await.expect("an ack"));
        watcher.sees("the question", at("question", 0)).await.expect("a question");
        assert!(!watcher.state.to_string().contains("correct"), "a spectator sees no key: {}", watcher.state);
    }
    table.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn h03_a_quiz_is_made_by_who_has_the_key_and_rooms_are_bounded() {
    let table = Table::with(|config| {
        config.room.rooms_per_origin = 3;
        config.limits.mistakes_per_minute = 1000.0;
    })
    .await;
    let bystander = Bystander::new(&table).await;
    let mut client = table.client(Options::default()).await;
    for ask in [
        json!({"game": "quiz", "options": {"pack": "kinds"}, "role": "host"}),
        json!({"game": "quiz", "options": {"pack": "kinds"}, "role": "host", "key": "guess"}),
        json!({"game": "quiz", "options": {"pack": "kinds"}, "name": "Eve"}),
        json!({"game": "quiz", "options": {"pack": "kinds"}, "role": "player", "name": "Eve"}),
    ] {
        assert_eq!(refused(&client.request("create", ask).await.expect("an ack")), "bad_key");
    }
    let quick = client.request("join", json!({"game": "quiz", "options": {"pack": "kinds"}, "name": "Eve"})).await;
    assert_eq!(quick.expect("an ack")["ok"], json!(false), "a quick match makes no quiz");
    let mut codes = Vec::new();
    for _ in 0..6 {
        let mut client = table.client(Options::default()).await;
        let ack = client.request("create", json!({"game": "arena", "name": "Eve"})).await.expect("an ack");
        codes.push(if ack["ok"] == json!(true) { "ok".to_owned() } else { refused(&ack).to_owned() });
    }
    // The bystander's room is one of the three.
    assert_eq!(codes.iter().filter(|code| *code == "ok").count(), 2, "{codes:?}");
    assert!(codes.iter().any(|code| code == "too_many_rooms"));
    bystander.is_unaffected().await;
    table.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn h04_a_hosts_command_of_anybody_else_does_nothing() {
    let table = Table::start().await;
    let mut host = table.quiz().await;
    let mut player = table.player(&host.room, "Eve").await;
    let mut outsider = table.client(Options::default()).await;
    let watch = json!({"room": host.room, "role": "spectator", "name": "Watch"});
    let mut watcher = table.join(Options::default(), watch).await.expect("a place to watch from");
    let commands = [
        json!({"type": "start"}),
        json!({"type": "next"}),
        json!({"type": "skip"}),
        json!({"type": "pause"}),
        json!({"type": "resume"}),
        json!({"type": "extend", "ms": 1000}),
        json!({"type": "lock", "locked": true}),
        json!({"type": "kick", "seat": player.seat}),
        json!({"type": "end"}),
    ];
    for command in commands {
        for seat in [&mut player, &mut watcher] {
            let ack = seat.input(command.clone()).await.expect("an ack");
            assert!(["not_host", "wrong_phase"].contains(&refused(&ack)), "{command}: {ack}");
        }
        let forged = json!({"type": command["type"], "role": "host", "seat": host.seat, "token": "x", "key": "x"});
        assert_eq!(player.input(forged).await.expect("an ack")["ok"], json!(false));
        assert_eq!(refused(&outsider.request("input", command).await.expect("an ack")), "not_seated");
    }
    assert_eq!(host.state["phase"], "lobby");
    done(&host.input(json!({"type": "start"})).await.expect("the host's own works"));
    table.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn h05_no_byte_that_depends_on_the_key_reaches_a_player_before_the_reveal() {
    let table = Table::start().await;
    for options in every_way() {
        let mut host = table.quiz().await;
        let mut right = table.player_over(options.clone(), &host.room, "Same").await;
        let mut mistaken = table.player_over(options.clone(), &host.room, "Other").await;
        let _waiting = table.player(&host.room, "Waiting").await;
        done(&host.input(json!({"type": "start"})).await.expect("an ack"));
        done(&host.input(json!({"type": "skip"})).await.expect("an ack"));
        let mut acks = Vec::new();
        for (seat, answer) in [(&mut right, key(0)), (&mut mistaken, wrong(0))] {
            seat.sees("the question", at("question", 0)).await.expect("a question");
            let mut ack = seat.input(answer).await.expect("an ack");
            ack["tick"] = json!(0);
            acks.push(ack);
            seat.knows("its own answer", |you| you["answered"] == json!(true)).await.expect("its own answer");
            seat.sees("the count", |state| state["answered"].as_u64() >= Some(1)).await.expect("a count");
            for event in &seat.log {
                let text = event.payload.to_string();
                assert!(!text.contains("correct") && !text.contains(SECRET), "before the reveal: {text}");
            }
        }
        assert_eq!(acks[0], acks[1], "an ack says nothing of the answer's worth");
        let strip = |you: &Value| {
            let mut you = you.clone();
            you["choice"] = json!(0);
            you["tick"] = json!(0);
            you
        };
        assert_eq!(strip(&right.you), strip(&mistaken.you), "nor does the private view");
        done(&host.input(json!({"type": "skip"})).await.expect("an ack"));
        right.sees("the reveal", at("reveal", 0)).await.expect("a reveal");
        assert_eq!(right.state["reveal"]["correct"], json!([1]), "and then it is told");
    }
    table.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn h06_what_retakes_a_seat_is_shown_to_nobody_else() {
    let table = Table::start().await;
    let mut host = table.quiz().await;
    let ann = table.player(&host.room, "Ann").await;
    let mut eve = table.player(&host.room, "Eve").await;
    host.hears("players", |told| told["count"] == json!(2)).await.expect("both");
    done(&host.input(json!({"type": "start"})).await.expect("an ack"));
    done(&host.input(json!({"type": "end"})).await.expect("an ack"));
    eve.sees("the podium", |state| state["phase"] == "podium").await.expect("the end");
    for seat in [&host, &eve] {
        let told = seat.log.iter().map(|event| event.payload.to_string()).chain([seat.state.to_string()]);
        assert!(told.into_iter().all(|text| !text.contains(&ann.token)));
    }
    for guess in [json!(ann.seat), json!(ann.seat.to_string()), json!("Ann"), json!("")] {
        let mut client = table.client(Options::default()).await;
        let ack = client.request("resume", json!({"token": guess})).await.expect("an ack");
        assert!(["unknown_token", "bad_request"].contains(&refused(&ack)), "{ack}");
    }
    table.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn h07_what_happens_in_one_room_reaches_no_other() {
    let table = Table::start().await;
    let bystander = Bystander::new(&table).await;
    let mut host = table.quiz().await;
    let mut only = table.player(&host.room, "Only").await;
    done(&host.input(json!({"type": "start"})).await.expect("an ack"));
    done(&host.input(json!({"type": "skip"})).await.expect("an ack"));
    only.sees("the question", at("question", 0)).await.expect("a question");
    done(&only.input(key(0)).await.expect("an ack"));
    only.sees("the reveal: everyone has answered", at("reveal", 0)).await.expect("a reveal");
    done(&only.client.request("chat", json!({"text": "Only here"})).await.expect("an ack"));
    done(&host.input(json!({"type": "end"})).await.expect("an ack"));
    bystander.is_unaffected().await;
    table.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn h08_the_clients_clock_buys_no_points() {
    let table = Table::start().await;
    let mut host = table.quiz().await;
    let mut honest = table.player(&host.room, "Honest").await;
    let mut liar = table.player(&host.room, "Liar").await;
    done(&host.input(json!({"type": "start"})).await.expect("an ack"));
    done(&host.input(json!({"type": "skip"})).await.expect("an ack"));
    for seat in [&mut honest, &mut liar] {
        seat.sees("the question", at("question", 0)).await.expect("a question");
    }
    done(&honest.input(key(0)).await.expect("an ack"));
    // Later by more than the half second in which points are whole.
    tokio::time::sleep(Duration::from_millis(1500)).await;
    let lie = json!({"type": "answer", "index": 0, "choice": 1, "at": 0, "t": 0, "time": 0, "responseTime": 1, "latency": 99999});
    done(&liar.input(lie).await.expect("an ack"));
    for seat in [&mut honest, &mut liar] {
        seat.knows("the worth of its answer", |you| you["correct"] == json!(true)).await.expect("a reveal");
    }
    assert_eq!(honest.you["gain"], json!(1000));
    assert!(liar.you["gain"].as_i64().is_some_and(|gain| (900..=965).contains(&gain)), "{}", liar.you);
    table.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn h09_an_answer_outside_its_questions_time_is_refused() {
    let table = Table::start().await;
    let bystander = Bystander::new(&table).await;
    let mut host = table.quiz().await;
    let mut eve = table.player(&host.room, "Eve").await;
    let _slow = table.player(&host.room, "Slow").await;
    assert_eq!(eve.input(key(0)).await.expect("an ack")["ok"], json!(false), "in the lobby");
    done(&host.input(json!({"type": "start"})).await.expect("an ack"));
    assert_eq!(eve.input(key(0)).await.expect("an ack")["ok"], json!(false), "in the countdown");
    done(&host.input(json!({"type": "skip"})).await.expect("an ack"));
    eve.sees("the question", at("question", 0)).await.expect("a question");
    assert_eq!(eve.input(key(1)).await.expect("an ack")["ok"], json!(false), "of the next question");
    done(&host.input(json!({"type": "pause"})).await.expect("an ack"));
    assert_eq!(refused(&eve.input(key(0)).await.expect("an ack")), "paused");
    done(&host.input(json!({"type": "resume"})).await.expect("an ack"));
    done(&host.input(json!({"type": "skip"})).await.expect("an ack"));
    eve.sees("the reveal", at("reveal", 0)).await.expect("a reveal");
    assert_eq!(eve.input(key(0)).await.expect("an ack")["ok"], json!(false), "after the solution was shown");
    done(&host.input(json!({"type": "end"})).await.expect("an ack"));
    eve.sees("the podium", |state| state["phase"] == "podium").await.expect("the end");
    assert_eq!(eve.input(key(0)).await.expect("an ack")["ok"], json!(false), "at the podium");
    assert_eq!(eve.you["score"], json!(0));
    bystander.is_unaffected().await;
    table.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn h10_one_answer_counts_however_it_is_repeated() {
    let table = Table::start().await;
    let bystander = Bystander::new(&table).await;
    let mut host = table.quiz().await;
    let mut eve = table.player(&host.room, "Eve").await;
    let _slow = table.player(&host.room, "Slow").await;
    done(&host.input(json!({"type": "start"})).await.expect("an ack"));
    done(&host.input(json!({"type": "skip"})).await.expect("an ack"));
    eve.sees("the question", at("question", 0)).await.expect("a question");
    // A burst within one tick, then one after another, then after coming back.
    for _ in 0..20 {
        eve.client.emit("input", key(0)).expect("sent");
    }
    assert_eq!(refused(&eve.input(key(0)).await.expect("an ack")), "already_answered");
    let mut back =
        Seat::take(table.addr, Options::default(), "resume", json!({"token": eve.token})).await.expect("a seat");
    assert_eq!(back.you["answered"], json!(true));
    assert_eq!(refused(&back.input(wrong(0)).await.expect("an ack")), "already_answered");
    assert_eq!(refused(&eve.input(key(0)).await.expect("an ack")), "not_seated", "the older connection has no seat");
    done(&host.input(json!({"type": "skip"})).await.expect("an ack"));
    back.knows("the worth of its answer", |you| you["correct"] == json!(true)).await.expect("a reveal");
    let you = &back.you;
    assert_eq!((&you["gain"], &you["score"]), (&json!(1000), &json!(1000)));
    assert_eq!(host.state["roster"][back.seat.to_string()]["score"].as_i64().unwrap_or(1000), 1000);
    bystander.is_unaffected().await;
    table.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn h11_a_class_that_answers_at_once_is_counted_whole() {
    let table = Table::start().await;
    let mut host = table.quiz().await;
    let mut class = Vec::new();
    for nth in 0..60 {
        let options = every_way().nth(nth % 4).expect("four ways");
        class.push(table.player_over(options, &host.room, &format!("Pupil {nth}")).await);
    }
    done(&host.input(json!({"type": "start"})).await.expect("an ack"));
    done(&host.input(json!({"type": "skip"})).await.expect("an ack"));
    for pupil in &mut class {
        pupil.sees("the question", at("question", 0)).await.expect("a question");
    }
    for pupil in &mut class {
        pupil.client.emit("input", key(0)).expect("sent");
    }
    host.sees("the reveal", at("reveal", 0)).await.expect("everyone has answered");
    assert_eq!(host.state["reveal"]["counts"]["1"], json!(60));
    table.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn h12_a_kick_takes_the_seat_the_token_and_what_is_heard() {
    let table = Table::start().await;
    let bystander = Bystander::new(&table).await;
    let mut host = table.quiz().await;
    let mut eve = table.player(&host.room, "Eve").await;
    let mut ann = table.player(&host.room, "Ann").await;
    done(&host.input(json!({"type": "kick", "seat": eve.seat})).await.expect("an ack"));
    let closed = eve.hears("closed", |_| true).await.expect("told");
    assert_eq!(closed["reason"], "kicked");
    assert_eq!(refused(&eve.input(json!({"type": "start"})).await.expect("an ack")), "not_seated");
    assert_eq!(refused(&eve.client.request("chat", json!({"text": "hm"})).await.expect("an ack")), "not_seated");
    done(&host.input(json!({"type": "start"})).await.expect("an ack"));
    done(&host.input(json!({"type": "skip"})).await.expect("an ack"));
    ann.sees("the question", at("question", 0)).await.expect("a question");
    done(&eve.client.request("clock", json!({"t0": 1})).await.expect("the connection itself lives"));
    assert_eq!(eve.client.heard(), [], "nothing of the room is heard any more");
    let mut other = table.client(Options::default()).await;
    for client in [&mut eve.client, &mut other] {
        let ack = client.request("resume", json!({"token": eve.token})).await.expect("an ack");
        assert!(["kicked", "unknown_token"].contains(&refused(&ack)), "{ack}");
        let ack = client.request("join", json!({"room": host.room, "name": "Eve"})).await.expect("an ack");
        assert_eq!(refused(&ack), "kicked", "nor by the same name");
    }
    bystander.is_unaffected().await;
    table.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn h13_everyone_has_answered_though_one_has_dropped() {
    let table = Table::start().await;
    let bystander = Bystander::new(&table).await;
    let mut host = table.quiz().await;
    let mut ann = table.player(&host.room, "Ann").await;
    let mut ben = table.player(&host.room, "Ben").await;
    let dropped = table.player(&host.room, "Dropped").await;
    done(&host.input(json!({"type": "start"})).await.expect("an ack"));
    done(&host.input(json!({"type": "skip"})).await.expect("an ack"));
    for seat in [&mut ann, &mut ben] {
        seat.sees("the question", at("question", 0)).await.expect("a question");
    }
    done(&ann.input(key(0)).await.expect("an ack"));
    drop(dropped);
    done(&ben.input(key(0)).await.expect("an ack"));
    // The question lasts 20 s; those who are there wait for less.
    ann.sees("the reveal", at("reveal", 0)).await.expect("all who are there have answered");
    bystander.is_unaffected().await;
    table.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn h14_names_are_plain_short_and_unlike_each_other() {
    let table = Table::start().await;
    let bystander = Bystander::new(&table).await;
    let host = table.quiz().await;
    let _ann = table.player(&host.room, "Ann").await;
    let mut eve = table.client(Options::default()).await;
    for (name, codes) in [
        ("Ann", &["name_taken"][..]),
        (" ann ", &["name_taken"]),
        ("ANN", &["name_taken"]),
        ("\u{410}nn", &["name_taken", "name_invalid"]),
        ("A\u{200b}nn", &["name_taken", "name_invalid"]),
        ("", &["name_empty"]),
        ("   ", &["name_empty"]),
        ("\u{200b}\u{2060}", &["name_empty", "name_invalid"]),
        ("evil\u{202e}txt", &["name_invalid"]),
        ("bell\u{7}", &["name_invalid"]),
        ("two\nlines", &["name_invalid"]),
    ] {
        let ack = eve.request("join", json!({"room": host.room, "name": name})).await.expect("an ack");
        assert!(codes.contains(&refused(&ack)), "{name:?}: {ack}");
    }
    let long = "x".repeat(900_000);
    let ack = eve.request("join", json!({"room": host.room, "name": long})).await.expect("an ack");
    assert_eq!(refused(&ack), "name_too_long");
    let ack = eve.request("join", json!({"room": host.room})).await.expect("an ack");
    assert_eq!(refused(&ack), "name_empty");
    bystander.is_unaffected().await;
    table.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn h15_codes_cannot_be_found_by_trying() {
    let table = Table::with(|config| config.limits.mistakes_per_minute = 10.0).await;
    let bystander = Bystander::new(&table).await;
    let host = table.quiz().await;
    let from = |last| Options { from: Some([127, 0, 0, last].into()), ..Options::default() };
    let mut codes = Vec::new();
    // Over one connection and over many: it is the address that counts.
    for nth in 0..20 {
        let mut client = table.client(from(2)).await;
        let ask = json!({"room": format!("{nth:06}"), "name": "Eve"});
        codes.push(refused(&client.request("join", ask).await.expect("an ack")).to_owned());
    }
    assert!(codes[..10].iter().all(|code| code == "unknown_room"), "{codes:?}");
    assert!(codes[10..].iter().all(|code| code == "too_many_attempts"), "{codes:?}");
    let mut client = table.client(from(2)).await;
    let right = client.request("join", json!({"room": host.room, "name": "Eve"})).await.expect("an ack");
    assert_eq!(refused(&right), "too_many_attempts", "a right guess is answered no otherwise than a wrong one");
    let honest = table.join(from(3), json!({"room": host.room, "name": "Ann"})).await.expect("another address goes on");
    let back = Seat::take(table.addr, from(2), "resume", json!({"token": honest.token})).await;
    assert!(back.is_ok(), "who has a token comes back from anywhere: {back:?}");
    bystander.is_unaffected().await;
    table.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn h15_codes_do_not_follow_from_one_another() {
    let table = Table::with(|config| config.room.rooms_per_origin = 100).await;
    let mut codes = Vec::new();
    for _ in 0..30 {
        let mut client = table.client(Options::default()).await;
        let ack = client.request("create", json!({"game": "arena", "name": "A"})).await.expect("an ack");
        done(&ack);
        codes.push(ack["room"].as_str().and_then(|code| code.parse::<i64>().ok()).expect("six digits"));
    }
    let mut distinct = codes.clone();
    distinct.sort_unstable();
    distinct.dedup();
    assert_eq!(distinct.len(), codes.len(), "no code twice");
    let mut steps: Vec<i64> = codes.windows(2).map(|pair| pair[1] - pair[0]).collect();
    steps.sort_unstable();
    steps.dedup();
    assert!(steps.len() > 20, "no pattern: {codes:?}");
    table.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn h16_a_host_that_is_gone_stalls_nothing_and_comes_back() {
    let table = Table::start().await;
    let bystander = Bystander::new(&table).await;
    let mut host = table.quiz().await;
    let mut ann = table.player(&host.room, "Ann").await;
    done(&host.input(json!({"type": "start"})).await.expect("an ack"));
    let (room, token) = (host.room.clone(), host.token.clone());
    drop(host);
    ann.sees("the question, without a host", at("question", 0)).await.expect("the server's clock runs");
    done(&ann.input(key(0)).await.expect("an ack"));
    ann.sees("the reveal, without a host", at("reveal", 0)).await.expect("everyone has answered");
    let mut back =
        Seat::take(table.addr, Options::default(), "resume", json!({"token": token})).await.expect("its seat");
    done(&back.input(json!({"type": "next"})).await.expect("an ack"));
    drop(back);
    // From another device, with the key alone.
    let ask = json!({"room": room, "role": "host", "key": KEY});
    let mut other = table.join(Options::default(), ask).await.expect("the host's seat");
    done(&other.input(json!({"type": "next"})).await.expect("an ack"));
    ann.sees("the second question announced", at("countdown", 1)).await.expect("it goes on");
    bystander.is_unaffected().await;
    table.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn h17_events_a_second_are_bounded_and_a_flood_is_cut() {
    let table = Table::with(|config| {
        config.limits.events_per_second = 1.0;
        config.limits.events_burst = 30.0;
    })
    .await;
    let bystander = Bystander::new(&table).await;
    for options in every_way() {
        let mut client = table.client(options).await;
        let mut refusals = 0;
        for _ in 0..40 {
            let ack = client.request("clock", json!({})).await.expect("an ack");
            refusals += usize::from(ack["ok"] == json!(false) && refused(&ack) == "rate_limited");
        }
        assert!(refusals >= 8, "{refusals} of 40 were refused");
        for _ in 0..2000 {
            if client.emit("clock", json!({})).is_err() {
                break;
            }
        }
        client.ended().await.expect("it is cut off");
    }
    bystander.is_unaffected().await;
    table.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn h17_sessions_of_one_address_are_bounded() {
    let table = Table::with(|config| config.socketio.transport.max_sessions_per_address = 5).await;
    let from = |last, transport| Options { from: Some([127, 0, 0, last].into()), transport, ..Options::default() };
    let mut held = Vec::new();
    for _ in 0..5 {
        held.push(table.client(from(2, Transport::WebSocket)).await);
    }
    for transport in [Transport::WebSocket, Transport::Polling] {
        assert!(Client::connect(table.addr, from(2, transport)).await.is_err(), "one too many");
    }
    let _other = table.client(from(3, Transport::WebSocket)).await;
    table.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn h17_a_message_attachments_and_nesting_are_bounded_on_both_transports() {
    let table = Table::start().await;
    let bystander = Bystander::new(&table).await;
    let big = format!("42[\"chat\",{{\"text\":\"{}\"}}]", "x".repeat(1_000_001));
    let nested = format!("42[\"chat\",{}{}]", "[".repeat(200), "]".repeat(200));
    let attachments = "451-[\"chat\",{\"_placeholder\":true,\"num\":0}]".replacen("451-", "4511-", 1);
    for transport in [Transport::WebSocket, Transport::Polling] {
        for text in [&big, &nested, &attachments] {
            let mut client = table.client(Options { transport, ..Options::default() }).await;
            client.raw(Message::Text(text.clone())).expect("sent");
            client.ended().await.unwrap_or_else(|error| panic!("{text:.30} over {transport:?}: {error}"));
        }
    }
    bystander.is_unaffected().await;
    table.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn h18_a_client_that_stops_reading_delays_nobody() {
    let table = Table::start().await;
    let ask = json!({"game": "arena", "options": {"hz": 60}, "name": "Ann"});
    let mut ann = Seat::take(table.addr, Options::default(), "create", ask).await.expect("a room");
    let mut stream = TcpStream::connect(table.addr).await.expect("it connects");
    let head = "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
        sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    stream.write_all(head.as_bytes()).await.expect("sent");
    for text in
        ["40".to_owned(), format!("42[\"join\",{{\"room\":\"{}\",\"name\":\"Deaf\",\"sync\":\"snapshot\"}}]", ann.room)]
    {
        stream.write_all(&masked(&text)).await.expect("sent");
    }
    ann.sees("both", |state| state["players"].as_object().is_some_and(|players| players.len() == 2))
        .await
        .expect("it joins");
    for seq in 1..=60 {
        let dx = if seq % 2 == 0 { 1 } else { -1 };
        done(&ann.input(json!({"type": "move", "seq": seq, "dx": dx, "dy": 0})).await.expect("an ack"));
    }
    ann.hears("you", |you| you["seq"] == json!(60)).await.expect("the other goes on");
    // It was there all the time, and reads at last.
    let mut first = [0; 12];
    stream.read_exact(&mut first).await.expect("a reply");
    assert_eq!(&first, b"HTTP/1.1 101");
    table.stop().await;
}

/// RFC 6455 §5.2: a short text frame of a client's, masked with zeros.
fn masked(text: &str) -> Vec<u8> {
    let length = u8::try_from(text.len()).ok().filter(|length| *length < 126).expect("a short frame");
    [&[0x81, 0x80 | length, 0, 0, 0, 0], text.as_bytes()].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn h20_a_page_of_another_origin_has_nothing_to_ride_on() {
    let table = Table::start().await;
    let host = table.quiz().await;
    let http = reqwest::Client::builder().no_proxy().build().expect("a client");
    let url = format!("http://{}/socket.io/?EIO=4&transport=polling", table.addr);
    let reply = http.get(&url).header("origin", "https://evil.example").send().await.expect("a reply");
    assert!(reply.headers().get("access-control-allow-origin").is_none(), "the other origin may not read it");
    assert!(reply.headers().get("set-cookie").is_none(), "a session is known by its sid alone");
    // Whatever cookies a browser would add, a connection has no seat and no key until it shows one.
    let mut client = table.client(Options::default()).await;
    assert_eq!(refused(&client.request("input", json!({"type": "end"})).await.expect("an ack")), "not_seated");
    let ack = client.request("join", json!({"room": host.room, "role": "host"})).await.expect("an ack");
    assert_eq!(refused(&ack), "bad_key");
    for path in ["/api/packs", "/healthz"] {
        let url = format!("http://{}{path}", table.addr);
        let reply = http.get(url).header("origin", "https://evil.example").send().await.expect("a reply");
        assert!(reply.headers().get("access-control-allow-origin").is_none(), "{path}");
    }
    table.stop().await;
}
