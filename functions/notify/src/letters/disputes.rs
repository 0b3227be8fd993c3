//! About payments that a bank takes back.

use super::{Addressed, Role, to, words};
use crate::{brand::Brand, letter::Row};
use tradewind_domain::{
    branding::Page,
    dispute::{Dispute, DisputeStatus},
    user::User,
};

/// To an administrator: a bank took a payment back.
pub(crate) fn dispute_opened(brand: &Brand, dispute: &Dispute, admin: &User) -> Addressed {
    let taken = [Row::new("Disputed", dispute.amount), Row::new("The provider's fee", dispute.fee)];
    let beyond = dispute.beyond.map(|beyond| Row::new("Had gone back before, yours to bear if it is lost", beyond));
    let orders = dispute.orders.iter().map(|part| Row::new(format!("Order {}", part.order), part.amount));
    to(Role::Admin, admin, &format!("A payment at {} is disputed", brand.name), |letter| {
        letter
            .text(&format!("A buyer's bank has taken a payment back until it decides ({}).", words(&dispute.reason)))
            .amounts(taken.into_iter().chain(beyond).chain(orders))
            .text("What the sellers had been given of it is held meanwhile. Give the bank evidence of how it was.")
            .facts([Row::new("Dispute", &dispute.id)])
            .link(brand.link("See the dispute", &Page::Dispute(&dispute.id)))
    })
}

/// To an administrator: the bank decided.
pub(crate) fn dispute_decided(brand: &Brand, dispute: &Dispute, admin: &User) -> Addressed {
    let end = match dispute.status {
        DisputeStatus::Won => "The bank decided for the seller: the money is back.",
        DisputeStatus::Lost => {
            "The bank decided for the buyer: the money is gone, and whoever had it bears their part."
        }
        DisputeStatus::Open => "The bank has not decided yet.",
    };
    to(Role::Admin, admin, &format!("A disputed payment at {} was decided", brand.name), |letter| {
        letter
            .text(end)
            .amounts([Row::new("Disputed", dispute.amount)])
            .facts([Row::new("Dispute", &dispute.id)])
            .link(brand.link("See the dispute", &Page::Dispute(&dispute.id)))
    })
}
