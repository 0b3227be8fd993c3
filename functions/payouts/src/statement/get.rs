//! `GET /v1/payouts/{payout_id}/statement`: what a payout consists of: every change to what the shop was owed since the payout before it,
//! up to the payout itself.
//!
//! Every entry of an account is part of exactly one of its statements: what is booked after a payout always gets a later time than the
//! payout, even if clocks differ. The opening balance of one is the closing balance of the one before. 1 read unit and 1 for each 4 KB of
//! entries (about 16). As CSV it is one file of at most 5.5 MB (some 40,000 entries).

use crate::{
    account_book::{AccountBook, Frame, LineView, Span},
    seller_payouts::list::PayoutView,
    shop,
};
use schemars::JsonSchema;
use serde::Serialize;
use tradewind_kernel::{Money, SellerId, Time};
use tradewind_lambda::{App, AsCsv, Endpoint, Grant, OfPayout, Paged, Problem, Reply, Request, User};
use tradewind_payouts::{Payout, keys as payouts_keys};

pub const ENDPOINT: Endpoint =
    Endpoint::get("payouts-statement-get", "/v1/payouts/{payout_id}/statement", "Reads what a payout was made of.")
        .grants(&[Grant::MainRead, Grant::EphemeralRead, Grant::SealingKey]);

/// What a payout consists of.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PayoutStatementView {
    /// The payout.
    payout: PayoutView,
    /// The shop that was paid.
    seller: SellerId,
    /// When the payout before it was made; absent for the first one.
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<Time>,
    /// What the shop was owed after that earlier payout: negative if it had refunded more than it earned.
    opening_balance: Money,
    /// What the shop was owed after this payout, such as what was held back for a while.
    closing_balance: Money,
    /// The changes, oldest first; the last one is the payout.
    data: Vec<LineView>,
    /// Send it as `cursor` for the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

pub async fn handle(
    app: App,
    request: Request<User, (), Paged<AsCsv<OfPayout>>>,
) -> Result<Reply<PayoutStatementView>, Problem> {
    let (tenant, id) = (request.tenant(), &request.params.payout_id);
    let payout: Option<Payout> = app.table.get(payouts_keys::payout(tenant, id)).await?;
    let payout = payout.filter(|payout| shop::may_read(&request.caller, &payout.seller));
    let payout = payout.ok_or_else(|| Problem::not_found("payout of yours"))?;
    let (closes, at) = (payout.closes, payout.created_at);
    let book = AccountBook::of(&app, tenant, &payout.seller, payout.amount.currency);
    let span = Span::after(closes.since, at);
    if request.params.csv() {
        let opening = Frame { date: closes.since, balance: closes.opening };
        return Ok(Reply::csv(book.file(&span, opening, at).await?, &format!("payout-{id}")));
    }
    let (data, next_cursor) = book.page(request.params.as_ref(), &span, closes.opening).await?;
    Ok(Reply::new(PayoutStatementView {
        seller: payout.seller.clone(),
        since: closes.since,
        opening_balance: closes.opening,
        closing_balance: closes.closing,
        payout: payout.into(),
        data,
        next_cursor,
    }))
}
