//! What waits to be sent to one client: a bounded FIFO of reliable frames and one latest-wins state slot.
//!
//! Decides nothing about the session and wakes nobody: whoever holds it ([`super::Session`]) does.

mod queue;

use std::io::{self, IoSlice};

use bytes::Bytes;
use parlor_proto::engine::payload;
use parlor_proto::frame::{Frame, Frames};

use self::queue::{Entry, Queue, Slices};
use super::Item;
use super::counters::Flow;
use super::wire::Writer;

/// What may wait.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    pub(crate) frames: usize,
    pub(crate) bytes: usize,
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
    Memory(Box<Memory>),
    /// A client that takes all there is and keeps none of it: for measuring.
    Void,
}

/// What a test's client has taken.
#[derive(Debug, Default)]
pub(super) struct Memory {
    pub(super) written: Vec<u8>,
    /// Bytes that it takes before it is full.
    pub(super) room: usize,
    pub(super) writes: usize,
}

impl Memory {
    fn write(&mut self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
        if self.room == 0 {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        self.writes += 1;
        let before = self.written.len();
        self.written.extend(slices.iter().flat_map(|slice| slice.iter()).take(self.room));
        self.room -= self.written.len() - before;
        Ok(self.written.len() - before)
    }
}

impl Sink {
    /// The socket's, if there is one, or 0.
    pub(super) fn descriptor(&self) -> u32 {
        match self {
            Self::Direct(writer) => writer.descriptor(),
            Self::None | Self::Memory(_) | Self::Void => 0,
        }
    }

    fn write(&mut self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
        match self {
            Self::None => Err(io::ErrorKind::WouldBlock.into()),
            Self::Direct(writer) => writer.try_write(slices),
            Self::Void => Ok(slices.iter().map(|slice| slice.len()).sum()),
            Self::Memory(memory) => memory.write(slices),
        }
    }
}

/// One session's outbox. Small, as it is looked at with every frame, and there are many.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    pub(super) sink: Sink,
    /// What has gone out and was not taken to the counters yet. A packet counts from its first byte on.
    sent: Flow,
    /// `None`: nothing waits.
    queue: Option<Box<Queue>>,
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

    pub(super) const fn is_empty(&self) -> bool {
        self.queue.is_none()
    }

    /// What waits, unfinished frames and the state included.
    pub(super) fn depth(&self) -> Depth {
        self.queue.as_ref().map_or(Depth { frames: 0, bytes: 0 }, |queue| queue.depth())
    }

    /// What has gone out since this was last asked.
    pub(super) fn take_sent(&mut self) -> Flow {
        std::mem::take(&mut self.sent)
    }

    /// Drops all but what has to be completed.
    pub(super) fn clear(&mut self) {
        if let Some(queue) = &mut self.queue {
            queue.clear();
        }
        self.tidy();
    }

    /// Writes the items at once if nothing waits and the socket takes them; queues what is left.
    /// Returns how many states were replaced before they were sent.
    pub(super) fn deliver(&mut self, items: &[Item<'_>], bounds: Bounds) -> io::Result<Result<usize, Full>> {
        let written = if self.is_empty() { self.write_through(items)? } else { Some(0) };
        let Some(written) = written else { return Ok(Ok(0)) };
        let queue = self.queue.get_or_insert_default();
        let mut replaced = 0;
        for item in items {
            match item {
                Item::Reliable(frames) => {
                    for frame in *frames {
                        if queue.push(Entry::Frame(frame.clone()), bounds).is_err() {
                            return Ok(Err(Full));
                        }
                    }
                }
                Item::State { next, whole } => replaced += usize::from(queue.push_state(next, whole)),
            }
        }
        self.advance(written);
        Ok(Ok(replaced))
    }

    /// Writes the frames if at least their first byte goes out at once, and completes what it began. Whether it did.
    ///
    /// To be called only if nothing waits. Where a GET fetches the frames, that is soon enough.
    pub(super) fn volatile(&mut self, frames: &Frames) -> io::Result<bool> {
        let Some(written) = self.write_through(&[Item::Reliable(frames)])? else { return Ok(true) };
        let fetched = matches!(self.sink, Sink::None);
        if written > 0 || fetched {
            for frame in frames {
                self.own(frame.clone());
            }
            self.advance(written);
        }
        Ok(written > 0 || fetched)
    }

    /// Queues a volatile packet, if it fits: see [`Queue::push_volatile`]. Whether it did.
    pub(super) fn wait_volatile(&mut self, frames: &Frames, bounds: Bounds, newest: bool) -> bool {
        self.queue.get_or_insert_default().push_volatile(frames, bounds, newest)
    }

    /// How many volatile packets that waited have had to make room, since this was last asked.
    pub(super) fn take_displaced(&mut self) -> usize {
        self.queue.as_mut().map_or(0, |queue| queue.take_displaced())
    }

    /// Queues what tungstenite wrote, or a packet of the session's own.
    pub(super) fn control(&mut self, bytes: Bytes, bounds: Bounds) -> Result<(), Full> {
        self.queue.get_or_insert_default().push(Entry::Control(bytes), bounds)
    }

    /// Queues a frame whatever the bounds: the session's own, of which there is one at a time.
    pub(super) fn own(&mut self, frame: Frame) {
        self.queue.get_or_insert_default().append(Entry::Frame(frame));
    }

    /// Queues the close frame, whatever the bounds.
    pub(super) fn last(&mut self, bytes: Bytes) {
        self.queue.get_or_insert_default().append(Entry::Control(bytes));
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
        while let Some(queue) = &self.queue {
            let written = match write(&queue.slices()) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(written) => written,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(false),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => 0,
                Err(error) => return Err(error),
            };
            self.advance(written);
        }
        Ok(true)
    }

    /// Takes what waits, up to `max` bytes, into a polling body.
    pub(super) fn drain(&mut self, max: usize) -> payload::Writer {
        let mut body = payload::Writer::default();
        let Some(queue) = &mut self.queue else { return body };
        while let Some(frame) = queue.front() {
            if !body.fits(frame, max) {
                break;
            }
            body.push(frame);
            queue.pop(&mut self.sent);
        }
        self.tidy();
        body
    }

    /// Takes over another's unfinished bytes, which go out first.
    pub(super) fn adopt(&mut self, earlier: Self) {
        if let Some(queue) = earlier.queue {
            self.queue.get_or_insert_default().adopt(*queue);
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

    /// So many bytes of what waits have been written.
    fn advance(&mut self, written: usize) {
        if let Some(queue) = &mut self.queue {
            queue.advance(written, &mut self.sent);
        }
        self.tidy();
    }

    /// Gives back the memory of what waits no longer.
    fn tidy(&mut self) {
        if let Some(queue) = &self.queue
            && queue.is_empty()
        {
            debug_assert_eq!(queue.depth().bytes, 0, "an empty queue of some bytes");
            self.queue = None;
        }
    }
}

#[cfg(test)]
mod tests;
