//! Points 4 to 9: long-polling under clients that overlap, break off, overflow and babble.

use bytes::Bytes;
use parlor::proto::engine::{CloseReason, Message};
use parlor::transport::Config;
use tokio::io::AsyncWriteExt;

use crate::harness::{Server, Told, config, read_reply, within};

fn text(text: &'static str) -> Told {
    Told::Message(Message::Text(Bytes::from_static(text.as_bytes())))
}

#[tokio::test]
async fn p04_two_gets_at_once_close_the_session() {
    let mut server = Server::start(config()).await;
    let (client, mut opened) = server.open().await;
    let first = client.waiting(&opened.session).await;
    client.get().await.refused(400, 3);
    within("the first GET", first).await.expect("its task").is("1");
    client.get().await.refused(400, 1);
    assert_eq!(opened.closed().await, CloseReason::TransportError);
}

#[tokio::test]
async fn p04_a_client_that_aborts_its_get_loses_the_session() {
    let mut server = Server::start(config()).await;
    let (client, mut opened) = server.open().await;
    let socket = client.begin("GET", "\r\n").await;
    within("the GET to wait", async {
        while !opened.session.writable() {
            tokio::task::yield_now().await;
        }
    })
    .await;
    drop(socket);
    assert_eq!(opened.closed().await, CloseReason::TransportError);
    client.get().await.refused(400, 1);
}

#[tokio::test]
async fn p05_two_posts_at_once_close_the_session() {
    let mut server = Server::start(config()).await;
    let (client, mut opened) = server.open().await;
    let mut first = client.begin("POST", "Connection: close\r\nContent-Length: 3\r\n\r\n4h").await;
    // The second one overlaps only if the first one's head has been read.
    let refused = within("the overlap", async {
        loop {
            let reply = client.post("4x").await;
            if reply.status != 200 {
                return reply;
            }
        }
    })
    .await;
    refused.refused(400, 3);
    let mut reason = opened.told().await;
    while matches!(reason, Told::Message(_)) {
        reason = opened.told().await;
    }
    assert_eq!(reason, Told::Closed(CloseReason::TransportError));
    first.write_all(b"i").await.expect("the server still reads");
    assert_eq!(read_reply(&mut first).await.status, 400);
    client.get().await.refused(400, 1);
}

#[tokio::test]
async fn p05_a_post_answers_ok() {
    let mut server = Server::start(config()).await;
    let (client, mut opened) = server.open().await;
    let reply = client.post("4a\x1e4b").await;
    reply.is("ok");
    assert_eq!(reply.header("content-length").as_deref(), Some("2"));
    assert_eq!(opened.told().await, text("a"));
    assert_eq!(opened.told().await, text("b"));
    client.get().await.is("4a\x1e4b");
}

#[tokio::test]
async fn p05_a_post_that_breaks_off_closes_the_session() {
    let mut server = Server::start(config()).await;
    let (client, mut opened) = server.open().await;
    drop(client.begin("POST", "Content-Length: 100\r\n\r\n4hello").await);
    assert_eq!(opened.closed().await, CloseReason::TransportError);
}

#[tokio::test]
async fn p06_packets_before_the_fault_are_delivered_then_the_session_closes() {
    let mut server = Server::start(config()).await;
    let (client, mut opened) = server.open().await;
    client.post("4a\x1eabc\x1e4b").await.refused(400, 3);
    assert_eq!(opened.told().await, text("a"));
    assert_eq!(opened.closed().await, CloseReason::ParseError);
    client.get().await.refused(400, 1);
}

#[tokio::test]
async fn p06_malformed_bodies_of_every_kind_close_the_session() {
    let mut server = Server::start(config()).await;
    for body in [&b""[..], b"abc", b"4\xff", b"4a\x1e", b"\x1e4a", b"b*", b"\x00", b"7"] {
        let (client, mut opened) = server.open().await;
        client.post(body).await.refused(400, 3);
        let mut told = opened.told().await;
        while matches!(told, Told::Message(_)) {
            told = opened.told().await;
        }
        assert_eq!(told, Told::Closed(CloseReason::ParseError), "{body:?}");
    }
}

#[tokio::test]
async fn p06_the_layer_above_may_find_a_message_malformed_too() {
    let mut server = Server::start(config()).await;
    let (client, mut opened) = server.open().await;
    client.post("4refuse me\x1e4b").await.is("ok");
    assert_eq!(opened.closed().await, CloseReason::ParseError);
    client.get().await.is("1");
    client.get().await.refused(400, 1);
}

#[tokio::test]
async fn p07_a_body_over_the_limit_gets_413_as_soon_as_that_is_known() {
    let mut server = Server::start(Config { max_http_buffer_size: 10, ..config() }).await;
    let (client, mut opened) = server.open().await;
    let rest = "Connection: close\r\nContent-Length: 11\r\n\r\n";
    assert_eq!(read_reply(&mut client.begin("POST", rest).await).await.status, 413, "not a byte of it was sent");
    let rest = "Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n4aaaa\r\n6\r\nbbbbbb\r\n";
    assert_eq!(read_reply(&mut client.begin("POST", rest).await).await.status, 413, "the last chunk is yet to come");
    client.post("4aaaaaaaaa").await.is("ok");
    assert_eq!(opened.told().await, text("aaaaaaaaa"));
}

#[tokio::test]
async fn p08_octet_stream_is_400_and_close() {
    let mut server = Server::start(config()).await;
    let (client, mut opened) = server.open().await;
    let head = "Content-Type: application/octet-stream\r\n";
    server.request("POST", &client.query(), head, b"4hello").await.refused(400, 3);
    assert_eq!(opened.closed().await, CloseReason::TransportError);
}

#[tokio::test]
async fn p08_binary_travels_as_b_and_base64() {
    let mut server = Server::start(config()).await;
    let (client, mut opened) = server.open().await;
    client.post("bAQIDBA==\x1e4x").await.is("ok");
    assert_eq!(opened.told().await, Told::Message(Message::Binary(Bytes::from_static(&[1, 2, 3, 4]))));
    client.get().await.is("bAQIDBA==\x1e4x");
}

#[tokio::test]
async fn p09_a_posted_1_ends_the_session_and_the_get_gets_6() {
    let mut server = Server::start(config()).await;
    let (client, mut opened) = server.open().await;
    let get = client.waiting(&opened.session).await;
    client.post("1").await.is("ok");
    within("the GET", get).await.expect("its task").is("6");
    client.get().await.refused(400, 1);
    assert_eq!(opened.closed().await, CloseReason::TransportClose);
}

#[tokio::test]
async fn p09_a_posted_1_that_overtakes_the_get_sent_with_it_still_gives_it_6() {
    let mut server = Server::start(config()).await;
    let (client, mut opened) = server.open().await;
    let (post, get) = tokio::join!(client.post("1"), async {
        // Time for the POST to be read: of its waiting nothing can be seen.
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        client.get().await
    });
    post.is("ok");
    get.is("6");
    client.get().await.refused(400, 1);
    assert_eq!(opened.closed().await, CloseReason::TransportClose);
}

#[tokio::test]
async fn p09_a_posted_1_without_a_get_ends_the_session_before_its_reply() {
    let mut server = Server::start(config()).await;
    let (client, mut opened) = server.open().await;
    client.post("4bye\x1e1").await.is("ok");
    client.get().await.refused(400, 1);
    assert_eq!(opened.told().await, text("bye"));
    assert_eq!(opened.closed().await, CloseReason::TransportClose);
}

#[tokio::test]
async fn p09_a_server_s_close_is_delivered_by_the_next_get() {
    let mut server = Server::start(config()).await;
    let (client, mut opened) = server.open().await;
    client.post("4last words").await.is("ok");
    assert_eq!(opened.told().await, text("last words"));
    opened.session.close(CloseReason::ForcedClose);
    assert_eq!(opened.closed().await, CloseReason::ForcedClose);
    client.get().await.is("4last words\x1e1");
    client.get().await.refused(400, 1);
}

#[tokio::test]
async fn p09_a_server_s_close_reaches_a_waiting_get_at_once() {
    let mut server = Server::start(config()).await;
    let (client, opened) = server.open().await;
    let get = client.waiting(&opened.session).await;
    opened.session.close(CloseReason::ForcedClose);
    within("the GET", get).await.expect("its task").is("1");
    client.get().await.refused(400, 1);
}

#[tokio::test]
async fn p09_a_server_s_close_is_forgotten_after_its_time() {
    let mut server = Server::start(Config { pending_close_ms: 50, ..config() }).await;
    let (client, opened) = server.open().await;
    opened.session.close(CloseReason::ForcedClose);
    within("the session to be forgotten", server.engine.closed()).await;
    client.get().await.refused(400, 1);
}

#[tokio::test]
async fn a_poll_holds_no_more_than_the_limit_and_the_next_one_goes_on() {
    let mut server = Server::start(Config { max_http_buffer_size: 8, ..config() }).await;
    let (client, _) = server.open().await;
    for body in ["4aaa", "4bbb", "4ccc"] {
        client.post(body).await.is("ok");
    }
    client.get().await.is("4aaa");
    client.get().await.is("4bbb");
    client.get().await.is("4ccc");
}
