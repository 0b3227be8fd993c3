//! `POST /v1/users`.

tradewind_lambda::main!(tradewind_functions_identity::function::users::create);
