//! What waits in an outbox, and in which order it goes: a FIFO of reliable frames, and one latest-wins state among them.
//!
//! Writes nothing. There is none of it for a client that takes everything at once, which is most of them most of the time.

use std::collections::VecDeque;
use std::io::IoSlice;

use bytes::{Buf, Bytes};
use parlor_proto::frame::{Frame, Frames};
use smallvec::SmallVec;

use super::{Bounds, Depth, Full};
use crate::transport::counters::Flow;

/// Frames of one `writev`.
const BATCH: usize = 32;

pub(super) type Slices<'a> = SmallVec<[IoSlice<'a>; BATCH]>;

/// Frames and a state that wait.
#[derive(Debug, Default)]
pub(super) struct Queue {
    /// What is left of an entry that was written in part. It is completed before anything else.
    rest: Bytes,
    waiting: VecDeque<Entry>,
    /// How many of them are volatile.
    volatile: usize,
    /// How many volatile ones have had to make room, and were not asked for yet.
    displaced: usize,
    bytes: usize,
    state: Option<State>,
}

#[derive(Debug)]
pub(super) enum Entry {
    Frame(Frame),
    /// What tungstenite wrote: pongs and close frames.
    Control(Bytes),
    /// A packet that may be lost, as long as nothing of it is sent: all of its frames.
    Volatile(Box<Frames>),
}

/// The state that waits, and how many of the waiting entries go out before it.
#[derive(Debug)]
struct State {
    frames: Frames,
    after: usize,
}

impl Entry {
    fn wires(&self) -> impl Iterator<Item = &Bytes> {
        let (one, several) = match self {
            Self::Frame(frame) => (Some(frame.wire()), [].as_slice()),
            Self::Control(bytes) => (Some(bytes), [].as_slice()),
            Self::Volatile(frames) => (None, frames.as_slice()),
        };
        one.into_iter().chain(several.iter().map(Frame::wire))
    }

    fn bytes(&self) -> usize {
        self.wires().map(Bytes::len).sum()
    }
}

impl State {
    fn bytes(&self) -> usize {
        self.frames.iter().map(|frame| frame.wire().len()).sum()
    }
}

impl Queue {
    pub(super) fn is_empty(&self) -> bool {
        self.rest.is_empty() && self.waiting.is_empty() && self.state.is_none()
    }

    /// What waits, unfinished frames and the state included.
    pub(super) fn depth(&self) -> Depth {
        let (of_state, state) = self.state.as_ref().map_or((0, 0), |state| (state.frames.len(), state.bytes()));
        let frames = self.waiting.len() + of_state + usize::from(!self.rest.is_empty());
        Depth { frames, bytes: self.rest.len() + self.bytes + state }
    }

    /// Drops all but what has to be completed.
    pub(super) fn clear(&mut self) {
        *self = Self { rest: std::mem::take(&mut self.rest), ..Self::default() };
    }

    /// The last to go out, if it fits. Volatile ones make room for it, the oldest first.
    pub(super) fn push(&mut self, entry: Entry, bounds: Bounds) -> Result<(), Full> {
        let bytes = entry.bytes();
        while self.is_full(bytes, bounds) {
            if !self.displace() {
                return Err(Full);
            }
        }
        self.append(entry);
        Ok(())
    }

    /// A volatile packet, the last to go out, if it fits; where the newest count, older volatile ones make room for it.
    /// Whether it did.
    pub(super) fn push_volatile(&mut self, frames: &Frames, bounds: Bounds, newest: bool) -> bool {
        let entry = Entry::Volatile(Box::new(frames.clone()));
        if newest {
            return self.push(entry, bounds).is_ok();
        }
        let fits = !self.is_full(entry.bytes(), bounds);
        if fits {
            self.append(entry);
        }
        fits
    }

    /// Whether so many bytes more are too many. What is larger than the bounds alone waits by itself.
    fn is_full(&self, bytes: usize, bounds: Bounds) -> bool {
        !self.waiting.is_empty() && (self.waiting.len() >= bounds.frames || self.bytes + bytes > bounds.bytes)
    }

    /// Drops the oldest volatile packet, if there is one.
    fn displace(&mut self) -> bool {
        if self.volatile == 0 {
            return false;
        }
        let Some(at) = self.waiting.iter().position(|entry| matches!(entry, Entry::Volatile(_))) else { return false };
        self.bytes -= self.waiting.remove(at).map_or(0, |entry| entry.bytes());
        self.volatile -= 1;
        self.displaced += 1;
        if let Some(state) = &mut self.state {
            state.after -= usize::from(at < state.after);
        }
        true
    }

    /// How many volatile packets have had to make room since this was last asked.
    pub(super) fn take_displaced(&mut self) -> usize {
        std::mem::take(&mut self.displaced)
    }

    /// The last to go out, whatever the bounds.
    pub(super) fn append(&mut self, entry: Entry) {
        self.bytes += entry.bytes();
        self.volatile += usize::from(matches!(entry, Entry::Volatile(_)));
        self.waiting.push_back(entry);
    }

    /// A state that waits is replaced, and the one that replaces it goes out after all that wait already. Whether one was.
    pub(super) fn push_state(&mut self, next: &Frames, whole: &dyn Fn() -> Frames) -> bool {
        let replaced = self.state.is_some();
        let frames = if replaced { whole() } else { next.clone() };
        self.state = Some(State { frames, after: self.waiting.len() });
        replaced
    }

    /// Takes in what another's began and what waited there, which goes out first.
    pub(super) fn adopt(&mut self, mut earlier: Self) {
        let mut entries = earlier.waiting.len();
        self.bytes += earlier.bytes;
        self.volatile += earlier.volatile;
        while let Some(entry) = earlier.waiting.pop_back() {
            self.waiting.push_front(entry);
        }
        if self.rest.is_empty() {
            self.rest = earlier.rest;
        } else if !earlier.rest.is_empty() {
            self.waiting.push_front(Entry::Control(earlier.rest));
            entries += 1;
        }
        if let Some(state) = &mut self.state {
            state.after += entries;
        }
    }

    /// The first bytes that wait, as many as one write takes.
    pub(super) fn slices(&self) -> Slices<'_> {
        let rest = (!self.rest.is_empty()).then_some(&self.rest);
        let after = self.state.as_ref().map_or(0, |state| state.after);
        let before = self.waiting.iter().take(after).flat_map(Entry::wires);
        let state = self.state.iter().flat_map(|state| &state.frames).map(Frame::wire);
        let behind = self.waiting.iter().skip(after).flat_map(Entry::wires);
        rest.into_iter().chain(before).chain(state).chain(behind).take(BATCH).map(|wire| IoSlice::new(wire)).collect()
    }

    /// The next frame, for a polling body. Control bytes are WebSocket's own and never wait here.
    pub(super) fn front(&self) -> Option<&Frame> {
        match &self.state {
            Some(State { frames, after: 0 }) => frames.first(),
            Some(_) | None => match self.waiting.front() {
                Some(Entry::Frame(frame)) => Some(frame),
                Some(Entry::Volatile(frames)) => frames.first(),
                Some(Entry::Control(_)) | None => None,
            },
        }
    }

    /// Takes the next one out, to be sent whole or in part. A packet counts from its first byte on.
    pub(super) fn pop(&mut self, sent: &mut Flow) -> Option<Bytes> {
        match &mut self.state {
            Some(State { after: 0, .. }) => return self.begin_state(sent),
            Some(state) => state.after -= 1,
            None => {}
        }
        let entry = self.waiting.pop_front()?;
        self.bytes -= entry.bytes();
        match entry {
            Entry::Frame(frame) => {
                sent.packets += 1;
                Some(frame.wire().clone())
            }
            Entry::Control(bytes) => Some(bytes),
            Entry::Volatile(frames) => {
                self.volatile -= 1;
                if let Some(state) = &mut self.state {
                    state.after += frames.len() - 1;
                }
                self.begin(*frames, sent)
            }
        }
    }

    /// The first frame of the state that waits. It is replaced no longer.
    fn begin_state(&mut self, sent: &mut Flow) -> Option<Bytes> {
        let state = self.state.take()?;
        self.begin(state.frames, sent)
    }

    /// The first frame of what could have been lost until now: its attachments go out next, whatever comes.
    fn begin(&mut self, frames: Frames, sent: &mut Flow) -> Option<Bytes> {
        let mut frames = frames.into_iter();
        let first = frames.next()?;
        for attachment in frames.rev() {
            self.bytes += attachment.wire().len();
            self.waiting.push_front(Entry::Frame(attachment));
        }
        sent.packets += 1;
        Some(first.wire().clone())
    }

    /// `written` bytes have gone out.
    pub(super) fn advance(&mut self, mut written: usize, sent: &mut Flow) {
        sent.bytes += written as u64;
        let of_rest = written.min(self.rest.len());
        self.rest.advance(of_rest);
        if self.rest.is_empty() {
            // Empty, it would still keep its frame's memory.
            self.rest = Bytes::new();
        }
        written -= of_rest;
        while written > 0 {
            let Some(mut wire) = self.pop(sent) else { return };
            if written < wire.len() {
                wire.advance(written);
                self.rest = wire;
                return;
            }
            written -= wire.len();
        }
    }
}
