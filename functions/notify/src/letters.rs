//! What people are told. Every letter is a pure function of what happened.

use crate::letter::Letter;
use tradewind_domain::{
    Money, Time,
    email::Email,
    order::{Order, OrderStatus, Shipment},
    payment::Payment,
    payout::{Payout, PayoutState},
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
            .rows(lines(order).chain([("Total".to_owned(), order.total.to_string())]))
            .text("We write again when it is on its way.")
            .text(&format!("Order: {}", order.id))
    })
}

/// To a seller whose goods were paid for.
pub(crate) fn new_sale(marketplace: &str, Parties { order, owner, .. }: &Parties) -> Addressed {
    to(Role::Seller, owner, &format!("You have made a sale at {marketplace}"), |letter| {
        let sums =
            [("Total".to_owned(), order.total.to_string()), (format!("Fee of {marketplace}"), order.fee.to_string())];
        letter
            .text("This order is paid. Please accept it and send the goods.")
            .rows(lines(order).chain(sums))
            .text(&format!("Order: {}", order.id))
    })
}

/// To a buyer who did not pay in time.
pub(crate) fn expired(marketplace: &str, Parties { order, buyer, .. }: &Parties) -> Addressed {
    to(Role::Buyer, buyer, &format!("Your order at {marketplace} has expired"), |letter| {
        letter
            .text(&format!("Your payment of {} did not arrive in time, so your order was not kept:", order.total))
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
                ("Total".to_owned(), order.total.to_string()),
                (format!("Fee of {marketplace}"), order.fee.to_string()),
                ("Your earnings".to_owned(), earnings.to_string()),
            ])
            .text(&format!("Order: {}", order.id))
    })
}

/// To the buyer of an order that was called off.
pub(crate) fn cancelled_for_buyer(marketplace: &str, Parties { order, buyer, .. }: &Parties) -> Addressed {
    let money = if was_paid(order) {
        format!("Your payment of {} goes back to you; your bank may take a few days.", order.total)
    } else {
        "Nothing was paid for it, and nothing is owed.".to_owned()
    };
    to(Role::Buyer, buyer, &format!("Your order at {marketplace} was cancelled"), |letter| {
        letter.text("Your order was cancelled:").rows(lines(order)).text(&money).text(&format!("Order: {}", order.id))
    })
}

/// To the seller of an order that was called off.
pub(crate) fn cancelled_for_seller(marketplace: &str, Parties { order, owner, .. }: &Parties) -> Addressed {
    let goods = if was_paid(order) {
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

fn was_paid(order: &Order) -> bool {
    order.timeline.iter().any(|entry| entry.status == OrderStatus::Paid)
}

/// `2 × Shirt (M, red)` and what they cost together.
fn lines(order: &Order) -> impl Iterator<Item = (String, String)> + '_ {
    order.lines.iter().map(|line| {
        let options = if line.options.is_empty() { String::new() } else { format!(" ({})", line.options.join(", ")) };
        (format!("{} × {}{options}", line.quantity, line.title), line.total.to_string())
    })
}

/// `2026-01-31 12:00 UTC`.
fn day_and_time(at: Time) -> String {
    let text = at.to_string();
    text.get(..16).map_or(text.clone(), |minutes| format!("{} UTC", minutes.replace('T', " ")))
}

#[cfg(test)]
#[path = "letters_tests.rs"]
mod tests;
