//! `GET /v1/users`: the users of the marketplace, including guests, by name. For administrators.
//!
//! Half a read unit for a page, and half of one for each user that is read. Filters apply after reading: one page reads at most 5 times as
//! many as it shows. As CSV it is one file of all users who match, of at most 5,000 that are read.

use crate::view::UserView;
use schemars::JsonSchema;
use serde::Deserialize;
use tradewind_identity::{User, keys as identity_keys};
use tradewind_lambda::{
    Admin, App, AsCsv, Cell, Csv, Days, Endpoint, Grant, ListView, Named, Paged, Problem, Reply, Request,
};
use tradewind_orders::search::Sought;

pub const ENDPOINT: Endpoint =
    Endpoint::get("identity-users-list", "/v1/users", "Lists the people of the marketplace by name.").grants(&[
        Grant::MainRead,
        Grant::EphemeralRead,
        Grant::SealingKey,
    ]);

/// Filters for the list of users. A user must match all that are given; the days are those on which the account was created.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct Wanted {
    /// An e-mail address, or the beginning of a name (case and accents do not matter).
    q: Option<Sought>,
    /// `true` for guests only, who have no account; `false` for users with an account only.
    guest: Option<bool>,
    #[serde(flatten)]
    days: Days,
}

pub async fn handle(
    app: App,
    request: Request<Admin, (), Paged<AsCsv<Wanted>>>,
) -> Result<Reply<ListView<UserView>>, Problem> {
    let tenant = request.tenant();
    let (period, guest) = (request.params.days.period(&request.marketplace().time_zone)?, request.params.guest);
    let list = || match &request.params.q {
        None => identity_keys::people(tenant),
        Some(Sought::Email(email)) => identity_keys::addresses(tenant).beginning(&identity_keys::by_address(email, "")),
        // An order number cannot be a user's, but somebody may have a name of digits.
        Some(Sought::Name(name)) => identity_keys::people(tenant).beginning(name),
        Some(Sought::Number(number)) => identity_keys::people(tenant).beginning(&number.value().to_string()),
    };
    let wants = |user: &User| period.holds(user.created_at) && guest.is_none_or(|guest| guest == user.guest);
    let people = Named { list: &list, key: identity_keys::user, wants: &wants };
    if request.params.csv() {
        let mut csv = Csv::new(&["user", "name", "email", "guest", "admin", "shop", "created_at"]);
        for user in people.all(&app, tenant).await? {
            csv.row(&row(&user))?;
        }
        return Ok(Reply::csv(csv, "people"));
    }
    let (found, next_cursor) = request.named(&app, &people).await?;
    Ok(Reply::new(ListView { data: found.iter().map(UserView::from).collect(), next_cursor }))
}

fn row(user: &User) -> [Cell<'_>; 7] {
    let yes = |is: bool| Cell::text(if is { "yes" } else { "no" });
    [
        Cell::text(user.id.as_str()),
        Cell::text(user.name.as_str()),
        Cell::text(user.email.as_str()),
        yes(user.guest),
        yes(user.admin),
        Cell::text(user.seller.as_ref().map(|id| id.as_str()).unwrap_or_default()),
        Cell::text(user.created_at.to_string()),
    ]
}
