//! Payouts: what shops are owed and have been paid, the accounts through which they are paid, their statements, and the runs that pay them.

mod account_book;
mod consumers {
    pub mod run;
}
mod jobs {
    pub mod schedule;
}
mod resolution {
    pub mod create;
}
mod runs {
    pub mod create;
}
mod seller_account {
    pub mod create;
    pub mod get;
    pub mod view;
}
mod seller_balance {
    pub mod get;
}
mod seller_ledger_entries {
    pub mod list;
}
mod seller_payouts {
    pub mod list;
}
mod seller_statement {
    pub mod get;
}
mod shop;
mod statement {
    pub mod get;
}

tradewind_lambda::functions! {
    endpoints {
        seller_balance { get }
        seller_ledger_entries { list }
        seller_statement { get }
        seller_payouts { list }
        statement { get }
        resolution { create }
        seller_account { create, get }
        runs { create }
    }
    consumers { run }
    jobs { schedule }
}
