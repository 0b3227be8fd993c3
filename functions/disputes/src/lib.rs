//! Disputes: payments that a buyer's bank took back, and the evidence for the bank.

mod disputes {
    pub mod get;
    pub mod list;
}
mod evidence {
    pub mod create;
}
mod view;

tradewind_lambda::functions! {
    endpoints {
        disputes { get, list }
        evidence { create }
    }
}
