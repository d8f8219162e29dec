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
/// let kept = Kept { id, pid: id, rooms: vec!["red".into()], data: Raw::Absent };
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
}

/// A session whose client has come back.
///
/// ```
/// use parlor::socketio::{Kept, Raw, Restored, SocketId};
///
/// let id = SocketId::parse("AAAAAAAAAAAAAAAAAAAA").expect("20 characters");
/// let session = Kept { id, pid: id, rooms: Vec::new(), data: Raw::Absent };
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
