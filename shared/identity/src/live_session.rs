//! Whether a session still counts.

use crate::{Session, User, keys};
use tradewind_kernel::{MarketplaceId, SessionId, Time, UserId};
use tradewind_storage::{StorageError, Table, Wanted};

/// How recent an answer must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Read {
    /// As things are now.
    Now,
    /// As things were a moment ago.
    MomentAgo,
}

/// The user and the session of an access token, if they still count: the session was not ended, by itself or with all others or by another
/// password, and the account is there. 2 read units, or 1 for how it was a moment ago.
pub async fn live_session(
    table: &Table,
    tenant: &MarketplaceId,
    (user, id): (&UserId, &SessionId),
    read: Read,
    now: Time,
) -> Result<Option<(User, Session)>, StorageError> {
    let (user, session) = (keys::user(tenant, user), keys::session(tenant, user, id));
    let wanted = Wanted::default().and(&user).and(&session);
    let mut found = match read {
        Read::Now => table.gather(wanted).await?,
        Read::MomentAgo => table.glance(wanted).await?,
    };
    let (Some(user), session) = (found.take(&user)?, found.take(&session)?) else { return Ok(None) };
    let session = match session {
        Some(session) => Some(session),
        // A session of a release before this one, which is moved when it is refreshed.
        None => table.peek(keys::session_before(tenant, id)).await?.filter(|session: &Session| session.user == user.id),
    };
    let live = |session: &Session| session.expires_at > now && session.password_mark == user.mark();
    Ok(session.filter(live).map(|session| (user, session)))
}
