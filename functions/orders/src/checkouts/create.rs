//! `POST /v1/checkouts`: buys what is in the cart. It becomes an order for each seller, with one payment for all of them.
//!
//! Prices are those at the moment when the listings are read. One transaction takes the stock, writes orders, payment and timer, empties
//! the cart, counts the coupon and stores the reply: at most 60 shares of 30 lines, 10 orders and 6 more of the 100 actions that it can
//! hold. A line has one share, except when the last units of a stock that is split over buckets are gathered. The numbers of the orders are
//! drawn before that, for 1 write unit.

use crate::{
    checkouts::{
        placing::{COUPON_CODES, Choice, Loaded},
        taking,
    },
    load,
    view::OrderView,
};
use garde::Validate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use tradewind_catalog::{
    MoveStock, SoldOut,
    listing::{Counting, Listing},
    stock::StockMove,
};
use tradewind_kernel::{
    CheckoutId, Explain, Money, PaymentId, SellerId, Time,
    text::Lines,
    timer::{Due, Timer},
};
use tradewind_lambda::{App, Endpoint, Grant, Member, Problem, Reply, Request, Unfinished, User};
use tradewind_orders::{
    Actor, Address, MOST_NOTE, NewIds, PlaceError, Placed, cart::Cart, keys as orders_keys, numbers::draw,
    order_process::OrderProcess,
};
use tradewind_payments::PaymentStatus;
use tradewind_pricing::{Country, Coupon, CouponCode, CouponError, CouponUsedUp, PriceError, UseCoupon};
use tradewind_sales::{Booking, Changes, Purchase, moves};
use tradewind_storage::{Commit, CommitError};

/// How often a checkout gathers its units from the buckets that it has read, before it gives up and is repeated as a whole.
const TRIES: u8 = 3;

pub const ENDPOINT: Endpoint = Endpoint::post("orders-checkouts-create", "/v1/checkouts", "Buys what is in the cart.")
    .success(201)
    .idempotent()
    .refusals(&[
        PlaceError::CODES,
        PriceError::CODES,
        CouponError::CODES,
        COUPON_CODES,
        SoldOut::CODES,
        &["price_changed", "stock_scattered"],
    ])
    .live()
    .grants(&[Grant::MainRead, Grant::MainWrite, Grant::EphemeralRead, Grant::EphemeralWrite]);

/// The choices of a checkout.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct Checkout {
    /// The total that the buyer was shown. If it has changed since, nothing is bought.
    #[serde(default)]
    #[garde(skip)]
    expected_total: Option<Money>,
    /// The address to which the goods are sent: required if a seller ships any.
    #[serde(default)]
    #[garde(dive)]
    ship_to: Option<Address>,
    /// The buyer's country, in which goods that are not shipped are taxed. Required once the marketplace has tax rates and no default
    /// country, unless `ship_to` is given.
    #[serde(default)]
    #[garde(skip)]
    billing_country: Option<Country>,
    /// For each seller who ships goods, the id of one of their shipping options.
    #[serde(default)]
    #[garde(skip)]
    #[schemars(with = "BTreeMap<SellerId, tradewind_pricing::ShippingOptionId>", extend("maxProperties" = 20))]
    shipping: BTreeMap<SellerId, String>,
    /// The code of a coupon.
    #[serde(default)]
    #[garde(skip)]
    coupon: Option<CouponCode>,
    /// A note to the sellers, put on each order: at most 1,000 characters. `PATCH /v1/orders/{order_id}` changes it later.
    #[serde(default)]
    #[garde(skip)]
    note: Option<Lines<1, MOST_NOTE>>,
}

/// What was bought.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CheckoutView {
    /// The checkout's id.
    checkout: CheckoutId,
    /// An order for each seller.
    orders: Vec<OrderView>,
    /// The payment for all of these orders.
    payment: PaymentSummary,
    /// The sum of all orders.
    total: Money,
}

/// What is to be paid for a checkout.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PaymentSummary {
    /// The payment's id.
    id: PaymentId,
    /// The state of the payment.
    status: PaymentStatus,
    /// The amount to be paid.
    amount: Money,
    /// The time until which the stock is reserved.
    expires_at: Time,
}

pub async fn handle(app: App, request: Request<User, Option<Checkout>>) -> Result<Reply<CheckoutView>, Problem> {
    let Checkout { expected_total, ship_to, billing_country, shipping, coupon, note } =
        request.body.clone().unwrap_or_default();
    let loaded = Loaded::load(
        &app,
        &request,
        Choice { ship_to, buyer_in: billing_country, shipping, coupon, note: note.map(String::from) },
    )
    .await?;
    let ids = NewIds { checkout: app.id(), payment: app.id(), order: &mut || app.id() };
    let mut placed = tradewind_orders::place(&loaded.placing(&request), ids)?;
    check_total(expected_total, placed.payment.amount)?;

    let Loaded { cart, coupon, process, listings, .. } = loaded;
    taking::draw(&app, &mut placed.orders, &listings);
    let orders = placed.orders.len();
    placed.number(draw(&app.table, request.tenant(), placed.payment.id.as_str(), orders).await?);
    let done = pay_nothing(&app, &request, &mut placed, &process)?;
    let (mut request, mut tries) = (request, 0);
    loop {
        let coupon = coupon.as_ref().map(|(coupon, _)| coupon);
        let commit = commit(&request, cart.clone(), coupon, &placed, &done, &listings);
        let location = format!("/v1/payments/{}", placed.payment.id);
        let reply = Reply::new(view(&placed, &process)).location(location);
        match request.try_finish(&app, commit, reply).await {
            // The bucket that was drawn has too few units: others may have them.
            Err(unfinished) if unfinished.refused::<SoldOut>().is_some() => {}
            done => return done.map_err(explained),
        }
        tries = u8::saturating_add(tries, 1);
        if tries > TRIES {
            return Err(CommitError::Contention.into());
        }
        if let Err(why) = taking::gather(&app, request.tenant(), &mut placed.orders, &listings).await {
            // Of two checkouts of one cart, the second one must not report that the goods which the first one bought are sold out.
            let now: Option<Cart> = app.table.get(orders_keys::cart(request.tenant(), &request.caller.id)).await?;
            let same = now.is_some_and(|now| now.version == cart.version);
            return Err(if same { why.into() } else { CommitError::Contention.into() });
        }
        request = request.again(&app);
    }
}

/// Pays a checkout that costs nothing as it is placed. Its events and timers are those of any order that is paid.
fn pay_nothing<B>(
    app: &App,
    request: &Request<User, B>,
    placed: &mut Placed,
    process: &OrderProcess,
) -> Result<Option<Changes>, Problem> {
    let purchase = Purchase { payment: placed.payment.clone(), orders: placed.orders.clone() };
    let booking = Booking { now: request.now(), journal: app.id() };
    let Some(mut paid) = tradewind_sales::pay_nothing(purchase, process, request.tenant(), booking)? else {
        return Ok(None);
    };
    placed.orders = std::mem::take(&mut paid.orders);
    placed.payment = paid.payment.take().unwrap_or(placed.payment.clone());
    Ok(Some(paid))
}

/// Puts everything that a checkout writes into one commit. `paid` holds the further changes of a checkout that costs nothing.
fn commit<B>(
    request: &Request<User, B>,
    mut cart: Cart,
    coupon: Option<&Coupon>,
    placed: &Placed,
    paid: &Option<Changes>,
    listings: &[Listing],
) -> Commit {
    cart.lines = vec![];
    cart.sellers = vec![];
    cart.updated_at = request.now();
    let mut commit = request.commit().update(&mut cart).create_fresh(&placed.payment);
    let how = match paid {
        Some(paid) => {
            commit = commit.with(&mut paid.clone());
            StockMove::SellAtOnce
        }
        None => {
            let due = Due::Payment(placed.payment.id.clone());
            let timer = Timer { due_at: placed.payment.expires_at, marketplace: request.tenant().clone(), due };
            commit = commit.replace(&timer);
            StockMove::Reserve
        }
    };
    if let Some(coupon) = coupon {
        commit = commit.with(UseCoupon { coupon, buyer: &request.caller.id });
    }
    for order in &placed.orders {
        commit = commit.create_fresh(order);
        for change in moves(order, how) {
            let beyond_zero = load::counting(listings, &change.variant) == Counting::BeyondZero;
            commit = commit.with(MoveStock { change: &change, beyond_zero, refusal: SoldOut::of(&change) });
        }
    }
    commit
}

/// Explains a refusal in words that fit a checkout.
fn explained(unfinished: Unfinished) -> Problem {
    unfinished.explain(|used_up| match used_up {
        CouponUsedUp::ByAll(_) => "This coupon was used up just now. Buy without it, or with another one.".into(),
        CouponUsedUp::ByBuyer(_) => "You have used this coupon as often as you can.".into(),
    })
}

/// A total in another currency counts as another total: amounts are never compared across currencies.
fn check_total(expected: Option<Money>, actual: Money) -> Result<(), Problem> {
    let Some(expected) = expected.filter(|expected| *expected != actual) else { return Ok(()) };
    let detail =
        format!("The total was {expected} and is {actual} now. Show it to the buyer, then repeat with the new one.");
    let problem = Problem::conflict("price_changed", detail);
    Err(problem.with(Member::ExpectedTotal, serde_json::json!(expected)).with(Member::Total, serde_json::json!(actual)))
}

fn view(placed: &Placed, process: &OrderProcess) -> CheckoutView {
    let Placed { orders, payment } = placed;
    CheckoutView {
        orders: orders.iter().map(|order| OrderView::new(order, process, &[Actor::Buyer])).collect(),
        total: payment.amount,
        checkout: payment.checkout.clone(),
        payment: PaymentSummary {
            id: payment.id.clone(),
            status: payment.status,
            amount: payment.amount,
            expires_at: payment.expires_at,
        },
    }
}
