//! A session without a socket, for tests of the floors above: what is sent to it can be read, and its client can speak.
//!
//! Has no timers and no task: nothing pings it, and nobody tells the layer above that it was closed.

use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use parlor_proto::engine::{CloseReason, Machine, Packet, Transport};
use parlor_proto::frame::{Frame, Kind};

use super::table::Shared;
use super::{Config, Session};

/// The other end of a detached session.
#[derive(Debug)]
pub struct Tap {
    session: Arc<Session>,
}

impl Session {
    /// A WebSocket session whose client is the [`Tap`], open and writable.
    #[must_use]
    pub fn detached(config: Config) -> (Arc<Self>, Tap) {
        let machine = Machine::new(config.timing(), Transport::Websocket, Instant::now());
        let session = Arc::new(Self::new(Arc::new(Shared::new(config)), machine, None));
        session.tap_open();
        (session.clone(), Tap { session })
    }
}

impl Tap {
    pub(super) const fn new(session: Arc<Session>) -> Self {
        Self { session }
    }

    /// The client sends this packet: text with its type's digit before it. Whether it was in place.
    ///
    /// A message goes to whatever the session was opened for; one of [`Session::detached`] was opened for nothing.
    pub fn say(&self, packet: impl Into<Bytes>) -> bool {
        self.say_at(packet, Instant::now())
    }

    /// The client's packet arrives at this moment: for tests whose clock is not the machine's.
    pub fn say_at(&self, packet: impl Into<Bytes>, at: Instant) -> bool {
        self.session.packet(Transport::Websocket, Packet::parse(packet.into()), at)
    }

    /// The frames that reached the client since they were last taken.
    #[must_use]
    pub fn take(&self) -> Vec<Frame> {
        frames(&self.session.tap_take())
    }

    /// In how many writes everything came that was not forgotten.
    #[must_use]
    pub fn writes(&self) -> usize {
        self.session.tap_writes()
    }

    /// Whether the client reads nothing for a while: what is sent waits, as behind a slow network.
    pub fn stall(&self, stalled: bool) {
        self.session.tap_stall(stalled);
    }

    /// From here on the client takes everything at once and keeps none of it: for measuring what stands above a socket.
    pub fn forget(&self) {
        self.session.tap_void();
    }

    /// Why the session was closed, if it was.
    #[must_use]
    pub fn closed(&self) -> Option<CloseReason> {
        self.session.close_reason()
    }
}

/// Reads a server's frames, of which all are whole.
fn frames(mut wire: &[u8]) -> Vec<Frame> {
    let mut frames = Vec::new();
    while let [first, length, rest @ ..] = wire {
        let (length, rest) = match (length, rest) {
            (126, [a, b, rest @ ..]) => (usize::from(u16::from_be_bytes([*a, *b])), rest),
            (127, [a @ .., _]) if a.len() >= 8 => {
                let (long, rest) = rest.split_at(8);
                (long.iter().fold(0, |length, byte| length << 8 | usize::from(*byte)), rest)
            }
            (short, rest) => (usize::from(*short), rest),
        };
        let (payload, rest) = rest.split_at(length);
        frames.push(Frame::new(if *first == 0x81 { Kind::Text } else { Kind::Binary }, payload));
        wire = rest;
    }
    frames
}

#[cfg(test)]
mod tests {
    use parlor_proto::frame::Frames;

    use super::super::{Census, Flow, Item, SendError, Volatile};
    use super::*;

    fn text(text: &str) -> Frames {
        Frames::from_elem(Frame::new(Kind::Text, text.as_bytes()), 1)
    }

    #[test]
    fn what_is_sent_is_taken_whatever_its_length() {
        let (session, tap) = Session::detached(Config::default());
        for length in [0, 1, 125, 126, 65_535, 65_536] {
            session.send(&text(&"a".repeat(length))).expect("an open session");
            assert_eq!(tap.take(), text(&"a".repeat(length)).to_vec());
        }
    }

    #[test]
    fn a_slow_client_gets_the_reliable_frames_in_order_and_only_the_latest_state() {
        let (session, tap) = Session::detached(Config::default());
        let (one, two, three) = (text("1"), text("2"), text("3"));
        let state = |next: &str, whole: &str| {
            let whole = || text(whole);
            let next = text(next);
            session.deliver(&[Item::State { next: &next, whole: &whole }]).expect("an open session");
        };
        tap.stall(true);
        assert!(!session.send_volatile(&one), "nothing volatile waits");
        session.send(&one).expect("open");
        state("d1", "s1");
        session.send(&two).expect("open");
        state("d2", "s2");
        session.send(&three).expect("open");
        tap.stall(false);
        let sent: Vec<_> =
            tap.take().iter().map(|frame| String::from_utf8_lossy(frame.payload()).into_owned()).collect();
        assert_eq!(sent, ["1", "2", "s2", "3"]);
        assert!(session.writable() && session.send_volatile(&one));
    }

    #[test]
    fn what_waits_is_in_the_census_and_what_went_out_is_counted() {
        let (session, tap) = Session::detached(Config::default());
        let census = || {
            let mut census = Census::default();
            session.count_in(&mut census);
            census
        };
        let sent = || session.shared.counters.read(0).websocket.sent;
        let state = text("state");
        session.label(2);
        session.send(&text("out")).expect("open");
        assert_eq!(sent(), Flow { packets: 1, bytes: 5 });
        tap.stall(true);
        session.send(&text("waits")).expect("open");
        for _ in 0..2 {
            let item = Item::State { next: &state, whole: &|| state.clone() };
            session.deliver(&[item]).expect("open");
        }
        let one = Census { websocket: [0, 0, 1, 0], ..Census::default() };
        assert_eq!(census(), Census { waiting: 1, frames: 2, most_frames: 2, bytes: 14, ..one });
        assert_eq!((sent().packets, session.shared.counters.read(0).states_replaced), (1, 1));
        tap.stall(false);
        session.send(&text("on")).expect("open");
        assert_eq!((census(), sent()), (one, Flow { packets: 4, bytes: 23 }));
    }

    #[test]
    fn p29_a_full_outbox_closes_the_session_with_transport_close() {
        let (session, tap) = Session::detached(Config { outbox_frames: 2, ..Config::default() });
        tap.stall(true);
        assert_eq!(session.send(&text("1")), Ok(()));
        assert_eq!(session.send(&text("2")), Ok(()));
        assert_eq!(session.send(&text("3")), Err(SendError::Full));
        assert_eq!(session.send(&text("4")), Err(SendError::Closed));
        assert_eq!(tap.closed(), Some(CloseReason::TransportClose));
    }

    #[test]
    fn p29_what_becomes_of_a_volatile_packet_is_configured_and_counted() {
        for (volatile, waits, dropped, heard) in [
            (Volatile::AtOnce, false, 3, vec!["1"]),
            (Volatile::Wait, true, 2, vec!["1", "v0"]),
            (Volatile::Newest, true, 2, vec!["1", "v2"]),
        ] {
            let (session, tap) = Session::detached(Config { outbox_frames: 2, volatile, ..Config::default() });
            tap.stall(true);
            session.send(&text("1")).expect("an open session");
            let taken: Vec<bool> = (0..3).map(|n| session.send_volatile(&text(&format!("v{n}")))).collect();
            assert_eq!(taken, [waits, volatile == Volatile::Newest, volatile == Volatile::Newest], "{volatile:?}");
            assert_eq!(session.shared.counters.read(0).volatile_dropped, dropped, "{volatile:?}");
            tap.stall(false);
            let got: Vec<_> =
                tap.take().iter().map(|frame| String::from_utf8_lossy(frame.payload()).into_owned()).collect();
            assert_eq!(got, heard, "{volatile:?}");
            assert!(tap.closed().is_none() && session.send_volatile(&text("at once")));
        }
    }

    #[test]
    fn a_client_that_forgets_takes_everything_and_keeps_nothing() {
        let (session, tap) = Session::detached(Config { outbox_frames: 1, ..Config::default() });
        tap.forget();
        for _ in 0..3 {
            session.send(&text("1")).expect("an open session");
        }
        assert!(session.writable() && tap.take().is_empty());
    }

    #[test]
    fn a_closed_session_takes_nothing_and_keeps_its_first_reason() {
        let (session, tap) = Session::detached(Config::default());
        session.close(CloseReason::ForcedClose);
        session.close(CloseReason::ServerShuttingDown);
        assert_eq!(session.send(&text("1")), Err(SendError::Closed));
        assert!(!session.send_volatile(&text("1")));
        assert_eq!(tap.closed(), Some(CloseReason::ForcedClose));
    }
}
