//! A viewer: a link that records, and puts the state together as a client does.
//!
//! Checks on its way that no delta has another base than the state it is applied to.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use parking_lot::Mutex;
use parlor_games::contract::{SeatId, Tick};
use serde_json::Value;

use super::super::patch;
use super::{Answer, Outgoing};
use crate::room::packed::Decoder;
use crate::room::{Answered, Broadcast, CloseReason, Condition, Item, Link, RoomHandle};

/// What is encoded once, and how often any was.
#[derive(Debug, Default)]
pub(super) struct Encoded(OnceLock<String>);

/// One viewer.
#[derive(Debug, Default)]
pub(super) struct Viewer {
    inner: Mutex<Inner>,
    encodings: AtomicUsize,
    /// Where its connection lies.
    pub(super) locality: u32,
    /// The room whose listing it looks up when it is answered.
    watched: OnceLock<Arc<dyn RoomHandle<Self>>>,
    /// How its connection is.
    pub(super) condition: Mutex<Condition>,
}

#[derive(Debug, Default)]
struct Inner {
    heard: Vec<Outgoing>,
    answers: Vec<(u32, Answer)>,
    closed: Vec<(CloseReason, String)>,
    /// The order in which all of it came.
    sequence: Vec<&'static str>,
    state: Option<(Tick, Value)>,
    /// For one who is told packed.
    decoder: Decoder,
    deliveries: usize,
    /// Answers that came by themselves, not with a delivery.
    direct: usize,
    /// Reads nothing: its state slot is overwritten.
    slow: bool,
    slot: Option<(Outgoing, Outgoing, bool)>,
    /// The players that the watched room listed when it answered.
    listed: Option<u32>,
}

impl Viewer {
    pub(super) fn start() -> Arc<Self> {
        Arc::default()
    }

    /// One that looks up this room's listing when it is answered.
    pub(super) fn watching(room: Arc<dyn RoomHandle<Self>>) -> Arc<Self> {
        Arc::new(Self { watched: OnceLock::from(room), ..Self::default() })
    }

    /// One whose connection lies there.
    pub(super) fn lying(locality: u32) -> Arc<Self> {
        Arc::new(Self { locality, ..Self::default() })
    }

    /// The players that the watched room listed when it answered.
    pub(super) fn listed(&self) -> Option<u32> {
        self.inner.lock().listed
    }

    pub(super) fn has_answer(&self, ack: u32) -> bool {
        self.inner.lock().answers.iter().any(|&(to, _)| to == ack)
    }

    /// The answer with this ack, which came exactly once.
    pub(super) fn take_answer(&self, ack: u32) -> Option<Answer> {
        let mut inner = self.inner.lock();
        let at = inner.answers.iter().position(|&(to, _)| to == ack)?;
        let (_, answer) = inner.answers.remove(at);
        assert!(!inner.answers.iter().any(|&(to, _)| to == ack && ack != 0), "answered twice");
        Some(answer)
    }

    /// The answer with this ack, left where it is.
    pub(super) fn peek_answer(&self, ack: u32) -> Option<Answer> {
        self.inner.lock().answers.iter().find(|&&(to, _)| to == ack).map(|(_, answer)| answer.clone())
    }

    /// The acks of the answers that came after the first, which is the seat's.
    pub(super) fn answers_since_joining(&self) -> Vec<u32> {
        self.inner.lock().answers.iter().map(|&(ack, _)| ack).filter(|&ack| ack != 0).collect()
    }

    /// How many answers came.
    pub(super) fn answered(&self) -> u32 {
        u32::try_from(self.inner.lock().answers.len()).expect("few")
    }

    pub(super) fn heard(&self) -> Vec<Outgoing> {
        self.inner.lock().heard.clone()
    }

    pub(super) fn forget(&self) {
        let mut inner = self.inner.lock();
        inner.heard.clear();
        inner.sequence.clear();
        inner.deliveries = 0;
        inner.direct = 0;
    }

    pub(super) fn closed_for(&self) -> Vec<CloseReason> {
        self.inner.lock().closed.iter().map(|(reason, _)| *reason).collect()
    }

    pub(super) fn deliveries(&self) -> usize {
        self.inner.lock().deliveries
    }

    /// How many answers came by themselves.
    pub(super) fn direct(&self) -> usize {
        self.inner.lock().direct
    }

    pub(super) fn sequence(&self) -> Vec<&'static str> {
        self.inner.lock().sequence.clone()
    }

    pub(super) fn encodings(&self) -> usize {
        self.encodings.load(Ordering::Relaxed)
    }

    pub(super) fn state(&self) -> Value {
        self.inner.lock().state.clone().expect("a state").1
    }

    pub(super) fn tick(&self) -> Tick {
        self.inner.lock().state.as_ref().expect("a state").0
    }

    /// Stops reading, or reads what waits.
    pub(super) fn set_slow(&self, slow: bool) {
        let mut inner = self.inner.lock();
        inner.slow = slow;
        if let Some((next, whole, overwritten)) = inner.slot.take() {
            inner.see(if overwritten { whole } else { next });
        }
    }

    /// Everything that it was ever told, for looking whether something is in it.
    pub(super) fn transcript(&self) -> String {
        let inner = self.inner.lock();
        format!("{:?}{:?}{:?}", inner.heard, inner.answers, inner.closed)
    }

    fn note(&self, ack: u32, answer: Answer) {
        let mut inner = self.inner.lock();
        inner.listed = self.watched.get().map(|room| room.listing().players);
        inner.sequence.push("answer");
        if let Answer::Seated(seated) = &answer {
            inner.state = Some((seated.tick, value(&seated.state)));
        }
        inner.answers.push((ack, answer));
    }

    fn encode(&self, broadcast: &Broadcast<Encoded>) {
        broadcast.encoded.0.get_or_init(|| {
            self.encodings.fetch_add(1, Ordering::Relaxed);
            format!("{:?}", broadcast.outgoing)
        });
    }
}

impl Inner {
    fn see(&mut self, outgoing: Outgoing) {
        match &outgoing {
            Outgoing::Snapshot { tick, state, .. } => self.state = Some((*tick, value(state))),
            Outgoing::Delta { tick, base, patch, .. } => {
                let (at, state) = self.state.as_mut().expect("a delta follows a state");
                assert_eq!(at, base, "a delta's base is the state before");
                patch::apply(state, &value(patch));
                *at = *tick;
            }
            Outgoing::Packed { delta } => self.unpack(delta),
            Outgoing::Keyframe(keyframe) => self.unpack(&keyframe.encode()),
            _ => {}
        }
        self.sequence.push(kind(&outgoing));
        self.heard.push(outgoing);
    }
}

impl Inner {
    fn unpack(&mut self, bytes: &[u8]) {
        self.decoder.decode(bytes).expect("a packed delta follows the state before");
        self.state = self.decoder.tick().zip(self.decoder.view().cloned());
    }
}

impl Link for Viewer {
    type Encoded = Encoded;
    type Ack = u32;

    fn deliver(&self, answers: &[Answered<u32>], batch: &[Item<'_, Encoded>]) {
        for Answered { ack, answer, .. } in answers {
            self.note(*ack, answer.clone());
        }
        let mut inner = self.inner.lock();
        inner.deliveries += 1;
        for item in batch {
            match item {
                Item::Reliable(broadcast) => {
                    self.encode(broadcast);
                    inner.see(broadcast.outgoing.clone());
                }
                Item::State { next, whole } => {
                    if inner.slow {
                        let overwritten = inner.slot.is_some();
                        inner.slot = Some((next.outgoing.clone(), whole.outgoing.clone(), overwritten));
                    } else {
                        self.encode(next);
                        inner.see(next.outgoing.clone());
                    }
                }
            }
        }
    }

    fn locality(&self) -> u32 {
        self.locality
    }

    fn condition(&self) -> Condition {
        *self.condition.lock()
    }

    fn answer(&self, ack: u32, answer: Answer) {
        self.inner.lock().direct += 1;
        self.note(ack, answer);
    }

    fn closed(&self, _: SeatId, reason: CloseReason, message: &str) {
        let mut inner = self.inner.lock();
        inner.sequence.push("closed");
        inner.closed.push((reason, message.to_owned()));
    }
}

const fn kind(outgoing: &Outgoing) -> &'static str {
    match outgoing {
        Outgoing::Nothing => "nothing",
        Outgoing::Snapshot { .. } => "snapshot",
        Outgoing::Delta { .. } => "delta",
        Outgoing::Packed { .. } => "packed",
        Outgoing::Keyframe(_) => "keyframe",
        Outgoing::You { .. } => "you",
        Outgoing::Score { .. } => "score",
        Outgoing::Timer { .. } => "timer",
        Outgoing::Players { .. } => "players",
        Outgoing::Event { .. } => "event",
        Outgoing::Chat { .. } => "chat",
    }
}

/// As a client reads it.
pub(super) fn value(tree: &crate::room::Tree) -> Value {
    serde_json::to_value(tree).expect("a tree has a form in JSON")
}
