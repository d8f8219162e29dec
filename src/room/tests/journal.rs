//! The journal: enough for an outsider to recompute what happened.
//!
//! How it is written to disk is not the rooms' business.

use parking_lot::Mutex;
use serde_json::json;

use super::*;
use crate::room::{Entry, Journal};

#[derive(Debug, Default)]
struct Pages(Mutex<Vec<Value>>);

impl Journal for Pages {
    fn record(&self, entry: &Entry<'_>) {
        self.0.lock().push(serde_json::to_value(entry).expect("an entry has a form in JSON"));
    }
}

#[test]
fn inputs_are_recorded_with_their_arrival_and_outcome() {
    let mut table = Table::new();
    let pages = Arc::new(Pages::default());
    let catalog = Catalog::default().with::<Probe>();
    let config = Config { tick_threads: 1, ..Config::default() };
    let journal: Arc<dyn Journal> = Arc::<Pages>::clone(&pages);
    table.directory =
        Directory::new(config, Arc::new(table.clock.clone()), Arc::new(NoLibrary), catalog, Some(journal));
    let host = table.hosted();
    let ada = table.enter(&host, "Ada");
    table.run(975);
    let arrival = table.clock.wall_ms(table.clock.now());
    table.ask(&ada, json!({"type": "score", "points": 3})).expect("an input");
    assert_eq!(table.ask(&ada, json!({"type": "refuse"})), Err("told_to"));
    table.ask(&host, json!({"type": "time", "phaseMs": 1_000})).expect("an input");
    ada.drop_link();
    table.ask(&host, json!({"type": "finish"})).expect("an input");

    let pages = pages.0.lock().clone();
    let said: Vec<_> = pages.iter().map(|page| page["what"].as_str().expect("what").to_owned()).collect();
    let inputs = ["input", "input", "input", "timer", "presence", "input", "ended"];
    assert_eq!(said, [&["opened", "joined", "joined"][..], &inputs].concat());
    assert_eq!((&pages[0]["game"], &pages[0]["options"]["hosted"]), (&json!("probe"), &json!(true)));
    let input = &pages[3];
    assert_eq!((&input["seat"], &input["name"]), (&json!(2), &json!("Ada")));
    assert_eq!(input["input"], json!({"type": "score", "points": 3}));
    assert!(input.get("refused").is_none());
    let t = input["t"].as_f64().expect("a time");
    assert!((t - arrival).abs() < 0.01, "the arrival {arrival}, not the tick: {t}");
    assert_eq!(pages[4]["refused"], "told_to");
    let (at, ends_at) = (pages[5]["at"].as_u64(), pages[6]["endsAt"].as_u64());
    assert_eq!(at.map(|at| at + 1_000_000), ends_at);
    let ticks: Vec<_> = pages.iter().map(|page| page["tick"].as_u64()).collect();
    assert!(ticks.is_sorted());
}
