//! Every function of the product, from the lists of the areas.

use tradewind_lambda::Function;

/// Every function of the product.
pub fn functions() -> Vec<Function> {
    [
        tradewind_platform::functions(),
        tradewind_tenants::functions(),
        tradewind_identity::functions(),
        tradewind_sellers::functions(),
        tradewind_catalog::functions(),
        tradewind_media::functions(),
        tradewind_orders::functions(),
        tradewind_money::functions(),
        tradewind_notify::functions(),
    ]
    .concat()
}
