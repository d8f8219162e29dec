//! What the host may do, and when.
//!
//! That nobody else may is among the hostile tests.

use serde_json::json;

use super::super::Input;
use super::packs::KINDS;
use super::table::{Table, check};
use crate::contract::{Effects, Game, Micros, Role};

#[test]
fn a_pause_stops_countdown_and_question_exactly() {
    check(
        "0 host joins
         0 ada joins
         0 host start
         1000 host pause
         1500 host pause
         9000 host resume
         9100 host resume
         11100 host pause
         12000 ada answer 0 1
         20000 host resume
         21900 ada answer 0 1",
        "0 lobby
         0 countdown 0 till 3000
         1000 countdown 0 stopped with 2000 left
         1500 host: paused
         9000 countdown 0 till 11000
         9100 host: not_paused
         11000 question 0 till 21000
         11100 question 0 stopped with 9900 left
         12000 ada: paused
         20000 question 0 till 29900
         21900 reveal 0
           ada right +900 =900 #1 x1",
    );
}

#[test]
fn an_extension_gives_time_and_half_the_points() {
    check(
        "0 host joins
         0 ada joins
         0 host extend 5000
         0 host start
         4000 host extend 0
         4000 host extend 300001
         4000 host extend 5000
         15000 ada answer 0 1",
        "0 lobby
         0 host: wrong_phase
         0 countdown 0 till 3000
         3000 question 0 till 13000
         4000 host: bad_time
         4000 host: bad_time
         4000 question 0 till 18000
         15000 reveal 0
           ada right +500 =500 #1 x1",
    );
}

#[test]
fn skip_cuts_short_what_runs() {
    check(
        "0 host joins
         0 ada joins
         0 host skip
         0 host start
         1000 host skip
         1200 ada answer 0 1
         2000 host skip
         2100 host skip
         3000 host skip
         5000 host skip
         6000 host skip
         6100 host skip
         6200 host skip",
        "0 lobby
         0 host: wrong_phase
         0 countdown 0 till 3000
         1000 countdown 0 till 1000
         1000 question 0 till 11000
         1200 reveal 0
           ada right +1000 =1000 #1 x1
         2000 countdown 1 till 5000
         2100 countdown 1 till 2100
         2100 question 1 till 12100
         3000 reveal 1
           ada wrong +0 =1000 #1 x0
         5000 countdown 2 till 8000
         6000 countdown 2 till 6000
         6000 question 2 till 16000
         6100 reveal 2
           ada wrong +0 =1000 #1 x0
         6200 podium with 0 shown",
    );
}

#[test]
fn next_goes_one_phase_on_and_nowhere_from_lobby_and_podium() {
    check(
        "0 host joins
         0 host next
         0 host start
         0 host start
         120 host next
         200 host pause
         300 host next
         400 host next
         500 host next
         600 host end
         700 host next
         800 host pause
         900 host end
         950 .",
        "0 lobby
         0 host: wrong_phase
         0 countdown 0 till 3000
         0 host: wrong_phase
         120 countdown 0 till 120
         150 question 0 till 10150
         200 question 0 stopped with 9950 left
         300 reveal 0
         400 leaderboard 0
         500 countdown 1 till 3500
         600 podium
         700 host: wrong_phase
         800 host: wrong_phase
         900 the room ends",
    );
}

#[test]
fn a_podium_shows_its_places_one_after_another() {
    check(
        "0 host joins
         0 ada joins
         0 bob joins
         0 cyd joins
         0 dan joins
         0 host start
         100 host end
         7700 host next
         7800 .",
        "0 lobby
         0 countdown 0 till 3000
         100 podium with 0 shown
         2600 podium with 1 shown
         5100 podium with 2 shown
         7600 podium
         7700 host: wrong_phase",
    );
}

#[test]
fn a_host_shows_the_next_place_sooner_and_gives_it_its_whole_time() {
    check_podium_of_two(
        "1000 host next
         3400 host skip
         3500 host skip
         3600 .",
        "1000 podium with 1 shown
         3400 podium
         3500 host: wrong_phase",
    );
    check_podium_of_two(
        "1000 host next
         4000 .",
        "1000 podium with 1 shown
         3500 podium",
    );
}

#[test]
fn a_podium_has_as_many_places_as_there_are_players() {
    check_podium_of_two(
        "200 ada leaves
         2700 bob leaves
         9000 .",
        "2600 podium",
    );
}

/// The transcript of a podium on which Ada and Bob stand from 100 ms on: what is said and shown from there.
#[track_caller]
fn check_podium_of_two(script: &str, expect: &str) {
    let begin = "0 host joins\n0 ada joins\n0 bob joins\n0 host start\n100 host end";
    let begun = "0 lobby\n0 countdown 0 till 3000\n100 podium with 0 shown";
    check(&format!("{begin}\n{script}"), &format!("{begun}\n{expect}"));
}

#[test]
fn a_lobby_may_be_ended() {
    check(
        "0 host joins
         10 host end",
        "0 lobby
         10 podium
         50 the room ends",
    );
}

#[test]
fn a_question_that_is_ended_with_the_quiz_scores_nothing() {
    check(
        "0 host joins
         0 ada joins
         0 bob joins
         0 host start
         3100 ada answer 0 1
         3200 host end
         3250 ada asks",
        "0 lobby
         0 countdown 0 till 3000
         3000 question 0 till 13000
         3200 podium with 0 shown
         3250 ada: {\"answered\":false,\"score\":0,\"rank\":1,\"streak\":0}",
    );
}

#[test]
fn a_locked_quiz_lets_no_players_in_but_hosts_and_spectators() {
    check(
        "0 host joins
         0 host lock
         10 ada joins
         20 tv joins
         30 host unlock
         40 ada joins
         50 host start
         50 host end
         60 bob joins",
        "0 lobby
         0 locked
         10 ada: locked
         30 unlocked
         50 countdown 0 till 3050
         50 podium with 0 shown
         60 bob: quiz_over",
    );
}

#[test]
fn a_kick_is_told_to_those_behind() {
    let mut table = Table::new(KINDS, &json!({}), 7);
    table.play(
        "0 host joins
         0 ada joins
         0 bob joins
         0 cyd joins
         0 host start
         3100 ada answer 0 1
         4000 bob answer 0 1
         4000 cyd answer 0 0
         4100 host counts",
    );
    let mut effects = Effects::default();
    let seat = table.seat("bob");
    let kick = Input::Kick { seat };
    table.quiz.input(table.seat("host"), Role::Host, kick, Micros(4_200_000), &mut effects).expect("the host may");
    assert_eq!(effects.private, [table.seat("cyd")], "their view names who was removed");
    assert!(!effects.private_all);
}

#[test]
fn a_kick_takes_the_seat_away_and_its_answer() {
    check(
        "0 host joins
         0 ada joins
         0 bob joins
         0 host start
         3100 ada answer 0 1
         3150 host kick zoe
         3200 host kick ada
         3200 host kick ada
         3200 ada answer 0 1
         3900 host counts
         4000 bob answer 0 1",
        "0 lobby
         0 countdown 0 till 3000
         3000 question 0 till 13000
         3150 host: unknown_seat
         3200 seat 2 is removed: kicked
         3200 host: unknown_seat
         3200 ada: not_player
         3900 host: 0/1
         4000 reveal 0
           bob right +950 =950 #1 x1",
    );
}
