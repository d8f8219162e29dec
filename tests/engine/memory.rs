//! What a burst took is given back while its connection lives on, in bytes that are allocated before it and after.
//!
//! Client and server run on one thread, of which the allocations are counted; the client keeps nothing either.

use allocation_counter::{AllocationInfo, measure};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Runtime};

use parlor::transport::Config;

use crate::harness::{Opened, Server, Told, Ws, config, within};

/// What may stay: the runtime's and the client's own lists grow now and then.
const KEPT: i64 = 16 * 1024;

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a runtime")
}

/// Sends a text frame of `4` and so many bytes, masked with zeros, without a buffer of the client's own.
async fn send(socket: &mut TcpStream, length: usize) {
    let head = [&[0x81, 0xff][..], &(length as u64 + 1).to_be_bytes(), &[0; 4], b"4"].concat();
    socket.write_all(&head).await.expect("the server reads");
    for _ in 0..length / 1_000 {
        socket.write_all(&[b'x'; 1_000]).await.expect("the server reads");
    }
}

/// Reads and forgets so many bytes.
async fn skip(socket: &mut TcpStream, mut length: usize) {
    let mut bytes = [0; 4_096];
    while length > 0 {
        let most = length.min(bytes.len());
        length -= within("bytes", socket.read(&mut bytes[..most])).await.expect("the server writes");
    }
}

/// A message of thousands of bytes, and its echo.
async fn echo(ws: &mut Ws, length: usize) {
    let socket = ws.0.get_mut();
    send(socket, length).await;
    let head = if length < 0xffff { 4 } else { 10 };
    skip(socket, head + 1 + length).await;
}

#[track_caller]
fn assert_given_back(burst: &AllocationInfo, least: u64) {
    assert!(burst.bytes_max > least, "{} bytes are no burst", burst.bytes_max);
    assert!(burst.bytes_current < KEPT, "{} bytes are kept of {}", burst.bytes_current, burst.bytes_max);
}

#[test]
fn a_long_message_leaves_no_long_buffer() {
    let runtime = runtime();
    let (_server, mut ws, _session) = runtime.block_on(async {
        let mut server = Server::start(config()).await;
        let (mut ws, opened) = server.open_websocket().await;
        // Nobody else keeps a message.
        let Opened { session, told, .. } = opened;
        drop(told);
        echo(&mut ws, 1_000).await;
        (server, ws, session)
    });
    let burst = measure(|| runtime.block_on(echo(&mut ws, 900_000)));
    // The message, and its echo.
    assert_given_back(&burst, 1_500_000);
}

#[test]
fn a_queue_that_a_slow_client_made_long_is_given_back() {
    let runtime = runtime();
    let (_server, mut ws, opened) = runtime.block_on(async {
        let mut server = Server::start(Config { outbox_frames: 10_000, ..config() }).await;
        let (ws, opened) = server.open_websocket().await;
        (server, ws, opened)
    });
    let burst = measure(|| {
        let mut sent = 0;
        while sent < 8_000 {
            opened.session.send(&crate::bounds::message(400)).expect("it fits");
            sent += 1;
        }
        // A frame of 401 bytes has a head of four.
        runtime.block_on(skip(ws.0.get_mut(), sent * 405));
        assert!(opened.session.writable(), "nothing waits any more");
    });
    assert_given_back(&burst, 1_000_000);
}

#[test]
fn a_long_polling_body_is_given_back() {
    let runtime = runtime();
    let (_server, client, mut opened) = runtime.block_on(async {
        let mut server = Server::start(config()).await;
        let (client, opened) = server.open().await;
        (server, client, opened)
    });
    let burst = measure(|| {
        runtime.block_on(async {
            client.post(format!("4{}", "x".repeat(900_000))).await.is("ok");
            assert!(matches!(opened.told().await, Told::Message(_)));
            assert_eq!(client.get().await.body.len(), 900_001);
        });
    });
    assert_given_back(&burst, 2_000_000);
}
