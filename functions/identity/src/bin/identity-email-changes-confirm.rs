//! `POST /v1/email-changes/confirm`.

tradewind_lambda::main!(tradewind_functions_identity::function::email_changes::confirm);
