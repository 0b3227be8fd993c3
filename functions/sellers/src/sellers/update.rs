//! `PATCH /v1/sellers/{seller_id}`: changes a shop. Its owner changes what buyers see and how goods are shipped; only an administrator
//! changes the commission that was agreed with it.

use crate::sellers::view::SellerView;
use garde::Validate;
use schemars::JsonSchema;
use serde::Deserialize;
use tradewind_kernel::text::{Line, Lines};
use tradewind_lambda::{App, Endpoint, Grant, OfSeller, Problem, Reply, Request, User};
use tradewind_payouts::PayoutSchedule;
use tradewind_pricing::{Commission, ShippingOption, validate_options};
use tradewind_sellers::{keys as sellers_keys, vat::VatId};

pub const ENDPOINT: Endpoint = Endpoint::patch("sellers-update", "/v1/sellers/{seller_id}", "Changes a shop.")
    .edits()
    .refusals(&[&["admin_required"]])
    .grants(&[Grant::MainRead, Grant::MainWrite, Grant::EphemeralRead]);

/// The changes; what is absent stays as it is.
#[derive(Debug, Clone, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct Update {
    /// The name that buyers see: 1 to 100 characters.
    #[serde(default)]
    #[schemars(with = "Line<1, 100>")]
    #[garde(skip)]
    name: Option<Line<1, 100>>,
    /// What the shop writes about itself: at most 2000 characters.
    #[serde(default)]
    #[schemars(with = "Lines<0, 2_000>")]
    #[garde(skip)]
    about: Option<Lines<0, 2_000>>,
    /// The shop's VAT identification number, which buyers see; `null` removes it.
    #[serde(default, deserialize_with = "tradewind_lambda::given")]
    #[garde(skip)]
    vat_id: Option<Option<VatId>>,
    /// Replaces the ways in which the shop ships goods; an empty list if nothing needs to be shipped. Each applies to goods in the currency
    /// of its prices: at most 10 for each currency, and 30 in all.
    #[serde(default)]
    #[garde(skip)]
    #[schemars(with = "Vec<ShippingOption>", length(max = 30))]
    shipping: Option<Vec<ShippingOption>>,
    /// The days on which the shop wants to be paid; `null` for those of the marketplace.
    #[serde(default, deserialize_with = "tradewind_lambda::given")]
    #[garde(skip)]
    payout_schedule: Option<Option<PayoutSchedule>>,
    /// A commission that was agreed with this shop, instead of the marketplace's. For administrators; `null` removes it.
    #[serde(default, deserialize_with = "tradewind_lambda::given")]
    #[garde(skip)]
    commission: Option<Option<Commission>>,
}

pub async fn handle(app: App, request: Request<User, Update, OfSeller>) -> Result<Reply<SellerView>, Problem> {
    let (id, user) = (&request.params.seller_id, &request.caller);
    let own = user.seller.as_ref() == Some(id);
    let seller = app.table.get(sellers_keys::seller(request.tenant(), id)).await?.filter(|_| own || user.admin);
    let mut seller = seller.ok_or_else(|| Problem::not_found("shop of yours"))?;
    request.check_version(seller.version)?;

    let Update { name, about, vat_id, shipping, payout_schedule, commission } = request.body.clone();
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
    seller.name = name.map_or(seller.name, String::from);
    seller.about = about.map_or(seller.about, String::from);
    seller.vat_id = vat_id.unwrap_or(seller.vat_id);
    seller.shipping = shipping.unwrap_or(seller.shipping);
    seller.payout_schedule = payout_schedule.unwrap_or(seller.payout_schedule);
    seller.updated_at = request.now();

    let commit = request.commit().update(&mut seller);
    request.finish(&app, commit, Reply::new(SellerView::from(&seller)).etag(seller.version)).await
}
