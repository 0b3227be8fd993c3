//! The keys of this noun's items, and the cost of reading and writing them, in the units that `tradewind-storage` explains. A test
//! pins each key; changing one needs a migration.
//!
//! | what | table | key | call | units |
//! |---|---|---|---|---|
//! | user, e-mail claim | main | `T#user#U` / `user`, `T#email#E` / `email` | `GetItem` | 1 R |
//! | people by name | main, gsi1 | `T#people` / `NAME#U` | `Query` | 0.5 R a 4 KB, 2 W when a name changes |
//! | people by e-mail address | main, gsi2 | `T#addresses` / `EMAIL#U` | `Query` | 0.5 R, 2 W when an address changes |
//! | session | ephemeral | `T#session#S` / `session` | `GetItem` | 1 R |

use crate::{EmailClaim, Session, User};
use tradewind_kernel::{MarketplaceId, SessionId, UserId, email::Email};
use tradewind_storage::{Key, List, Path, SummaryRow};

/// The key of a user's account.
pub fn user(t: &MarketplaceId, id: &UserId) -> Key<User> {
    Key::main(format!("{t}#user#{id}"), "user")
}

/// The list of a marketplace's people, by name.
pub fn people(t: &MarketplaceId) -> List<SummaryRow<UserId>> {
    List::of(Path::Gsi1, format!("{t}#people"), "", false)
}

/// The list of a marketplace's people by e-mail address: for an address, the one account and all guests that gave it.
pub fn addresses(t: &MarketplaceId) -> List<SummaryRow<UserId>> {
    List::of(Path::Gsi2, format!("{t}#addresses"), "", false)
}

/// The sort key of a person in the list by address.
pub fn by_address(email: &Email, id: impl std::fmt::Display) -> String {
    format!("{email}#{id}")
}

/// The key that claims an e-mail address, so that no second account can use it.
pub fn email(t: &MarketplaceId, email: &Email) -> Key<EmailClaim> {
    Key::main(format!("{t}#email#{email}"), "email")
}

/// The key of a login session.
pub fn session(t: &MarketplaceId, id: &SessionId) -> Key<Session> {
    Key::ephemeral(format!("{t}#session#{id}"), "session")
}
