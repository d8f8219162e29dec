//! What is kept of each seat of a room, found by the seat's number.
//!
//! Knows nothing of what it keeps, and decides nobody's place.

use indexmap::IndexMap;
use parlor_games::contract::SeatId;
use rustc_hash::FxBuildHasher;

/// One thing for each seat of a room.
///
/// Numbers of seats are the room's own: nobody can choose those that meet in a slow hash.
pub(crate) type BySeat<T> = IndexMap<SeatId, T, FxBuildHasher>;

/// What is kept of this seat.
pub(crate) fn find<T>(seats: &BySeat<T>, id: SeatId) -> Option<&T> {
    let (_, found) = seats.get_index(place(seats, id)?)?;
    Some(found)
}

/// What is kept of this seat.
pub(crate) fn find_mut<T>(seats: &mut BySeat<T>, id: SeatId) -> Option<&mut T> {
    let (_, found) = seats.get_index_mut(place(seats, id)?)?;
    Some(found)
}

/// Where it lies. Seats are numbered from 1 in the order in which they are taken: while nobody has left, each lies in its
/// number's place, and to look there first saves the table's two cache misses for each input of each player.
fn place<T>(seats: &BySeat<T>, id: SeatId) -> Option<usize> {
    let likely = usize::try_from(id.0).ok()?.wrapping_sub(1);
    match seats.get_index(likely) {
        Some((&there, _)) if there == id => Some(likely),
        Some(_) | None => seats.get_index_of(&id),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_found_wherever_it_lies() {
        let mut seats: BySeat<u32> = (1..=9).map(|id| (SeatId(id), id)).collect();
        for left in [1, 5, 9] {
            seats.swap_remove(&SeatId(left));
        }
        seats.insert(SeatId(u32::MAX), u32::MAX);
        seats.sort_by(|a, _, b, _| b.cmp(a));
        for id in [2, 3, 4, 6, 7, 8, u32::MAX] {
            assert_eq!(find(&seats, SeatId(id)), Some(&id));
            assert_eq!(find_mut(&mut seats, SeatId(id)), Some(&mut id.clone()));
        }
        for id in [0, 1, 5, 9, 10] {
            assert_eq!(find(&seats, SeatId(id)), None, "{id} is not there");
        }
    }
}
