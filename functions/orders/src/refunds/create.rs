//! `POST /v1/orders/{order_id}/refunds`: sends money of an order back to its buyer.
//!
//! Until the seller has received their share, the money comes out of escrow; afterwards it comes from whoever received it. A seller can
//! give back as much as they are owed. Only an administrator can give back more, which makes the seller's balance negative until later
//! sales make up for it.

use crate::{load, refunds::view::RefundView};
use garde::Validate;
use schemars::JsonSchema;
use serde::Deserialize;
use tradewind_catalog::StockDiffers;
use tradewind_kernel::{Explain, Money, text::Lines};
use tradewind_lambda::{App, Endpoint, FieldError, Grant, OfOrder, Problem, Reply, Request, User};
use tradewind_ledger::ExpectOwed;
use tradewind_orders::refund::RefundError;
use tradewind_orders::{
    Actor, Funds, Order,
    refund::{LineRefund, RefundOf},
};
use tradewind_sales::{Booking, Changes, RefundTerms, SaleError};
use tradewind_storage::Commit;

pub const ENDPOINT: Endpoint =
    Endpoint::post("orders-refunds-create", "/v1/orders/{order_id}/refunds", "Sends money back to the buyer.")
        .success(201)
        .idempotent()
        .refusals(&[
            RefundError::CODES,
            SaleError::CODES,
            StockDiffers::CODES,
            &["seller_balance_too_low", "amount_not_chargeable", "refund_not_yours", "admin_required"],
        ])
        .live()
        .grants(&[Grant::MainRead, Grant::MainWrite, Grant::EphemeralRead, Grant::EphemeralWrite]);

/// What is refunded: an amount, or lines and shipping, or, if none of these is given, all that is left.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct CreateRefund {
    /// An amount of the whole order, spread over what is left of its lines and shipping in proportion.
    // Without any of these, all that is left is refunded. To mean that, leave them out: a `null` or an empty list is refused.
    #[serde(default)]
    #[schemars(with = "Money")]
    #[garde(skip)]
    amount: Option<Money>,
    /// Lines of the order: at least one, or leave it out.
    #[serde(default)]
    #[schemars(with = "Vec<RefundLine>", length(min = 1, max = 30))]
    #[garde(length(min = 1, max = 30), dive)]
    lines: Option<Vec<RefundLine>>,
    /// The amount of the shipping that is refunded.
    #[serde(default)]
    #[schemars(with = "Money")]
    #[garde(skip)]
    shipping: Option<Money>,
    /// Whether the marketplace keeps its commission, which the seller then bears. For administrators.
    #[serde(default)]
    #[garde(skip)]
    keep_fee: bool,
    /// The reason, for the order's timeline: at most 500 characters.
    #[serde(default)]
    #[garde(skip)]
    reason: Option<Lines<1, 500>>,
}

/// A line of which money is refunded.
#[derive(Debug, Clone, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct RefundLine {
    /// The position of the line in the order's `lines`, from 0.
    #[garde(skip)]
    line: u32,
    /// Refunds the price of this many units. Without this and without `amount`, all that is left of the line is refunded.
    #[serde(default)]
    #[schemars(with = "u32", range(min = 1))]
    #[garde(inner(range(min = 1)))]
    quantity: Option<u32>,
    /// Refunds this amount, instead of the price of the units.
    #[serde(default)]
    #[schemars(with = "Money")]
    #[garde(skip)]
    amount: Option<Money>,
    /// The number of units that came back and can be sold again.
    #[serde(default)]
    #[garde(skip)]
    restock: u32,
}

pub async fn handle(
    app: App,
    request: Request<User, Option<CreateRefund>, OfOrder>,
) -> Result<Reply<RefundView>, Problem> {
    let (order, actors) = load::order(&app, &request, &request.params.order_id).await?;
    let by = if actors.contains(&Actor::Admin) { Actor::Admin } else { Actor::Seller };
    if !actors.contains(&by) {
        return Err(Problem::forbidden(
            "refund_not_yours",
            "The seller or the marketplace sends money back. Ask them.",
        ));
    }
    let body = request.body.clone().unwrap_or_default();
    if body.keep_fee && by != Actor::Admin {
        return Err(Problem::forbidden(
            "admin_required",
            "Only an administrator decides that the marketplace keeps its fee.",
        ));
    }
    let (released, seller) = (order.funds == Funds::Released, order.seller.clone());
    let currency = order.total().currency;
    let provider = request.marketplace().payment_provider;
    let left = Money::sum(currency, order.refundable().map_err(Problem::internal)?).map_err(Problem::internal)?;
    let terms = RefundTerms {
        id: app.id(),
        keep_fee: body.keep_fee,
        reason: body.reason.clone().map(String::from),
        by,
        step: provider.step(currency),
        what: what(&order, body)?,
    };
    let rules = app.order_process(request.tenant(), order.process).await?;
    let mut changes = tradewind_sales::refund(order, &rules, terms, Booking { now: request.now(), journal: app.id() })?;
    tradewind_sales::purchase::count_coupon(&app.table, request.tenant(), &mut changes).await?;
    let mut commit = request.commit();
    if released && by == Actor::Seller {
        let owed = tradewind_payouts::balances::owed(&app.table, request.tenant(), &seller, currency).await?.now;
        commit = covered(commit, &changes, owed, &seller)?;
    }
    if let Some(refund) = changes.new_refunds.first()
        && let Err(nearest) = provider.sendable(refund.amount)
    {
        let possible: Vec<_> = nearest.into_iter().filter(|nearest| nearest.amount <= left.amount).collect();
        return Err(tradewind_orders::not_possible(refund.amount, &possible, "sent back").into());
    }
    let refund = changes.new_refunds.first().ok_or_else(|| Problem::internal("a refund was not made"))?;
    let reply = Reply::new(RefundView::from(refund)).location(format!("/v1/orders/{}/refunds", refund.order));
    request.finish(&app, commit.with(&mut changes), reply).await
}

fn what(order: &Order, body: CreateRefund) -> Result<RefundOf, Problem> {
    let currency = order.total().currency;
    let of_lines = body.lines.iter().flatten().enumerate();
    let of_lines = of_lines.filter_map(|(place, line)| Some((format!("lines[{place}].amount"), line.amount?)));
    let whole = [("amount", body.amount), ("shipping", body.shipping)];
    let whole = whole.into_iter().filter_map(|(field, amount)| Some((field.to_owned(), amount?)));
    let errors: Vec<_> = whole
        .chain(of_lines)
        .filter_map(|(field, amount)| {
            let message = match amount {
                amount if amount.currency != currency => {
                    format!("The order is in {currency}, and so is what goes back.")
                }
                amount if amount.amount <= 0 => "Send an amount above zero: that much goes back.".to_owned(),
                _ => return None,
            };
            Some(FieldError { field, message })
        })
        .collect();
    if !errors.is_empty() {
        return Err(Problem::fields(errors));
    }
    let by_parts = body.lines.is_some() || body.shipping.is_some();
    match body.amount {
        Some(_) if by_parts => Err(Problem::invalid("amount", "Say either an amount, or lines and shipping.")),
        Some(amount) => Ok(RefundOf::Amount(amount)),
        None if by_parts => {
            let line = |RefundLine { line, quantity, amount, restock }| LineRefund { line, quantity, amount, restock };
            Ok(RefundOf::Lines { lines: body.lines.into_iter().flatten().map(line).collect(), shipping: body.shipping })
        }
        None => Ok(RefundOf::Rest),
    }
}

/// Refuses a seller's refund that takes more than they are owed. The commit checks that the balance which was read is still the same.
fn covered(
    commit: Commit,
    changes: &Changes,
    owed: Money,
    seller: &tradewind_kernel::SellerId,
) -> Result<Commit, Problem> {
    let payable = tradewind_ledger::Account::SellerPayable(seller.clone());
    let postings = changes.journal.iter().flat_map(|journal| &journal.postings);
    let taken = postings.filter(|p| p.account == payable).map(|p| p.amount.amount).fold(0, i64::saturating_add);
    if taken > owed.amount {
        let detail = format!(
            "You are owed {owed} and this would take more. Ask the marketplace to refund it; later sales then make up for it."
        );
        return Err(Problem::conflict("seller_balance_too_low", detail));
    }
    Ok(commit.with(ExpectOwed { seller, owed }))
}
