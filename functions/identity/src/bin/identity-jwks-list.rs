//! `GET /v1/jwks`.

tradewind_lambda::main!(tradewind_functions_identity::function::jwks::list);
