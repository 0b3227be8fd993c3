//! Notifications: e-mails to people about what happened.

mod accounts;
mod brand;
mod consumers {
    pub mod email;
}
mod isolate;
mod jobs {
    pub mod dead_letters;
}
mod news;
mod recipients;
mod render;
mod samples;
mod send;
mod template;
mod templates;

pub use samples::{Sample, samples};

tradewind_lambda::functions! {
    consumers { email }
    jobs { dead_letters }
}
