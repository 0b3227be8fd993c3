//! Payments: reading and paying them, applying what providers report, and asking providers to do what was decided.

mod consumers {
    pub mod account_updated;
    pub mod apply;
    pub mod provider;
}
mod intent {
    pub mod create;
}
mod payments {
    pub mod confirm;
    pub mod get;
    pub mod list;
    pub mod view;
}
mod receive;
mod webhook_sandbox {
    pub mod create;
}
mod webhook_stripe {
    pub mod create;
}

tradewind_lambda::functions! {
    endpoints {
        payments { get, list, confirm }
        intent { create }
        webhook_sandbox { create }
        webhook_stripe { create }
    }
    consumers { apply, provider }
}
