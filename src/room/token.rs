//! Tokens: the secrets that retake seats, and where each leads.
//!
//! Does not know whether a seat is still there; its room does.

use std::collections::HashMap;
use std::sync::{Arc, Weak};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use parking_lot::RwLock;
use parlor_games::contract::SeatId;

/// Bytes of a token: 192 bits.
const LEN: usize = 24;

/// A secret that belongs to one seat. Its `Debug` tells nothing of it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Token([u8; LEN]);

impl Token {
    /// A token from the process's cryptographic generator.
    pub(crate) fn random() -> Self {
        Self(rand::random())
    }

    /// The token in what a client sent, if it can be one.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0; LEN];
        let len = URL_SAFE_NO_PAD.decode_slice(text, &mut bytes).ok()?;
        (len == LEN).then_some(Self(bytes))
    }

    /// Whether it is this one. Takes as long for any other as for the right one.
    pub(crate) fn is(&self, offered: &Self) -> bool {
        let differs = self.0.iter().zip(&offered.0).fold(0, |differs, (a, b)| differs | (a ^ b));
        std::hint::black_box(differs) == 0
    }

    /// What a client keeps.
    pub(crate) fn encode(&self) -> Arc<str> {
        Arc::from(URL_SAFE_NO_PAD.encode(self.0))
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(..)")
    }
}

/// The tokens of all rooms.
///
/// Looked up by a hash whose key is the process's own: how long that takes tells nothing about tokens that exist.
#[derive(Debug)]
pub(crate) struct Tokens<R: ?Sized> {
    places: RwLock<HashMap<Token, (Weak<R>, SeatId)>>,
}

impl<R: ?Sized> Default for Tokens<R> {
    fn default() -> Self {
        Self { places: RwLock::default() }
    }
}

impl<R: ?Sized> Tokens<R> {
    /// A token that leads to this seat.
    pub(crate) fn issue(&self, room: Weak<R>, seat: SeatId) -> Token {
        let token = Token::random();
        self.places.write().insert(token, (room, seat));
        token
    }

    /// Where the token in `text` leads.
    pub(crate) fn find(&self, text: &str) -> Option<(Arc<R>, SeatId)> {
        let token = Token::parse(text)?;
        let places = self.places.read();
        let (room, seat) = places.get(&token)?;
        Some((room.upgrade()?, *seat))
    }

    /// The token leads nowhere any more.
    pub(crate) fn revoke(&self, token: Token) {
        self.places.write().remove(&token);
    }

    /// None of these tokens leads anywhere any more.
    pub(crate) fn revoke_all(&self, tokens: impl Iterator<Item = Token>) {
        let mut places = self.places.write();
        for token in tokens {
            places.remove(&token);
        }
    }

    /// How many there are.
    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.places.read().len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_leads_to_its_seat_until_revoked() {
        let tokens = Tokens::<str>::default();
        let room: Arc<str> = Arc::from("room");
        let token = tokens.issue(Arc::downgrade(&room), SeatId(3));
        let other = tokens.issue(Arc::downgrade(&room), SeatId(4));
        assert_eq!(tokens.find(&token.encode()), Some((Arc::clone(&room), SeatId(3))));
        tokens.revoke(token);
        assert_eq!(tokens.find(&token.encode()), None);
        assert_eq!(tokens.find(&other.encode()), Some((Arc::clone(&room), SeatId(4))));
        tokens.revoke_all([other].into_iter());
        assert_eq!(tokens.len(), 0);
    }

    #[test]
    fn what_is_no_token_finds_nothing() {
        let tokens = Tokens::<str>::default();
        let room: Arc<str> = Arc::from("room");
        let token = tokens.issue(Arc::downgrade(&room), SeatId(1)).encode();
        for text in ["", "x", &token[1..], &format!("{token}A"), &format!("{token}="), &"A".repeat(32)] {
            assert_eq!(tokens.find(text), None, "{text:?}");
        }
        drop(room);
        assert_eq!(tokens.find(&token), None, "its room is gone");
    }

    #[test]
    fn tokens_are_long_distinct_and_never_logged() {
        let (a, b) = (Token::random(), Token::random());
        assert_ne!(a, b);
        assert!(a.is(&a) && !a.is(&b));
        assert_eq!(a.encode().len(), 32);
        assert!(!format!("{a:?}").contains(&*a.encode()));
    }
}
