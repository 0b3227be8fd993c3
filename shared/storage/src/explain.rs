//! What clients are told when something cannot be read or written.

use crate::{CommitError, StorageError};
use tradewind_kernel::{Explain, Explanation, Member};

impl Explain for StorageError {
    const CODES: &'static [&'static str] = &[];

    fn explain(self) -> Explanation {
        match self {
            // What a newer release wrote, that release reads: the next try may meet it.
            Self::Call { .. } | Self::Newer(_) => Explanation::unavailable(self),
            Self::Shape { .. } | Self::Unknown | Self::Unwritten(_) | Self::NotGranted(_) | Self::NotConfigured(_) => {
                Explanation::internal(self)
            }
        }
    }
}

impl Explain for CommitError {
    const CODES: &'static [&'static str] = &["contention"];

    fn explain(self) -> Explanation {
        match self {
            Self::Storage(error) => error.explain(),
            Self::Impossible(cause) => Explanation::internal(cause),
            Self::Refused(refusal) => {
                Explanation::conflict(refusal.code(), "This is not possible as things are now; see `code`.")
                    .with(Member::Subject, refusal.subject())
            }
            // What another request has done is seen by whoever reads again, and so is why it cannot be done twice.
            Self::Contention | Self::Again => Explanation::contention(),
        }
    }
}
