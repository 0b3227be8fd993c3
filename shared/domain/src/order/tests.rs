//! Placing orders and moving them, as sentences.

use super::*;
use crate::{Currency, Id, cart::CartLine, listing::tests::shirt, marketplace::Slug};

const NOW: Time = Time::from_millis(1_000);

fn marketplace() -> Marketplace {
    Marketplace {
        id: MarketplaceId::from_ulid("01jd0000000000000000000000"),
        slug: Slug::parse("shirts").unwrap(),
        name: "Shirts".into(),
        currency: Currency::parse("EUR").unwrap(),
        fee_basis_points: 1_000,
        payment_provider: crate::provider::PaymentProvider::Sandbox,
        owner: UserId::from_ulid("01jd0000000000000000000000"),
        created_at: NOW,
        updated_at: NOW,
        version: 1,
    }
}

fn buy(listings: &[Listing], quantity: u32) -> Result<Placed, PlaceError> {
    let lines = listings
        .iter()
        .map(|l| CartLine { listing: l.id.clone(), variant: l.variants[0].id.clone(), quantity })
        .collect();
    let owner = UserId::from_ulid("01jd0000000000000000000009");
    let cart = Cart { owner, lines, updated_at: NOW, version: 1 };
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
    let buyer = UserId::from_ulid("01jd0000000000000000000009");
    place(&cart, listings, &marketplace(), &buyer, None, ids, NOW)
}

fn published(seller: &str) -> Listing {
    let mut listing = shirt().publish(NOW).unwrap();
    listing.seller = SellerId::from_ulid(seller);
    listing.id = ListingId::from_ulid(seller);
    listing
}

fn paid() -> Order {
    let order = buy(&[published("01jd0000000000000000000001")], 2).unwrap().orders.remove(0);
    order.step(Transition::Pay, Actor::Provider, None, NOW).unwrap().0
}

#[test]
fn each_seller_gets_an_order_and_one_payment_pays_them() {
    let placed = buy(&[published("01jd0000000000000000000001"), published("01jd0000000000000000000002")], 2).unwrap();
    assert_eq!(placed.orders.len(), 2);
    assert_eq!(placed.orders[0].total.amount, 5_000);
    assert_eq!(placed.orders[0].fee.amount, 500);
    assert_eq!(placed.payment.amount.amount, 10_000);
}

#[test]
fn a_draft_is_not_for_sale() {
    assert!(matches!(buy(&[shirt()], 1), Err(PlaceError::NotForSale(_))));
    assert!(matches!(buy(&[], 1), Err(PlaceError::EmptyCart)));
}

#[test]
fn only_the_provider_pays_an_order() {
    let order = buy(&[published("01jd0000000000000000000001")], 1).unwrap().orders.remove(0);
    for by in [Actor::Buyer, Actor::Seller, Actor::Admin, Actor::Timer] {
        assert_eq!(order.clone().step(Transition::Pay, by, None, NOW), Err(TransitionError::NotYours));
    }
}

#[test]
fn a_seller_cannot_complete_their_own_sale() {
    let shipment = Some(Shipment { carrier: "Post".into(), tracking: "1".into() });
    let (shipped, _) = paid().step(Transition::Ship, Actor::Seller, shipment, NOW).unwrap();
    assert_eq!(shipped.clone().step(Transition::Complete, Actor::Seller, None, NOW), Err(TransitionError::NotYours));
    assert!(matches!(shipped.step(Transition::Complete, Actor::Timer, None, NOW), Ok((_, Effect::Release))));
}

#[test]
fn cancelling_after_payment_refunds_and_before_only_unreserves() {
    assert!(matches!(paid().step(Transition::Cancel, Actor::Buyer, None, NOW), Ok((_, Effect::Refund))));
    let pending = buy(&[published("01jd0000000000000000000001")], 1).unwrap().orders.remove(0);
    assert!(matches!(pending.step(Transition::Cancel, Actor::Buyer, None, NOW), Ok((_, Effect::Unreserve))));
}

#[test]
fn a_shipped_order_cannot_be_cancelled() {
    let shipment = Some(Shipment { carrier: "Post".into(), tracking: "1".into() });
    let (shipped, _) = paid().step(Transition::Ship, Actor::Seller, shipment, NOW).unwrap();
    assert!(shipped.step(Transition::Cancel, Actor::Buyer, None, NOW).is_err());
}

#[test]
fn shipping_needs_a_carrier() {
    assert_eq!(paid().step(Transition::Ship, Actor::Seller, None, NOW), Err(TransitionError::NoShipment));
}

#[test]
fn every_state_is_reached_and_every_dead_end_has_settled_its_escrow() {
    let reached: std::collections::HashSet<_> = TRANSITIONS.iter().map(|rule| rule.to).collect();
    for rule in TRANSITIONS {
        assert!(!rule.by.is_empty());
        assert!(rule.from.iter().all(|s| *s == OrderStatus::PendingPayment || reached.contains(s)));
        let leaves = TRANSITIONS.iter().any(|next| next.from.contains(&rule.to));
        let settles = matches!(rule.effect, Effect::Unreserve | Effect::Release | Effect::Refund);
        assert_eq!(!leaves, settles, "{:?}", rule.transition);
    }
}
