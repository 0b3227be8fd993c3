//! `POST /v1/marketplaces`: opens a marketplace, with its first administrator.

use crate::view::MarketplaceView;
use garde::Validate;
use schemars::JsonSchema;
use serde::Deserialize;
use tradewind_auth::password;
use tradewind_identity::{EmailClaim, IdentityEvent, User};
use tradewind_kernel::{
    Currency, MarketplaceId, Money, UserId,
    email::Email,
    text::{Line, password::NewPassword},
    timer::{Due, Timer},
    zone::Zone,
};
use tradewind_lambda::{App, Endpoint, Grant, Operator, Problem, Reply, Request};
use tradewind_payments::provider::PaymentProvider;
use tradewind_payouts::{PayoutPolicy, next_run};
use tradewind_pricing::{Commission, CommissionRules, LARGEST_FEE_BASIS_POINTS, TaxRules};
use tradewind_tenancy::{Marketplace, Slug, SlugClaim, SlugTaken, Standing, branding::Branding, validate_currencies};

pub const ENDPOINT: Endpoint =
    Endpoint::post("tenants-marketplaces-create", "/v1/marketplaces", "Opens a marketplace.")
        .success(201)
        .refusals(&[SlugTaken::CODES])
        .grants(&[Grant::MainRead, Grant::MainWrite, Grant::EphemeralRead, Grant::EphemeralWrite, Grant::SealingKey])
        .sealed()
        .memory(1024);

/// The marketplace to open.
#[derive(Debug, Clone, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct Open {
    /// The marketplace's name in host names; it never changes.
    #[garde(skip)]
    slug: Slug,
    /// The name that people read: 1 to 100 characters.
    #[garde(skip)]
    name: Line<1, 100>,
    /// The main currency; it never changes.
    #[garde(skip)]
    currency: Currency,
    /// Further currencies in which it sells: at most 10. `PATCH /v1/marketplace` adds and withdraws them.
    #[serde(default)]
    #[garde(skip)]
    #[schemars(length(max = 10), extend("uniqueItems" = true))]
    currencies: Vec<Currency>,
    /// The commission on each sale in basis points: 0 to 5000. `PATCH /v1/marketplace` sets a more detailed commission, and the taxes.
    #[garde(range(max = LARGEST_FEE_BASIS_POINTS))]
    fee_basis_points: u16,
    /// The first administrator.
    #[garde(dive)]
    owner: Owner,
}

/// The account of the first administrator.
#[derive(Debug, Clone, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct Owner {
    /// The e-mail address to log in with.
    #[garde(skip)]
    email: Email,
    /// The password: 8 to 256 characters.
    #[garde(skip)]
    password: NewPassword,
    /// The name that others see: 1 to 100 characters.
    #[garde(skip)]
    name: Line<1, 100>,
}

pub async fn handle(app: App, request: Request<Operator, Open>) -> Result<Reply<MarketplaceView>, Problem> {
    let Open { slug, name, currency, currencies, fee_basis_points, owner } = request.body.clone();
    validate_currencies("currencies", currency, &currencies)?;
    let now = request.now();
    let (id, user_id) = (app.id::<MarketplaceId>(), app.id::<UserId>());
    password::check_new("owner.password", owner.password.as_str(), &[owner.email.as_str(), &owner.name]).await?;
    let user = User {
        id: user_id.clone(),
        email: owner.email.clone(),
        name: owner.name.into(),
        password_hash: password::hash(owner.password.as_str(), app.random()).await?,
        session_mark: None,
        guest: false,
        email_verified_at: None,
        deleted_at: None,
        admin: true,
        seller: None,
        created_at: now,
        updated_at: now,
        version: 1,
    };
    let marketplace = Marketplace {
        id: id.clone(),
        slug: slug.clone(),
        name: name.into(),
        currency,
        currencies,
        commission: CommissionRules {
            default: Commission { basis_points: fee_basis_points, fixed: Money::zero(currency).into() },
            by_category: vec![],
            tax_basis_points: 0,
        },
        taxes: TaxRules::none(),
        payouts: PayoutPolicy::by_hand(currency),
        process: 0,
        time_zone: Zone::UTC,
        payment_provider: PaymentProvider::default(),
        branding: Branding::default(),
        standing: Standing::Open,
        owner: user_id.clone(),
        created_at: now,
        updated_at: now,
        version: 1,
    };
    let commit = request
        .commit_in(&id)
        .create(&SlugClaim { slug: slug.clone(), marketplace: id.clone() }, SlugTaken(slug))
        .create_fresh(&marketplace)
        .create_fresh(&user)
        .create_fresh(&EmailClaim { email: owner.email, user: user_id.clone() })
        .replace(&Timer { due_at: next_run(now, &Zone::UTC), marketplace: id.clone(), due: Due::Payouts(id.clone()) })
        .emit(IdentityEvent::Registered { user: user_id });
    let reply =
        Reply::new(MarketplaceView::from(&marketplace)).location("/v1/marketplace".into()).etag(marketplace.version);
    let taken = "Another marketplace has this slug. Slugs are never freed: choose another one.";
    let finished = request.try_finish(&app, commit, reply).await;
    finished.map_err(|unfinished| unfinished.explain(|_: &SlugTaken| taken.into()))
}
