//! `POST /v1/marketplaces/{marketplace_id}/close`.

tradewind_lambda::main!(tradewind_functions_tenants::function::marketplaces::close);
