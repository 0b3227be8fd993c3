//! `POST /v1/password-resets`.

tradewind_lambda::main!(tradewind_functions_identity::function::password_resets::create);
