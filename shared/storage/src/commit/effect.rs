//! Writes that a commit can contain beyond single items: each noun defines its own.

use super::{Commit, CommitError};
use std::{any::Any, fmt};

/// Writes of one kind that belong together, such as those of a journal.
pub trait Effect {
    /// Adds the writes to a commit.
    fn write(self, commit: Commit) -> Commit;
}

/// What several effects of a commit add up to. It is written once, when the commit is sent, because a transaction may touch an item
/// only once.
pub trait Summed: Any + fmt::Debug + Send {
    /// Adds the writes for the sum to the commit.
    fn write(self: Box<Self>, commit: Commit) -> Commit;
}

impl Commit {
    /// Adds the writes of an effect.
    #[must_use]
    pub fn with(self, effect: impl Effect) -> Self {
        effect.write(self)
    }

    /// Adds to a sum of the commit; if that is impossible, the fault is kept.
    #[must_use]
    pub fn sum_up<G: Summed + Default>(mut self, add: impl FnOnce(&mut G) -> Result<(), CommitError>) -> Self {
        let place = self.summed.iter().position(|summed| {
            let any: &dyn Any = summed.as_ref();
            any.is::<G>()
        });
        let mut summed =
            place.map_or_else(|| -> Box<dyn Summed> { Box::<G>::default() }, |place| self.summed.swap_remove(place));
        let any: &mut dyn Any = summed.as_mut();
        let added = any.downcast_mut::<G>().map_or(Ok(()), add);
        self.summed.push(summed);
        match added {
            Ok(()) => self,
            Err(fault) => self.failed(fault),
        }
    }
}
