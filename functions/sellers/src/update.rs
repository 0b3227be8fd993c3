//! `PATCH /v1/sellers/{seller_id}`: changes a shop. Its owner changes what buyers see and how goods are sent; what commission was
//! agreed with it, an administrator.

use crate::view::SellerView;
use garde::Validate;
use schemars::JsonSchema;
use serde::Deserialize;
use tradewind_domain::{
    SellerId,
    payout::PayoutSchedule,
    pricing::{Commission, ShippingOption, validate_options},
};
use tradewind_lambda::{App, Endpoint, Function, Grant, Problem, Reply, Request, User};
use tradewind_storage::keys;

/// What the endpoint declares.
pub const ENDPOINT: Endpoint = Endpoint::patch("sellers-update", "/v1/sellers/{seller_id}", "Changes a shop.")
    .edits()
    .refusals(&["admin_required"])
    .grants(&[Grant::MainRead, Grant::MainWrite]);

/// What is to change; what is absent stays.
#[derive(Debug, Clone, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct Update {
    /// The name that buyers see: 1 to 100 characters.
    #[garde(inner(length(chars, min = 1, max = 100)))]
    name: Option<String>,
    /// What the shop says about itself: at most 2000 characters.
    #[garde(inner(length(chars, max = 2_000)))]
    about: Option<String>,
    /// The ways in which it sends goods, in place of those it had; an empty list if nothing needs to be sent. Each is for goods in the
    /// currency of its prices: at most 10 for each currency, and 30 in all.
    #[garde(skip)]
    shipping: Option<Vec<ShippingOption>>,
    /// When it wants to be paid; `null` for when the marketplace pays.
    #[serde(default, deserialize_with = "given")]
    #[garde(skip)]
    payout_schedule: Option<Option<PayoutSchedule>>,
    /// What was agreed with it instead of the marketplace's commission. For administrators; `null` ends it.
    #[serde(default, deserialize_with = "given")]
    #[garde(skip)]
    commission: Option<Option<Commission>>,
}

/// Tells `null` from absent.
fn given<'de, T: Deserialize<'de>, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// The function.
pub fn function() -> Function {
    Function::endpoint(ENDPOINT, handle)
}

async fn handle(app: App, request: Request<User, Update>) -> Result<Reply<SellerView>, Problem> {
    let (id, user) = (request.head.path::<SellerId>("seller_id")?, &request.caller);
    let own = user.seller.as_ref() == Some(&id);
    let seller = app.table.get(keys::seller(request.tenant(), &id)).await?.filter(|_| own || user.admin);
    let mut seller = seller.ok_or_else(|| Problem::not_found("shop of yours"))?;
    request.check_version(seller.version)?;

    let Update { name, about, shipping, payout_schedule, commission } = request.body.clone();
    let sold_in = request.marketplace().sells_in();
    let mut errors = vec![];
    errors.extend(shipping.iter().filter_map(|options| validate_options("shipping", options, &sold_in).err()));
    errors.extend(commission.iter().flatten().filter_map(|agreed| agreed.validate("commission", &sold_in).err()));
    if payout_schedule.flatten().is_some_and(|schedule| !schedule.is_valid()) {
        return Err(Problem::invalid("payout_schedule.weekday", "From 1 for Monday to 7 for Sunday."));
    }
    if !errors.is_empty() {
        return Err(errors.concat().into());
    }
    if let Some(agreed) = commission {
        if !user.admin {
            return Err(Problem::forbidden("admin_required", "Only an administrator agrees on a commission."));
        }
        seller.commission = agreed;
    }
    seller.name = name.unwrap_or(seller.name);
    seller.about = about.unwrap_or(seller.about);
    seller.shipping = shipping.unwrap_or(seller.shipping);
    seller.payout_schedule = payout_schedule.unwrap_or(seller.payout_schedule);
    seller.updated_at = request.now();

    let commit = request.commit().update(&mut seller);
    request.finish(&app, commit, Reply::new(SellerView::from(&seller)).etag(seller.version)).await
}
