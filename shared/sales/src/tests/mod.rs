//! The steps of a sale, and random sales that must always add up.
#![allow(clippy::arithmetic_side_effects, reason = "an overflow ends a test, as it should")]

use super::*;
use tradewind_kernel::{
    CheckoutId, Currency, Id, ListingId, OrderId, PaymentId, PayoutId, PayoutRunId, RefundId, SellerId, UserId,
    VariantId,
};
use tradewind_orders::{
    Funds, OrderEvent, OrderLine, OrderPrice,
    order_process::StateName,
    refund::{LineRefund, RefundOf, RefundState},
};
use tradewind_payments::{PaymentEvent, PaymentStatus, ProviderTask};
use tradewind_payouts::Owed;
use tradewind_pricing::{
    Basket, BasketLine, Commission, CommissionRules, Coupon, CouponCode, CouponUse, Discount, RemittedBy,
    ShippingOption, ShippingRate, ShippingTax, TaxRate, TaxRules, Terms, price,
};

mod money_back;
mod outcomes;
mod pieces;
mod random;

const START: Time = Time::from_millis(1_000);

fn ulid(n: usize) -> String {
    format!("01jd{n:022}")
}

fn euros(amount: i64) -> Money {
    Money::new(amount, Currency::parse("EUR").unwrap())
}

fn booking() -> Booking {
    Booking { now: START, journal: JournalId::from_ulid(&ulid(0)) }
}

fn tenant() -> MarketplaceId {
    MarketplaceId::from_ulid(&ulid(0))
}

fn step(name: &str) -> TransitionName {
    TransitionName::parse(name).unwrap()
}

fn state(name: &str) -> StateName {
    StateName::parse(name).unwrap()
}

fn refund(order: Order, terms: RefundTerms, booking: Booking) -> Result<Changes, SaleError> {
    super::refund(order, process(), terms, booking)
}

/// The changes after a report that money went back, which must not be known already.
fn refunded(asked: &Journal, refund: Option<Refund>, amount: Money, booking: Booking) -> Result<Changes, SaleError> {
    super::refunded(Some(asked), refund, (&asked.subject, amount), booking).map(Option::unwrap)
}

fn process() -> &'static OrderProcess {
    OrderProcess::standard()
}

/// The price of two units, with 4.90 for shipping if they cost anything: the marketplace gets a tenth with a fifth of tax on that,
/// and 19 per cent of everything is tax that the marketplace pays to the state.
fn priced(seller: &SellerId, total: i64, taxed: bool) -> OrderPrice {
    couponed(seller, &[(total / 2, 2), (total % 2, 1)], 0, taxed)
}

/// The price of lines with unit price and quantity, with a discount in basis points by a coupon of the marketplace.
fn couponed(seller: &SellerId, lines: &[(i64, u32)], off: u16, taxed: bool) -> OrderPrice {
    let line = |(unit_price, quantity): &(i64, u32)| BasketLine {
        unit_price: euros(*unit_price),
        quantity: *quantity,
        category: None,
        weight_grams: 0,
    };
    let coupon = Coupon {
        code: CouponCode::parse("GIFT").unwrap(),
        discount: Discount::Percent { basis_points: off },
        seller: None,
        minimum: None,
        starts_at: None,
        ends_at: None,
        limit: None,
        limit_per_buyer: None,
        returns: true,
        used: 0,
        active: true,
        created_at: START,
        updated_at: START,
        version: 1,
    };
    let country = tradewind_pricing::Country::parse("DE").unwrap();
    let rate = TaxRate { country: country.clone(), category: None, rate_basis_points: 1_900 };
    let post = ShippingOption {
        id: "post".into(),
        name: "Post".into(),
        rate: ShippingRate::Flat { price: euros(490) },
        free_from: None,
        countries: vec![],
    };
    let terms = Terms {
        currency: euros(0).currency,
        country: Some(&country),
        buyer_in: None,
        taxes: &TaxRules {
            prices_include_tax: true,
            remitted_by: RemittedBy::Marketplace,
            rates: if taxed { vec![rate] } else { vec![] },
            shipping_taxable: true,
            shipping_rate: ShippingTax::OfGoods,
            default_country: None,
        },
        commissions: &CommissionRules {
            default: Commission { basis_points: 1_000, fixed: euros(0).into() },
            by_category: vec![],
            tax_basis_points: if taxed { 2_000 } else { 0 },
        },
        coupon: (off > 0).then_some(CouponUse { coupon: &coupon, now: START, used_by_buyer: 0 }),
    };
    let basket =
        Basket { seller, lines: lines.iter().map(line).collect(), shipping: taxed.then_some(&post), commission: None };
    price(&terms, &[basket]).unwrap().baskets.remove(0).into()
}

/// A purchase of orders whose goods have these totals, of which the marketplace keeps a tenth.
fn purchase(n: usize, totals: &[i64]) -> Purchase {
    purchase_of(n, totals, false)
}

fn purchase_of(n: usize, totals: &[i64], taxed: bool) -> Purchase {
    let payment = PaymentId::from_ulid(&ulid(n));
    let order = |(seller, total): (usize, &i64)| {
        let id = SellerId::from_ulid(&ulid(seller));
        let line = |quantity, unit_price| OrderLine {
            listing: ListingId::from_ulid(&ulid(seller)),
            variant: VariantId::from_ulid(&ulid(seller)),
            title: "Shirt".into(),
            options: vec![],
            sku: None,
            quantity,
            unit_price: euros(unit_price),
            category: None,
        };
        Order {
            number: None,
            id: OrderId::from_ulid(&ulid(n * 10 + seller)),
            checkout: CheckoutId::from_ulid(&ulid(n)),
            payment: payment.clone(),
            buyer: UserId::from_ulid(&ulid(9)),
            price: priced(&id, *total, taxed),
            seller: id,
            lines: vec![line(2, total / 2), line(1, total % 2)],
            shipping: None,
            ship_to: None,
            buyer_in: None,
            coupon: None,
            process: 0,
            status: state("pending_payment"),
            entered_at: START,
            funds: Funds::Awaited,
            refunded: vec![],
            refunded_units: vec![],
            disputes: vec![],
            disputed_of_old: false,
            bank_gave: 0,
            bank_ahead: 0,
            unsent: 0,
            given_up: false,
            fee_waived: false,
            stopped: false,
            restocked: vec![],
            taken: vec![],
            buyer_note: None,
            seller_note: None,
            shipment: None,
            timeline: vec![],
            created_at: START,
            updated_at: START,
            version: 1,
        }
    };
    let orders: Vec<_> = totals.iter().enumerate().map(order).collect();
    let payment = Payment {
        id: payment,
        checkout: CheckoutId::from_ulid(&ulid(n)),
        buyer: UserId::from_ulid(&ulid(9)),
        orders: orders.iter().map(|o| o.id.clone()).collect(),
        number: None,
        amount: euros(orders.iter().map(|o| o.total().amount).sum()),
        coupon: None,
        status: PaymentStatus::Pending,
        failure: None,
        expires_at: START,
        created_at: START,
        updated_at: START,
        version: 1,
    };
    Purchase { payment, orders }
}

/// Takes the units of an order's two lines, of two units and of one, from three buckets.
fn scatter(order: &mut Order) {
    let share = |bucket| Share { bucket, units: 1 };
    order.take(vec![vec![share(3), share(1)], vec![share(0)]]);
}

fn captured(purchase: Purchase) -> Changes {
    let amount = purchase.payment.amount;
    capture(purchase, process(), amount, &tenant(), booking()).unwrap().unwrap()
}

fn paid(total: i64) -> Order {
    captured(purchase(1, &[total])).orders.remove(0)
}

fn go(order: Order, name: &str, by: Actor) -> Result<Changes, SaleError> {
    let shipment = (name == "ship").then(|| Shipment { carrier: "Post".into(), tracking: "1".into() });
    advance(order, process(), (&step(name), by), shipment, &tenant(), booking())
}

fn shipped(order: Order) -> Changes {
    go(order, "ship", Actor::Seller).unwrap()
}

fn completed(order: Order) -> Order {
    go(shipped(order).orders.remove(0), "complete", Actor::Buyer).unwrap().orders.remove(0)
}

/// Completes an order by a process that leaves the fee to the seller.
fn completed_without_fee(order: Order) -> Order {
    let mut process = process().clone();
    process.transitions.iter_mut().for_each(|rule| rule.actions.retain(|action| *action != Action::Fee));
    let shipped = shipped(order).orders.remove(0);
    let complete = (&step("complete"), Actor::Buyer);
    advance(shipped, &process, complete, None, &tenant(), booking()).unwrap().orders.remove(0)
}

/// A purchase with this order alone.
fn alone(order: Order) -> Purchase {
    Purchase { payment: captured(purchase(1, &[100])).payment.unwrap(), orders: vec![order] }
}

fn terms(n: usize, what: RefundOf, keep_fee: bool) -> RefundTerms {
    RefundTerms { id: RefundId::from_ulid(&ulid(n)), what, keep_fee, reason: None, by: Actor::Admin, step: 1 }
}

#[test]
fn a_capture_pays_every_order_of_the_payment() {
    let changes = captured(purchase(1, &[100, 50]));
    assert!(changes.orders.iter().all(|o| o.status == state("paid") && o.funds == Funds::Escrow));
    assert_eq!(changes.journal.unwrap().credited(&Account::Escrow), Some(euros(150)));
    assert_eq!((changes.events.len(), changes.timers.len()), (2, 2));
    assert!(changes.stock.iter().all(|s| s.how == StockMove::Sell));
}

#[test]
fn units_are_sold_and_come_back_in_the_buckets_that_they_were_taken_from() {
    let scattered = || {
        let mut purchase = purchase(1, &[100]);
        scatter(&mut purchase.orders[0]);
        purchase
    };
    let buckets = |changes: &Changes| changes.stock.iter().map(|s| (s.bucket, s.quantity)).collect::<Vec<_>>();
    let all = [(3, 1), (1, 1), (0, 1)];
    assert_eq!(buckets(&expire(scattered(), process(), START).unwrap().unwrap()), all);
    let sold = captured(scattered());
    assert_eq!(buckets(&sold), all);
    let what = RefundOf::Lines {
        lines: vec![LineRefund { line: 0, quantity: Some(1), amount: None, restock: 1 }],
        shipping: None,
    };
    let one_back = refund(sold.orders[0].clone(), terms(1, what, false), booking()).unwrap();
    assert_eq!(buckets(&one_back), [(3, 1)]);
    assert_eq!(buckets(&go(one_back.orders[0].clone(), "cancel", Actor::Seller).unwrap()), [(1, 1), (0, 1)]);
}

#[test]
fn an_order_that_knows_of_no_buckets_moves_the_first_one() {
    let changes = captured(purchase(1, &[100]));
    assert_eq!(changes.stock.iter().map(|s| (s.bucket, s.quantity)).collect::<Vec<_>>(), [(0, 2), (0, 1)]);
}

#[test]
fn a_capture_after_the_end_is_sent_back_and_pays_nothing() {
    let ended = expire(purchase(1, &[100]), process(), START).unwrap().unwrap();
    let late = Purchase { payment: ended.payment.unwrap(), orders: ended.orders };
    let changes = captured(late);
    assert!(changes.orders.iter().all(|order| order.funds == Funds::NeverPaid) && changes.stock.is_empty());
    assert!(changes.orders[0].timeline.last().unwrap().note.contains("arrived too late and goes back"));
    assert_eq!(changes.journal.as_ref().unwrap().credited(&Account::Refunds), Some(euros(100)));
    let [Event::Payment(PaymentEvent::CameLate { .. }), Event::Provider(ProviderTask::RefundRequested { amount, .. })] =
        &changes.events[..]
    else {
        panic!("{:?}", changes.events)
    };
    assert_eq!(*amount, euros(100));
    assert!(refunded(changes.journal.as_ref().unwrap(), None, euros(100), booking()).is_ok());
}

#[test]
fn calling_off_a_purchase_cancels_all_its_orders() {
    let changes = call_off(purchase(1, &[100, 50]), process(), (&step("cancel"), Actor::Buyer), START);
    let changes = changes.unwrap().unwrap();
    assert!(changes.orders.iter().all(|o| o.status == state("cancelled")));
    assert_eq!(changes.payment.unwrap().status, PaymentStatus::Expired);
    assert!(changes.stock.iter().all(|s| s.how == StockMove::Unreserve));
    assert_eq!(changes.journal, None);
}

#[test]
fn an_order_that_is_not_paid_is_not_cancelled_alone() {
    let order = purchase(1, &[100]).orders.remove(0);
    assert_eq!(go(order, "cancel", Actor::Buyer), Err(SaleError::WholePurchase));
}

#[test]
fn a_seller_does_not_call_off_what_is_not_paid() {
    let refused = call_off(purchase(1, &[100]), process(), (&step("cancel"), Actor::Seller), START);
    assert!(matches!(refused, Err(SaleError::Transition(TransitionError::Step(_)))));
}

#[test]
fn completing_gives_the_seller_all_but_the_fee() {
    let order = shipped(paid(105)).orders.remove(0);
    let journal = go(order, "complete", Actor::Buyer).unwrap().journal.unwrap();
    assert_eq!(journal.credited(&Account::PlatformFee), Some(euros(10)));
    assert_eq!(journal.credited(&Account::SellerPayable(SellerId::from_ulid(&ulid(0)))), Some(euros(95)));
}

#[test]
fn time_moves_an_order_on_when_it_has_been_there_long_enough() {
    let changes = shipped(paid(100));
    let order = changes.orders[0].clone();
    assert_eq!(changes.timers[0].due, Due::Order(order.id.clone()));
    let due = changes.timers[0].due_at;
    let at = |now| elapse(order.clone(), process(), &tenant(), Booking { now, ..booking() }).unwrap();
    assert_eq!(at(Time::from_millis(due.millis() - 1)), None);
    assert_eq!(at(due).unwrap().orders[0].status, state("delivered"));
}

#[test]
fn what_costs_nothing_is_sold_without_a_journal_and_its_stock_comes_back() {
    assert_eq!(captured(purchase(1, &[0])).journal, None);
    let cancelled = go(paid(0), "cancel", Actor::Buyer).unwrap();
    assert!(matches!(&cancelled.events[..], [Event::Order(OrderEvent::Cancelled { .. })]));
    assert_eq!(cancelled.stock.len(), 2);
}

#[test]
fn nothing_is_paid_out_to_who_is_owed_nothing() {
    for owed in [0, -1] {
        let (id, run, seller) =
            (PayoutId::from_ulid(&ulid(1)), PayoutRunId::from_ulid(&ulid(1)), SellerId::from_ulid(&ulid(0)));
        let owed = Owed { now: euros(owed), paid: None };
        assert_eq!(pay_out(id, run, seller, &owed, owed.now, booking()), Ok(None));
    }
}
