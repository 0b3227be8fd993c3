//! `DELETE /v1/sessions/current`.

tradewind_lambda::main!(tradewind_functions_identity::function::sessions::delete);
