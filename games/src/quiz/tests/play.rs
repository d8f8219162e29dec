//! How a quiz goes: its phases, its kinds of questions, who joins late, what is counted when.
//!
//! What the host may do on the way is in `controls`.

use serde_json::json;

use super::super::pack::{MAX_CHOICE, MAX_CHOICES, MAX_PROSE, MAX_TEXT, MAX_TITLE, MAX_URL};
use super::super::phase::Stage;
use super::super::{Options, Quiz};
use super::packs::{KINDS, Shelf};
use super::table::{Table, check, check_with};
use crate::contract::{Effects, Game, Group, Micros, Opening, Person, Role, SeatId};

#[test]
fn a_quiz_from_lobby_to_podium() {
    check(
        "0 host joins
         0 ada joins
         0 bob joins
         100 host start
         3300 ada answer 0 1
         5100 bob answer 0 0
         6000 host next
         7000 host next
         10200 ada answer 1 0+2
         12000 bob answer 1 0+
         13000 host next
         14000 host next
         17100 ada answer 2 1
         17200 bob answer 2 0
         18000 host next
         18500 host end
         18600 .",
        "0 lobby
         100 countdown 0 till 3100
         3100 question 0 till 13100
         5100 reveal 0
           ada right +1000 =1000 #1 x1
           bob wrong +0 =0 #2 x0
         6000 leaderboard 0
         7000 countdown 1 till 10000
         10000 question 1 till 20000
         12000 reveal 1
           ada right +1000 =2000 #1 x2
           bob wrong +450 =450 #2 x0
         13000 leaderboard 1
         14000 countdown 2 till 17000
         17000 question 2 till 27000
         17200 reveal 2
           ada wrong +0 =2000 #1 x0
           bob right +500 =950 #2 x1
         18000 podium with 0 shown
         18500 podium
         18500 the room ends",
    );
}

#[test]
fn goes_on_by_itself_when_asked_to() {
    check_with(
        &json!({"autoAdvance": true}),
        "0 host joins
         0 ada joins
         0 host start
         3500 ada answer 0 1
         9000 host pause
         10000 host resume
         18600 .",
        "0 lobby
         0 countdown 0 till 3000
         3000 question 0 till 13000
         3500 reveal 0 till 9500
           ada right +975 =975 #1 x1
         9000 reveal 0 stopped with 500 left
         10000 reveal 0 till 10500
         10500 leaderboard 0 till 15500
         15500 countdown 1 till 18500
         18500 question 1 till 28500",
    );
}

#[test]
fn nobody_answers_and_the_clock_ends_it() {
    check(
        "0 host joins
         0 ada joins
         0 host start
         13100 .",
        "0 lobby
         0 countdown 0 till 3000
         3000 question 0 till 13000
         13050 reveal 0
           ada wrong +0 =0 #1 x0",
    );
}

#[test]
fn who_joins_late_sees_the_question_and_may_answer() {
    check(
        "0 host joins
         0 ada joins
         0 host start
         3100 ada answer 0 0
         3100 bob joins
         3100 bob asks
         8000 bob answer 0 1
         8100 cyd joins
         8100 cyd asks
         8200 cyd answer 0 1",
        "0 lobby
         0 countdown 0 till 3000
         3000 question 0 till 13000
         3100 bob: {\"answered\":false,\"score\":0,\"rank\":1,\"streak\":0}
         8000 reveal 0
           ada wrong +0 =0 #2 x0
           bob right +750 =750 #1 x1
         8100 cyd: {\"answered\":false,\"score\":0,\"rank\":2,\"streak\":0}
         8200 cyd: too_late",
    );
}

#[test]
fn ties_share_a_rank() {
    check(
        "0 host joins
         0 ada joins
         0 bob joins
         0 cyd joins
         0 host start
         3100 ada answer 0 0
         3200 bob answer 0 1
         3400 cyd answer 0 1",
        "0 lobby
         0 countdown 0 till 3000
         3000 question 0 till 13000
         3400 reveal 0
           ada wrong +0 =0 #3 x0
           bob right +1000 =1000 #1 x1
           cyd right +1000 =1000 #1 x1",
    );
}

#[test]
fn a_private_view_says_who_is_just_ahead_from_the_reveal_on() {
    check(
        "0 host joins
         0 ada joins
         0 bob joins
         0 cyd joins
         0 dan joins
         0 host start
         3400 ada answer 0 1
         3400 bob answer 0 1
         4000 cyd answer 0 1
         4000 dan asks
         4000 dan answer 0 0
         4100 bob asks
         4100 cyd asks
         4100 dan asks
         4200 cyd leaves
         4200 dan asks
         4300 host next
         4300 host next
         4400 dan asks
         7500 ada answer 1 0+2
         7600 dan answer 1 0+2
         8000 bob answer 1 1+
         8100 dan asks",
        "0 lobby
         0 countdown 0 till 3000
         3000 question 0 till 13000
         4000 dan: {\"answered\":false,\"score\":0,\"rank\":1,\"streak\":0}
         4000 reveal 0
           ada right +1000 =1000 #1 x1
           bob right +1000 =1000 #1 x1
           cyd right +950 =950 #3 x1
           dan wrong +0 =0 #4 x0
         4100 bob: {\"answered\":true,\"choice\":1,\"correct\":true,\"gain\":1000,\"score\":1000,\"rank\":1,\"streak\":1}
         4100 cyd: {\"answered\":true,\"choice\":1,\"correct\":true,\"gain\":950,\"score\":950,\"rank\":3,\"streak\":1,\"ahead\":{\"name\":\"bob\",\"by\":50}}
         4100 dan: {\"answered\":true,\"choice\":0,\"correct\":false,\"gain\":0,\"score\":0,\"rank\":4,\"streak\":0,\"ahead\":{\"name\":\"cyd\",\"by\":950}}
         4200 dan: {\"answered\":true,\"choice\":0,\"correct\":false,\"gain\":0,\"score\":0,\"rank\":4,\"streak\":0}
         4300 leaderboard 0
         4300 countdown 1 till 7300
         4400 dan: {\"answered\":false,\"score\":0,\"rank\":4,\"streak\":0}
         7300 question 1 till 17300
         8000 reveal 1
           ada right +1000 =2000 #1 x2
           bob wrong +0 =1000 #2 x0
           dan right +1000 =1000 #2 x1
         8100 dan: {\"answered\":true,\"choices\":[0,2],\"correct\":true,\"gain\":1000,\"score\":1000,\"rank\":2,\"streak\":1,\"ahead\":{\"name\":\"ada\",\"by\":1000}}",
    );
}

#[test]
fn a_private_view_says_what_was_answered_and_later_what_it_was_worth() {
    check(
        "0 host joins
         0 ada joins
         0 bob joins
         0 ada asks
         0 host start
         3100 ada answer 0 2
         3150 ada asks
         3200 bob answer 0 1
         3300 ada asks
         3300 bob asks
         3300 host next
         3300 host next
         3350 bob asks
         6400 bob answer 1 3+0
         6450 bob asks
         6450 host asks",
        "0 lobby
         0 ada: {\"answered\":false,\"score\":0,\"rank\":1,\"streak\":0}
         0 countdown 0 till 3000
         3000 question 0 till 13000
         3150 ada: {\"answered\":true,\"choice\":2,\"score\":0,\"rank\":1,\"streak\":0}
         3200 reveal 0
           ada wrong +0 =0 #2 x0
           bob right +1000 =1000 #1 x1
         3300 ada: {\"answered\":true,\"choice\":2,\"correct\":false,\"gain\":0,\"score\":0,\"rank\":2,\"streak\":0,\"ahead\":{\"name\":\"bob\",\"by\":1000}}
         3300 bob: {\"answered\":true,\"choice\":1,\"correct\":true,\"gain\":1000,\"score\":1000,\"rank\":1,\"streak\":1}
         3300 leaderboard 0
         3300 countdown 1 till 6300
         3350 bob: {\"answered\":false,\"score\":1000,\"rank\":1,\"streak\":1}
         6300 question 1 till 16300
         6450 bob: {\"answered\":true,\"choices\":[0,3],\"score\":1000,\"rank\":1,\"streak\":1}
         6450 host: null",
    );
}

#[test]
fn counts_change_at_most_four_times_a_second() {
    check(
        "0 host joins
         0 ada joins
         0 bob joins
         50 host counts
         100 cyd joins
         150 host counts
         200 host counts
         300 host counts
         300 host start
         3500 ada answer 0 1
         3550 ada counts
         3600 bob answer 0 1
         3650 ada counts
         3750 ada counts
         3800 ada counts",
        "0 lobby
         50 host: 0/2
         150 host: 0/2
         200 host: 0/2
         300 host: 0/3
         300 countdown 0 till 3300
         3300 question 0 till 13300
         3550 ada: 0/3
         3650 ada: 1/3
         3750 ada: 1/3
         3800 ada: 1/3",
    );
}

#[test]
fn views_hold_what_their_phase_allows() {
    let mut table = Table::new(KINDS, &json!({}), 1);
    let view = |table: &Table, group| serde_json::to_value(table.quiz.view(group, Micros(0))).expect("a view is JSON");
    table.play("0 host joins\n0 ada joins\n1000 .");
    let lobby = json!({"phase": "lobby", "index": 0, "total": 3, "title": "Kinds", "language": "en", "answered": 0, "players": 1,
        "locked": false, "paused": false});
    assert_eq!(view(&table, Group::Players), lobby);
    table.play("1000 host start\n1050 .");
    assert_eq!(view(&table, Group::Players)["phase"], "countdown");
    assert_eq!(view(&table, Group::Players).get("question"), None);
    table.play("4100 host pause\n4200 .");
    let question = json!({"kind": "single", "text": "One?", "timeMs": 10000, "points": 1000,
        "choices": [{"id": 0, "text": "a"}, {"id": 1, "text": "b"}, {"id": 2, "text": "c"}]});
    let asked = json!({"phase": "question", "index": 0, "total": 3, "title": "Kinds", "language": "en", "question": question,
        "answered": 0, "players": 1, "locked": false, "paused": true});
    assert_eq!(view(&table, Group::Players), asked);
    table.play("4300 host resume\n4300 host lock\n4400 ada answer 0 1\n4500 host next\n4600 .");
    let row = json!({"seat": 2, "name": "ada", "score": 1000, "gain": 1000, "rank": 1});
    let backstage = json!({"phase": "leaderboard", "index": 0, "total": 3, "title": "Kinds", "language": "en", "question": question,
        "answered": 1, "players": 1, "locked": true, "paused": false,
        "reveal": {"correct": [1], "counts": {"0": 0, "1": 1, "2": 0}}, "leaderboard": [row],
        "roster": {"2": {"name": "ada", "connected": true, "score": 1000}}, "autoAdvance": false});
    assert_eq!(view(&table, Group::Host), backstage);
    assert_eq!(view(&table, Group::Spectators), backstage);
    table.play("4700 host end\n4800 .");
    let podium = json!({"phase": "podium", "index": 0, "total": 3, "title": "Kinds", "language": "en", "answered": 0, "players": 1,
        "locked": true, "paused": false, "leaderboard": [row], "unveiled": 0});
    assert_eq!(view(&table, Group::Players), podium);
    table.play("4900 host next\n5000 .");
    assert_eq!(view(&table, Group::Players).get("unveiled"), None, "all of it is shown");
}

#[test]
fn the_longest_view_is_within_its_bound() {
    let long = |chars: usize| "𝄞".repeat(chars);
    let choices: Vec<_> = (0..MAX_CHOICES).map(|id| format!("{id}{}", long(MAX_CHOICE - 1))).collect();
    let question = json!({"kind": "multiple", "text": long(MAX_TEXT), "choices": choices, "correct": [0, 1, 2, 3],
        "explanation": long(MAX_PROSE), "media": {"video": format!("https://{}", "a".repeat(MAX_URL - 8)), "alt": long(MAX_TEXT)}});
    let pack = json!({"title": long(MAX_TITLE), "language": "en", "questions": [question, question]});
    let mut table = Table::new(&pack.to_string(), &json!({}), 1);
    table.play("0 host joins");
    for seat in 2..300 {
        let person = Person { name: format!("{seat:0768}").into(), role: Role::Player };
        table.quiz.join(SeatId(seat), &person, Micros(0), &mut Effects::default()).expect("all fit");
    }
    table.play("0 host start\n0 host next\n100 host next\n100 host next\n150 .");
    let view = table.quiz.view(Group::Host, Micros(0));
    assert_eq!(view.phase, Stage::Leaderboard);
    let length = serde_json::to_string(&view).expect("a view is JSON").len();
    assert!((table.quiz.view_bound() * 3 / 4..=table.quiz.view_bound()).contains(&length), "{length} bytes");
}

#[test]
fn who_leaves_is_in_no_standings() {
    let mut table = Table::new(KINDS, &json!({}), 1);
    table.play(
        "0 host joins\n0 ada joins\n0 bob joins\n0 host start
         3100 ada answer 0 1\n3200 bob answer 0 1\n3300 ada leaves\n3400 .",
    );
    let (rows, total) = table.quiz.standings(10);
    assert_eq!((rows.len(), total), (1, 1));
    assert_eq!(rows[0].seat, table.seat("bob"));
}

#[test]
fn opens_only_with_a_pack_there_is_and_options_it_knows() {
    let open = |name: &str, pack: &str| {
        let options = Options { pack: name.to_owned(), auto_advance: false, shuffle: Default::default() };
        Quiz::open(options, Opening { seed: 0, library: &Shelf::new(pack) }).err().map(|refusal| refusal.code)
    };
    assert_eq!(open("pack", KINDS), None);
    assert_eq!(open("other", KINDS), Some("unknown_pack"));
    assert_eq!(open("pack", "{}"), Some("bad_pack"));
    serde_json::from_str::<Options>(r#"{"pack": "a", "autoAdvance": true, "shuffle": "both"}"#).expect("all known");
    let unknown = serde_json::from_str::<Options>(r#"{"pack": "a", "speed": 2}"#).expect_err("speed is unknown");
    assert!(unknown.to_string().contains("speed"), "{unknown}");
}
