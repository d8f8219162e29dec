//! A host's remote over the wire: the key, the seat it leads to, what is refused.

use serde_json::json;

use super::table::{Table, at, done, every_way, refused};

#[tokio::test(flavor = "multi_thread")]
async fn a_remote_runs_the_quiz_until_it_is_revoked() {
    let table = Table::start().await;
    for options in every_way() {
        let mut host = table.quiz_over(options.clone()).await;
        let ack = host.client.request("remote", json!({})).await.expect("an ack");
        done(&ack);
        let key = ack["key"].as_str().expect("a key").to_owned();
        assert!(key.len() >= 32, "{key}");

        let ask = json!({"room": host.room, "role": "host", "key": key});
        let mut remote = table.join(options.clone(), ask.clone()).await.expect("a seat");
        assert_ne!(remote.seat, host.seat);
        let mut ann = table.player_over(options.clone(), &host.room, "Ann").await;
        remote
            .sees("the player", |state| state["roster"][ann.seat.to_string()]["name"] == "Ann")
            .await
            .expect("as the host");
        done(&remote.input(json!({"type": "start"})).await.expect("an ack"));
        for seat in [&mut host, &mut remote, &mut ann] {
            seat.sees("the countdown", at("countdown", 0)).await.expect("it starts");
        }
        done(&host.input(json!({"type": "skip"})).await.expect("the host runs it too"));
        remote.sees("the question", at("question", 0)).await.expect("a question");
        assert_eq!(refused(&remote.client.request("remote", json!({})).await.expect("an ack")), "not_host");
        assert_eq!(refused(&ann.client.request("remote", json!({})).await.expect("an ack")), "not_host");

        done(&host.client.request("remote", json!({"revoke": true})).await.expect("an ack"));
        let closed = remote.hears("closed", |_| true).await.expect("it is told");
        assert_eq!(closed["reason"], "kicked");
        assert_eq!(refused(&remote.input(json!({"type": "skip"})).await.expect("an ack")), "not_seated");
        let again = table.join(options, ask).await.expect_err("the key is no good any more");
        assert!(again.to_string().contains("bad_key"), "{again}");
        done(&host.input(json!({"type": "pause"})).await.expect("the host goes on"));
    }
    table.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_key_of_a_remote_counts_as_a_wrong_host_key() {
    let table = Table::with(|config| config.limits.mistakes_per_minute = 3.0).await;
    let mut host = table.quiz().await;
    let ack = host.client.request("remote", json!({})).await.expect("an ack");
    let key = ack["key"].as_str().expect("a key").to_owned();
    let mut guesser = table.client(Default::default()).await;
    for _ in 0..3 {
        let guess = json!({"room": host.room, "role": "host", "key": "A".repeat(32)});
        assert_eq!(refused(&guesser.request("join", guess).await.expect("an ack")), "bad_key");
    }
    let right = json!({"room": host.room, "role": "host", "key": key});
    assert_eq!(
        refused(&guesser.request("join", right).await.expect("an ack")),
        "too_many_attempts",
        "even the right one waits"
    );
    table.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_key_of_a_remote_opens_nothing_else() {
    let table = Table::start().await;
    let mut host = table.quiz().await;
    let ack = host.client.request("remote", json!({})).await.expect("an ack");
    let key = ack["key"].as_str().expect("a key").to_owned();
    let other = table.quiz().await;
    let mut client = table.client(Default::default()).await;
    for (event, ask) in [
        ("join", json!({"room": other.room, "role": "host", "key": key})),
        ("join", json!({"room": host.room, "name": "Eve", "key": key})),
        ("create", json!({"game": "quiz", "options": {"pack": "kinds"}, "role": "host", "key": key})),
    ] {
        assert_eq!(refused(&client.request(event, ask.clone()).await.expect("an ack")), "bad_key", "{ask}");
    }
    table.stop().await;
}
