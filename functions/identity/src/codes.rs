//! Codes that are sent by e-mail: how often one may be asked for, and whether one that came back is right.
//!
//! For each purpose, an address gets at most 10 e-mails an hour, and what comes from a network, or from an account, leads to at most 50; then each
//! next one waits twice as long, up to a quarter of an hour. It is the same for addresses that nobody registered. Registering works all the
//! same, without the e-mail. Six digits can be guessed, so that after 5 wrong ones for an address, and 50 from a network, each next one waits
//! likewise; the longer code in the e-mail cannot be guessed and always works, so that nobody can lock the owner out.

use std::time::Duration;
use tradewind_identity::{Challenge, Purpose, Shown, keys as identity_keys};
use tradewind_kernel::{MarketplaceId, Time, UserId, email::Email};
use tradewind_lambda::{App, Head, Problem, network};
use tradewind_storage::{Backoff, Commit, Key, entities::Attempts, keys};

const LONGEST: Duration = Duration::from_secs(15 * 60);
const HOUR: Duration = Duration::from_secs(60 * 60);
const MAILS: Backoff = Backoff { free: 10, longest: LONGEST, forgotten: HOUR };
const MAILS_BY: Backoff = Backoff { free: 50, longest: LONGEST, forgotten: HOUR };
const GUESSES_FROM: Backoff = Backoff { free: 50, longest: LONGEST, forgotten: HOUR };
const GUESSES: Backoff = Backoff { free: 5, longest: LONGEST, forgotten: Duration::from_secs(24 * 60 * 60) };

/// Counts an e-mail for a purpose, and says how long it must wait, if it must: `by` is who asks for it, an account or a network. 2 write units.
pub(crate) async fn wait(
    app: &App,
    tenant: &MarketplaceId,
    (purpose, email): (Purpose, &Email),
    (by, now): (&str, Time),
) -> Result<Option<Duration>, Problem> {
    let asked = keys::attempts(tenant, "mail-by", &format!("{purpose}#{by}"));
    if let Some(wait) = app.table.attempt(&asked, MAILS_BY, now).await? {
        return Ok(Some(wait));
    }
    Ok(app.table.attempt(&keys::attempts(tenant, "mail", &format!("{purpose}#{email}")), MAILS, now).await?)
}

/// The same, as a refusal.
pub(crate) async fn may_write_to(
    app: &App,
    tenant: &MarketplaceId,
    what: (Purpose, &Email),
    by: (&str, Time),
) -> Result<(), Problem> {
    wait(app, tenant, what, by).await?.map_or(Ok(()), |wait| Err(Problem::too_many_attempts(wait)))
}

/// Calls off a change of address that was begun: whoever sets a new password may not have begun it. 1 read unit, and 2 write units if there is one.
pub(crate) async fn called_off(
    app: &App,
    tenant: &MarketplaceId,
    user: &UserId,
    commit: Commit,
) -> Result<Commit, Problem> {
    let key = identity_keys::challenge(tenant, Purpose::ChangeEmail, user.as_str());
    Ok(if app.table.get(key.clone()).await?.is_some() { commit.delete(key) } else { commit })
}

/// A code that came back and is right.
pub(crate) struct Right {
    /// The challenge that it belongs to.
    pub challenge: Challenge,
    key: Key<Challenge>,
    attempts: Option<Key<Attempts>>,
}

impl Right {
    /// Uses it up, and forgets the attempts at it. 2 to 4 write units.
    pub fn used(&self, commit: Commit) -> Commit {
        let commit = commit.delete(self.key.clone());
        match &self.attempts {
            Some(attempts) => commit.delete(attempts.clone()),
            None => commit,
        }
    }
}

/// Checks a code that came back, or refuses it. `subject` is whose challenge it would be. 1 read unit; for six digits 2 and 1 write unit, and 1 more
/// if they are wrong.
pub(crate) async fn check(
    app: &App,
    tenant: &MarketplaceId,
    (purpose, subject): (Purpose, &str),
    (code, head): (&str, &Head),
) -> Result<Right, Problem> {
    let (key, now) = (identity_keys::challenge(tenant, purpose, subject), head.now);
    // People copy blanks with a code, and type `042 137`.
    let code: &str = &code.split_whitespace().collect::<String>();
    let from = keys::attempts(tenant, "code-from", &network(head.source_ip.as_deref()));
    let attempts = match Shown::of(code) {
        Shown::Digits => Some(keys::attempts(tenant, "code", &format!("{purpose}#{subject}"))),
        Shown::Link => None,
    };
    if let Some(attempts) = &attempts {
        let wait = match GUESSES_FROM.wait(app.table.get(from.clone()).await?.as_ref(), now) {
            Some(wait) => Some(wait),
            None => app.table.attempt(attempts, GUESSES, now).await?,
        };
        if let Some(wait) = wait {
            return Err(Problem::too_many_attempts(wait));
        }
    }
    let (challenge, sealing) = (app.table.get(key.clone()).await?, app.sealing_key()?);
    match challenge.filter(|challenge| challenge.accepts(code, sealing, tenant, now)) {
        Some(challenge) => Ok(Right { challenge, key, attempts }),
        None => {
            if attempts.is_some() {
                app.table.note_attempt(&from, GUESSES_FROM, now).await?;
            }
            Err(wrong())
        }
    }
}

/// The refusal of a code, whatever is wrong with it.
pub(crate) fn wrong() -> Problem {
    let detail = "The code is wrong, was used, or is older than 15 minutes. Check it, or ask for another one.";
    Problem::forbidden("code_wrong", detail)
}
