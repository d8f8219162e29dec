//! A mute link: encodes what a room has for it, as the server does for a client, counts it and drops it.
//!
//! Asks for nothing itself: whoever holds it speaks for its seat.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use parlor_games::contract::{Refusal, SeatId};
use parlor_proto::socket::Parser;

use crate::room::{Answer, Answered, Broadcast, CloseReason, Item, Link};
use crate::server::encode;
use crate::socketio::Encoded;

/// A viewer without a socket.
#[derive(Debug)]
pub struct Mute {
    parser: Parser,
    seated: OnceLock<Result<(Arc<str>, SeatId), Refusal>>,
    applied: AtomicU64,
    refused: AtomicU64,
    deliveries: AtomicU64,
    bytes: AtomicU64,
}

/// What links were told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Heard {
    /// Requests that were granted: inputs, after the seat itself.
    pub applied: u64,
    /// Requests that were refused.
    pub refused: u64,
    /// Batches handed over, at most one for each step and seat.
    pub deliveries: u64,
    /// Bytes of the frames in them, as they would go out.
    pub bytes: u64,
}

impl Mute {
    /// A link whose client speaks with this parser.
    #[must_use]
    pub fn new(parser: Parser) -> Arc<Self> {
        let [applied, refused, deliveries, bytes] = Default::default();
        Arc::new(Self { parser, seated: OnceLock::new(), applied, refused, deliveries, bytes })
    }

    /// What it was told.
    #[must_use]
    pub fn heard(&self) -> Heard {
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        Heard {
            applied: read(&self.applied),
            refused: read(&self.refused),
            deliveries: read(&self.deliveries),
            bytes: read(&self.bytes),
        }
    }

    /// What came of asking for a seat: the room's code and the seat. `None`: nothing yet.
    pub(super) fn seated(&self) -> Option<Result<(Arc<str>, SeatId), Refusal>> {
        self.seated.get().cloned()
    }

    fn hear(&self, answer: &Answer) {
        let count = match answer {
            Answer::Seated(_)
            | Answer::Applied(_)
            | Answer::Key(_)
            | Answer::Links(_)
            | Answer::Summary(_)
            | Answer::Done => &self.applied,
            Answer::Refused(_) => &self.refused,
        };
        count.fetch_add(1, Ordering::Relaxed);
        // Only the first answer is to the request for a seat.
        let _later = match answer {
            Answer::Seated(seated) => self.seated.set(Ok((Arc::clone(&seated.room), seated.seat))),
            Answer::Refused(refusal) => self.seated.set(Err(refusal.clone())),
            Answer::Applied(_) | Answer::Key(_) | Answer::Links(_) | Answer::Summary(_) | Answer::Done => Ok(()),
        };
    }

    /// Encodes it, if it is the first to need it. How many bytes it is.
    fn encode(&self, broadcast: &Broadcast<Encoded>) -> u64 {
        match broadcast.encoded.once(self.parser, |parser| encode(&broadcast.outgoing, parser)) {
            Ok(frames) => frames.iter().map(|frame| frame.wire().len() as u64).sum(),
            Err(error) => {
                tracing::error!(%error, "what a room said could not be encoded");
                0
            }
        }
    }
}

impl Link for Mute {
    type Encoded = Encoded;
    type Ack = ();

    fn deliver(&self, answers: &[Answered<()>], batch: &[Item<'_, Encoded>]) {
        for answered in answers {
            self.hear(&answered.answer);
        }
        let mut bytes = 0;
        for item in batch {
            bytes += match item {
                Item::Reliable(broadcast) => self.encode(broadcast),
                Item::State { next, whole } => {
                    // A client that is behind needs it: there is always one in the room that is measured.
                    self.encode(whole);
                    self.encode(next)
                }
            };
        }
        self.deliveries.fetch_add(1, Ordering::Relaxed);
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    fn answer(&self, (): (), answer: Answer) {
        self.hear(&answer);
    }

    fn closed(&self, _: SeatId, _: CloseReason, _: &str) {}
}
