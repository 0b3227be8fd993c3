//! `GET /v1/sellers`: the shops of the marketplace, oldest first, or those whose name begins with the given text, by name. For
//! administrators: buyers find a shop through the goods that it sells.
//!
//! Half a read unit for a page, and half of one for each shop that is read. Filters apply after reading: one page reads at most 5 times as
//! many as it shows. As CSV it is one file of all shops that match, of at most 5,000 that are read.

use crate::sellers::view::SellerView;
use schemars::JsonSchema;
use serde::Deserialize;
use tradewind_kernel::names::Beginning;
use tradewind_lambda::{
    Admin, App, AsCsv, Cell, Csv, Days, Endpoint, Grant, ListView, Named, Paged, Problem, Reply, Request,
};
use tradewind_sellers::{Seller, keys as sellers_keys};

pub const ENDPOINT: Endpoint = Endpoint::get("sellers-list", "/v1/sellers", "Lists the shops of the marketplace.")
    .grants(&[Grant::MainRead, Grant::EphemeralRead, Grant::SealingKey]);

/// Filters for the list of shops. A shop must match all that are given; the days are those on which the shop was opened.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct Wanted {
    /// The beginning of the shop's name (case and accents do not matter).
    q: Option<Beginning>,
    #[serde(flatten)]
    days: Days,
}

pub async fn handle(
    app: App,
    request: Request<Admin, (), Paged<AsCsv<Wanted>>>,
) -> Result<Reply<ListView<SellerView>>, Problem> {
    let tenant = request.tenant();
    let period = request.params.days.period(&request.marketplace().time_zone)?;
    let list = || match &request.params.q {
        Some(Beginning(name)) => sellers_keys::shops(tenant).beginning(name),
        None => sellers_keys::sellers(tenant),
    };
    let wants = |shop: &Seller| period.holds(shop.created_at);
    let shops = Named { list: &list, key: sellers_keys::seller, wants: &wants };
    if request.params.csv() {
        let mut csv = Csv::new(&["shop", "name", "owner", "created_at"]);
        for shop in shops.all(&app, tenant).await? {
            let (id, user) = (Cell::text(shop.id.as_str()), Cell::text(shop.user.as_str()));
            csv.row(&[id, Cell::text(shop.name.as_str()), user, Cell::text(shop.created_at.to_string())])?;
        }
        return Ok(Reply::csv(csv, "shops"));
    }
    let (found, next_cursor) = request.named(&app, &shops).await?;
    Ok(Reply::new(ListView { data: found.iter().map(SellerView::from).collect(), next_cursor }))
}
