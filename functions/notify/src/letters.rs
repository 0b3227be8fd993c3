//! What people are told. Every letter is a pure function of what happened.

use crate::letter::Letter;
use tradewind_domain::{
    Money, Time,
    email::Email,
    order::{Order, Shipment},
    payment::Payment,
    payout::{Payout, PayoutState},
    pricing::PriceTotals,
    user::User,
};

/// As what somebody is written to: one event may concern a person as buyer and another as seller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// Who has an account.
    User,
    /// Who buys.
    Buyer,
    /// Who sells.
    Seller,
}

impl Role {
    /// The role in the name of the mark that a letter was sent.
    pub const fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Buyer => "buyer",
            Self::Seller => "seller",
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
}

fn to(role: Role, person: &User, subject: &str, body: impl FnOnce(Letter) -> Letter) -> Addressed {
    Addressed { role, to: person.email.clone(), letter: body(Letter::new(subject, &person.name)) }
}

/// To somebody who registered.
pub(crate) fn welcome(marketplace: &str, user: &User) -> Addressed {
    to(Role::User, user, &format!("Welcome to {marketplace}"), |letter| {
        letter
            .text(&format!("Your account at {marketplace} is ready. Log in with {}.", user.email))
            .text("If it was not you who registered, tell us: somebody used your address.")
    })
}

/// To a buyer whose card was refused.
pub(crate) fn payment_failed(marketplace: &str, payment: &Payment, buyer: &User, reason: &str) -> Addressed {
    to(Role::Buyer, buyer, &format!("Your payment at {marketplace} did not go through"), |letter| {
        letter
            .text(&format!("Your payment of {} was refused: {}.", payment.amount, reason.replace('_', " ")))
            .text(&format!(
                "We keep the goods for you until {}. Try again before then, with the same or another card.",
                day_and_time(payment.expires_at)
            ))
            .text(&format!("Payment: {}", payment.id))
    })
}

/// To a buyer who paid.
pub(crate) fn receipt(marketplace: &str, Parties { order, buyer, .. }: &Parties) -> Addressed {
    to(Role::Buyer, buyer, &format!("Your receipt from {marketplace}"), |letter| {
        letter
            .text("Thank you for your order. We have received your payment.")
            .rows(lines(order).chain(sums(order)))
            .text("We write again when it is on its way.")
            .text(&format!("Order: {}", order.id))
    })
}

/// To a seller whose goods were paid for.
pub(crate) fn new_sale(marketplace: &str, Parties { order, owner, .. }: &Parties) -> Addressed {
    to(Role::Seller, owner, &format!("You have made a sale at {marketplace}"), |letter| {
        let fee = (format!("Fee of {marketplace}"), fee(order).to_string());
        letter
            .text("This order is paid. Please accept it and send the goods.")
            .rows(lines(order).chain(sums(order)).chain([fee]))
            .text(&format!("Order: {}", order.id))
    })
}

/// To a buyer who did not pay in time.
pub(crate) fn expired(marketplace: &str, Parties { order, buyer, .. }: &Parties) -> Addressed {
    to(Role::Buyer, buyer, &format!("Your order at {marketplace} has expired"), |letter| {
        letter
            .text(&format!("Your payment of {} did not arrive in time, so your order was not kept:", order.total()))
            .rows(lines(order))
            .text("If you still want it, order again. Money that arrives late goes back to you.")
            .text(&format!("Order: {}", order.id))
    })
}

/// To a buyer whose goods are on their way.
pub(crate) fn shipped(marketplace: &str, Parties { order, buyer, .. }: &Parties, shipment: &Shipment) -> Addressed {
    to(Role::Buyer, buyer, &format!("Your order from {marketplace} is on its way"), |letter| {
        letter
            .text(&format!("The seller has sent your order with {}.", shipment.carrier))
            .text(&format!("Tracking number: {}", shipment.tracking))
            .rows(lines(order))
            .text(&format!("Order: {}", order.id))
    })
}

/// To a seller who has earned an order.
pub(crate) fn completed(marketplace: &str, Parties { order, owner, .. }: &Parties, earnings: Money) -> Addressed {
    to(Role::Seller, owner, &format!("An order at {marketplace} is complete"), |letter| {
        letter
            .text(&format!(
                "The order is complete: {earnings} are now on your balance and are part of your next payout."
            ))
            .rows([
                ("Total".to_owned(), order.total().to_string()),
                (format!("Fee of {marketplace}"), fee(order).to_string()),
                ("Your earnings".to_owned(), earnings.to_string()),
            ])
            .text(&format!("Order: {}", order.id))
    })
}

/// To the buyer of an order that was called off.
pub(crate) fn cancelled_for_buyer(marketplace: &str, Parties { order, buyer, .. }: &Parties) -> Addressed {
    let money = if order.funds.paid() {
        format!("Your payment of {} goes back to you; your bank may take a few days.", order.total())
    } else {
        "Nothing was paid for it, and nothing is owed.".to_owned()
    };
    to(Role::Buyer, buyer, &format!("Your order at {marketplace} was cancelled"), |letter| {
        letter.text("Your order was cancelled:").rows(lines(order)).text(&money).text(&format!("Order: {}", order.id))
    })
}

/// To the buyer of an order of which money goes back.
pub(crate) fn refunded(marketplace: &str, Parties { order, buyer, .. }: &Parties, amount: Money) -> Addressed {
    to(Role::Buyer, buyer, &format!("A refund from {marketplace}"), |letter| {
        letter
            .text(&format!("{amount} of your order go back to you; your bank may take a few days."))
            .rows(lines(order))
            .text(&format!("Order: {}", order.id))
    })
}

/// To the seller of an order of which money goes back.
pub(crate) fn refunded_for_seller(
    marketplace: &str,
    Parties { order, owner, .. }: &Parties,
    amount: Money,
) -> Addressed {
    to(Role::Seller, owner, &format!("A refund of an order at {marketplace}"), |letter| {
        letter
            .text(&format!("{amount} of this order go back to the buyer. Your part of it is taken from what you earn."))
            .rows(lines(order))
            .text(&format!("Order: {}", order.id))
    })
}

/// To the seller of an order with which its buyer has a problem.
pub(crate) fn disputed(marketplace: &str, Parties { order, owner, .. }: &Parties) -> Addressed {
    to(Role::Seller, owner, &format!("A problem with an order at {marketplace}"), |letter| {
        letter
            .text("The buyer reported a problem with this order. Its money is held until the report is settled.")
            .rows(lines(order))
            .text("Write to the buyer, or send the marketplace what shows how it was.")
            .text(&format!("Order: {}", order.id))
    })
}

/// To the seller of an order that was called off.
pub(crate) fn cancelled_for_seller(marketplace: &str, Parties { order, owner, .. }: &Parties) -> Addressed {
    let goods = if order.funds.paid() {
        "Please do not send it. The buyer is refunded, and the goods are for sale again."
    } else {
        "It had not been paid. The goods are for sale again, and there is nothing for you to do."
    };
    to(Role::Seller, owner, &format!("An order at {marketplace} was cancelled"), |letter| {
        letter.text("An order was cancelled:").rows(lines(order)).text(goods).text(&format!("Order: {}", order.id))
    })
}

/// To a seller whose money arrived.
pub(crate) fn payout_paid(marketplace: &str, payout: &Payout, owner: &User) -> Addressed {
    to(Role::Seller, owner, &format!("Your payout from {marketplace}"), |letter| {
        letter.text(&format!("We have paid you {}.", payout.amount)).text(&format!("Payout: {}", payout.id))
    })
}

/// To a seller whose money came back.
pub(crate) fn payout_failed(marketplace: &str, payout: &Payout, owner: &User) -> Addressed {
    let reason = match &payout.state {
        PayoutState::Failed { reason } => format!(": {}", reason.replace('_', " ")),
        PayoutState::Sent | PayoutState::Paid => String::new(),
    };
    to(Role::Seller, owner, &format!("Your payout from {marketplace} failed"), |letter| {
        letter
            .text(&format!("Your payout of {} could not be delivered{reason}.", payout.amount))
            .text("The money is on your balance again. Check your bank details; the next payout includes it.")
            .text(&format!("Payout: {}", payout.id))
    })
}

/// `2 × Shirt (M, red)` and what they cost together.
fn lines(order: &Order) -> impl Iterator<Item = (String, String)> + '_ {
    order.lines.iter().zip(&order.price.lines).map(|(line, price)| {
        let options = if line.options.is_empty() { String::new() } else { format!(" ({})", line.options.join(", ")) };
        (format!("{} × {}{options}", line.quantity, line.title), price.goods.to_string())
    })
}

/// What makes the total of the lines: discount, shipping and tax, where there are any.
fn sums(order: &Order) -> impl Iterator<Item = (String, String)> + '_ {
    let PriceTotals { discount, shipping, tax_charged, total, .. } = order.price.totals;
    let tax = if order.price.prices_include_tax { "Tax, included" } else { "Tax" };
    let discount = (discount.amount != 0).then(|| ("Discount".to_owned(), format!("-{discount}")));
    let shipping = order.shipping.as_ref().map(|name| (format!("Shipping: {name}"), shipping.to_string()));
    let tax = (tax_charged.amount != 0).then(|| (tax.to_owned(), tax_charged.to_string()));
    discount.into_iter().chain(shipping).chain(tax).chain([("Total".to_owned(), total.to_string())])
}

/// What the marketplace keeps of an order, with the tax on it.
fn fee(order: &Order) -> Money {
    let split = order.price.totals.split;
    split.commission.plus(split.commission_tax).unwrap_or(split.commission)
}

/// `2026-01-31 12:00 UTC`.
fn day_and_time(at: Time) -> String {
    let text = at.to_string();
    text.get(..16).map_or(text.clone(), |minutes| format!("{} UTC", minutes.replace('T', " ")))
}

#[cfg(test)]
#[path = "letters_tests.rs"]
mod tests;
