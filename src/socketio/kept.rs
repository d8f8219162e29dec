//! Sessions whose clients may come back, as adapters keep them for all servers.
//!
//! What a server keeps for itself alone is in `recovery`.

use std::sync::Arc;

use parlor_proto::socket::{Args, Raw};

use super::SocketId;

/// A session that is away.
///
/// ```
/// use parlor::socketio::{Kept, Raw, SocketId};
///
/// let id = SocketId::parse("AAAAAAAAAAAAAAAAAAAA").expect("20 characters");
/// let kept = Kept { id, pid: id, rooms: vec!["red".into()], data: Raw::Absent, since: Some("16".into()), stays: Vec::new() };
/// assert_eq!(kept.clone(), kept);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    /// The socket's id, which it will have again.
    pub id: SocketId,
    /// The secret by which its client comes back.
    pub pid: SocketId,
    /// The rooms it was in, that of its own id first.
    pub rooms: Vec<Arc<str>>,
    /// What it showed of its data: see [`Socket::share_data`](super::Socket::share_data).
    pub data: Raw,
    /// What [`Adapter::position`](super::Adapter::position) said before it came in for the first time: what stands up to there was not
    /// for it. A client that has received no event with an offset comes back for what follows.
    pub since: Option<Box<str>>,
    /// When it was in its rooms, in the order in which it joined them, and some of the stays that have ended. A room that it is in, of which
    /// nothing is said here, was joined who knows when.
    pub stays: Vec<Stay>,
}

/// A time that a socket has spent in a room, by what [`Adapter::position`](super::Adapter::position) said.
///
/// ```
/// use parlor::socketio::Stay;
///
/// let stay = Stay { room: "red".into(), from: "17".into(), until: None };
/// assert_eq!(&*stay.room, "red");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stay {
    /// The room.
    pub room: Arc<str>,
    /// What was said before it joined: all up to there was not for it.
    pub from: Box<str>,
    /// What was said when it had left: all that follows was not for it. `None` while it is there.
    pub until: Option<Box<str>>,
}

/// A session whose client has come back.
///
/// ```
/// use parlor::socketio::{Kept, Raw, Restored, SocketId};
///
/// let id = SocketId::parse("AAAAAAAAAAAAAAAAAAAA").expect("20 characters");
/// let session = Kept { id, pid: id, rooms: Vec::new(), data: Raw::Absent, since: None, stays: Vec::new() };
/// let restored = Restored { session, missed: Vec::new() };
/// assert!(restored.missed.is_empty());
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Restored {
    /// The session.
    pub session: Kept,
    /// The events that it missed, in order: their names and arguments, the offset behind them.
    pub missed: Vec<(Box<str>, Args)>,
}
