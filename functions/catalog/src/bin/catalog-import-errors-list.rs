//! `GET /v1/imports/{import_id}/errors`.

tradewind_lambda::main!(tradewind_functions_catalog::function::import_errors::list);
