//! `GET /v1/sellers/{seller_id}/listings`.

tradewind_lambda::main!(tradewind_functions_catalog::function::seller_listings::list);
