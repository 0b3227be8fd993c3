//! Marketplaces: opening one, reading it, changing its settings.

mod marketplace {
    pub mod get;
    pub mod update;
}
mod marketplaces {
    pub mod create;
}
mod order_processes {
    pub mod create;
    pub mod get;
}
mod view;

tradewind_lambda::functions! {
    endpoints {
        marketplaces { create }
        marketplace { get, update }
        order_processes { create, get }
    }
}
