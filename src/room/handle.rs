//! What the floor above asks of the rooms: the requests, and a room as they see it.
//!
//! Carries nothing out: requests wait in a room's inbox for its next tick, and are answered through [`Link::answer`].

use std::fmt::Debug;
use std::sync::Arc;
use std::time::Instant;

use parlor_games::contract::{Role, SeatId};
use serde::Deserialize;
use serde_json::Value;

use super::Link;

/// Of so many seats it can be asked at once how they are connected: a few locks and some 40 bytes of an answer for each, and more
/// than a host's list of players has.
pub const MOST_LINKS: usize = 300;

/// Who opens rooms, as far as limits care: an address. Opaque here.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Origin(pub Arc<str>);

/// How a viewer wants to be told of state: `sync` on the wire.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum SyncBy {
    /// The whole view, at every tick.
    Snapshot,
    /// The whole view once, then what changed.
    #[default]
    Delta,
    /// The whole view once, then what changed, both as compact bytes.
    Packed,
}

/// A wish for a room.
#[derive(Clone, Debug)]
pub struct CreateRequest {
    /// The game's name.
    pub game: String,
    /// The game's options; an absent object is an empty one.
    pub options: Option<Value>,
    /// Whether it is left out of the lobby and of quick match.
    pub private: bool,
    /// From where.
    pub origin: Origin,
    /// As what its maker joins it. Absent: as the host where the game has one, else as a player.
    pub role: Option<Role>,
    /// How they are called. A host need not say.
    pub name: Option<String>,
    /// The number of the picture they are shown by, of which only clients know what it looks like.
    pub avatar: Option<u16>,
    /// How they want to be told of state.
    pub sync: SyncBy,
    /// Whether they have shown the host key.
    pub authorized: bool,
}

/// A wish for a seat.
#[derive(Clone, Debug)]
pub struct JoinRequest {
    /// As what.
    pub role: Role,
    /// How they are called. Hosts and spectators need not say.
    pub name: Option<String>,
    /// The number of the picture they are shown by, of which only clients know what it looks like.
    pub avatar: Option<u16>,
    /// How they want to be told of state.
    pub sync: SyncBy,
    /// Whether they have shown the host key.
    pub authorized: bool,
    /// The key of the room's remotes, shown instead of the host key: for a host's second device, which gets a seat of its
    /// own, sees what the host sees, and whose inputs are the host's.
    pub remote: Option<String>,
}

/// A room as others may see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// Its code.
    pub room: Arc<str>,
    /// Its game.
    pub game: &'static str,
    /// How many players have a seat in it.
    pub players: u32,
    /// How many it seats.
    pub capacity: u32,
    /// Its phase, as its game calls it.
    pub phase: &'static str,
    /// Whether nobody else is let in.
    pub locked: bool,
}

/// A room, as those on its links see it.
///
/// Every request with an acknowledgement is answered exactly once through [`Link::answer`]: from the room's tick
/// thread, or, when it is refused at once, from the calling thread before the call returns. A request counts only if the seat
/// is on the given link: whoever was kicked or replaced asks for nothing any more.
pub trait RoomHandle<L: Link>: Send + Sync + Debug + 'static {
    /// The code it is found by.
    fn code(&self) -> &Arc<str>;

    /// Its game.
    fn game(&self) -> &'static str;

    /// What the lobby shows of it.
    fn listing(&self) -> Listing;

    /// An input of the game, which arrived at this moment. Decoded on the calling thread.
    ///
    /// Refused with `rate_limited`, `bad_input`, `busy`, `not_seated`, `room_ended`, or as the game says.
    fn input(
        &self,
        seat: SeatId,
        link: &Arc<L>,
        input: &mut dyn erased_serde::Deserializer<'_>,
        at: Instant,
        ack: Option<L::Ack>,
    );

    /// [`Self::input`], where it is JSON's text: most are, and many come.
    fn input_json(&self, seat: SeatId, link: &Arc<L>, input: &[u8], at: Instant, ack: Option<L::Ack>);

    /// Words for everyone in the room.
    ///
    /// Refused with `rate_limited`, `chat_empty`, `chat_too_long`, `busy`, `not_seated` or `room_ended`.
    fn chat(&self, seat: SeatId, link: &Arc<L>, text: &str, ack: L::Ack);

    /// Gives the seat up for good. Answered with `Done`; nothing follows, not even `closed`.
    fn leave(&self, seat: SeatId, link: &Arc<L>, ack: L::Ack);

    /// Makes a key that lets remotes in ([`JoinRequest::remote`]), or (`revoke`) takes it back. Either way the key before is no
    /// good any more, and whoever came by it is closed as kicked. Answered with `Key` or with `Done`.
    ///
    /// Refused with `not_host`, `rate_limited`, `busy`, `not_seated` or `room_ended`.
    fn remote(&self, seat: SeatId, link: &Arc<L>, revoke: bool, ack: L::Ack);

    /// How the players of these seats are connected: for the host and its remotes. At most [`MOST_LINKS`] seats; those of no
    /// player are left out. Answered with `Links`.
    ///
    /// Refused with `not_host`, `rate_limited`, `busy`, `not_seated` or `room_ended`.
    fn links(&self, seat: SeatId, link: &Arc<L>, of: Vec<SeatId>, ack: L::Ack);

    /// What the game came to, as it says itself: for the host and its remotes. Answered with `Summary`.
    ///
    /// Refused with `not_host`, `rate_limited`, `busy`, `not_seated` or `room_ended`, or as the game says.
    fn summary(&self, seat: SeatId, link: &Arc<L>, ack: L::Ack);

    /// Whether this is the key that lets remotes in. Takes as long for a wrong one as for the right one.
    fn is_remote_key(&self, key: &str) -> bool;

    /// The link is gone; the seat waits for its grace. Never refused. A link that is given its seat when its
    /// connection is already gone must call this too.
    fn dropped(&self, seat: SeatId, link: &Arc<L>);
}
