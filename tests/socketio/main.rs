//! The rules of Socket.IO over real sockets, with a client that breaks them.
//!
//! What can be tried without a socket is tried beside the code, in `src/socketio` and `proto/src/socket`.

mod client;
mod recovery;

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use parlor::socketio::{Binary, Config, ConnectError, Io, Value};
use parlor::transport::{self, listener};
use parlor_proto::engine::Transport;
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use client::{Client, Heard, said};

/// Serves until the test is over.
async fn serve(io: &Io) -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let router = io.router();
    tokio::spawn(listener::serve(vec![listener], router, listener::Config::default(), std::future::pending()));
    address
}

/// A server that echoes `message` as `message-back`, and tells why sockets of `/` left.
async fn echo(config: Config) -> (Io, SocketAddr, UnboundedReceiver<&'static str>) {
    let io = Io::new(config);
    let (tell, reasons) = unbounded_channel();
    let root = io.of("/");
    root.on("message", |socket, event| {
        socket.emit("message-back", &event.args).expect("a connected socket");
        event.ack.iter().for_each(|ack| ack.send(&event.args).expect("the first answer"));
    });
    root.on_disconnect(move |_, reason| tell.send(reason.as_str()).expect("a test that listens"));
    let address = serve(&io).await;
    (io, address, reasons)
}

#[tokio::test]
async fn p18_p21_p22_p24_what_breaks_a_rule_closes_its_own_connection_only() {
    let (_io, server, mut reasons) = echo(Config::default()).await;
    let mut other = Client::joined(server).await;
    for (packet, reason) in [
        ("40", "forced server close"),
        ("42/x,[\"a\"]", "forced server close"),
        ("44{\"message\":\"x\"}", "forced server close"),
        ("42", "parse error"),
        ("42[]", "parse error"),
        ("42{}", "parse error"),
        ("42[null]", "parse error"),
        ("42[\"message\"", "parse error"),
        ("42abc[\"message\"]", "parse error"),
        ("4218446744073709551616[\"message\"]", "parse error"),
        ("42[\"disconnect\"]", "parse error"),
        ("42[\"disconnecting\"]", "parse error"),
        ("450-[\"message\"]", "parse error"),
        ("4511-[\"message\"]", "parse error"),
        ("45-[\"message\"]", "parse error"),
        ("47[\"message\"]", "parse error"),
        ("4", "parse error"),
    ] {
        let mut client = Client::joined(server).await;
        client.say(packet).await;
        client.expect(Heard::Closed).await;
        assert_eq!(said(&mut reasons).await, reason, "{packet}");
    }
    let nested = format!("42[\"message\",{}{}]", "[".repeat(10_000), "]".repeat(10_000));
    let mut client = Client::joined(server).await;
    client.say(&nested).await;
    client.expect(Heard::Closed).await;
    other.say("42[\"message\",1]").await;
    other.expect("42[\"message-back\",1]").await;
}

#[tokio::test]
async fn p24_frames_out_of_place_close() {
    let (_io, server, mut reasons) = echo(Config::default()).await;
    let placeholder = |num: &str| format!(r#"451-["message",{{"_placeholder":true,"num":{num}}}]"#);
    let mut client = Client::joined(server).await;
    client.say_bytes(b"x").await;
    client.expect(Heard::Closed).await;
    let mut client = Client::joined(server).await;
    client.say(&placeholder("0")).await;
    client.say("42[\"message\"]").await;
    client.expect(Heard::Closed).await;
    let mut client = Client::joined(server).await;
    client.say(&placeholder("1")).await;
    client.say_bytes(b"x").await;
    client.expect(Heard::Closed).await;
    for _ in 0..3 {
        assert_eq!(said(&mut reasons).await, "parse error");
    }
    let mut client = Client::joined(server).await;
    client.say(&placeholder("0")).await;
    client.say_bytes(b"x").await;
    client.expect(&*placeholder("0").replace("message", "message-back")).await;
    client.expect(Heard::Binary(b"x".to_vec())).await;
}

#[tokio::test]
async fn p24_attachments_of_two_packets_are_never_interleaved() {
    const PACKETS: u32 = 300;
    let io = Io::new(Config::default());
    let server = serve(&io).await;
    let mut client = Client::joined(server).await;
    let socket = io.of("/").sockets().pop().expect("a socket");
    let emitters: Vec<_> = (0..2_u8)
        .map(|emitter| {
            let socket = socket.clone();
            std::thread::spawn(move || {
                let part = |n| Binary::from(vec![emitter, n]);
                for n in 0..PACKETS {
                    socket.emit("file", (emitter, n, part(1), part(2), part(3))).expect("a connected socket");
                }
            })
        })
        .collect();
    let mut next = [0; 2];
    for _ in 0..2 * PACKETS {
        let Heard::Text(head) = client.hear().await else { panic!("no packet") };
        let args = head.strip_prefix("453-[\"file\",").expect("a packet with attachments");
        let (emitter, rest) = args.split_once(',').expect("arguments");
        let emitter: u8 = emitter.parse().expect("an emitter");
        assert!(rest.starts_with(&format!("{},", next[usize::from(emitter)])), "{head}");
        next[usize::from(emitter)] += 1;
        for n in 1..=3 {
            client.expect(Heard::Binary(vec![emitter, n])).await;
        }
    }
    for emitter in emitters {
        emitter.join().expect("no panic");
    }
}

#[tokio::test]
async fn p19_unknown_namespaces_are_refused_and_who_joins_nothing_is_closed() {
    let (io, server, _reasons) = echo(Config { connect_timeout_ms: 300, ..Config::default() }).await;
    io.of("/custom");
    let mut client = Client::open(server).await;
    client.say("40/random").await;
    client.expect("44/random,{\"message\":\"Invalid namespace\"}").await;
    client.join("/custom,").await;
    client.say("41/custom").await;
    client.join("").await;
    let mut idle = Client::open(server).await;
    idle.say("40/random").await;
    idle.expect("44/random,{\"message\":\"Invalid namespace\"}").await;
    idle.expect(Heard::Closed).await;
    client.say("42[\"message\"]").await;
    client.expect("42[\"message-back\"]").await;
}

#[tokio::test]
async fn p20_middleware_refuses_in_words_and_data() {
    let (io, server, _reasons) = echo(Config::default()).await;
    io.of("/admin").wrap(|socket| match socket.handshake().auth::<Value>() {
        Ok(auth) if auth.get("key") == Some(&Value::Text("secret".into())) => Ok(()),
        Ok(auth) => Err(ConnectError::new("not authorized").with_data(auth)),
        Err(error) => Err(ConnectError::new(error.to_string())),
    });
    let mut client = Client::open(server).await;
    client.say(r#"40/admin,{"key":7}"#).await;
    client.expect(r#"44/admin,{"message":"not authorized","data":{"key":7}}"#).await;
    client.say("40/admin").await;
    client.expect(r#"44/admin,{"message":"not authorized","data":{}}"#).await;
    client.say(r#"40/admin,{"key":"secret"}"#).await;
    assert!(matches!(client.hear().await, Heard::Text(joined) if joined.starts_with("40/admin,{\"sid\"")));
}

#[tokio::test]
async fn p23_acks_go_both_ways() {
    let (io, server, _reasons) = echo(Config::default()).await;
    let mut client = Client::joined(server).await;
    client.say("42456[\"message\",1,\"2\"]").await;
    client.expect("42[\"message-back\",1,\"2\"]").await;
    client.expect("43456[1,\"2\"]").await;
    let socket = io.of("/").sockets().pop().expect("a socket");
    let answer = tokio::spawn(socket.timeout(Duration::from_secs(20)).emit_with_ack("ask", ("?",)));
    client.expect("420[\"ask\",\"?\"]").await;
    client.say("4399[\"nobody asked\"]").await;
    client.say("430[\"!\"]").await;
    let answer = answer.await.expect("no panic").expect("an answer");
    assert_eq!(answer.get::<String>(0), Ok("!".to_owned()));
}

#[tokio::test]
async fn p25_the_id_is_not_the_sid() {
    let (_io, server, _reasons) = echo(Config::default()).await;
    let mut client = Client::websocket(server, "").await;
    let Heard::Text(open) = client.hear().await else { panic!("no handshake") };
    let sid = open.split('"').nth(3).expect("a sid").to_owned();
    let id = client.join("").await;
    assert_eq!((sid.len(), id.len()), (20, 20));
    assert_ne!(sid, id);
}

#[tokio::test]
async fn p26_a_socket_is_told_why_it_left() {
    let transport = transport::Config { ping_interval_ms: 100, ping_timeout_ms: 100, ..transport::Config::default() };
    let (io, server, mut reasons) = echo(Config { transport, ..Config::default() }).await;

    drop(Client::joined(server).await);
    assert_eq!(said(&mut reasons).await, "transport close");

    let silent = Client::joined(server).await;
    assert_eq!(said(&mut reasons).await, "ping timeout");
    drop(silent);

    let mut client = Client::joined(server).await;
    client.say("41").await;
    assert_eq!(said(&mut reasons).await, "client namespace disconnect");
    client.join("").await;
    let socket = io.of("/").sockets().pop().expect("a socket");
    socket.disconnect(false);
    assert_eq!(said(&mut reasons).await, "server namespace disconnect");
    client.expect("41").await;
    client.join("").await;
    io.of("/").disconnect_sockets(true);
    assert_eq!(said(&mut reasons).await, "server namespace disconnect");
    client.expect("41").await;
    client.expect(Heard::Closed).await;
}

#[tokio::test]
async fn p26_a_server_that_shuts_down_says_what_it_has_to_say_first() {
    let (io, server, mut reasons) = echo(Config::default()).await;
    let mut client = Client::joined(server).await;
    let mut polling = Polling::joined(server).await;
    io.of("/").emit("bye", ("all",)).expect("a broadcast");
    let closing = tokio::spawn({
        let io = io.clone();
        async move { io.close().await }
    });
    client.expect("42[\"bye\",\"all\"]").await;
    client.expect(Heard::Closed).await;
    drop(client);
    assert_eq!(polling.poll().await, "42[\"bye\",\"all\"]\u{1e}1");
    assert_eq!([said(&mut reasons).await, said(&mut reasons).await], ["server shutting down"; 2]);
    tokio::time::timeout(Duration::from_secs(20), closing).await.expect("closed in time").expect("no panic");
    assert_eq!(io.counts().sessions, 0);
}

#[tokio::test]
async fn p24_attachments_travel_by_polling_too() {
    let (_io, server, _reasons) = echo(Config::default()).await;
    let mut polling = Polling::joined(server).await;
    polling.post("451-[\"message\",{\"_placeholder\":true,\"num\":0}]\u{1e}bAQID").await;
    let back = "451-[\"message-back\",{\"_placeholder\":true,\"num\":0}]\u{1e}bAQID";
    assert_eq!(polling.poll().await, back);
}

#[tokio::test]
async fn p27_events_keep_their_order_through_an_upgrade() {
    let (_io, server, _reasons) = echo(Config::default()).await;
    let mut polling = Polling::joined(server).await;
    polling.post("42[\"message\",0]\u{1e}42[\"message\",1]").await;
    assert_eq!(polling.poll().await, "42[\"message-back\",0]\u{1e}42[\"message-back\",1]");
    let mut client = Client::websocket(server, &format!("&sid={}", polling.sid)).await;
    client.say("2probe").await;
    client.expect("3probe").await;
    assert_eq!(polling.poll().await, "6");
    polling.post("42[\"message\",2]").await;
    client.say("5").await;
    client.say("42[\"message\",3]").await;
    client.expect("42[\"message-back\",2]").await;
    client.expect("42[\"message-back\",3]").await;
}

#[tokio::test]
async fn who_waits_for_upgrades_is_told_of_each_once() {
    let (io, server, _reasons) = echo(Config::default()).await;
    let (tell, mut told) = unbounded_channel();
    io.of("/").on_upgrade(move |socket| tell.send((socket.id(), socket.transport())).expect("a test that listens"));
    let _never_upgraded = Client::joined(server).await;
    let mut polling = Polling::joined(server).await;
    let socket = io.of("/").sockets().into_iter().find(|socket| socket.transport() == Transport::Polling);
    let mut client = Client::websocket(server, &format!("&sid={}", polling.sid)).await;
    client.say("2probe").await;
    client.expect("3probe").await;
    assert_eq!(polling.poll().await, "6");
    assert!(told.try_recv().is_err(), "it is not upgraded yet");
    client.say("5").await;
    client.say("42[\"message\",1]").await;
    client.expect("42[\"message-back\",1]").await;
    assert_eq!(told.try_recv(), Ok((socket.expect("the polling one").id(), Transport::Websocket)));
    assert!(told.try_recv().is_err(), "once");
}

#[tokio::test]
async fn p27_a_broadcast_reaches_each_member_once() {
    let (io, server, _reasons) = echo(Config::default()).await;
    io.of("/").on_connect(|socket| socket.join(["red", "blue"]));
    let mut clients = [Client::joined(server).await, Client::joined(server).await];
    assert_eq!(io.of("/").to(["red", "blue"]).emit("once", ()), Ok(2));
    io.of("/").emit("end", ()).expect("a broadcast");
    for client in &mut clients {
        client.expect("42[\"once\"]").await;
        client.expect("42[\"end\"]").await;
    }
}

#[tokio::test]
async fn p29_a_client_that_does_not_read_is_closed_and_the_others_hear_all() {
    let (io, server, mut reasons) = echo(Config::default()).await;
    let mut other = Client::joined(server).await;
    let other_id = io.of("/").sockets().pop().expect("a socket").id();
    let stopped = Client::joined(server).await;
    let text = "x".repeat(100_000);
    let slow = io.of("/").except(other_id).sockets().pop().expect("a socket");
    let sent = (0..1_000_000).take_while(|_| slow.emit("flood", (&text,)).is_ok()).count();
    assert!(sent >= 40, "an outbox of 4 MiB was full after {sent}");
    assert_eq!(said(&mut reasons).await, "transport close");
    io.of("/").emit("end", ()).expect("a broadcast");
    other.expect("42[\"end\"]").await;
    drop(stopped);
}

#[tokio::test]
async fn p30_json_and_msgpack_clients_share_a_room() {
    let (io, server, mut reasons) = echo(Config::default()).await;
    let mut json = Client::joined(server).await;
    let mut msgpack = Client::open(server).await;
    msgpack.say_bytes(b"\x82\xa4type\x00\xa3nsp\xa1/").await;
    let Heard::Binary(joined) = msgpack.hear().await else { panic!("no answer") };
    assert!(joined.starts_with(b"\x83\xa4type\x00\xa3nsp\xa1/\xa4data\x81\xa3sid\xb4"));
    msgpack.say_bytes(b"\x83\xa4type\x02\xa3nsp\xa1/\xa4data\x92\xa7message\xc4\x01x").await;
    let echoed = b"\x83\xa4type\x02\xa3nsp\xa1/\xa4data\x92\xacmessage-back\xc4\x01x";
    msgpack.expect(Heard::Binary(echoed.to_vec())).await;
    assert_eq!(io.of("/").emit("file", (Binary::from(vec![b'y']),)), Ok(2));
    json.expect(r#"451-["file",{"_placeholder":true,"num":0}]"#).await;
    json.expect(Heard::Binary(b"y".to_vec())).await;
    let file = b"\x83\xa4type\x02\xa3nsp\xa1/\xa4data\x92\xa4file\xc4\x01y";
    msgpack.expect(Heard::Binary(file.to_vec())).await;
    msgpack.say_bytes(b"\x83\xa4type\x05\xa3nsp\xa1/\xa4data\x91\xa1a").await;
    msgpack.expect(Heard::Closed).await;
    assert_eq!(said(&mut reasons).await, "parse error");
}

/// A client on long-polling, as plain as the other one.
struct Polling {
    http: reqwest::Client,
    url: String,
    sid: String,
}

impl Polling {
    async fn joined(server: SocketAddr) -> Self {
        let url = format!("http://{server}/socket.io/?EIO=4&transport=polling");
        let mut polling = Self { http: reqwest::Client::new(), url, sid: String::new() };
        let open = polling.poll().await;
        polling.sid = open.split('"').nth(3).expect("a sid").to_owned();
        polling.url = format!("{}&sid={}", polling.url, polling.sid);
        polling.post("40").await;
        assert!(polling.poll().await.starts_with("40{\"sid\""));
        polling
    }

    async fn poll(&mut self) -> String {
        let reply = self.http.get(&self.url).send().await.expect("a reply");
        reply.text().await.expect("a body")
    }

    async fn post(&self, payload: &'static str) {
        let reply = self.http.post(&self.url).body(payload).send().await.expect("a reply");
        assert_eq!(reply.text().await.expect("a body"), "ok");
    }
}
