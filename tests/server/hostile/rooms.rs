//! Hostile visitors of rooms: would-be hosts, makers of rooms, kicked players, strange names, guessers of codes.

use parlor_bots::{Options, Seat};
use serde_json::json;

use crate::table::{Bystander, KEY, Table, at, done, every_way, key, refused};

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
    bystander.goes_on().await;
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
    bystander.goes_on().await;
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
    bystander.goes_on().await;
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
    bystander.goes_on().await;
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
    bystander.goes_on().await;
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
    bystander.goes_on().await;
    table.stop().await;
}
