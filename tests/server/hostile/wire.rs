//! Hostile packets, floods and sessions: malformed, too many, too large, from another origin's page.

use parlor_bots::{Client, Message, Options, Parser, Seat, Transport};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::table::{Bystander, KEY, Table, done, every_way, refused};

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
    bystander.goes_on().await;
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
    bystander.goes_on().await;
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
    bystander.goes_on().await;
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
    bystander.goes_on().await;
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
