//! Writing and posting a payout.

use crate::Payout;
use tradewind_ledger::{CloseAccount, ExpectOwed};
use tradewind_storage::{Commit, CommitError, Effect};

/// Writes a payout. It is posted only if the seller is still owed the amount that it was computed from, and closes their account up
/// to its time: later entries have a later time.
#[derive(Debug, Clone, Copy)]
pub struct Pay<'a>(pub &'a Payout);

impl Effect for Pay<'_> {
    fn write(self, commit: Commit) -> Commit {
        let Self(payout) = self;
        match payout.amount.plus(payout.closes.closing) {
            Ok(owed) => commit
                .create_once(payout)
                .with(ExpectOwed { seller: &payout.seller, owed })
                .with(CloseAccount { left: payout.closes.closing }),
            Err(_) => commit.failed(CommitError::Impossible("more is owed than an amount can hold".into())),
        }
    }
}
