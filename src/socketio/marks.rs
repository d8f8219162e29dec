//! Where an adapter's stream of events stood when a socket came into its namespace, and when it joined and left rooms.
//!
//! Compares no positions: what they say is known to the adapter alone.

use std::sync::{Arc, OnceLock};

use parking_lot::Mutex;

use super::Stay;
use super::rooms::Names;

/// Stays that have ended which are remembered, the last ones. What was said during others is missed where its client had not got it.
///
/// Cost: some 100 bytes each, for as long as its session. Attack: clients that go from room to room.
const MOST_ENDED: usize = 16;

/// A socket's, where an adapter recovers its session.
#[derive(Debug, Default)]
pub(super) struct Marks {
    /// Known once it has come in; never, if the adapter could not say.
    since: OnceLock<Box<str>>,
    stays: Mutex<Vec<Stay>>,
}

impl Marks {
    /// Those of a session that was kept.
    pub(super) fn new(since: Option<Box<str>>, stays: Vec<Stay>) -> Self {
        Self { since: since.map(OnceLock::from).unwrap_or_default(), stays: Mutex::new(stays) }
    }

    /// It is about to come in.
    pub(super) fn came(&self, position: Option<Box<str>>) {
        if let Some(position) = position {
            self.since.get_or_init(|| position);
        }
    }

    /// It has joined a room that it was not in.
    pub(super) fn joined(&self, room: &Arc<str>, position: &str) {
        self.stays.lock().push(Stay { room: Arc::clone(room), from: position.into(), until: None });
    }

    /// It has left these rooms.
    pub(super) fn left(&self, rooms: &Names, position: Option<&str>) {
        let mut stays = self.stays.lock();
        for room in rooms {
            let Some(at) = stays.iter().position(|stay| stay.until.is_none() && stay.room == *room) else { continue };
            match position {
                // If nothing was said meanwhile, it decides nothing.
                Some(position) if *stays[at].from != *position => stays[at].until = Some(position.into()),
                Some(_) | None => drop(stays.remove(at)),
            }
        }
        let mut too_many = stays.iter().filter(|stay| stay.until.is_some()).count().saturating_sub(MOST_ENDED);
        stays.retain(|stay| {
            let goes = stay.until.is_some() && too_many > 0;
            too_many -= usize::from(goes);
            !goes
        });
    }

    /// For the adapter to keep.
    pub(super) fn kept(&self) -> (Option<Box<str>>, Vec<Stay>) {
        (self.since.get().cloned(), self.stays.lock().clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(marks: &Marks, room: &str, position: Option<&str>) {
        marks.left(&Names::from_iter([Arc::from(room)]), position);
    }

    /// Rooms, from when until when.
    fn stays(marks: &Marks) -> Vec<String> {
        let told = |stay: Stay| format!("{} {}-{}", stay.room, stay.from, stay.until.unwrap_or_default());
        marks.kept().1.into_iter().map(told).collect()
    }

    #[test]
    fn the_first_entrance_counts_and_each_stay() {
        let marks = Marks::default();
        assert_eq!(marks.kept(), (None, Vec::new()));
        marks.came(None);
        for position in ["3", "4"] {
            marks.came(Some(position.into()));
        }
        for (room, position) in [("red", "1"), ("blue", "5"), ("idle", "5"), ("unknown", "5")] {
            marks.joined(&room.into(), position);
        }
        left(&marks, "red", Some("5"));
        left(&marks, "green", Some("5"));
        left(&marks, "idle", Some("5"));
        left(&marks, "unknown", None);
        marks.joined(&"red".into(), "6");
        assert_eq!(stays(&marks), ["red 1-5", "blue 5-", "red 6-"]);
        let (since, kept) = marks.kept();
        let again = Marks::new(since, kept);
        again.came(Some("9".into()));
        left(&again, "red", Some("8"));
        assert_eq!((again.kept().0.as_deref(), &*stays(&again)[2]), (Some("3"), "red 6-8"));
    }

    #[test]
    fn of_stays_that_have_ended_the_last_are_remembered() {
        let marks = Marks::default();
        marks.joined(&"home".into(), "0");
        for number in 0..100 {
            marks.joined(&"room".into(), &format!("{number}"));
            left(&marks, "room", Some(&format!("{}", number + 1)));
        }
        let stays = stays(&marks);
        assert_eq!((stays.len(), &*stays[0], &*stays[1]), (MOST_ENDED + 1, "home 0-", "room 84-85"));
    }
}
