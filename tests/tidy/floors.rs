//! The floors of ARCHITECTURE.md, as a table of what must not be named where.
//!
//! Looks at paths and manifests only: types that pass through a re-export of an allowed floor are not followed.

use super::paths::named;
use super::source::{code_only, tokens};
use super::{Fault, File};

/// A floor: the folder it lives in, and the paths that would point up, sideways or outside.
struct Floor {
    folder: &'static str,
    never: &'static [&'static str],
}

const FLOORS: &[Floor] = &[
    Floor { folder: "proto/", never: &["parlor", "parlor_games", "parlor_bots", "tokio", "axum", "hyper"] },
    Floor { folder: "proto/src/", never: &["std::net", "std::fs", "std::thread", "std::process", "std::env"] },
    Floor { folder: "games/", never: &["parlor", "parlor_proto", "parlor_bots", "tokio", "axum", "hyper"] },
    Floor { folder: "games/src/", never: &["std::net", "std::fs", "std::thread", "std::process", "std::env"] },
    Floor { folder: "clients/bots/", never: &["parlor", "parlor_games", "parlor_proto"] },
    Floor {
        folder: "src/transport",
        never: &[
            "crate::socketio",
            "crate::room",
            "crate::server",
            "crate::packs",
            "crate::store",
            "crate::cli",
            "parlor_games",
            "parlor_proto::socket",
        ],
    },
    Floor {
        folder: "src/socketio",
        never: &[
            "crate::room",
            "crate::server",
            "crate::packs",
            "crate::store",
            "crate::cli",
            "parlor_games",
            "tokio_tungstenite",
        ],
    },
    Floor {
        folder: "src/room",
        never: &[
            "crate::socketio",
            "crate::transport",
            "crate::server",
            "crate::packs",
            "crate::store",
            "crate::cli",
            "parlor_proto",
            "axum",
            "hyper",
            "tokio_tungstenite",
        ],
    },
    Floor {
        folder: "src/packs",
        never: &[
            "crate::socketio",
            "crate::transport",
            "crate::room",
            "crate::server",
            "crate::cli",
            "parlor_proto",
            "axum",
            "hyper",
            "tokio_tungstenite",
        ],
    },
    Floor { folder: "src/server", never: &["crate::bench", "crate::cli", "tokio_tungstenite"] },
    Floor { folder: "src/bench", never: &["crate::cli", "crate::packs", "crate::transport", "tokio_tungstenite"] },
];

/// Paths in Rust source that leave their floor the wrong way.
pub(crate) fn check(file: &File) -> Vec<Fault> {
    if file.path.ends_with("Cargo.toml") {
        return manifest(file);
    }
    let never: Vec<_> = FLOORS.iter().filter(|floor| within(&file.path, floor.folder)).collect();
    if never.is_empty() || !file.path.ends_with(".rs") {
        return Vec::new();
    }
    let mut faults = Vec::new();
    for path in named(&tokens(&code_only(&file.text)), &module_of(&file.path)) {
        let full = reexports(path.segments.join("::"));
        let forbidden = never.iter().flat_map(|floor| floor.never).find(|never| begins(&full, never));
        if let Some(forbidden) = forbidden {
            faults.push(file.fault(path.line, "floors", format!("`{full}`: nothing here may name `{forbidden}`")));
        }
    }
    faults
}

/// Whether the file is of this floor: `src/room` is the folder and the file `src/room.rs`.
fn within(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| folder.ends_with('/') || rest.starts_with('/') || rest == ".rs")
}

fn begins(path: &str, prefix: &str) -> bool {
    path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

/// The crate re-exports its lower floors; a path through that is the same path.
fn reexports(path: String) -> String {
    for (ours, theirs) in [("crate::proto", "parlor_proto"), ("crate::games", "parlor_games")] {
        if begins(&path, ours) {
            return path.replacen(ours, theirs, 1);
        }
    }
    path
}

/// The module a file is, below its crate's root.
fn module_of(path: &str) -> Vec<String> {
    let inside = path.split_once("src/").map_or("", |(_, inside)| inside);
    let inside = inside.trim_end_matches(".rs");
    inside.split('/').filter(|part| !matches!(*part, "mod" | "lib" | "main" | "")).map(str::to_owned).collect()
}

/// A manifest that depends on what its sources must not name.
fn manifest(file: &File) -> Vec<Fault> {
    let mut faults = Vec::new();
    for floor in FLOORS.iter().filter(|floor| file.path == format!("{}Cargo.toml", floor.folder)) {
        for (line, text) in file.lines() {
            let name = text.split(['=', '.']).next().unwrap_or_default().trim().replace('-', "_");
            if floor.never.contains(&name.as_str()) {
                faults.push(file.fault(line, "floors", format!("nothing in {} may depend on `{name}`", floor.folder)));
            }
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(path: &str, text: &str) -> Vec<String> {
        check(&File::of(path, text)).into_iter().map(|fault| fault.to_string()).collect()
    }

    #[test]
    fn a_path_up_or_sideways_is_a_fault_at_its_line() {
        assert_eq!(
            faults("src/room/seat.rs", "//! A seat.\n\nuse crate::{packs, server::Events};\n"),
            [
                "src/room/seat.rs:3: [floors] `crate::packs`: nothing here may name `crate::packs`",
                "src/room/seat.rs:3: [floors] `crate::server::Events`: nothing here may name `crate::server`",
            ]
        );
        assert_eq!(faults("src/room.rs", "use super::transport::Session;").len(), 1);
        assert_eq!(faults("src/transport/ws.rs", "fn f() -> crate::proto::socket::Packet {}").len(), 1);
        assert_eq!(faults("proto/src/lib.rs", "use std::net::TcpStream;").len(), 1);
        assert_eq!(faults("games/tests/walk.rs", "use parlor_proto::engine;").len(), 1);
    }

    #[test]
    fn a_path_down_is_none() {
        for (path, text) in [
            ("src/server/mod.rs", "use crate::{room, socketio, transport}; use parlor_proto::frame;"),
            ("src/socketio/mod.rs", "use crate::transport::Session; use parlor_proto::socket::Packet;"),
            ("src/room/mod.rs", "// crate::server\nuse parlor_games::contract; const S: &str = \"crate::server::x\";"),
            ("src/roomy.rs", "use crate::server;"),
            ("src/lib.rs", "pub mod server;"),
        ] {
            assert_eq!(faults(path, text), Vec::<String>::new(), "{path}");
        }
    }

    #[test]
    fn a_manifest_may_not_depend_on_it_either() {
        assert_eq!(faults("games/Cargo.toml", "[dependencies]\nserde = \"1\"\ntokio = \"1\"\n").len(), 1);
        assert_eq!(faults("proto/Cargo.toml", "[dependencies]\nparlor-games.path = \"../games\"\n").len(), 1);
        assert_eq!(faults("clients/bots/Cargo.toml", "[dependencies]\ntokio = \"1\"\n"), Vec::<String>::new());
    }
}
