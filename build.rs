//! Tells the server which folders hold the built site and the stock client, so that both are embedded.
//!
//! Builds neither: that takes Node and is `make build`'s. A missing folder is embedded as an empty one.

use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    embed("PARLOR_SITE_DIR", "clients/web/dist", "no-site");
    embed("PARLOR_CLIENT_DIR", "clients/web/dist-client", "no-client");
}

/// Passes on where `folder` is. It is made if it isn't there, because Cargo would otherwise run this script, and
/// compile the server, at every build; where the sources cannot be written, an empty folder of our own stands in.
fn embed(variable: &str, folder: &str, stand_in: &str) {
    println!("cargo::rerun-if-env-changed={variable}");
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let folder = env::var_os(variable).map_or_else(|| root.join(folder), PathBuf::from);
    let folder = if is_there(&folder) {
        println!("cargo::rerun-if-changed={}", folder.display());
        folder
    } else {
        let own = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join(stand_in);
        if let Err(error) = fs::create_dir_all(&own) {
            println!("cargo::error=cannot make {}: {error}", own.display());
        }
        own
    };
    println!("cargo::rustc-env={variable}={}", folder.display());
}

fn is_there(folder: &Path) -> bool {
    folder.is_dir() || fs::create_dir_all(folder).is_ok()
}
