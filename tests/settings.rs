//! The operators' table of settings: every setting is in it with its default, and nothing else is.

use std::collections::BTreeMap;

use parlor::server::Config;

/// Settings without a default, which no printed configuration shows.
const UNSET: [&str; 9] = [
    "packs",
    "data",
    "host_key",
    "record",
    "metrics_token",
    "socketio.transport.cookie",
    "socketio.transport.cors",
    "admin.password_hash",
    "admin.server_id",
];

/// The rows `` | `path` | `default` | words | `` of the document.
fn documented() -> BTreeMap<String, String> {
    let text = include_str!("../docs/operators.md");
    let (_, settings) = text.split_once("\n## Settings").expect("a section");
    let rows = settings.lines().filter_map(|line| {
        let (path, rest) = line.strip_prefix("| `")?.split_once("` | ")?;
        let (default, _) = rest.split_once("| ")?;
        Some((path.to_owned(), default.trim().trim_matches('`').to_owned()))
    });
    rows.collect()
}

fn defaults() -> BTreeMap<String, String> {
    let tree: toml::Table = toml::from_str(&Config::default().to_toml()).expect("what is printed is TOML");
    let mut flat = BTreeMap::new();
    flatten("", &tree, &mut flat);
    flat
}

fn flatten(prefix: &str, table: &toml::Table, flat: &mut BTreeMap<String, String>) {
    for (key, value) in table {
        match value.as_table() {
            Some(table) => flatten(&format!("{prefix}{key}."), table, flat),
            None => drop(flat.insert(format!("{prefix}{key}"), value.to_string())),
        }
    }
}

#[test]
fn every_setting_is_documented_with_its_default() {
    let mut expected = defaults();
    expected.extend(UNSET.map(|path| (path.to_owned(), String::new())));
    let documented = documented();
    let missing: Vec<_> = expected.iter().filter(|(path, default)| documented.get(*path) != Some(default)).collect();
    assert!(missing.is_empty(), "not in docs/operators.md, or with another default: {missing:?}");
    let surplus: Vec<_> = documented.keys().filter(|path| !expected.contains_key(*path)).collect();
    assert!(surplus.is_empty(), "only in docs/operators.md: {surplus:?}");
}

/// The blocks of TOML in the documents are settings, but for what goes into a `Cargo.toml`.
#[test]
fn settings_in_examples_are_settings() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/docs");
    let mut read = 0;
    for entry in std::fs::read_dir(folder).expect("the documents") {
        let path = entry.expect("a document").path();
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        let blocks = text.split("\n```toml\n").skip(1).filter_map(|rest| rest.split("\n```").next());
        for block in blocks.filter(|block| !block.starts_with("parlor = ")) {
            let config = toml::from_str::<Config>(block);
            assert!(config.is_ok(), "{}: {config:?}", path.display());
            read += 1;
        }
    }
    assert!(read > 0, "no settings were found");
}
