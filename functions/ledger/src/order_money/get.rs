//! `GET /v1/orders/{order_id}/money`: the money behind an order, for administrators: its payment, refunds and bank disputes with the
//! provider's ids for them, and every journal that was entered for them.
//!
//! It complements the order's timeline: every journal has the time of the step with which it was entered. A payment for several orders is
//! shown with each of them. 9 read units, 5 more for each refund and 3 for each dispute.

use crate::audit::orders::{Refunds, refunds};
use schemars::JsonSchema;
use serde::Serialize;
use tradewind_disputes::{Dispute, DisputeStatus, keys as disputes_keys};
use tradewind_kernel::{JournalId, MarketplaceId, Money, OrderId, PaymentId, RefundId, Time};
use tradewind_lambda::{Admin, App, Endpoint, Grant, OfOrder, Problem, Reply, Request};
use tradewind_ledger::{Journal, JournalKind, Posting, journals::Journals};
use tradewind_orders::{Funds, Order, keys as orders_keys, refund::RefundState};
use tradewind_payments::{
    Payment, PaymentStatus, keys as payments_keys,
    provider::{PaymentProvider, ProviderLink},
};
use tradewind_storage::StorageError;

pub const ENDPOINT: Endpoint =
    Endpoint::get("ledger-order-money-get", "/v1/orders/{order_id}/money", "Reads the money of an order.")
        .grants(&[Grant::MainRead, Grant::EphemeralRead]);

/// The money behind an order.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OrderMoneyView {
    /// The order's id.
    order: OrderId,
    /// Where the money that the buyer paid for this order is.
    funds: Funds,
    /// The payment that the order was paid with, alone or with others.
    payment: PaymentMoney,
    /// The refunds of this order, oldest first.
    refunds: Vec<RefundMoney>,
    /// The bank's disputes of the payment, newest first.
    disputes: Vec<DisputeMoney>,
    /// Every journal of the order, its payment, refunds and disputes, oldest first.
    journals: Vec<JournalView>,
}

/// The provider that moves the money, and its id for this movement.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AtProvider {
    /// The provider that moves the money.
    provider: PaymentProvider,
    /// The provider's id, such as that of Stripe's payment intent. Absent as long as the provider has not been asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    provider_id: Option<String>,
}

/// A payment, which may be one for several orders.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PaymentMoney {
    /// The payment's id.
    id: PaymentId,
    /// The state of the payment.
    status: PaymentStatus,
    /// The amount of the whole payment.
    amount: Money,
    #[serde(flatten)]
    at: AtProvider,
}

/// A refund of the order.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RefundMoney {
    /// The refund's id.
    id: RefundId,
    /// The refunded amount.
    amount: Money,
    #[serde(flatten)]
    state: RefundState,
    #[serde(flatten)]
    at: AtProvider,
}

/// A bank's dispute of the payment.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DisputeMoney {
    /// The provider's id of the dispute.
    id: String,
    /// The state of the dispute.
    status: DisputeStatus,
    /// The disputed amount.
    amount: Money,
    /// The provider's fee for the dispute.
    fee: Money,
}

/// A journal: its postings sum to zero.
#[derive(Debug, Serialize, JsonSchema)]
pub struct JournalView {
    /// The journal's id.
    id: JournalId,
    /// The kind of booking.
    kind: JournalKind,
    /// The id of the order, payment, refund or dispute that it is about.
    subject: String,
    /// When it was booked.
    at: Time,
    /// The postings; their amounts sum to zero.
    postings: Vec<PostingView>,
}

/// One line of a journal.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PostingView {
    /// The name of the account.
    account: String,
    /// The amount: positive for a debit, negative for a credit.
    amount: Money,
}

pub async fn handle(app: App, request: Request<Admin, (), OfOrder>) -> Result<Reply<OrderMoneyView>, Problem> {
    let (tenant, id) = (request.tenant(), &request.params.order_id);
    let order: Order =
        app.table.get(orders_keys::order(tenant, id)).await?.ok_or_else(|| Problem::not_found("order"))?;
    let missing = || Problem::internal(format!("{} is missing", order.payment));
    let payment: Payment = app.table.get(payments_keys::payment(tenant, &order.payment)).await?.ok_or_else(missing)?;
    let refunds = refunds(&app, tenant, &order).await?;
    let disputes = disputes(&app, tenant, &payment).await?;
    let mut journals = journals(&app, tenant, &order, &disputes).await?;
    journals.extend(refunds.journals.iter().cloned());
    journals.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));

    let subjects = refunds.all.iter().map(|refund| refund.id.to_string()).chain([payment.id.to_string()]);
    let links = subjects.map(|subject| payments_keys::provider_link(tenant, &subject));
    let links = app.table.get_each(links).await?;
    let usual = request.marketplace().payment_provider;
    Ok(Reply::new(view(&order, &payment, &refunds, disputes, &journals, &links, usual)))
}

async fn disputes(app: &App, tenant: &MarketplaceId, payment: &Payment) -> Result<Vec<Dispute>, StorageError> {
    // A payment is disputed once or twice, never more often than fits on a page.
    let page = app.table.page(disputes_keys::disputes_of(tenant, &payment.id), 100, None).await?;
    Ok(page.items.into_iter().map(|row| row.summary).collect())
}

/// Reads the journals of the order, of its payment (whose money is sent back automatically if it arrives too late), and of the disputes.
async fn journals(
    app: &App,
    tenant: &MarketplaceId,
    order: &Order,
    disputes: &[Dispute],
) -> Result<Vec<Journal>, Problem> {
    const OF_PAYMENT: [JournalKind; 4] =
        [JournalKind::Capture, JournalKind::Refund, JournalKind::RefundSettled, JournalKind::RefundReturned];
    const OF_DISPUTE: [JournalKind; 3] =
        [JournalKind::DisputeOpened, JournalKind::DisputeWon, JournalKind::DisputeLost];
    let payment = OF_PAYMENT.map(|kind| (kind, order.payment.to_string()));
    let disputed = disputes.iter().flat_map(|dispute| OF_DISPUTE.map(|kind| (kind, dispute.id.clone())));
    let names = [(JournalKind::Release, order.id.to_string())].into_iter().chain(payment).chain(disputed).collect();
    Ok(Journals::read(&app.table, tenant, names).await?.iter().cloned().collect())
}

fn view(
    order: &Order,
    payment: &Payment,
    refunds: &Refunds,
    disputes: Vec<Dispute>,
    journals: &[Journal],
    links: &[ProviderLink],
    usual: PaymentProvider,
) -> OrderMoneyView {
    let link = |subject: &str| links.iter().find(|link| link.subject == subject);
    // Refunds go through the provider that took the money. The sandbox stores no links: it uses our own ids for everything.
    let moved = matches!(payment.status, PaymentStatus::Captured | PaymentStatus::Returned);
    let usual = if moved { PaymentProvider::Sandbox } else { usual };
    let provider = link(payment.id.as_str()).map_or(usual, |link| link.provider);
    let at = |subject: &str| AtProvider {
        provider,
        provider_id: match provider {
            PaymentProvider::Sandbox => moved.then(|| subject.to_owned()),
            PaymentProvider::Stripe => link(subject).map(|link| link.id.clone()),
        },
    };
    let mut refunded: Vec<_> = refunds.all.iter().collect();
    refunded.sort_by(|a, b| (a.created_at, &a.id).cmp(&(b.created_at, &b.id)));
    OrderMoneyView {
        order: order.id.clone(),
        funds: order.funds,
        payment: PaymentMoney {
            id: payment.id.clone(),
            status: payment.status,
            amount: payment.amount,
            at: at(payment.id.as_str()),
        },
        refunds: refunded
            .into_iter()
            .map(|refund| RefundMoney {
                id: refund.id.clone(),
                amount: refund.amount,
                state: refund.state.clone(),
                at: at(refund.id.as_str()),
            })
            .collect(),
        disputes: disputes
            .into_iter()
            .map(|Dispute { id, status, amount, fee, .. }| DisputeMoney { id, status, amount, fee })
            .collect(),
        journals: journals.iter().map(JournalView::from).collect(),
    }
}

impl From<&Journal> for JournalView {
    fn from(journal: &Journal) -> Self {
        let Journal { id, kind, subject, at, postings, .. } = journal.clone();
        let posting = |Posting { account, amount }: Posting| PostingView { account: account.code(), amount };
        Self { id, kind, subject, at, postings: postings.into_iter().map(posting).collect() }
    }
}
