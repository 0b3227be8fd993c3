//! Identifiers: a prefix that names the kind, an underscore, and a ULID in lower-case Crockford base 32.
//!
//! They sort by creation time, reveal nothing about volume, and an id of the wrong kind is refused when it is parsed.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use std::fmt;

/// The id is not of the kind that was expected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected an id that begins with `{prefix}_` followed by 26 letters and digits")]
pub struct IdError {
    prefix: &'static str,
}

/// An identifier of one kind.
pub trait Id: Sized {
    /// What the id begins with, without the underscore.
    const PREFIX: &'static str;

    /// Makes an id from the text of a ULID, or from another id's text where two things belong together one to one.
    fn from_ulid(ulid: &str) -> Self;

    /// Reads an id that a client sent.
    fn parse(text: &str) -> Result<Self, IdError> {
        let error = IdError { prefix: Self::PREFIX };
        let body = text.strip_prefix(Self::PREFIX).and_then(|rest| rest.strip_prefix('_')).ok_or(error.clone())?;
        let valid = body.len() == 26 && body.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        if valid { Ok(Self::from_ulid(body)) } else { Err(error) }
    }
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, JsonSchema)]
        #[serde(transparent)]
        pub struct $name(#[schemars(regex(pattern = concat!("^", $prefix, "_[0-9a-z]{26}$")))] String);

        impl $name {
            /// The whole id as text, with its prefix.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The part after the prefix.
            pub fn ulid(&self) -> &str {
                self.0.get($prefix.len().saturating_add(1)..).unwrap_or_default()
            }
        }

        impl Id for $name {
            const PREFIX: &'static str = $prefix;

            fn from_ulid(ulid: &str) -> Self {
                Self(format!("{}_{}", $prefix, ulid.to_ascii_lowercase()))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                Self::parse(&text).map_err(serde::de::Error::custom)
            }
        }
    )*};
}

ids! {
    /// A marketplace: the tenant.
    MarketplaceId "mkt";
    /// A person's account in one marketplace.
    UserId "usr";
    /// A login session, which can be refreshed until it is ended.
    SessionId "ses";
    /// A seller's shop in one marketplace.
    SellerId "sel";
    /// Something for sale.
    ListingId "lst";
    /// One buyable form of a listing: a size, a colour.
    VariantId "var";
    /// A file that a client sent.
    UploadId "upl";
    /// A catalogue import.
    ImportId "imp";
    /// One purchase, made up of one or more orders.
    CheckoutId "chk";
    /// The goods that one buyer buys from one seller in one purchase.
    OrderId "ord";
    /// The payment for a checkout.
    PaymentId "pay";
    /// Money sent to a seller.
    PayoutId "pot";
    /// Money that goes back to a buyer.
    RefundId "rfd";
    /// One run that pays all sellers of a marketplace.
    PayoutRunId "prn";
    /// A journal: a balanced set of postings.
    JournalId "jrn";
    /// One verification of a marketplace's ledger.
    LedgerVerificationId "lvr";
    /// One comparison of the ledger with the payment provider's records.
    ReconciliationId "rcn";
    /// One migration of stored items to the shapes of this release.
    MigrationId "mgr";
    /// A difference between the ledger and the payment provider's records.
    FindingId "fnd";
    /// A commit: one write that happens whole or not at all, together with the events that it emits.
    CommitId "cmt";
}

impl MarketplaceId {
    /// The id under which the platform's own steps are stored, which concern every marketplace. No marketplace ever has this id: its
    /// time is 1970.
    pub fn platform() -> Self {
        Self::from_ulid("00000000000000000000000000")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_of_another_kind_is_refused() {
        let listing = ListingId::from_ulid("01JD0000000000000000000000");
        assert_eq!(listing.as_str(), "lst_01jd0000000000000000000000");
        assert_eq!(ListingId::parse(listing.as_str()), Ok(listing.clone()));
        assert!(OrderId::parse(listing.as_str()).is_err());
    }

    #[test]
    fn an_id_with_a_separator_or_the_wrong_length_is_refused() {
        assert!(ListingId::parse("lst_01jd#000000000000000000000").is_err());
        assert!(ListingId::parse("lst_01jd").is_err());
        assert!(ListingId::parse("").is_err());
    }
}
