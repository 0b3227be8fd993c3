//! How each thing of the domain is stored, and the few things that exist only in storage.

use crate::{Entity, Index, Key, StoredReply, keys};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeMap;
use tradewind_domain::{
    Currency, ImportId, MarketplaceId, Money, Time,
    cart::Cart,
    dispute::Dispute,
    ledger::Journal,
    listing::{HandleClaim, Listing, ListingStatus, Stock},
    marketplace::{Marketplace, SlugClaim},
    media::Upload,
    order::{Order, Timer},
    order_process::{OrderProcess, StateName},
    payment::{Payment, ProviderEvent},
    payout::{LedgerEntry, Payout},
    period::Month,
    pricing::Coupon,
    provider::{BalanceTransaction, PayoutAccount, ProviderLink, ProviderOwner},
    refund::Refund,
    user::{EmailClaim, Seller, Session, User},
};

/// What an index shows of an item.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CardRow<T> {
    /// The few fields that a page shows.
    pub card: T,
}

/// One shard of a balance.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct BalanceShard {
    /// The account.
    pub account: String,
    /// The currency.
    pub currency: Currency,
    /// The sum of the postings that fell to this shard: debits positive.
    pub amount: i64,
    /// When the seller was last paid, if it is the balance of a seller.
    #[serde(default)]
    pub paid_at: Option<Time>,
    /// What they were owed behind that.
    #[serde(default)]
    pub paid_left: Option<i64>,
    #[serde(flatten)]
    rest: BTreeMap<String, serde_json::Value>,
}

impl BalanceShard {
    /// What was posted in each month, if it is the balance of a seller.
    pub fn months(&self) -> impl Iterator<Item = (Month, Money)> {
        self.rest.iter().filter_map(|(name, value)| {
            let month = Month::parse(name.strip_prefix('m')?)?;
            Some((month, Money::new(value.as_i64()?, self.currency)))
        })
    }
}

/// The attribute of a seller's balance that holds what was posted in a month.
pub(crate) fn month_attribute(month: Month) -> String {
    format!("m{month}")
}

/// That a consumer has acted on an event. Kept longer than any queue keeps the event (14 days).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Done {
    /// The consumer.
    pub consumer: String,
    /// The event.
    pub event: String,
    /// When it can be forgotten.
    pub expires_at: Time,
}

/// The reply to a request with an idempotency key, written in the transaction of its effect.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReplyRecord {
    /// What the request is recognised by: another one under the same key is refused.
    pub fingerprint: String,
    /// The reply.
    pub reply: StoredReply,
    /// When it can be forgotten, in seconds since the epoch: the attribute that DynamoDB's TTL reads.
    #[serde(rename = "ttl")]
    pub expires_at: i64,
}

/// An import of a catalogue, followed while it runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Import {
    /// The import's id.
    pub id: ImportId,
    /// Whose listings.
    pub seller: tradewind_domain::SellerId,
    /// The file.
    pub upload: tradewind_domain::UploadId,
    /// The file's key in the uploads bucket.
    pub key: String,
    /// The currency of its prices; the marketplace's main one if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<tradewind_domain::Currency>,
    /// What stopped it, if something did.
    pub failure: Option<String>,
    /// Parts that it was split into, once it was.
    pub parts: Option<u32>,
    /// Parts that are done.
    pub parts_done: u32,
    /// Rows of the file, once it was read.
    pub rows: Option<u32>,
    /// Listings that were made.
    pub created: u32,
    /// Listings that were changed.
    pub updated: u32,
    /// Rows that were refused.
    pub failed_rows: u32,
    /// When it was asked for.
    pub created_at: Time,
    /// Counts the changes.
    pub version: u64,
}

/// How far one part of an import is. Each product is written in one transaction with the step of this item, so that a part
/// that is delivered again goes on where it stopped, and every product, stock level and count has its effect once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportPart {
    /// The import.
    pub import: ImportId,
    /// Which part, from 0.
    pub part: u32,
    /// How many of its products are done.
    pub next: u32,
    /// Whether its counts were added to the import's.
    pub finished: bool,
    /// Listings that were made.
    pub created: u32,
    /// Listings that were changed.
    pub updated: u32,
    /// Rows that were refused.
    pub failed_rows: u32,
    /// Counts the changes.
    pub version: u64,
}

/// What was wrong with a row of an import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportError {
    /// The import.
    pub import: ImportId,
    /// The row of the file; the header is row 1.
    pub row: u32,
    /// The column, if the fault lies in one.
    pub column: Option<String>,
    /// What was wrong and what to do.
    pub message: String,
}

/// What a page shows of an order.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
pub struct OrderCard {
    /// The order's id.
    pub id: tradewind_domain::OrderId,
    /// Who buys.
    pub buyer: tradewind_domain::UserId,
    /// Who sells.
    pub seller: tradewind_domain::SellerId,
    /// Where it is.
    pub status: StateName,
    /// What the buyer pays.
    pub total: tradewind_domain::Money,
    /// The first line's title.
    pub title: String,
    /// How many lines there are.
    pub lines: u32,
    /// When it was placed.
    pub created_at: Time,
}

/// A version of a marketplace's order process, in an item of its own: the process itself takes no members that it does not know.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ProcessVersion {
    /// The process.
    pub process: OrderProcess,
}

/// How often a coupon was used, by everybody or by one buyer.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct CouponUses {
    /// How often, not counting checkouts that were not paid.
    pub used: u32,
}

/// What a page shows of a refund.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
pub struct RefundCard {
    /// The refund's id.
    pub id: tradewind_domain::RefundId,
    /// How much.
    pub amount: tradewind_domain::Money,
    /// Of what.
    pub pieces: Vec<tradewind_domain::refund::RefundedPiece>,
    /// Where it is.
    pub state: tradewind_domain::refund::RefundState,
    /// Whether the marketplace kept its commission.
    pub fee_kept: bool,
    /// Why.
    pub reason: Option<String>,
    /// When it was made.
    pub created_at: Time,
}

/// What a page shows of a payout.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
pub struct PayoutCard {
    /// The payout's id.
    pub id: tradewind_domain::PayoutId,
    /// How much.
    pub amount: tradewind_domain::Money,
    /// Where it is.
    pub state: tradewind_domain::payout::PayoutState,
    /// When it was made.
    pub created_at: Time,
}

macro_rules! entity {
    ($type:ty, |$self:ident, $tenant:ident| $key:expr $(, $method:ident => $body:expr)* $(; $($versioned:ident)?)?) => {
        impl Entity for $type {
            fn key(&$self, $tenant: &MarketplaceId) -> Key<Self> {
                $key
            }
            $($(fn $versioned(&mut self) -> Option<&mut u64> {
                Some(&mut self.version)
            })?)?
            $(entity!(@ $method, $self, $tenant, $body);)*
        }
    };
    (@ gsi1, $self:ident, $tenant:ident, $body:expr) => {
        fn gsi1(&$self, $tenant: &MarketplaceId) -> Option<Index> { $body }
    };
    (@ gsi2, $self:ident, $tenant:ident, $body:expr) => {
        fn gsi2(&$self, $tenant: &MarketplaceId) -> Option<Index> { $body }
    };
    (@ card, $self:ident, $tenant:ident, $body:expr) => {
        fn card(&$self) -> Option<serde_json::Value> { $body }
    };
    (@ expires_at, $self:ident, $tenant:ident, $body:expr) => {
        fn expires_at(&$self) -> Option<Time> { $body }
    };
}

fn index<E>(list: crate::List<E>, sk: String) -> Option<Index> {
    Some(Index { pk: list.pk, sk })
}

entity!(SlugClaim, |self, _tenant| keys::slug(&self.slug));
entity!(Marketplace, |self, tenant| keys::marketplace(tenant),
    gsi1 => index(keys::marketplaces(), tenant.to_string()),
    card => Some(json!(self.id));
    version);
entity!(User, |self, tenant| keys::user(tenant, &self.id); version);
entity!(EmailClaim, |self, tenant| keys::email(tenant, &self.email));
entity!(Session, |self, tenant| keys::session(tenant, &self.id), expires_at => Some(self.expires_at); version);
entity!(Done, |self, tenant| keys::done(tenant, &self.consumer, &self.event), expires_at => Some(self.expires_at));
entity!(Seller, |self, tenant| keys::seller(tenant, &self.id),
    gsi1 => index(keys::sellers(tenant), self.id.to_string()),
    card => Some(json!(self.id));
    version);
entity!(Listing, |self, tenant| keys::listing(tenant, &self.id),
    gsi1 => match (self.status, self.published_at) {
        (ListingStatus::Published, Some(at)) => index(keys::newest_listings(tenant), keys::by_time(at, &self.id)),
        (ListingStatus::Published | ListingStatus::Draft | ListingStatus::Closed, _) => None,
    },
    gsi2 => index(keys::listings_of(tenant, &self.seller), keys::by_time(self.created_at, &self.id)),
    card => serde_json::to_value(self.card()).ok();
    version);
entity!(Stock, |self, tenant| keys::stock(tenant, &self.listing, &self.variant, self.bucket));
entity!(HandleClaim, |self, tenant| keys::handle(tenant, &self.seller, &self.handle));
entity!(Order, |self, tenant| keys::order(tenant, &self.id),
    gsi1 => index(keys::orders_of_buyer::<()>(tenant, &self.buyer), keys::by_time(self.created_at, &self.id)),
    gsi2 => index(keys::orders_of_seller::<()>(tenant, &self.seller), keys::by_time(self.created_at, &self.id)),
    card => serde_json::to_value(OrderCard {
        id: self.id.clone(),
        buyer: self.buyer.clone(),
        seller: self.seller.clone(),
        status: self.status.clone(),
        total: self.total(),
        title: self.lines.first().map(|line| line.title.clone()).unwrap_or_default(),
        lines: u32::try_from(self.lines.len()).unwrap_or(u32::MAX),
        created_at: self.created_at,
    }).ok();
    version);
entity!(Payment, |self, tenant| keys::payment(tenant, &self.id); version);
entity!(ProcessVersion, |self, tenant| keys::order_process(tenant, self.process.version));
entity!(Coupon, |self, tenant| keys::coupon(tenant, &self.code),
    gsi1 => index(keys::coupons::<()>(tenant), keys::by_time(self.created_at, &self.code)),
    card => serde_json::to_value(self).ok();
    version);
entity!(Dispute, |self, tenant| keys::dispute(tenant, &self.id),
    gsi1 => index(keys::disputes(tenant), keys::by_time(self.created_at, &self.id)),
    gsi2 => index(keys::disputes_of(tenant, &self.payment), keys::by_time(self.created_at, &self.id)),
    card => serde_json::to_value(Dispute { evidence: vec![], ..self.clone() }).ok();
    version);
entity!(Refund, |self, tenant| keys::refund(tenant, &self.id),
    gsi1 => index(keys::refunds_of(tenant, &self.order), keys::by_time(self.created_at, &self.id)),
    card => serde_json::to_value(RefundCard {
        id: self.id.clone(),
        amount: self.amount,
        pieces: self.pieces.clone(),
        state: self.state.clone(),
        fee_kept: self.fee_kept,
        reason: self.reason.clone(),
        created_at: self.created_at,
    }).ok();
    version);
entity!(ProviderEvent, |self, tenant| keys::provider_event(tenant, &self.provider, &self.id));
entity!(Payout, |self, tenant| keys::payout(tenant, &self.id),
    gsi2 => index(keys::payouts_of::<()>(tenant, &self.seller), keys::by_time(self.created_at, &self.id)),
    card => serde_json::to_value(PayoutCard {
        id: self.id.clone(),
        amount: self.amount,
        state: self.state.clone(),
        created_at: self.created_at,
    }).ok();
    version);
entity!(ProviderLink, |self, tenant| keys::provider_link(tenant, &self.subject));
entity!(ProviderOwner, |self, _tenant| keys::provider_owner(self.provider, &self.id));
entity!(PayoutAccount, |self, tenant| keys::payout_account(tenant, &self.seller); version);
entity!(BalanceTransaction, |self, tenant| keys::sandbox_movement(tenant, &self.id),
    gsi1 => index(keys::sandbox_movements(tenant), keys::by_time(self.created_at, &self.id)),
    card => serde_json::to_value(self).ok());
entity!(Upload, |self, tenant| keys::upload(tenant, &self.id); version);
entity!(Import, |self, tenant| keys::import(tenant, &self.id); version);
entity!(ImportPart, |self, tenant| keys::import_part(tenant, &self.import, self.part); version);
entity!(ImportError, |self, tenant| keys::import_error(tenant, &self.import, self.row));
entity!(Journal, |self, tenant| keys::journal(tenant, self.kind, &self.subject),
    gsi1 => {
        let shard = keys::shard(&self.subject, keys::BALANCE_SHARDS);
        index(keys::journals(tenant, Month::of(self.at), shard), keys::by_time(self.at, &self.id))
    },
    card => Some(json!({ "kind": self.kind, "subject": self.subject })));
entity!(LedgerEntry, |self, tenant| keys::entry(tenant, self));
entity!(Timer, |self, _tenant| keys::timer(self));

impl Entity for Cart {
    fn key(&self, tenant: &MarketplaceId) -> Key<Self> {
        keys::cart(tenant, &self.owner)
    }

    fn version(&mut self) -> Option<&mut u64> {
        Some(&mut self.version)
    }
}
