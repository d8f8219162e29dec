//! News of players: who came and went for good, coalesced to four times a second, and to fewer in very large rooms.
//!
//! Does not say who may know the names; `publish` does.

use std::sync::Arc;
use std::time::{Duration, Instant};

use parlor_games::contract::SeatId;

use super::{Names, Newcomer};

/// At most four a second: `players` in the wire's contract.
const INTERVAL: Duration = Duration::from_millis(250);
/// From so many viewers on they are fewer: 20,000 hear once a second, as telling so many takes a good part of one.
const VIEWERS: u32 = 5_000;

/// What was not told yet.
#[derive(Debug, Default)]
pub(crate) struct News {
    names: Names,
    /// When the next may be told.
    open_at: Option<Instant>,
}

impl News {
    /// A player came.
    pub(crate) fn joined(&mut self, who: Newcomer) {
        self.names.joined.push(who);
    }

    /// A player went. One of whose coming nobody was told is not spoken of at all.
    pub(crate) fn left(&mut self, seat: SeatId, name: &Arc<str>) {
        match self.names.joined.iter().position(|joined| joined.seat == seat) {
            Some(at) => drop(self.names.joined.remove(at)),
            None => self.names.left.push((seat, Arc::clone(name))),
        }
    }

    /// When the news is to be told, if there is any.
    pub(crate) fn due(&self) -> Option<Instant> {
        let any = !self.names.joined.is_empty() || !self.names.left.is_empty();
        any.then_some(self.open_at).flatten()
    }

    /// The news for so many viewers, if it is time to tell it.
    pub(crate) fn take(&mut self, now: Instant, viewers: usize) -> Option<Names> {
        let any = !self.names.joined.is_empty() || !self.names.left.is_empty();
        if !any || self.open_at.is_some_and(|open_at| now < open_at) {
            return None;
        }
        let viewers = u32::try_from(viewers).unwrap_or(u32::MAX);
        self.open_at = Some(now + INTERVAL.max(INTERVAL * viewers / VIEWERS));
        Some(std::mem::take(&mut self.names))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Clock, ManualClock};
    use super::*;

    fn newcomer(seat: u32) -> Newcomer {
        Newcomer { seat: SeatId(seat), name: "x".into(), avatar: None }
    }

    #[test]
    fn four_a_second_and_none_is_lost() {
        let clock = ManualClock::start();
        let mut news = News::default();
        let mut told = 0;
        let mut named = 0;
        for n in 0..1_000 {
            news.joined(newcomer(n));
            if let Some(names) = news.take(clock.now(), 10) {
                told += 1;
                named += names.joined.len();
            }
            clock.advance(Duration::from_millis(1));
        }
        assert_eq!(told, 4);
        assert_eq!(news.due(), Some(clock.now()));
        named += news.take(clock.now(), 10).expect("due").joined.len();
        assert_eq!(named, 1_000);
        assert_eq!(news.due(), None);
    }

    #[test]
    fn very_many_are_told_less_often() {
        let clock = ManualClock::start();
        let mut news = News::default();
        for (viewers, pause_ms) in [(5_000, 250), (20_000, 1_000), (50_000, 2_500)] {
            news.joined(newcomer(1));
            assert!(news.take(clock.now(), viewers).is_some());
            news.joined(newcomer(2));
            assert_eq!(news.due(), Some(clock.now() + Duration::from_millis(pause_ms)), "{viewers}");
            clock.advance(Duration::from_millis(pause_ms));
            assert!(news.take(clock.now(), 0).is_some());
            clock.advance(INTERVAL);
        }
    }

    #[test]
    fn who_came_and_went_unseen_is_not_spoken_of() {
        let clock = ManualClock::start();
        let mut news = News::default();
        news.joined(newcomer(1));
        news.left(SeatId(1), &"a".into());
        assert_eq!(news.take(clock.now(), 10), None);
        news.left(SeatId(2), &"b".into());
        assert_eq!(news.take(clock.now(), 10).map(|names| names.left.len()), Some(1));
    }
}
