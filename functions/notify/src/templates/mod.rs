//! The e-mails. Every e-mail is a pure function of what happened.
//!
//! Any text that somebody wrote goes through [`isolated`] where it is used within a sentence or a row of ours.

mod account;
mod disputes;
mod operation;
mod orders;
mod payouts;
mod refunds;

pub(crate) use account::*;
pub(crate) use disputes::*;
pub(crate) use operation::*;
pub(crate) use orders::*;
pub(crate) use payouts::*;
pub(crate) use refunds::*;

use crate::{
    brand::Brand,
    isolate::isolated,
    template::{Link, Row, Template},
};
use tradewind_identity::User;
use tradewind_kernel::{Time, email::Email};
use tradewind_orders::{Order, OrderLine};
use tradewind_pricing::PriceTotals;
use tradewind_tenancy::branding::Page;

/// The role in which somebody receives an e-mail: one event may concern a person as buyer and another as seller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// A user with an account.
    User,
    /// The buyer of an order.
    Buyer,
    /// The owner of a shop.
    Seller,
    /// An administrator of the marketplace.
    Admin,
    /// The operator of the deployment.
    Operator,
}

impl Role {
    /// The name of the role in the mark that an e-mail was sent.
    pub const fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Buyer => "buyer",
            Self::Seller => "seller",
            Self::Admin => "admin",
            Self::Operator => "operator",
        }
    }
}

/// An e-mail and its recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Addressed {
    pub role: Role,
    pub to: Email,
    pub template: Template,
}

/// An order with its buyer and its seller.
pub(crate) struct Parties {
    pub order: Order,
    pub buyer: User,
    /// The owner of the shop.
    pub owner: User,
    /// The claim with which a guest's orders can be moved into an account, if the buyer is a guest.
    pub claim: Option<String>,
}

fn to(role: Role, person: &User, subject: &str, body: impl FnOnce(Template) -> Template) -> Addressed {
    Addressed { role, to: person.email.clone(), template: body(Template::new(subject, &person.name)) }
}

/// Adds the order's number, and a link to its page.
fn about_order(template: Template, brand: &Brand, order: &Order) -> Template {
    template.facts([Row::new("Order", name_of(order))]).link(to_order(brand, order))
}

/// The order's number, or its id if it has none.
fn name_of(order: &Order) -> String {
    order.number.map_or_else(|| order.id.to_string(), |number| number.to_string())
}

fn to_order(brand: &Brand, order: &Order) -> Option<Link> {
    brand.link("See the order", &Page::Order(&order.id))
}

/// A provider's reason in words: `card_closed` becomes `card closed`.
fn words(code: &str) -> String {
    isolated(&code.replace('_', " "))
}

/// The title of a line with its options: `Shirt (M, red)`.
fn named(line: &OrderLine) -> String {
    isolated(&match line.options.is_empty() {
        true => line.title.clone(),
        false => format!("{} ({})", line.title, line.options.join(", ")),
    })
}

/// The lines of an order, such as `2 × Shirt (M, red)`, each with its price.
fn lines(order: &Order) -> impl Iterator<Item = Row> + '_ {
    order
        .lines
        .iter()
        .zip(&order.price.lines)
        .map(|(line, price)| Row::new(format!("{} × {}", line.quantity, named(line)), price.goods))
}

/// The rows that lead from the lines to the total: discount, shipping and tax, where there are any.
fn sums(order: &Order) -> impl Iterator<Item = Row> + '_ {
    let PriceTotals { discount, shipping, tax_charged, total, .. } = order.price.totals;
    let tax = if order.price.prices_include_tax { "Tax, included" } else { "Tax" };
    let discount = (discount.amount != 0).then(|| Row::new("Discount", format!("-{discount}")));
    let shipping = order.shipping.as_ref().map(|name| Row::new(format!("Shipping: {}", isolated(name)), shipping));
    let tax = (tax_charged.amount != 0).then(|| Row::new(tax, tax_charged));
    discount.into_iter().chain(shipping).chain(tax).chain([Row::total("Total", total)])
}

/// A time as `2026-01-31 12:00 UTC`.
fn day_and_time(at: Time) -> String {
    let text = at.to_string();
    text.get(..16).map_or(text.clone(), |minutes| format!("{} UTC", minutes.replace('T', " ")))
}

#[cfg(test)]
mod tests;
