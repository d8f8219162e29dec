//! The state machine at a table with its own clock.

use std::time::{Duration, Instant};

use bytes::Bytes;
use proptest::prelude::{Just, Strategy, any, prop_oneof, proptest};

use super::{Machine, Timing};
use crate::engine::effects::{Effects, Release, Verdict};
use crate::engine::upgrade::ProbeId;
use crate::engine::{CloseReason, Message, Packet, Transport};

const TIMING: Timing = Timing {
    ping_interval_ms: 300,
    ping_timeout_ms: 200,
    upgrade_timeout_ms: 100,
    pending_close_ms: 30_000,
    close_timeout_ms: 5_000,
};

/// A machine and the time, which starts at 0 ms.
struct Table {
    machine: Machine,
    start: Instant,
    ms: u64,
}

impl Table {
    #[expect(clippy::disallowed_methods, reason = "any instant will do as the table's zero")]
    fn open(transport: Transport) -> Self {
        let start = Instant::now();
        Self { machine: Machine::new(TIMING, transport, start), start, ms: 0 }
    }

    fn polling() -> Self {
        Self::open(Transport::Polling)
    }

    fn websocket() -> Self {
        Self::open(Transport::Websocket)
    }

    fn now(&self) -> Instant {
        self.start + Duration::from_millis(self.ms)
    }

    /// It is `ms`; what is due is done.
    fn at(&mut self, ms: u64) -> Effects {
        self.ms = ms;
        self.machine.timeout(self.now())
    }

    fn due(&self) -> Option<u128> {
        self.machine.deadline().map(|due| (due - self.start).as_millis())
    }

    fn packet(&mut self, text: &'static str) -> Effects {
        let packet = Packet::parse(Bytes::from_static(text.as_bytes())).expect("a packet");
        self.machine.packet(self.now(), self.machine.transport(), packet)
    }

    fn probe(&mut self) -> ProbeId {
        self.machine.probe(self.now(), Transport::Websocket).expect("a polling session may be probed")
    }

    fn probed(&mut self, id: ProbeId, text: &'static str) -> Effects {
        self.machine.probe_packet(id, Packet::parse(Bytes::from_static(text.as_bytes())).ok().as_ref())
    }

    fn upgraded() -> Self {
        let mut table = Self::polling();
        let id = table.probe();
        assert_eq!(table.probed(id, "2probe"), probe(Verdict::Pong));
        assert_eq!(table.probed(id, "5"), probe(Verdict::Upgrade));
        table
    }
}

fn nothing() -> Effects {
    Effects::default()
}

fn refused() -> Effects {
    Effects { refused: true, ..nothing() }
}

fn ended(reason: CloseReason) -> Effects {
    Effects { closed: Some(reason), ended: true, ..nothing() }
}

fn probe(verdict: Verdict) -> Effects {
    Effects { probe: Some(verdict), ..nothing() }
}

#[test]
fn p04_two_gets_at_once_end_the_session_and_the_first_gets_1() {
    let mut table = Table::polling();
    assert_eq!(table.machine.poll(false), nothing());
    assert_eq!(table.machine.collect(), None);
    let expect = Effects { refused: true, poll: true, ..ended(CloseReason::TransportError) };
    assert_eq!(table.machine.poll(false), expect);
    assert_eq!(table.machine.collect(), Some(Release::Close));
    assert_eq!(table.machine.poll(false), refused());
}

#[test]
fn p04_a_get_that_is_dropped_takes_the_session_along() {
    let mut table = Table::polling();
    assert_eq!(table.machine.poll(false), nothing());
    assert_eq!(table.machine.poll_aborted(), ended(CloseReason::TransportError));
}

#[test]
fn a_get_takes_what_is_queued_or_waits_for_it() {
    let mut table = Table::polling();
    let effects = Effects { poll: true, ..nothing() };
    assert_eq!(table.machine.poll(true), effects);
    assert_eq!(table.machine.collect(), Some(Release::Data));
    assert_eq!(table.machine.queued(), nothing(), "no GET waits");
    assert_eq!(table.machine.poll(false), nothing());
    assert!(table.machine.is_polled());
    assert_eq!(table.machine.queued(), effects);
    assert_eq!(table.machine.queued(), nothing(), "it has been released");
    assert_eq!(table.machine.collect(), Some(Release::Data));
    assert!(!table.machine.is_polled());
}

#[test]
fn p05_two_posts_at_once_end_the_session() {
    let mut table = Table::polling();
    assert_eq!(table.machine.post(), nothing());
    table.machine.posted();
    assert_eq!(table.machine.post(), nothing());
    assert_eq!(table.machine.post(), Effects { refused: true, ..ended(CloseReason::TransportError) });
}

#[test]
fn p05_a_post_that_breaks_off_takes_the_session_along() {
    let mut table = Table::polling();
    assert_eq!(table.machine.post(), nothing());
    assert_eq!(table.machine.post_aborted(CloseReason::TransportError), ended(CloseReason::TransportError));
}

#[test]
fn p06_a_malformed_packet_is_a_parse_error() {
    let mut table = Table::polling();
    assert_eq!(table.machine.malformed(Transport::Websocket), nothing(), "not its transport");
    assert_eq!(table.machine.malformed(Transport::Polling), ended(CloseReason::ParseError));
}

#[test]
fn p09_a_client_s_1_gives_the_waiting_get_6() {
    let mut table = Table::polling();
    assert_eq!(table.machine.poll(false), nothing());
    assert_eq!(table.packet("1"), Effects { poll: true, ..ended(CloseReason::TransportClose) });
    assert_eq!(table.machine.collect(), Some(Release::Noop));
    assert_eq!(table.machine.poll(false), refused());
}

#[test]
fn p09_a_server_s_close_waits_30_s_for_the_get_that_takes_its_1() {
    let mut table = Table::polling();
    let now = table.now();
    let effects = table.machine.close(now, CloseReason::ForcedClose);
    assert_eq!(effects, Effects { closed: Some(CloseReason::ForcedClose), ..nothing() });
    assert_eq!(table.due(), Some(30_000));
    assert_eq!(table.at(29_999), nothing());
    assert_eq!(table.machine.poll(true), Effects { poll: true, ..nothing() });
    assert_eq!(table.machine.collect(), Some(Release::Close));
    assert_eq!(table.machine.close_delivered(), Effects { ended: true, ..nothing() });
    assert_eq!(table.due(), None);
}

#[test]
fn p09_a_server_s_close_is_forgotten_when_no_get_comes() {
    let mut table = Table::polling();
    let now = table.now();
    let effects = table.machine.close(now, CloseReason::ForcedClose);
    assert!(effects.closed.is_some() && !effects.ended);
    assert_eq!(table.at(30_000), Effects { ended: true, ..nothing() });
    assert_eq!(table.machine.poll(false), refused());
}

#[test]
fn a_client_that_is_changing_over_when_the_server_closes_is_told_on_its_websocket() {
    let mut table = Table::polling();
    let id = table.probe();
    assert_eq!(table.probed(id, "2probe"), probe(Verdict::Pong));
    let now = table.now();
    let closed = Effects { closed: Some(CloseReason::ServerShuttingDown), ..nothing() };
    assert_eq!(table.machine.close(now, CloseReason::ServerShuttingDown), closed);
    assert_eq!(table.probed(id, "5"), probe(Verdict::Upgrade));
    assert_eq!(table.machine.transport(), Transport::Websocket);
    assert!(!table.machine.is_open() && !table.machine.is_ended(), "the goodbye is the WebSocket's");
    assert_eq!(table.machine.lost(CloseReason::TransportClose), Effects { ended: true, ..nothing() });
}

#[test]
fn a_closed_session_s_websocket_is_given_up_in_time_or_when_a_get_takes_its_1() {
    for polls in [false, true] {
        let mut table = Table::polling();
        let (id, now) = (table.probe(), table.now());
        assert_eq!(table.probed(id, "2probe"), probe(Verdict::Pong));
        assert!(!table.machine.close(now, CloseReason::ForcedClose).ended);
        if polls {
            assert_eq!(table.machine.poll(false), Effects { poll: true, ..nothing() });
            assert_eq!(table.machine.collect(), Some(Release::Close));
            assert_eq!(table.machine.close_delivered(), Effects { ended: true, ..probe(Verdict::Close) });
        } else {
            assert_eq!((table.due(), table.at(100)), (Some(100), probe(Verdict::Close)));
            assert_eq!(table.due(), Some(30_000));
        }
        assert_eq!(table.probed(id, "5"), probe(Verdict::Close), "too late");
    }
    let mut table = Table::polling();
    let (id, now) = (table.probe(), table.now());
    assert_eq!(
        table.machine.close(now, CloseReason::ForcedClose).probe,
        Some(Verdict::Close),
        "its `2probe` has not come"
    );
    assert!(!table.machine.is_probed_by(id));
}

#[test]
fn p13_the_first_ping_is_due_an_interval_after_the_open_and_the_next_one_after_the_pong() {
    let mut table = Table::websocket();
    assert_eq!(table.at(299), nothing());
    assert_eq!(table.at(300), Effects { ping: true, ..nothing() });
    assert_eq!(table.due(), Some(500));
    assert_eq!(table.at(450), nothing());
    assert_eq!(table.packet("3"), nothing());
    assert_eq!(table.due(), Some(750));
}

#[test]
fn the_round_trip_is_the_pong_s_from_the_ping_that_went_out() {
    let mut table = Table::polling();
    assert!(!table.packet("4hello").refused);
    assert_eq!(table.machine.round_trip(), None, "polling's handshake is answered whenever the client likes");
    assert_eq!(table.packet("3"), nothing());
    assert_eq!(table.machine.round_trip(), None, "nobody asked");
    // Fired late: the time counts from when the ping went out.
    assert!(table.at(540).ping);
    assert_eq!(table.machine.round_trip(), None);
    assert_eq!(table.at(585), nothing());
    assert_eq!(table.packet("3"), nothing());
    assert_eq!(table.machine.round_trip(), Some(Duration::from_millis(45)));
    assert_eq!(table.at(600), nothing());
    assert_eq!(table.packet("3"), nothing());
    assert_eq!(table.machine.round_trip(), Some(Duration::from_millis(45)), "a second pong answers nothing");
}

#[test]
fn a_websocket_s_first_round_trip_is_its_handshake_s() {
    let mut table = Table::websocket();
    assert_eq!(table.at(80), nothing());
    assert!(table.packet("40").message.is_some());
    assert_eq!(table.machine.round_trip(), Some(Duration::from_millis(80)));
    assert_eq!(table.at(200), nothing());
    assert!(table.packet("4hello").message.is_some());
    assert_eq!(table.machine.round_trip(), Some(Duration::from_millis(80)), "a message answers nothing");
    assert!(table.at(300).ping);
    assert_eq!(table.at(320), nothing());
    assert_eq!(table.packet("3"), nothing());
    assert_eq!(table.machine.round_trip(), Some(Duration::from_millis(20)));
}

#[test]
fn p13_only_a_pong_counts() {
    let mut table = Table::websocket();
    assert_eq!(table.at(300), Effects { ping: true, ..nothing() });
    assert!(table.packet("4hello").message.is_some());
    assert_eq!(table.at(499), nothing());
    assert_eq!(table.at(500), ended(CloseReason::PingTimeout));
}

#[test]
fn p13_a_late_timer_does_not_lengthen_the_timeout() {
    let mut table = Table::polling();
    assert_eq!(table.at(304), Effects { ping: true, ..nothing() });
    assert_eq!(table.due(), Some(500));
    assert_eq!(table.at(500), ended(CloseReason::PingTimeout));
}

#[test]
fn p13_a_stalled_process_does_not_drop_its_clients_unasked() {
    let mut table = Table::polling();
    assert_eq!(table.at(5_000), Effects { ping: true, ..nothing() });
    assert_eq!(table.due(), Some(5_200));
}

#[test]
fn p13_a_ping_timeout_gives_the_waiting_get_1() {
    let mut table = Table::polling();
    assert_eq!(table.machine.poll(false), nothing());
    assert!(table.at(300).ping);
    assert_eq!(table.at(500), Effects { poll: true, ..ended(CloseReason::PingTimeout) });
    assert_eq!(table.machine.collect(), Some(Release::Close));
}

#[test]
fn p14_packets_out_of_place() {
    let mut table = Table::websocket();
    for text in ["0{}", "5", "6", "3"] {
        assert_eq!(table.packet(text), nothing(), "{text}");
    }
    assert_eq!(table.packet("2"), ended(CloseReason::TransportError));
    let mut table = Table::websocket();
    assert_eq!(table.packet("1"), ended(CloseReason::TransportClose));
}

#[test]
fn p15_polls_are_released_from_the_probe_to_the_upgrade() {
    let mut table = Table::polling();
    assert_eq!(table.machine.poll(false), nothing());
    let id = table.probe();
    assert_eq!(table.machine.collect(), None, "not before the probe");
    assert_eq!(table.probed(id, "2probe"), Effects { poll: true, ..probe(Verdict::Pong) });
    assert_eq!(table.machine.collect(), Some(Release::Noop));
    for _ in 0..3 {
        assert_eq!(table.machine.poll(true), Effects { poll: true, ..nothing() });
        assert_eq!(table.machine.collect(), Some(Release::Noop), "what is queued waits for the upgrade");
    }
    assert_eq!(table.machine.queued(), nothing());
    assert_eq!(table.probed(id, "5"), probe(Verdict::Upgrade));
    assert_eq!(table.machine.transport(), Transport::Websocket);
}

#[test]
fn p15_a_get_that_was_given_data_before_the_probe_keeps_it() {
    let mut table = Table::polling();
    assert_eq!(table.machine.poll(true), Effects { poll: true, ..nothing() });
    let id = table.probe();
    assert_eq!(table.probed(id, "2probe"), probe(Verdict::Pong));
    assert_eq!(table.machine.collect(), Some(Release::Data));
}

#[test]
fn p16_what_is_not_a_probe_first_fails_the_upgrade_alone() {
    for first in ["5", "2", "2prob", "3probe", "4hello", "1", "6", "abc"] {
        let mut table = Table::polling();
        let id = table.probe();
        assert_eq!(table.probed(id, first), probe(Verdict::Close), "{first}");
        assert!(table.machine.is_open() && table.machine.transport() == Transport::Polling, "{first}");
        assert_eq!(table.probed(id, "2probe"), probe(Verdict::Close), "it has been given up");
        table.probe();
    }
}

#[test]
fn p16_an_upgrade_ends_by_its_timeout_or_with_its_websocket() {
    let mut table = Table::polling();
    let id = table.probe();
    assert_eq!(table.due(), Some(100));
    assert_eq!(table.probed(id, "2probe"), probe(Verdict::Pong));
    assert_eq!(table.at(100), probe(Verdict::Close));
    assert_eq!(table.machine.poll(false), nothing(), "a GET waits again");
    let next = table.probe();
    table.machine.probe_lost(id);
    assert!(table.machine.is_probed_by(next), "the first one's end is not the second one's");
    table.machine.probe_lost(next);
    assert!(table.machine.is_open() && !table.machine.is_probed_by(next));
}

#[test]
fn p16_there_is_one_upgrade_at_a_time_and_none_after_it() {
    let mut table = Table::polling();
    table.probe();
    assert_eq!(table.machine.probe(table.start, Transport::Websocket), None);
    let mut table = Table::upgraded();
    assert_eq!(table.machine.probe(table.start, Transport::Websocket), None);
    let mut table = Table::websocket();
    assert_eq!(table.machine.probe(table.start, Transport::Websocket), None);
}

#[test]
fn p16_polling_after_the_upgrade_is_refused_and_the_websocket_lives() {
    let mut table = Table::upgraded();
    assert_eq!(table.machine.poll(false), refused());
    assert_eq!(table.machine.post(), refused());
    let hello = Packet::Message(Message::Text(Bytes::from_static(b"hello")));
    let now = table.now();
    assert_eq!(table.machine.packet(now, Transport::Polling, hello.clone()), refused());
    assert!(table.machine.packet(now, Transport::Websocket, hello).message.is_some());
}

#[test]
fn a_post_that_is_read_when_the_upgrade_comes_does_not_end_the_session() {
    let mut table = Table::polling();
    assert_eq!(table.machine.post(), nothing());
    let id = table.probe();
    assert_eq!(table.probed(id, "2probe"), probe(Verdict::Pong));
    assert_eq!(table.probed(id, "5"), probe(Verdict::Upgrade));
    assert_eq!(table.machine.post_aborted(CloseReason::TransportError), nothing());
    assert!(table.machine.is_open());
}

#[test]
fn p26_a_close_reason_is_given_once() {
    let mut table = Table::websocket();
    let now = table.now();
    let effects = table.machine.close(now, CloseReason::ServerShuttingDown);
    assert_eq!(effects, Effects { closed: Some(CloseReason::ServerShuttingDown), ..nothing() });
    assert_eq!(table.machine.close(now, CloseReason::ForcedClose), nothing());
    assert_eq!(table.packet("4late"), refused());
    assert_eq!(table.due(), Some(5_000));
    assert_eq!(table.machine.lost(CloseReason::TransportClose), Effects { ended: true, ..nothing() });
    assert_eq!(table.machine.lost(CloseReason::TransportClose), nothing());
}

#[derive(Clone, Debug)]
enum Input {
    Sleep(u64),
    Poll(bool),
    Collect,
    PollAborted,
    Queued,
    Post,
    Posted,
    PostAborted,
    Packet(Transport, Packet),
    Malformed(Transport),
    Probe,
    Probed(Option<Packet>),
    ProbeLost,
    Lost,
    Close,
}

fn packets() -> impl Strategy<Value = Packet> {
    prop_oneof![
        Just(Packet::Open(Bytes::new())),
        Just(Packet::Close),
        Just(Packet::Ping(Bytes::from_static(b"probe"))),
        Just(Packet::Pong(Bytes::new())),
        Just(Packet::Message(Message::Text(Bytes::new()))),
        Just(Packet::Upgrade),
        Just(Packet::Noop),
    ]
}

fn inputs() -> impl Strategy<Value = Input> {
    let transport = || prop_oneof![Just(Transport::Polling), Just(Transport::Websocket)];
    prop_oneof![
        (0..400_u64).prop_map(Input::Sleep),
        any::<bool>().prop_map(Input::Poll),
        Just(Input::Collect),
        Just(Input::PollAborted),
        Just(Input::Queued),
        Just(Input::Post),
        Just(Input::Posted),
        Just(Input::PostAborted),
        (transport(), packets()).prop_map(|(from, packet)| Input::Packet(from, packet)),
        transport().prop_map(Input::Malformed),
        Just(Input::Probe),
        proptest::option::of(packets()).prop_map(Input::Probed),
        Just(Input::ProbeLost),
        Just(Input::Lost),
        Just(Input::Close),
    ]
}

impl Table {
    fn input(&mut self, id: &mut ProbeId, input: Input) -> Effects {
        let now = self.now();
        match input {
            Input::Sleep(ms) => self.at(self.ms + ms),
            Input::Poll(queued) => self.machine.poll(queued),
            Input::Collect if self.machine.collect() == Some(Release::Close) => self.machine.close_delivered(),
            Input::Collect => nothing(),
            Input::PollAborted => self.machine.poll_aborted(),
            Input::Queued => self.machine.queued(),
            Input::Post => self.machine.post(),
            Input::Posted => {
                self.machine.posted();
                nothing()
            }
            Input::PostAborted => self.machine.post_aborted(CloseReason::TransportError),
            Input::Packet(from, packet) => self.machine.packet(now, from, packet),
            Input::Malformed(from) => self.machine.malformed(from),
            Input::Probe => {
                *id = self.machine.probe(now, Transport::Websocket).unwrap_or(*id);
                nothing()
            }
            Input::Probed(packet) => self.machine.probe_packet(*id, packet.as_ref()),
            Input::ProbeLost => {
                self.machine.probe_lost(*id);
                nothing()
            }
            Input::Lost => self.machine.lost(CloseReason::TransportClose),
            Input::Close => self.machine.close(now, CloseReason::ForcedClose),
        }
    }
}

proptest! {
    #[test]
    fn whatever_comes_a_session_closes_once_ends_once_and_upgrades_once(inputs in proptest::collection::vec(inputs(), 0..64)) {
        let mut table = Table::polling();
        let mut id = ProbeId(0);
        let (mut closed, mut ends, mut upgrades) = (0, 0, 0);
        for input in inputs {
            let effects = table.input(&mut id, input);
            assert!(effects.message.is_none() || closed == 0, "a message after the close");
            closed += usize::from(effects.closed.is_some());
            ends += usize::from(effects.ended);
            upgrades += usize::from(effects.probe == Some(Verdict::Upgrade));
            assert_eq!(table.machine.is_open(), closed == 0);
            assert_eq!(table.machine.is_ended(), ends == 1);
            assert_eq!(table.machine.deadline().is_none(), ends == 1, "an open session always has a deadline");
            assert_eq!(table.machine.transport() == Transport::Websocket, upgrades == 1);
        }
        assert!(closed <= 1 && ends <= closed && upgrades <= 1);
        assert_eq!(table.machine.lost(CloseReason::TransportClose).ended, ends == 0);
        assert!(table.machine.collect().is_some() || !matches!(table.machine.poll, super::Poll::Waiting), "no GET is left waiting");
    }
}
