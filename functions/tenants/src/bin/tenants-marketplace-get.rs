//! `GET /v1/marketplace`.

tradewind_lambda::main!(tradewind_functions_tenants::function::marketplace::get);
