//! The outbox against sockets that take as much, or as little, as they like.

use parlor_proto::frame::Kind;
use proptest::prelude::{Strategy, any, prop_oneof, proptest};

use super::*;

const BOUNDS: Bounds = Bounds { frames: 4, bytes: 40 };
const NO_BOUNDS: Bounds = Bounds { frames: usize::MAX, bytes: usize::MAX };

fn frame(text: &str) -> Frame {
    Frame::new(Kind::Text, text.as_bytes())
}

/// A packet, and behind each `+` an attachment of it.
fn frames(text: &str) -> Frames {
    text.split('+').map(frame).collect()
}

fn outbox(room: usize) -> Outbox {
    Outbox::new(Sink::Memory(Box::new(Memory { room, ..Memory::default() })))
}

/// What has been written so far, as the frames' texts.
fn written(outbox: &Outbox) -> Vec<String> {
    let Sink::Memory(memory) = &outbox.sink else { panic!("a test's outbox writes to memory") };
    let mut rest = &memory.written[..];
    let mut texts = Vec::new();
    while let [0x81, length, ..] = rest {
        let end = 2 + usize::from(*length);
        texts.push(String::from_utf8_lossy(rest.get(2..end).expect("a whole frame")).into_owned());
        rest = &rest[end..];
    }
    assert!(rest.is_empty(), "a torn frame");
    texts
}

fn make_room(outbox: &mut Outbox, bytes: usize) {
    let Sink::Memory(memory) = &mut outbox.sink else { panic!("a test's outbox writes to memory") };
    memory.room = bytes;
    outbox.flush().expect("memory does not fail");
}

fn reliable(outbox: &mut Outbox, text: &str, bounds: Bounds) -> Result<usize, Full> {
    let frames = Frames::from_elem(frame(text), 1);
    outbox.deliver(&[Item::Reliable(&frames)], bounds).expect("memory does not fail")
}

fn state(outbox: &mut Outbox, next: &str, whole: &str) -> Result<usize, Full> {
    let item = Item::State { next: &frames(next), whole: &|| frames(whole) };
    outbox.deliver(&[item], NO_BOUNDS).expect("memory does not fail")
}

#[test]
fn one_delivery_is_one_write_that_may_end_anywhere() {
    let (a, b) = (Frames::from_elem(frame("a"), 1), Frames::from_iter([frame("b1"), frame("b2")]));
    let whole = || frames("whole");
    let next = frames("next");
    let items = [Item::Reliable(&a), Item::State { next: &next, whole: &whole }, Item::Reliable(&b)];
    for room in 0..=17 {
        let mut outbox = outbox(room);
        assert_eq!(outbox.deliver(&items, NO_BOUNDS).expect("memory does not fail"), Ok(0));
        assert_eq!(outbox.is_empty(), room == 17, "room for {room}");
        make_room(&mut outbox, usize::MAX);
        assert_eq!(written(&outbox), ["a", "next", "b1", "b2"], "room for {room}");
        assert_eq!(outbox.depth().bytes, 0, "room for {room}");
    }
}

#[test]
fn a_state_that_is_being_written_is_completed_and_the_next_one_continues_from_it() {
    let mut outbox = outbox(1);
    assert_eq!(state(&mut outbox, "d1", "s1"), Ok(0));
    assert_eq!(state(&mut outbox, "d2", "s2"), Ok(0), "nothing is replaced");
    assert_eq!(state(&mut outbox, "d3", "s3"), Ok(1));
    make_room(&mut outbox, usize::MAX);
    assert_eq!(written(&outbox), ["d1", "s3"]);
}

#[test]
fn a_replaced_state_moves_to_the_end() {
    let mut outbox = outbox(0);
    for (text, next, whole) in [("1", "d1", "s1"), ("2", "d2", "s2")] {
        assert!(reliable(&mut outbox, text, NO_BOUNDS).is_ok());
        assert!(state(&mut outbox, next, whole).is_ok());
    }
    assert!(reliable(&mut outbox, "3", NO_BOUNDS).is_ok());
    make_room(&mut outbox, usize::MAX);
    assert_eq!(written(&outbox), ["1", "2", "s2", "3"]);
}

#[test]
fn p24_volatile_frames_go_out_all_or_not_at_all() {
    let frames = Frames::from_iter([frame("placeholder"), frame("attachment")]);
    let mut none = outbox(0);
    assert!(!none.volatile(&frames).expect("memory does not fail"));
    assert!(none.is_empty());
    let mut some = outbox(1);
    assert!(some.volatile(&frames).expect("memory does not fail"));
    make_room(&mut some, usize::MAX);
    assert_eq!(written(&some), ["placeholder", "attachment"]);
}

#[test]
fn a_state_with_an_attachment_goes_out_whole_or_is_replaced_whole() {
    for room in 0..=12 {
        let mut outbox = outbox(room);
        assert_eq!(state(&mut outbox, "d1+a1", "s1+b1"), Ok(0));
        assert!(reliable(&mut outbox, "r", NO_BOUNDS).is_ok());
        // Begun with its first byte, it is completed, and what came later goes out behind its attachment.
        let replaced = usize::from(room == 0);
        assert_eq!(state(&mut outbox, "d2+a2", "s2+b2"), Ok(replaced), "room for {room}");
        make_room(&mut outbox, usize::MAX);
        let expected: &[_] = if room == 0 { &["r", "s2", "b2"] } else { &["d1", "a1", "r", "d2", "a2"] };
        assert_eq!(written(&outbox), expected, "room for {room}");
        assert_eq!((outbox.depth().bytes, outbox.take_sent().packets), (0, expected.len() as u64));
    }
}

#[test]
fn a_poll_that_took_a_state_s_first_frame_has_its_attachment_come_next() {
    let mut outbox = Outbox::default();
    assert_eq!(state(&mut outbox, "4d1+4a1", "4s1+4b1"), Ok(0));
    assert_eq!(outbox.depth(), Depth { frames: 2, bytes: 10 });
    assert_eq!(&outbox.drain(3).finish()[..], b"4d1");
    assert_eq!(state(&mut outbox, "4d2+4a2", "4s2+4b2"), Ok(0), "what has begun is not replaced");
    assert_eq!(state(&mut outbox, "4d3+4a3", "4s3+4b3"), Ok(1));
    assert_eq!(&outbox.drain(100).finish()[..], b"4a1\x1e4s3\x1e4b3");
    assert!(outbox.is_empty() && outbox.depth().bytes == 0);
}

#[test]
fn p29_the_fifo_is_bounded_in_frames_and_in_bytes() {
    let mut frames = outbox(0);
    for _ in 0..BOUNDS.frames {
        assert_eq!(reliable(&mut frames, "x", BOUNDS), Ok(0));
    }
    assert_eq!(reliable(&mut frames, "x", BOUNDS), Err(Full));
    let mut bytes = outbox(0);
    assert_eq!(reliable(&mut bytes, &"x".repeat(90), BOUNDS), Ok(0), "one packet may be larger");
    assert_eq!(reliable(&mut bytes, "x", BOUNDS), Err(Full));
    assert_eq!(state(&mut bytes, "d", "s"), Ok(0), "a state has its own place");
}

#[test]
fn p29_a_volatile_packet_that_may_wait_is_the_one_that_is_lost() {
    for newest in [false, true] {
        let mut outbox = outbox(0);
        let volatile = |outbox: &mut Outbox, text: &str| outbox.wait_volatile(&frames(text), BOUNDS, newest);
        assert!(volatile(&mut outbox, "v1"));
        assert_eq!(reliable(&mut outbox, "r1", BOUNDS), Ok(0));
        assert!(volatile(&mut outbox, "v2") && volatile(&mut outbox, "v3"));
        assert_eq!(volatile(&mut outbox, "v4"), newest, "it is full");
        assert_eq!(outbox.take_displaced(), usize::from(newest));
        // What must arrive takes the room of what need not, whatever the newest of that is worth.
        assert_eq!(reliable(&mut outbox, "r2", BOUNDS), Ok(0));
        assert_eq!((outbox.take_displaced(), outbox.take_displaced()), (1, 0));
        assert_eq!(outbox.depth().frames, BOUNDS.frames);
        make_room(&mut outbox, usize::MAX);
        let expected = if newest { ["r1", "v3", "v4", "r2"] } else { ["r1", "v2", "v3", "r2"] };
        assert_eq!(written(&outbox), expected);
    }
}

#[test]
fn p29_what_must_arrive_closes_when_nothing_volatile_is_left_to_make_room() {
    let mut outbox = outbox(0);
    assert!(outbox.wait_volatile(&frames(&"v".repeat(30)), BOUNDS, true));
    assert_eq!(reliable(&mut outbox, &"r".repeat(20), BOUNDS), Ok(0), "its bytes are free again");
    assert!(!outbox.wait_volatile(&frames(&"v".repeat(30)), BOUNDS, true), "what must arrive makes no room for it");
    assert_eq!(reliable(&mut outbox, &"r".repeat(20), BOUNDS), Err(Full));
    assert_eq!(outbox.take_displaced(), 1);
}

#[test]
fn p24_a_volatile_packet_that_waits_goes_out_whole_or_is_lost_whole() {
    for room in 0..=40 {
        let mut outbox = outbox(room);
        assert!(
            reliable(&mut outbox, "r", NO_BOUNDS).is_ok() && outbox.wait_volatile(&frames("v1+a1"), NO_BOUNDS, true)
        );
        assert!(
            state(&mut outbox, "d1+b1", "s1+b1").is_ok() && outbox.wait_volatile(&frames("v2+a2"), NO_BOUNDS, true)
        );
        make_room(&mut outbox, room);
        let bounds = Bounds { frames: 1, ..NO_BOUNDS };
        let fits = reliable(&mut outbox, "end", bounds).is_ok();
        make_room(&mut outbox, usize::MAX);
        let texts = written(&outbox);
        for (text, next) in [("v1", "a1"), ("d1", "b1"), ("v2", "a2")] {
            let at = texts.iter().position(|other| other == text);
            assert_eq!(at.and_then(|at| texts.get(at + 1)).map(String::as_str), at.map(|_| next), "{texts:?}");
        }
        assert_eq!(texts.contains(&"end".to_owned()), fits);
        assert_eq!(outbox.depth().bytes, 0);
    }
}

#[test]
fn an_unfinished_probe_s_bytes_go_out_before_the_session_s() {
    let mut session = Outbox::default();
    assert!(reliable(&mut session, "queued", NO_BOUNDS).is_ok());
    assert!(state(&mut session, "d1", "s1").is_ok());
    assert!(reliable(&mut session, "behind", NO_BOUNDS).is_ok());
    let mut probe = outbox(3);
    probe.own(frame("3probe"));
    probe.own(frame("pong"));
    assert!(!probe.flush().expect("memory does not fail"));
    session.adopt(probe);
    make_room(&mut session, usize::MAX);
    assert_eq!(written(&session), ["3probe", "pong", "queued", "d1", "behind"]);
    assert_eq!(session.depth().bytes, 0);
}

#[test]
fn a_poll_takes_what_fits_in_order() {
    let mut outbox = Outbox::default();
    for text in ["4a", "4b", "4c"] {
        assert!(reliable(&mut outbox, text, NO_BOUNDS).is_ok());
    }
    assert_eq!(&outbox.drain(5).finish()[..], b"4a\x1e4b");
    assert!(state(&mut outbox, "4d", "4s").is_ok());
    assert_eq!(&outbox.drain(100).finish()[..], b"4c\x1e4d");
    assert!(outbox.is_empty() && outbox.depth().bytes == 0);
    assert!(outbox.wait_volatile(&frames("4v+4a"), NO_BOUNDS, false));
    assert_eq!((&outbox.drain(2).finish()[..], &outbox.drain(100).finish()[..]), (&b"4v"[..], &b"4a"[..]));
    assert!(outbox.is_empty());
}

#[derive(Clone, Debug)]
enum Step {
    Reliable,
    State,
    Room(usize),
}

proptest! {
    #[test]
    fn whatever_the_socket_takes_frames_stay_whole_and_in_order(
        steps in proptest::collection::vec(
            prop_oneof![
                any::<bool>().prop_map(|reliable| if reliable { Step::Reliable } else { Step::State }),
                (0..30_usize).prop_map(Step::Room),
            ],
            0..80,
        )
    ) {
        let mut outbox = outbox(0);
        let (mut sent, mut states) = (0, 0);
        for step in steps {
            match step {
                Step::Reliable => {
                    sent += 1;
                    assert_eq!(reliable(&mut outbox, &format!("r{sent}"), NO_BOUNDS), Ok(0));
                }
                Step::State => {
                    states += 1;
                    assert!(state(&mut outbox, &format!("d{states}+a{states}"), &format!("s{states}+a{states}")).is_ok());
                }
                Step::Room(bytes) => make_room(&mut outbox, bytes),
            }
        }
        make_room(&mut outbox, usize::MAX);
        let texts = written(&outbox);
        let reliable: Vec<_> = texts.iter().filter(|text| text.starts_with('r')).cloned().collect();
        assert_eq!(reliable, (1..=sent).map(|n| format!("r{n}")).collect::<Vec<_>>());
        // A delta follows the state before it; a snapshot may skip some. The last state always arrives.
        let mut last = 0;
        for (text, next) in texts.iter().zip(texts.iter().skip(1).map(Some).chain([None])) {
            if text.starts_with(['d', 's']) {
                let n: u32 = text[1..].parse().expect("a number");
                assert!(if text.starts_with('d') { n == last + 1 } else { n > last }, "{text} after {last}");
                assert_eq!(next, Some(&format!("a{n}")), "nothing comes between a state and its attachment");
                last = n;
            }
        }
        assert_eq!(last, states);
    }
}
