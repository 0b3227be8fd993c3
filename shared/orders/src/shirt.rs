//! A listing for tests.

use serde_json::json;
use tradewind_catalog::listing::Listing;

/// A shirt in two sizes, for 25.00 EUR.
pub(crate) fn shirt() -> Listing {
    let variant = |number: u8, size: &str| {
        json!({
            "id": format!("var_01jd000000000000000000000{number}"), "sku": null, "options": [size],
            "price": { "amount": 2500, "currency": "EUR" }, "compare_at_price": null, "weight_grams": 200, "image": null,
        })
    };
    let listing = json!({
        "id": "lst_01jd0000000000000000000000", "seller": "sel_01jd0000000000000000000000", "handle": null, "title": "Shirt",
        "description_html": "", "vendor": "", "product_type": "", "category": null, "tags": [], "status": "draft",
        "option_names": ["Size"], "variants": [variant(1, "S"), variant(2, "M")], "images": [],
        "created_at": "1970-01-01T00:00:00.000Z", "updated_at": "1970-01-01T00:00:00.000Z", "published_at": null, "version": 1,
    });
    serde_json::from_value(listing).unwrap()
}
