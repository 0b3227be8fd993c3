//! `GET /v1/payments`: the payments of the marketplace, newest first. For administrators; a buyer reads their own payments one by one.
//!
//! They are kept in 8 lists: 4 to 12 read units for a page, and 0.5 for each payment that is read. Filters apply after reading: one page
//! reads at most 500.

use crate::payments::view::PaymentView;
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::HashMap;
use tradewind_identity::people::{self, Whom};
use tradewind_kernel::{Currency, MarketplaceId, PaymentId, UserId};
use tradewind_lambda::{
    Admin, App, AsCsv, Batch, Cell, Csv, Days, Endpoint, Grant, ListView, Paged, Problem, Reply, Request, Rows,
    least_and_most, seek_all,
};
use tradewind_orders::{Order, keys as orders_keys, search::Sought};
use tradewind_payments::{
    Payment, PaymentStatus, entities::PaymentSummary, keys as payments_keys, keys::LIST_SHARDS, order_of_number,
};
use tradewind_storage::newest::Span;

pub const ENDPOINT: Endpoint = Endpoint::get("payments-list", "/v1/payments", "Lists the payments of the marketplace.")
    .grants(&[Grant::MainRead, Grant::EphemeralRead, Grant::SealingKey]);

/// Filters for the list of payments. A payment must match all that are given.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct Wanted {
    /// The number of an order that it pays (`#1042` or `1042`), the e-mail address of a buyer, or the beginning of a buyer's name (case and
    /// accents do not matter; the first 25 people who match are used).
    q: Option<Sought>,
    /// Only payments with this status.
    status: Option<PaymentStatus>,
    #[serde(flatten)]
    days: Days,
    /// Only payments of this buyer.
    buyer: Option<UserId>,
    /// Only payments of this amount or more, in minor units of their currency.
    #[schemars(range(min = 0))]
    min_amount: Option<i64>,
    /// Only payments of this amount or less, in minor units of their currency.
    #[schemars(range(min = 0))]
    max_amount: Option<i64>,
    /// Only payments in this currency.
    currency: Option<Currency>,
}

/// The payments that a search looks through.
struct Payments<'a> {
    app: &'a App,
    tenant: &'a MarketplaceId,
    wanted: &'a Wanted,
    /// If an order's number was searched for: the payment of that order, if there is one.
    one: Option<Option<PaymentId>>,
    /// The buyers to whom `q` restricts the search, if it names any.
    buyers: Option<Vec<UserId>>,
}

impl Payments<'_> {
    /// Applies the filters on values that never change, for which the payment need not be read.
    fn may_want(&self, summary: &PaymentSummary) -> bool {
        let (Wanted { min_amount, max_amount, currency, buyer, .. }, amount) = (self.wanted, summary.amount.amount);
        self.one.as_ref().is_none_or(|one| one.as_ref() == Some(&summary.id))
            && self.buyers.as_ref().is_none_or(|buyers| buyers.contains(&summary.buyer))
            && buyer.as_ref().is_none_or(|buyer| *buyer == summary.buyer)
            && min_amount.is_none_or(|least| least <= amount)
            && max_amount.is_none_or(|most| amount <= most)
            && currency.is_none_or(|currency| currency == summary.amount.currency)
    }
}

impl Rows for Payments<'_> {
    type Row = Payment;

    async fn read(&self, span: Span, limit: u16) -> Result<Batch<Payment>, Problem> {
        let lists = match &self.one {
            Some(None) => vec![],
            Some(Some(id)) => {
                vec![payments_keys::payments(self.tenant, tradewind_storage::shard(id.as_str(), LIST_SHARDS))]
            }
            None => (0..LIST_SHARDS).map(|shard| payments_keys::payments(self.tenant, shard)).collect(),
        };
        let by_time = |summary: &PaymentSummary| tradewind_storage::by_time(summary.created_at, &summary.id);
        let found = self.app.table.newest(lists, &span, limit, by_time).await?;
        let wanted = found.rows.iter().filter(|(_, summary)| self.may_want(summary));
        let wanted = wanted.map(|(_, summary)| payments_keys::payment(self.tenant, &summary.id)).collect();
        let read: Vec<Payment> = self.app.table.peek_all(wanted).await?;
        let mut read: HashMap<_, _> = read.into_iter().map(|payment| (payment.id.clone(), payment)).collect();
        let groups = found.rows.into_iter().map(|(key, summary)| (key, read.remove(&summary.id).into_iter().collect()));
        Ok(Batch { groups: groups.collect(), more: found.more })
    }

    fn wants(&self, payment: &Payment) -> bool {
        self.wanted.status.is_none_or(|status| status == payment.status)
    }
}

pub async fn handle(
    app: App,
    request: Request<Admin, (), Paged<AsCsv<Wanted>>>,
) -> Result<Reply<ListView<PaymentView>>, Problem> {
    let (tenant, wanted): (_, &Wanted) = (request.tenant(), &request.params);
    least_and_most(("min_amount", wanted.min_amount), ("max_amount", wanted.max_amount))?;
    let (one, buyers) = match &wanted.q {
        Some(Sought::Number(number)) => {
            let order = order_of_number(&app.table, tenant, *number).await?;
            let order: Option<Order> = match order {
                Some(id) => app.table.peek(orders_keys::order(tenant, &id)).await?,
                None => None,
            };
            (Some(order.map(|order| order.payment)), None)
        }
        Some(Sought::Email(email)) => (None, Some(people::find(&app.table, tenant, Whom::Email(email)).await?)),
        Some(Sought::Name(name)) => (None, Some(people::find(&app.table, tenant, Whom::Name(name)).await?)),
        None => (None, None),
    };
    let period = wanted.days.period(&request.marketplace().time_zone)?;
    let payments = Payments { app: &app, tenant, wanted, one, buyers };
    if request.params.csv() {
        return Ok(Reply::csv(file(&seek_all(period, &payments).await?)?, "payments"));
    }
    let (found, next_cursor) = request.seek(&app, "payments", period, &payments).await?;
    Ok(Reply::new(ListView { data: found.into_iter().map(PaymentView::from).collect(), next_cursor }))
}

fn file(payments: &[Payment]) -> Result<Csv, Problem> {
    let mut csv = Csv::new(&["payment", "created_at", "status", "amount", "currency", "buyer", "orders", "failure"]);
    for payment in payments {
        let orders: Vec<_> = payment.orders.iter().map(|id| id.as_str()).collect();
        csv.row(&[
            Cell::text(payment.id.as_str()),
            Cell::text(payment.created_at.to_string()),
            Cell::text(payment.status.as_str()),
            Cell::amount(payment.amount),
            Cell::text(payment.amount.currency.code()),
            Cell::text(payment.buyer.as_str()),
            Cell::text(orders.join(" ")),
            Cell::text(payment.failure.as_deref().unwrap_or_default()),
        ])?;
    }
    Ok(csv)
}
