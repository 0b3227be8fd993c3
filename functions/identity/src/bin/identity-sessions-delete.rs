//! `DELETE /v1/sessions/{session_id}`.

tradewind_lambda::main!(tradewind_functions_identity::function::sessions::delete);
