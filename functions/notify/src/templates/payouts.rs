//! E-mails about money that is sent to sellers.

use super::{Addressed, Role, to, words};
use crate::{brand::Brand, template::Row};
use tradewind_identity::User;
use tradewind_payouts::{Payout, PayoutState};
use tradewind_tenancy::branding::Page;

/// Tells a seller that their payout arrived.
pub(crate) fn payout_paid(brand: &Brand, payout: &Payout, owner: &User) -> Addressed {
    to(Role::Seller, owner, &format!("Your payout from {}", brand.name), |template| {
        template
            .text(&format!("We have paid you {}.", payout.amount))
            .facts([Row::new("Payout", &payout.id)])
            .link(brand.link("See the payout", &Page::Payout(&payout.id)))
    })
}

/// Tells a seller that their payout came back.
pub(crate) fn payout_failed(brand: &Brand, payout: &Payout, owner: &User) -> Addressed {
    to(Role::Seller, owner, &format!("Your payout from {} failed", brand.name), |template| {
        template
            .text(&format!("Your payout of {} could not be delivered{}.", payout.amount, why(payout)))
            .text("The money is on your balance again. Check your bank details; the next payout includes it.")
            .facts([Row::new("Payout", &payout.id)])
            .link(brand.link("See the payout", &Page::Payout(&payout.id)))
    })
}

/// Tells an administrator that a seller's payout came back.
pub(crate) fn payout_failed_for_admin(brand: &Brand, payout: &Payout, admin: &User) -> Addressed {
    to(Role::Admin, admin, &format!("A payout of {} came back", brand.name), |template| {
        template
            .text(&format!("A payout of {} could not be delivered{}.", payout.amount, why(payout)))
            .text("The seller is owed it again and has been told; the next run pays it. If you pay it in another way, note how.")
            .facts([Row::new("Shop", &payout.seller), Row::new("Payout", &payout.id)])
            .link(brand.link("See the payout", &Page::Payout(&payout.id)))
    })
}

/// Tells a seller that they were paid in another way.
pub(crate) fn payout_settled_otherwise(brand: &Brand, payout: &Payout, owner: &User) -> Addressed {
    let note = match &payout.state {
        PayoutState::SettledOtherwise { note, .. } => note.as_str(),
        PayoutState::Sent | PayoutState::Paid | PayoutState::Failed { .. } => "",
    };
    to(Role::Seller, owner, &format!("Your payout from {} was paid in another way", brand.name), |template| {
        template
            .text(&format!("{} that could not be delivered to you were paid in another way.", payout.amount))
            .quote("How", note)
            .facts([Row::new("Payout", &payout.id)])
            .link(brand.link("See the payout", &Page::Payout(&payout.id)))
    })
}

/// The reason why a payout failed, as the end of a sentence: `: account closed`.
fn why(payout: &Payout) -> String {
    match &payout.state {
        PayoutState::Failed { reason } | PayoutState::SettledOtherwise { reason, .. } => format!(": {}", words(reason)),
        PayoutState::Sent | PayoutState::Paid => String::new(),
    }
}
