//! Attempts to guess a password. They wait ever longer, and never so that the owner is locked out:
//!
//! - from one network at one address, 5 are free; then each waits twice as long as the one before, up to a quarter of an hour. They are counted
//!   before the password is looked at, so that many at once cannot get around it;
//! - from one network at all addresses, 50 failures an hour are free, and from all networks at one address, 100 a day; then the same. These are
//!   counted when they have failed, so that a burst of attempts at once is one wait. Neither holds up a network from which the owner has logged
//!   in within 30 days.
//!
//! Only failures count, and a login that succeeds forgets those of its network and address. It costs 1 write unit before the password is
//! looked at; 2 more if it fails, and 2 to forget.

use std::time::Duration;
use tradewind_identity::{IdentityEvent, KnownPlace, PLACE_KNOWN, Session, keys as identity_keys};
use tradewind_kernel::{MarketplaceId, SessionId, Time, UserId, email::Email};
use tradewind_lambda::{App, Head, Problem, network};
use tradewind_storage::{Backoff, Commit, Key, TakeBack, Wanted, entities::Attempts, keys};

const LONGEST: Duration = Duration::from_secs(15 * 60);
const HERE: Backoff = Backoff { free: 5, longest: LONGEST, forgotten: Duration::from_secs(24 * 60 * 60) };
const FROM_NETWORK: Backoff = Backoff { free: 50, longest: LONGEST, forgotten: Duration::from_secs(60 * 60) };
const AT_ACCOUNT: Backoff = Backoff { free: 100, longest: LONGEST, forgotten: Duration::from_secs(24 * 60 * 60) };

/// An attempt to log in that may be made.
pub(crate) struct Attempt<'a> {
    app: &'a App,
    here: Key<Attempts>,
    from_network: Key<Attempts>,
    at_account: Key<Attempts>,
    /// The account that has claimed the address.
    claimed: UserId,
    /// The place from which it is made, for each account that has logged in from there.
    known: Vec<KnownPlace>,
}

impl<'a> Attempt<'a> {
    /// Counts an attempt at this address, or refuses it because it comes too soon: `claimed` is the account that has claimed the address, `other`
    /// one that has not. It does the same for an address that nobody registered. 4 read units and 1 write unit.
    pub async fn at(
        app: &'a App,
        tenant: &MarketplaceId,
        (email, claimed, other): (&Email, &UserId, &UserId),
        (source_ip, now): (Option<&str>, Time),
    ) -> Result<Self, Problem> {
        let network = network(source_ip);
        let here = keys::attempts(tenant, "login", &format!("{network}#{email}"));
        let from_network = keys::attempts(tenant, "login-from", &network);
        let at_account = keys::attempts(tenant, "login-at", email.as_str());
        let places = [claimed, other].map(|user| identity_keys::known_place(tenant, user, &network));
        let counted = Wanted::default().and(&from_network).and(&at_account);
        let mut found = app.table.gather(counted.all(&places)).await?;
        let mut known: Vec<KnownPlace> = found.take_all(&places)?;
        known.retain(|place| place.expires_at > now);
        let waits = [
            FROM_NETWORK.wait(found.take(&from_network)?.as_ref(), now),
            AT_ACCOUNT.wait(found.take(&at_account)?.as_ref(), now),
        ];
        let waits = waits.map(|wait| wait.filter(|_| known.is_empty()));
        let wait = match waits.into_iter().flatten().max() {
            Some(wait) => Some(wait),
            None => app.table.attempt(&here, HERE, now).await?,
        };
        if let Some(wait) = wait {
            return Err(Problem::too_many_attempts(wait));
        }
        Ok(Self { app, claimed: claimed.clone(), here, from_network, at_account, known })
    }

    /// The password was wrong. 2 write units.
    pub async fn failed(self, now: Time) -> Result<(), Problem> {
        self.app.table.note_attempt(&self.from_network, FROM_NETWORK, now).await?;
        self.app.table.note_attempt(&self.at_account, AT_ACCOUNT, now).await?;
        Ok(())
    }

    /// The password was right, and the place is known from now on. 2 write units about once a day.
    ///
    /// For the account that has claimed the address, what failed here is forgotten, for 2 write units, and from a place that was not known the owner
    /// is told, for 4. For one that has not, only this attempt is: nobody may forget their guesses at others by logging in to an account of their
    /// own, or have us send their words to anybody.
    pub fn succeeded(self, commit: Commit, session: &Session, head: &Head) -> Commit {
        let claimed = session.user == self.claimed;
        let commit = if claimed { commit.delete(self.here) } else { commit.with(TakeBack(self.here)) };
        let place = place(&session.user, head);
        match self.known.into_iter().find(|known| known.user == session.user) {
            Some(known) if known.expires_at.after(PLACE_RENEWED) > place.expires_at => commit,
            None if claimed => commit.replace(&place).emit(IdentityEvent::NewPlace {
                user: session.user.clone(),
                device: session.device_name(),
                ip_address: head.source_ip.clone(),
            }),
            Some(_) | None => commit.replace(&place),
        }
    }
}

/// So much of the time for which a place is known may be over before a login there writes it again.
const PLACE_RENEWED: Duration = Duration::from_secs(24 * 60 * 60);

/// The place of a request by somebody who is who they say.
pub(crate) fn place(user: &UserId, head: &Head) -> KnownPlace {
    KnownPlace {
        user: user.clone(),
        network: network(head.source_ip.as_deref()),
        expires_at: head.now.after(PLACE_KNOWN),
    }
}

/// Counts an attempt to show that one knows one's own password, or refuses it because it comes too soon. It is counted for the session, so that
/// whoever stole one does not hold up the owner. What it answers is to be deleted when
/// the password was right. 1 write unit.
pub(crate) async fn at_own_password(
    app: &App,
    tenant: &MarketplaceId,
    session: &SessionId,
    now: Time,
) -> Result<Key<Attempts>, Problem> {
    let key = keys::attempts(tenant, "password", session.as_str());
    match app.table.attempt(&key, HERE, now).await? {
        Some(wait) => Err(Problem::too_many_attempts(wait)),
        None => Ok(key),
    }
}
