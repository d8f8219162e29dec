//! What a namespace has sent lately, in order, and what of it a session has missed.
//!
//! Knows no sessions but the one that it is asked about.

use std::collections::VecDeque;

use parlor_proto::frame::Frames;
use parlor_proto::socket::Parser;
use tokio::time::Instant;

use super::{Away, Past, Recovery};
use crate::socketio::{Encoded, Target};
use crate::transport::Bounds;

/// What was sent, and the order of things: whoever holds its lock knows that nothing is sent meanwhile, and that nobody
/// joins a room.
#[derive(Debug, Default)]
pub(in crate::socketio) struct Log {
    /// The number of the next event.
    pub(super) next: u64,
    /// Those before it may have been missed, and are not known any more.
    floor: u64,
    entries: VecDeque<Entry>,
    bytes: usize,
}

#[derive(Debug)]
struct Entry {
    number: u64,
    at: Instant,
    to: Target,
    frames: Encoded,
    bytes: usize,
}

impl Log {
    /// The offset of the next event. A letter stands before it, as the stock client takes only text for one.
    pub(in crate::socketio) fn offset(&self) -> String {
        format!("o{:x}", self.next)
    }

    /// The same where the application delivers an event itself, with what it knows of that.
    pub(super) fn own_offset(&self, own: &str) -> String {
        format!("a{:x}.{own}", self.next)
    }

    /// The first event that is kept.
    pub(super) fn first(&self) -> u64 {
        self.entries.front().map_or(self.next, |first| first.number)
    }

    /// Writes down the event that has just been sent.
    pub(in crate::socketio) fn add(&mut self, past: &Past, to: Target, frames: Encoded) {
        let Recovery { max_packets, max_bytes, .. } = past.options;
        let bytes =
            [Parser::Json, Parser::Msgpack].into_iter().filter_map(|parser| frames.get(parser)).map(length).sum();
        let at = Instant::now();
        self.entries.push_back(Entry { number: self.next, at, to, frames, bytes });
        self.next += 1;
        self.bytes += bytes;
        while let Some(first) = self.entries.front() {
            let is_old = at.duration_since(first.at) > past.kept;
            if !(is_old || self.entries.len() > max_packets || self.bytes > max_bytes) {
                return;
            }
            self.bytes -= first.bytes;
            if !is_old {
                self.floor = first.number + 1;
            }
            self.entries.pop_front();
        }
    }

    /// What this session has missed, in order; `None` if that is not known any more, or more than may be sent at once.
    pub(super) fn missed(&self, away: &Away, offset: Option<&str>, most: Bounds) -> Option<Vec<Frames>> {
        let from = match offset {
            Some(offset) => next_after(offset)?.max(away.since),
            None => away.since,
        };
        if from < self.floor || from > self.next {
            return None;
        }
        let mut missed = Vec::new();
        let (mut frames, mut bytes) = (0, 0);
        // Numbers follow each other, so this one's place is known.
        let known = usize::try_from(from.saturating_sub(self.first())).ok()?;
        for entry in self.entries.iter().skip(known).filter(|entry| away.was_due(entry.number, &entry.to)) {
            let packet = entry.frames.get(away.parser)?;
            frames += packet.len();
            bytes += length(packet);
            if frames > most.frames || bytes > most.bytes {
                return None;
            }
            missed.push(packet.clone());
        }
        Some(missed)
    }
}

fn length(frames: &Frames) -> usize {
    frames.iter().map(|frame| frame.payload().len()).sum()
}

/// The number of the event that comes next, and what the application knows beside it, of an offset that is the application's.
pub(super) fn own(offset: &str) -> Option<(u64, &str)> {
    let (next, own) = offset.strip_prefix('a')?.split_once('.')?;
    Some((u64::from_str_radix(next, 16).ok()?, own))
}

/// The first event that whoever got this offset last has not got.
fn next_after(offset: &str) -> Option<u64> {
    match offset.strip_prefix('o') {
        Some(last) => u64::from_str_radix(last, 16).ok()?.checked_add(1),
        None => own(offset).map(|(next, _)| next),
    }
}
