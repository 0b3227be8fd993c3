//! `POST /v1/marketplaces/{marketplace_id}/resume`.

tradewind_lambda::main!(tradewind_functions_tenants::function::marketplaces::resume);
