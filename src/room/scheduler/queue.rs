//! A queue of lines by the moment each is due: a heap that knows where in it each line is.
//!
//! Knows no rooms and no clock: a line is a number, a moment is one too.

/// How many children a node has: four make the heap half as deep as two, and lie in one cache line.
const ARITY: usize = 4;
/// The place of a line that is not in the queue.
const ABSENT: u32 = u32::MAX;

/// Each line at most once, the earliest first.
///
/// Putting in and taking out visit one path of the heap and take no memory but the queue's own: a room that is due again a
/// period later, behind all others, is put in without moving any.
#[derive(Debug, Default)]
pub(super) struct Queue {
    heap: Vec<Entry>,
    /// Where in the heap each line is.
    places: Vec<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Entry {
    due: u64,
    line: u32,
}

impl Queue {
    /// The earliest line, and when it is due.
    pub(super) fn first(&self) -> Option<(u64, u32)> {
        self.heap.first().map(|entry| (entry.due, entry.line))
    }

    /// When the line is due, if it is in the queue.
    pub(super) fn due(&self, line: u32) -> Option<u64> {
        self.place(line).map(|place| self.heap[place].due)
    }

    /// The line is due at this moment, and at no other.
    pub(super) fn put(&mut self, line: u32, due: u64) {
        match self.place(line) {
            Some(place) => {
                let before = std::mem::replace(&mut self.heap[place].due, due);
                if due < before { self.rise(place) } else { self.sink(place) }
            }
            None => {
                let index = line as usize;
                if index >= self.places.len() {
                    self.places.resize(index + 1, ABSENT);
                }
                self.heap.push(Entry { due, line });
                self.rise(self.heap.len() - 1);
            }
        }
    }

    /// The line is not due.
    pub(super) fn take(&mut self, line: u32) {
        let Some(place) = self.place(line) else { return };
        self.places[line as usize] = ABSENT;
        let Some(last) = self.heap.pop() else { return };
        if place < self.heap.len() {
            let before = std::mem::replace(&mut self.heap[place], last);
            if last.due < before.due { self.rise(place) } else { self.sink(place) }
        }
    }

    fn place(&self, line: u32) -> Option<usize> {
        let place = *self.places.get(line as usize)?;
        (place != ABSENT).then_some(place as usize)
    }

    /// Moves the entry up until its parent is no later.
    fn rise(&mut self, mut place: usize) {
        let entry = self.heap[place];
        while place > 0 {
            let parent = (place - 1) / ARITY;
            if self.heap[parent].due <= entry.due {
                break;
            }
            self.set(place, self.heap[parent]);
            place = parent;
        }
        self.set(place, entry);
    }

    /// Moves the entry down until no child is earlier.
    fn sink(&mut self, mut place: usize) {
        let entry = self.heap[place];
        loop {
            let first = place * ARITY + 1;
            let Some(rest) = self.heap.get(first..) else { break };
            // The earliest child, if it is earlier than the entry: by hand, as this is most of what scheduling costs.
            let (mut child, mut earliest) = (0, entry);
            for (nth, other) in rest.iter().take(ARITY).enumerate() {
                if other.due < earliest.due {
                    (child, earliest) = (first + nth, *other);
                }
            }
            if child == 0 {
                break;
            }
            self.set(place, earliest);
            place = child;
        }
        self.set(place, entry);
    }

    fn set(&mut self, place: usize, entry: Entry) {
        self.heap[place] = entry;
        // A queue of four billion lines is not to be feared.
        self.places[entry.line as usize] = u32::try_from(place).unwrap_or(ABSENT);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_agrees_with_a_sorted_list(deeds in prop::collection::vec((0..40_u32, prop::option::of(0..1_000_u64)), 0..400)) {
            let (mut queue, mut list) = (Queue::default(), BTreeMap::new());
            for (line, due) in deeds {
                match due {
                    Some(due) => {
                        queue.put(line, due);
                        list.insert(line, due);
                    }
                    None => {
                        queue.take(line);
                        list.remove(&line);
                    }
                }
                prop_assert_eq!(queue.due(line), list.get(&line).copied());
                prop_assert_eq!(queue.first().map(|(due, _)| due), list.values().min().copied());
            }
            while let Some((due, line)) = queue.first() {
                prop_assert_eq!(list.values().min().copied(), Some(due));
                prop_assert_eq!(list.remove(&line), Some(due));
                queue.take(line);
            }
            prop_assert!(list.is_empty());
        }
    }
}
