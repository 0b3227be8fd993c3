//! `POST /v1/listings/{listing_id}/publish`.

tradewind_lambda::main!(tradewind_functions_catalog::function::listings::publish);
