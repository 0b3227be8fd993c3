//! What people are told. Every letter is a pure function of what happened.
//!
//! Whatever somebody wrote goes through [`isolated`] where it stands within a sentence or a row of ours.

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
    letter::{Letter, Link, Row},
};
use tradewind_identity::User;
use tradewind_kernel::{Time, email::Email};
use tradewind_orders::{Order, OrderLine};
use tradewind_pricing::PriceTotals;
use tradewind_tenancy::branding::Page;

/// As what somebody is written to: one event may concern a person as buyer and another as seller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// Who has an account.
    User,
    /// Who buys.
    Buyer,
    /// Who sells.
    Seller,
    /// Who runs the marketplace.
    Admin,
    /// Who runs the deployment.
    Operator,
}

impl Role {
    /// The role in the name of the mark that a letter was sent.
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

/// A letter and its recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Addressed {
    pub role: Role,
    pub to: Email,
    pub letter: Letter,
}

/// An order and both who made it.
pub(crate) struct Parties {
    pub order: Order,
    pub buyer: User,
    /// Whose shop it is.
    pub owner: User,
    /// With what a guest's orders are taken into an account, if the buyer is one.
    pub claim: Option<String>,
}

fn to(role: Role, person: &User, subject: &str, body: impl FnOnce(Letter) -> Letter) -> Addressed {
    Addressed { role, to: person.email.clone(), letter: body(Letter::new(subject, &person.name)) }
}

/// The order's number, and the way to its page.
fn about_order(letter: Letter, brand: &Brand, order: &Order) -> Letter {
    letter.facts([Row::new("Order", name_of(order))]).link(to_order(brand, order))
}

/// What people call an order.
fn name_of(order: &Order) -> String {
    order.number.map_or_else(|| order.id.to_string(), |number| number.to_string())
}

fn to_order(brand: &Brand, order: &Order) -> Option<Link> {
    brand.link("See the order", &Page::Order(&order.id))
}

/// A reason of the provider's in words: `card_closed` is `card closed`.
fn words(code: &str) -> String {
    isolated(&code.replace('_', " "))
}

/// `Shirt (M, red)`.
fn named(line: &OrderLine) -> String {
    isolated(&match line.options.is_empty() {
        true => line.title.clone(),
        false => format!("{} ({})", line.title, line.options.join(", ")),
    })
}

/// `2 × Shirt (M, red)` and what they cost together.
fn lines(order: &Order) -> impl Iterator<Item = Row> + '_ {
    order
        .lines
        .iter()
        .zip(&order.price.lines)
        .map(|(line, price)| Row::new(format!("{} × {}", line.quantity, named(line)), price.goods))
}

/// What makes the total of the lines: discount, shipping and tax, where there are any.
fn sums(order: &Order) -> impl Iterator<Item = Row> + '_ {
    let PriceTotals { discount, shipping, tax_charged, total, .. } = order.price.totals;
    let tax = if order.price.prices_include_tax { "Tax, included" } else { "Tax" };
    let discount = (discount.amount != 0).then(|| Row::new("Discount", format!("-{discount}")));
    let shipping = order.shipping.as_ref().map(|name| Row::new(format!("Shipping: {}", isolated(name)), shipping));
    let tax = (tax_charged.amount != 0).then(|| Row::new(tax, tax_charged));
    discount.into_iter().chain(shipping).chain(tax).chain([Row::total("Total", total)])
}

/// `2026-01-31 12:00 UTC`.
fn day_and_time(at: Time) -> String {
    let text = at.to_string();
    text.get(..16).map_or(text.clone(), |minutes| format!("{} UTC", minutes.replace('T', " ")))
}

#[cfg(test)]
mod tests;
