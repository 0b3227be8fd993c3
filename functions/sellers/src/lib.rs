//! Sellers: opening a shop, reading one, and listing them.

mod sellers {
    pub mod create;
    pub mod get;
    pub mod list;
    pub mod update;
    pub mod view;
}

tradewind_lambda::functions! {
    endpoints {
        sellers { create, get, list, update }
    }
}
