//! `GET /v1/sellers/{seller_id}/listings/{listing_id}`.

tradewind_lambda::main!(tradewind_functions_catalog::function::seller_listings::get);
