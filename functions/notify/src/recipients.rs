//! Finds the people whom an event concerns, and the data for their e-mails. Missing data is an error: the event ends in the dead-letter
//! queue.

use crate::{
    accounts,
    brand::Brand,
    news::News,
    templates::{self, Addressed, Earned, Part, Parties, Where},
};

use tradewind_auth::claim;
use tradewind_disputes::{Dispute, DisputeEvent, keys as disputes_keys};
use tradewind_identity::{DeletionEvent, IdentityEvent, User, keys as identity_keys};
use tradewind_kernel::{Id, MarketplaceId, Money, OrderId, PayoutId, RefundId, SellerId, Time, UserId};
use tradewind_lambda::{App, JobError};
use tradewind_ledger::{Account, JournalKind, keys as ledger_keys};
use tradewind_orders::{Order, OrderEvent, RefundEvent, keys as orders_keys, refund::Refund};
use tradewind_payments::{PaymentEvent, keys as payments_keys};
use tradewind_payouts::{Payout, PayoutEvent, keys as payouts_keys};
use tradewind_pricing::Split;
use tradewind_reconciliation::{Finding, ReconciliationEvent, entities::Reconciliation, keys as reconciliation_keys};
use tradewind_sellers::keys as sellers_keys;
use tradewind_storage::{Key, Stored, Wanted};
use tradewind_tenancy::Marketplace;

/// The order that an event is about.
pub(crate) fn order(event: &News) -> Option<&OrderId> {
    let (News::Order(OrderEvent::Paid { order })
    | News::Order(OrderEvent::Expired { order })
    | News::Order(OrderEvent::Shipped { order })
    | News::Order(OrderEvent::ShipmentCorrected { order })
    | News::Order(OrderEvent::Completed { order })
    | News::Order(OrderEvent::Cancelled { order })
    | News::Order(OrderEvent::Refunded { order, .. })
    | News::Order(OrderEvent::Disputed { order })
    | News::Refund(RefundEvent::Failed { order, .. })
    | News::Refund(RefundEvent::SettledOtherwise { order, .. })) = event
    else {
        return None;
    };
    Some(order)
}

/// The e-mails that an event requires, which may be about this order.
pub(crate) async fn templates(
    app: &App,
    marketplace: &Marketplace,
    (news, at): (News, Time),
    about: Option<Order>,
) -> Result<Vec<Addressed>, JobError> {
    let (tenant, brand) = (&marketplace.id, &Brand::of(marketplace));
    let parties = async |order: &OrderId| parties(app, tenant, about.clone().ok_or_else(|| missing(order))?).await;
    Ok(match news {
        News::Identity(IdentityEvent::Registered { user } | IdentityEvent::VerificationRequested { user }) => {
            accounts::registered(app, tenant, brand, &person(app, tenant, &user).await?).await?
        }
        News::Identity(IdentityEvent::PasswordResetRequested { subject }) => {
            accounts::forgotten(app, tenant, brand, &subject).await?
        }
        News::Identity(IdentityEvent::EmailChangeRequested { user }) => {
            accounts::changing(app, tenant, brand, &user).await?
        }
        News::Identity(IdentityEvent::EmailChanged { before, .. }) => {
            vec![templates::email_changed(brand, &before, at)]
        }
        News::Deletion(DeletionEvent::Deleted { email, .. }) => vec![templates::account_deleted(brand, &email, at)],
        News::Identity(IdentityEvent::NewPlace { user, device, ip_address }) => {
            let place = Where { at, device, ip_address };
            vec![templates::new_place(brand, &person(app, tenant, &user).await?, place)]
        }
        News::Identity(IdentityEvent::SessionReused { user, ip_address }) => {
            let place = Where { at, device: None, ip_address };
            vec![templates::session_reused(brand, &person(app, tenant, &user).await?, place)]
        }
        News::Identity(IdentityEvent::PasswordChanged { user }) => {
            vec![templates::password_changed(brand, &person(app, tenant, &user).await?, at)]
        }
        News::Payment(PaymentEvent::Failed { payment, reason }) => {
            let payment =
                app.table.get(payments_keys::payment(tenant, &payment)).await?.ok_or_else(|| missing(&payment))?;
            let buyer = person(app, tenant, &payment.buyer).await?;
            vec![templates::payment_failed(brand, &payment, &buyer, &reason)]
        }
        News::Payment(PaymentEvent::CameLate { payment }) => {
            let payment =
                app.table.get(payments_keys::payment(tenant, &payment)).await?.ok_or_else(|| missing(&payment))?;
            let buyer = person(app, tenant, &payment.buyer).await?;
            vec![templates::payment_came_late(brand, &payment, &buyer)]
        }
        News::Order(OrderEvent::Paid { order }) => {
            let parties = parties(&order).await?;
            let process = app.order_process(tenant, parties.order.process).await?;
            vec![templates::receipt(brand, &parties, &process), templates::new_sale(brand, &parties, &process)]
        }
        News::Order(OrderEvent::Expired { order }) => vec![templates::expired(brand, &parties(&order).await?)],
        News::Order(OrderEvent::Shipped { order }) => {
            let parties = parties(&order).await?;
            let shipment =
                parties.order.shipment.as_ref().ok_or_else(|| missing(format!("the shipment of {order}")))?;
            vec![templates::shipped(brand, &parties, shipment)]
        }
        News::Order(OrderEvent::ShipmentCorrected { order }) => {
            let parties = parties(&order).await?;
            let shipment =
                parties.order.shipment.as_ref().ok_or_else(|| missing(format!("the shipment of {order}")))?;
            vec![templates::shipment_corrected(brand, &parties, shipment)]
        }
        News::Order(OrderEvent::Completed { order }) => {
            let parties = parties(&order).await?;
            let earned = earned(app, tenant, &parties.order).await?;
            vec![templates::completed(brand, &parties, &earned)]
        }
        News::Order(OrderEvent::Cancelled { order }) => {
            let parties = parties(&order).await?;
            // A step of an order's process refunds the order's money under the order's own id.
            let back = app.table.get(orders_keys::refund(tenant, &RefundId::from_ulid(order.ulid()))).await?;
            let back = back.map(|refund| refund.amount);
            vec![
                templates::cancelled_for_buyer(brand, &parties, back),
                templates::cancelled_for_seller(brand, &parties),
            ]
        }
        News::Order(OrderEvent::Refunded { order, refund, last, .. }) => {
            let (parties, refund) = (parties(&order).await?, refund_of(app, tenant, &refund).await?);
            let seller = templates::refunded_for_seller(brand, &parties, &refund, last);
            // The buyer knows which goods they have sent back, and already has the money for them.
            match refund.goods_only {
                true => vec![seller],
                false => vec![templates::refunded(brand, &parties, &refund, last), seller],
            }
        }
        News::Refund(RefundEvent::Failed { order, refund }) => {
            let (parties, refund) = (parties(&order).await?, refund_of(app, tenant, &refund).await?);
            let admin = person(app, tenant, &marketplace.owner).await?;
            let told = templates::refund_failed_for_admin(brand, &parties.order, &admin, &refund);
            vec![templates::refund_failed(brand, &parties, &refund), told]
        }
        News::Refund(RefundEvent::SettledOtherwise { order, refund }) => {
            let (parties, refund) = (parties(&order).await?, refund_of(app, tenant, &refund).await?);
            vec![templates::refund_settled_otherwise(brand, &parties, &refund)]
        }
        News::Dispute(DisputeEvent::Opened { dispute }) => {
            let (dispute, parts) = dispute_of(app, tenant, &dispute).await?;
            let admin = person(app, tenant, &marketplace.owner).await?;
            let sellers = parts.iter().map(|part| templates::dispute_opened_for_seller(brand, &dispute, part));
            [templates::dispute_opened(brand, &dispute, &parts, &admin)].into_iter().chain(sellers).collect()
        }
        News::Dispute(DisputeEvent::Decided { dispute }) => {
            let (dispute, parts) = dispute_of(app, tenant, &dispute).await?;
            let admin = person(app, tenant, &marketplace.owner).await?;
            let sellers = parts.iter().map(|part| templates::dispute_decided_for_seller(brand, &dispute, part));
            [templates::dispute_decided(brand, &dispute, &parts, &admin)].into_iter().chain(sellers).collect()
        }
        News::Reconciliation(ReconciliationEvent::FindingOpened { finding }) => {
            let found = app
                .table
                .get(reconciliation_keys::finding(tenant, &finding))
                .await?
                .ok_or_else(|| missing(&finding))?;
            vec![templates::finding(brand, &found, &person(app, tenant, &marketplace.owner).await?)]
        }
        News::Reconciliation(ReconciliationEvent::Found { run }) => {
            let run =
                app.table.get(reconciliation_keys::reconciliation(tenant, &run)).await?.ok_or_else(|| missing(&run))?;
            let findings = found_by(app, tenant, &run).await?;
            match findings.is_empty() {
                true => vec![],
                false => {
                    let admin = person(app, tenant, &marketplace.owner).await?;
                    vec![templates::reconciled(brand, &run, &findings, &admin)]
                }
            }
        }
        News::Order(OrderEvent::Disputed { order }) => vec![templates::disputed(brand, &parties(&order).await?)],
        News::Payout(PayoutEvent::Paid { payout }) => {
            let (payout, owner) = payout_and_owner(app, tenant, &payout).await?;
            vec![templates::payout_paid(brand, &payout, &owner)]
        }
        News::Payout(PayoutEvent::SettledOtherwise { payout }) => {
            let (payout, owner) = payout_and_owner(app, tenant, &payout).await?;
            vec![templates::payout_settled_otherwise(brand, &payout, &owner)]
        }
        News::Payout(PayoutEvent::Failed { payout }) => {
            let (payout, owner) = payout_and_owner(app, tenant, &payout).await?;
            let admin = person(app, tenant, &marketplace.owner).await?;
            let told = templates::payout_failed_for_admin(brand, &payout, &admin);
            vec![templates::payout_failed(brand, &payout, &owner), told]
        }
    })
}

/// What a seller received for an order, according to the ledger: a process may waive the fee.
async fn earned(app: &App, tenant: &MarketplaceId, order: &Order) -> Result<Earned, JobError> {
    let journal = app.table.get(ledger_keys::journal(tenant, JournalKind::Release, order.id.as_str())).await?;
    let moved = |account: &Account| {
        let postings =
            journal.iter().flat_map(|journal| &journal.postings).filter(|posting| posting.account == *account);
        let amounts = postings.map(|posting| posting.amount);
        amounts.into_iter().try_fold(Money::zero(order.total().currency), Money::plus).map_err(JobError::internal)
    };
    let released = moved(&Account::Escrow)?;
    let given = moved(&Account::SellerPayable(order.seller.clone()))?;
    let back = order.total().minus(released).map_err(JobError::internal)?;
    let refunded = order.price.given_back(&order.refunded).map_err(JobError::internal)?;
    let left = order.price.totals.split.minus(&refunded).map_err(JobError::internal)?;
    // The ledger records what is owed as a credit, which is negative. Later refunds are not included here.
    let earnings = Money::new(given.amount.saturating_neg(), given.currency);
    // The shares as computed now are shown only if they match what the seller received at the time; an amount of zero cannot show that.
    let waived = left.without_fee().map_err(JobError::internal)?;
    let then = |left: &Split| left.paid == released && [left.seller, waived.seller].contains(&earnings);
    Ok(Earned { back, left: Some(left).filter(then), earnings })
}

/// The findings that a run was the first to find and that nobody has resolved yet, newest first.
async fn found_by(app: &App, tenant: &MarketplaceId, run: &Reconciliation) -> Result<Vec<Finding>, JobError> {
    let (mut found, mut position) = (vec![], None);
    loop {
        let page = app.table.page(reconciliation_keys::findings(tenant, false), 100, position).await?;
        // Once a finding is older than the run, none of those after it belong to the run.
        let before = page.items.iter().any(|row| row.summary.found_at < run.created_at);
        let of_it =
            page.items.into_iter().map(|row| row.summary).filter(|summary| summary.run.as_ref() == Some(&run.id));
        found.extend(of_it.map(|summary| summary.finding));
        position = page.next.filter(|_| !before);
        if position.is_none() {
            return Ok(found);
        }
    }
}

async fn parties(app: &App, tenant: &MarketplaceId, order: Order) -> Result<Parties, JobError> {
    let (buyer, seller) = (identity_keys::user(tenant, &order.buyer), sellers_keys::seller(tenant, &order.seller));
    let mut found = app.table.glance(Wanted::default().and(&buyer).and(&seller)).await?;
    let buyer = match found.take(&buyer)? {
        Some(buyer) => buyer,
        None => person(app, tenant, &order.buyer).await?,
    };
    let owner = match found.take(&seller)? {
        Some(seller) => person(app, tenant, &seller.user).await?,
        None => owner(app, tenant, &order.seller).await?,
    };
    let claim = buyer.guest.then(|| Ok::<_, JobError>(claim::of_guest(app.sealing_key()?, tenant, &buyer.id)));
    Ok(Parties { order, claim: claim.transpose()?, buyer, owner })
}

async fn payout_and_owner(app: &App, tenant: &MarketplaceId, payout: &PayoutId) -> Result<(Payout, User), JobError> {
    let payout = app.table.get(payouts_keys::payout(tenant, payout)).await?.ok_or_else(|| missing(payout))?;
    let owner = owner(app, tenant, &payout.seller).await?;
    Ok((payout, owner))
}

/// A dispute, and the orders that it concerns.
async fn dispute_of(app: &App, tenant: &MarketplaceId, dispute: &str) -> Result<(Dispute, Vec<Part>), JobError> {
    let dispute = app.table.get(disputes_keys::dispute(tenant, dispute)).await?.ok_or_else(|| missing(dispute))?;
    let mut parts = vec![];
    for part in dispute.orders.iter().filter(|part| part.amount.amount > 0) {
        parts.push((part.clone(), parties(app, tenant, order_of(app, tenant, &part.order).await?).await?));
    }
    Ok((dispute, parts))
}

async fn order_of(app: &App, tenant: &MarketplaceId, order: &OrderId) -> Result<Order, JobError> {
    app.table.get(orders_keys::order(tenant, order)).await?.ok_or_else(|| missing(order))
}

async fn refund_of(app: &App, tenant: &MarketplaceId, refund: &RefundId) -> Result<Refund, JobError> {
    app.table.get(orders_keys::refund(tenant, refund)).await?.ok_or_else(|| missing(refund))
}

async fn owner(app: &App, tenant: &MarketplaceId, seller: &SellerId) -> Result<User, JobError> {
    let seller = settled(app, || sellers_keys::seller(tenant, seller)).await?.ok_or_else(|| missing(seller))?;
    person(app, tenant, &seller.user).await
}

async fn person(app: &App, tenant: &MarketplaceId, user: &UserId) -> Result<User, JobError> {
    settled(app, || identity_keys::user(tenant, user)).await?.ok_or_else(|| missing(user))
}

/// What seldom changes, as it was a moment ago, for half the price; as it is now if it was not there yet.
async fn settled<E: Stored>(app: &App, key: impl Fn() -> Key<E>) -> Result<Option<E>, JobError> {
    match app.table.peek(key()).await? {
        Some(found) => Ok(Some(found)),
        None => Ok(app.table.get(key()).await?),
    }
}

fn missing(what: impl std::fmt::Display) -> JobError {
    JobError::internal(format!("{what} is missing"))
}
