//! What is for sale: a listing with one or more variants, and the stock of each.

mod counting;

pub use counting::Counting;

use crate::stock::Buckets;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tradewind_kernel::{Currency, ListingId, Money, SellerId, Time, UploadId, VariantId};
use tradewind_pricing::Category;

/// The most variants of one listing. Shopify allows 100, but a listing is created together with the stock of each variant, its handle
/// and the stored reply in one transaction, and DynamoDB allows 100 actions in it. For the same reason it is also the most buckets of
/// all variants together.
pub const MOST_VARIANTS: usize = 95;
/// The most names of options (size, colour, material).
pub const MOST_OPTIONS: usize = 3;
/// The most images of one listing.
pub const MOST_IMAGES: usize = 20;
/// The most units of one variant.
pub const MOST_STOCK: u32 = 1_000_000;

/// The status of a listing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ListingStatus {
    /// Only its seller sees it.
    Draft,
    /// Everyone sees it and can buy it.
    Published,
    /// Nobody can buy it any more; orders that were placed go on.
    Closed,
}

/// Something for sale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listing {
    /// The listing's id.
    pub id: ListingId,
    /// The seller it belongs to.
    pub seller: SellerId,
    /// The product's handle in an import file, by which a later import finds it again; unique for the seller.
    pub handle: Option<String>,
    /// The listing's title.
    pub title: String,
    /// The description as sanitised HTML.
    pub description_html: String,
    /// The maker's name.
    pub vendor: String,
    /// The kind of product, as its seller names it.
    pub product_type: String,
    /// The marketplace's category for goods of this kind, by which tax and commission may differ.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<Category>,
    /// Words by which it can be found.
    pub tags: Vec<String>,
    /// Whether it is a draft, published or closed.
    pub status: ListingStatus,
    /// The names of the options in which the variants differ.
    pub option_names: Vec<String>,
    /// The variants that can be bought; at least one.
    pub variants: Vec<Variant>,
    /// The pictures; the first one is the main picture.
    pub images: Vec<Image>,
    /// What the last import set, of things to which a seller may have added since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub imported: Option<Imported>,
    /// When the listing was created.
    pub created_at: Time,
    /// When the listing last changed.
    pub updated_at: Time,
    /// When the listing was first published.
    pub published_at: Option<Time>,
    /// Incremented with each change, for the `ETag`.
    pub version: u64,
}

/// The parts of a listing that came from the last import. Anything else was added by hand, and another import leaves it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imported {
    /// The tags that the import set.
    pub tags: Vec<String>,
    /// The addresses of the pictures that the import set.
    pub images: Vec<String>,
}

/// One form of a listing that can be bought: a size, a colour.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Variant {
    /// The variant's id.
    pub id: VariantId,
    /// The seller's own number for it (stock keeping unit).
    pub sku: Option<String>,
    /// A value for each of the listing's options.
    pub options: Vec<String>,
    /// The price of one unit.
    pub price: Money,
    /// The former price of one unit, to show beside the price.
    pub compare_at_price: Option<Money>,
    /// The weight of one unit in grams.
    pub weight_grams: u32,
    /// The number of buckets over which its stock is split. This is a matter of storage, and so no part of its schema.
    #[serde(default, skip_serializing_if = "Buckets::is_one")]
    #[schemars(skip)]
    pub buckets: Buckets,
    /// Whether its units are counted, and what happens when none is left.
    #[serde(default)]
    pub counting: Counting,
    /// A picture of this variant. The API shows it with its address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(skip)]
    pub image: Option<Image>,
    /// The number of units in the last import: if the next file has the same number it changes nothing, and units sold since stay
    /// sold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(skip)]
    pub imported: Option<i32>,
    /// What the last import said about counting its units: if the next file says the same it changes nothing, and what its seller
    /// chose since stays.
    #[serde(rename = "said", default, skip_serializing_if = "Option::is_none")]
    #[schemars(skip)]
    pub last_import: Option<LastImport>,
}

/// What an import file said about counting the units of a variant.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastImport {
    /// Whether the units are counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tracked: Option<bool>,
    /// Whether it can be bought when none is left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub continues: Option<bool>,
}

/// A picture of a listing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Image {
    /// The picture's address: a picture that an import named stays on its own server.
    pub url: Option<String>,
    /// The upload that the picture came from; the upload lists its sizes.
    pub upload: Option<UploadId>,
    /// A description of the picture, for people who cannot see it.
    pub alt: String,
}

/// The summary of a listing, as pages of listings show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ListingSummary {
    /// The listing's id.
    pub id: ListingId,
    /// The seller it belongs to.
    pub seller: SellerId,
    /// The listing's title.
    pub title: String,
    /// Whether it is a draft, published or closed.
    pub status: ListingStatus,
    /// The lowest price of its variants.
    pub price_from: Option<Money>,
    /// The main picture.
    pub image: Option<Image>,
    /// When the listing was first published.
    pub published_at: Option<Time>,
}

/// Claims a handle of a seller's import file for a listing, so that the next import finds it again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandleClaim {
    /// The seller who imported the listing.
    pub seller: SellerId,
    /// The product's handle in the import file.
    pub handle: String,
    /// The listing with this handle.
    pub listing: ListingId,
}

/// Why a listing is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ListingError {
    /// It has no variants.
    #[error("a listing needs at least one variant")]
    NoVariants,
    /// It has more than [`MOST_VARIANTS`].
    #[error("a listing has at most 95 variants")]
    TooManyVariants,
    /// The variant at this position does not have exactly one value for each option.
    #[error("each variant needs one value for each of the listing's options")]
    OptionsDiffer(usize),
    /// Its variants have more buckets than [`MOST_VARIANTS`] together.
    #[error("the variants of a listing have at most 95 buckets together")]
    TooManyBuckets,
    /// The variant at this position has the same options as an earlier one.
    #[error("two variants have the same options")]
    SameVariantTwice(usize),
    /// A price at this position is negative or beyond [`tradewind_kernel::money::LARGEST`].
    #[error("a price must be between 0 and 1000000000000 minor units")]
    PriceOutOfRange(usize),
    /// A price at this position is in a currency that the marketplace does not sell in.
    #[error("a price must be in one of the marketplace's currencies")]
    OtherCurrency(usize),
    /// The price at this position is in another currency than the first one.
    #[error("all prices of a listing must be in one currency: make a listing for each")]
    MixedCurrencies(usize),
    /// It is closed, and a closed listing cannot be opened again.
    #[error("a closed listing stays closed")]
    Closed,
}

impl Listing {
    /// The listing's summary, as pages of listings show it.
    pub fn summary(&self) -> ListingSummary {
        ListingSummary {
            id: self.id.clone(),
            seller: self.seller.clone(),
            title: self.title.clone(),
            status: self.status,
            price_from: self.variants.iter().map(|v| v.price).min_by_key(|price| price.amount),
            image: self.images.first().cloned(),
            published_at: self.published_at,
        }
    }

    /// The currency of its prices; `None` if it has no variants.
    pub fn currency(&self) -> Option<Currency> {
        self.variants.first().map(|variant| variant.price.currency)
    }

    /// Whether its prices are in one of these currencies.
    pub fn is_priced_in(&self, currencies: &[Currency]) -> bool {
        self.currency().is_some_and(|currency| currencies.contains(&currency))
    }

    /// Checks the rules between the parts of a listing, for a marketplace that sells in these currencies.
    pub fn check(&self, sold_in: &[Currency]) -> Result<(), ListingError> {
        if self.variants.is_empty() {
            return Err(ListingError::NoVariants);
        }
        if self.variants.len() > MOST_VARIANTS {
            return Err(ListingError::TooManyVariants);
        }
        self.check_buckets()?;
        let mut seen = std::collections::HashSet::new();
        for (place, variant) in self.variants.iter().enumerate() {
            if variant.options.len() != self.option_names.len() {
                return Err(ListingError::OptionsDiffer(place));
            }
            if !seen.insert(&variant.options) {
                return Err(ListingError::SameVariantTwice(place));
            }
            for price in [Some(variant.price), variant.compare_at_price].into_iter().flatten() {
                if !sold_in.contains(&price.currency) {
                    return Err(ListingError::OtherCurrency(place));
                }
                if Some(price.currency) != self.currency() {
                    return Err(ListingError::MixedCurrencies(place));
                }
                if !(0..=tradewind_kernel::money::LARGEST).contains(&price.amount) {
                    return Err(ListingError::PriceOutOfRange(place));
                }
            }
        }
        Ok(())
    }

    /// Checks that the stock of all variants can be set in one transaction.
    pub fn check_buckets(&self) -> Result<(), ListingError> {
        let buckets: usize = self.variants.iter().map(|variant| usize::from(variant.buckets.all)).sum();
        if buckets > MOST_VARIANTS { Err(ListingError::TooManyBuckets) } else { Ok(()) }
    }

    /// Publishes the listing, so that everyone can see and buy it.
    pub fn publish(mut self, now: Time) -> Result<Self, ListingError> {
        match self.status {
            ListingStatus::Closed => return Err(ListingError::Closed),
            ListingStatus::Draft | ListingStatus::Published => self.status = ListingStatus::Published,
        }
        self.published_at = self.published_at.or(Some(now));
        self.updated_at = now;
        Ok(self)
    }

    /// Withdraws the listing, so that only its seller sees it. The time when it was first published is kept.
    pub fn withdraw(mut self, now: Time) -> Result<Self, ListingError> {
        match self.status {
            ListingStatus::Closed => return Err(ListingError::Closed),
            ListingStatus::Draft | ListingStatus::Published => self.status = ListingStatus::Draft,
        }
        self.updated_at = now;
        Ok(self)
    }

    /// Closes the listing: it can no longer be bought.
    pub fn close(mut self, now: Time) -> Self {
        self.status = ListingStatus::Closed;
        self.updated_at = now;
        self
    }

    /// The variant with this id.
    pub fn variant(&self, id: &VariantId) -> Option<&Variant> {
        self.variants.iter().find(|v| v.id == *id)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use tradewind_kernel::Id;

    pub(crate) fn shirt() -> Listing {
        let currency = Currency::parse("EUR").unwrap();
        let variant = |n: u8, size: &str| Variant {
            id: VariantId::from_ulid(&format!("01jd000000000000000000000{n}")),
            sku: None,
            options: vec![size.to_owned()],
            price: Money::new(2500, currency),
            compare_at_price: None,
            weight_grams: 200,
            buckets: Buckets::ONE,
            counting: Counting::Counted,
            image: None,
            imported: None,
            last_import: None,
        };
        Listing {
            id: ListingId::from_ulid("01jd0000000000000000000000"),
            seller: SellerId::from_ulid("01jd0000000000000000000000"),
            handle: None,
            title: "Shirt".into(),
            description_html: String::new(),
            vendor: String::new(),
            product_type: String::new(),
            category: None,
            tags: vec![],
            status: ListingStatus::Draft,
            option_names: vec!["Size".into()],
            variants: vec![variant(1, "S"), variant(2, "M")],
            images: vec![],
            imported: None,
            created_at: Time::from_millis(0),
            updated_at: Time::from_millis(0),
            published_at: None,
            version: 1,
        }
    }

    #[test]
    fn a_listing_with_two_alike_variants_is_refused() {
        let mut listing = shirt();
        listing.variants[1].options = vec!["S".into()];
        assert_eq!(listing.check(&[Currency::parse("EUR").unwrap()]), Err(ListingError::SameVariantTwice(1)));
    }

    #[test]
    fn a_price_in_another_currency_is_refused() {
        let [eur, usd] = ["EUR", "USD"].map(|code| Currency::parse(code).unwrap());
        assert_eq!(shirt().check(&[usd]), Err(ListingError::OtherCurrency(0)));
        assert_eq!((shirt().check(&[eur]), shirt().check(&[usd, eur])), (Ok(()), Ok(())));
    }

    #[test]
    fn all_prices_of_a_listing_are_in_one_currency() {
        let [eur, usd] = ["EUR", "USD"].map(|code| Currency::parse(code).unwrap());
        let mut listing = shirt();
        listing.variants[1].price.currency = usd;
        assert_eq!(listing.check(&[eur, usd]), Err(ListingError::MixedCurrencies(1)));
        let mut listing = shirt();
        listing.variants[0].compare_at_price = Some(Money::new(1, usd));
        assert_eq!(listing.check(&[eur, usd]), Err(ListingError::MixedCurrencies(0)));
        assert!(shirt().is_priced_in(&[usd, eur]) && !shirt().is_priced_in(&[usd]));
    }

    #[test]
    fn the_buckets_of_all_variants_fit_in_one_transaction() {
        let mut listing = shirt();
        listing.variants[0].buckets = Buckets { now: 1, all: 94 };
        assert_eq!(listing.check_buckets(), Ok(()));
        listing.variants[1].buckets = Buckets { now: 2, all: 2 };
        assert_eq!(listing.check(&[Currency::parse("EUR").unwrap()]), Err(ListingError::TooManyBuckets));
    }

    #[test]
    fn publishing_again_keeps_the_first_date() {
        let once = shirt().publish(Time::from_millis(1)).unwrap();
        let twice = once.publish(Time::from_millis(2)).unwrap();
        assert_eq!(twice.published_at, Some(Time::from_millis(1)));
    }

    #[test]
    fn a_withdrawn_listing_remembers_when_it_was_first_published() {
        let withdrawn = shirt().publish(Time::from_millis(1)).unwrap().withdraw(Time::from_millis(2)).unwrap();
        assert_eq!((withdrawn.status, withdrawn.published_at), (ListingStatus::Draft, Some(Time::from_millis(1))));
        assert_eq!(withdrawn.close(Time::from_millis(3)).withdraw(Time::from_millis(4)), Err(ListingError::Closed));
    }

    #[test]
    fn a_closed_listing_stays_closed() {
        let closed = shirt().close(Time::from_millis(1));
        assert_eq!(closed.publish(Time::from_millis(2)), Err(ListingError::Closed));
    }
}
