//! The keys of this noun's items, and the cost of reading and writing them, in the units that `tradewind-storage` explains. A test
//! pins each key; changing one needs a migration.
//!
//! | what | table | key | call | units |
//! |---|---|---|---|---|
//! | user, e-mail claim | main | `T#user#U` / `user`, `T#email#E` / `email` | `GetItem` | 1 R |
//! | account without a verified address | main | `T#email#E` / `unverified#SLOT` | `BatchGetItem` with the claim | 1 R |
//! | challenge | ephemeral | `T#challenge#PURPOSE#U` or `#E` / `challenge` | `GetItem` | 1 R |
//! | people by name | main, gsi1 | `T#people` / `NAME#U` | `Query` | 0.5 R a 4 KB, 2 W when a name changes |
//! | people by e-mail address | main, gsi2 | `T#addresses` / `EMAIL#U` | `Query` | 0.5 R, 2 W when an address changes |
//! | session | ephemeral | `T#session#U` / `S` | `BatchGetItem` with the user | 2 R, 1 R as it was a moment ago |
//! | sessions of a user | ephemeral | `T#session#U` | `Query` | 0.5 R a 4 KB |
//! | session of a release before | ephemeral | `T#session#S` / `session` | `GetItem` | 1 R |
//! | known place | ephemeral | `T#place#U#N` / `place` | `BatchGetItem` with what else a login reads | 1 R |

use crate::{Challenge, EmailClaim, KnownPlace, Purpose, Session, Unverified, User};
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

/// The key of an account that has registered with an address and not verified it, by the slot of its password.
pub fn unverified(t: &MarketplaceId, email: &Email, slot: &str) -> Key<Unverified> {
    Key::main(format!("{t}#email#{email}"), format!("unverified#{slot}"))
}

/// The key of the challenge for a purpose, of an account or of an address.
pub fn challenge(t: &MarketplaceId, purpose: Purpose, subject: &str) -> Key<Challenge> {
    Key::ephemeral(format!("{t}#challenge#{purpose}#{subject}"), "challenge")
}

/// The key of a login session.
pub fn session(t: &MarketplaceId, user: &UserId, id: &SessionId) -> Key<Session> {
    Key::ephemeral(format!("{t}#session#{user}"), id.as_str())
}

/// The list of a user's sessions, the newest first. Those that have ended by another password are among them.
pub fn sessions(t: &MarketplaceId, user: &UserId) -> List<Session> {
    List::of(Path::Ephemeral, format!("{t}#session#{user}"), "", true)
}

/// The key under which a release before this one stored a session. It is moved when it is refreshed; 30 days after that release was last in
/// use, none is left.
pub fn session_before(t: &MarketplaceId, id: &SessionId) -> Key<Session> {
    Key::ephemeral(format!("{t}#session#{id}"), "session")
}

/// The key of a place from which a user has logged in.
pub fn known_place(t: &MarketplaceId, user: &UserId, network: &str) -> Key<KnownPlace> {
    Key::ephemeral(format!("{t}#place#{user}#{network}"), "place")
}
