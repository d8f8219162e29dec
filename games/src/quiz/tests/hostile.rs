//! What live-quiz servers get wrong: one test for each of the list's items that is a game's to get right.
//!
//! Named for the items' numbers. Item 5, leaks, has its own file: `secrets`.

use serde_json::json;

use super::super::{Input, Quiz};
use super::packs::KINDS;
use super::table::{Table, check};
use crate::contract::{Effects, Flow, Game, Group, Micros, Person, Role, SeatId};

#[test]
fn hostile_04_a_player_or_a_spectator_sends_a_hosts_command() {
    let commands = ["start", "next", "skip", "pause", "resume", "extend 1000", "lock", "kick ada", "end"];
    let script: String =
        commands.iter().flat_map(|what| [format!("0 ada {what}\n"), format!("0 tv {what}\n")]).collect();
    check(
        &format!("0 host joins\n0 ada joins\n0 tv joins\n{script}0 host answer 0 1\n0 tv answer 0 1"),
        &format!(
            "0 lobby\n{}0 host: not_player\n0 tv: not_player",
            "0 ada: not_host\n0 tv: not_host\n".repeat(commands.len())
        ),
    );
}

#[test]
fn hostile_08_a_client_claims_to_have_been_faster() {
    let mut table = Table::new(KINDS, &json!({}), 1);
    table.play("0 host joins\n0 ada joins\n0 host start\n8000 .");
    let claim =
        json!({"type": "answer", "index": 0, "choice": 1, "at": 0, "t": 0, "time": 0, "latency": 9999, "spent": 0});
    let claim: Input = serde_json::from_value(claim).expect("what it says besides is not read");
    let ada = table.seat("ada");
    table.quiz.input(ada, Role::Player, claim, Micros(8_000_000), &mut Effects::default()).expect("it is in time");
    table.play("8100 .");
    assert_eq!(table.quiz.standings(1).0[0].score, 750, "five of ten seconds by the room's clock");
}

#[test]
fn hostile_09_answers_outside_of_their_question() {
    check(
        "0 host joins
         0 ada joins
         0 bob joins
         0 ada answer 0 1
         0 host start
         2999 ada answer 0 1
         3100 ada answer 1 0+2
         3100 ada answer 4294967295 1
         3200 ada answer 0 3
         3200 ada answer 0 1+
         3200 ada answer 0 +
         13001 bob answer 0 1
         13100 ada answer 0 1
         13200 host next
         13300 ada answer 0 1
         13400 host next
         13500 ada answer 0 1
         16500 ada answer 1 0
         16500 ada answer 1 0+0
         16500 ada answer 1 0+4
         16500 ada answer 1 4294967295+
         16500 ada answer 1 +
         16600 host end
         16700 ada answer 1 0+2",
        "0 lobby
         0 ada: too_early
         0 countdown 0 till 3000
         2999 ada: too_early
         3000 question 0 till 13000
         3100 ada: wrong_question
         3100 ada: wrong_question
         3200 ada: bad_answer
         3200 ada: bad_answer
         3200 ada: bad_answer
         13001 bob: too_late
         13050 reveal 0
           ada wrong +0 =0 #1 x0
           bob wrong +0 =0 #1 x0
         13100 ada: too_late
         13200 leaderboard 0
         13300 ada: too_late
         13400 countdown 1 till 16400
         13500 ada: wrong_question
         16400 question 1 till 26400
         16500 ada: bad_answer
         16500 ada: bad_answer
         16500 ada: bad_answer
         16500 ada: bad_answer
         16500 ada: bad_answer
         16600 podium with 0 shown
         16700 ada: too_late",
    );
}

#[test]
fn hostile_09_an_answer_in_time_counts_though_it_is_applied_after_the_end() {
    check(
        "0 host joins
         0 ada joins
         0 bob joins
         0 host start
         12999 ada answer 0 1
         13000 bob answer 0 1
         13100 .",
        "0 lobby
         0 countdown 0 till 3000
         3000 question 0 till 13000
         13000 bob: too_late
         13050 reveal 0
           ada right +500 =500 #1 x1
           bob wrong +0 =0 #2 x0",
    );
}

#[test]
fn hostile_09_an_answer_from_before_the_opening_does_not_count_though_it_is_applied_after_it() {
    let mut table = Table::new(KINDS, &json!({}), 1);
    table.play("0 host joins\n0 ada joins\n0 host start\n3000 .");
    let ada = table.seat("ada");
    let mut answer = |at| {
        let input = Input::Answer { index: 0, choice: Some(1), choices: None };
        let done = table.quiz.input(ada, Role::Player, input, Micros(at), &mut Effects::default());
        done.map_err(|refusal| refusal.code)
    };
    assert_eq!(answer(2_999_999), Err("too_early"));
    assert_eq!(answer(3_000_000), Ok(()));
}

#[test]
fn hostile_10_two_answers_from_one_seat() {
    check(
        "0 host joins
         0 ada joins
         0 bob joins
         0 host start
         3100 ada answer 0 0
         3100 ada answer 0 1
         3200 ada answer 0 1
         3300 bob answer 0 1",
        "0 lobby
         0 countdown 0 till 3000
         3000 question 0 till 13000
         3100 ada: already_answered
         3200 ada: already_answered
         3300 reveal 0
           ada wrong +0 =0 #2 x0
           bob right +1000 =1000 #1 x1",
    );
}

#[test]
fn hostile_10_a_reconnect_keeps_the_answer_and_allows_no_second() {
    check(
        "0 host joins
         0 ada joins
         0 bob joins
         0 host start
         3100 ada answer 0 1
         3200 ada drops
         3300 ada returns
         3400 ada answer 0 0
         3400 ada asks
         7000 bob answer 0 0",
        "0 lobby
         0 countdown 0 till 3000
         3000 question 0 till 13000
         3400 ada: already_answered
         3400 ada: {\"answered\":true,\"choice\":1,\"score\":0,\"rank\":1,\"streak\":0}
         7000 reveal 0
           ada right +1000 =1000 #1 x1
           bob wrong +0 =0 #2 x0",
    );
}

#[test]
fn hostile_11_twenty_thousand_answer_in_one_step() {
    const CLASS: u32 = 20_000;
    let mut table = Table::new(KINDS, &json!({}), 1);
    table.play("0 host joins\n100 .");
    let quiz: &mut Quiz = &mut table.quiz;
    let mut effects = Effects::default();
    for seat in 2..2 + CLASS {
        let person = Person { name: format!("p{seat}").into(), role: Role::Player };
        quiz.join(SeatId(seat), &person, Micros(150_000), &mut effects).expect("all fit");
    }
    quiz.input(SeatId(1), Role::Host, Input::Start, Micros(200_000), &mut effects).expect("the host starts");
    quiz.tick(70, Micros(3_500_000), &mut effects);
    assert_eq!(quiz.phase(), "question");
    for seat in 2..2 + CLASS {
        let mut effects = Effects::default();
        let answer = || Input::Answer { index: 0, choice: Some(seat % 3), choices: None };
        quiz.input(SeatId(seat), Role::Player, answer(), Micros(3_600_000), &mut effects).expect("the first counts");
        assert_eq!((effects.private, effects.private_all), (vec![SeatId(seat)], false), "one answer, one private view");
        let again = quiz.input(SeatId(seat), Role::Player, answer(), Micros(3_600_000), &mut Effects::default());
        assert_eq!(again.expect_err("the second doesn't").code, "already_answered");
    }
    let flow = quiz.tick(72, Micros(3_600_000), &mut effects);
    assert_ne!(flow, Flow::End);
    let view = serde_json::to_value(quiz.view(Group::Players, Micros(3_600_000))).expect("a view is JSON");
    assert_eq!((&view["phase"], &view["answered"]), (&json!("reveal"), &json!(CLASS)));
    assert_eq!(view["reveal"]["counts"], json!({"0": 6667, "1": 6666, "2": 6667}));
    let (rows, total) = quiz.standings(CLASS as usize);
    assert_eq!(total, CLASS as usize);
    assert_eq!(rows.iter().map(|row| row.score).sum::<i64>(), 6666 * 1000);
}

#[test]
fn hostile_13_everyone_answered_though_one_has_dropped() {
    check(
        "0 host joins
         0 ada joins
         0 bob joins
         0 host start
         3100 bob drops
         3200 ada answer 0 1
         6200 .",
        "0 lobby
         0 countdown 0 till 3000
         3000 question 0 till 13000
         6100 reveal 0
           ada right +1000 =1000 #1 x1
           bob wrong +0 =0 #2 x0",
    );
}

#[test]
fn hostile_13_one_who_dropped_before_the_question_is_not_waited_for() {
    check(
        "0 host joins
         0 ada joins
         0 bob joins
         0 host start
         100 bob drops
         3200 ada answer 0 1",
        "0 lobby
         0 countdown 0 till 3000
         3000 question 0 till 13000
         3200 reveal 0
           ada right +1000 =1000 #1 x1
           bob wrong +0 =0 #2 x0",
    );
}

#[test]
fn hostile_13_one_whose_page_reloads_is_waited_for() {
    check(
        "0 host joins
         0 ada joins
         0 bob joins
         0 host start
         3100 bob drops
         3200 ada answer 0 1
         5000 bob returns
         8000 bob answer 0 1",
        "0 lobby
         0 countdown 0 till 3000
         3000 question 0 till 13000
         8000 reveal 0
           ada right +1000 =1000 #1 x1
           bob right +750 =750 #2 x1",
    );
}

#[test]
fn hostile_13_with_nobody_connected_the_clock_ends_it() {
    check(
        "0 host joins
         0 ada joins
         0 host start
         3100 ada answer 0 1
         3100 ada drops
         13100 .",
        "0 lobby
         0 countdown 0 till 3000
         3000 question 0 till 13000
         13050 reveal 0
           ada right +1000 =1000 #1 x1",
    );
}

#[test]
fn hostile_16_the_host_is_gone_and_the_quiz_goes_on() {
    check(
        "0 host joins
         0 ada joins
         0 host start
         1000 host drops
         3100 ada answer 0 1
         40000 host returns
         60000 host next",
        "0 lobby
         0 countdown 0 till 3000
         3000 question 0 till 13000
         3100 reveal 0 till 21000
           ada right +1000 =1000 #1 x1
         21000 leaderboard 0 till 26000
         26000 countdown 1 till 29000
         29000 question 1 till 39000
         39050 reveal 1 till 45050
           ada wrong +0 =1000 #1 x0
         40000 reveal 1
         60000 leaderboard 1",
    );
}

#[test]
fn hostile_16_a_host_who_paused_and_is_gone_stalls_nothing() {
    check(
        "0 host joins
         0 ada joins
         0 host start
         1000 host pause
         2000 host leaves
         122100 .",
        "0 lobby
         0 countdown 0 till 3000
         1000 countdown 0 stopped with 2000 left
         122000 countdown 0 till 124000",
    );
}

#[test]
fn hostile_16_everybody_is_gone_and_the_room_ends() {
    check(
        "0 host joins
         0 ada joins
         5000 ada drops
         6000 host drops
         606100 .",
        "0 lobby
         606000 podium
         606000 the room ends",
    );
    check(
        "0 ada joins
         3600100 .",
        "0 lobby
         3600000 podium
         3600000 the room ends",
    );
}

#[test]
fn hostile_16_a_podium_does_not_stand_for_ever() {
    check(
        "0 host joins
         0 ada joins
         0 host start
         100 host end
         300200 .",
        "0 lobby
         0 countdown 0 till 3000
         100 podium with 0 shown
         2600 podium
         300100 the room ends",
    );
}
