//! What a commit can do beyond writing items: each noun brings its own.

use super::{Commit, CommitError};
use std::{any::Any, fmt};

/// Writes of one kind, such as a journal's.
pub trait Effect {
    /// Adds them to a commit.
    fn write(self, commit: Commit) -> Commit;
}

/// What several effects of a commit add up, to be written once when it is sent: a transaction may touch an item once.
pub trait Gathered: Any + fmt::Debug + Send {
    /// Adds what was gathered to the commit.
    fn write(self: Box<Self>, commit: Commit) -> Commit;
}

impl Commit {
    /// Adds the writes of an effect.
    #[must_use]
    pub fn with(self, effect: impl Effect) -> Self {
        effect.write(self)
    }

    /// Adds to what is gathered, and keeps what makes that impossible.
    #[must_use]
    pub fn gather<G: Gathered + Default>(mut self, add: impl FnOnce(&mut G) -> Result<(), CommitError>) -> Self {
        let of_kind = |gathered: &Box<dyn Gathered>| (gathered.as_ref() as &dyn Any).is::<G>();
        let mut gathered = match self.gathered.iter().position(of_kind) {
            Some(place) => self.gathered.swap_remove(place),
            None => Box::<G>::default(),
        };
        let added = match (gathered.as_mut() as &mut dyn Any).downcast_mut::<G>() {
            Some(gathered) => add(gathered),
            None => Ok(()),
        };
        self.gathered.push(gathered);
        match added {
            Ok(()) => self,
            Err(fault) => self.failed(fault),
        }
    }
}
