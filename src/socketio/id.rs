//! A socket's public id.
//!
//! Not its session's sid, which is a secret: this one is shown to other clients.

use std::fmt;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// 20 characters that go into a URL as they are. Compares in no order that means anything.
///
/// ```
/// use parlor::socketio::SocketId;
///
/// let id = SocketId::parse("AAAAAAAAAAAAAAAAAAAA").expect("an id");
/// assert_eq!(id.to_string().len(), 20);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SocketId([u8; 20]);

impl SocketId {
    /// An id that nothing has had: 120 bits of the thread's cryptographic generator.
    pub(super) fn generate() -> Self {
        let random: [u8; 20] = rand::random();
        Self(random.map(|byte| ALPHABET[usize::from(byte % 64)]))
    }

    /// Reads an id; `None` if it is not 20 characters of its alphabet.
    ///
    /// ```
    /// assert_eq!(parlor::socketio::SocketId::parse("lobby"), None);
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes: [u8; 20] = text.as_bytes().try_into().ok()?;
        bytes.iter().all(|byte| ALPHABET.contains(byte)).then_some(Self(bytes))
    }

    /// Its text.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").on_connect(|socket| {
    ///     println!("{} is here", socket.id().as_str());
    /// });
    /// ```
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Made of that alphabet alone.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for SocketId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for SocketId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SocketId({})", self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn p25_ids_are_20_characters_and_differ() {
        let ids: HashSet<SocketId> = (0..1000).map(|_| SocketId::generate()).collect();
        assert_eq!(ids.len(), 1000);
        for id in ids {
            assert_eq!(id.as_str().len(), 20);
            assert_eq!(SocketId::parse(id.as_str()), Some(id));
        }
    }

    #[test]
    fn other_text_is_no_id() {
        for text in ["", "lobby", "+++++++++++++++++++++", "ééééééééééé", "AAAAAAAAAAAAAAAAAAA/"] {
            assert_eq!(SocketId::parse(text), None, "{text}");
        }
    }
}
