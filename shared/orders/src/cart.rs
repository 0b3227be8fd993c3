//! A buyer's cart: what they want to buy, without prices. The server looks those up when it shows or sells the cart.
//!
//! A cart may hold goods in several currencies and shows what they cost in each. A checkout is in one currency: a buyer with several
//! takes out the lines in the others, buys, and puts them back.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use tradewind_catalog::{
    listing::{Counting, Listing, ListingStatus, Variant},
    stock::Stock,
};
use tradewind_kernel::{Currency, ListingId, Money, SellerId, Time, UserId, VariantId, money::MoneyError};

/// The most lines of a cart. A checkout writes each line's stock, each seller's order with its event, the payment, its timer, the
/// idempotency record and the cart in one DynamoDB transaction, which takes at most 100 actions; see also
/// [`tradewind_catalog::stock::MOST_SHARES`].
pub const MOST_LINES: usize = 30;
/// The most units in one line.
pub const MOST_UNITS: u32 = 1_000;

/// One line of a cart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, garde::Validate)]
#[serde(deny_unknown_fields)]
pub struct CartLine {
    /// The listing that is bought.
    #[garde(skip)]
    pub listing: ListingId,
    /// The variant of the listing.
    #[garde(skip)]
    pub variant: VariantId,
    /// The number of units: 1 to 1000.
    #[garde(range(min = 1, max = MOST_UNITS))]
    pub quantity: u32,
}

/// The things that a buyer wants to buy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cart {
    /// The buyer whose cart it is.
    pub owner: UserId,
    /// The lines, each variant at most once.
    pub lines: Vec<CartLine>,
    /// The sellers of the goods when these were put in, who are likely to be needed when the cart is bought. Carts of older releases
    /// do not record them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sellers: Vec<SellerId>,
    /// When the cart last changed.
    pub updated_at: Time,
    /// Incremented with each change, for the `ETag`.
    pub version: u64,
}

/// Whether a line can be bought now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Availability {
    /// As many units as are wanted can be bought, whether from stock or otherwise.
    Available,
    /// Some units can be bought, but fewer than are wanted.
    TooFew,
    /// No units are left.
    SoldOut,
    /// The listing does not exist any more, is closed or withdrawn, or no longer has the variant.
    NotForSale,
}

/// A cart line with its current price and availability.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PricedLine<'a> {
    /// The line in the cart.
    pub line: &'a CartLine,
    /// The listing and variant, unless it is not for sale.
    pub offer: Option<(&'a Listing, &'a Variant)>,
    /// The units that are left, below zero if some are owed; `None` if they are not counted.
    pub left: Option<i64>,
    /// Whether the line can be bought.
    pub availability: Availability,
    /// The price of all its units, unless it is not for sale.
    pub total: Option<Money>,
}

/// Why something cannot be put into a cart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LineError {
    /// There is no such listing that buyers can see: it is not published, or its prices are in a currency that the marketplace no
    /// longer sells in.
    #[error("there is no such listing for sale")]
    NoListing,
    /// The listing has no such variant.
    #[error("the listing has no such variant")]
    NoVariant,
    /// The listing is in the buyer's own shop.
    #[error("you cannot buy from your own shop")]
    Own,
}

/// Finds the listing and variant of a line, for a buyer who may have a shop, in a marketplace that sells in these currencies.
pub fn offer<'a>(
    line: &CartLine,
    listings: &'a [Listing],
    sold_in: &[Currency],
    shop: Option<&SellerId>,
) -> Result<(&'a Listing, &'a Variant), LineError> {
    let published = |l: &Listing| l.status == ListingStatus::Published && l.is_priced_in(sold_in);
    let on_sale = |l: &&Listing| l.id == line.listing && published(l);
    let listing = listings.iter().find(on_sale).ok_or(LineError::NoListing)?;
    let variant = listing.variant(&line.variant).ok_or(LineError::NoVariant)?;
    if shop == Some(&listing.seller) { Err(LineError::Own) } else { Ok((listing, variant)) }
}

impl Cart {
    /// The lines at current prices, and the sums of those that can be bought: one for each currency of the goods that are for sale,
    /// in the marketplace's order, or zero in its main currency, which is the first of `sold_in`. `stock` has all buckets of their
    /// variants.
    pub fn priced<'a>(
        &'a self,
        listings: &'a [Listing],
        stock: &[Stock],
        sold_in: &[Currency],
    ) -> Result<(Vec<PricedLine<'a>>, Vec<Money>), MoneyError> {
        let mut sums: BTreeMap<Currency, Money> = BTreeMap::new();
        let mut priced = Vec::with_capacity(self.lines.len());
        for line in &self.lines {
            let offer = offer(line, listings, sold_in, None).ok();
            let counting = offer.map(|(_, variant)| variant.counting);
            let left = if offer.is_some() { Stock::available(stock, &line.variant) } else { 0 };
            let availability = match (counting, left) {
                (None, _) => Availability::NotForSale,
                (Some(Counting::NotCounted | Counting::BeyondZero), _) => Availability::Available,
                (Some(Counting::Counted), ..=0) => Availability::SoldOut,
                (Some(Counting::Counted), left) if left < i64::from(line.quantity) => Availability::TooFew,
                (Some(Counting::Counted), _) => Availability::Available,
            };
            let left = (counting != Some(Counting::NotCounted)).then_some(left);
            let total = offer.map(|(_, variant)| variant.price.times(line.quantity)).transpose()?;
            if let Some(total) = total {
                let sum = sums.entry(total.currency).or_insert(Money::zero(total.currency));
                if availability == Availability::Available {
                    *sum = sum.plus(total)?;
                }
            }
            priced.push(PricedLine { line, offer, left, availability, total });
        }
        let mut totals: Vec<_> = sold_in.iter().filter_map(|currency| sums.get(currency).copied()).collect();
        if totals.is_empty() {
            totals.extend(sold_in.first().map(|main| Money::zero(*main)));
        }
        Ok((priced, totals))
    }

    /// Puts back the lines of a purchase that was not paid, before those that were added since. A variant that is in the cart stays
    /// as it is, because its buyer has decided anew. Lines that do not fit into the cart are left out.
    pub fn take_back(&mut self, lines: Vec<CartLine>, now: Time) {
        let here = |line: &CartLine| self.lines.iter().any(|other| other.variant == line.variant);
        let room = MOST_LINES.saturating_sub(self.lines.len());
        let back: Vec<_> = lines.into_iter().filter(|line| !here(line)).take(room).collect();
        if !back.is_empty() {
            self.lines.splice(0..0, back);
            self.updated_at = now;
        }
    }

    /// The position of a line whose variant stands in an earlier line. It would be reserved twice in one transaction.
    pub fn repeated_variant(lines: &[CartLine]) -> Option<usize> {
        let mut seen = std::collections::HashSet::new();
        lines.iter().position(|line| !seen.insert(&line.variant))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shirt::shirt;
    use tradewind_kernel::Id;

    fn line(quantity: u32) -> CartLine {
        let shirt = shirt();
        CartLine { listing: shirt.id, variant: shirt.variants[0].id.clone(), quantity }
    }

    fn availability(listings: &[Listing], available: u32, quantity: u32) -> (Availability, i64) {
        let line = line(quantity);
        let stock = Stock::new(line.listing.clone(), line.variant.clone(), available);
        let owner = UserId::from_ulid("01jd0000000000000000000009");
        let cart = Cart { owner, lines: vec![line], sellers: vec![], updated_at: Time::from_millis(0), version: 1 };
        let (lines, totals) = cart.priced(listings, &[stock], &[Currency::parse("EUR").unwrap()]).unwrap();
        assert_eq!(totals.len(), 1);
        (lines[0].availability, totals[0].amount)
    }

    #[test]
    fn only_what_can_be_bought_counts_towards_the_total() {
        let shirts = [shirt().publish(Time::from_millis(0)).unwrap()];
        assert_eq!(availability(&shirts, 2, 2), (Availability::Available, 5_000));
        assert_eq!(availability(&shirts, 1, 2), (Availability::TooFew, 0));
        assert_eq!(availability(&shirts, 0, 2), (Availability::SoldOut, 0));
        assert_eq!(availability(&[shirt()], 2, 2), (Availability::NotForSale, 0));
        assert_eq!(availability(&[], 2, 2), (Availability::NotForSale, 0));
    }

    #[test]
    fn what_is_not_counted_or_sold_beyond_zero_can_be_bought_however_much_there_is() {
        let of = |counting: Counting| {
            let mut shirt = shirt();
            shirt.variants[0].counting = counting;
            [shirt.publish(Time::from_millis(0)).unwrap()]
        };
        assert_eq!(availability(&of(Counting::NotCounted), 0, 2), (Availability::Available, 5_000));
        assert_eq!(availability(&of(Counting::BeyondZero), 1, 2), (Availability::Available, 5_000));
        assert!(
            Counting::NotCounted.never_ends() && Counting::BeyondZero.never_ends() && !Counting::Counted.never_ends()
        );
    }

    #[test]
    fn each_currency_has_a_total_of_its_own_and_what_is_not_sold_in_has_none() {
        let [eur, jpy] = ["EUR", "JPY"].map(|code| Currency::parse(code).unwrap());
        let mut yen = Listing { id: ListingId::from_ulid("01jd0000000000000000000007"), ..shirt() };
        yen.variants.iter_mut().for_each(|variant| variant.price = Money::new(900, jpy));
        let lines = vec![line(1), CartLine { listing: yen.id.clone(), ..line(2) }];
        let stock = |line: &CartLine| {
            let (listing, variant) = (line.listing.clone(), line.variant.clone());
            Stock::new(listing, variant, 9)
        };
        let stock: Vec<_> = lines.iter().map(stock).collect();
        let listings = [shirt(), yen].map(|listing| listing.publish(Time::from_millis(0)).unwrap());
        let owner = UserId::from_ulid("01jd0000000000000000000009");
        let cart = Cart { owner, lines, sellers: vec![], updated_at: Time::from_millis(0), version: 1 };
        let (_, totals) = cart.priced(&listings, &stock, &[eur, jpy]).unwrap();
        assert_eq!(totals, [Money::new(2_500, eur), Money::new(1_800, jpy)]);
        let (lines, totals) = cart.priced(&listings, &stock, &[eur]).unwrap();
        assert_eq!(lines[1].availability, Availability::NotForSale);
        assert_eq!(totals, [Money::new(2_500, eur)]);
    }

    #[test]
    fn what_was_not_paid_comes_back_beside_what_was_put_in_since() {
        let variant = |n: u32| VariantId::from_ulid(&format!("{n:026}"));
        let of = |n: u32, quantity: u32| CartLine { variant: variant(n), ..line(quantity) };
        let owner = UserId::from_ulid("01jd0000000000000000000009");
        let mut cart =
            Cart { owner, lines: vec![of(1, 5)], sellers: vec![], updated_at: Time::from_millis(0), version: 1 };
        cart.take_back(vec![of(1, 2), of(2, 3)], Time::from_millis(7));
        assert_eq!((&cart.lines, cart.updated_at), (&vec![of(2, 3), of(1, 5)], Time::from_millis(7)));
        cart.take_back((0..100).map(|n| of(n, 1)).collect(), Time::from_millis(8));
        assert_eq!((cart.lines.len(), &cart.lines[MOST_LINES - 1]), (MOST_LINES, &of(1, 5)));
        cart.take_back(vec![of(200, 1)], Time::from_millis(9));
        assert_eq!((cart.lines.len(), cart.updated_at), (MOST_LINES, Time::from_millis(8)));
    }

    #[test]
    fn a_repeated_variant_is_found_where_it_is_repeated() {
        assert_eq!(Cart::repeated_variant(&[line(1)]), None);
        assert_eq!(Cart::repeated_variant(&[line(1), line(2)]), Some(1));
    }

    #[test]
    fn nobody_offers_themselves_anything() {
        let shirts = [shirt().publish(Time::from_millis(0)).unwrap()];
        let offer = |line: &CartLine, listings: &[Listing], shop: Option<&SellerId>| {
            offer(line, listings, &[Currency::parse("EUR").unwrap()], shop).map(|(listing, _)| listing.id.clone())
        };
        assert_eq!(offer(&line(1), &shirts, Some(&shirts[0].seller)), Err(LineError::Own));
        let other = CartLine { variant: VariantId::from_ulid("01jd000000000000000000000z"), ..line(1) };
        assert_eq!(offer(&other, &shirts, None), Err(LineError::NoVariant));
        assert_eq!(offer(&line(1), &[shirt()], None), Err(LineError::NoListing));
    }
}
