//! A whole quiz in a room: what the game promises, seen from the links.
//!
//! Its rules are tested with the game; here it is the runtime that must not lose, leak or delay anything.

use std::collections::BTreeMap;

use parking_lot::Mutex;
use parlor_games::contract::Library;
use serde_json::json;

use super::*;
use crate::room::{CloseReason, Entry, Journal};

const TIME_MS: u64 = 10_000;

struct Packs;

impl Library for Packs {
    fn document(&self, kind: &str, name: &str) -> Option<Arc<[u8]>> {
        let question = |text: &str, correct: u32| {
            json!({"kind": "single", "text": text, "choices": ["a", "b"], "correct": [correct], "timeMs": TIME_MS,
                "explanation": "BECAUSE"})
        };
        let pack = json!({"title": "Two", "questions": [question("First?", 1), question("Second?", 0)]});
        (kind == "pack" && name == "two").then(|| pack.to_string().into_bytes().into())
    }
}

#[derive(Debug, Default)]
struct Pages(Mutex<Vec<Value>>);

impl Journal for Pages {
    fn record(&self, entry: &Entry<'_>) {
        self.0.lock().push(serde_json::to_value(entry).expect("an entry has a form in JSON"));
    }
}

fn table(pages: &Arc<Pages>) -> Table {
    let clock = ManualClock::start();
    let journal: Arc<dyn Journal> = Arc::<Pages>::clone(pages);
    let shared: Arc<dyn Clock> = Arc::new(clock.clone());
    let directory = Directory::new(Config::default(), shared, Arc::new(Packs), Catalog::shipped(), Some(journal));
    Table { clock, directory }
}

fn host(table: &Table) -> Guest {
    let link = Viewer::start();
    let request = CreateRequest {
        game: "quiz".into(),
        options: Some(json!({"pack": "two", "autoAdvance": true})),
        private: false,
        origin: Origin("here".into()),
        role: None,
        name: None,
        avatar: None,
        sync: SyncBy::Delta,
        authorized: true,
    };
    table.directory.create(request, Arc::clone(&link), 0);
    table.seated(link).expect("a room")
}

fn answer(index: u32, choice: u32) -> Value {
    json!({"type": "answer", "index": index, "choice": choice})
}

fn run_until(table: &Table, viewer: &Guest, phase: &str) {
    for _ in 0..2_000 {
        if viewer.state()["phase"] == phase {
            return;
        }
        table.run(50);
    }
    panic!("no {phase} in sight, but {}", viewer.state());
}

/// The scores, from nothing but the journal and the pack.
fn recomputed(pages: &[Value]) -> BTreeMap<String, i64> {
    let mut opened = Vec::new();
    let mut scores = BTreeMap::new();
    for page in pages {
        if page["what"] == "timer" && page["phase"] == "question" {
            let ends_at = page["endsAt"].as_u64().expect("a running question ends");
            opened.push(ends_at - TIME_MS * 1_000);
        }
        if page["what"] == "input" && page["input"]["type"] == "answer" && page.get("refused").is_none() {
            let index = usize::try_from(page["input"]["index"].as_u64().expect("an index")).expect("a small one");
            let spent_ms = (page["at"].as_u64().expect("an arrival") - opened[index]) as f64 / 1e3;
            let right = page["input"]["choice"] == [1, 0][index];
            let part = if spent_ms < 500.0 { 1.0 } else { 1.0 - spent_ms / TIME_MS as f64 / 2.0 };
            let gain = if right { (part * 1_000.0).round() as i64 } else { 0 };
            *scores.entry(page["name"].as_str().expect("a name").to_owned()).or_default() += gain;
        }
    }
    scores
}

#[test]
fn hostile_16_a_quiz_plays_to_its_podium_though_players_drop_and_the_host_is_gone() {
    let pages = Arc::new(Pages::default());
    let table = table(&pages);
    let host = host(&table);
    let (ada, bob, eve) = (table.enter(&host, "Ada"), table.enter(&host, "Bob"), table.enter(&host, "Eve"));
    table.ask(&host, json!({"type": "start"})).expect("the host may");
    run_until(&table, &ada, "question");
    host.drop_link();

    table.run(1_237);
    assert_eq!(table.ask(&ada, answer(0, 1)), Ok(()));
    table.run(811);
    assert_eq!(table.ask(&bob, answer(0, 0)), Ok(()));
    ada.drop_link();
    let ada = table.resume(&ada.token).expect("Ada is back");
    assert_eq!(table.ask(&ada, answer(0, 0)), Err("already_answered"), "hostile_10: the answer was kept");
    let seen = ada.link.transcript() + &bob.link.transcript();
    assert!(!seen.contains("correct") && !seen.contains("BECAUSE"), "hostile_05: no word of the key before the reveal");
    let dropped_at = table.clock.now();
    eve.drop_link();
    run_until(&table, &ada, "reveal");
    assert!(table.clock.now() - dropped_at < Duration::from_secs(5), "hostile_13: who dropped is not waited for");
    assert_eq!(ada.state()["reveal"]["correct"], json!([1]));

    run_until(&table, &ada, "question");
    table.run(2_000);
    assert_eq!(table.ask(&bob, answer(1, 0)), Ok(()));
    assert_eq!(table.ask(&ada, answer(1, 0)), Ok(()));
    run_until(&table, &ada, "podium");

    let expected = recomputed(&pages.0.lock());
    assert!(expected["Ada"] > expected["Bob"] && expected["Bob"] > 500, "{expected:?}");
    let rows = ada.state()["leaderboard"].as_array().expect("a podium").clone();
    let shown = rows
        .iter()
        .map(|row| (row["name"].as_str().expect("a name").to_owned(), row["score"].as_i64().expect("a score")));
    let shown: BTreeMap<_, _> = shown.filter(|(name, _)| name != "Eve").collect();
    assert_eq!(shown, expected);

    let host = table.join(ada.room.code(), HOST).expect("the key gives the host's seat back");
    assert_eq!(host.state()["phase"], "podium");
    table.ask(&host, json!({"type": "end"})).expect("the host may");
    assert_eq!(ada.link.closed_for(), [CloseReason::Ended]);
    assert!(table.directory.is_empty());
}

#[test]
fn hostile_09_an_answer_counts_by_its_arrival_and_not_by_its_tick() {
    let table = table(&Arc::default());
    let host = host(&table);
    let (ada, bob) = (table.enter(&host, "Ada"), table.enter(&host, "Bob"));
    assert_eq!(table.ask(&ada, answer(0, 1)), Err("too_early"));
    table.ask(&host, json!({"type": "start"})).expect("the host may");
    run_until(&table, &ada, "question");
    let ends_at = ada.link.heard().iter().rev().find_map(|heard| match heard {
        Outgoing::Timer { phase: "question", ends_at, .. } => *ends_at,
        _ => None,
    });
    let left_ms = ends_at.expect("a question ends") - table.clock.wall_ms(table.clock.now());
    let left_us = (left_ms * 1e3) as u64;
    // One arrives a millisecond before the end, the other one after: both wait for the same tick.
    table.run(left_us / 1_000 - 1);
    ada.send(&table, answer(0, 1), Some(1));
    table.stall(2);
    bob.send(&table, answer(0, 1), Some(2));
    table.run(200);
    assert_eq!((ada.outcome(1), bob.outcome(2)), (Ok(()), Err("too_late")));
    run_until(&table, &ada, "reveal");
}

#[test]
fn a_quiz_between_its_phases_costs_no_ticks() {
    let table = table(&Arc::default());
    let host = host(&table);
    let ada = table.enter(&host, "Ada");
    table.ask(&host, json!({"type": "start"})).expect("the host may");
    run_until(&table, &ada, "question");
    table.run(1_000);
    let before = table.directory.stats().counts().ticks;
    table.run(7_000);
    assert_eq!(table.directory.stats().counts().ticks, before);
}
