//! Finding out who sent an `Authorization` header: `Bearer` and an access token, or the operator's key.
//!
//! An access token costs 1 read unit: its session and the account of its user are read as they were a moment ago. API Gateway remembers the
//! answer for a minute, so that this is what a caller costs in a minute of requests, and an ended session works for a minute at most.

use crate::App;
use serde_json::{Value, json};
use std::time::Duration;
use tradewind_auth::{Principal, TokenError, secret};
use tradewind_http::network;
use tradewind_identity::{Read, live_session};
use tradewind_kernel::MarketplaceId;
use tradewind_storage::{Backoff, StorageError, Wanted, entities::Attempts, keys};

/// How long API Gateway remembers an answer of the authoriser.
pub const AUTHORISED_FOR: Duration = Duration::from_secs(60);

/// Guesses of the operator's key from one network. It has 256 random bits, but a person may have chosen another one. A network from which the
/// operator has called within 30 days is not held up: others there must not keep the operator out.
const GUESSES: Backoff =
    Backoff { free: 20, longest: Duration::from_secs(15 * 60), forgotten: Duration::from_secs(60 * 60) };

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// The operator's own calls from a network, noted about once a day.
const KNOWN: Backoff =
    Backoff { free: u64::MAX, longest: Duration::ZERO, forgotten: Duration::from_secs(30 * 24 * 60 * 60) };

/// The authoriser. It never refuses a request itself: the endpoint explains what is wrong with a token, in the same form as all
/// other problems, while API Gateway would only say "Forbidden". It answers in API Gateway's simple format (payload version 2.0).
pub(crate) async fn answer(app: &App, event: &Value) -> Value {
    let text = |pointer| event.pointer(pointer).and_then(Value::as_str);
    let header = text("/identitySource/0").unwrap_or_default();
    let principal = authorise(app, header, text("/requestContext/http/sourceIp")).await;
    let context = match principal.map(|principal| serde_json::to_string(&principal)) {
        Ok(Ok(principal)) => json!({ "principal": principal }),
        Ok(Err(_)) => json!({ "problem": "token_invalid" }),
        Err(code) => json!({ "problem": code }),
    };
    json!({ "isAuthorized": true, "context": context })
}

/// The caller, or the code of the problem.
///
/// If the table cannot be read, the token counts as it was made, and the operator's key as it is: API Gateway would remember a failure for a
/// minute. What must not believe a token asks the table itself.
pub(crate) async fn authorise(app: &App, header: &str, source_ip: Option<&str>) -> Result<Principal, &'static str> {
    // The scheme's name is case-insensitive (RFC 9110, section 11.1).
    let token = header.trim().split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    let token = token.map(|(_, token)| token.trim()).ok_or("token_invalid")?;
    let right = app.operator_key().is_some_and(|key| secret::equal(token, key));
    // What has no dots is no access token, but may be a guess.
    if right || !token.contains('.') {
        return match held_up(app, right, &network(source_ip)).await {
            Ok(true) => Err("too_many_attempts"),
            Ok(false) | Err(_) if right => Ok(Principal::Operator),
            Ok(false) | Err(_) => Err("token_invalid"),
        };
    }
    let (verifier, now) = (app.verifier().ok_or("token_invalid")?, app.now());
    let principal = verifier.verify(token, now).map_err(|error| match error {
        TokenError::Expired => "token_expired",
        TokenError::Invalid | TokenError::Key => "token_invalid",
    })?;
    let Principal::User { marketplace, user, session, .. } = &principal else { return Ok(principal) };
    match live_session(&app.table, marketplace, (user, session), Read::MomentAgo, now).await {
        // What the person may do is what the table says, not what it said when the token was made.
        Ok(Some((person, _))) => Ok(Principal::User {
            marketplace: marketplace.clone(),
            user: user.clone(),
            session: session.clone(),
            seller: person.seller,
            admin: person.admin,
            guest: person.guest,
        }),
        Ok(None) => Err("token_expired"),
        Err(_) => Ok(principal),
    }
}

/// Whether somebody who sends the operator's key, or a guess, must wait. A wrong one is counted, and so is, about once a day, from where the right
/// one comes.
async fn held_up(app: &App, right: bool, network: &str) -> Result<bool, StorageError> {
    let (platform, now) = (MarketplaceId::platform(), app.now());
    let guesses = keys::attempts(&platform, "operator-key", network);
    let calls = keys::attempts(&platform, "operator", network);
    let mut found = app.table.gather(Wanted::default().and(&guesses).and(&calls)).await?;
    let (guessed, called): (Option<Attempts>, Option<Attempts>) = (found.take(&guesses)?, found.take(&calls)?);
    let known = |since: Duration| called.as_ref().is_some_and(|called| called.at.after(since) > now);
    if GUESSES.wait(guessed.as_ref(), now).is_some() && !known(KNOWN.forgotten) {
        return Ok(true);
    }
    if !right {
        app.table.note_attempt(&guesses, GUESSES, now).await?;
    } else if !known(DAY) {
        app.table.note_attempt(&calls, KNOWN, now).await?;
    }
    Ok(false)
}
