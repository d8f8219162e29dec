//! Options of the form `--name value`. Knows no names of its own.

use std::collections::BTreeMap;
use std::str::FromStr;

use anyhow::{Context as _, Result, bail};

/// What was given.
#[derive(Debug)]
pub struct Options(BTreeMap<String, String>);

impl Options {
    /// This process's own arguments.
    ///
    /// # Errors
    /// They are not pairs of a name and a value.
    pub fn given() -> Result<Self> {
        let mut options = BTreeMap::new();
        let mut arguments = std::env::args().skip(1);
        while let Some(name) = arguments.next() {
            let Some(bare) = name.strip_prefix("--") else { bail!("{name}: options begin with --") };
            let value = arguments.next().with_context(|| format!("{name} needs a value"))?;
            options.insert(bare.to_owned(), value);
        }
        Ok(Self(options))
    }

    /// The value of this name, or the default.
    ///
    /// # Errors
    /// It can't be read.
    pub fn value<T: FromStr>(&self, name: &str, default: T) -> Result<T> {
        let Some(value) = self.0.get(name) else { return Ok(default) };
        value.parse().ok().with_context(|| format!("--{name} {value}: not of its kind"))
    }
}
