//! A session's id: 15 bytes of a cryptographic generator as 20 characters of URL-safe base64.
//!
//! Draws no random bytes itself: the caller brings them.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// An Engine.IO session id, or a Socket.IO one: 20 characters that go into a URL as they are.
///
/// Whoever knows a session's sid can read and write the session, so it is shown to nobody but its client.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Sid([u8; 15]);

impl Sid {
    /// Characters of a sid.
    pub const LENGTH: usize = 20;

    /// A sid of these bytes, which must come from a cryptographic generator.
    #[must_use]
    pub const fn new(random: [u8; 15]) -> Self {
        Self(random)
    }

    /// Reads a sid; `None` if it is not one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != Self::LENGTH {
            return None;
        }
        let mut bytes = [0; 15];
        let read = URL_SAFE_NO_PAD.decode_slice(text, &mut bytes).ok()?;
        (read == bytes.len()).then_some(Self(bytes))
    }

    /// A byte to spread sids by: every one is as random as another.
    #[must_use]
    pub const fn shard(&self) -> u8 {
        let [first, ..] = self.0;
        first
    }

    /// Its 20 characters.
    #[must_use]
    pub fn encode(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }
}

impl fmt::Display for Sid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.encode())
    }
}

/// Shows its first characters only: a log must not hand out sessions.
impl fmt::Debug for Sid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let start: String = self.encode().chars().take(4).collect();
        write!(f, "Sid({start}…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p25_a_sid_is_20_characters_of_url_safe_base64_and_reads_back() {
        let sid = Sid::new([0xff; 15]);
        assert_eq!(sid.to_string(), "____________________");
        assert_eq!(Sid::parse(&sid.to_string()), Some(sid));
    }

    #[test]
    fn what_is_not_20_characters_of_the_alphabet_is_no_sid() {
        for text in ["", "abc", "constructor", "AAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAA+AAAAAAAAA"] {
            assert_eq!(Sid::parse(text), None, "{text}");
        }
        assert_eq!(Sid::parse("ééééééééée"), None);
    }

    #[test]
    fn a_debug_sid_cannot_be_used() {
        let sid = Sid::new([7; 15]);
        assert!(!format!("{sid:?}").contains(&sid.to_string()));
    }
}
