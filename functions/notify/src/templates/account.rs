//! E-mails about accounts.

use super::{Addressed, Role, day_and_time, to};
use crate::{
    brand::Brand,
    isolate::isolated,
    template::{Link, Row, Template},
};
use tradewind_identity::User;
use tradewind_kernel::{Time, email::Email};
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

/// The code of a challenge, in both its forms.
pub(crate) struct Code {
    pub digits: String,
    pub link: String,
}

/// An e-mail to an address of which it is not known whose it is. It holds nothing that somebody else wrote, such as a name: whoever registers
/// could have us send their words to anybody.
fn to_address(address: &Email, subject: &str, body: impl FnOnce(Template) -> Template) -> Addressed {
    Addressed { role: Role::User, to: address.clone(), template: body(Template::new(subject, "")) }
}

/// The code's other form, which nobody can guess, where there is no link that holds it.
fn longer(template: Template, link: Option<Link>, code: &Code) -> Template {
    match link {
        Some(link) => template.link(Some(link)),
        None => template
            .text("If you are told to wait because somebody tried wrong codes, use this longer one instead:")
            .code(&code.link),
    }
}

const GOOD_FOR: &str =
    "The code is good for 15 minutes and works once. We never ask for it by telephone or in a message.";

/// Asks whoever reads the e-mails of an address to verify it.
pub(crate) fn verify_email(brand: &Brand, address: &Email, code: &Code) -> Addressed {
    let marketplace = &brand.name;
    to_address(address, &format!("{} is your code for {marketplace}", code.digits), |template| {
        let link = brand.link("Verify the address", &Page::VerifyEmail(&code.link));
        let template = template
            .text(&format!("Verify that this is your address: type this code where you registered at {marketplace}."))
            .code(&code.digits)
            .text(GOOD_FOR)
            .text("If it was not you who registered, do nothing: without the code your address is not used.");
        longer(template, link, code)
    })
}

/// Tells the owner of an account that somebody registered with its address once more.
pub(crate) fn registered_again(brand: &Brand, address: &Email) -> Addressed {
    let marketplace = &brand.name;
    to_address(address, &format!("You have an account at {marketplace} already"), |template| {
        template
            .text(&format!("Somebody registered at {marketplace} with this address, which has an account there already."))
            .text("If it was you, log in with the password that you chose then, or have a new one sent to you as a forgotten password.")
            .text("If it was not you, nothing is to be done: your account is as it was.")
            .link(brand.link(&format!("Go to {marketplace}"), &Page::Start))
    })
}

/// Sends the code with which a forgotten password can be replaced.
pub(crate) fn reset_password(brand: &Brand, address: &Email, code: &Code) -> Addressed {
    let marketplace = &brand.name;
    to_address(address, &format!("{} is your code for a new password at {marketplace}", code.digits), |template| {
        let link = brand.link("Set a new password", &Page::ResetPassword(address, &code.link));
        let template = template
            .text(&format!("Set a new password for your account at {marketplace} with this code."))
            .code(&code.digits)
            .text(GOOD_FOR)
            .text("If it was not you who asked for it, do nothing: your password is as it was.");
        longer(template, link, code)
    })
}

/// Sends the code with which an account changes to this address.
pub(crate) fn change_email(brand: &Brand, address: &Email, code: &Code) -> Addressed {
    let marketplace = &brand.name;
    to_address(address, &format!("{} is your code for {marketplace}", code.digits), |template| {
        let link = brand.link("Confirm the address", &Page::ChangeEmail(&code.link));
        let template = template
            .text(&format!("Confirm that your account at {marketplace} shall have this address: type this code there."))
            .code(&code.digits)
            .text(GOOD_FOR)
            .text("If it was not you who asked for it, do nothing: without the code your address is not used.");
        longer(template, link, code)
    })
}

/// Tells whoever wants to change to an address that another account has it.
pub(crate) fn change_email_taken(brand: &Brand, address: &Email) -> Addressed {
    let marketplace = &brand.name;
    to_address(address, &format!("This address has another account at {marketplace}"), |template| {
        template
            .text(&format!("Somebody wants to change their account at {marketplace} to this address, which has an account there already."))
            .text("If it was you, log in to that account, or change its address first. If it was not you, nothing is to be done.")
            .link(brand.link(&format!("Go to {marketplace}"), &Page::Start))
    })
}

/// Tells the address that an account had before that it has another one now.
pub(crate) fn email_changed(brand: &Brand, before: &Email, at: Time) -> Addressed {
    let marketplace = &brand.name;
    to_address(before, &format!("Your address at {marketplace} was changed"), |template| {
        template
            .text(&format!(
                "Your account at {marketplace} has another e-mail address now. This one is not used any more."
            ))
            .facts([Row::new("Time", day_and_time(at))])
            .text(&format!("If it was not you, write to {marketplace} at once: somebody knows your password."))
            .link(brand.link(&format!("Go to {marketplace}"), &Page::Start))
    })
}

/// Tells somebody for the last time that their account is deleted.
pub(crate) fn account_deleted(brand: &Brand, before: &Email, at: Time) -> Addressed {
    let marketplace = &brand.name;
    to_address(before, &format!("Your account at {marketplace} is deleted"), |template| {
        template
            .text(&format!("Your account at {marketplace} is deleted, with your name, your address and what you had in your cart."))
            .facts([Row::new("Time", day_and_time(at))])
            .text("What you bought and paid is kept as the law requires, without your name. This is the last e-mail to you.")
    })
}

/// The place and the device of something that happened to an account.
pub(crate) struct Where {
    pub at: Time,
    pub device: Option<String>,
    pub ip_address: Option<String>,
}

impl Where {
    fn facts(self) -> impl Iterator<Item = Row> {
        let row = |what: &str, value: Option<String>| value.map(|value| Row::new(what, isolated(&value)));
        let device = row("Device", self.device);
        [Row::new("Time", day_and_time(self.at))].into_iter().chain(device).chain(row("IP address", self.ip_address))
    }
}

/// Tells somebody that their password was used where it was not used before.
pub(crate) fn new_place(brand: &Brand, user: &User, place: Where) -> Addressed {
    let marketplace = &brand.name;
    to_address(&user.email, &format!("New log-in to your account at {marketplace}"), |template| {
        template
            .text(&format!("Somebody logged in to your account at {marketplace} from a place that we had not seen."))
            .facts(place.facts())
            .text("If it was you, nothing is to be done. If it was not, change your password: that logs out everybody else.")
            .link(brand.link(&format!("Go to {marketplace}"), &Page::Start))
    })
}

/// Tells somebody that a session was ended because its token was used twice.
pub(crate) fn session_reused(brand: &Brand, user: &User, place: Where) -> Addressed {
    let marketplace = &brand.name;
    to_address(&user.email, &format!("We logged one of your devices out of {marketplace}"), |template| {
        template
            .text(
                "One of your devices was logged out, because the secret that keeps it logged in was used by two programs. \
                 Somebody may have copied it, or a backup of the device was put back.",
            )
            .facts(place.facts())
            .text("Log in again on that device. If you find a device that is not yours among your sessions, change your password.")
            .link(brand.link(&format!("Go to {marketplace}"), &Page::Start))
    })
}

/// Tells somebody that their password is another one now.
pub(crate) fn password_changed(brand: &Brand, user: &User, at: Time) -> Addressed {
    let marketplace = &brand.name;
    to_address(&user.email, &format!("Your password at {marketplace} was changed"), |template| {
        template
            .text(&format!("The password of your account at {marketplace} was changed. Everybody else was logged out."))
            .facts([Row::new("Time", day_and_time(at))])
            .text("If it was not you, set a new password at once: choose \u{201c}forgotten password\u{201d} where you log in.")
            .link(brand.link(&format!("Go to {marketplace}"), &Page::Start))
    })
}
