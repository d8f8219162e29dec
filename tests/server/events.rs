//! Every event of the contract, in both parsers and over both transports.

use std::time::{Duration, Instant};

use parlor_bots::{Client, Options, Seat};
use serde_json::{Value, json};

use super::table::{KEY, Table, done, every_way, refused};

const SEATED: [&str; 11] = ["game", "hz", "ok", "role", "room", "seat", "state", "tick", "time", "token", "you"];

fn keys(value: &Value) -> Vec<&str> {
    let mut keys: Vec<_> = value.as_object().expect("an object").keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

/// An arena with one player in it.
async fn arena(table: &Table, options: Options, private: bool) -> Seat {
    let ask = json!({"game": "arena", "options": {"hz": 20}, "name": "Ann", "private": private});
    Seat::take(table.addr, options, "create", ask).await.expect("a room")
}

#[tokio::test(flavor = "multi_thread")]
async fn create_join_resume_and_leave_give_and_take_seats() {
    let table = Table::start().await;
    for options in every_way() {
        let mut client = table.client(options.clone()).await;
        let ack = client.request("create", json!({"game": "arena", "name": "Ann", "private": true})).await;
        let ack = ack.expect("an ack");
        assert_eq!(keys(&ack), SEATED, "{ack}");
        assert_eq!((&ack["game"], &ack["role"], &ack["hz"]), (&json!("arena"), &json!("player"), &json!(30)));
        let room = ack["room"].as_str().expect("a code").to_owned();
        assert!(room.len() == 6 && room.bytes().all(|byte| byte.is_ascii_digit()), "{room}");

        let again = client.request("join", json!({"room": room, "name": "Eve"})).await.expect("an ack");
        assert_eq!(refused(&again), "already_seated", "a connection holds one seat");

        let token = ack["token"].as_str().expect("a token").to_owned();
        let snapshot = client.until("snapshot").await.expect("the whole view on joining");
        assert_eq!((&snapshot["tick"], &snapshot["state"]), (&ack["tick"], &ack["state"]));
        let fresh = client.request("resume", json!({"token": token})).await.expect("an ack");
        assert_eq!((keys(&fresh), &fresh["seat"]), (keys(&ack), &ack["seat"]), "its own token asks for the whole view");
        let snapshot = client.until("snapshot").await.expect("the whole view when asked for");
        assert_eq!((&snapshot["tick"], &snapshot["state"]), (&fresh["tick"], &fresh["state"]));

        let spaced = format!(" {} {} ", &room[..3], &room[3..]);
        let mut ben = table.player_over(options.clone(), &spaced, "Ben").await;
        assert_eq!(ben.room, room);
        let watch = json!({"room": room, "role": "spectator", "name": "Cat"});
        let cat = table.join(options.clone(), watch).await.expect("a place to watch from");
        assert_ne!(cat.seat, ben.seat);

        let ask = json!({"token": ben.token, "sync": "snapshot"});
        let mut back = Seat::take(table.addr, options.clone(), "resume", ask).await.expect("its seat");
        assert_eq!((back.seat, &back.room), (ben.seat, &room));
        let closed = ben.hears("closed", |_| true).await.expect("the older connection is told");
        assert_eq!(closed["reason"], "replaced");
        assert!(closed["message"].as_str().is_some_and(|words| words.len() > 5));
        assert_eq!(refused(&ben.input(json!({"type": "move", "dx": 1, "dy": 0})).await.expect("an ack")), "not_seated");

        done(&back.client.request("leave", json!({})).await.expect("an ack"));
        assert_eq!(refused(&back.client.request("leave", json!({})).await.expect("an ack")), "not_seated");
        let gone = Seat::with(back.client, "resume", json!({"token": back.token})).await.expect_err("it was given up");
        assert!(gone.to_string().contains("unknown_token"), "{gone}");
    }
    table.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seat_is_told_what_its_room_was_opened_with_but_no_names_of_documents() {
    let table = Table::start().await;
    let small = json!({"game": "arena", "options": {"size": 400, "visible": null}, "name": "Ann"});
    let mut ann = table.client(Options::default()).await;
    let opened = ann.request("create", small).await.expect("an ack");
    assert_eq!(opened["options"], json!({"size": 400}));
    let mut ben = table.client(Options::default()).await;
    let joined = ben.request("join", json!({"room": opened["room"], "name": "Ben"})).await.expect("an ack");
    assert_eq!(joined["options"], opened["options"]);

    for (options, told) in [
        (json!({"pack": "kinds", "shuffle": "both"}), json!({"shuffle": "both"})),
        (json!({"pack": "kinds"}), Value::Null),
    ] {
        let ask = json!({"game": "quiz", "options": options, "role": "host", "key": KEY});
        let mut host = table.client(Options::default()).await;
        assert_eq!(host.request("create", ask).await.expect("an ack")["options"], told);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_avatar_comes_with_its_seat_and_is_left_out_where_there_is_none() {
    let table = Table::start().await;
    for options in every_way() {
        let ask = json!({"game": "arena", "name": "Ann", "private": true, "avatar": 65_535});
        let mut ann = Seat::take(table.addr, options.clone(), "create", ask).await.expect("a room");
        let mut client = table.client(options.clone()).await;
        for avatar in [json!(65_536), json!(-1), json!(1.5), json!("7"), json!([7])] {
            let ask = json!({"room": ann.room, "name": "Ben", "avatar": avatar});
            assert_eq!(refused(&client.request("join", ask).await.expect("an ack")), "bad_request", "{avatar}");
        }
        let ack = client.request("join", json!({"room": ann.room, "name": "Ben"})).await.expect("an ack");
        assert_eq!(keys(&ack), SEATED, "no avatar, no word of it: {ack}");
        let players = ann.hears("players", |told| told["count"] == json!(2)).await.expect("Ben came");
        assert_eq!(players["joined"], json!([{"seat": ack["seat"], "name": "Ben"}]));
        let players = client.until("players").await.expect("who is there");
        let first = json!({"seat": ann.seat, "name": "Ann", "avatar": 65_535});
        assert!(players["joined"].as_array().is_some_and(|joined| joined.contains(&first)), "{players}");

        let mut again = table.client(options).await;
        let ack = again.request("resume", json!({"token": ann.token})).await.expect("an ack");
        assert_eq!((done(&ack), &ack["avatar"]), ((), &json!(65_535)));
    }
    table.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_may_take_another_seat_after_it_left_one() {
    let table = Table::start().await;
    let mut first = arena(&table, Options::default(), true).await;
    done(&first.client.request("leave", json!({})).await.expect("an ack"));
    let second = Seat::with(first.client, "create", json!({"game": "arena", "name": "Ann"})).await.expect("a seat");
    assert_ne!(second.room, first.room);
    table.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quick_match_finds_a_room_with_a_free_seat_or_makes_one() {
    let table = Table::start().await;
    let ask = |name: &str| json!({"game": "arena", "options": {"seats": 2}, "name": name});
    let mut rooms = Vec::new();
    let mut seats = Vec::new();
    for (name, options) in ["Ann", "Ben", "Cat"].into_iter().zip(every_way()) {
        let seat = table.join(options, ask(name)).await.expect("a seat");
        rooms.push(seat.room.clone());
        seats.push(seat);
    }
    assert_eq!(rooms[0], rooms[1]);
    assert_ne!(rooms[0], rooms[2], "two seats are taken");
    table.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn inputs_are_acknowledged_with_their_tick_and_seen_by_all() {
    let table = Table::start().await;
    for options in every_way() {
        let mut ann = arena(&table, options.clone(), true).await;
        let ask = json!({"room": ann.room, "name": "Ben", "sync": "snapshot"});
        let mut ben = table.join(options, ask).await.expect("a seat");
        let ack = ann.input(json!({"type": "move", "seq": 7, "dx": 1, "dy": 0})).await.expect("an ack");
        assert_eq!(keys(&ack), ["ok", "tick"]);
        ann.hears("you", |you| you["seq"] == json!(7)).await.expect("its own number comes back");
        let delta = ann.hears("delta", |_| true).await.expect("it moves");
        assert_eq!(keys(&delta), ["base", "patch", "t", "tick"]);
        let snapshot = ben.hears("snapshot", |_| true).await.expect("and is seen");
        assert_eq!(keys(&snapshot), ["state", "t", "tick"]);

        let id = ann.seat.to_string();
        ann.client.emit("input", json!({"type": "move", "seq": 8, "dx": 0, "dy": 1})).expect("sent");
        ann.hears("you", |you| you["seq"] == json!(8)).await.expect("the ack is optional");
        let place = |state: &Value| state["players"][&id]["y"].as_f64().unwrap_or_default();
        let before = place(&ben.state);
        ben.sees("movement down", |state| place(state) != before).await.expect("it moves");

        let no = ann.input(json!({"type": "fly"})).await.expect("an ack");
        assert_eq!(refused(&no), "bad_input");
    }
    table.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_resumes_the_seat_they_hold_gets_the_whole_view_once_more() {
    let table = Table::start().await;
    for options in every_way() {
        let mut ann = arena(&table, options.clone(), true).await;
        let ben = table.player_over(options, &ann.room, "Ben").await;
        ann.sees("both", |state| state["players"].as_object().is_some_and(|players| players.len() == 2))
            .await
            .expect("both");
        let known = ann.state.clone();
        ann.log.clear();
        ann.state = Value::Null;
        let ack = ann.client.request("resume", json!({"token": ann.token, "sync": "snapshot"})).await.expect("an ack");
        assert_eq!((&ack["seat"], &ack["token"]), (&json!(ann.seat), &json!(ann.token)));
        ann.hears("snapshot", |_| true).await.expect("the view");
        assert_eq!(
            ann.state["players"].as_object().map(|it| it.len()),
            known["players"].as_object().map(|it| it.len())
        );
        assert!(ann.log.iter().all(|event| event.name != "closed"), "nobody was replaced");
        let ack = ann.client.request("resume", json!({"token": ben.token})).await.expect("an ack");
        assert_eq!(refused(&ack), "already_seated", "another's seat is another's");
        done(&ann.input(json!({"type": "move", "seq": 1, "dx": 1, "dy": 0})).await.expect("the seat is still held"));
    }
    table.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_clock_gives_back_t0_and_tells_the_servers_time() {
    let table = Table::start().await;
    for options in every_way() {
        let mut client = table.client(options).await;
        let ack = client.request("clock", json!({"t0": 12.5})).await.expect("an ack");
        assert_eq!(ack["t0"], json!(12.5));
        let own = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970");
        let apart = ack["t1"].as_f64().expect("a time") - own.as_secs_f64() * 1e3;
        assert!(apart.abs() < 60_000.0, "{apart} ms apart");
        assert_eq!(refused(&client.ask(json!(["clock"])).await.expect("an answer")), "bad_request");
    }
    table.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rooms_lists_the_public_ones_of_a_game() {
    let table = Table::start().await;
    let public = arena(&table, Options::default(), false).await;
    let private = arena(&table, Options::default(), true).await;
    for options in every_way() {
        let mut client = table.client(options).await;
        for ask in [json!(["rooms", {"game": "arena"}]), json!(["rooms", {}]), json!(["rooms"])] {
            let ack = client.ask(ask).await.expect("an ack");
            let rooms = ack["rooms"].as_array().expect("a list");
            assert_eq!(rooms.len(), 1, "{ack}");
            assert_eq!(keys(&rooms[0]), ["capacity", "game", "phase", "players", "room"]);
            assert_eq!(rooms[0]["room"], json!(public.room));
            assert_ne!(rooms[0]["room"], json!(private.room));
            assert_eq!(rooms[0]["players"], json!(1));
        }
        let none = client.request("rooms", json!({"game": "chess"})).await.expect("an ack");
        assert_eq!(none["rooms"], json!([]));
    }
    table.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn chat_reaches_everyone_in_the_room() {
    let table = Table::start().await;
    for options in every_way() {
        let mut ann = arena(&table, options.clone(), true).await;
        let mut ben = table.player_over(options, &ann.room, "Ben").await;
        done(&ann.client.request("chat", json!({"text": "Hello!"})).await.expect("an ack"));
        for seat in [&mut ann, &mut ben] {
            let chat = seat.hears("chat", |_| true).await.expect("the words");
            assert_eq!(keys(&chat), ["name", "seat", "t", "text"]);
            assert_eq!((&chat["name"], &chat["text"]), (&json!("Ann"), &json!("Hello!")));
        }
        assert_eq!(refused(&ann.client.request("chat", json!({"text": " "})).await.expect("an ack")), "chat_empty");
    }
    table.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_is_told_of_players_scores_and_timers() {
    let table = Table::start().await;
    for options in every_way() {
        let mut host = table.quiz_over(options.clone()).await;
        let mut ann = table.player_over(options, &host.room, "Ann").await;
        let players = host.hears("players", |told| told["count"] == json!(1)).await.expect("one player");
        let joined = players["joined"].as_array().expect("names go to the host");
        assert!(joined.iter().any(|person| person["name"] == "Ann" && person["seat"] == json!(ann.seat)), "{players}");
        done(&host.input(json!({"type": "start"})).await.expect("an ack"));
        let timer = ann.hears("timer", |told| told["phase"] == "countdown").await.expect("a countdown");
        assert_eq!(timer["running"], json!(true));
        assert!(timer["endsAt"].as_f64().is_some_and(|at| at > 1e12), "{timer}");
        done(&host.input(json!({"type": "pause"})).await.expect("an ack"));
        let paused = ann.hears("timer", |told| told["running"] == json!(false)).await.expect("a pause");
        assert!(paused["leftMs"].as_f64().is_some_and(|left| left > 0.0) && paused.get("endsAt").is_none(), "{paused}");
        drop(ann);
        let score = host.log.iter().find(|event| event.name == "score").map(|event| event.payload.clone());
        let score = match score {
            Some(score) => score,
            None => host.hears("score", |_| true).await.expect("the scores"),
        };
        assert_eq!(keys(&score), ["scores", "tick", "total"]);
    }
    table.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_moves_to_the_connection_that_shows_the_key() {
    let table = Table::start().await;
    let mut old = table.quiz().await;
    let ask = json!({"room": old.room, "role": "host", "key": KEY});
    let mut host = table.join(Options::default(), ask).await.expect("the host's seat");
    assert_eq!(host.seat, old.seat);
    assert_eq!(old.hears("closed", |_| true).await.expect("told")["reason"], "replaced");
    done(&host.input(json!({"type": "start"})).await.expect("an ack"));
    table.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lobby_pushes_the_rooms_at_once_and_as_they_change() {
    let table = Table::start().await;
    for options in every_way() {
        let mut lobby = table.client(Options { namespace: "/lobby".into(), ..options.clone() }).await;
        let first = lobby.until("rooms").await.expect("at once");
        assert!(first["rooms"].is_array());
        let ann = arena(&table, options, false).await;
        loop {
            let rooms = lobby.until("rooms").await.expect("as they change");
            let rooms = rooms["rooms"].as_array().expect("a list");
            if rooms.iter().any(|room| room["room"] == json!(ann.room)) {
                break;
            }
        }
    }
    table.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lobby_is_coalesced_to_one_a_second() {
    let table = Table::start().await;
    let mut lobby = table.client(Options { namespace: "/lobby".into(), ..Options::default() }).await;
    lobby.until("rooms").await.expect("at once");
    let began = Instant::now();
    let mut seats = Vec::new();
    for _ in 0..5 {
        seats.push(arena(&table, Options::default(), false).await);
    }
    let mut pushes = 0;
    loop {
        let rooms = lobby.until("rooms").await.expect("until all are told");
        pushes += 1;
        if rooms["rooms"].as_array().is_some_and(|rooms| rooms.len() == seats.len()) {
            break;
        }
    }
    // However slow the machine is: the first at once, and one for each whole second after it.
    let most = 1 + began.elapsed().as_secs();
    assert!(pushes <= most, "{pushes} pushes where there may be {most}");
    table.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_wants_no_answer_gets_none() {
    let table = Table::start().await;
    let mut client = table.client(Options::default()).await;
    for name in ["create", "join", "resume", "leave", "input", "clock", "rooms", "chat", "nonsense"] {
        client.emit(name, json!({"game": 7})).expect("sent");
    }
    done(&client.request("clock", json!({"t0": 1})).await.expect("it is still heard"));
    assert_eq!(client.heard(), [], "nothing was sent back for those before");
    table.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_stops_says_so_to_everyone() {
    let table = Table::start().await;
    let mut seats = Vec::new();
    for options in every_way() {
        seats.push(arena(&table, options, true).await);
    }
    let idle = table.client(Options::default()).await;
    let stopping = tokio::spawn(table.stop());
    for seat in &mut seats {
        let closed = seat.hears("closed", |_| true).await.expect("the room's end");
        assert_eq!(closed["reason"], "shutdown");
    }
    let mut clients: Vec<Client> = seats.into_iter().map(|seat| seat.client).chain([idle]).collect();
    for client in &mut clients {
        client.ended().await.expect("the connection's end");
    }
    tokio::time::timeout(Duration::from_secs(10), stopping).await.expect("in time").expect("it stopped");
}
