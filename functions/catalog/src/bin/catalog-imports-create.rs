//! `POST /v1/imports`.

tradewind_lambda::main!(tradewind_functions_catalog::function::imports::create);
