//! Idempotency: the reply to a request with an `Idempotency-Key` is stored with its effect, and given again to a client that repeats
//! the request.
//!
//! Some requests hold a password, some replies hold tokens. For those endpoints ([`tradewind_http::Endpoint::sealed`]) the table
//! shows neither: the request is recognised by a signature, against which nobody can try passwords without the deployment's key, and
//! the reply is encrypted.

use crate::{App, Caller};
use lambda_http::http::StatusCode;
use tradewind_auth::Access;
use tradewind_http::{Head, Idempotency, Problem};
use tradewind_storage::{Commit, Key, StoredReply, entities::ReplyRecord, keys};

/// The answer to the first such request, if there is one.
pub(crate) async fn find<C: Caller>(app: &App, head: &Head, caller: &C) -> Result<Option<StoredReply>, Problem> {
    let Some(promise) = &head.idempotency else { return Ok(None) };
    let fingerprint = fingerprint(app, promise)?;
    let record = app.table.get(key(caller, promise, &fingerprint)).await?;
    let Some(record) = record.filter(|record| record.expires_at >= head.now.seconds()) else { return Ok(None) };
    if record.fingerprint != fingerprint {
        let detail = "This Idempotency-Key was used for another request. Use a new key for a new request.";
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "idempotency_key_reused", detail));
    }
    let mut reply = record.reply().ok_or_else(|| Problem::internal("a stored reply does not unpack"))?;
    if promise.sealed {
        let unreadable = || Problem::internal("a stored reply does not open with the deployment's key");
        reply.body = app.sealing_key()?.open(&record.fingerprint, &reply.body).ok_or_else(unreadable)?;
    }
    reply.headers.push(("idempotent-replayed".into(), "true".into()));
    Ok(Some(reply))
}

/// Adds the reply to the commit whose result it reports.
pub(crate) fn remember<C: Caller>(
    app: &App,
    promise: &Idempotency,
    caller: &C,
    commit: Commit,
    mut reply: StoredReply,
) -> Result<Commit, Problem> {
    let fingerprint = fingerprint(app, promise)?;
    let key = key(caller, promise, &fingerprint);
    if promise.sealed {
        let closed = app.sealing_key()?.close(&fingerprint, &reply.body, app.random());
        reply.body = closed.map_err(Problem::internal)?;
    }
    Ok(commit.reply(key, fingerprint, reply, promise.kept))
}

/// Where the reply is kept: under the caller's own keys. Callers without an account cannot be told apart but by their network, so that each of
/// their requests has keys of its own: nobody can use up a key that somebody else will send.
fn key<C: Caller>(caller: &C, promise: &Idempotency, fingerprint: &str) -> Key<ReplyRecord> {
    let (tenant, name) = caller.scope();
    match C::ACCESS {
        Access::Anybody | Access::Public => keys::reply(tenant, &format!("{name}-{fingerprint}"), &promise.key),
        Access::User | Access::Seller | Access::Admin | Access::Operator => keys::reply(tenant, &name, &promise.key),
    }
}

/// The text by which a repeated request is recognised.
fn fingerprint(app: &App, promise: &Idempotency) -> Result<String, Problem> {
    Ok(match promise.sealed {
        true => app.sealing_key()?.sign(&format!("request\n{}", promise.fingerprint)),
        false => promise.fingerprint.clone(),
    })
}
