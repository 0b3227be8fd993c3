//! `GET /v1/imports/{import_id}/notes`.

tradewind_lambda::main!(tradewind_functions_catalog::function::import_notes::list);
