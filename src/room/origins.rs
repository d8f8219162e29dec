//! Origins: how many rooms each address has open.
//!
//! Does not know what an origin is made of; the floor above does.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;
use parlor_games::contract::Refusal;

use super::{Origin, refusals};

/// The open rooms of each origin.
#[derive(Debug, Default)]
pub(crate) struct Origins {
    counts: Arc<Mutex<HashMap<Origin, usize>>>,
}

/// One room's part of its origin's allowance, given back when dropped.
#[derive(Debug)]
pub(crate) struct Permit {
    counts: Arc<Mutex<HashMap<Origin, usize>>>,
    origin: Origin,
}

impl Origins {
    /// A place for one more room of this origin, which may have `most`.
    ///
    /// # Errors
    /// `too_many_rooms`.
    pub(crate) fn permit(&self, origin: Origin, most: usize) -> Result<Permit, Refusal> {
        let mut counts = self.counts.lock();
        if counts.get(&origin).copied().unwrap_or_default() >= most {
            return Err(refusals::too_many_rooms());
        }
        *counts.entry(origin.clone()).or_default() += 1;
        drop(counts);
        Ok(Permit { counts: Arc::clone(&self.counts), origin })
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut counts = self.counts.lock();
        if let Some(count) = counts.get_mut(&self.origin) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.origin);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_allowance_is_per_origin_and_comes_back() {
        let origins = Origins::default();
        let origin = |name: &str| Origin(name.into());
        let first = origins.permit(origin("a"), 1).expect("the first");
        assert_eq!(origins.permit(origin("a"), 1).expect_err("the second").code, "too_many_rooms");
        let other = origins.permit(origin("b"), 1).expect("another's first");
        drop((first, other));
        assert!(origins.counts.lock().is_empty(), "nothing is kept of origins without rooms");
        origins.permit(origin("a"), 1).expect("the first again");
    }
}
