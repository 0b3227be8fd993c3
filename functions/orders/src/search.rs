//! Finding orders: the filters, the lists from which orders are read, and how the result is shown.
//!
//! A buyer's or a shop's orders are read from their own list (0.5 read units for each 4 KB, some 12 orders). The orders of the whole
//! marketplace are read through their payments, which are kept in 8 lists: 4 to 12 units for a page, and 0.5 for each order. Filters apply
//! after reading: one page reads at most 500.

use crate::view::OrderSummaryView;
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::HashMap;
use tradewind_identity::people::{self, Whom};
use tradewind_kernel::{Currency, MarketplaceId, OrderId, SellerId, UserId};
use tradewind_lambda::{
    App, AsCsv, Batch, Cell, Csv, Days, ListView, Paged, Problem, Reply, Request, Rows, User, least_and_most, seek_all,
};
use tradewind_orders::{Order, entities::OrderSummary, keys as orders_keys, order_process::StateName, search::Sought};
use tradewind_payments::{entities::PaymentSummary, keys as payments_keys, keys::LIST_SHARDS, order_of_number};
use tradewind_storage::newest::Span;

/// Filters for a search of orders. An order must match all that are given.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct Filter {
    /// The number of an order (`#1042` or `1042`), the e-mail address of a buyer, or the beginning of a buyer's name (case and accents do
    /// not matter; the first 25 people who match are used).
    q: Option<Sought>,
    /// Only orders in this state of their process, such as `paid`.
    status: Option<StateName>,
    #[serde(flatten)]
    days: Days,
    /// Only orders whose total is this much or more, in minor units of their currency.
    #[schemars(range(min = 0))]
    min_total: Option<i64>,
    /// Only orders whose total is this much or less, in minor units of their currency.
    #[schemars(range(min = 0))]
    max_total: Option<i64>,
    /// Only orders in this currency.
    currency: Option<Currency>,
}

/// The set of orders that a search covers.
pub enum Scope {
    /// All orders of the marketplace.
    Marketplace,
    /// The orders that this user placed.
    Buyer(UserId),
    /// The orders of this shop.
    Shop(SellerId),
}

/// Restricts a search to one buyer, one shop, or both.
#[derive(Default)]
pub struct Only {
    pub buyer: Option<UserId>,
    pub seller: Option<SellerId>,
}

/// The list or lists from which the orders are read.
enum Source {
    Nowhere,
    One(OrderId),
    Marketplace,
    Buyers(Vec<UserId>),
    Shop(SellerId),
}

impl Source {
    /// Names the source for its cursors; the days are part of a cursor as well. A cursor may be continued with other filters, because it is
    /// a position in the source, whatever is filtered.
    fn name(&self) -> String {
        match self {
            Self::Nowhere | Self::One(_) => "orders".to_owned(),
            Self::Marketplace => "orders#all".to_owned(),
            Self::Buyers(ids) => ids.iter().fold("orders#of".to_owned(), |list, id| format!("{list}#{id}")),
            Self::Shop(id) => format!("orders#of#{id}"),
        }
    }
}

/// The orders that a search looks through.
struct Orders<'a> {
    app: &'a App,
    tenant: &'a MarketplaceId,
    scope: Scope,
    source: Source,
    only: Only,
    /// The buyers to whom `q` restricts the search, if it names any.
    buyers: Option<Vec<UserId>>,
    filter: &'a Filter,
}

impl Rows for Orders<'_> {
    type Row = OrderSummary;

    async fn read(&self, span: Span, limit: u16) -> Result<Batch<OrderSummary>, Problem> {
        let by_time = |summary: &OrderSummary| tradewind_storage::by_time(summary.created_at, &summary.id);
        let lists = match &self.source {
            Source::Nowhere => return Ok(Batch { groups: vec![], more: false }),
            Source::One(id) => {
                let order: Option<Order> = self.app.table.get(orders_keys::order(self.tenant, id)).await?;
                let summaries = order.iter().map(OrderSummary::from).map(|summary| (by_time(&summary), vec![summary]));
                let groups = summaries.filter(|(key, _)| (&span.first..=&span.last).contains(&key)).collect();
                return Ok(Batch { groups, more: false });
            }
            Source::Marketplace => return of_marketplace(self.app, self.tenant, span, limit).await,
            Source::Buyers(ids) => ids.iter().map(|id| orders_keys::orders_of_buyer(self.tenant, id)).collect(),
            Source::Shop(id) => vec![orders_keys::orders_of_seller(self.tenant, id)],
        };
        let found = self.app.table.newest(lists, &span, limit, by_time).await?;
        Ok(Batch {
            groups: found.rows.into_iter().map(|(key, summary)| (key, vec![summary])).collect(),
            more: found.more,
        })
    }

    fn wants(&self, summary: &OrderSummary) -> bool {
        let (amount, filter) = (summary.total.amount, self.filter);
        let within = match &self.scope {
            Scope::Marketplace => true,
            Scope::Buyer(buyer) => summary.buyer == *buyer,
            Scope::Shop(seller) => summary.seller == *seller,
        };
        within
            && self.only.buyer.as_ref().is_none_or(|buyer| *buyer == summary.buyer)
            && self.only.seller.as_ref().is_none_or(|seller| *seller == summary.seller)
            && self.buyers.as_ref().is_none_or(|buyers| buyers.contains(&summary.buyer))
            && filter.status.as_ref().is_none_or(|status| *status == summary.status)
            && filter.min_total.is_none_or(|least| least <= amount)
            && filter.max_total.is_none_or(|most| amount <= most)
            && filter.currency.is_none_or(|currency| currency == summary.total.currency)
    }
}

/// Finds the orders of a scope that match the filters, as a page or as a CSV file.
pub async fn find<P: AsRef<Filter>>(
    app: &App,
    request: &Request<User, (), Paged<AsCsv<P>>>,
    scope: Scope,
    only: Only,
) -> Result<Reply<ListView<OrderSummaryView>>, Problem> {
    let filter: &Filter = (**request.params).as_ref();
    let tenant = request.tenant();
    let period = filter.days.period(&request.marketplace().time_zone)?;
    least_and_most(("min_total", filter.min_total), ("max_total", filter.max_total))?;
    let (source, buyers) = source(app, tenant, &scope, filter).await?;
    let orders = Orders { app, tenant, scope, source, only, buyers, filter };
    if request.params.csv() {
        return Ok(Reply::csv(file(&seek_all(period, &orders).await?)?, "orders"));
    }
    let (found, next_cursor) = request.seek(app, &orders.source.name(), period, &orders).await?;
    Ok(Reply::new(ListView { data: found.into_iter().map(OrderSummaryView::from).collect(), next_cursor }))
}

/// Decides where to read the orders from, and to which buyers `q` restricts them.
async fn source(
    app: &App,
    tenant: &MarketplaceId,
    scope: &Scope,
    filter: &Filter,
) -> Result<(Source, Option<Vec<UserId>>), Problem> {
    let buyers = match &filter.q {
        Some(Sought::Number(number)) => {
            let order = order_of_number(&app.table, tenant, *number).await?;
            return Ok((order.map_or(Source::Nowhere, Source::One), None));
        }
        Some(Sought::Email(email)) => Some(people::find(&app.table, tenant, Whom::Email(email)).await?),
        Some(Sought::Name(name)) => Some(people::find(&app.table, tenant, Whom::Name(name)).await?),
        None => None,
    };
    let source = match scope {
        Scope::Marketplace => buyers.clone().map_or(Source::Marketplace, Source::Buyers),
        Scope::Buyer(buyer) => Source::Buyers(vec![buyer.clone()]),
        Scope::Shop(seller) => Source::Shop(seller.clone()),
    };
    Ok((source, buyers))
}

/// Reads a part of the marketplace's payments, and the orders that they pay.
async fn of_marketplace(
    app: &App,
    tenant: &MarketplaceId,
    span: Span,
    limit: u16,
) -> Result<Batch<OrderSummary>, Problem> {
    let lists = (0..LIST_SHARDS).map(|shard| payments_keys::payments(tenant, shard)).collect();
    let by_time = |summary: &PaymentSummary| tradewind_storage::by_time(summary.created_at, &summary.id);
    let found = app.table.newest(lists, &span, limit, by_time).await?;
    let ids: Vec<_> = found.rows.iter().flat_map(|(_, summary)| &summary.orders).collect();
    let mut orders: HashMap<OrderId, OrderSummary> = HashMap::new();
    for ids in ids.chunks(100) {
        let read: Vec<Order> =
            app.table.peek_all(ids.iter().map(|id| orders_keys::order(tenant, id)).collect()).await?;
        orders.extend(read.iter().map(|order| (order.id.clone(), OrderSummary::from(order))));
    }
    let mut summaries = |summary: PaymentSummary| summary.orders.iter().filter_map(|id| orders.remove(id)).collect();
    let groups = found.rows.into_iter().map(|(key, summary)| (key, summaries(summary))).collect();
    Ok(Batch { groups, more: found.more })
}

/// The orders as a CSV file.
fn file(orders: &[OrderSummary]) -> Result<Csv, Problem> {
    let mut csv = Csv::new(&[
        "number",
        "order",
        "created_at",
        "status",
        "title",
        "lines",
        "total",
        "currency",
        "buyer",
        "seller",
    ]);
    for summary in orders {
        csv.row(&[
            Cell::Number(summary.number.map(|number| number.value().to_string()).unwrap_or_default()),
            Cell::text(summary.id.as_str()),
            Cell::text(summary.created_at.to_string()),
            Cell::text(summary.status.as_str()),
            Cell::text(summary.title.as_str()),
            Cell::Number(summary.lines.to_string()),
            Cell::amount(summary.total),
            Cell::text(summary.total.currency.code()),
            Cell::text(summary.buyer.as_str()),
            Cell::text(summary.seller.as_str()),
        ])?;
    }
    Ok(csv)
}
