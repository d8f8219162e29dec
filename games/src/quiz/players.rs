//! Players: their names, answers, scores and ranks.
//!
//! An answer is judged by `settle` and by nothing before it: until a round is settled, nothing here but the answer itself
//! tells a right one from a wrong one.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::deck::{Asked, Picks};
use super::pace::DROP_WAIT;
use super::score::points;
use super::tally::Tally;
use crate::contract::{Micros, SeatId, Standing, rank};

/// One player.
#[derive(Clone, Debug)]
pub(super) struct Player {
    /// The name.
    pub(super) name: Arc<str>,
    /// Whether a socket is behind the seat.
    pub(super) connected: bool,
    /// Points of all settled rounds.
    pub(super) score: i64,
    /// Points of the last settled round.
    pub(super) gain: i64,
    /// Among all players when the last round was settled.
    pub(super) rank: u32,
    /// Who had the next higher score then; of equals the last in the standings.
    pub(super) ahead: Option<SeatId>,
    /// Settled rounds answered right in a row.
    pub(super) streak: u32,
    /// What was answered in this round.
    pub(super) answer: Option<Answer>,
    /// Whether that was right; `None` until this round is settled.
    pub(super) correct: Option<bool>,
    /// The points of each settled round; `None` where there was no answer.
    pub(super) gains: Vec<Option<u32>>,
}

/// One player's answer to the current question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Answer {
    /// What was chosen.
    pub(super) picks: Picks,
    /// How long after the question opened, pauses left out.
    pub(super) spent: Duration,
}

/// All players of a room.
#[derive(Debug, Default)]
pub(super) struct Players {
    seats: BTreeMap<SeatId, Player>,
    /// Best first as of the last settling, then who joined since. Who left since is still in it.
    order: Vec<SeatId>,
    /// How many had a score above 0 then: whoever joins ranks right below them.
    scored: u32,
    /// Who answered in this round.
    answered: usize,
    /// Who is connected.
    connected: usize,
    /// Who is connected and has not answered in this round.
    waiting: usize,
    /// When somebody last dropped without having answered in this round.
    dropped: Option<Micros>,
    /// How many rounds were settled.
    rounds: usize,
}

impl Players {
    /// A player takes a seat that nobody had, with no points.
    pub(super) fn join(&mut self, seat: SeatId, name: Arc<str>) {
        if self.seats.contains_key(&seat) {
            return;
        }
        let player = Player {
            name,
            connected: true,
            score: 0,
            gain: 0,
            rank: self.scored.saturating_add(1),
            ahead: None,
            streak: 0,
            answer: None,
            correct: None,
            gains: vec![None; self.rounds],
        };
        self.seats.insert(seat, player);
        self.order.push(seat);
        self.connected = self.connected.saturating_add(1);
        self.waiting = self.waiting.saturating_add(1);
    }

    /// A seat dropped or came back.
    pub(super) fn presence(&mut self, seat: SeatId, connected: bool, at: Micros) {
        let Some(player) = self.seats.get_mut(&seat).filter(|player| player.connected != connected) else { return };
        player.connected = connected;
        let waiting = player.answer.is_none();
        if connected {
            self.connected = self.connected.saturating_add(1);
            self.waiting = self.waiting.saturating_add(usize::from(waiting));
        } else {
            self.connected = self.connected.saturating_sub(1);
            self.waiting = self.waiting.saturating_sub(usize::from(waiting));
            if waiting {
                self.dropped = Some(at);
            }
        }
    }

    /// A seat is given up, with its answer and its points.
    pub(super) fn leave(&mut self, seat: SeatId, at: Micros) -> bool {
        self.presence(seat, false, at);
        let Some(player) = self.seats.remove(&seat) else { return false };
        self.answered = self.answered.saturating_sub(usize::from(player.answer.is_some()));
        // Who comes and goes all the time must not make it grow; paid for by those who left since.
        if self.order.len() > self.seats.len().saturating_mul(2).saturating_add(64) {
            self.order.retain(|seat| self.seats.contains_key(seat));
        }
        true
    }

    /// The player in this seat.
    pub(super) fn player(&self, seat: SeatId) -> Option<&Player> {
        self.seats.get(&seat)
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.seats.len()
    }

    /// How many answered in this round.
    pub(super) const fn answered(&self) -> usize {
        self.answered
    }

    /// Who stood just ahead of this player when the last round was settled, and by how many points. `None` for the first, and
    /// once that player has left.
    pub(super) fn ahead(&self, player: &Player) -> Option<(&Player, i64)> {
        let ahead = self.seats.get(&player.ahead?)?;
        Some((ahead, ahead.score.saturating_sub(player.score)))
    }

    /// Those whom this seat was just ahead of. Looks at everybody.
    pub(super) fn behind(&self, seat: SeatId) -> impl Iterator<Item = SeatId> {
        self.seats.iter().filter(move |(_, player)| player.ahead == Some(seat)).map(|(&behind, _)| behind)
    }

    /// The players who joined last, at most `most`.
    pub(super) fn newest(&self, most: usize) -> impl Iterator<Item = (SeatId, &Player)> {
        self.seats.iter().rev().take(most).map(|(&seat, player)| (seat, player))
    }

    /// A round begins: nobody has answered.
    pub(super) fn ask(&mut self) {
        for player in self.seats.values_mut() {
            player.answer = None;
            player.correct = None;
        }
        self.answered = 0;
        self.waiting = self.connected;
        self.dropped = None;
    }

    /// Takes this player's answer, if it is their first.
    pub(super) fn answer(&mut self, seat: SeatId, answer: Answer) -> bool {
        let Some(player) = self.seats.get_mut(&seat).filter(|player| player.answer.is_none()) else { return false };
        player.answer = Some(answer);
        self.answered = self.answered.saturating_add(1);
        self.waiting = self.waiting.saturating_sub(usize::from(player.connected));
        true
    }

    /// From when on nobody is left to wait for, if that is so: somebody is connected, all who are have answered, and
    /// whoever dropped without an answer has had the time to come back.
    pub(super) fn complete(&self) -> Option<Micros> {
        (self.connected > 0 && self.waiting == 0)
            .then(|| self.dropped.map_or(Micros::default(), |dropped| dropped.plus(DROP_WAIT)))
    }

    /// The round is over: judges all answers, adds the points, ranks everybody. What the round came to.
    pub(super) fn settle(&mut self, question: &Arc<Asked>) -> Tally {
        let mut tally = Tally::new(Arc::clone(question), self.seats.len());
        for player in self.seats.values_mut() {
            let worth = player.answer.map_or(0.0, |answer| question.worth(answer.picks));
            let correct = worth >= 1.0;
            player.gain = player.answer.map_or(0, |answer| points(question.points, worth, answer.spent, question.time));
            player.score = player.score.saturating_add(player.gain);
            player.streak = if correct { player.streak.saturating_add(1) } else { 0 };
            player.correct = Some(correct);
            player.gains.push(player.answer.map(|_| u32::try_from(player.gain).unwrap_or(u32::MAX)));
            if let Some(answer) = player.answer {
                tally.add(answer, worth);
            }
        }
        tally.close();
        self.rounds = self.rounds.saturating_add(1);
        self.rank();
        tally
    }

    /// The first `top` of the standings, as of the last settling.
    pub(super) fn standings(&self, top: usize) -> impl Iterator<Item = (Standing, &Arc<str>)> {
        self.order
            .iter()
            .filter_map(|&seat| self.seats.get(&seat).map(|player| (player.standing(seat), &player.name)))
            .take(top)
    }

    fn rank(&mut self) {
        let mut rows: Vec<_> = self.seats.iter().map(|(&seat, player)| player.standing(seat)).collect();
        rank(&mut rows);
        self.order.clear();
        self.scored = 0;
        let (mut above, mut ahead): (Option<(i64, SeatId)>, _) = (None, None);
        for row in rows {
            if let Some((_, seat)) = above.filter(|&(score, _)| score > row.score) {
                ahead = Some(seat);
            }
            above = Some((row.score, row.seat));
            self.order.push(row.seat);
            self.scored = self.scored.saturating_add(u32::from(row.score > 0));
            if let Some(player) = self.seats.get_mut(&row.seat) {
                player.rank = row.rank;
                player.ahead = ahead;
            }
        }
    }
}

impl Player {
    const fn standing(&self, seat: SeatId) -> Standing {
        Standing { seat, score: self.score, gain: self.gain, rank: self.rank }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[derive(Clone, Debug)]
    enum Act {
        Join,
        Presence(u32, bool),
        Leave(u32),
        Answer(u32),
        Ask,
    }

    fn act() -> impl Strategy<Value = Act> {
        let seat = 0_u32..9;
        prop_oneof![
            Just(Act::Join),
            (seat.clone(), any::<bool>()).prop_map(|(seat, connected)| Act::Presence(seat, connected)),
            seat.clone().prop_map(Act::Leave),
            seat.prop_map(Act::Answer),
            Just(Act::Ask),
        ]
    }

    proptest! {
        #[test]
        fn what_is_counted_on_the_way_is_what_counting_all_says(acts in prop::collection::vec(act(), 1..200)) {
            let mut players = Players::default();
            // A seat is never used again.
            let mut seats = 0..;
            for act in acts {
                match act {
                    Act::Join => players.join(SeatId(seats.next().expect("there are more")), "p".into()),
                    Act::Presence(seat, connected) => players.presence(SeatId(seat), connected, Micros(1)),
                    Act::Leave(seat) => {
                        let was_there = players.player(SeatId(seat)).is_some();
                        prop_assert_eq!(players.leave(SeatId(seat), Micros(1)), was_there);
                    }
                    Act::Answer(seat) => {
                        let answer = Answer { picks: Picks::default(), spent: Duration::ZERO };
                        let first = players.player(SeatId(seat)).is_some_and(|player| player.answer.is_none());
                        prop_assert_eq!(players.answer(SeatId(seat), answer), first);
                    }
                    Act::Ask => players.ask(),
                }
                let count = |is: fn(&Player) -> bool| players.seats.values().filter(|player| is(player)).count();
                prop_assert_eq!(players.connected, count(|player| player.connected));
                prop_assert_eq!(players.answered, count(|player| player.answer.is_some()));
                prop_assert_eq!(players.waiting, count(|player| player.connected && player.answer.is_none()));
                prop_assert_eq!(players.standings(99).count(), players.len());
            }
        }
    }

    #[test]
    fn joining_and_leaving_for_ever_costs_no_memory() {
        let mut players = Players::default();
        for seat in 0..10_000 {
            players.join(SeatId(seat), "p".into());
            players.leave(SeatId(seat), Micros(0));
        }
        assert!(players.order.len() <= 65, "{} places are kept for nobody", players.order.len());
    }
}
