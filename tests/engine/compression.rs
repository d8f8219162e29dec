//! Compression of polls' replies: which are, by which coding, and that none is where it is not wanted.
//!
//! That clients read them is tried with stock ones, in `tests/interop`.

use parlor::transport::Config;
use reqwest::header::{ACCEPT_ENCODING, CONTENT_ENCODING, VARY};

use crate::bounds::message;
use crate::harness::{Client, Server, config};

/// A poll's reply by its coding, if it has one, and its length.
async fn poll(client: &Client, accepted: &str) -> (Option<String>, usize) {
    let http = reqwest::Client::builder().no_proxy().build().expect("a client");
    let url = format!("http://{}/engine.io/?{}", client.address, client.query());
    let reply = http.get(url).header(ACCEPT_ENCODING, accepted).send().await.expect("a reply");
    assert_eq!(reply.status(), 200);
    let coding = reply.headers().get(CONTENT_ENCODING).map(|coding| coding.to_str().expect("ASCII").to_owned());
    let varies = reply.headers().get(VARY).is_some_and(|vary| vary == "accept-encoding");
    assert!(varies || coding.is_none(), "what is compressed for one is not for all");
    (coding, reply.bytes().await.expect("a body").len())
}

#[tokio::test]
async fn long_replies_are_compressed_as_the_client_likes_and_short_ones_are_not() {
    let mut server = Server::start(config()).await;
    let (client, opened) = server.open().await;
    for (accepted, length, coding) in [
        ("gzip, deflate, br", 4_000, Some("br")),
        ("gzip, deflate", 4_000, Some("gzip")),
        ("deflate", 4_000, Some("deflate")),
        ("gzip;q=0.5, deflate", 4_000, Some("deflate")),
        ("zstd", 4_000, None),
        ("identity", 4_000, None),
        ("gzip;q=0", 4_000, None),
        ("gzip", 1_023, Some("gzip")),
        ("gzip", 1_022, None),
    ] {
        opened.session.send(&message(length)).expect("open");
        let (came, bytes) = poll(&client, accepted).await;
        assert_eq!(came.as_deref(), coding, "{accepted}, {length}");
        assert!(if coding.is_some() { bytes < length / 4 } else { bytes == length + 1 }, "{bytes}");
    }
}

#[tokio::test]
async fn nothing_is_compressed_where_that_is_configured() {
    for (off, expected) in [
        (Config { http_compression: false, ..config() }, None),
        (Config { http_compression_threshold: 5_000, ..config() }, None),
        (Config { http_compression_threshold: 0, ..config() }, Some("gzip")),
    ] {
        let mut server = Server::start(off).await;
        let (client, opened) = server.open().await;
        opened.session.send(&message(4_000)).expect("open");
        assert_eq!(poll(&client, "gzip").await.0.as_deref(), expected);
    }
}
