//! Marketplaces: opening one, reading it, changing its settings, suspending and closing it.

mod marketplace {
    pub mod get;
    pub mod update;
}
mod marketplaces {
    pub mod close;
    pub mod create;
    pub mod get;
    pub mod list;
    pub mod resume;
    pub mod suspend;
}
mod order_processes {
    pub mod create;
    pub mod get;
}
mod standing;
mod view;

tradewind_lambda::functions! {
    endpoints {
        marketplaces { create, list, get, suspend, resume, close }
        marketplace { get, update }
        order_processes { create, get }
    }
}
