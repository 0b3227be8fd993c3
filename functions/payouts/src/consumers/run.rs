//! `payouts-run`: pays the sellers of a marketplace what they are owed, a page of them for each message.
//!
//! A seller is paid in every currency in which they are owed something, with one payout for each, even in a currency in which the
//! marketplace no longer sells. What they owe in one currency is not deducted from what they are owed in another.
//!
//! A run pays a seller at most once in a currency, because the payout's id is derived from all three. Two runs at once never pay the same
//! money, because a payout is written only if the seller is still owed the amount that was read.

use tradewind_auth::secret;
use tradewind_kernel::{
    Currency, Id, MarketplaceId, Money, PayoutId, PayoutRunId, SellerId, event::Envelope, zone::Zone,
};
use tradewind_lambda::{App, Consumer, Grant, Handled, JobError, Message, Problem};
use tradewind_payments::provider::PaymentProvider;
use tradewind_payouts::{Owed, Pay, PayoutPolicy, PayoutRunEvent, PayoutSchedule};
use tradewind_sales::Booking;
use tradewind_sellers::keys as sellers_keys;
use tradewind_tenancy::keys as tenancy_keys;

pub const CONSUMER: Consumer = Consumer {
    function: "payouts-run",
    summary: "Pays the sellers of a marketplace what they are owed.",
    queue: tradewind_payouts::RUNS,
    batch: 1,
    grants: &[Grant::MainRead, Grant::MainWrite, Grant::EphemeralWrite],
    memory: 256,
    timeout_seconds: 60,
    most_at_once: 10,
};

/// Events that were handled are marked under this name for 30 days. It is the function's former name and must stay the same.
const MARK: &str = "money-payout-run";

/// Sellers handled by one message.
const PAGE: u16 = 25;

pub async fn handle(app: App, message: Message<Envelope<PayoutRunEvent>>) -> Result<Handled, JobError> {
    let Message { payload: Envelope { marketplace: tenant, event, .. }, trace, .. } = message;
    let PayoutRunEvent::Requested { run, only, after, scheduled } = event;
    let marketplace = app.table.peek(tenancy_keys::marketplace(&tenant)).await?;
    let marketplace = marketplace.ok_or_else(|| JobError::internal(format!("{tenant} is missing")))?;
    let provider = marketplace.payment_provider;
    let (policy, zone) = (marketplace.payouts, marketplace.time_zone);
    let job = Job { app: &app, tenant: &tenant, run: &run, scheduled, policy, provider, zone, trace };
    if let Some(seller) = only {
        return job.pay(&seller).await.map(|()| Handled::Done);
    }
    let list = after
        .as_ref()
        .map_or_else(|| sellers_keys::sellers(&tenant), |last| sellers_keys::sellers_after(&tenant, last));
    let page = app.table.page(list, PAGE, None).await?;

    // The next page is requested first, so that a seller who cannot be paid does not keep the others waiting.
    if let (Some(_), Some(last)) = (page.next, page.items.last()) {
        job.go_on(after.as_ref(), last.summary.clone()).await?;
    }
    let mut failure: Option<JobError> = None;
    for seller in page.items {
        failure = worse(failure, job.pay(&seller.summary).await);
    }
    failure.map_or(Ok(Handled::Done), Err)
}

/// Of two failures, the one that will not go away by itself is reported rather than one that may.
fn worse(before: Option<JobError>, result: Result<(), JobError>) -> Option<JobError> {
    match (before, result) {
        (before, Ok(())) => before,
        (Some(before), Err(_)) if !before.passes() => Some(before),
        (_, Err(error)) => Some(error),
    }
}

struct Job<'a> {
    app: &'a App,
    tenant: &'a MarketplaceId,
    run: &'a PayoutRunId,
    scheduled: bool,
    policy: PayoutPolicy,
    provider: PaymentProvider,
    zone: Zone,
    trace: Option<String>,
}

impl Job<'_> {
    /// Requests the next page, once.
    async fn go_on(&self, after: Option<&SellerId>, last: SellerId) -> Result<(), JobError> {
        let page = format!("{}_{}", self.run, after.map_or("first", |seller| seller.as_str()));
        let next = PayoutRunEvent::Requested {
            run: self.run.clone(),
            only: None,
            after: Some(last),
            scheduled: self.scheduled,
        };
        let commit = self.app.commit(self.tenant, self.trace.clone()).once(MARK, &page).emit(next);
        Ok(commit.send_once(&self.app.table).await?)
    }

    /// Pays a seller what they are owed and is not held back, unless this run has paid them before, or it is not their day.
    async fn pay(&self, seller: &SellerId) -> Result<(), JobError> {
        let all = tradewind_payouts::balances::owed_in_all(&self.app.table, self.tenant, seller).await?;
        let enough: Vec<_> = all.into_iter().filter(|owed| self.policy.is_enough(owed.now)).collect();
        if enough.is_empty() || (self.scheduled && !self.schedule(seller).await?.is_due(self.app.now(), &self.zone)) {
            return Ok(());
        }
        let mut failure = None;
        for owed in enough {
            failure = worse(failure, self.pay_in(seller, owed).await);
        }
        failure.map_or(Ok(()), Err)
    }

    /// Pays a seller as much of this balance as can be paid, in its currency.
    async fn pay_in(&self, seller: &SellerId, owed: Owed) -> Result<(), JobError> {
        let amount = payable(self.app, self.tenant, seller, owed.now, &self.policy).await?;
        // An amount that the provider cannot send remains owed.
        let amount = self.provider.payable(amount);
        if !self.policy.is_enough(amount) {
            return Ok(());
        }
        let now = tradewind_ledger::balances::next_entry(&self.app.table, self.tenant, seller, self.app.now()).await?;
        let booking = Booking { now, journal: self.app.id() };
        let id = payout_id(self.run, seller, amount.currency);
        let Some((payout, mut changes)) =
            tradewind_sales::pay_out(id, self.run.clone(), seller.clone(), &owed, amount, booking)?
        else {
            return Ok(());
        };
        let commit = self.app.commit(self.tenant, self.trace.clone()).with(Pay(&payout));
        Ok(commit.with(&mut changes).send_once(&self.app.table).await?)
    }

    /// The days on which a seller is paid. Half a read unit.
    async fn schedule(&self, seller: &SellerId) -> Result<PayoutSchedule, JobError> {
        let seller = self.app.table.peek(sellers_keys::seller(self.tenant, seller)).await?;
        Ok(seller.and_then(|seller| seller.payout_schedule).unwrap_or(self.policy.schedule))
    }
}

/// How much of `owed` can be paid out now: without what is held back for a while, but never less than zero.
pub(crate) async fn payable(
    app: &App,
    tenant: &MarketplaceId,
    seller: &SellerId,
    owed: Money,
    policy: &PayoutPolicy,
) -> Result<Money, Problem> {
    if policy.hold_days == 0 {
        return Ok(owed);
    }
    let since = policy.held_since(app.now());
    let held = tradewind_sales::held(&app.table, tenant, seller, owed.currency, since).await?;
    let left = owed.minus(held)?;
    Ok(Money::new(left.amount.max(0), left.currency))
}

/// The id of a run's payout to a seller in a currency: the run's time, then 16 characters of a digest of all three.
fn payout_id(run: &PayoutRunId, seller: &SellerId, currency: Currency) -> PayoutId {
    let parts = [run.as_str().as_bytes(), seller.as_str().as_bytes(), currency.code().as_bytes()];
    let digest = secret::fingerprint_parts(&parts);
    let safe = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '0' };
    let time = run.ulid().get(..10).unwrap_or_default();
    PayoutId::from_ulid(&format!("{time}{}", digest.chars().map(safe).take(16).collect::<String>()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(run: &str, seller: &str) -> PayoutId {
        id_in(run, seller, "EUR")
    }

    fn id_in(run: &str, seller: &str, currency: &str) -> PayoutId {
        payout_id(&PayoutRunId::from_ulid(run), &SellerId::from_ulid(seller), Currency::parse(currency).unwrap())
    }

    #[test]
    fn a_run_and_a_seller_have_one_payout_id_in_each_currency() {
        let (run, seller) = ("01jd0000000000000000000000", "01jd0000000000000000000001");
        assert_eq!(id(run, seller), id(run, seller));
        assert_ne!(id(run, seller), id(run, "01jd0000000000000000000002"));
        assert_ne!(id(run, seller), id("01jd0000000000000000000009", seller));
        assert_ne!(id(run, seller), id_in(run, seller, "JPY"));
        assert_eq!(PayoutId::parse(id(run, seller).as_str()), Ok(id(run, seller)));
    }
}
