//! The board: its size, and which coins lie where.
//!
//! Knows no players. A pickup looks only at the coins of the few cells within reach.

use rand::RngExt as _;
use rand::rngs::ChaCha8Rng;
use smallvec::SmallVec;

use super::view::Spot;

/// A square with coins on it. A coin that is picked up comes back elsewhere under its id.
#[derive(Debug)]
pub(super) struct Board {
    size: f64,
    /// Cells in a unit of length.
    density: f64,
    coins: Vec<Coin>,
    /// The ids of the coins in each cell, row by row. There is about one, and as many as take no more room than a pointer to
    /// more lie in the cell itself, where looking for them is no cache miss.
    cells: Vec<SmallVec<[u32; 4]>>,
    /// Cells in a row, at least 1.
    side: usize,
}

#[derive(Clone, Copy, Debug)]
struct Coin {
    x: f64,
    y: f64,
    /// As everybody sees it, at every tick.
    seen: Spot,
}

impl Board {
    /// A board with this many coins, with about one to a cell.
    pub(super) fn new(size: f64, coins: u16, rng: &mut ChaCha8Rng) -> Self {
        let side = usize::from(coins).isqrt().max(1);
        let cells = vec![SmallVec::new(); side.saturating_mul(side)];
        #[expect(clippy::cast_precision_loss, reason = "a side is at most 31")]
        let mut board = Self { size, density: side as f64 / size, coins: Vec::new(), cells, side };
        for id in 0..u32::from(coins) {
            let (x, y) = board.anywhere(rng);
            board.coins.push(Coin::new(x, y));
            board.lay(id, x, y);
        }
        board
    }

    /// The side's length.
    pub(super) const fn size(&self) -> f64 {
        self.size
    }

    /// A place on it.
    pub(super) fn anywhere(&self, rng: &mut ChaCha8Rng) -> (f64, f64) {
        (rng.random_range(0.0..=self.size), rng.random_range(0.0..=self.size))
    }

    /// All coins, by id.
    pub(super) fn coins(&self) -> impl ExactSizeIterator<Item = Spot> {
        self.coins.iter().map(|coin| coin.seen)
    }

    /// Picks up all coins within reach of a place. How many there were.
    pub(super) fn pick_up(&mut self, x: f64, y: f64, rng: &mut ChaCha8Rng) -> i64 {
        let reach = self.size * REACH;
        let mut picked = 0;
        let (first, last) = (self.cell(x - reach), self.cell(x + reach));
        for row in self.cell(y - reach)..=self.cell(y + reach) {
            for column in first..=last {
                while let Some(id) = self.take(row, column, x, y, reach) {
                    picked += 1;
                    self.put_back(id, x, y, rng);
                }
            }
        }
        picked
    }

    /// Takes one coin of this cell that is within `reach`.
    fn take(&mut self, row: usize, column: usize, x: f64, y: f64, reach: f64) -> Option<u32> {
        let coins = &self.coins;
        let cell = self.cells.get_mut(row.saturating_mul(self.side).saturating_add(column))?;
        let near = |id: &u32| {
            usize::try_from(*id).ok().and_then(|id| coins.get(id)).is_some_and(|coin| coin.within(x, y, reach))
        };
        let place = cell.iter().position(near)?;
        Some(cell.swap_remove(place))
    }

    /// Lays a coin anywhere but within reach of the place it was picked up from, so that one step ends.
    fn put_back(&mut self, id: u32, from_x: f64, from_y: f64, rng: &mut ChaCha8Rng) {
        let (mut x, mut y) = self.anywhere(rng);
        if Coin::new(x, y).within(from_x, from_y, self.size * REACH) {
            // The far half of the board in both directions is out of reach.
            x = (x + self.size / 2.0) % self.size;
            y = (y + self.size / 2.0) % self.size;
        }
        if let Some(coin) = usize::try_from(id).ok().and_then(|id| self.coins.get_mut(id)) {
            *coin = Coin::new(x, y);
        }
        self.lay(id, x, y);
    }

    fn lay(&mut self, id: u32, x: f64, y: f64) {
        let place = self.cell(y).saturating_mul(self.side).saturating_add(self.cell(x));
        if let Some(cell) = self.cells.get_mut(place) {
            cell.push(id);
        }
    }

    /// In which row or column of cells a coordinate is, the nearest one if it is off the board.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a float cast saturates, a side is at most 31, and the board's edge is clamped into the last cell"
    )]
    fn cell(&self, coordinate: f64) -> usize {
        ((coordinate * self.density) as usize).min(self.side.saturating_sub(1))
    }
}

impl Coin {
    const fn new(x: f64, y: f64) -> Self {
        Self { x, y, seen: Spot::new(x, y) }
    }

    fn within(self, x: f64, y: f64, reach: f64) -> bool {
        let (dx, dy) = (self.x - x, self.y - y);
        dx * dx + dy * dy <= reach * reach
    }
}

/// How near a coin must be to be picked up, in parts of the board's side.
const REACH: f64 = 0.02;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand::SeedableRng as _;

    use super::*;

    proptest! {
        #[test]
        fn a_pickup_finds_what_looking_at_every_coin_finds(
            seed: u64,
            coins in 0_u16..300,
            size in 10.0..100_000.0,
            steps in prop::collection::vec((0.0..=1.0, 0.0..=1.0), 1..50),
        ) {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            let mut board = Board::new(size, coins, &mut rng);
            for (x, y) in steps {
                let (x, y) = (x * size, y * size);
                let near = board.coins.iter().filter(|coin| coin.within(x, y, size * REACH)).count();
                prop_assert_eq!(usize::try_from(board.pick_up(x, y, &mut rng)), Ok(near));
                prop_assert!(!board.coins.iter().any(|coin| coin.within(x, y, size * REACH)), "what is picked up is gone");
            }
            let mut laid: Vec<_> = board.cells.iter().flatten().copied().collect();
            laid.sort_unstable();
            prop_assert!(laid.into_iter().eq(0..u32::from(coins)), "every coin is in one cell");
        }
    }
}
