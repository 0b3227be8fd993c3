//! `PUT /v1/cart`: replaces the lines of the caller's cart. Clients do not send prices; they are looked up.

use crate::{load, view::CartView};
use garde::Validate;
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeSet;
use tradewind_lambda::{App, Endpoint, FieldError, Grant, Problem, Reply, Request, User};
use tradewind_orders::cart::{Cart, CartLine, LineError, MOST_LINES, offer};

pub const ENDPOINT: Endpoint =
    Endpoint::put("orders-cart-replace", "/v1/cart", "Puts lines in place of the caller's cart.").edits().grants(&[
        Grant::MainRead,
        Grant::MainWrite,
        Grant::EphemeralRead,
    ]);

/// The new cart.
#[derive(Debug, Clone, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct PutCart {
    /// At most 30 lines, each variant at most once. No lines empty the cart.
    #[garde(length(max = MOST_LINES), dive)]
    lines: Vec<CartLine>,
}

pub async fn handle(app: App, request: Request<User, PutCart>) -> Result<Reply<CartView>, Problem> {
    let (tenant, user, lines) = (request.tenant(), &request.caller, request.body.lines.clone());
    if let Some(place) = Cart::repeated_variant(&lines) {
        let message = "This variant stands in an earlier line. Change that line's quantity instead.";
        return Err(Problem::invalid(format!("lines[{place}].variant"), message));
    }
    let load::Goods { cart: before, listings, stock } = load::goods(&app, tenant, &lines, Some(&user.id)).await?;
    request.check_version(before.as_ref().map_or(0, |cart| cart.version))?;

    let sold_in = request.marketplace().sells_in();
    let refused = |(place, line): (usize, &CartLine)| {
        offer(line, &listings, &sold_in, user.seller.as_ref()).err().map(|error| refusal(place, error))
    };
    let errors: Vec<_> = lines.iter().enumerate().filter_map(refused).collect();
    if !errors.is_empty() {
        return Err(Problem::fields(errors));
    }

    let sellers: BTreeSet<_> = listings.iter().map(|listing| listing.seller.clone()).collect();
    let sellers = sellers.into_iter().collect();
    let mut cart = Cart { owner: user.id.clone(), lines, sellers, updated_at: request.now(), version: 1 };
    let commit = match before {
        Some(before) => {
            cart.version = before.version;
            request.commit().update(&mut cart)
        }
        None => request.commit().create_fresh(&cart),
    };
    let (lines, totals) = cart.priced(&listings, &stock, &sold_in)?;
    request.finish(&app, commit, Reply::new(CartView::new(lines, totals)).etag(cart.version)).await
}

fn refusal(place: usize, error: LineError) -> FieldError {
    let (field, message) = match error {
        LineError::NoListing => ("listing", "There is no such listing for sale. Take the line out."),
        LineError::NoVariant => ("variant", "The listing has no such variant. Choose another one."),
        LineError::Own => ("listing", "This is from your own shop, where you cannot buy."),
    };
    FieldError { field: format!("lines[{place}].{field}"), message: message.into() }
}
