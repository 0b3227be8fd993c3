//! `GET /v1/listings/{listing_id}`.

tradewind_lambda::main!(tradewind_functions_catalog::function::listings::get);
