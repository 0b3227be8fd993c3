//! `PUT /v1/listings/{listing_id}/variants/{variant_id}/stock`.

tradewind_lambda::main!(tradewind_functions_catalog::function::variant_stock::replace);
