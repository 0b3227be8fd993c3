//! E-mails about accounts.

use super::{Addressed, Role, to};
use crate::brand::Brand;
use tradewind_identity::User;
use tradewind_tenancy::branding::Page;

/// Welcomes somebody who registered.
pub(crate) fn welcome(brand: &Brand, user: &User) -> Addressed {
    let marketplace = &brand.name;
    to(Role::User, user, &format!("Welcome to {marketplace}"), |template| {
        template
            .text(&format!("Your account at {marketplace} is ready. Log in with {}.", user.email))
            .text("If it was not you who registered, tell us: somebody used your address.")
            .link(brand.link(&format!("Go to {marketplace}"), &Page::Start))
    })
}
