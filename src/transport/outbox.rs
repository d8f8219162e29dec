//! What waits to be sent to one client: a bounded FIFO of reliable frames and one latest-wins state slot.
//!
//! Decides nothing about the session and wakes nobody: whoever holds it ([`super::Session`]) does.

use std::collections::VecDeque;
use std::io::{self, IoSlice};

use bytes::{Buf, Bytes};
use parlor_proto::engine::payload;
use parlor_proto::frame::{Frame, Frames};
use smallvec::SmallVec;

use super::Item;
use super::counters::Flow;
use super::wire::Writer;

/// Frames of one `writev`.
const BATCH: usize = 32;
/// A queue that has grown past this gives its memory back when it is empty.
const KEEP: usize = 16;

type Slices<'a> = SmallVec<[IoSlice<'a>; BATCH]>;

/// What may wait.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    pub(super) frames: usize,
    pub(super) bytes: usize,
}

/// The FIFO is full. The policy: the session closes, as a client that lost one reliable frame has lost them all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Full;

/// Where frames can be written from any thread.
#[derive(Debug, Default)]
pub(super) enum Sink {
    /// Nowhere: a GET or the connection's own task fetches them.
    #[default]
    None,
    /// A socket.
    Direct(Writer),
    /// A test, which takes as many bytes as it has room for, and counts the writes that it took any of.
    Memory { written: Vec<u8>, room: usize, writes: usize },
    /// A client that takes all there is and keeps none of it: for measuring.
    Void,
}

impl Sink {
    fn write(&mut self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
        match self {
            Self::None | Self::Memory { room: 0, .. } => Err(io::ErrorKind::WouldBlock.into()),
            Self::Direct(writer) => writer.try_write(slices),
            Self::Void => Ok(slices.iter().map(|slice| slice.len()).sum()),
            Self::Memory { written, room, writes } => {
                *writes += 1;
                let before = written.len();
                written.extend(slices.iter().flat_map(|slice| slice.iter()).take(*room));
                *room -= written.len() - before;
                Ok(written.len() - before)
            }
        }
    }
}

#[derive(Debug)]
enum Entry {
    Frame(Frame),
    /// What tungstenite wrote: pongs and close frames.
    Control(Bytes),
}

impl Entry {
    const fn wire(&self) -> &Bytes {
        match self {
            Self::Frame(frame) => frame.wire(),
            Self::Control(bytes) => bytes,
        }
    }
}

/// The state that waits, and how many of the waiting entries go out before it.
#[derive(Debug)]
struct State {
    frames: Frames,
    after: usize,
}

impl State {
    fn bytes(&self) -> usize {
        self.frames.iter().map(|frame| frame.wire().len()).sum()
    }
}

/// One session's outbox.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    pub(super) sink: Sink,
    /// What is left of an entry that was written in part. It is completed before anything else.
    rest: Bytes,
    waiting: VecDeque<Entry>,
    bytes: usize,
    state: Option<State>,
    /// What has gone out and was not taken to the counters yet. A packet counts from its first byte on.
    sent: Flow,
}

/// What waits in an outbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Depth {
    pub(super) frames: usize,
    pub(super) bytes: usize,
}

impl Outbox {
    pub(super) fn new(sink: Sink) -> Self {
        Self { sink, ..Self::default() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rest.is_empty() && self.waiting.is_empty() && self.state.is_none()
    }

    /// What waits, unfinished frames and the state included.
    pub(super) fn depth(&self) -> Depth {
        let (of_state, state) = self.state.as_ref().map_or((0, 0), |state| (state.frames.len(), state.bytes()));
        let frames = self.waiting.len() + of_state + usize::from(!self.rest.is_empty());
        Depth { frames, bytes: self.rest.len() + self.bytes + state }
    }

    /// What has gone out since this was last asked.
    pub(super) fn take_sent(&mut self) -> Flow {
        std::mem::take(&mut self.sent)
    }

    /// Drops all but what has to be completed.
    pub(super) fn clear(&mut self) {
        self.waiting = VecDeque::new();
        self.bytes = 0;
        self.state = None;
    }

    /// Writes the items at once if nothing waits and the socket takes them; queues what is left.
    /// Returns how many states were replaced before they were sent.
    pub(super) fn deliver(&mut self, items: &[Item<'_>], bounds: Bounds) -> io::Result<Result<usize, Full>> {
        let sent = if self.is_empty() { self.write_through(items)? } else { Some(0) };
        let Some(sent) = sent else { return Ok(Ok(0)) };
        let mut replaced = 0;
        for item in items {
            match item {
                Item::Reliable(frames) => {
                    for frame in *frames {
                        if self.push(Entry::Frame(frame.clone()), bounds).is_err() {
                            return Ok(Err(Full));
                        }
                    }
                }
                Item::State { next, whole } => replaced += usize::from(self.push_state(next, whole)),
            }
        }
        self.advance(sent);
        Ok(Ok(replaced))
    }

    /// Writes the frames if at least their first byte goes out at once, and completes what it began. Whether it did.
    ///
    /// To be called only if nothing waits. Where a GET fetches the frames, that is soon enough.
    pub(super) fn volatile(&mut self, frames: &Frames) -> io::Result<bool> {
        let Some(sent) = self.write_through(&[Item::Reliable(frames)])? else { return Ok(true) };
        let fetched = matches!(self.sink, Sink::None);
        if sent > 0 || fetched {
            for frame in frames {
                self.own(frame.clone());
            }
            self.advance(sent);
        }
        Ok(sent > 0 || fetched)
    }

    /// Queues what tungstenite wrote, or a packet of the session's own.
    pub(super) fn control(&mut self, bytes: Bytes, bounds: Bounds) -> Result<(), Full> {
        self.push(Entry::Control(bytes), bounds)
    }

    /// Queues a frame whatever the bounds: the session's own, of which there is one at a time.
    pub(super) fn own(&mut self, frame: Frame) {
        self.bytes += frame.wire().len();
        self.waiting.push_back(Entry::Frame(frame));
    }

    /// Queues the close frame, whatever the bounds.
    pub(super) fn last(&mut self, bytes: Bytes) {
        self.bytes += bytes.len();
        self.waiting.push_back(Entry::Control(bytes));
    }

    /// Writes what waits until the socket takes no more. Whether nothing waits any more.
    pub(super) fn flush(&mut self) -> io::Result<bool> {
        let mut sink = std::mem::take(&mut self.sink);
        let flushed = self.flush_to(|slices| sink.write(slices));
        self.sink = sink;
        flushed
    }

    /// [`Outbox::flush`], to somewhere else.
    pub(super) fn flush_to(&mut self, mut write: impl FnMut(&[IoSlice<'_>]) -> io::Result<usize>) -> io::Result<bool> {
        while !self.is_empty() {
            let sent = match write(&self.slices()) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(sent) => sent,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(false),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => 0,
                Err(error) => return Err(error),
            };
            self.advance(sent);
        }
        if self.waiting.capacity() > KEEP {
            self.waiting = VecDeque::new();
        }
        Ok(true)
    }

    /// Takes what waits, up to `max` bytes, into a polling body.
    pub(super) fn drain(&mut self, max: usize) -> payload::Writer {
        let mut body = payload::Writer::default();
        while let Some(frame) = self.front() {
            if !body.fits(frame, max) {
                break;
            }
            body.push(frame);
            self.pop();
        }
        body
    }

    /// Takes over another's unfinished bytes, which go out first.
    pub(super) fn adopt(&mut self, mut earlier: Self) {
        let mut entries = earlier.waiting.len();
        self.bytes += earlier.bytes;
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
        self.sink = earlier.sink;
        self.sent.packets += earlier.sent.packets;
        self.sent.bytes += earlier.sent.bytes;
    }

    /// One write of all the items: `None` if all of it went out, or else how many bytes did.
    fn write_through(&mut self, items: &[Item<'_>]) -> io::Result<Option<usize>> {
        let mut slices = Slices::new();
        for item in items {
            match item {
                Item::Reliable(frames) => slices.extend(frames.iter().map(|frame| IoSlice::new(frame.wire()))),
                Item::State { next, .. } => slices.extend(next.iter().map(|frame| IoSlice::new(frame.wire()))),
            }
        }
        let all: usize = slices.iter().map(|slice| slice.len()).sum();
        match self.sink.write(&slices) {
            Ok(sent) if sent == all => {
                self.sent.packets += slices.len() as u64;
                self.sent.bytes += all as u64;
                Ok(None)
            }
            Ok(sent) => Ok(Some(sent)),
            Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted) => Ok(Some(0)),
            Err(error) => Err(error),
        }
    }

    fn push(&mut self, entry: Entry, bounds: Bounds) -> Result<(), Full> {
        let length = entry.wire().len();
        let full = self.waiting.len() >= bounds.frames || self.bytes + length > bounds.bytes;
        if full && !self.waiting.is_empty() {
            return Err(Full);
        }
        self.bytes += length;
        self.waiting.push_back(entry);
        Ok(())
    }

    /// A state that waits is replaced, and the one that replaces it goes out after all that wait already.
    fn push_state(&mut self, next: &Frames, whole: &dyn Fn() -> Frames) -> bool {
        let replaced = self.state.is_some();
        let frames = if replaced { whole() } else { next.clone() };
        self.state = Some(State { frames, after: self.waiting.len() });
        replaced
    }

    fn slices(&self) -> Slices<'_> {
        let rest = (!self.rest.is_empty()).then_some(&self.rest);
        let after = self.state.as_ref().map_or(0, |state| state.after);
        let before = self.waiting.iter().take(after).map(Entry::wire);
        let state = self.state.iter().flat_map(|state| &state.frames).map(Frame::wire);
        let behind = self.waiting.iter().skip(after).map(Entry::wire);
        rest.into_iter().chain(before).chain(state).chain(behind).take(BATCH).map(|wire| IoSlice::new(wire)).collect()
    }

    /// The next frame, for a polling body. Control bytes are WebSocket's own and never wait here.
    fn front(&self) -> Option<&Frame> {
        match &self.state {
            Some(State { frames, after: 0 }) => frames.first(),
            Some(_) | None => match self.waiting.front() {
                Some(Entry::Frame(frame)) => Some(frame),
                Some(Entry::Control(_)) | None => None,
            },
        }
    }

    fn pop(&mut self) -> Option<Bytes> {
        match &mut self.state {
            Some(State { after: 0, .. }) => return self.begin_state(),
            Some(state) => state.after -= 1,
            None => {}
        }
        let entry = self.waiting.pop_front()?;
        self.bytes -= entry.wire().len();
        Some(match entry {
            Entry::Frame(frame) => {
                self.sent.packets += 1;
                frame.wire().clone()
            }
            Entry::Control(bytes) => bytes,
        })
    }

    /// The first frame of the state that waits. It is replaced no longer: its attachments go out next, whatever comes.
    fn begin_state(&mut self) -> Option<Bytes> {
        let mut frames = self.state.take()?.frames.into_iter();
        let first = frames.next()?;
        for attachment in frames.rev() {
            self.bytes += attachment.wire().len();
            self.waiting.push_front(Entry::Frame(attachment));
        }
        self.sent.packets += 1;
        Some(first.wire().clone())
    }

    /// `sent` bytes have been written.
    fn advance(&mut self, mut sent: usize) {
        self.sent.bytes += sent as u64;
        let of_rest = sent.min(self.rest.len());
        self.rest.advance(of_rest);
        if self.rest.is_empty() {
            // Empty, it would still keep its frame's memory.
            self.rest = Bytes::new();
        }
        sent -= of_rest;
        while sent > 0 {
            let Some(mut wire) = self.pop() else { return };
            if sent < wire.len() {
                wire.advance(sent);
                self.rest = wire;
                return;
            }
            sent -= wire.len();
        }
    }
}

#[cfg(test)]
mod tests;
