//! How clients come into namespaces, and what closes a connection that should not have come.
//!
//! What they say there is tried in `events`.

use std::time::Duration;

use parlor_proto::engine::CloseReason;

use super::*;

#[tokio::test]
async fn p18_a_packet_where_it_is_not_allowed_closes_the_connection() {
    for (joined, packet) in [
        (false, r#"2["a"]"#),
        (false, "30[]"),
        (false, "1"),
        (false, r#"4{"message":"x"}"#),
        (true, "0"),
        (true, r#"4{"message":"x"}"#),
        (true, r#"2/x,["a"]"#),
        (true, "1/x"),
    ] {
        let io = server();
        let log = with_reasons(&io);
        io.of("/x");
        let peer = if joined { Peer::joined(&io).0 } else { Peer::open(&io) };
        assert_eq!(peer.text(packet), Err(CloseReason::ForcedClose), "{packet}");
        peer.link.closed(CloseReason::ForcedClose);
        let expected: &[&str] = if joined { &["forced server close"] } else { &[] };
        assert_eq!(log.take(), expected);
    }
}

#[tokio::test]
async fn p19_an_unknown_namespace_is_refused_and_the_connection_stays() {
    let io = server();
    let peer = Peer::open(&io);
    assert_eq!(peer.text("0/x"), Ok(()));
    assert_eq!(peer.take(), [r#"4/x,{"message":"Invalid namespace"}"#]);
    assert!(peer.join(&io, "/").is_connected());
}

#[tokio::test]
async fn p19_the_answer_to_connect_holds_the_sid_only_and_comes_before_all_else() {
    let io = server();
    io.of("/x").on_connect(|socket| socket.emit("hello", (socket.id().as_str(),)).expect("a connected socket"));
    let peer = Peer::open(&io);
    peer.text("0/x").expect("a CONNECT without a comma");
    let id = io.of("/x").sockets()[0].id();
    assert_eq!(peer.take(), [format!(r#"0/x,{{"sid":"{id}"}}"#), format!(r#"2/x,["hello","{id}"]"#)]);
}

#[tokio::test(start_paused = true)]
async fn p19_who_joins_nothing_in_time_is_closed() {
    let io = Io::new(Config { connect_timeout_ms: 1000, ..Config::default() });
    let (late, refused, prompt) = (Peer::open(&io), Peer::open(&io), Peer::open(&io));
    refused.text("0/x").expect("a refusal");
    prompt.text("0").expect("a CONNECT");
    tokio::time::sleep(Duration::from_millis(999)).await;
    assert_eq!((late.tap.closed(), refused.tap.closed()), (None, None));
    // Leaving does not start the time again.
    prompt.text("1").expect("a DISCONNECT");
    tokio::time::sleep(Duration::from_millis(2)).await;
    assert_eq!(late.tap.closed(), Some(CloseReason::ForcedClose));
    assert_eq!(refused.tap.closed(), Some(CloseReason::ForcedClose));
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(prompt.tap.closed(), None);
}

#[tokio::test]
async fn p20_middleware_refuses_with_message_and_data() {
    let io = server();
    let log = Log::default();
    let seen = log.clone();
    io.of("/").wrap(move |socket| {
        seen.say("first");
        socket.join("waiting");
        Ok(())
    });
    io.of("/").wrap(|_| Err(ConnectError::new("no").with_data(Value::UInt(7))));
    let seen = log.clone();
    io.of("/").wrap(move |_| {
        seen.say("never");
        Ok(())
    });
    let seen = log.clone();
    io.of("/").on_disconnect(move |_, _| seen.say("never"));
    let peer = Peer::open(&io);
    assert_eq!(peer.text("0"), Ok(()));
    assert_eq!(peer.take(), [r#"4{"message":"no","data":7}"#]);
    assert_eq!(log.take(), ["first"]);
    assert!(io.of("/").is_empty() && io.of("/").to("waiting").sockets().is_empty());
    assert_eq!(peer.text(r#"2["a"]"#), Err(CloseReason::ForcedClose), "who was refused has not joined");
}

#[tokio::test]
async fn p20_middleware_sees_the_auth_and_what_it_keeps_is_there_later() {
    #[derive(serde::Deserialize)]
    struct Auth {
        name: Option<String>,
    }
    let io = server();
    io.of("/").wrap(|socket| {
        let auth: Auth = socket.handshake().auth().map_err(|error| ConnectError::new(error.to_string()))?;
        socket.set_data(auth.name.ok_or_else(|| ConnectError::new("who?"))?);
        Ok(())
    });
    let peer = Peer::open(&io);
    peer.text("0").expect("a CONNECT");
    peer.text(r#"0{"name":7}"#).expect("a CONNECT");
    let answers = peer.take();
    assert_eq!(answers[0], r#"4{"message":"who?"}"#);
    assert!(answers[1].starts_with(r#"4{"message":"invalid type: integer `7`, expected a string"#), "{}", answers[1]);
    peer.text(r#"0{"name":"Ada"}"#).expect("a CONNECT");
    let socket = io.of("/").sockets().pop().expect("a socket");
    assert_eq!(socket.data::<String>().as_deref().map(String::as_str), Some("Ada"));
    assert_eq!(socket.data::<u8>(), None);
    let handshake = socket.handshake();
    assert_eq!(handshake.header("user-agent"), Some("peer"));
    assert_eq!(handshake.query(), "EIO=4&transport=websocket&room=7");
    assert_eq!(handshake.ip().to_string(), "192.0.2.1");
}

#[tokio::test]
async fn p21_p22_p24_what_is_no_packet_closes_with_parse_error() {
    for packet in ["2", "2[]", "2{}", "2[null]", r#"2["connect"]"#, r#"2["newListener"]"#, "51", r#"50-["a"]"#, "abc"] {
        let io = server();
        let log = with_reasons(&io);
        let (peer, _) = Peer::joined(&io);
        assert_eq!(peer.text(packet), Err(CloseReason::ParseError), "{packet}");
        peer.link.closed(CloseReason::ParseError);
        assert_eq!(log.take(), ["parse error"]);
    }
}

#[tokio::test]
async fn p25_the_public_id_is_not_the_sid() {
    let io = server();
    io.of("/x");
    let (peer, socket) = Peer::joined(&io);
    let other = peer.join(&io, "/x");
    assert_eq!(socket.id().as_str().len(), 20);
    assert_ne!(socket.id().as_str(), peer.session.sid().to_string());
    assert_ne!(socket.id(), other.id());
}

#[tokio::test]
async fn headers_that_do_not_fit_are_not_kept() {
    let io = Io::new(Config { handshake_bytes: 10, ..Config::default() });
    let (_peer, socket) = Peer::joined(&io);
    assert_eq!(socket.handshake().headers().count(), 0);
    assert_eq!(socket.handshake().path(), "/socket.io/");
}
