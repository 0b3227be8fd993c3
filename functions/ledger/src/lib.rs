//! The marketplace's books: balances, revenue, the money of an order, and the verification of the ledger.

mod audit {
    pub mod balances;
    pub mod disputes;
    pub mod journals;
    pub mod orders;
    pub mod seller;
    pub mod sellers;
    pub mod step;
}
mod consumers {
    pub mod verify;
}
mod fee_revenue {
    pub mod get;
}
mod order_money {
    pub mod get;
}
mod trial_balance {
    pub mod get;
}
mod verifications {
    pub mod create;
    pub mod get;
}

tradewind_lambda::functions! {
    endpoints {
        trial_balance { get }
        fee_revenue { get }
        order_money { get }
        verifications { create, get }
    }
    consumers { verify }
}
