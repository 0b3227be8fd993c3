//! What is for sale: a listing with one or more variants, and the stock of each.

mod counting;

pub use counting::Counting;

use crate::stock::Buckets;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tradewind_kernel::{Currency, ListingId, Money, SellerId, Time, UploadId, VariantId};
use tradewind_pricing::Category;

/// Most variants of one listing. Shopify lets in 100, but a listing is made together with the stock of each variant, its
/// handle and the stored reply in one transaction, and DynamoDB lets in 100 actions for all of it. For the same reason it is also
/// the most buckets of all variants together.
pub const MOST_VARIANTS: usize = 95;
/// Most names of options (size, colour, material).
pub const MOST_OPTIONS: usize = 3;
/// Most images of one listing.
pub const MOST_IMAGES: usize = 20;
/// Most units of one variant.
pub const MOST_STOCK: u32 = 1_000_000;

/// Where a listing is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ListingStatus {
    /// Only its seller sees it.
    Draft,
    /// Everyone sees it and can buy it.
    Published,
    /// Nobody can buy it any more; its orders go on.
    Closed,
}

/// Something for sale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listing {
    /// The listing's id.
    pub id: ListingId,
    /// Whose it is.
    pub seller: SellerId,
    /// The name in an import file by which it is found again; unique for the seller.
    pub handle: Option<String>,
    /// The title.
    pub title: String,
    /// The description as sanitised HTML.
    pub description_html: String,
    /// The maker's name.
    pub vendor: String,
    /// What kind of thing it is.
    pub product_type: String,
    /// The marketplace's name for goods of this kind, by which tax and commission may differ.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<Category>,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// Where it is in its life.
    pub status: ListingStatus,
    /// The names of the options in which the variants differ.
    pub option_names: Vec<String>,
    /// The buyable forms; at least one.
    pub variants: Vec<Variant>,
    /// Pictures, first one first.
    pub images: Vec<Image>,
    /// What the last import said that a seller may have added to since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub imported: Option<Imported>,
    /// When it was made.
    pub created_at: Time,
    /// When it last changed.
    pub updated_at: Time,
    /// When it was first published.
    pub published_at: Option<Time>,
    /// Counts the changes, for `ETag`.
    pub version: u64,
}

/// What of a listing came from the last import. What is there besides was added by hand, and another import leaves it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imported {
    /// The tags.
    pub tags: Vec<String>,
    /// The addresses of pictures.
    pub images: Vec<String>,
}

/// One buyable form of a listing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Variant {
    /// The variant's id.
    pub id: VariantId,
    /// The seller's own number for it.
    pub sku: Option<String>,
    /// A value for each of the listing's options.
    pub options: Vec<String>,
    /// What one costs.
    pub price: Money,
    /// What one cost before, to show beside the price.
    pub compare_at_price: Option<Money>,
    /// The weight of one in grams.
    pub weight_grams: u32,
    /// Over how many buckets its stock is split. It says how the variant is kept and not what it is, so it is no part of its schema.
    #[serde(default, skip_serializing_if = "Buckets::is_one")]
    #[schemars(skip)]
    pub buckets: Buckets,
    /// Whether its units are counted, and what happens when none is left.
    #[serde(default)]
    pub counting: Counting,
    /// A picture of this form of it. Its readers see it with its address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(skip)]
    pub image: Option<Image>,
    /// How many there were by the last import: the same number in the next file is no news, and what was sold since stays sold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(skip)]
    pub imported: Option<i32>,
    /// What the last import said of counting them: the same in the next file is no news either, and what its seller chose since stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(skip)]
    pub said: Option<Said>,
}

/// What a file said about whether the units of a variant are counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// Whether anybody counts them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tracked: Option<bool>,
    /// Whether it is sold when none is left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub continues: Option<bool>,
}

/// A picture of a listing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Image {
    /// Where it lies: a picture named by an import stays where it is.
    pub url: Option<String>,
    /// The upload it came from; its sizes are in the upload.
    pub upload: Option<UploadId>,
    /// What it shows, for those who cannot see it.
    pub alt: String,
}

/// What a page of listings shows of each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ListingCard {
    /// The listing's id.
    pub id: ListingId,
    /// Whose it is.
    pub seller: SellerId,
    /// The title.
    pub title: String,
    /// Where it is in its life.
    pub status: ListingStatus,
    /// The lowest price of a variant.
    pub price_from: Option<Money>,
    /// The first picture.
    pub image: Option<Image>,
    /// When it was first published.
    pub published_at: Option<Time>,
}

/// That a seller's import file calls a listing by this handle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandleClaim {
    /// The seller.
    pub seller: SellerId,
    /// The handle.
    pub handle: String,
    /// The listing.
    pub listing: ListingId,
}

/// Why a listing cannot be as asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ListingError {
    /// It has no variants.
    #[error("a listing needs at least one variant")]
    NoVariants,
    /// It has more than [`MOST_VARIANTS`].
    #[error("a listing has at most 95 variants")]
    TooManyVariants,
    /// The variant at this place has not one value for each option.
    #[error("each variant needs one value for each of the listing's options")]
    OptionsDiffer(usize),
    /// Its variants have more buckets than [`MOST_VARIANTS`] together.
    #[error("the variants of a listing have at most 95 buckets together")]
    TooManyBuckets,
    /// The variant at this place is like an earlier one in every option.
    #[error("two variants have the same options")]
    SameVariantTwice(usize),
    /// A price at this place is negative or beyond [`tradewind_kernel::money::LARGEST`].
    #[error("a price must be between 0 and 1000000000000 minor units")]
    PriceOutOfRange(usize),
    /// A price at this place is in a currency that the marketplace does not sell in.
    #[error("a price must be in one of the marketplace's currencies")]
    OtherCurrency(usize),
    /// The price at this place is in another currency than the first one.
    #[error("all prices of a listing must be in one currency: make a listing for each")]
    MixedCurrencies(usize),
    /// It cannot go from where it is to where it was sent.
    #[error("a closed listing stays closed")]
    Closed,
}

impl Listing {
    /// What a page shows of it.
    pub fn card(&self) -> ListingCard {
        ListingCard {
            id: self.id.clone(),
            seller: self.seller.clone(),
            title: self.title.clone(),
            status: self.status,
            price_from: self.variants.iter().map(|v| v.price).min_by_key(|price| price.amount),
            image: self.images.first().cloned(),
            published_at: self.published_at,
        }
    }

    /// The currency of its prices; `None` without variants.
    pub fn currency(&self) -> Option<Currency> {
        self.variants.first().map(|variant| variant.price.currency)
    }

    /// Whether its prices are in one of these currencies.
    pub fn is_priced_in(&self, currencies: &[Currency]) -> bool {
        self.currency().is_some_and(|currency| currencies.contains(&currency))
    }

    /// Checks what must hold between the parts of a listing of a marketplace that sells in these currencies.
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

    /// The listing, for everyone to see and buy.
    pub fn publish(mut self, now: Time) -> Result<Self, ListingError> {
        match self.status {
            ListingStatus::Closed => return Err(ListingError::Closed),
            ListingStatus::Draft | ListingStatus::Published => self.status = ListingStatus::Published,
        }
        self.published_at = self.published_at.or(Some(now));
        self.updated_at = now;
        Ok(self)
    }

    /// The listing, for its seller's eyes only. When it was first published stays known.
    pub fn withdraw(mut self, now: Time) -> Result<Self, ListingError> {
        match self.status {
            ListingStatus::Closed => return Err(ListingError::Closed),
            ListingStatus::Draft | ListingStatus::Published => self.status = ListingStatus::Draft,
        }
        self.updated_at = now;
        Ok(self)
    }

    /// The listing, no longer for sale.
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
            said: None,
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
