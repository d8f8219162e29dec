//! A library user's own game: that of `examples/own_game.rs`, served and played to its end.

use std::net::TcpListener;

use parlor::server::{Config, Server};
use parlor_bots::{Options, Seat};
use serde_json::json;

use super::table::done;

#[path = "../../examples/own_game.rs"]
#[expect(dead_code, reason = "the example's `main` serves on a fixed port")]
mod example;

#[tokio::test(flavor = "multi_thread")]
async fn a_game_of_ones_own_is_served_and_played() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let server = Server::new(Config::default()).game::<example::Button>().start(listener).await.expect("it starts");
    let ask = |name: &str| json!({"game": "button", "options": {"goal": 3}, "name": name});
    let mut ann = Seat::take(server.addr(), Options::default(), "join", ask("Ann")).await.expect("a seat");
    let mut ben = Seat::take(server.addr(), Options::default(), "join", ask("Ben")).await.expect("a seat");
    assert_eq!(ann.room, ben.room);
    done(&ann.input(json!({"type": "push"})).await.expect("an ack"));
    ben.sees("one push", |state| state["pushes"] == json!(1)).await.expect("seen");
    done(&ben.input(json!({"type": "push"})).await.expect("an ack"));
    done(&ann.input(json!({"type": "push"})).await.expect("an ack"));
    assert_eq!(ben.hears("closed", |_| true).await.expect("the end")["reason"], "ended");
    server.shutdown().await;
}
