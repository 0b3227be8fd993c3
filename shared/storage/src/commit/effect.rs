//! What a commit can do beyond writing items: each noun brings its own.

use super::{Commit, CommitError};
use std::{any::Any, fmt};

/// Writes of one kind, such as a journal's.
pub trait Effect {
    /// Adds them to a commit.
    fn write(self, commit: Commit) -> Commit;
}

/// What several effects of a commit add up, to be written once when it is sent: a transaction may touch an item once.
pub trait Summed: Any + fmt::Debug + Send {
    /// Adds what was summed up to the commit.
    fn write(self: Box<Self>, commit: Commit) -> Commit;
}

impl Commit {
    /// Adds the writes of an effect.
    #[must_use]
    pub fn with(self, effect: impl Effect) -> Self {
        effect.write(self)
    }

    /// Adds to what is summed up, and keeps what makes that impossible.
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
