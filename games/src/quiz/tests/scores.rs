//! Scores of any quiz equal those computed again from the packs and the times of arrival.
//!
//! The second computation shares nothing with the first but the formula's text.

use proptest::prelude::*;
use serde_json::json;

use super::table::Table;
use crate::contract::Game;

/// Who answers what when: the bits of the choices, and milliseconds after the opening.
type Answers = Vec<(u32, u64)>;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn equal_an_independent_computation(
        time in 1000_u64..30_000,
        points in 1_u32..5000,
        kind in 0_usize..3,
        key in 1_u32..15,
        rounds in prop::collection::vec(prop::collection::vec((1_u32..15, 0_u64..30_000), 4), 1..3),
    ) {
        let single = kind == 0;
        let key = if single { 1 << (key % 4) } else { key };
        let correct: Vec<u32> = (0..4).filter(|id| key & (1 << id) != 0).collect();
        let mut question = json!({"kind": if single { "single" } else { "multiple" }, "text": "?", "choices": ["a", "b", "c", "d"],
            "correct": correct, "timeMs": time, "points": points});
        if kind == 2 {
            question["credit"] = json!("partial");
        }
        let pack = json!({"title": "T", "questions": vec![question; rounds.len()]});
        let mut table = Table::new(&pack.to_string(), &json!({}), 3);
        table.play("0 host joins\n0 p0 joins\n0 p1 joins\n0 p2 joins\n0 p3 joins\n0 late joins\n0 host start");
        let mut open = 3000;
        let mut expected = [0_i64; 4];
        for (index, answers) in rounds.iter().enumerate() {
            table.play(&script(index, single, open, time, answers));
            for (score, &(bits, after)) in expected.iter_mut().zip(answers) {
                let bits = if single { 1 << (bits % 4) } else { bits };
                *score += again(points, time, after, bits, key, kind == 2);
            }
            // `late` never answers, so every question lasts to its end.
            let on = (open + time).next_multiple_of(50) + 200;
            table.play(&format!("{on} host next\n{on} host next"));
            open = on + 3000;
        }
        let scores: Vec<_> = ["p0", "p1", "p2", "p3"].iter().map(|name| score(&table, name)).collect();
        prop_assert_eq!(&scores[..], &expected[..]);
        let (rows, _) = table.quiz.standings(9);
        for row in &rows {
            let above = rows.iter().filter(|other| other.score > row.score).count();
            prop_assert_eq!(row.rank as usize, above + 1);
            let player = table.quiz.players.player(row.seat).expect("they joined");
            let by = table.quiz.players.ahead(player).map(|(_, by)| by);
            let least = rows.iter().map(|other| other.score - row.score).filter(|&by| by > 0).min();
            prop_assert_eq!(by, least);
        }
    }
}

fn script(index: usize, single: bool, open: u64, time: u64, answers: &Answers) -> String {
    let mut lines: Vec<_> = answers
        .iter()
        .enumerate()
        .map(|(player, &(bits, after))| {
            let ids: Vec<_> = (0..4).filter(|id| bits & (1 << id) != 0).map(|id| id.to_string()).collect();
            let what = if single { (bits % 4).to_string() } else { format!("{}+", ids.join("+")) };
            (open + after, format!("{} p{player} answer {index} {what}", open + after))
        })
        // Some come too late.
        .filter(|(at, _)| *at < open + time + 100)
        .collect();
    lines.sort();
    lines.into_iter().map(|(_, line)| line).collect::<Vec<_>>().join("\n")
}

fn again(points: u32, time: u64, after: u64, bits: u32, key: u32, partial: bool) -> i64 {
    if after >= time {
        return 0;
    }
    let credit = if bits == key {
        1.0
    } else if partial {
        let (hits, misses) = (f64::from((bits & key).count_ones()), f64::from((bits & !key).count_ones()));
        ((hits - misses) / f64::from(key.count_ones())).max(0.0)
    } else {
        0.0
    };
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "small numbers")]
    if after < 500 {
        (f64::from(points) * credit).round() as i64
    } else {
        ((1.0 - (after as f64 / time as f64) / 2.0) * f64::from(points) * credit).round() as i64
    }
}

fn score(table: &Table, name: &str) -> i64 {
    let seat = table.seat(name);
    table.quiz.players.player(seat).expect("they joined").score
}
