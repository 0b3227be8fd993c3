//! Buying: carts, checkouts, orders and their steps, and the jobs that act when a time limit passes.

mod cart {
    pub mod get;
    pub mod replace;
}
mod checkout_quotes {
    pub mod create;
}
mod checkouts {
    pub mod create;
    pub mod placing;
    pub mod taking;
}
mod consumers {
    pub mod erase;
}
mod coupons {
    pub mod create;
    pub mod get;
    pub mod list;
    pub mod update;
    pub mod view;
}
mod jobs {
    pub mod reservation_expire;
    pub mod timer;
}
mod load;
mod orders {
    pub mod claim;
    pub mod get;
    pub mod list;
    pub mod update;
}
mod refund_resolution {
    pub mod create;
}
mod refunds {
    pub mod create;
    pub mod list;
    pub mod view;
}
mod search;
mod seller_orders {
    pub mod list;
}
mod transitions {
    pub mod create;
}
mod view;

tradewind_lambda::functions! {
    endpoints {
        cart { get, replace }
        checkout_quotes { create }
        checkouts { create }
        orders { get, list, update, claim }
        seller_orders { list }
        transitions { create }
        refunds { create, list }
        refund_resolution { create }
        coupons { create, list, get, update }
    }
    consumers { erase }
    jobs { reservation_expire, timer }
}
