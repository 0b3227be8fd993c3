//! What the letters say.

use super::*;
use tradewind_domain::{
    CheckoutId, Currency, Id, ListingId, OrderId, PaymentId, PayoutId, PayoutRunId, SellerId, UserId, VariantId,
    order::{Funds, OrderLine},
    order_process::StateName,
    payment::PaymentStatus,
    pricing::{Basket, BasketLine, Commission, CommissionRules, TaxRules, Terms, price},
};

const ULID: &str = "01jd0000000000000000000000";
const NOW: Time = Time::from_millis(1_800_000_000_000);

fn money(amount: i64) -> Money {
    Money::new(amount, Currency::parse("EUR").unwrap())
}

fn person(name: &str) -> User {
    User {
        id: UserId::from_ulid(ULID),
        email: Email::parse(&format!("{name}@example.com")).unwrap(),
        name: name.into(),
        password_hash: String::new(),
        admin: false,
        seller: None,
        created_at: NOW,
        updated_at: NOW,
        version: 1,
    }
}

fn sale(funds: Funds) -> Parties {
    let line = OrderLine {
        listing: ListingId::from_ulid(ULID),
        variant: VariantId::from_ulid(ULID),
        title: "Shirt".into(),
        options: vec!["M".into(), "red".into()],
        sku: None,
        quantity: 2,
        unit_price: money(1_250),
        category: None,
    };
    let seller = SellerId::from_ulid(ULID);
    let priced = BasketLine { unit_price: money(1_250), quantity: 2, category: None, weight_grams: 0 };
    let commissions = CommissionRules {
        default: Commission { basis_points: 1_000, fixed: money(0).into() },
        by_category: vec![],
        tax_basis_points: 0,
    };
    let (currency, taxes) = (money(0).currency, TaxRules::none());
    let terms = Terms { currency, country: None, taxes: &taxes, commissions: &commissions, coupon: None };
    let basket = Basket { seller: &seller, lines: vec![priced], shipping: None, commission: None };
    let price = price(&terms, &[basket]).unwrap().baskets.remove(0);
    let order = Order {
        id: OrderId::from_ulid(ULID),
        checkout: CheckoutId::from_ulid(ULID),
        payment: PaymentId::from_ulid(ULID),
        buyer: UserId::from_ulid(ULID),
        seller: seller.clone(),
        lines: vec![line],
        price: price.into(),
        shipping: None,
        ship_to: None,
        coupon: None,
        process: 0,
        status: StateName::parse("paid").unwrap(),
        entered_at: NOW,
        funds,
        disputed: false,
        refunded: vec![],
        restocked: vec![],
        taken: vec![],
        shipment: None,
        timeline: vec![],
        created_at: NOW,
        updated_at: NOW,
        version: 1,
    };
    Parties { order, buyer: person("ada"), owner: person("sam") }
}

fn text(addressed: &Addressed) -> String {
    addressed.letter.plain("Bikes")
}

#[test]
fn a_receipt_goes_to_the_buyer_with_lines_and_total() {
    let receipt = receipt("Bikes", &sale(Funds::Escrow));
    assert_eq!((receipt.role, receipt.to.as_str()), (Role::Buyer, "ada@example.com"));
    assert_eq!(receipt.letter.subject, "Your receipt from Bikes");
    assert!(text(&receipt).contains("  2 × Shirt (M, red): 25.00 EUR\n  Total: 25.00 EUR\n"), "{}", text(&receipt));
}

#[test]
fn a_new_sale_goes_to_the_seller_with_the_fee() {
    let letter = new_sale("Bikes", &sale(Funds::Escrow));
    assert_eq!((letter.role, letter.to.as_str()), (Role::Seller, "sam@example.com"));
    assert!(text(&letter).contains("  Total: 25.00 EUR\n  Fee of Bikes: 2.50 EUR\n"), "{}", text(&letter));
}

#[test]
fn a_shipped_order_names_carrier_and_tracking_number() {
    let shipment = Shipment { carrier: "DHL".into(), tracking: "JD0002".into() };
    let letter = shipped("Bikes", &sale(Funds::Escrow), &shipment);
    assert_eq!(letter.to.as_str(), "ada@example.com");
    assert!(text(&letter).contains("with DHL.\n\nTracking number: JD0002"), "{}", text(&letter));
}

#[test]
fn a_completed_order_tells_the_seller_what_they_earned() {
    let letter = completed("Bikes", &sale(Funds::Released), money(2_250));
    assert_eq!(letter.to.as_str(), "sam@example.com");
    assert!(text(&letter).contains("22.50 EUR are now on your balance"), "{}", text(&letter));
}

#[test]
fn a_cancelled_order_promises_a_refund_only_if_it_was_paid() {
    let paid = sale(Funds::Returned);
    assert!(text(&cancelled_for_buyer("Bikes", &paid)).contains("25.00 EUR goes back to you"));
    assert!(text(&cancelled_for_seller("Bikes", &paid)).contains("do not send it"));
    let unpaid = sale(Funds::NeverPaid);
    assert!(text(&cancelled_for_buyer("Bikes", &unpaid)).contains("Nothing was paid"));
    assert!(text(&cancelled_for_seller("Bikes", &unpaid)).contains("had not been paid"));
}

#[test]
fn an_expired_order_goes_to_the_buyer_only() {
    let letter = expired("Bikes", &sale(Funds::NeverPaid));
    assert_eq!((letter.role, letter.to.as_str()), (Role::Buyer, "ada@example.com"));
}

#[test]
fn a_refused_card_says_why_and_until_when_to_try_again() {
    let payment = Payment {
        id: PaymentId::from_ulid(ULID),
        checkout: CheckoutId::from_ulid(ULID),
        buyer: UserId::from_ulid(ULID),
        orders: vec![],
        amount: money(2_500),
        coupon: None,
        status: PaymentStatus::Pending,
        failure: None,
        expires_at: NOW,
        created_at: NOW,
        updated_at: NOW,
        version: 1,
    };
    let text = text(&payment_failed("Bikes", &payment, &person("ada"), "insufficient_funds"));
    assert!(text.contains("25.00 EUR was refused: insufficient funds."), "{text}");
    assert!(text.contains("until 2027-01-15 08:00 UTC."), "{text}");
}

#[test]
fn a_payout_tells_the_seller_what_became_of_it() {
    let payout = |state| Payout {
        id: PayoutId::from_ulid(ULID),
        run: PayoutRunId::from_ulid(ULID),
        seller: SellerId::from_ulid(ULID),
        amount: money(2_250),
        closes: tradewind_domain::payout::Closes { since: None, opening: money(0), closing: money(0) },
        state,
        created_at: NOW,
        updated_at: NOW,
        version: 1,
    };
    assert!(text(&payout_paid("Bikes", &payout(PayoutState::Paid), &person("sam"))).contains("paid you 22.50 EUR."));
    let failed = payout(PayoutState::Failed { reason: "account_closed".into() });
    let letter = payout_failed("Bikes", &failed, &person("sam"));
    assert!(text(&letter).contains("22.50 EUR could not be delivered: account closed."), "{}", text(&letter));
}

#[test]
fn a_welcome_names_the_address_to_log_in_with() {
    let letter = welcome("Bikes", &person("ada"));
    assert_eq!(letter.letter.subject, "Welcome to Bikes");
    assert!(text(&letter).contains("Log in with ada@example.com."));
}
