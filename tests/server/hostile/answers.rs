//! Hostile players of a quiz: early, late, repeated and dishonest answers, and those who listen for the key.

use std::time::Duration;

use parlor_bots::{Options, Seat};
use serde_json::{Value, json};

use crate::table::{Bystander, SECRET, Table, at, done, every_way, key, refused, wrong};

#[tokio::test(flavor = "multi_thread")]
async fn h05_no_byte_that_depends_on_the_key_reaches_a_player_before_the_reveal() {
    let table = Table::start().await;
    for options in every_way() {
        let mut host = table.quiz().await;
        let mut right = table.player_over(options.clone(), &host.room, "Same").await;
        let mut mistaken = table.player_over(options.clone(), &host.room, "Other").await;
        let _waiting = table.player(&host.room, "Waiting").await;
        done(&host.input(json!({"type": "start"})).await.expect("an ack"));
        done(&host.input(json!({"type": "skip"})).await.expect("an ack"));
        let mut acks = Vec::new();
        for (seat, answer) in [(&mut right, key(0)), (&mut mistaken, wrong(0))] {
            seat.sees("the question", at("question", 0)).await.expect("a question");
            let mut ack = seat.input(answer).await.expect("an ack");
            ack["tick"] = json!(0);
            acks.push(ack);
            seat.knows("its own answer", |you| you["answered"] == json!(true)).await.expect("its own answer");
            seat.sees("the count", |state| state["answered"].as_u64() >= Some(1)).await.expect("a count");
            for event in &seat.log {
                let text = event.payload.to_string();
                assert!(!text.contains("correct") && !text.contains(SECRET), "before the reveal: {text}");
            }
        }
        assert_eq!(acks[0], acks[1], "an ack says nothing of the answer's worth");
        let strip = |you: &Value| {
            let mut you = you.clone();
            you["choice"] = json!(0);
            you["tick"] = json!(0);
            you
        };
        assert_eq!(strip(&right.you), strip(&mistaken.you), "nor does the private view");
        done(&host.input(json!({"type": "skip"})).await.expect("an ack"));
        right.sees("the reveal", at("reveal", 0)).await.expect("a reveal");
        assert_eq!(right.state["reveal"]["correct"], json!([1]), "and then it is told");
    }
    table.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn h08_the_clients_clock_buys_no_points() {
    let table = Table::start().await;
    let mut host = table.quiz().await;
    let mut honest = table.player(&host.room, "Honest").await;
    let mut liar = table.player(&host.room, "Liar").await;
    done(&host.input(json!({"type": "start"})).await.expect("an ack"));
    done(&host.input(json!({"type": "skip"})).await.expect("an ack"));
    for seat in [&mut honest, &mut liar] {
        seat.sees("the question", at("question", 0)).await.expect("a question");
    }
    done(&honest.input(key(0)).await.expect("an ack"));
    // Later by more than the half second in which points are whole.
    tokio::time::sleep(Duration::from_millis(1500)).await;
    let lie = json!({"type": "answer", "index": 0, "choice": 1, "at": 0, "t": 0, "time": 0, "responseTime": 1, "latency": 99999});
    done(&liar.input(lie).await.expect("an ack"));
    for seat in [&mut honest, &mut liar] {
        seat.knows("the worth of its answer", |you| you["correct"] == json!(true)).await.expect("a reveal");
    }
    assert_eq!(honest.you["gain"], json!(1000));
    assert!(liar.you["gain"].as_i64().is_some_and(|gain| (900..=965).contains(&gain)), "{}", liar.you);
    table.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn h09_an_answer_outside_its_questions_time_is_refused() {
    let table = Table::start().await;
    let bystander = Bystander::new(&table).await;
    let mut host = table.quiz().await;
    let mut eve = table.player(&host.room, "Eve").await;
    let _slow = table.player(&host.room, "Slow").await;
    assert_eq!(eve.input(key(0)).await.expect("an ack")["ok"], json!(false), "in the lobby");
    done(&host.input(json!({"type": "start"})).await.expect("an ack"));
    assert_eq!(eve.input(key(0)).await.expect("an ack")["ok"], json!(false), "in the countdown");
    done(&host.input(json!({"type": "skip"})).await.expect("an ack"));
    eve.sees("the question", at("question", 0)).await.expect("a question");
    assert_eq!(eve.input(key(1)).await.expect("an ack")["ok"], json!(false), "of the next question");
    done(&host.input(json!({"type": "pause"})).await.expect("an ack"));
    assert_eq!(refused(&eve.input(key(0)).await.expect("an ack")), "paused");
    done(&host.input(json!({"type": "resume"})).await.expect("an ack"));
    done(&host.input(json!({"type": "skip"})).await.expect("an ack"));
    eve.sees("the reveal", at("reveal", 0)).await.expect("a reveal");
    assert_eq!(eve.input(key(0)).await.expect("an ack")["ok"], json!(false), "after the solution was shown");
    done(&host.input(json!({"type": "end"})).await.expect("an ack"));
    eve.sees("the podium", |state| state["phase"] == "podium").await.expect("the end");
    assert_eq!(eve.input(key(0)).await.expect("an ack")["ok"], json!(false), "at the podium");
    assert_eq!(eve.you["score"], json!(0));
    bystander.goes_on().await;
    table.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn h10_one_answer_counts_however_it_is_repeated() {
    let table = Table::start().await;
    let bystander = Bystander::new(&table).await;
    let mut host = table.quiz().await;
    let mut eve = table.player(&host.room, "Eve").await;
    let _slow = table.player(&host.room, "Slow").await;
    done(&host.input(json!({"type": "start"})).await.expect("an ack"));
    done(&host.input(json!({"type": "skip"})).await.expect("an ack"));
    eve.sees("the question", at("question", 0)).await.expect("a question");
    // A burst within one tick, then one after another, then after coming back.
    for _ in 0..20 {
        eve.client.emit("input", key(0)).expect("sent");
    }
    assert_eq!(refused(&eve.input(key(0)).await.expect("an ack")), "already_answered");
    let mut back =
        Seat::take(table.addr, Options::default(), "resume", json!({"token": eve.token})).await.expect("a seat");
    assert_eq!(back.you["answered"], json!(true));
    assert_eq!(refused(&back.input(wrong(0)).await.expect("an ack")), "already_answered");
    assert_eq!(refused(&eve.input(key(0)).await.expect("an ack")), "not_seated", "the older connection has no seat");
    done(&host.input(json!({"type": "skip"})).await.expect("an ack"));
    back.knows("the worth of its answer", |you| you["correct"] == json!(true)).await.expect("a reveal");
    let you = &back.you;
    assert_eq!((&you["gain"], &you["score"]), (&json!(1000), &json!(1000)));
    assert_eq!(host.state["roster"][back.seat.to_string()]["score"].as_i64().unwrap_or(1000), 1000);
    bystander.goes_on().await;
    table.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn h11_a_class_that_answers_at_once_is_counted_whole() {
    let table = Table::start().await;
    let mut host = table.quiz().await;
    let mut class = Vec::new();
    for nth in 0..60 {
        let options = every_way().nth(nth % 4).expect("four ways");
        class.push(table.player_over(options, &host.room, &format!("Pupil {nth}")).await);
    }
    done(&host.input(json!({"type": "start"})).await.expect("an ack"));
    done(&host.input(json!({"type": "skip"})).await.expect("an ack"));
    for pupil in &mut class {
        pupil.sees("the question", at("question", 0)).await.expect("a question");
    }
    for pupil in &mut class {
        pupil.client.emit("input", key(0)).expect("sent");
    }
    host.sees("the reveal", at("reveal", 0)).await.expect("everyone has answered");
    assert_eq!(host.state["reveal"]["counts"]["1"], json!(60));
    table.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn h13_everyone_has_answered_though_one_has_dropped() {
    let table = Table::start().await;
    let bystander = Bystander::new(&table).await;
    let mut host = table.quiz().await;
    let mut ann = table.player(&host.room, "Ann").await;
    let mut ben = table.player(&host.room, "Ben").await;
    let dropped = table.player(&host.room, "Dropped").await;
    done(&host.input(json!({"type": "start"})).await.expect("an ack"));
    done(&host.input(json!({"type": "skip"})).await.expect("an ack"));
    for seat in [&mut ann, &mut ben] {
        seat.sees("the question", at("question", 0)).await.expect("a question");
    }
    done(&ann.input(key(0)).await.expect("an ack"));
    drop(dropped);
    done(&ben.input(key(0)).await.expect("an ack"));
    // The question lasts 20 s; those who are there wait for less.
    ann.sees("the reveal", at("reveal", 0)).await.expect("all who are there have answered");
    bystander.goes_on().await;
    table.stop().await;
}
