//! The contract as TypeScript: what clients and server say to each other, written down from the types that say it.
//!
//! Built for tests alone: `make types` runs them so that they write the files they otherwise compare.

pub(super) mod parts;
mod samples;
mod shapes;
mod typescript;

use std::fs;
use std::path::PathBuf;

/// Compares a file of the site with what it should be; writes it first if that is wished.
#[track_caller]
fn keep(name: &str, made: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("clients/web/src/contract").join(name);
    if std::env::var_os("WRITE_CONTRACT").is_some() {
        fs::write(&path, made).expect("it can be written");
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    let differs = kept.lines().zip(made.lines()).position(|(kept, made)| kept != made);
    let line = 1 + differs.unwrap_or_else(|| kept.lines().count().min(made.lines().count()));
    assert!(
        kept == made,
        "{}:{line} is not what the server's types say: run `make types`, and see what the site makes of it.\n  kept: {}\n  made: {}",
        path.display(),
        kept.lines().nth(line - 1).unwrap_or("(nothing)"),
        made.lines().nth(line - 1).unwrap_or("(nothing)"),
    );
}

#[test]
fn the_sites_types_are_the_servers() {
    keep("types.gen.ts", &typescript::file(&shapes::shapes()));
}

#[tokio::test]
async fn the_sites_samples_are_what_the_server_says() {
    keep("samples.gen.ts", &samples::file().await);
}
