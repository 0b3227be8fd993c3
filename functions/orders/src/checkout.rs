//! `POST /v1/checkouts`: buys what is in the cart. It becomes an order for each seller, with one payment for all of them.
//!
//! Prices are those of the moment at which the listings are read. One transaction takes the stock, writes orders, payment and
//! timer, empties the cart and stores the reply: at most 30 lines, 10 orders and 4 more of the 100 actions that it can hold.

use crate::{load, view::OrderView};
use garde::Validate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tradewind_domain::{
    CheckoutId, Money, PaymentId, Time,
    cart::{Cart, CartLine},
    order::{self, Actor, Due, MOST_SELLERS, NewIds, PlaceError, Placed, Timer},
    payment::PaymentStatus,
    process::{StockMove, moves},
};
use tradewind_lambda::{App, Endpoint, Function, Grant, Problem, Reply, Request, User};
use tradewind_storage::keys;

/// What the endpoint declares.
pub const ENDPOINT: Endpoint = Endpoint::post("orders-checkout", "/v1/checkouts", "Buys what is in the cart.")
    .success(201)
    .idempotent()
    .refusals(&["cart_empty", "not_for_sale", "own_listing", "too_many_sellers", "price_changed", "sold_out"])
    .grants(&[Grant::MainRead, Grant::MainWrite, Grant::EphemeralRead, Grant::EphemeralWrite]);

/// How to buy.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct Checkout {
    /// The total that the buyer saw. If it is another one by now, nothing is bought.
    #[serde(default)]
    #[garde(skip)]
    expected_total: Option<Money>,
}

/// What was bought.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CheckoutView {
    checkout: CheckoutId,
    /// An order for each seller.
    orders: Vec<OrderView>,
    /// What is to be paid.
    payment: PaymentSummary,
    /// The sum of all orders.
    total: Money,
}

/// What is to be paid for a checkout.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PaymentSummary {
    id: PaymentId,
    status: PaymentStatus,
    amount: Money,
    /// Until when the stock is kept.
    expires_at: Time,
}

/// The function.
pub fn function() -> Function {
    Function::endpoint(ENDPOINT, handle)
}

async fn handle(app: App, request: Request<User, Option<Checkout>>) -> Result<Reply<CheckoutView>, Problem> {
    let (tenant, user, now) = (request.tenant(), &request.caller, request.now());
    let cart = app.table.get(keys::cart(tenant, &user.id)).await?;
    let mut cart: Cart = cart.ok_or_else(|| problem(PlaceError::EmptyCart))?;
    let listings = load::listings(&app, tenant, &cart.lines).await?;
    let ids = NewIds { checkout: app.id(), payment: app.id(), order: &mut || app.id() };
    let shop = user.seller.as_ref();
    let placed = order::place(&cart, &listings, request.marketplace(), &user.id, shop, ids, now).map_err(problem)?;
    check_total(request.body.as_ref().and_then(|body| body.expected_total), placed.payment.amount)?;

    let bought = std::mem::take(&mut cart.lines);
    cart.updated_at = now;
    let due = Due::Payment(placed.payment.id.clone());
    let timer = Timer { due_at: placed.payment.expires_at, marketplace: tenant.clone(), due };
    let mut commit = request.commit().update(&mut cart).create_fresh(&placed.payment).timer(&timer);
    for order in &placed.orders {
        commit = commit.create_fresh(order);
        for change in moves(order, StockMove::Reserve) {
            commit = commit.move_stock(&change.listing, &change.variant, change.quantity, change.how, "sold_out");
        }
    }
    request.finish(&app, commit, Reply::new(view(placed)?)).await.map_err(|problem| sold_out(problem, &bought))
}

fn check_total(expected: Option<Money>, actual: Money) -> Result<(), Problem> {
    let Some(expected) = expected.filter(|expected| *expected != actual) else { return Ok(()) };
    let detail =
        format!("The total was {expected} and is {actual} now. Show it to the buyer, then repeat with the new one.");
    let problem = Problem::conflict("price_changed", detail);
    Err(problem.with("expected_total", serde_json::json!(expected)).with("total", serde_json::json!(actual)))
}

fn view(placed: Placed) -> Result<CheckoutView, Problem> {
    let Placed { orders, payment } = placed;
    Ok(CheckoutView {
        orders: orders.iter().map(|order| OrderView::new(order, &[Actor::Buyer])).collect::<Result<_, _>>()?,
        total: payment.amount,
        checkout: payment.checkout,
        payment: PaymentSummary {
            id: payment.id,
            status: payment.status,
            amount: payment.amount,
            expires_at: payment.expires_at,
        },
    })
}

/// Says which line it is that there are not enough of.
fn sold_out(problem: Problem, bought: &[CartLine]) -> Problem {
    let variant = problem.members.get("subject").and_then(|subject| subject.as_str());
    match bought.iter().find(|line| problem.code == "sold_out" && Some(line.variant.as_str()) == variant) {
        Some(CartLine { listing, variant, quantity }) => problem
            .explain(
                "sold_out",
                format!("There are no longer {quantity} of this left. Take fewer, or take the line out."),
            )
            .with("listing", listing.as_str())
            .with("variant", variant.as_str()),
        None => problem,
    }
}

fn problem(error: PlaceError) -> Problem {
    match error {
        PlaceError::EmptyCart => Problem::conflict("cart_empty", "Your cart is empty. Put something in it first."),
        PlaceError::NotForSale(listing) => {
            let detail = "Something in your cart is not for sale any more. Take it out, then try again.";
            Problem::conflict("not_for_sale", detail).with("listing", listing.as_str())
        }
        PlaceError::OwnListing(listing) => {
            let detail = "Something in your cart is from your own shop. Take it out, then try again.";
            Problem::conflict("own_listing", detail).with("listing", listing.as_str())
        }
        PlaceError::TooManySellers => {
            let detail = format!(
                "One checkout takes the goods of at most {MOST_SELLERS} sellers. Buy the rest with another one."
            );
            Problem::conflict("too_many_sellers", detail)
        }
        PlaceError::Money(error) => error.into(),
    }
}
