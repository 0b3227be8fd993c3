//! The request that a handler gets: the caller, what they sent, and the means to answer in the same transaction.

use crate::{App, Caller, InMarketplace, Unfinished, replay};
use serde::Serialize;
use tradewind_http::{Endpoint, Head, ListView, Nothing, Paging, Problem, Reply, check_if_match, cursor};
use tradewind_kernel::{CommitId, MarketplaceId, Time};
use tradewind_storage::{Commit, List, Page, Position};
use tradewind_tenancy::Marketplace;

/// A request to one endpoint.
#[derive(Debug, Clone)]
pub struct Request<C, B = (), P = Nothing> {
    /// Who makes the request.
    pub caller: C,
    /// The body, parsed and checked.
    pub body: B,
    /// The parameters of path and query.
    pub params: P,
    /// Ids, headers and time of the request.
    pub head: Head,
    /// The unchanged bytes of the body, for handlers that check a signature.
    pub raw: Vec<u8>,
    pub(crate) endpoint: Endpoint,
    pub(crate) commit: CommitId,
}

impl<C: InMarketplace, B, P> Request<C, B, P> {
    /// The marketplace in which the caller acts.
    pub fn marketplace(&self) -> &Marketplace {
        self.caller.marketplace()
    }

    /// The id of the marketplace in which the caller acts.
    pub fn tenant(&self) -> &MarketplaceId {
        &self.caller.marketplace().id
    }

    /// An empty commit in the caller's marketplace.
    pub fn commit(&self) -> Commit {
        self.commit_in(self.tenant()).in_zone(&self.marketplace().time_zone)
    }
}

impl<C: Caller, B, P: AsRef<Paging>> Request<C, B, P> {
    /// The position at which the page begins that the client asks for.
    pub fn position<E>(&self, app: &App, list: &List<E>) -> Result<Option<Position>, Problem> {
        let cursor = self.params.as_ref().cursor.as_deref();
        cursor.map(|cursor| cursor::open(app.sealing_key()?, &list.name(), cursor)).transpose()
    }

    /// The page of a list that the client asks for.
    pub async fn page<E: tradewind_storage::Stored>(
        &self,
        app: &App,
        list: List<E>,
    ) -> Result<(Page<E>, Option<String>), Problem> {
        let (limit, position, name) = (self.params.as_ref().limit, self.position(app, &list)?, list.name());
        let page = app.table.page(list, limit, position).await?;
        let next = page.next.as_ref().map(|next| cursor::seal(app.sealing_key()?, &name, next)).transpose()?;
        Ok((page, next))
    }

    /// The page of a list that the client asks for, each item shown by `view`.
    pub async fn list<E: tradewind_storage::Stored, V: Serialize>(
        &self,
        app: &App,
        list: List<E>,
        view: impl FnMut(E) -> V,
    ) -> Result<Reply<ListView<V>>, Problem> {
        let (page, next_cursor) = self.page(app, list).await?;
        Ok(Reply::new(ListView { data: page.items.into_iter().map(view).collect(), next_cursor }))
    }
}

impl<C: Caller, B, P> Request<C, B, P> {
    /// When the request arrived.
    pub fn now(&self) -> Time {
        self.head.now
    }

    /// Refuses the request if the client's `If-Match` names another version.
    pub fn check_version(&self, version: u64) -> Result<(), Problem> {
        check_if_match(self.head.if_match.as_deref(), version)
    }

    /// The same request with a new commit id, for handlers that decide anew after a refusal: DynamoDB remembers the first id.
    #[must_use]
    pub fn again(self, app: &App) -> Self {
        Self { commit: app.id(), ..self }
    }

    /// An empty commit in a marketplace.
    pub fn commit_in(&self, tenant: &MarketplaceId) -> Commit {
        Commit::new(tenant, self.commit.clone(), self.head.now, self.head.trace.clone())
    }

    /// Sends the commit and returns the answer. With an idempotency key the answer is stored in the same transaction as the effect: a
    /// client that repeats the request gets the same answer, and nothing happens twice.
    pub async fn finish<V: Serialize>(&self, app: &App, commit: Commit, reply: Reply<V>) -> Result<Reply<V>, Problem> {
        Ok(self.try_finish(app, commit, reply).await?)
    }

    /// Like [`Self::finish`], for handlers that act on the reason why a commit did not happen.
    pub async fn try_finish<V: Serialize>(
        &self,
        app: &App,
        commit: Commit,
        reply: Reply<V>,
    ) -> Result<Reply<V>, Unfinished> {
        let commit = match &self.head.idempotency {
            Some(promise) => replay::remember(app, promise, &self.caller, commit, reply.render(&self.endpoint)?)?,
            None => commit,
        };
        commit.send(&app.table).await?;
        Ok(reply)
    }

    /// Whether this same request has been answered since the stored reply was last looked for.
    pub async fn answered(&self, app: &App) -> Result<bool, Problem> {
        Ok(replay::find(app, &self.head, &self.caller).await?.is_some())
    }
}
