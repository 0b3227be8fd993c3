//! Every function of the product, from the lists of the areas.

use tradewind_lambda::Function;

/// Every function of the product.
pub fn functions() -> Vec<Function> {
    [
        tradewind_functions_platform::functions(),
        tradewind_functions_tenants::functions(),
        tradewind_functions_identity::functions(),
        tradewind_functions_sellers::functions(),
        tradewind_functions_catalog::functions(),
        tradewind_functions_media::functions(),
        tradewind_functions_orders::functions(),
        tradewind_functions_payments::functions(),
        tradewind_functions_disputes::functions(),
        tradewind_functions_payouts::functions(),
        tradewind_functions_ledger::functions(),
        tradewind_functions_reconciliation::functions(),
        tradewind_functions_notify::functions(),
    ]
    .concat()
}
