//! Every kind of item: the version of its shape that this release writes, where it lies, and how it is rewritten.

use crate::{
    Entity, StorageError,
    books::{Found, LedgerVerification, Turnover},
    entities::{
        BalanceShard, CouponUses, Done, Import, ImportError, ImportNote, ImportPart, Migration, OrderCounter,
        ProcessVersion, ReplyRecord, Segment, Told,
    },
    reconciliation::{Reconciliation, SaidTransaction, StoredFinding},
    shape::{SHAPE, Shaped},
    table::{Item, decode, write},
};
use aws_sdk_dynamodb::types::AttributeValue;
use tradewind_domain::{
    MarketplaceId,
    cart::Cart,
    dispute::Dispute,
    event::Envelope,
    ledger::Journal,
    listing::{HandleClaim, Listing, Stock},
    marketplace::{Marketplace, SlugClaim},
    media::Upload,
    order::{Order, Timer},
    payment::{Payment, ProviderEvent},
    payout::{LedgerEntry, Payout},
    pricing::Coupon,
    provider::{BalanceTransaction, PayoutAccount, ProviderLink, ProviderOwner},
    refund::Refund,
    user::{EmailClaim, Seller, Session, User},
};

/// An entity read and written as it would be now.
type Rewrite = fn(Item, &MarketplaceId) -> Result<Item, StorageError>;

/// A kind of item.
pub(crate) struct Kind {
    /// What this release writes.
    pub shape: &'static str,
    /// The word of the partition key behind the tenant, and how the sort key begins: by these an item without a shape is known.
    place: (&'static str, &'static str),
    /// How it is rewritten whole. Counters are not: others may be counting.
    pub rewrite: Option<Rewrite>,
}

macro_rules! kinds {
    (
        whole { $($type:ty, $shape:literal, $noun:literal / $sort:literal;)* }
        counted { $($counter:ty, $its:literal, $where:literal / $its_sort:literal;)* }
    ) => {
        $(impl Shaped for $type { const SHAPE: &'static str = $shape; })*
        $(impl Shaped for $counter { const SHAPE: &'static str = $its; })*
        /// Every kind.
        pub(crate) const KINDS: &[Kind] = &[
            $(Kind { shape: $shape, place: ($noun, $sort), rewrite: Some(rewrite::<$type>) },)*
            $(Kind { shape: $its, place: ($where, $its_sort), rewrite: None },)*
        ];
    };
}

kinds! {
    whole {
        BalanceTransaction, "sandbox_movement.v1", "sandbox" / "movement";
        Cart, "cart.v1", "user" / "cart";
        Coupon, "coupon.v1", "coupon" / "coupon";
        Dispute, "dispute.v1", "dispute" / "dispute";
        Done, "done.v1", "done" / "done";
        EmailClaim, "email_claim.v1", "email" / "email";
        Found, "ledger_difference.v1", "verification" / "difference#";
        HandleClaim, "handle_claim.v1", "seller" / "handle";
        Import, "import.v1", "import" / "import";
        ImportError, "import_error.v1", "import" / "error#";
        ImportNote, "import_note.v1", "import" / "note#";
        ImportPart, "import_part.v1", "import" / "part";
        Journal, "journal.v2", "journal" / "journal";
        LedgerEntry, "ledger_entry.v1", "account" / "entry#";
        LedgerVerification, "ledger_verification.v1", "verification" / "verification";
        Listing, "listing.v1", "listing" / "listing";
        Marketplace, "marketplace.v1", "" / "marketplace";
        Migration, "migration.v1", "migration" / "migration";
        Order, "order.v1", "order" / "order";
        Payment, "payment.v1", "payment" / "payment";
        Payout, "payout.v1", "payout" / "payout";
        PayoutAccount, "payout_account.v1", "seller" / "payout_account";
        ProcessVersion, "order_process.v1", "process" / "process";
        ProviderEvent, "provider_event.v1", "provider" / "event";
        ProviderLink, "provider_link.v1", "link" / "link";
        ProviderOwner, "provider_owner.v1", "owner" / "owner";
        Reconciliation, "reconciliation.v1", "reconciliation" / "reconciliation";
        Refund, "refund.v1", "refund" / "refund";
        SaidTransaction, "provider_transaction.v1", "said" / "";
        Segment, "migration_segment.v1", "migration" / "segment#";
        Seller, "seller.v1", "seller" / "seller";
        Session, "session.v1", "session" / "session";
        SlugClaim, "slug_claim.v1", "slug" / "slug";
        StoredFinding, "finding.v1", "finding" / "finding";
        Timer, "timer.v1", "due" / "";
        Told, "told.v1", "told" / "told";
        Upload, "upload.v1", "upload" / "upload";
        User, "user.v1", "user" / "user";
    }
    counted {
        BalanceShard, "balance.v2", "balance" / "balance#";
        CouponUses, "coupon_uses.v1", "coupon" / "uses";
        Envelope, "event.v1", "event" / "event#";
        OrderCounter, "order_counter.v1", "order_counter" / "counter";
        ReplyRecord, "reply.v1", "idempotency" / "reply";
        Stock, "stock.v1", "listing" / "stock#";
        Turnover, "turnover.v1", "turnover" / "";
    }
}

fn rewrite<E: Entity>(item: Item, tenant: &MarketplaceId) -> Result<Item, StorageError> {
    Ok(write(&decode::<E>(item)?, tenant)?.1)
}

/// The kind of a stored item, by its shape, and if it has none by its place.
pub(crate) fn kind_of(item: &Item) -> Option<&'static Kind> {
    if let Some(AttributeValue::S(shape)) = item.get(SHAPE) {
        return KINDS.iter().find(|kind| kind.shape == shape);
    }
    let text = |name: &str| item.get(name).and_then(|value| value.as_s().ok()).map_or("", String::as_str);
    let (noun, sort) = (text("pk").split('#').nth(1).unwrap_or_default(), text("sk"));
    // These two lie beside others, under a key of another form.
    let noun = if noun == "variant" { "listing" } else { noun };
    let (noun, sort) = match (noun, sort) {
        ("listing", "stock") => ("listing", "stock#"),
        ("user", coupon) if coupon.starts_with("coupon#") => ("coupon", "uses"),
        as_it_is => as_it_is,
    };
    let fits = |kind: &&Kind| {
        let (its_noun, begin) = kind.place;
        let begins = begin.is_empty() || begin.ends_with('#');
        its_noun == noun && if begins { sort.starts_with(begin) } else { sort == begin }
    };
    KINDS.iter().find(fits)
}

#[cfg(test)]
mod tests;
