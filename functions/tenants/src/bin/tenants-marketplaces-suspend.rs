//! `POST /v1/marketplaces/{marketplace_id}/suspend`.

tradewind_lambda::main!(tradewind_functions_tenants::function::marketplaces::suspend);
