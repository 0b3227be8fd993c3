//! What a quote and a checkout have in common: the buyer's choices, the data loaded for them, and the errors that can result.

use crate::load;
use std::{collections::BTreeMap, sync::Arc};
use tradewind_catalog::listing::Listing;
use tradewind_kernel::SellerId;
use tradewind_lambda::{App, Problem, Request, User};
use tradewind_orders::{
    Address, Choices, PlaceError, Placing, cart::Cart, keys as orders_keys, order_process::OrderProcess,
};
use tradewind_pricing::{Country, Coupon, CouponCode, CouponUse, keys as pricing_keys};
use tradewind_sellers::Seller;

/// What the buyer chose besides the goods.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    pub ship_to: Option<Address>,
    pub buyer_in: Option<Country>,
    pub shipping: BTreeMap<SellerId, String>,
    pub coupon: Option<CouponCode>,
    pub note: Option<String>,
}

/// With which a coupon may be refused before it is looked at closely.
pub const COUPON_CODES: &[&str] = &["coupon_unknown", "coupon_takes_account"];

/// Everything that a price depends on.
pub struct Loaded {
    pub cart: Cart,
    pub choice: Choice,
    pub coupon: Option<(Coupon, u32)>,
    pub listings: Vec<Listing>,
    sellers: Vec<Seller>,
    pub process: Arc<OrderProcess>,
}

impl Loaded {
    /// Loads the data: 1 read unit for the cart, one for each 4 KB of a listing, one for each seller, and up to two for a coupon.
    pub async fn load<B>(app: &App, request: &Request<User, B>, choice: Choice) -> Result<Self, Problem> {
        let (tenant, user) = (request.tenant(), &request.caller);
        let cart = app.table.get(orders_keys::cart(tenant, &user.id)).await?;
        let cart: Cart = cart.ok_or(PlaceError::EmptyCart)?;
        let (listings, sellers) = load::offers(app, tenant, &cart).await?;
        let coupon = match &choice.coupon {
            Some(code) => Some(coupon(app, request, code).await?),
            None => None,
        };
        let process = app.order_process(tenant, request.marketplace().process).await?;
        Ok(Self { cart, choice, coupon, listings, sellers, process })
    }

    /// The input for the pricing and ordering rules.
    pub fn placing<'a, B>(&'a self, request: &'a Request<User, B>) -> Placing<'a> {
        let now = request.now();
        let use_of = |(coupon, used): &'a (Coupon, u32)| CouponUse { coupon, now, used_by_buyer: *used };
        Placing {
            cart: &self.cart,
            listings: &self.listings,
            sellers: &self.sellers,
            marketplace: request.marketplace(),
            process: &self.process,
            buyer: &request.caller.id,
            buyers_shop: request.caller.seller.as_ref(),
            choices: Choices {
                ship_to: self.choice.ship_to.as_ref(),
                buyer_in: self.choice.buyer_in.as_ref(),
                shipping: Some(&self.choice.shipping),
                coupon: self.coupon.as_ref().map(use_of),
                note: self.choice.note.as_deref(),
            },
            now,
        }
    }
}

async fn coupon<B>(app: &App, request: &Request<User, B>, code: &CouponCode) -> Result<(Coupon, u32), Problem> {
    let tenant = request.tenant();
    let coupon = app.table.get(pricing_keys::coupon(tenant, code)).await?;
    let coupon: Coupon = coupon
        .ok_or_else(|| Problem::conflict("coupon_unknown", "There is no such coupon here. Check how it is written."))?;
    if coupon.limit_per_buyer.is_none() {
        return Ok((coupon, 0));
    }
    // A guest counts as a new person each time.
    if request.caller.guest {
        let detail = "This coupon counts how often each buyer uses it, which takes an account. Register or log in, or buy without it.";
        return Err(Problem::conflict("coupon_takes_account", detail));
    }
    let uses = app.table.get(pricing_keys::coupon_uses_by(tenant, &request.caller.id, code)).await?;
    Ok((coupon, uses.map_or(0, |uses| uses.used)))
}
