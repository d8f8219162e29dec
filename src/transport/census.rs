//! What sessions there are at one moment, and what waits for their clients: counted when it is asked for.
//!
//! Is kept nowhere: that would cost every packet something, and could drift from what is there.

/// How many labels a session can have.
pub const LABELS: usize = 4;

/// Sessions and their outboxes at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Census {
    /// Sessions over long-polling, by label.
    pub polling: [usize; LABELS],
    /// Sessions over WebSocket, by label.
    pub websocket: [usize; LABELS],
    /// Sessions over WebTransport, by label.
    pub webtransport: [usize; LABELS],
    /// Sessions for which something waits.
    pub waiting: usize,
    /// Frames that wait, for all of them.
    pub frames: usize,
    /// Frames that wait for the one for whom the most do.
    pub most_frames: usize,
    /// Bytes that wait, for all of them.
    pub bytes: usize,
}
