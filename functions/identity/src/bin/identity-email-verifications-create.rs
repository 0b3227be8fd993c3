//! `POST /v1/email-verifications`.

tradewind_lambda::main!(tradewind_functions_identity::function::email_verifications::create);
