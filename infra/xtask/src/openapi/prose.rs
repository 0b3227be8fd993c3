//! The texts of the document. The full description of an operation is the comment at the head of its file.

use crate::{
    names::Place,
    run::{Result, read},
};
use serde_json::{Value, json};
use tradewind_lambda::{Access, Route};

/// The description of the whole API.
pub const ALL: &str = "A marketplace backend. Times are RFC 3339 in UTC, amounts are whole minor units with a currency, lists come in \
pages, and failures are problems (RFC 9457) with a stable `code`, whose `type` is the address of a page about it.\n\n\
An address that there is not answers 404 (`not_found`), and one that is asked with a method that it does not take 405 \
(`method_not_allowed`) with the header `Allow`. What the gateway says by itself - 401 to a request without an `Authorization` header, 413 \
to a body above 10 MB, 429, 500 and 503 - is `{\"message\": ...}` and no problem.";

/// The areas, as tags.
pub fn tags() -> Value {
    let tag = |name: &str, description: &str| json!({ "name": name, "description": description });
    json!([
        tag("catalog", "Listings, their stock, and imports of them."),
        tag("disputes", "Payments that a buyer's bank took back."),
        tag("identity", "Accounts, guests and sessions."),
        tag("ledger", "The marketplace's books, and verifying them."),
        tag("media", "Uploads of pictures and files."),
        tag("orders", "Carts, checkouts, orders, refunds and coupons."),
        tag("payments", "Payments, and what payment providers report."),
        tag("payouts", "What shops are owed and were paid, and the accounts they are paid through."),
        tag("platform", "The health of the API, and pages about problems."),
        tag("reconciliation", "The ledger, held against what the payment provider says it did."),
        tag("sellers", "Shops."),
        tag("tenants", "Marketplaces and their order processes."),
    ])
}

/// Who may call an operation: in one word, and in a sentence.
pub fn audience(access: Access) -> (&'static str, &'static str) {
    match access {
        Access::Anybody => ("anybody", "Anybody may call it; it belongs to no marketplace."),
        Access::Public => ("public", "Anybody may call it."),
        Access::User => ("user", "For people with an account, guests included; what is somebody else's is not found."),
        Access::Seller => ("seller", "For people with a shop."),
        Access::Admin => ("admin", "For administrators of the marketplace."),
        Access::Operator => ("operator", "For whoever runs the platform."),
    }
}

/// The comment at the head of the endpoint's file, followed by who may call it.
pub fn description(route: &Route) -> Result<String> {
    let place = Place::of_endpoint(&route.endpoint);
    Ok(format!("{}\n\n{}", comment(&read(&place.file())?), audience(route.access).1))
}

/// Texts that mark a paragraph as meant for people who work on the code: its paths and files, and costs at AWS.
const INSIDE: [&str; 6] = ["::", "crate", ".txt", " read unit", " write unit", "`Query`"];

/// The comment without the route with which it begins, and without those paragraphs after the first that are meant for people who work on
/// the code.
fn comment(text: &str) -> String {
    let lines =
        text.lines().map_while(|line| line.strip_prefix("//!")).map(|line| line.strip_prefix(' ').unwrap_or(line));
    let text = lines.collect::<Vec<_>>().join("\n").replace("[`", "`").replace("`]", "`");
    let text = text.split_once("`: ").map_or(text.as_str(), |(_, rest)| rest);
    let paragraphs = text.split("\n\n").enumerate();
    let outside = paragraphs.filter(|(place, text)| *place == 0 || !INSIDE.iter().any(|word| text.contains(word)));
    let text = outside.map(|(_, text)| text).collect::<Vec<_>>().join("\n\n");
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
