//! `POST /v1/sessions/refresh`.

tradewind_lambda::main!(tradewind_functions_identity::function::sessions::refresh);
