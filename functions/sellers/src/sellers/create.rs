//! `POST /v1/sellers`: opens the caller's shop. One person has one shop.

use crate::sellers::view::SellerView;
use garde::Validate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tradewind_identity::keys as identity_keys;
use tradewind_kernel::text::{Line, Lines};
use tradewind_lambda::{App, Endpoint, Grant, Member, Problem, Reply, Request, User};
use tradewind_sellers::{Seller, vat::VatId};

pub const ENDPOINT: Endpoint = Endpoint::post("sellers-create", "/v1/sellers", "Opens the caller's shop.")
    .success(201)
    .refusals(&[&["already_a_seller"]])
    .live()
    .grants(&[Grant::MainRead, Grant::MainWrite, Grant::EphemeralRead, Grant::EphemeralWrite]);

/// The shop to open.
#[derive(Debug, Clone, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct Open {
    /// The name that buyers see: 1 to 100 characters.
    #[garde(skip)]
    name: Line<1, 100>,
    /// What the shop writes about itself: at most 2000 characters.
    #[serde(default)]
    #[garde(skip)]
    about: Lines<0, 2_000>,
    /// The shop's VAT identification number, if it has one: buyers see it.
    #[serde(default)]
    #[garde(skip)]
    vat_id: Option<VatId>,
}

/// A shop that was just opened.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OpenedView {
    #[serde(flatten)]
    seller: SellerView,
    /// What to do before selling: the caller's access token does not include the shop yet.
    next_step: String,
}

pub async fn handle(app: App, request: Request<User, Open>) -> Result<Reply<OpenedView>, Problem> {
    request.caller.with_account()?;
    let user = app.table.get(identity_keys::user(request.tenant(), &request.caller.id)).await?;
    let mut user = user.ok_or_else(|| Problem::not_found("account"))?;
    // The caller's token may have been issued before the shop was opened.
    if let Some(seller) = user.seller {
        let detail = "You have a shop already.";
        return Err(Problem::conflict("already_a_seller", detail).with(Member::SellerId, seller.as_str()));
    }
    let Open { name, about, vat_id } = request.body.clone();
    let now = request.now();
    let seller = Seller {
        id: app.id(),
        user: user.id.clone(),
        name: name.into(),
        about: about.into(),
        vat_id,
        shipping: vec![],
        commission: None,
        payout_schedule: None,
        created_at: now,
        updated_at: now,
        version: 1,
    };
    user.seller = Some(seller.id.clone());
    user.updated_at = now;

    let commit = request.commit().create_fresh(&seller).update(&mut user);
    let view =
        OpenedView { seller: SellerView::from(&seller), next_step: "Create a listing with POST /v1/listings.".into() };
    let reply = Reply::new(view).location(format!("/v1/sellers/{}", seller.id)).etag(seller.version);
    request.finish(&app, commit, reply).await
}
