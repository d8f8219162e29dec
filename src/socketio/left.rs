//! Whether a socket has left and all who wait for that have been told, for a client that is back meanwhile.
//!
//! Lets nobody go: the socket does.

use parking_lot::Mutex;
use tokio::sync::oneshot;

/// A socket's. It has left at the latest when it is dropped.
#[derive(Debug)]
pub(super) struct Left {
    /// Dropped when it has: that is what is waited for. `None` then.
    waiting: Mutex<Option<Vec<oneshot::Sender<()>>>>,
}

/// The time until it has left.
#[derive(Debug)]
pub(super) struct Leaving(oneshot::Receiver<()>);

impl Left {
    pub(super) fn not_yet() -> Self {
        Self { waiting: Mutex::new(Some(Vec::new())) }
    }

    /// It has left. Nobody waits any more.
    pub(super) fn done(&self) {
        drop(self.waiting.lock().take());
    }

    /// `None` if it has left.
    pub(super) fn leaving(&self) -> Option<Leaving> {
        let mut waiting = self.waiting.lock();
        let (end, leaving) = oneshot::channel();
        waiting.as_mut()?.push(end);
        Some(Leaving(leaving))
    }
}

impl Leaving {
    /// Returns when it has left.
    pub(super) async fn over(self) {
        // Nothing is ever sent.
        drop(self.0.await);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_waits_is_told_when_it_has_left_or_is_dropped() {
        let (left, dropped) = (Left::not_yet(), Left::not_yet());
        let waits = [left.leaving(), left.leaving(), dropped.leaving()].map(|leaving| leaving.expect("not yet"));
        assert!(waits.iter().all(|leaving| !leaving.0.is_terminated()));
        left.done();
        drop(dropped);
        for leaving in waits {
            leaving.over().await;
        }
        assert!(left.leaving().is_none());
    }
}
