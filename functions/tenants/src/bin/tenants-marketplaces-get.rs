//! `GET /v1/marketplaces/{marketplace_id}`.

tradewind_lambda::main!(tradewind_functions_tenants::function::marketplaces::get);
