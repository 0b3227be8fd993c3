//! `POST /v1/guests`.

tradewind_lambda::main!(tradewind_functions_identity::function::guests::create);
