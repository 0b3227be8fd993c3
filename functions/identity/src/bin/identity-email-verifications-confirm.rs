//! `POST /v1/email-verifications/confirm`.

tradewind_lambda::main!(tradewind_functions_identity::function::email_verifications::confirm);
