//! `POST /v1/password-resets/confirm`.

tradewind_lambda::main!(tradewind_functions_identity::function::password_resets::confirm);
