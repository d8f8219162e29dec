//! The table of cases by the stock Rust client. Run by `world.js`, which says in `PARLOR_WORLD` where to go.
//!
//! Judges by the table alone, and knows nothing of the servers.

mod run;
mod table;

use std::time::Instant;

use table::{Table, Way};

const CLIENT: &str = "rust_socketio";

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let table: Table = serde_json::from_str(include_str!("../../stock/cases.json"))?;
    let ways: Vec<Way> = serde_json::from_str(&std::env::var("PARLOR_WORLD")?)?;
    let about = &table.clients[CLIENT];
    let (mut passed, mut skipped, mut failed) = (0, 0, 0);
    for way in &ways {
        for (kind, carried) in &table.ways[&way.name] {
            for case in table.cases.iter().filter(|case| case.server == way.server) {
                let name = format!("{CLIENT}, json, {kind}, {}, {}: {}", way.name, way.server, case.name);
                let lacks = |need| about.lacks.get(need).or_else(|| about.lacks.get(&format!("{need} by {carried}")));
                if let Some(lack) = case.needs.iter().chain([kind]).find_map(lacks) {
                    println!("skipped: {name}: {lack}");
                    skipped += 1;
                    continue;
                }
                let began = Instant::now();
                match run::play(way, kind, &case.steps).await {
                    Ok(()) => {
                        println!("ok: {name} ({} ms)", began.elapsed().as_millis());
                        passed += 1;
                    }
                    Err(error) => {
                        println!("FAILED: {name}: {error:#}");
                        failed += 1;
                    }
                }
            }
        }
    }
    println!("{passed} passed, {failed} failed, {skipped} skipped");
    anyhow::ensure!(failed == 0 && passed > 0, "{failed} cases failed");
    Ok(())
}
