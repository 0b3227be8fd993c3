//! `POST /v1/payouts/{payout_id}/resolution`: resolves a payout that came back. In the ledger its money is owed to the shop again, and the
//! next run pays it anyway.
//!
//! `retry` does not wait for that: it starts a run for this shop alone, which pays all that the shop is owed and can be paid now. It can be
//! requested any number of times, because a run pays only what is owed; it is refused if nothing in the payout's currency can be paid.
//!
//! `settled_otherwise` records that the shop was paid in another way, such as by bank transfer. One transaction removes the amount from
//! what the shop is owed, and gives the marketplace the money that stayed with the provider. It is refused if the shop is now owed less
//! than the amount, because a later payout has paid it; and it is written only if what is owed has not changed since, so that no run pays
//! the same money meanwhile.

use crate::{consumers::run::payable, seller_payouts::list::PayoutView};
use garde::Validate;
use schemars::JsonSchema;
use serde::Deserialize;
use tradewind_kernel::{Explain, text::Lines};
use tradewind_lambda::{Admin, App, Endpoint, Grant, OfPayout, Problem, Reply, Request};
use tradewind_ledger::ExpectOwed;
use tradewind_payouts::{PayoutError, PayoutRunEvent, keys as payouts_keys};
use tradewind_sales::Booking;

pub const ENDPOINT: Endpoint = Endpoint::post(
    "payouts-resolution-create",
    "/v1/payouts/{payout_id}/resolution",
    "Sends what came back of a payout again, or notes how it was paid otherwise.",
)
.refusals(&[PayoutError::CODES])
.grants(&[Grant::MainRead, Grant::MainWrite, Grant::EphemeralRead, Grant::EphemeralWrite]);

/// How the payout is resolved.
#[derive(Debug, Clone, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct Resolve {
    /// `retry` to pay the shop what it is owed at once, `settled_otherwise` if it has received the money in another way.
    #[garde(skip)]
    action: PayoutResolution,
    /// How the shop was paid: 1 to 500 characters. Required with `settled_otherwise`, and refused with `retry`.
    #[serde(default)]
    #[garde(skip)]
    note: Option<Lines<1, 500>>,
}

/// How a payout that came back is resolved.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PayoutResolution {
    /// The shop is paid at once, by a run of its own.
    Retry,
    /// The shop was paid in another way.
    SettledOtherwise,
}

pub async fn handle(app: App, request: Request<Admin, Resolve, OfPayout>) -> Result<Reply<PayoutView>, Problem> {
    let tenant = request.tenant();
    let payout = app.table.get(payouts_keys::payout(tenant, &request.params.payout_id)).await?;
    let payout = payout.ok_or_else(|| Problem::not_found("payout"))?;
    payout.failure()?;
    let note = match (request.body.action, request.body.note.clone()) {
        (PayoutResolution::Retry, None) => {
            let marketplace = request.marketplace();
            let owed =
                tradewind_payouts::balances::owed(&app.table, tenant, &payout.seller, payout.amount.currency).await?;
            let now = payable(&app, tenant, &payout.seller, owed.now, &marketplace.payouts).await?;
            if !marketplace.payouts.is_enough(marketplace.payment_provider.payable(now)) {
                return Err(PayoutError::NothingPayable { owed: owed.now, payable: now }.into());
            }
            let run = PayoutRunEvent::Requested {
                run: app.id(),
                only: Some(payout.seller.clone()),
                after: None,
                scheduled: false,
            };
            let commit = request.commit().emit(run);
            return request.finish(&app, commit, Reply::new(PayoutView::from(payout))).await;
        }
        (PayoutResolution::Retry, Some(_)) => {
            let message = "Leave it out: nothing has to be said of a payout that is sent again.";
            return Err(Problem::invalid("note", message));
        }
        (PayoutResolution::SettledOtherwise, Some(note)) => String::from(note),
        (PayoutResolution::SettledOtherwise, None) => {
            return Err(Problem::invalid("note", "Say how the shop was paid, such as by which bank transfer."));
        }
    };
    let seller = payout.seller.clone();
    let owed = tradewind_payouts::balances::owed(&app.table, tenant, &seller, payout.amount.currency).await?;
    let now = tradewind_ledger::balances::next_entry(&app.table, tenant, &seller, request.now()).await?;
    let mut changes = tradewind_sales::settle_payout(payout, &owed, note, Booking { now, journal: app.id() })?;
    let commit = request.commit().with(ExpectOwed { seller: &seller, owed: owed.now }).with(&mut changes);
    let settled = changes.payout.ok_or_else(|| Problem::internal("a resolution changes a payout"))?;
    request.finish(&app, commit, Reply::new(PayoutView::from(settled))).await
}
