//! Whom an event concerns, and what must be known to write to them. What is missing is an error: the event ends in the
//! dead-letter queue.

use crate::letters::{self, Addressed, Parties};
use tradewind_domain::{
    MarketplaceId, OrderId, PayoutId, SellerId, UserId, event::Event, marketplace::Marketplace, payout::Payout,
    user::User,
};
use tradewind_lambda::{App, Problem};
use tradewind_storage::keys;

/// The letters that an event asks for.
pub(crate) async fn letters(app: &App, marketplace: &Marketplace, event: Event) -> Result<Vec<Addressed>, Problem> {
    let (tenant, name) = (&marketplace.id, marketplace.name.as_str());
    Ok(match event {
        Event::UserRegistered { user } => vec![letters::welcome(name, &person(app, tenant, &user).await?)],
        Event::PaymentFailed { payment, reason } => {
            let payment = app.table.get(keys::payment(tenant, &payment)).await?.ok_or_else(|| missing(&payment))?;
            let buyer = person(app, tenant, &payment.buyer).await?;
            vec![letters::payment_failed(name, &payment, &buyer, &reason)]
        }
        Event::OrderPaid { order } => {
            let parties = parties(app, tenant, &order).await?;
            vec![letters::receipt(name, &parties), letters::new_sale(name, &parties)]
        }
        Event::OrderExpired { order } => vec![letters::expired(name, &parties(app, tenant, &order).await?)],
        Event::OrderShipped { order } => {
            let parties = parties(app, tenant, &order).await?;
            let shipment =
                parties.order.shipment.as_ref().ok_or_else(|| missing(format!("the shipment of {order}")))?;
            vec![letters::shipped(name, &parties, shipment)]
        }
        Event::OrderCompleted { order } => {
            let parties = parties(app, tenant, &order).await?;
            let price = &parties.order.price;
            let back = price.given_back(&parties.order.refunded).map_err(Problem::internal)?;
            let earnings = price.totals.split.seller.minus(back.seller).map_err(Problem::internal)?;
            vec![letters::completed(name, &parties, earnings)]
        }
        Event::OrderCancelled { order } => {
            let parties = parties(app, tenant, &order).await?;
            vec![letters::cancelled_for_buyer(name, &parties), letters::cancelled_for_seller(name, &parties)]
        }
        Event::OrderRefunded { order, amount, .. } => {
            let parties = parties(app, tenant, &order).await?;
            vec![letters::refunded(name, &parties, amount), letters::refunded_for_seller(name, &parties, amount)]
        }
        Event::OrderDisputed { order } => vec![letters::disputed(name, &parties(app, tenant, &order).await?)],
        Event::PayoutPaid { payout } => {
            let (payout, owner) = payout_and_owner(app, tenant, &payout).await?;
            vec![letters::payout_paid(name, &payout, &owner)]
        }
        Event::PayoutFailed { payout } => {
            let (payout, owner) = payout_and_owner(app, tenant, &payout).await?;
            vec![letters::payout_failed(name, &payout, &owner)]
        }
        event @ (Event::ImportRequested { .. }
        | Event::ImportPartReady { .. }
        | Event::ProviderReported { .. }
        | Event::RefundRequested { .. }
        | Event::PayoutRunRequested { .. }
        | Event::PayoutRequested { .. }
        | Event::PaymentEnded { .. }
        | Event::EvidenceGiven { .. }
        | Event::LedgerVerificationStep { .. }
        | Event::ReconciliationStep { .. }
        | Event::SandboxReportDue { .. }) => {
            return Err(Problem::internal(format!("nobody is written about {event:?}")));
        }
    })
}

async fn parties(app: &App, tenant: &MarketplaceId, order: &OrderId) -> Result<Parties, Problem> {
    let order = app.table.get(keys::order(tenant, order)).await?.ok_or_else(|| missing(order))?;
    let buyer = person(app, tenant, &order.buyer).await?;
    let owner = owner(app, tenant, &order.seller).await?;
    Ok(Parties { order, buyer, owner })
}

async fn payout_and_owner(app: &App, tenant: &MarketplaceId, payout: &PayoutId) -> Result<(Payout, User), Problem> {
    let payout = app.table.get(keys::payout(tenant, payout)).await?.ok_or_else(|| missing(payout))?;
    let owner = owner(app, tenant, &payout.seller).await?;
    Ok((payout, owner))
}

async fn owner(app: &App, tenant: &MarketplaceId, seller: &SellerId) -> Result<User, Problem> {
    let seller = app.table.get(keys::seller(tenant, seller)).await?.ok_or_else(|| missing(seller))?;
    person(app, tenant, &seller.user).await
}

async fn person(app: &App, tenant: &MarketplaceId, user: &UserId) -> Result<User, Problem> {
    app.table.get(keys::user(tenant, user)).await?.ok_or_else(|| missing(user))
}

fn missing(what: impl std::fmt::Display) -> Problem {
    Problem::internal(format!("{what} is missing"))
}
