//! `GET /v1/sessions`.

tradewind_lambda::main!(tradewind_functions_identity::function::sessions::list);
