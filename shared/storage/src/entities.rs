//! How each thing of the domain is stored, and the few things that exist only in storage.

mod imports;
mod migrations;
mod reply;

pub use imports::{Import, ImportError, ImportNote, ImportPart};
pub use migrations::{Migration, Segment, Tally};
pub use reply::ReplyRecord;

use crate::{Entity, Index, Key, keys};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeMap;
use tradewind_domain::{
    Currency, MarketplaceId, Money, Time,
    cart::Cart,
    dispute::Dispute,
    ledger::Journal,
    listing::{HandleClaim, Listing, ListingStatus, Stock},
    marketplace::{Marketplace, SlugClaim},
    media::Upload,
    order::{Order, OrderNumber, Timer},
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

/// One shard of a balance: that of a seller, or that of [`tradewind_domain::ledger::Account::ProviderClearing`] with those of all other accounts of the
/// marketplace beside it, so that a journal writes one item for all of them. Older releases wrote an item for each account: what they
/// summed up to then still counts.
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
    /// The balance of each account in it: debits positive.
    pub fn accounts(&self) -> impl Iterator<Item = (&str, Money)> {
        let beside = self.rest.iter().filter_map(|(name, value)| {
            let account = name.strip_prefix(BESIDE)?;
            Some((account, Money::new(value.as_i64()?, self.currency)))
        });
        [(self.account.as_str(), Money::new(self.amount, self.currency))].into_iter().chain(beside)
    }

    /// What was posted in each month, if it is the balance of a seller.
    pub fn months(&self) -> impl Iterator<Item = (Month, Money)> {
        self.rest.iter().filter_map(|(name, value)| {
            let month = Month::parse(name.strip_prefix('m')?)?;
            Some((month, Money::new(value.as_i64()?, self.currency)))
        })
    }
}

/// What the attributes begin with that hold the balances of other accounts.
const BESIDE: &str = "of_";

/// The attribute of another account's balance, in the item of [`tradewind_domain::ledger::Account::ProviderClearing`].
pub(crate) fn beside(account: &str) -> String {
    format!("{BESIDE}{account}")
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
    /// Of an event that asks for several e-mails, those that were sent; none if there was nothing more to do.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub only: Vec<String>,
    /// When it can be forgotten.
    pub expires_at: Time,
}

/// That somebody was told of a dead letter. Kept longer than any queue keeps it (14 days).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Told {
    /// The marketplace whose administrators were told; the platform's operator if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<MarketplaceId>,
    /// The message's id.
    pub message: String,
    /// When it can be forgotten.
    pub expires_at: Time,
}

/// What a page shows of an order.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
pub struct OrderCard {
    /// The order's id.
    pub id: tradewind_domain::OrderId,
    /// What people call it; orders of older versions have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<OrderNumber>,
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

impl From<&Order> for OrderCard {
    fn from(order: &Order) -> Self {
        Self {
            id: order.id.clone(),
            number: order.number,
            buyer: order.buyer.clone(),
            seller: order.seller.clone(),
            status: order.status.clone(),
            total: order.total(),
            title: order.lines.first().map(|line| line.title.clone()).unwrap_or_default(),
            lines: u32::try_from(order.lines.len()).unwrap_or(u32::MAX),
            created_at: order.created_at,
        }
    }
}

/// What the lists of a marketplace's payments are read by. It never changes, so that a payment is written to them once.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
pub struct PaymentCard {
    /// The payment's id.
    pub id: tradewind_domain::PaymentId,
    /// Who pays.
    pub buyer: tradewind_domain::UserId,
    /// The orders that it pays for.
    pub orders: Vec<tradewind_domain::OrderId>,
    /// The number of the first of them; see [`OrderNumber`] for those of the others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<OrderNumber>,
    /// How much.
    pub amount: Money,
    /// When it was made.
    pub created_at: Time,
}

/// How many orders one shard of a marketplace's numbers has named.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OrderCounter {
    /// How many.
    pub named: u64,
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
entity!(User, |self, tenant| keys::user(tenant, &self.id),
    gsi1 => index(keys::people(tenant), keys::by_name(&self.name, &self.id)),
    gsi2 => index(keys::addresses(tenant), keys::by_address(&self.email, &self.id)),
    card => Some(json!(self.id));
    version);
entity!(EmailClaim, |self, tenant| keys::email(tenant, &self.email));
entity!(Session, |self, tenant| keys::session(tenant, &self.id), expires_at => Some(self.expires_at); version);
entity!(Done, |self, tenant| keys::done(tenant, &self.consumer, &self.event), expires_at => Some(self.expires_at));
entity!(Told, |self, _tenant| keys::told(self.of.as_ref(), &self.message), expires_at => Some(self.expires_at));
entity!(Seller, |self, tenant| keys::seller(tenant, &self.id),
    gsi1 => index(keys::sellers(tenant), self.id.to_string()),
    gsi2 => index(keys::shops(tenant), keys::by_name(&self.name, &self.id)),
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
    card => serde_json::to_value(OrderCard::from(self)).ok();
    version);
entity!(Payment, |self, tenant| keys::payment(tenant, &self.id),
    gsi1 => {
        let shard = keys::shard(self.id.as_str(), keys::LIST_SHARDS);
        index(keys::payments(tenant, shard), keys::by_time(self.created_at, &self.id))
    },
    gsi2 => self.number.and_then(|number| index(keys::order_numbers(tenant, number.shard()), keys::by_number(number))),
    card => serde_json::to_value(PaymentCard {
        id: self.id.clone(),
        buyer: self.buyer.clone(),
        orders: self.orders.clone(),
        number: self.number,
        amount: self.amount,
        created_at: self.created_at,
    }).ok();
    version);
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
entity!(Import, |self, tenant| keys::import(tenant, &self.id),
    gsi2 => index(keys::imports_of(tenant, &self.seller), keys::by_time(self.created_at, &self.id)),
    // Parts count up what the import did, which an index does not follow.
    card => Some(json!(self.id));
    version);
entity!(ImportPart, |self, tenant| keys::import_part(tenant, &self.import, self.part); version);
entity!(ImportError, |self, tenant| keys::import_error(tenant, &self.import, self.row));
entity!(ImportNote, |self, tenant| keys::import_note(tenant, &self.import, self.row, self.kind));
entity!(Journal, |self, tenant| keys::journal(tenant, self.kind, &self.subject),
    gsi1 => {
        let shard = keys::shard(&self.subject, keys::BALANCE_SHARDS);
        index(keys::journals(tenant, Month::of(self.at), shard), keys::by_time(self.at, &self.id))
    },
    card => Some(json!({ "kind": self.kind, "subject": self.subject })));
entity!(Migration, |self, _tenant| keys::migration(&self.id));
entity!(Segment, |self, _tenant| keys::migration_segment(&self.migration, self.number); version);
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
