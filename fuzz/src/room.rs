//! Rooms: what clients in Rust read of them.
//!
//! Opens none: the bytes stand for what a room would have sent.

use parlor::room::packed::Decoder;

/// Packed states, one after the other: each behind its length, in a byte.
pub fn packed(bytes: &[u8]) {
    let mut decoder = Decoder::new();
    let mut rest = bytes;
    while let Some((&length, behind)) = rest.split_first() {
        let (state, behind) = behind.split_at(usize::from(length).min(behind.len()));
        rest = behind;
        let read = decoder.decode(state);
        assert_eq!(read.is_ok(), decoder.view().is_some(), "a view is held if all was understood");
        if let Some(view) = decoder.view() {
            assert!(decoder.tick().is_some() && serde_json::to_string(view).is_ok());
        }
    }
}
