//! Placing orders and moving them through their process.

use super::*;
use crate::{
    cart::{Cart, CartLine},
    shirt::shirt,
};
use std::collections::BTreeMap;
use tradewind_catalog::listing::Listing;
use tradewind_kernel::{Currency, Id, MarketplaceId, text::Line};
use tradewind_payouts::PayoutPolicy;
use tradewind_pricing::{Commission, CommissionRules, Country, PriceError, ShippingOption, ShippingRate, TaxRules};
use tradewind_sellers::Seller;
use tradewind_tenancy::{Marketplace, Slug, Standing};

const NOW: Time = Time::from_millis(1_000);

fn marketplace() -> Marketplace {
    Marketplace {
        id: MarketplaceId::from_ulid("01jd0000000000000000000000"),
        slug: Slug::parse("shirts").unwrap(),
        name: "Shirts".into(),
        currency: Currency::parse("EUR").unwrap(),
        currencies: vec![Currency::parse("JPY").unwrap()],
        commission: CommissionRules {
            default: Commission { basis_points: 1_000, fixed: Money::zero(Currency::parse("EUR").unwrap()).into() },
            by_category: vec![],
            tax_basis_points: 0,
        },
        taxes: TaxRules::none(),
        payouts: PayoutPolicy::by_hand(Currency::parse("EUR").unwrap()),
        process: 0,
        time_zone: tradewind_kernel::zone::Zone::UTC,
        payment_provider: tradewind_payments::provider::PaymentProvider::Sandbox,
        branding: Default::default(),
        standing: Standing::Open,
        owner: UserId::from_ulid("01jd0000000000000000000000"),
        created_at: NOW,
        updated_at: NOW,
        version: 1,
    }
}

fn buy(listings: &[Listing], quantity: u32) -> Result<Placed, PlaceError> {
    buy_of(listings, quantity, vec![], Choices::default())
}

/// Buys one line of each listing, from sellers with these shipping options.
fn buy_of(
    listings: &[Listing],
    quantity: u32,
    shipping: Vec<ShippingOption>,
    choices: Choices<'_>,
) -> Result<Placed, PlaceError> {
    let lines = listings
        .iter()
        .map(|l| CartLine { listing: l.id.clone(), variant: l.variants[0].id.clone(), quantity })
        .collect();
    let buyer = UserId::from_ulid("01jd0000000000000000000009");
    let cart = Cart { owner: buyer.clone(), lines, sellers: vec![], updated_at: NOW, version: 1 };
    let seller = |listing: &Listing| Seller {
        id: listing.seller.clone(),
        user: buyer.clone(),
        name: "Shop".into(),
        about: String::new(),
        shipping: shipping.clone(),
        commission: None,
        payout_schedule: None,
        vat_id: None,
        created_at: NOW,
        updated_at: NOW,
        version: 1,
    };
    let mut n = 0_u32;
    let mut order = || {
        n = n.saturating_add(1);
        OrderId::from_ulid(&format!("01jd00000000000000000000{n:02}"))
    };
    let ids = NewIds {
        checkout: CheckoutId::from_ulid("01jd0000000000000000000000"),
        payment: PaymentId::from_ulid("01jd0000000000000000000000"),
        order: &mut order,
    };
    let placing = Placing {
        cart: &cart,
        listings,
        sellers: &listings.iter().map(seller).collect::<Vec<_>>(),
        marketplace: &marketplace(),
        process: OrderProcess::standard(),
        buyer: &buyer,
        buyers_shop: None,
        choices,
        now: NOW,
    };
    place(&placing, ids)
}

fn published(seller: &str) -> Listing {
    let mut listing = shirt().publish(NOW).unwrap();
    listing.seller = SellerId::from_ulid(seller);
    listing.id = ListingId::from_ulid(seller);
    listing
}

fn take(order: Order, step: &str, by: Actor) -> Result<(Order, Vec<Action>), TransitionError> {
    let shipment = (step == "ship").then(|| Shipment { carrier: "Post".into(), tracking: "1".into() });
    order.step(OrderProcess::standard(), &TransitionName::parse(step).unwrap(), by, shipment, NOW)
}

fn one() -> Order {
    buy(&[published("01jd0000000000000000000001")], 2).unwrap().orders.remove(0)
}

pub(crate) fn paid() -> Order {
    take(one(), "pay", Actor::Provider).unwrap().0
}

#[test]
fn each_seller_gets_an_order_and_one_payment_pays_them() {
    let placed = buy(&[published("01jd0000000000000000000001"), published("01jd0000000000000000000002")], 2).unwrap();
    assert_eq!(placed.orders.len(), 2);
    assert_eq!(placed.orders[0].total().amount, 5_000);
    assert_eq!(placed.orders[0].price.totals.split.commission.amount, 500);
    assert_eq!(placed.payment.amount.amount, 10_000);
}

#[test]
fn a_draft_is_not_for_sale() {
    assert!(matches!(buy(&[shirt()], 1), Err(PlaceError::NotForSale(_))));
    assert!(matches!(buy(&[], 1), Err(PlaceError::EmptyCart)));
}

#[test]
fn whoever_sends_goods_must_know_where_to_and_how() {
    let eur = Currency::parse("EUR").unwrap();
    let post = ShippingOption {
        id: "post".into(),
        name: "Post".into(),
        rate: ShippingRate::Flat { price: Money::new(490, eur) },
        free_from: None,
        countries: vec![Country::parse("DE").unwrap()],
    };
    let seller = "01jd0000000000000000000001";
    let buy = |choices| buy_of(&[published(seller)], 1, vec![post.clone()], choices);
    assert!(matches!(buy(Choices::default()), Err(PlaceError::AddressMissing)));
    let address = Address {
        name: Line::parse("Bob").unwrap(),
        line1: Line::parse("Road 1").unwrap(),
        line2: None,
        postal_code: None,
        city: Line::parse("Town").unwrap(),
        region: None,
        country: Country::parse("DE").unwrap(),
    };
    let unchosen = buy(Choices { ship_to: Some(&address), ..Choices::default() });
    assert!(matches!(unchosen, Err(PlaceError::ShippingMissing { options, .. }) if options == ["post"]));
    let chosen = BTreeMap::from([(SellerId::from_ulid(seller), "post".to_owned())]);
    let placed = buy(Choices { ship_to: Some(&address), shipping: Some(&chosen), ..Choices::default() }).unwrap();
    assert_eq!((placed.payment.amount.amount, placed.orders[0].shipping.as_deref()), (2_990, Some("Post")));
    let elsewhere = Address { country: Country::parse("FR").unwrap(), ..address.clone() };
    let abroad = buy(Choices { ship_to: Some(&elsewhere), shipping: Some(&chosen), ..Choices::default() });
    assert!(matches!(abroad, Err(PlaceError::Price(PriceError::DoesNotDeliver { .. }))));
}

#[test]
fn a_checkout_is_in_one_currency_and_a_seller_sends_only_in_that() {
    let [eur, jpy] = ["EUR", "JPY"].map(|code| Currency::parse(code).unwrap());
    let seller = "01jd0000000000000000000001";
    let mut yen = Listing { id: ListingId::from_ulid("01jd0000000000000000000007"), ..published(seller) };
    yen.variants.iter_mut().for_each(|variant| variant.price = Money::new(900, jpy));
    let both = [published(seller), yen.clone()];
    assert!(matches!(buy(&both, 1), Err(PlaceError::MixedCurrencies(all)) if all == [eur, jpy]));
    let placed = buy(&[yen.clone()], 2).unwrap();
    assert_eq!(
        (placed.payment.amount, placed.orders[0].price.totals.split.commission.currency),
        (Money::new(1_800, jpy), jpy)
    );
    let usd = Currency::parse("USD").unwrap();
    let mut dollars = yen.clone();
    dollars.variants.iter_mut().for_each(|variant| variant.price = Money::new(900, usd));
    assert!(matches!(buy(&[dollars], 1), Err(PlaceError::NotForSale(_))));

    let option = |id: &str, currency| ShippingOption {
        id: id.into(),
        name: "Post".into(),
        rate: ShippingRate::Flat { price: Money::new(490, currency) },
        free_from: None,
        countries: vec![],
    };
    let address = Address {
        name: Line::parse("Bob").unwrap(),
        line1: Line::parse("Road 1").unwrap(),
        line2: None,
        postal_code: None,
        city: Line::parse("Town").unwrap(),
        region: None,
        country: Country::parse("DE").unwrap(),
    };
    let send = |options: Vec<ShippingOption>, chosen: &str| {
        let chosen = BTreeMap::from([(SellerId::from_ulid(seller), chosen.to_owned())]);
        buy_of(
            &[yen.clone()],
            1,
            options,
            Choices { ship_to: Some(&address), shipping: Some(&chosen), ..Choices::default() },
        )
    };
    let both = vec![option("post", eur), option("yubin", jpy)];
    assert!(
        matches!(send(both.clone(), "post"), Err(PlaceError::ShippingMissing { options, .. }) if options == ["yubin"])
    );
    assert_eq!(send(both, "yubin").unwrap().payment.amount, Money::new(1_390, jpy));
    let none = send(vec![option("post", eur)], "post");
    assert!(matches!(none, Err(PlaceError::NotSentIn { currency, .. }) if currency == jpy));
}

#[test]
fn only_the_provider_pays_an_order() {
    for by in [Actor::Buyer, Actor::Seller, Actor::Admin, Actor::Timer] {
        assert_eq!(take(one(), "pay", by), Err(TransitionError::Step(StepError::NotYours)));
    }
}

#[test]
fn a_seller_cannot_complete_their_own_sale() {
    let (shipped, _) = take(paid(), "ship", Actor::Seller).unwrap();
    let refused = take(shipped.clone(), "complete", Actor::Seller);
    assert_eq!(refused, Err(TransitionError::Step(StepError::NotYours)));
    let (completed, actions) = take(shipped, "complete", Actor::Buyer).unwrap();
    assert_eq!((completed.funds, actions), (Funds::Released, vec![Action::Release, Action::Fee]));
}

#[test]
fn an_order_knows_where_its_money_is() {
    assert_eq!(one().funds, Funds::Awaited);
    assert_eq!(take(one(), "cancel", Actor::Buyer).unwrap().0.funds, Funds::NeverPaid);
    assert_eq!(take(paid(), "cancel", Actor::Buyer).unwrap().0.funds, Funds::Returned);
    let shipped = take(paid(), "ship", Actor::Seller).unwrap().0;
    let disputed = take(shipped, "dispute", Actor::Buyer).unwrap().0;
    assert_eq!(disputed.funds, Funds::OnHold);
    assert_eq!(take(disputed, "withdraw", Actor::Buyer).unwrap().0.funds, Funds::Escrow);
}

#[test]
fn an_order_does_not_go_round_in_circles_for_ever() {
    let mut order = take(paid(), "ship", Actor::Seller).unwrap().0;
    let mut steps = 0;
    let stopped = loop {
        steps += 1;
        order = match take(order.clone(), if steps % 2 == 1 { "dispute" } else { "withdraw" }, Actor::Buyer) {
            Ok((order, _)) => order,
            Err(error) => break error,
        };
    };
    assert_eq!(stopped, TransitionError::TooManySteps);
    assert!(take(order.clone(), "resolve_for_seller", Actor::Admin).is_ok() || order.funds != Funds::OnHold);
}

#[test]
fn shipping_needs_a_carrier_and_nothing_else_takes_one() {
    let shipment = Some(Shipment { carrier: "Post".into(), tracking: "1".into() });
    let step = |name: &str, shipment| {
        let name = TransitionName::parse(name).unwrap();
        paid().step(OrderProcess::standard(), &name, Actor::Seller, shipment, NOW)
    };
    assert_eq!(step("ship", None), Err(TransitionError::NoShipment));
    assert_eq!(step("accept", shipment), Err(TransitionError::ShipmentUnwanted));
}

#[test]
fn a_stored_order_reads_back_with_its_price() {
    let order = paid();
    let stored = serde_json::to_string(&order).unwrap();
    assert_eq!(serde_json::from_str::<Order>(&stored).unwrap(), order);
    assert!(stored.len() < 1_400, "{} bytes", stored.len());
}

#[test]
fn lines_weigh_what_all_their_units_weigh() {
    let mut listing = shirt();
    listing.variants[0].weight_grams = 250;
    let line = |quantity| CartLine { listing: listing.id.clone(), variant: listing.variants[0].id.clone(), quantity };
    let (three, one) = (line(3), line(1));
    let of = |line| (line, &listing, &listing.variants[0]);
    assert_eq!((weight(&[of(&three), of(&one)]), weight(&[])), (1_000, 0));
}

#[test]
fn an_order_remembers_from_which_buckets_its_units_came() {
    let mut order = buy(&[shirt().publish(NOW).unwrap()], 3).unwrap().orders.remove(0);
    let share = |bucket, units| tradewind_catalog::stock::Share { bucket, units };
    assert_eq!(order.shares(0), [share(0, 3)]);
    order.take(vec![vec![share(2, 1), share(0, 2)]]);
    assert_eq!(order.shares(0), [share(2, 1), share(0, 2)]);
    // Nothing is recorded for stock that is not split.
    order.take(vec![vec![share(0, 3)]]);
    assert!(order.taken.is_empty());
    assert_eq!((order.shares(0), order.shares(1)), (vec![share(0, 3)], vec![]));
}
