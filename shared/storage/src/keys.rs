//! Every key of both tables, formatted here and nowhere else. A test pins each shape: changing one is a migration.

use crate::entities::{
    CardRow, CouponUses, Done, OrderCounter, PaymentCard, ProcessVersion, RefundCard, ReplyRecord, Told,
};
use std::marker::PhantomData;
use tradewind_domain::{
    ListingId, MarketplaceId, OrderId, PaymentId, RefundId, SellerId, SessionId, Time, UploadId, UserId, VariantId,
    cart::Cart,
    dispute::Dispute,
    email::Email,
    event::Envelope,
    listing::{HandleClaim, Listing, ListingCard, Stock},
    marketplace::{Marketplace, Slug, SlugClaim},
    media::Upload,
    order::{Due, Order, OrderNumber, Timer},
    pricing::{Coupon, CouponCode},
    refund::Refund,
    search,
    user::{EmailClaim, Seller, Session, User},
};

mod imports;
mod migrations;
mod money;
#[cfg(test)]
mod tests;

pub use imports::*;
pub use migrations::*;
pub use money::*;

/// Shards of an account that many orders touch. One partition takes about 1,000 write units a second and a transactional
/// write costs two, so eight shards take some 4,000 postings a second.
pub const BALANCE_SHARDS: u8 = 8;
/// Shards of the list of payments, and of the numbers of orders, for the same reason.
pub const LIST_SHARDS: u8 = 8;
/// Shards of the due index, for the same reason.
pub const DUE_SHARDS: u8 = 4;

/// Which table a key belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum In {
    /// What lasts.
    Main,
    /// What expires.
    Ephemeral,
}

/// The key of one item, which knows what the item is.
#[derive(Debug)]
pub struct Key<E> {
    /// The table.
    pub table: In,
    /// The partition key.
    pub pk: String,
    /// The sort key.
    pub sk: String,
    is: PhantomData<fn() -> E>,
}

impl<E> Clone for Key<E> {
    fn clone(&self) -> Self {
        Self { table: self.table, pk: self.pk.clone(), sk: self.sk.clone(), is: PhantomData }
    }
}

/// Where a list lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Path {
    /// In a partition of the main table.
    Table,
    /// In the first index.
    Gsi1,
    /// In the second index.
    Gsi2,
}

/// A list of items that one `Query` reads page by page.
#[derive(Debug)]
pub struct List<E> {
    /// Where it lies.
    pub path: Path,
    /// The partition key.
    pub pk: String,
    /// What the sort keys begin with.
    pub prefix: String,
    /// Only sort keys up to this one, which then stands in place of the prefix.
    pub up_to: Option<String>,
    /// Only sort keys behind this one, which then stands in place of the prefix. Together with `up_to`, the first of the span.
    pub behind: Option<String>,
    /// Whether it is read as it is now, which only a list in the table itself can be.
    pub consistent: bool,
    /// Whether the last sort key comes first.
    pub newest_first: bool,
    is: PhantomData<fn() -> E>,
}

fn main<E>(pk: String, sk: impl Into<String>) -> Key<E> {
    Key { table: In::Main, pk, sk: sk.into(), is: PhantomData }
}

fn ephemeral<E>(pk: String, sk: impl Into<String>) -> Key<E> {
    Key { table: In::Ephemeral, pk, sk: sk.into(), is: PhantomData }
}

fn list<E>(path: Path, pk: String, prefix: &str, newest_first: bool) -> List<E> {
    List {
        path,
        pk,
        prefix: prefix.into(),
        up_to: None,
        behind: None,
        consistent: false,
        newest_first,
        is: PhantomData,
    }
}

impl<E> List<E> {
    /// What a cursor of it is for: a place in one list is none in another, nor in another part of the same one.
    pub fn name(&self) -> String {
        let Self { path, pk, prefix, up_to, behind, consistent: _, newest_first, is: _ } = self;
        format!("{path:?}#{pk}#{prefix}#{up_to:?}#{behind:?}#{newest_first}")
    }

    /// The part of the list whose sort keys begin with this.
    #[must_use]
    pub fn beginning(self, prefix: &str) -> Self {
        Self { prefix: prefix.into(), ..self }
    }

    /// The part of the list from one sort key to another, both of which count.
    #[must_use]
    pub fn between(self, first: String, last: String) -> Self {
        Self { behind: Some(first), up_to: Some(last), ..self }
    }
}

/// Sorts behind every time and every id: the end of a span that has none.
pub const END: &str = "~";

impl<E> List<E> {
    /// The list as it is now, for twice the units. Only a list in the table itself can be read so.
    #[must_use]
    pub fn now(self) -> Self {
        Self { consistent: true, ..self }
    }

    /// The part of the list, oldest first, that lies behind one sort key and before another. Empty is the beginning.
    #[must_use]
    pub fn span(self, behind: &str, before: &str) -> Self {
        // Right behind a key sorts the same key with one more character; before any time and id sorts "0".
        let first = if behind.is_empty() { format!("{}0", self.prefix) } else { format!("{behind}!") };
        let last = format!("{}{before}", self.prefix);
        Self { behind: Some(first), up_to: Some(last), newest_first: false, ..self }
    }
}

/// A number below `shards` that is always the same for a text (FNV-1a).
pub fn shard(text: &str, shards: u8) -> u8 {
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
    u8::try_from(hash.checked_rem(u64::from(shards)).unwrap_or(0)).unwrap_or(0)
}

/// That a slug is taken.
pub fn slug(slug: &Slug) -> Key<SlugClaim> {
    main(format!("platform#slug#{slug}"), "slug")
}

/// A marketplace.
pub fn marketplace(t: &MarketplaceId) -> Key<Marketplace> {
    main(t.to_string(), "marketplace")
}

/// A user.
pub fn user(t: &MarketplaceId, id: &UserId) -> Key<User> {
    main(format!("{t}#user#{id}"), "user")
}

/// The people of a marketplace, by name.
pub fn people(t: &MarketplaceId) -> List<CardRow<UserId>> {
    list(Path::Gsi1, format!("{t}#people"), "", false)
}

/// The people of a marketplace by e-mail address: one with an account, and all guests that gave it.
pub fn addresses(t: &MarketplaceId) -> List<CardRow<UserId>> {
    list(Path::Gsi2, format!("{t}#addresses"), "", false)
}

/// The sort key of a person in the list by address.
pub fn by_address(email: &Email, id: impl std::fmt::Display) -> String {
    format!("{email}#{id}")
}

/// The sort key of somebody in a list by name.
pub fn by_name(name: &str, id: impl std::fmt::Display) -> String {
    format!("{}#{id}", search::folded(name))
}

/// That an address is taken.
pub fn email(t: &MarketplaceId, email: &Email) -> Key<EmailClaim> {
    main(format!("{t}#email#{email}"), "email")
}

/// A login.
pub fn session(t: &MarketplaceId, id: &SessionId) -> Key<Session> {
    ephemeral(format!("{t}#session#{id}"), "session")
}

/// The stored reply to a request with an idempotency key. The tenant is `None` for the platform's operator.
pub fn reply(t: Option<&MarketplaceId>, caller: &str, key: &str) -> Key<ReplyRecord> {
    let tenant = t.map_or("platform", |t| t.as_str());
    ephemeral(format!("{tenant}#idempotency#{caller}#{key}"), "reply")
}

/// That a consumer has acted on an event.
pub fn done(t: &MarketplaceId, consumer: &str, event: &str) -> Key<Done> {
    ephemeral(format!("{t}#done#{consumer}#{event}"), "done")
}

/// That somebody was told of a dead letter: the administrators of a marketplace, or the platform's operator.
pub fn told(t: Option<&MarketplaceId>, message: &str) -> Key<Told> {
    let tenant = t.map_or("platform", |t| t.as_str());
    ephemeral(format!("{tenant}#told#{message}"), "told")
}

/// A seller.
pub fn seller(t: &MarketplaceId, id: &SellerId) -> Key<Seller> {
    main(format!("{t}#seller#{id}"), "seller")
}

/// The sellers of a marketplace, oldest first.
pub fn sellers(t: &MarketplaceId) -> List<CardRow<SellerId>> {
    list(Path::Gsi1, format!("{t}#sellers"), "", false)
}

/// The sellers of a marketplace that opened after this one, oldest first.
pub fn sellers_behind(t: &MarketplaceId, last: &SellerId) -> List<CardRow<SellerId>> {
    List { behind: Some(last.to_string()), ..sellers(t) }
}

/// The shops of a marketplace, by name.
pub fn shops(t: &MarketplaceId) -> List<CardRow<SellerId>> {
    list(Path::Gsi2, format!("{t}#shops"), "", false)
}

/// A listing.
pub fn listing(t: &MarketplaceId, id: &ListingId) -> Key<Listing> {
    main(format!("{t}#listing#{id}"), "listing")
}

/// The stock of a variant, or a bucket of it. The first lies beside the listing, which is read with it; each other one has a partition
/// of its own, or splitting would gain nothing.
pub fn stock(t: &MarketplaceId, listing: &ListingId, variant: &VariantId, bucket: u8) -> Key<Stock> {
    match bucket {
        0 => main(format!("{t}#listing#{listing}"), format!("stock#{variant}")),
        _ => main(format!("{t}#variant#{variant}#bucket#{bucket}"), "stock"),
    }
}

/// A listing and the stock of its variants: the sort keys are `listing` and `stock#...`.
pub fn listing_with_stock<E>(t: &MarketplaceId, id: &ListingId) -> List<E> {
    list(Path::Table, format!("{t}#listing#{id}"), "", false)
}

/// The published listings, newest first.
pub fn newest_listings(t: &MarketplaceId) -> List<CardRow<ListingCard>> {
    list(Path::Gsi1, format!("{t}#listings"), "", true)
}

/// A seller's listings, newest first.
pub fn listings_of(t: &MarketplaceId, seller: &SellerId) -> List<CardRow<ListingCard>> {
    list(Path::Gsi2, format!("{t}#seller#{seller}#listings"), "", true)
}

/// That a seller's import calls a listing by this handle.
pub fn handle(t: &MarketplaceId, seller: &SellerId, handle: &str) -> Key<HandleClaim> {
    main(format!("{t}#seller#{seller}#handle#{handle}"), "handle")
}

/// A cart.
pub fn cart(t: &MarketplaceId, user: &UserId) -> Key<Cart> {
    main(format!("{t}#user#{user}"), "cart")
}

/// An order.
pub fn order(t: &MarketplaceId, id: &OrderId) -> Key<Order> {
    main(format!("{t}#order#{id}"), "order")
}

/// A buyer's orders, newest first.
pub fn orders_of_buyer<E>(t: &MarketplaceId, buyer: &UserId) -> List<CardRow<E>> {
    list(Path::Gsi1, format!("{t}#buyer#{buyer}#orders"), "", true)
}

/// A seller's orders, newest first.
pub fn orders_of_seller<E>(t: &MarketplaceId, seller: &SellerId) -> List<CardRow<E>> {
    list(Path::Gsi2, format!("{t}#seller#{seller}#orders"), "", true)
}

/// How many orders a shard of the marketplace's numbers has named.
pub fn order_counter(t: &MarketplaceId, shard: u8) -> Key<OrderCounter> {
    main(format!("{t}#order_counter#{shard}"), "counter")
}

/// One shard of the marketplace's payments, newest first.
pub fn payments(t: &MarketplaceId, shard: u8) -> List<CardRow<PaymentCard>> {
    list(Path::Gsi1, format!("{t}#payments#{shard}"), "", true)
}

/// The payments of one shard of the numbers, that with the highest number first.
pub fn order_numbers(t: &MarketplaceId, shard: u8) -> List<CardRow<PaymentCard>> {
    list(Path::Gsi2, format!("{t}#order_numbers#{shard}"), "", true)
}

/// The sort key of a payment in the list by number.
pub fn by_number(number: OrderNumber) -> String {
    format!("{:015}", number.value())
}

/// A version of the marketplace's order process.
pub fn order_process(t: &MarketplaceId, version: u32) -> Key<ProcessVersion> {
    main(format!("{t}#process#{version:06}"), "process")
}

/// A coupon.
pub fn coupon(t: &MarketplaceId, code: &CouponCode) -> Key<Coupon> {
    main(format!("{t}#coupon#{code}"), "coupon")
}

/// The coupons of the marketplace, newest first.
pub fn coupons<E>(t: &MarketplaceId) -> List<CardRow<E>> {
    list(Path::Gsi1, format!("{t}#coupons"), "", true)
}

/// How often a coupon was used. Every checkout with it writes this, and none of them its settings.
pub fn coupon_uses(t: &MarketplaceId, code: &CouponCode) -> Key<CouponUses> {
    main(format!("{t}#coupon#{code}"), "uses")
}

/// How often a buyer has used a coupon.
pub fn coupon_uses_by(t: &MarketplaceId, user: &UserId, code: &CouponCode) -> Key<CouponUses> {
    main(format!("{t}#user#{user}"), format!("coupon#{code}"))
}

/// A refund.
pub fn refund(t: &MarketplaceId, id: &RefundId) -> Key<Refund> {
    main(format!("{t}#refund#{id}"), "refund")
}

/// The refunds of an order, newest first.
pub fn refunds_of(t: &MarketplaceId, order: &OrderId) -> List<CardRow<RefundCard>> {
    list(Path::Gsi1, format!("{t}#order#{order}#refunds"), "", true)
}

/// A dispute, by the provider's id for it.
pub fn dispute(t: &MarketplaceId, id: &str) -> Key<Dispute> {
    main(format!("{t}#dispute#{id}"), "dispute")
}

/// The disputes of the marketplace, newest first.
pub fn disputes(t: &MarketplaceId) -> List<CardRow<Dispute>> {
    list(Path::Gsi1, format!("{t}#disputes"), "", true)
}

/// The disputes of a payment, newest first.
pub fn disputes_of(t: &MarketplaceId, payment: &PaymentId) -> List<CardRow<Dispute>> {
    list(Path::Gsi2, format!("{t}#payment#{payment}#disputes"), "", true)
}

/// Every marketplace, oldest first: for jobs that serve them all.
pub fn marketplaces() -> List<CardRow<MarketplaceId>> {
    list(Path::Gsi1, "platform#marketplaces".into(), "", false)
}

/// An upload.
pub fn upload(t: &MarketplaceId, id: &UploadId) -> Key<Upload> {
    main(format!("{t}#upload#{id}"), "upload")
}

/// An event on the outbox.
pub fn event(t: &MarketplaceId, commit: &str, number: usize) -> Key<Envelope> {
    main(format!("{t}#event#{commit}"), format!("event#{number:03}"))
}

/// The two kinds of timers, each swept by a function of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DueKind {
    /// Payments that do not come.
    Payment,
    /// Orders that complete by themselves.
    Order,
    /// Marketplaces that pay their sellers.
    Payouts,
}

/// A timer.
pub fn timer(timer: &Timer) -> Key<Timer> {
    let Timer { due_at, marketplace, due } = timer;
    let (kind, id) = match due {
        Due::Payment(id) => (DueKind::Payment, id.as_str()),
        Due::Order(id) => (DueKind::Order, id.as_str()),
        Due::Payouts(id) => (DueKind::Payouts, id.as_str()),
    };
    main(due_pk(kind, shard(id, DUE_SHARDS)), format!("{due_at}#{marketplace}#{id}"))
}

/// The timers of one shard that are due, the oldest first.
pub fn due(kind: DueKind, shard: u8, now: Time) -> List<Timer> {
    // "$" sorts right behind the "#" that follows the time.
    List { up_to: Some(format!("{now}$")), ..list(Path::Table, due_pk(kind, shard), "", false) }
}

fn due_pk(kind: DueKind, shard: u8) -> String {
    let kind = match kind {
        DueKind::Payment => "payment",
        DueKind::Order => "order",
        DueKind::Payouts => "payouts",
    };
    format!("platform#due#{kind}#{shard}")
}

/// The sort key of an item in a list by time.
pub fn by_time(at: Time, id: impl std::fmt::Display) -> String {
    format!("{at}#{id}")
}
