//! `PATCH /v1/me`.

tradewind_lambda::main!(tradewind_functions_identity::function::me::update);
