//! What a socket goes through on its way into a namespace: middleware, and those who wait for it.
//!
//! Refuses nobody itself, and starts no tasks: a client does, for middleware that waits.

use std::fmt;
use std::sync::Arc;

use crate::socketio::handlers::Listed;
use crate::socketio::{ConnectError, Pending, Socket};

type Verdict = Result<(), ConnectError>;

/// One middleware.
#[derive(Clone)]
pub(super) enum Wrap {
    Prompt(Arc<dyn Fn(&Socket) -> Verdict + Send + Sync>),
    Waits(Arc<dyn Fn(Socket) -> Pending<Verdict> + Send + Sync>),
}

pub(super) type OnConnect = Arc<dyn Fn(&Socket) + Send + Sync>;

#[derive(Clone, Default)]
pub(super) struct Entrance {
    pub(super) wraps: Vec<Wrap>,
    pub(super) connects: Vec<Listed<OnConnect>>,
}

impl fmt::Debug for Entrance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entrance").field("wraps", &self.wraps.len()).field("connects", &self.connects.len()).finish()
    }
}

/// Whether a socket is let in.
pub(in crate::socketio) enum Admission {
    Decided(Verdict),
    /// When this has been waited for.
    Pending(Pending<Verdict>),
}

impl Entrance {
    /// Asks all middleware that answers at once, up to the first that does not.
    pub(super) fn admit(entrance: &Arc<Self>, socket: &Socket) -> Admission {
        for (asked, wrap) in entrance.wraps.iter().enumerate() {
            match wrap {
                Wrap::Prompt(wrap) => {
                    if let Err(error) = wrap(socket) {
                        return Admission::Decided(Err(error));
                    }
                }
                Wrap::Waits(_) => {
                    return Admission::Pending(Box::pin(rest(Arc::clone(entrance), asked, socket.clone())));
                }
            }
        }
        Admission::Decided(Ok(()))
    }
}

/// Asks the rest, in order.
async fn rest(entrance: Arc<Entrance>, asked: usize, socket: Socket) -> Verdict {
    for wrap in entrance.wraps.iter().skip(asked) {
        match wrap {
            Wrap::Prompt(wrap) => wrap(&socket)?,
            Wrap::Waits(wrap) => wrap(socket.clone()).await?,
        }
    }
    Ok(())
}
