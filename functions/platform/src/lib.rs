//! What serves every area: health, the authoriser, the default route, the pages about problems, the outbox relay and migrations of stored
//! items.

mod consumers {
    pub mod migrate;
    pub mod relay_again;
}
mod gateway {
    pub mod authorise;
    pub mod not_found;
}
mod health {
    pub mod get;
}
mod migrations {
    pub mod create;
    pub mod get;
}
mod passing;
mod problems {
    pub mod get;
}
mod streams {
    pub mod outbox_relay;
}
mod subscriptions;

tradewind_lambda::functions! {
    endpoints {
        health { get }
        problems { get }
        migrations { create, get }
    }
    consumers { migrate, relay_again }
    gateway { authorise, not_found }
    streams { outbox_relay }
}
