//! `POST /v1/sessions/end-others`.

tradewind_lambda::main!(tradewind_functions_identity::function::sessions::end_others);
