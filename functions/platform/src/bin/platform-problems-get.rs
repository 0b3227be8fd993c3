//! `GET /v1/problems/{problem}`.

tradewind_lambda::main!(tradewind_functions_platform::function::problems::get);
