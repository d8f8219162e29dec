//! Real threads: ticks on theirs, inputs from eight others.
//!
//! What comes of it is the same every time, however the threads are scheduled; only how long it takes differs.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use parking_lot::Mutex;
use serde_json::json;

use super::*;
use crate::room::{Answered, Broadcast, CloseReason, Item, Link, SystemClock};

const THREADS: u32 = 8;
const INPUTS: u64 = 1_250;

/// A link that tells another thread what it is answered.
#[derive(Debug)]
struct Caller {
    answers: Mutex<mpsc::Sender<(u64, Answer)>>,
    deliveries: Mutex<usize>,
    events: AtomicUsize,
    breaks: AtomicBool,
    closed: Mutex<Option<CloseReason>>,
}

impl Link for Caller {
    type Encoded = ();
    type Ack = u64;

    fn deliver(&self, answers: &[Answered<u64>], batch: &[Item<'_, ()>]) {
        for Answered { ack, answer, .. } in answers {
            self.answer(*ack, answer.clone());
        }
        assert!(
            batch.iter().all(|item| !matches!(item, Item::Reliable(Broadcast { outgoing: Outgoing::Nothing, .. })))
        );
        assert!(!self.breaks.load(Ordering::Relaxed), "told to");
        let events = batch
            .iter()
            .filter(|item| matches!(item, Item::Reliable(Broadcast { outgoing: Outgoing::Event { .. }, .. })));
        self.events.fetch_add(events.count(), Ordering::Relaxed);
        *self.deliveries.lock() += 1;
    }

    fn answer(&self, ack: u64, answer: Answer) {
        // The caller may have heard enough.
        drop(self.answers.lock().send((ack, answer)));
    }

    fn closed(&self, _: SeatId, reason: CloseReason, _: &str) {
        *self.closed.lock() = Some(reason);
    }
}

fn caller() -> (Arc<Caller>, mpsc::Receiver<(u64, Answer)>) {
    let (answers, heard) = mpsc::channel();
    let (answers, deliveries, closed) = (Mutex::new(answers), Mutex::new(0), Mutex::new(None));
    let link = Caller { answers, deliveries, closed, events: AtomicUsize::new(0), breaks: AtomicBool::new(false) };
    (Arc::new(link), heard)
}

fn directory(config: Config) -> Directory<Caller> {
    let catalog = Catalog::default().with::<Probe>();
    let directory = Directory::new(config, Arc::new(SystemClock::start()), Arc::new(NoLibrary), catalog, None);
    directory.start_threads().expect("threads");
    directory
}

fn seated(heard: &mpsc::Receiver<(u64, Answer)>) -> Seated {
    match heard.recv_timeout(Duration::from_secs(30)).expect("an answer") {
        (_, Answer::Seated(seated)) => *seated,
        other => panic!("joining was answered with {other:?}"),
    }
}

fn create(directory: &Directory<Caller>, link: &Arc<Caller>) {
    let request = CreateRequest {
        game: "probe".into(),
        options: Some(json!({"hz": 100})),
        private: false,
        origin: Origin("here".into()),
        role: None,
        name: Some("Maker".into()),
        avatar: None,
        sync: SyncBy::Snapshot,
        authorized: false,
    };
    directory.create(request, Arc::clone(link), 0);
}

/// Sends all inputs of one seat, as fast as the room takes them, and counts the answers.
fn flood(directory: &Directory<Caller>, code: &str, thread: u32) -> u64 {
    let (link, heard) = caller();
    directory.join(code, player(&format!("thread {thread}")).request(), Arc::clone(&link), 0);
    let seat = seated(&heard).seat;
    let room = directory.find(code).expect("the room");
    let clock = directory.clock();
    let (mut applied, mut last) = (0, 0);
    for n in 0..INPUTS {
        let mut input = <dyn erased_serde::Deserializer<'_>>::erase(json!({"type": "count", "n": n}));
        room.input(seat, &link, &mut input, clock.now(), Some(n));
    }
    while applied < INPUTS {
        match heard.recv_timeout(Duration::from_secs(30)).expect("an answer for each") {
            (n, Answer::Applied(tick)) => {
                assert!(n == applied && tick >= last, "answered in the order of asking");
                (applied, last) = (applied + 1, tick);
            }
            other => panic!("an input was answered with {other:?}"),
        }
    }
    applied
}

#[test]
fn ten_thousand_inputs_from_eight_threads_are_applied_once_each_and_in_order() {
    let config = Config { inputs_per_s: 1_000_000, inbox: 20_000, tick_threads: 2, ..Config::default() };
    let directory = directory(config);
    let (link, heard) = caller();
    create(&directory, &link);
    let maker = seated(&heard);
    let code = &*maker.room;
    let applied: u64 = std::thread::scope(|scope| {
        let floods: Vec<_> = (0..THREADS)
            .map(|thread| {
                scope.spawn({
                    let directory = &directory;
                    move || flood(directory, code, thread)
                })
            })
            .collect();
        floods.into_iter().map(|flood| flood.join().expect("no assertion failed")).sum()
    });
    assert_eq!(applied, u64::from(THREADS) * INPUTS);
    let (again, heard) = caller();
    directory.resume(&maker.token, SyncBy::Delta, Arc::clone(&again), 0);
    let state = serde_json::to_value(&*seated(&heard).state).expect("a tree has a form in JSON");
    assert_eq!((&state["counted"], &state["disorder"]), (&json!(10_000), &json!(0)));
    directory.shutdown(CloseReason::Shutdown);
    assert_eq!(*again.closed.lock(), Some(CloseReason::Shutdown));
    assert_eq!(*link.closed.lock(), Some(CloseReason::Replaced));
}

#[test]
fn threads_tick_sleep_wake_and_stop() {
    let directory = directory(Config { tick_threads: 2, vacant_ms: 50, ..Config::default() });
    let guests: Vec<_> = (0..6)
        .map(|_| {
            let (link, heard) = caller();
            create(&directory, &link);
            let Seated { seat, room, .. } = seated(&heard);
            (link, heard, seat, directory.find(&room).expect("the room"))
        })
        .collect();
    for (link, heard, seat, room) in &guests {
        room.leave(*seat, link, 1);
        assert_eq!(heard.recv_timeout(Duration::from_secs(30)).expect("an answer"), (1, Answer::Done));
    }
    // Rooms without seats close themselves, woken by nobody.
    let mut changes = directory.changes();
    let empty = async {
        while !directory.is_empty() {
            changes.changed().await.expect("the directory lives");
        }
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    runtime.block_on(async { tokio::time::timeout(Duration::from_secs(30), empty).await }).expect("rooms close");
    directory.shutdown(CloseReason::Shutdown);
    directory.shutdown(CloseReason::Shutdown);
}

/// Somebody in a room, and where they are told.
type Place = (Arc<Caller>, mpsc::Receiver<(u64, Answer)>, SeatId);
/// A room, and who is in it.
type Hall = (Arc<dyn RoomHandle<Caller>>, Vec<Place>);

/// A room with so many in it, its maker first.
fn hall(directory: &Directory<Caller>, seats: usize) -> Hall {
    let (link, heard) = caller();
    create(directory, &link);
    let Seated { seat, room, .. } = seated(&heard);
    let mut places = vec![(link, heard, seat)];
    for n in 1..seats {
        let (link, heard) = caller();
        directory.join(&room, player(&format!("guest {n}")).request(), Arc::clone(&link), 0);
        places.push((link, heard, SeatId(0)));
    }
    for (_, heard, seat) in places.iter_mut().skip(1) {
        *seat = seated(heard).seat;
    }
    (directory.find(&room).expect("the room"), places)
}

#[test]
fn large_rooms_hand_out_at_once_on_all_threads_and_break_alone() {
    const RINGS: usize = 50;
    let config = Config { tick_threads: 3, fan_out_from: 64, ..Config::default() };
    let directory = directory(config);
    let mut halls = [hall(&directory, 100), hall(&directory, 100), hall(&directory, 70)];
    let ring = |(room, places): &mut Hall| {
        let (link, heard, seat) = &places[0];
        let mut input = <dyn erased_serde::Deserializer<'_>>::erase(json!({"type": "ring", "to": null, "sound": 1}));
        room.input(*seat, link, &mut input, directory.clock().now(), Some(1));
        heard.recv_timeout(Duration::from_secs(30)).expect("an answer").1
    };
    std::thread::scope(|scope| {
        for hall in &mut halls {
            let ring = &ring;
            scope.spawn(move || (0..RINGS).for_each(|_| assert!(matches!(ring(hall), Answer::Applied(_)))));
        }
    });
    // Whoever rang is answered while others are still being told.
    let ringing = |(link, ..): &Place| link.events.load(Ordering::Relaxed) < RINGS;
    let end = directory.clock().now() + Duration::from_secs(30);
    while halls[1].1.iter().any(ringing) {
        assert!(directory.clock().now() < end, "somebody was not told");
        std::thread::yield_now();
    }
    halls[1].1[66].0.breaks.store(true, Ordering::Relaxed);
    ring(&mut halls[1]);
    assert!(matches!(ring(&mut halls[0]), Answer::Applied(_)));
    directory.shutdown(CloseReason::Shutdown);
    for (n, (_, places)) in halls.iter().enumerate() {
        let reason = if n == 1 { CloseReason::Failed } else { CloseReason::Shutdown };
        for (link, ..) in places {
            assert_eq!(*link.closed.lock(), Some(reason));
            let heard = link.events.load(Ordering::Relaxed);
            assert!(n == 1 && heard >= RINGS || heard == RINGS + usize::from(n == 0), "{heard} in room {n}");
        }
    }
}
