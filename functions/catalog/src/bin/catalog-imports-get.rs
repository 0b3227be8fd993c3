//! `GET /v1/imports/{import_id}`.

tradewind_lambda::main!(tradewind_functions_catalog::function::imports::get);
