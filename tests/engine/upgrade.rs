//! Points 15 and 16: from long-polling to WebSocket, and all the ways not to get there.

use parlor::proto::engine::{CloseReason, Message, Packet, Transport};
use parlor::proto::frame::Frames;
use parlor::transport::{Config, Session};

use crate::harness::{Client, Opened, Server, Told, Ws, config, within};

fn send(session: &Session, text: &'static str) {
    let packet = Packet::Message(Message::Text(text.into()));
    session.send(&Frames::from_elem(packet.encode(), 1)).expect("an open session");
}

async fn probed(server: &mut Server) -> (Client, Ws, Opened) {
    let (client, opened) = server.open().await;
    let mut ws = client.upgrade().await;
    ws.send("2probe").await;
    assert_eq!(ws.text().await, "3probe");
    (client, ws, opened)
}

async fn upgraded(server: &mut Server) -> (Client, Ws, Opened) {
    let (client, mut ws, opened) = probed(server).await;
    ws.send("5").await;
    within("the upgrade", async {
        while opened.session.transport() != Transport::Websocket {
            tokio::task::yield_now().await;
        }
    })
    .await;
    (client, ws, opened)
}

#[tokio::test]
async fn p15_a_probe_is_answered_at_once_and_releases_the_waiting_get() {
    let mut server = Server::start(config()).await;
    let (client, opened) = server.open().await;
    let get = client.waiting(&opened.session).await;
    let mut ws = client.upgrade().await;
    ws.send("2probe").await;
    assert_eq!(ws.text().await, "3probe");
    within("the GET", get).await.expect("its task").is("6");
}

#[tokio::test]
async fn p15_every_get_between_the_probe_and_the_upgrade_is_released() {
    let mut server = Server::start(config()).await;
    let (client, mut ws, opened) = probed(&mut server).await;
    for _ in 0..3 {
        client.get().await.is("6");
    }
    send(&opened.session, "queued");
    client.get().await.is("6");
    ws.send("5").await;
    assert_eq!(ws.text().await, "4queued");
}

#[tokio::test]
async fn p15_packets_queued_meanwhile_go_out_once_and_in_order() {
    let mut server = Server::start(config()).await;
    let (client, mut opened) = server.open().await;
    send(&opened.session, "1");
    client.get().await.is("41");
    let mut ws = client.upgrade().await;
    send(&opened.session, "2");
    client.get().await.is("42");
    ws.send("2probe").await;
    assert_eq!(ws.text().await, "3probe");
    send(&opened.session, "3");
    client.post("44").await.is("ok");
    assert_eq!(opened.told().await, Told::Message(Message::Text("4".into())));
    ws.send("5").await;
    ws.send("45").await;
    for text in ["43", "44", "45"] {
        assert_eq!(ws.text().await, text);
    }
    send(&opened.session, "6");
    assert_eq!(ws.text().await, "46");
}

#[tokio::test]
async fn p15_the_heartbeat_goes_on_over_the_websocket() {
    let mut server = Server::start(Config { ping_interval_ms: 100, ping_timeout_ms: 100, ..config() }).await;
    let (_, mut ws, mut opened) = upgraded(&mut server).await;
    for _ in 0..2 {
        assert_eq!(ws.text().await, "2");
        ws.send("3").await;
    }
    assert_eq!(ws.text().await, "2");
    ws.closed().await;
    assert_eq!(opened.closed().await, CloseReason::PingTimeout);
}

#[tokio::test]
async fn p16_a_first_frame_that_is_no_probe_closes_that_websocket_alone() {
    let mut server = Server::start(config()).await;
    for first in ["5", "4hello", "2", "2prob", "abc", ""] {
        let (client, _) = server.open().await;
        let mut ws = client.upgrade().await;
        ws.send(first).await;
        ws.closed().await;
        client.post("4alive").await.is("ok");
        client.get().await.is("4alive");
    }
}

#[tokio::test]
async fn p16_a_websocket_that_drops_leaves_polling_as_it_was() {
    let mut server = Server::start(config()).await;
    let (client, ws, opened) = probed(&mut server).await;
    drop(ws);
    // As long as the server has not noticed, a GET is released with `6`.
    within("polling to wait again", async {
        loop {
            send(&opened.session, "hello");
            if client.get().await.body.starts_with("4hello") {
                return;
            }
        }
    })
    .await;
    let mut ws = client.upgrade().await;
    ws.send("2probe").await;
    assert_eq!(ws.text().await, "3probe", "another attempt may be made");
}

#[tokio::test]
async fn p16_an_upgrade_that_takes_too_long_is_given_up() {
    let mut server = Server::start(Config { upgrade_timeout_ms: 60, ..config() }).await;
    let (client, _) = server.open().await;
    client.upgrade().await.closed().await;
    let (client, mut ws, _) = probed(&mut server).await;
    ws.closed().await;
    client.post("4alive").await.is("ok");
    client.get().await.is("4alive");
}

#[tokio::test]
async fn p16_a_second_websocket_with_the_same_sid_is_closed_alone() {
    let mut server = Server::start(config()).await;
    let (client, mut ws, _) = probed(&mut server).await;
    client.upgrade().await.closed().await;
    ws.send("5").await;
    ws.send("4hello").await;
    assert_eq!(ws.text().await, "4hello");
    client.upgrade().await.closed().await;
    ws.send("4still here").await;
    assert_eq!(ws.text().await, "4still here");
}

#[tokio::test]
async fn p16_polling_after_the_upgrade_is_refused_and_the_websocket_lives() {
    let mut server = Server::start(config()).await;
    let (client, mut ws, _) = upgraded(&mut server).await;
    client.get().await.refused(400, 3);
    client.post("4x").await.refused(400, 3);
    ws.send("4hello").await;
    assert_eq!(ws.text().await, "4hello");
}

#[tokio::test]
async fn p16_a_session_that_ends_closes_the_websocket_that_probes_it() {
    let mut server = Server::start(config()).await;
    let (client, mut ws, mut opened) = probed(&mut server).await;
    client.post("1").await.is("ok");
    ws.closed().await;
    assert_eq!(opened.closed().await, CloseReason::TransportClose);
}

#[tokio::test]
async fn p26_an_upgraded_session_ends_with_its_websocket() {
    let mut server = Server::start(config()).await;
    let (_, ws, mut opened) = upgraded(&mut server).await;
    drop(ws);
    assert_eq!(opened.closed().await, CloseReason::TransportClose);
    within("all to be over", server.engine.closed()).await;
    assert_eq!(server.engine.counts().upgraded, 1);
}

/// A real client's upgrade: it polls on until the GET that the probe releases, and only then goes over.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p15_no_packet_is_lost_doubled_or_out_of_order_while_another_thread_sends() {
    const COUNT: u32 = 3_000;
    let mut server = Server::start(Config { outbox_frames: COUNT as usize + 8, ..config() }).await;
    let (client, opened) = server.open().await;
    let session = opened.session.clone();
    let sender = std::thread::spawn(move || {
        for n in 0..COUNT {
            let packet = Packet::Message(Message::Text(n.to_string().into()));
            session.send(&Frames::from_elem(packet.encode(), 1)).expect("an open session");
        }
    });
    let mut got = Vec::new();
    let take = |got: &mut Vec<u32>, body: &str| {
        got.extend(
            body.split('\x1e')
                .filter_map(|packet| packet.strip_prefix('4'))
                .map(|n| n.parse::<u32>().expect("a number")),
        );
    };
    take(&mut got, &client.get().await.body);
    let mut ws = client.upgrade().await;
    ws.send("2probe").await;
    let polling = client.polling();
    assert_eq!(ws.text().await, "3probe");
    take(&mut got, &within("the released GET", polling).await.expect("its task").body);
    ws.send("5").await;
    while got.len() < COUNT as usize {
        take(&mut got, &ws.text().await);
    }
    sender.join().expect("the sender has sent all");
    assert_eq!(got, (0..COUNT).collect::<Vec<_>>());
}
