//! E-mails about payments that a bank takes back.

use super::{Addressed, Parties, Role, about_order, name_of, to, words};
use crate::{brand::Brand, template::Row};
use tradewind_disputes::{Dispute, DisputeStatus, DisputedOrder};
use tradewind_identity::User;
use tradewind_tenancy::branding::Page;

/// The part of a dispute that concerns one order, with the people involved.
pub(crate) type Part = (DisputedOrder, Parties);

/// Tells an administrator that a bank took a payment back.
pub(crate) fn dispute_opened(brand: &Brand, dispute: &Dispute, parts: &[Part], admin: &User) -> Addressed {
    let taken = [Row::new("Disputed", dispute.amount), Row::new("The provider's fee", dispute.fee)];
    let beyond = dispute
        .beyond
        .map(|beyond| Row::new("Had gone back or is disputed already, yours to bear if it is lost", beyond));
    to(Role::Admin, admin, &format!("A payment at {} is disputed", brand.name), |template| {
        template
            .text(&format!("A buyer's bank has taken a payment back until it decides ({}).", words(&dispute.reason)))
            .amounts(taken.into_iter().chain(beyond).chain(by_order(parts)))
            .text("What the sellers had been given of it is held meanwhile. Give the bank evidence of how it was.")
            .facts([Row::new("Dispute", &dispute.id)])
            .link(brand.link("See the dispute", &Page::Dispute(&dispute.id)))
    })
}

/// Tells a seller that a bank took back the payment for one of their orders.
pub(crate) fn dispute_opened_for_seller(brand: &Brand, dispute: &Dispute, (part, parties): &Part) -> Addressed {
    to(Role::Seller, &parties.owner, &format!("A bank took a payment back at {}", brand.name), |template| {
        let template = template
            .text(&format!(
                "The buyer's bank has taken back what was paid for your order, until it decides ({}).",
                words(&dispute.reason)
            ))
            .amounts([Row::new("Taken back of this order", part.amount)].into_iter().chain(held(part, "Held")))
            .text("Until then it is not paid out to you. Give the bank evidence of how it was: it decides by that.")
            .facts([Row::new("Dispute", &dispute.id)]);
        about_order(template, brand, &parties.order)
    })
}

/// Tells an administrator what the bank decided.
pub(crate) fn dispute_decided(brand: &Brand, dispute: &Dispute, parts: &[Part], admin: &User) -> Addressed {
    let end = match dispute.status {
        DisputeStatus::Won => "The bank decided for the seller: the money is back.",
        DisputeStatus::Lost => {
            "The bank decided for the buyer: the money is gone, and whoever had it bears their part."
        }
        DisputeStatus::Open => "The bank has not decided yet.",
    };
    let beyond = dispute.beyond.filter(|_| dispute.status == DisputeStatus::Lost);
    let beyond = beyond.map(|beyond| Row::new("Had gone back or is disputed as well, yours to bear", beyond));
    to(Role::Admin, admin, &format!("A disputed payment at {} was decided", brand.name), |template| {
        template
            .text(end)
            .amounts(
                [Row::new("Disputed", dispute.amount)]
                    .into_iter()
                    .chain(beyond)
                    .chain(by_order(parts))
                    .chain(taken(parts)),
            )
            .text(still_owed(parts))
            .facts([Row::new("Dispute", &dispute.id)])
            .link(brand.link("See the dispute", &Page::Dispute(&dispute.id)))
    })
}

/// Tells a seller what the bank decided.
pub(crate) fn dispute_decided_for_seller(brand: &Brand, dispute: &Dispute, (part, parties): &Part) -> Addressed {
    let (end, what) = match dispute.status {
        DisputeStatus::Won => ("The bank decided for you: what it had taken back is there again.", "Yours again"),
        DisputeStatus::Lost if part.held.amount == 0 => ("The bank decided for the buyer: the money is gone.", ""),
        DisputeStatus::Lost => (
            "The bank decided for the buyer: the money is gone. What you had been given of it is taken off your balance.",
            "Taken off your balance",
        ),
        DisputeStatus::Open => ("The bank has not decided yet.", "Held"),
    };
    to(Role::Seller, &parties.owner, &format!("A bank has decided about your order at {}", brand.name), |template| {
        let template = template
            .text(end)
            .amounts([Row::new("Taken back of this order", part.amount)].into_iter().chain(held(part, what)))
            .text(&taken_of(part))
            .facts([Row::new("Dispute", &dispute.id)]);
        about_order(template, brand, &parties.order)
    })
}

/// A sentence on what the buyer already received through another dispute that was lost before, for an order that is released now.
fn taken_of(part: &DisputedOrder) -> String {
    let Some(taken) = &part.taken else { return String::new() };
    let yours = match taken.seller.amount {
        0 => String::new(),
        _ => format!(" {} of it is taken off your balance.", taken.seller),
    };
    format!(
        "But {} of the order had gone to the buyer by the bank's decision of another dispute.{yours} See the order before you send anything.",
        taken.amount
    )
}

fn taken(parts: &[Part]) -> impl Iterator<Item = Row> + '_ {
    parts.iter().filter_map(|(part, parties)| {
        let what = format!("Gone by another dispute, of order {}", name_of(&parties.order));
        part.taken.as_ref().map(|taken| Row::new(what, taken.amount))
    })
}

/// A sentence on refunds that again need action by an administrator; empty if there are none.
fn still_owed(parts: &[Part]) -> &'static str {
    match parts.iter().any(|(_, parties)| parties.order.still_owed() > 0 && !parties.order.is_disputed()) {
        true => {
            "A refund that could not be sent is still owed to the buyer: have it sent again, or pay it in another way."
        }
        false => "",
    }
}

fn by_order(parts: &[Part]) -> impl Iterator<Item = Row> + '_ {
    parts.iter().map(|(part, parties)| Row::new(format!("Order {}", name_of(&parties.order)), part.amount))
}

/// The amount of the seller's money that is held, if they had received any.
fn held(part: &DisputedOrder, what: &str) -> Option<Row> {
    (part.held.amount != 0).then(|| Row::new(what, part.held))
}
