//! The refusals of the room runtime: the stable codes, and the words for the person they are shown to.
//!
//! Games have refusals of their own; those pass through as they are.

use parlor_games::contract::Refusal;

macro_rules! refusals {
    ($($(#[$doc:meta])* $name:ident = $words:literal;)*) => {
        $($(#[$doc])* pub(crate) fn $name() -> Refusal {
            Refusal::new(stringify!($name), $words)
        })*

        /// Every code of the room runtime, with its words: what the docs list.
        pub const CODES: &[(&str, &str)] = &[$((stringify!($name), $words)),*];
    };
}

refusals! {
    /// A role, or a room, that needs the host key, without it.
    bad_key = "The host key is missing or wrong.";
    /// The options do not make a room.
    bad_options = "These options do not fit the game.";
    /// An input that the game does not know.
    bad_input = "The game does not understand this input.";
    /// A full inbox.
    busy = "This room has too much to do. Try again in a moment.";
    /// A chat line with nothing in it.
    chat_empty = "There is nothing to say in this line.";
    /// A chat line over its bound.
    chat_too_long = "This line is too long.";
    /// The seat, or the name, was removed by the host.
    kicked = "The host removed you from this room.";
    /// Nobody else may come in.
    locked = "The host lets nobody else into this room.";
    /// A name without a visible character.
    name_empty = "Please enter a name.";
    /// A name with characters that show nothing, or that change how others are shown.
    name_invalid = "This name has characters that cannot be used.";
    /// A name that is, or looks like, another's.
    name_taken = "Somebody here already has this name.";
    /// A name over its bound.
    name_too_long = "This name is too long.";
    /// The role of host in a game without one.
    no_host = "This game has no host.";
    /// A request that is the host's alone.
    not_host = "Only the host may do this.";
    /// A request for a seat that this connection does not hold.
    not_seated = "You have no seat in this room.";
    /// More requests than a seat may make.
    rate_limited = "Too fast. Wait a moment.";
    /// The room is over.
    room_ended = "This room has ended.";
    /// A room whose game broke.
    room_failed = "Something in this room broke, and it had to end.";
    /// No seat is free.
    room_full = "This room is full.";
    /// No room can be made.
    server_full = "This server has no place for another room.";
    /// The server is going away.
    shutting_down = "This server is shutting down.";
    /// One origin has too many rooms.
    too_many_rooms = "Too many rooms were opened from your address.";
    /// No such game.
    unknown_game = "There is no such game here.";
    /// No such room.
    unknown_room = "There is no room with this code.";
    /// No such seat.
    unknown_token = "This seat is gone. Join again.";
}

/// The longest detail that is shown of a decoder's fault.
const DETAIL_CHARS: usize = 200;

/// `refusal` with what exactly was wrong. `fault` speaks only of what the person refused has sent.
pub(crate) fn because(refusal: Refusal, fault: &impl std::fmt::Display) -> Refusal {
    let detail: String = fault.to_string().chars().take(DETAIL_CHARS).collect();
    Refusal::new(refusal.code, format!("{} ({detail})", refusal.message))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn codes_are_distinct_and_have_words() {
        let codes: BTreeSet<_> = CODES.iter().map(|(code, _)| code).collect();
        assert_eq!(codes.len(), CODES.len());
        assert!(CODES.iter().all(|(_, words)| words.ends_with('.')));
    }

    #[test]
    fn a_detail_is_cut_to_its_bound() {
        let refusal = because(bad_input(), &"x".repeat(10_000));
        assert_eq!(refusal.code, "bad_input");
        assert!(refusal.message.len() < 300);
    }
}
