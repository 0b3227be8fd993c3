//! `POST /v1/migrations`.

tradewind_lambda::main!(tradewind_functions_platform::function::migrations::create);
