//! The host key: who may make and run rooms that have a host.
//!
//! Decides nothing about a room, and counts no attempts (`limits` does).

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use rand::RngExt;
use rand::distr::Alphanumeric;

/// 24 characters of 62: 142 bits.
const LENGTH: usize = 24;
/// The file in the data directory that keeps a random key over a restart.
const FILE: &str = "host-key";

/// A secret: compared in constant time, never shown by `Debug`.
#[derive(Clone)]
pub struct HostKey(Box<str>);

impl HostKey {
    /// This key.
    #[must_use]
    pub fn new(key: impl Into<Box<str>>) -> Self {
        Self(key.into())
    }

    /// A key from the thread's cryptographic generator.
    #[must_use]
    pub fn random() -> Self {
        Self(rand::rng().sample_iter(Alphanumeric).take(LENGTH).map(char::from).collect())
    }

    /// The key kept in this directory; a random one is made and kept, readable by its owner alone, if there is none.
    ///
    /// # Errors
    /// When the file can be neither read nor made.
    pub fn kept(directory: &Path) -> io::Result<Self> {
        let path = directory.join(FILE);
        match fs::read_to_string(&path) {
            Ok(text) if !text.trim().is_empty() => return Ok(Self::new(text.trim())),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        let key = Self::random();
        fs::create_dir_all(directory)?;
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&path)?;
        writeln!(file, "{}", key.reveal())?;
        Ok(key)
    }

    /// Whether this is what somebody offered. Takes as long for a wrong key as for the right one.
    #[must_use]
    pub fn is(&self, offered: &str) -> bool {
        let (own, offered) = (self.0.as_bytes(), offered.as_bytes());
        // As long as the offered one, so that the time says nothing of the key's length; past its end the key repeats.
        let differs = offered.iter().zip(own.iter().cycle()).fold(0, |differs, (a, b)| differs | (a ^ b));
        std::hint::black_box(differs) == 0 && offered.len() == own.len() && !own.is_empty()
    }

    /// The key itself, for the link that is printed at the start.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for HostKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("HostKey(..)")
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn only_the_whole_key_is_right() {
        let key = HostKey::new("abc");
        assert!(key.is("abc"));
        for wrong in ["", "a", "ab", "abd", "abcabc", "abca", "ABC"] {
            assert!(!key.is(wrong), "{wrong:?} was taken");
        }
    }

    #[test]
    fn an_empty_key_lets_nobody_in() {
        assert!(!HostKey::new("").is(""));
    }

    #[test]
    fn a_random_key_is_long_and_not_twice_the_same() {
        let (one, two) = (HostKey::random(), HostKey::random());
        assert_eq!(one.reveal().len(), LENGTH);
        assert_ne!(one.reveal(), two.reveal());
    }

    #[test]
    fn a_key_is_kept_for_its_owner_alone() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("data");
        let first = HostKey::kept(&path).expect("made");
        assert_eq!(HostKey::kept(&path).expect("read").reveal(), first.reveal());
        let mode = fs::metadata(path.join(FILE)).expect("the file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_key_is_not_shown_in_a_log() {
        assert!(!format!("{:?}", HostKey::new("secret")).contains("secret"));
    }
}
