//! `POST /v1/listings/{listing_id}/close`.

tradewind_lambda::main!(tradewind_functions_catalog::function::listings::close);
