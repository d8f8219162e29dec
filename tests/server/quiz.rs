//! A whole quiz, from the lobby to the podium, by clients of every kind.

use parlor_bots::Seat;
use serde_json::{Value, json};

use super::table::{QUESTIONS, SECRET, Table, at, done, every_way, key, refused, wrong};

/// Nothing that came while a question was open tells its key.
fn assert_no_key(seat: &Seat) {
    let told = seat.log.iter().map(|event| format!("{}{}", event.name, event.payload));
    for text in told.chain([seat.state.to_string(), seat.you.to_string()]) {
        for word in ["correct", "explanation", SECRET, "gain\":1"] {
            assert!(!text.contains(word), "{word} before the reveal: {text}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn three_bots_play_a_quiz_to_the_podium() {
    let table = Table::start().await;
    let mut ways = every_way();
    let mut host = table.quiz_over(ways.next().expect("a way")).await;
    let mut players = Vec::new();
    for (options, name) in ways.zip(["Ann", "Ben", "Cat"]) {
        players.push(table.player_over(options, &host.room, name).await);
    }
    done(&host.input(json!({"type": "start"})).await.expect("an ack"));
    for index in 0..QUESTIONS {
        done(&host.input(json!({"type": "skip"})).await.expect("an ack"));
        for player in &mut players {
            player.sees("the question", at("question", index)).await.expect("a question");
            player.log.clear();
        }
        for (nth, player) in players.iter_mut().enumerate() {
            let answer = if nth == 2 { wrong(index) } else { key(index) };
            let ack = player.input(answer).await.expect("an ack");
            assert_eq!(
                ack.as_object().map(|ack| ack.len()),
                Some(2),
                "an ack says nothing of the answer's worth: {ack}"
            );
            if nth < 2 {
                assert_eq!(refused(&player.input(wrong(index)).await.expect("an ack")), "already_answered");
                player.knows("its own answer", |you| you["answered"] == json!(true)).await.expect("its own answer");
                assert_no_key(player);
            }
        }
        for player in &mut players {
            player.sees("the reveal", at("reveal", index)).await.expect("all have answered");
        }
        done(&host.input(json!({"type": "next"})).await.expect("an ack"));
        if index + 1 < QUESTIONS {
            players[0].sees("the leaderboard", at("leaderboard", index)).await.expect("a leaderboard");
            done(&host.input(json!({"type": "next"})).await.expect("an ack"));
        }
    }
    for seat in players.iter_mut().chain([&mut host]) {
        seat.sees("the podium", |state| state["phase"] == "podium").await.expect("the end");
        let rows = seat.state["leaderboard"].as_array().expect("a leaderboard").clone();
        let names: Vec<&Value> = rows.iter().map(|row| &row["name"]).collect();
        assert_eq!(names.len(), 3);
        assert_eq!(names[2], "Cat", "who was always wrong is last");
        assert_eq!(rows[2]["score"], json!(0));
        assert!(rows[0]["score"].as_i64().is_some_and(|score| score > 2000), "{rows:?}");
    }
    let mut scores = host.log.iter().filter(|event| event.name == "score");
    assert!(scores.any(|event| event.payload["total"] == json!(3)), "the host is told the scores");
    done(&host.input(json!({"type": "end"})).await.expect("an ack"));
    for seat in &mut players {
        let closed = seat.hears("closed", |_| true).await.expect("the room's end");
        assert_eq!(closed["reason"], "ended");
    }
    table.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_player_comes_back_with_the_answer_kept() {
    for options in every_way() {
        let table = Table::start().await;
        let mut host = table.quiz().await;
        let mut ann = table.player_over(options.clone(), &host.room, "Ann").await;
        let _ben = table.player(&host.room, "Ben").await;
        done(&host.input(json!({"type": "start"})).await.expect("an ack"));
        done(&host.input(json!({"type": "skip"})).await.expect("an ack"));
        ann.sees("the question", at("question", 0)).await.expect("a question");
        done(&ann.input(key(0)).await.expect("an ack"));
        let token = ann.token.clone();
        let seat = ann.seat;
        drop(ann);
        let mut back = Seat::take(table.addr, options, "resume", json!({"token": token})).await.expect("its seat");
        assert_eq!(back.seat, seat);
        assert_eq!(back.you["answered"], json!(true));
        assert_eq!(refused(&back.input(wrong(0)).await.expect("an ack")), "already_answered");
        done(&host.input(json!({"type": "skip"})).await.expect("an ack"));
        back.sees("the reveal", at("reveal", 0)).await.expect("a reveal");
        back.knows("the worth of it", |you| you["correct"] == json!(true)).await.expect("the answer counted");
        table.stop().await;
    }
}
