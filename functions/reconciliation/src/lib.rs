//! Reconciliation: comparing the ledger with what the payment provider reports that it did, and resolving the differences.

mod consumers {
    pub mod compare;
}
mod findings {
    pub mod list;
    pub mod resolve;
}
mod jobs {
    pub mod nightly;
}
mod provider_ledger;
mod reconciliations {
    pub mod create;
    pub mod get;
}

tradewind_lambda::functions! {
    endpoints {
        reconciliations { create, get }
        findings { list, resolve }
    }
    consumers { compare }
    jobs { nightly }
}
