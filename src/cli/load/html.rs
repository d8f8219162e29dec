//! The page of `parlor load --html`: what was run, on which machine, and the plots.
//!
//! Draws nothing: the page is `parlor_bots::load`'s.

use std::fs;
use std::path::Path;
use std::time::SystemTime;

use httpdate::fmt_http_date;
use parlor_bots::load::{About, Named, page};

/// Writes the page, with what the comparison says if there is one.
pub(super) fn write(path: &Path, runs: &[Named<'_>], verdict: Option<String>) -> Result<(), String> {
    let verdict = verdict.map(|verdict| ("compared".into(), verdict));
    let about = About { command: command(std::env::args()), facts: verdict.into_iter().chain(facts()).collect() };
    let page = page(runs, &about).map_err(|error| error.to_string())?;
    fs::write(path, page).map_err(|error| format!("{}: {error}", path.display()))
}

/// The command line as it was, but for the host's key.
fn command(arguments: impl Iterator<Item = String>) -> String {
    let mut arguments: Vec<String> = arguments.collect();
    for at in 0..arguments.len() {
        if arguments.get(at).is_some_and(|argument| argument == "--host-key")
            && let Some(key) = arguments.get_mut(at + 1)
        {
            "...".clone_into(key);
        }
        if let Some(argument) = arguments.get_mut(at).filter(|argument| argument.starts_with("--host-key=")) {
            "--host-key=...".clone_into(argument);
        }
    }
    arguments.join(" ")
}

fn facts() -> Vec<(String, String)> {
    let cores = std::thread::available_parallelism().map_or_else(|_| "unknown".into(), |cores| cores.to_string());
    let release = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let system = format!("{} {} {}", std::env::consts::OS, release.trim(), std::env::consts::ARCH);
    let mut facts = vec![("cores".into(), cores), ("system".into(), system)];
    facts.splice(0..0, processor().map(|model| ("processor".into(), model)));
    facts.push(("parlor".into(), env!("CARGO_PKG_VERSION").into()));
    facts.push(("measured".into(), fmt_http_date(SystemTime::now())));
    facts
}

/// Linux's name of the processor.
fn processor() -> Option<String> {
    let known = fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = known.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hosts_key_is_not_written_down() {
        for given in [&["load", "--host-key", "secret", "--json"][..], &["load", "--host-key=secret", "--json"]] {
            let command = command(given.iter().map(|argument| (*argument).to_owned()));
            assert!(!command.contains("secret") && command.ends_with("--json"), "{command}");
        }
    }
}
