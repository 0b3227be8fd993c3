//! `POST /v1/email-changes`.

tradewind_lambda::main!(tradewind_functions_identity::function::email_changes::create);
