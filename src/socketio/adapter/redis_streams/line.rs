//! What waits in this server: publications for Redis, and events for its own sockets that come back from there first.
//!
//! Sends nothing and waits for nothing: whoever holds its lock is told what to deliver, and does that once it has let go.

use std::collections::VecDeque;

use tokio::sync::oneshot;
use tokio::time::Instant;

use super::config::{Config, Overflow};
use super::event::Event;

/// Something for Redis.
#[derive(Debug)]
pub(super) enum Item {
    /// For the stream, under this number.
    Entry { number: u64, fields: EntryFields },
    /// For a channel; whoever waits is told how many have got it.
    Letter { channel: Box<str>, letter: Vec<u8>, heard: Option<oneshot::Sender<usize>>, kind: Letter },
    /// A session whose client may come back.
    Session { key: Box<str>, session: String },
    /// Nothing: whoever waits is told when all before it has got there.
    Mark { reached: oneshot::Sender<()> },
}

#[derive(Debug)]
pub(super) struct EntryFields {
    /// The place of its stream.
    pub(super) stream: usize,
    pub(super) namespace: Box<str>,
    pub(super) kind: u8,
    pub(super) data: Vec<u8>,
}

/// What becomes of a letter while Redis is away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Letter {
    /// It waits.
    Kept,
    /// It is of no use later.
    Fleeting,
}

impl Item {
    fn bytes(&self) -> usize {
        const BESIDE: usize = 100;
        let own = match self {
            Self::Entry { fields, .. } => fields.namespace.len() + fields.data.len(),
            Self::Letter { channel, letter, .. } => channel.len() + letter.len(),
            Self::Session { key, session } => key.len() + session.len(),
            Self::Mark { .. } => 0,
        };
        own + BESIDE
    }

    /// An entry's stream and number.
    const fn number(&self) -> Option<(usize, u64)> {
        match self {
            Self::Entry { number, fields } => Some((fields.stream, *number)),
            Self::Letter { .. } | Self::Session { .. } | Self::Mark { .. } => None,
        }
    }

    /// Whether it is of no use later.
    const fn is_fleeting(&self) -> bool {
        matches!(self, Self::Letter { kind: Letter::Fleeting, .. } | Self::Mark { .. })
    }

    /// Whether it may be tried again once it is known not to have got there, or does no harm twice.
    pub(super) const fn may_be_repeated(&self) -> bool {
        matches!(self, Self::Entry { .. } | Self::Session { .. })
    }
}

/// An event of this server that its own sockets get in the stream's order.
#[derive(Debug)]
struct Due {
    number: u64,
    event: Event,
    since: Instant,
}

/// What comes of adding something.
#[derive(Debug, Default)]
#[must_use]
pub(super) struct Added {
    /// To be delivered here by whoever has added it.
    pub(super) deliver: Vec<Event>,
    /// What is not published.
    pub(super) dropped: usize,
    /// Whether it is the first since Redis was last there.
    pub(super) first: bool,
}

/// The bounds of what waits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    entries: usize,
    bytes: usize,
    overflow: Overflow,
    most: usize,
}

impl From<&Config> for Bounds {
    fn from(config: &Config) -> Self {
        let Config { queue_entries, queue_bytes, overflow, max_entry_bytes, .. } = config;
        Self { entries: (*queue_entries).max(1), bytes: *queue_bytes, overflow: *overflow, most: *max_entry_bytes }
    }
}

#[derive(Debug)]
pub(super) struct Line {
    bounds: Bounds,
    queue: VecDeque<Item>,
    bytes: usize,
    /// How many are on their way to Redis.
    sent: usize,
    /// Of each stream, in the order of their numbers.
    due: Vec<VecDeque<Due>>,
    numbers: u64,
    /// Redis is not there: nothing is due, as nothing comes back.
    away: bool,
    has_dropped: bool,
}

impl Line {
    /// Redis is away until it is there for the first time.
    pub(super) fn new(config: &Config, streams: usize) -> Self {
        let (queue, due) = (VecDeque::new(), std::iter::repeat_with(VecDeque::new).take(streams).collect());
        Self { bounds: config.into(), queue, bytes: 0, sent: 0, due, numbers: 0, away: true, has_dropped: false }
    }

    pub(super) const fn is_away(&self) -> bool {
        self.away
    }

    /// Nothing waits and nothing is on its way.
    pub(super) fn is_idle(&self) -> bool {
        self.queue.is_empty() && self.sent == 0
    }

    /// An entry; its event, if this server's sockets are to get it when it comes back.
    pub(super) fn publish(&mut self, fields: EntryFields, event: Option<Event>) -> Added {
        self.numbers += 1;
        let number = self.numbers;
        let mut added = Added::default();
        match event {
            // Those that have been published and not read again are as many as may wait: the reader is far behind.
            Some(event) if self.away || self.count_due() >= self.bounds.entries => added.deliver.push(event),
            Some(event) => match self.due.get_mut(fields.stream) {
                Some(due) => due.push_back(Due { number, event, since: Instant::now() }),
                None => added.deliver.push(event),
            },
            None => {}
        }
        self.add(Item::Entry { number, fields }, added)
    }

    /// A letter or a session. What is of no use later is not taken while Redis is away.
    pub(super) fn send(&mut self, item: Item) -> Added {
        if self.away && item.is_fleeting() {
            return Added { dropped: 1, ..Added::default() };
        }
        self.add(item, Added::default())
    }

    fn add(&mut self, item: Item, mut added: Added) -> Added {
        let too_large = item.bytes() > self.bounds.most;
        if too_large {
            self.drop(&item, &mut added);
            return added;
        }
        self.bytes += item.bytes();
        self.queue.push_back(item);
        while self.queue.len() > self.bounds.entries || (self.bytes > self.bounds.bytes && self.queue.len() > 1) {
            let dropped = match self.bounds.overflow {
                Overflow::DropOldest => self.queue.pop_front(),
                Overflow::DropNewest => self.queue.pop_back(),
            };
            let Some(item) = dropped else { break };
            self.bytes -= item.bytes();
            self.drop(&item, &mut added);
        }
        added
    }

    fn drop(&mut self, item: &Item, added: &mut Added) {
        added.dropped += 1;
        added.first |= !std::mem::replace(&mut self.has_dropped, true);
        let Some((stream, number)) = item.number() else { return };
        // It will not come back.
        if let Some(all) = self.due.get_mut(stream)
            && let Ok(at) = all.binary_search_by_key(&number, |due| due.number)
            && let Some(due) = all.remove(at)
        {
            added.deliver.push(due.event);
        }
    }

    /// The next to be sent to Redis; until they have [got there](Self::sent), or are [put back](Self::put_back).
    pub(super) fn take(&mut self, most: usize) -> Vec<Item> {
        let taken: Vec<Item> = self.queue.drain(..most.max(1).min(self.queue.len())).collect();
        self.bytes -= taken.iter().map(Item::bytes).sum::<usize>();
        self.sent = taken.len();
        taken
    }

    /// What was taken has got there.
    pub(super) const fn sent(&mut self) {
        self.sent = 0;
    }

    /// They have not got there: they are the next again, whatever waits behind them.
    pub(super) fn put_back(&mut self, items: Vec<Item>) {
        self.bytes += items.iter().map(Item::bytes).sum::<usize>();
        self.sent = 0;
        for item in items.into_iter().rev() {
            self.queue.push_front(item);
        }
    }

    fn count_due(&self) -> usize {
        self.due.iter().map(VecDeque::len).sum()
    }

    /// This server's own entry of this number has come back by this stream. Gives its event, if it was not delivered before, after those in front
    /// of it that have not come back, which would be strange.
    pub(super) fn came_back(&mut self, stream: usize, number: u64) -> (Vec<Event>, Option<Event>) {
        let mut lost = Vec::new();
        while let Some(due) = self.first_due(stream, |due| due.number <= number) {
            if due.number == number {
                return (lost, Some(due.event));
            }
            lost.push(due.event);
        }
        (lost, None)
    }

    /// What was due long ago and has not come back, while nothing else waits to be sent.
    pub(super) fn overdue(&mut self, before: Instant) -> Vec<Event> {
        let mut overdue = Vec::new();
        for stream in 0..self.due.len() {
            while let Some(due) = self.first_due(stream, |due| due.since < before) {
                overdue.push(due.event);
            }
        }
        overdue
    }

    fn first_due(&mut self, stream: usize, is_it: impl FnOnce(&Due) -> bool) -> Option<Due> {
        let due = self.due.get_mut(stream)?;
        if is_it(due.front()?) { due.pop_front() } else { None }
    }

    /// Redis is not there: gives what is due, and is away once nothing is. To be called until it gives nothing, so that what is sent
    /// meanwhile comes behind.
    pub(super) fn go_away(&mut self) -> Vec<Event> {
        if self.count_due() == 0 {
            self.away = true;
            self.queue.retain(|item| !item.is_fleeting());
            self.bytes = self.queue.iter().map(Item::bytes).sum();
        }
        self.due.iter_mut().flat_map(|due| due.drain(..)).map(|due| due.event).collect()
    }

    /// Redis is there again.
    pub(super) const fn come_back(&mut self) {
        self.away = false;
        self.has_dropped = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::socketio::Target;

    fn line(entries: usize, bytes: usize, overflow: Overflow) -> Line {
        let config = Config {
            queue_entries: entries,
            queue_bytes: bytes,
            overflow,
            max_entry_bytes: 1_000,
            ..Config::default()
        };
        Line::new(&config, 2)
    }

    fn event(name: &str) -> Event {
        Event { name: name.into(), args: Vec::new(), target: Target::everyone(), local: None }
    }

    fn fields(bytes: usize) -> EntryFields {
        EntryFields { stream: 0, namespace: "/".into(), kind: 3, data: vec![0; bytes] }
    }

    fn say(line: &mut Line, name: &str) -> Added {
        line.publish(fields(0), Some(event(name)))
    }

    fn number(item: &Item) -> Option<u64> {
        item.number().map(|(_, number)| number)
    }

    fn names(events: &[Event]) -> Vec<&str> {
        events.iter().map(|event| &*event.name).collect()
    }

    #[test]
    fn an_event_is_delivered_once_when_it_comes_back() {
        let mut line = line(10, 10_000, Overflow::DropOldest);
        line.come_back();
        for name in ["a", "b", "c"] {
            assert!(say(&mut line, name).deliver.is_empty());
        }
        let numbers: Vec<_> = line.take(10).iter().filter_map(number).collect();
        assert_eq!(numbers, [1, 2, 3]);
        let (lost, back) = line.came_back(0, 1);
        assert_eq!((names(&lost), back.map(|event| event.name)), (vec![], Some("a".into())));
        let (lost, back) = line.came_back(0, 3);
        assert_eq!((names(&lost), back.map(|event| event.name)), (vec!["b"], Some("c".into())));
        let (lost, back) = line.came_back(0, 3);
        assert!(lost.is_empty() && back.is_none());
    }

    #[test]
    fn one_stream_may_be_ahead_of_another() {
        let mut line = line(10, 10_000, Overflow::DropOldest);
        line.come_back();
        for (stream, name) in [(0, "a"), (1, "b"), (0, "c")] {
            let added = line.publish(EntryFields { stream, ..fields(0) }, Some(event(name)));
            assert!(added.deliver.is_empty());
        }
        let (lost, back) = line.came_back(1, 2);
        assert_eq!((lost.len(), back.map(|event| event.name)), (0, Some("b".into())));
        let (lost, back) = line.came_back(0, 1);
        assert_eq!((lost.len(), back.map(|event| event.name)), (0, Some("a".into())));
        assert_eq!(names(&line.go_away()), ["c"]);
        let unknown = line.publish(EntryFields { stream: 9, ..fields(0) }, Some(event("no such stream")));
        assert_eq!(unknown.deliver.len(), 1);
    }

    #[test]
    fn while_redis_is_away_events_are_delivered_at_once_and_wait_to_be_published() {
        let mut line = line(10, 10_000, Overflow::DropOldest);
        assert_eq!(names(&say(&mut line, "before it was there").deliver), ["before it was there"]);
        line.come_back();
        assert!(say(&mut line, "due").deliver.is_empty());
        let sent = line.take(1);
        assert_eq!(names(&line.go_away()), ["due"]);
        assert!(say(&mut line, "meanwhile").deliver.is_empty() && !line.is_away(), "behind what is being delivered");
        assert_eq!(names(&line.go_away()), ["meanwhile"]);
        assert!(line.go_away().is_empty() && line.is_away());
        assert_eq!(names(&say(&mut line, "away").deliver), ["away"]);
        line.put_back(sent);
        line.come_back();
        let numbers: Vec<_> = line.take(10).iter().filter_map(number).collect();
        assert_eq!(numbers, [1, 2, 3, 4]);
        assert!((1..=4).all(|number| line.came_back(0, number).1.is_none()), "all were delivered");
    }

    #[test]
    fn what_is_too_much_is_dropped_by_the_policy_and_delivered_here() {
        let mut oldest = line(2, 10_000, Overflow::DropOldest);
        let mut newest = line(2, 10_000, Overflow::DropNewest);
        for line in [&mut oldest, &mut newest] {
            line.come_back();
            assert_eq!(say(line, "a").dropped + say(line, "b").dropped, 0);
        }
        let added = say(&mut oldest, "c");
        assert_eq!((names(&added.deliver), added.dropped, added.first), (vec!["c", "a"], 1, true), "as much is due");
        let added = say(&mut newest, "c");
        assert_eq!((names(&added.deliver), added.dropped, added.first), (vec!["c"], 1, true));
        assert!(!say(&mut newest, "d").first);
        assert_eq!(newest.take(9).iter().filter_map(number).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(oldest.take(9).iter().filter_map(number).collect::<Vec<_>>(), [2, 3]);
    }

    #[test]
    fn bytes_are_counted_and_one_entry_is_bounded() {
        let mut line = line(100, 700, Overflow::DropOldest);
        let dropped = [(); 3].map(|()| line.publish(fields(200), None).dropped);
        assert_eq!(dropped, [0, 0, 1]);
        assert_eq!(line.publish(fields(890), None).dropped, 2, "alone it may be larger");
        assert_eq!(line.publish(fields(900), Some(event("too large"))).deliver.len(), 1);
        assert_eq!(line.take(9).len(), 1);
        assert!(line.bytes == 0 && !line.is_idle());
        line.sent();
        assert!(line.is_idle());
    }

    #[test]
    fn letters_of_no_use_later_go_when_redis_goes() {
        let letter = |kind| Item::Letter { channel: "c".into(), letter: vec![1], heard: None, kind };
        let mut line = line(10, 10_000, Overflow::DropOldest);
        assert_eq!(line.send(letter(Letter::Fleeting)).dropped, 1);
        assert_eq!(line.send(letter(Letter::Kept)).dropped, 0);
        line.come_back();
        assert_eq!(line.send(letter(Letter::Fleeting)).dropped, 0);
        assert!(line.go_away().is_empty());
        assert_eq!(line.take(9).len(), 1);
        assert_eq!(line.bytes, 0);
    }

    #[test]
    fn what_never_comes_back_is_overdue() {
        let mut line = line(10, 10_000, Overflow::DropOldest);
        line.come_back();
        let before = Instant::now();
        assert!(say(&mut line, "a").deliver.is_empty());
        assert!(line.overdue(before).is_empty());
        let later = Instant::now() + std::time::Duration::from_secs(1);
        assert_eq!(names(&line.overdue(later)), ["a"]);
    }
}
