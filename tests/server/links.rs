//! How players are connected, as the host is told over the wire.

use parlor_bots::{Options, Transport};
use serde_json::json;

use super::table::{Table, every_way, refused};

#[tokio::test(flavor = "multi_thread")]
async fn the_host_sees_what_carries_each_player_and_how_long_a_round_trip_takes() {
    let table = Table::with(|config| config.socketio.transport.ping_interval_ms = 50).await;
    for options in every_way() {
        let mut host = table.quiz_over(options.clone()).await;
        let mut ann = table.player_over(options.clone(), &host.room, "Ann").await;
        let bob = table.player_over(Options::default(), &host.room, "Bob").await;
        let gone = bob.seat;
        drop(bob);
        host.sees("Bob gone", |state| state["roster"][gone.to_string()]["connected"] == false).await.expect("he is");

        let ask = json!({"seats": [gone, 99, ann.seat]});
        let mut rows = json!(null);
        // A first round trip is known at the first heartbeat, if not before.
        while !rows[1]["rtt"].is_number() {
            // Whoever waits is sent what came meanwhile, heartbeats too.
            let heard = ann.client.request("clock", json!({"t0": 1})).await.expect("an ack");
            assert_eq!(heard["ok"], true);
            let ack = host.client.request("links", ask.clone()).await.expect("an ack");
            rows = ack["links"].clone();
            assert_eq!(rows.as_array().map(Vec::len), Some(2), "{ack}");
            assert_eq!(rows[0], json!({"seat": gone, "link": "away"}));
            tokio::task::yield_now().await;
        }
        assert_eq!(rows[1]["seat"], json!(ann.seat));
        let carrier = match options.transport {
            Transport::Polling => "polling",
            Transport::WebSocket => "websocket",
        };
        assert_eq!(rows[1]["link"], carrier, "{rows}");
        assert!(rows[1]["rtt"].as_f64().is_some_and(|rtt| (0.0..5_000.0).contains(&rtt)), "{rows}");
    }
    table.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn players_are_not_told_and_nobody_asks_about_too_many() {
    let table = Table::start().await;
    let mut host = table.quiz().await;
    let mut ann = table.player_over(Options::default(), &host.room, "Ann").await;
    assert_eq!(refused(&ann.client.request("links", json!({"seats": []})).await.expect("an ack")), "not_host");
    for bad in [json!({"seats": vec![ann.seat; 301]}), json!({}), json!({"seats": ["1"]}), json!({"seats": [-1]})] {
        assert_eq!(refused(&host.client.request("links", bad).await.expect("an ack")), "bad_request");
    }
    assert_eq!(
        host.client.request("links", json!({"seats": vec![ann.seat; 300]})).await.expect("an ack")["links"]
            .as_array()
            .map(Vec::len),
        Some(300)
    );
    table.stop().await;
}
