//! `GET /v1/marketplaces`.

tradewind_lambda::main!(tradewind_functions_tenants::function::marketplaces::list);
