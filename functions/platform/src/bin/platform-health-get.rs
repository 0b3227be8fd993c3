//! `GET /v1/health`.

tradewind_lambda::main!(tradewind_functions_platform::function::health::get);
